//! Who may speak for whom (FEP-fe34), by security id. Each refusal has its
//! accepted twin.

use activitystreams::{
    Activity, ActorDocument, Audience, CollectionDocument, EventObject, PUBLIC, Visibility,
    is_activity_content_type, origin,
};
use serde_json::{Value, json};
use url::Url;

fn url(text: &str) -> Url {
    Url::parse(text).expect(text)
}

#[test]
fn ori_01_a_document_says_its_own_address() {
    let document = json!({"id": "https://a.example/1"});
    let code = |address| origin::id_matches(&document, &url(address)).map_err(|e| e.code());
    assert_eq!(code("https://a.example/1"), Ok(url("https://a.example/1")));
    assert_eq!(code("https://a.example/2"), Err("other_id"));
    for other in [
        "https://b.example/1",
        "http://a.example/1",
        "https://a.example:8443/1",
    ] {
        assert_eq!(code(other), Err("other_origin"), "{other}");
    }
}

#[test]
fn ori_02_content_types() {
    let profile = "https://www.w3.org/ns/activitystreams";
    let accepted = [
        "application/activity+json".to_owned(),
        "Application/Activity+JSON".to_owned(),
        " application/activity+json ; charset=utf-8".to_owned(),
        "application/activity+json; charset=\"utf-8\";".to_owned(),
        format!("application/ld+json; profile=\"{profile}\""),
        format!("APPLICATION/LD+JSON;PROFILE=\"{profile}\""),
        format!("application/ld+json ;  profile = \"{profile}\" ; charset=utf-8"),
        format!("application/ld+json; charset=utf-8; profile={profile}"),
        format!("application/ld+json; profile=\"http://www.w3.org/ns/json-ld#expanded {profile}\""),
        format!("application/ld+json; profile=\"{profile} https://w3id.org/security/v1\""),
    ];
    for header in &accepted {
        assert!(is_activity_content_type(header), "{header}");
    }
    let refused = [
        String::new(),
        "application/json".to_owned(),
        "text/html".to_owned(),
        "text/plain; charset=utf-8".to_owned(),
        "image/png".to_owned(),
        "application/ld+json".to_owned(),
        "application/ld+json; charset=utf-8".to_owned(),
        "application/ld+json; profile=\"https://example.org/other\"".to_owned(),
        format!("application/ld+json; profile=\"{profile}x\""),
        format!("application/ld+json; profile=\"{profile}"),
        format!("application/ld+json; xprofile=\"{profile}\""),
        format!("application/json; profile=\"{profile}\""),
        "application/activity+jsonx".to_owned(),
        "application/activity+json x".to_owned(),
        "xapplication/activity+json".to_owned(),
        "text/html; x=application/activity+json".to_owned(),
        "application/activity+json, text/html".to_owned(),
        "text/html, application/activity+json".to_owned(),
    ];
    for header in &refused {
        assert!(!is_activity_content_type(header), "{header}");
    }
}

#[test]
fn ori_08_every_author_shares_the_origin_of_the_id() {
    let right = "https://a.example/u";
    let wrong = "https://b.example/u";
    let code = |authors: Value| {
        let object = json!({"id": "https://a.example/1", "type": "Note", "attributedTo": authors});
        origin::attributed_to_matches(&object)
            .map(|list| list.len())
            .map_err(|e| e.code())
    };
    assert_eq!(code(json!(right)), Ok(1));
    assert_eq!(code(json!([right, "https://a.example/v"])), Ok(2));
    assert_eq!(code(json!({"id": right, "type": "Person"})), Ok(1));
    assert_eq!(
        code(json!([{"type": "Person", "id": right}, {"type": "Group", "id": right}])),
        Ok(2)
    );
    assert_eq!(code(Value::Null), Err("missing"));
    assert_eq!(code(json!([])), Err("missing"));
    assert_eq!(code(json!([null])), Err("missing"));
    assert_eq!(code(json!(wrong)), Err("other_origin"));
    assert_eq!(code(json!([right, wrong])), Err("other_origin"));
    assert_eq!(code(json!([wrong, right])), Err("other_origin"));
    assert_eq!(code(json!({"id": wrong})), Err("other_origin"));
    assert_eq!(code(json!("http://a.example/u")), Err("other_origin"));
    assert_eq!(code(json!("https://a.example:8443/u")), Err("other_origin"));
    for odd in [
        json!(7),
        json!([right, 7]),
        json!({}),
        json!(""),
        json!([[right]]),
    ] {
        assert_eq!(code(odd.clone()), Err("not_a_url"), "{odd}");
    }
    let absent = json!({"id": "https://a.example/1"});
    assert_eq!(
        origin::attributed_to_matches(&absent)
            .expect_err("absent")
            .code(),
        "missing"
    );
}

/// A Create by `actor` with an embedded Note, trusted or not.
fn trust(kind: &str, actor: &str, object: Value) -> Result<Url, &'static str> {
    let activity = Activity::read(&json!({
        "id": "https://a.example/act", "type": kind, "actor": actor, "object": object,
    }))
    .expect("readable");
    activity
        .embedded_is_trusted(&activity.object[0])
        .map_err(|error| error.code())
}

#[test]
fn ori_09_an_embedded_object_of_another_origin_is_a_hint() {
    let me = "https://a.example/me";
    let note = |id: &str, author: &str| json!({"id": id, "type": "Note", "attributedTo": author});
    let own = note("https://a.example/1", me);
    assert_eq!(
        trust("Create", me, own.clone()),
        Ok(url("https://a.example/1"))
    );
    assert_eq!(
        trust("Create", me, note("https://b.example/1", me)),
        Err("other_origin")
    );
    assert_eq!(
        trust(
            "Create",
            me,
            note("https://a.example/1", "https://b.example/u")
        ),
        Err("other_origin")
    );
    assert_eq!(
        trust(
            "Create",
            me,
            json!({"id": "https://a.example/1", "type": "Note"})
        ),
        Err("missing")
    );
    assert_eq!(
        trust("Create", me, json!("https://a.example/1")),
        Err("hint_only")
    );
    assert_eq!(trust("Announce", me, own), Err("hint_only"));
}

#[test]
fn aut_01_an_actor_updates_and_deletes_only_itself() {
    let me = "https://a.example/me";
    let person = |id: &str| json!({"id": id, "type": "Person", "inbox": "https://a.example/inbox"});
    for kind in ["Update", "Delete", "Create"] {
        assert_eq!(trust(kind, me, person(me)), Ok(url(me)), "{kind}");
        assert_eq!(
            trust(kind, me, person("https://a.example/you")),
            Err("other_actor"),
            "{kind}"
        );
        assert_eq!(
            trust(kind, me, person("https://b.example/me")),
            Err("other_origin"),
            "{kind}"
        );
    }
    // A type that hides the actor does not help: the inbox shows it.
    let hidden = json!({"id": "https://a.example/you", "type": "Note", "inbox": "https://a.example/i",
        "attributedTo": me});
    assert_eq!(trust("Update", me, hidden), Err("other_actor"));
    let tombstone = |id: &str| json!({"id": id, "type": "Tombstone"});
    assert_eq!(
        trust("Delete", me, tombstone("https://a.example/1")),
        Ok(url("https://a.example/1"))
    );
    assert_eq!(
        trust("Delete", me, tombstone("https://b.example/1")),
        Err("other_origin")
    );
}

#[test]
fn ori_11_pages_on_another_host_are_ignored() {
    let read = |host: &str| {
        CollectionDocument::read(&json!({
            "id": "https://a.example/outbox", "type": "OrderedCollection",
            "first": format!("https://{host}/outbox?page=1"), "next": format!("https://{host}/n"),
            "partOf": format!("https://{host}/outbox"),
        }))
        .expect("readable")
    };
    let own = read("a.example");
    assert!(own.first.is_some() && own.next.is_some() && own.part_of.is_some());
    let foreign = read("b.example");
    assert!(foreign.first.is_none() && foreign.next.is_none() && foreign.part_of.is_none());
    let inline = CollectionDocument::read(&json!({
        "id": "https://a.example/outbox", "type": "Collection",
        "first": {"type": "CollectionPage", "items": ["https://c.example/1"], "next": "https://b.example/n"},
    }))
    .expect("readable");
    assert_eq!(inline.items_at_hand().len(), 1);
    assert_eq!(inline.next_address(), None);
}

fn actor() -> Value {
    json!({"id": "https://a.example/me", "type": "Person", "inbox": "https://a.example/inbox",
        "publicKey": {"id": "https://a.example/me#main-key", "owner": "https://a.example/me", "publicKeyPem": "x"}})
}

fn actor_with(key: &str, value: Value) -> Result<ActorDocument, (&'static str, &'static str)> {
    let mut document = actor();
    document[key] = value;
    ActorDocument::read(&document).map_err(|error| (error.field(), error.code()))
}

#[test]
fn ori_12_odd_ids_types_and_inboxes_are_typed_refusals() {
    assert!(ActorDocument::read(&actor()).is_ok());
    let refused = [
        ("id", json!(null), "missing"),
        ("id", json!(["https://a.example/me"]), "wrong_type"),
        ("id", json!({"id": "https://a.example/me"}), "wrong_type"),
        ("id", json!(7), "wrong_type"),
        ("id", json!(""), "not_a_url"),
        ("id", json!("#me"), "not_a_url"),
        ("id", json!("/me"), "not_a_url"),
        ("id", json!("http:"), "not_a_url"),
        ("id", json!("https://"), "not_a_url"),
        ("id", json!("//a.example/me"), "not_a_url"),
        ("id", json!("https:\\\\a.example\\me"), "not_a_url"),
        ("id", json!("https://u:p@a.example/me"), "not_a_url"),
        ("id", json!("https://u@a.example/me"), "not_a_url"),
        ("id", json!("https://:p@a.example/me"), "not_a_url"),
        ("id", json!(" https://a.example/me"), "not_a_url"),
        ("id", json!("https://a.example/me#x"), "fragment"),
        ("type", json!(null), "missing"),
        ("type", json!(7), "missing"),
        ("type", json!([]), "missing"),
        ("type", json!("Note"), "not_an_actor"),
        ("type", json!(["Person", "Note"]), "not_an_actor"),
        ("inbox", json!(null), "missing"),
        ("inbox", json!(7), "not_a_url"),
        ("inbox", json!("javascript:x"), "not_a_url"),
    ];
    for (key, value, code) in refused {
        assert_eq!(
            actor_with(key, value.clone()).map(|_| ()),
            Err((key, code)),
            "{key} {value}"
        );
    }
    assert!(actor_with("type", json!(["Person", "vcard:individual"])).is_ok());
    let podcast = actor_with("type", json!("Podcast")).expect("an opaque profile");
    assert_eq!(podcast.kind.as_str(), "Podcast");
    for shape in [
        json!([{"id": "https://a.example/inbox"}]),
        json!({"id": "https://a.example/inbox"}),
    ] {
        assert!(actor_with("inbox", shape).is_ok());
    }
}

#[test]
fn keys_belong_to_their_actor() {
    let key = |id: &str, owner: &str| json!({"id": id, "owner": owner, "publicKeyPem": "x"});
    let count = |value: Value| actor_with("publicKey", value).expect("an actor").keys.len();
    let (id, me) = ("https://a.example/me#k", "https://a.example/me");
    assert_eq!(count(key(id, me)), 1);
    assert_eq!(
        count(json!([key(id, me), key("https://a.example/k2", me)])),
        2
    );
    assert_eq!(count(key(id, "https://b.example/you")), 0);
    assert_eq!(count(key(id, "https://a.example/you")), 0);
    assert_eq!(count(key("https://b.example/k", me)), 0);
    assert_eq!(
        count(
            json!({"id": id, "owner": me, "controller": "https://a.example/you", "publicKeyPem": "x"})
        ),
        0
    );
}

#[test]
fn ori_16_only_domains_equal_domains() {
    for same in ["example.org", "EXAMPLE.org", "example.org:443"] {
        assert!(origin::domains_equal(same, "example.org"), "{same}");
    }
    assert!(origin::domains_equal(
        "bücher.example",
        "xn--bcher-kva.example"
    ));
    assert!(origin::domains_equal(
        "example.org:8443",
        "example.org:8443"
    ));
    for other in [
        "exa/mple.org",
        "example.org/",
        "/example.org",
        "example.org.",
        "example.org:8443",
        "a@example.org",
        "example.org?x",
        "example.org#x",
        "example.org\\",
        " example.org",
        "example.org ",
        "exam\tple.org",
        "example.org:443/",
        "%65xample.org",
        "example..org",
        "",
        "www.example.org",
        "example.org:99999",
    ] {
        assert!(!origin::domains_equal(other, "example.org"), "{other}");
    }
    assert!(
        !origin::domains_equal("a/b", "a/b"),
        "no domain equals itself when it is none"
    );
}

#[test]
fn ld_04_every_spelling_of_public_counts_and_nothing_else() {
    let followers = url("https://a.example/followers");
    let seen = |to: Value, cc: Value| {
        Audience::read(&json!({"to": to, "cc": cc})).visibility(Some(&followers))
    };
    for public in [PUBLIC, "as:Public", "Public"] {
        for shape in [
            json!(public),
            json!([public]),
            json!({"id": public}),
            json!([null, "https://a.example/x", public]),
        ] {
            assert_eq!(
                seen(shape.clone(), json!([])),
                Visibility::Public,
                "{shape}"
            );
            assert_eq!(
                seen(json!(null), shape.clone()),
                Visibility::Unlisted,
                "{shape}"
            );
        }
    }
    for odd in [
        "public",
        "PUBLIC",
        "as:public",
        "https://www.w3.org/ns/activitystreams",
        "Public ",
        "http://www.w3.org/ns/activitystreams#Public",
        "https://www.w3.org/ns/activitystreams#public",
        "https://evil.example/ns#Public",
    ] {
        assert_eq!(seen(json!([odd]), json!([])), Visibility::Private, "{odd}");
    }
    for odd in [
        json!(null),
        json!(7),
        json!({}),
        json!([[PUBLIC]]),
        json!({"type": PUBLIC}),
        json!(true),
    ] {
        assert_eq!(seen(odd.clone(), odd.clone()), Visibility::Private, "{odd}");
    }
    assert_eq!(
        seen(json!(followers.as_str()), json!([])),
        Visibility::Followers
    );
    let inlined = json!({"type": "OrderedCollection", "id": followers.as_str(), "first": "https://a.example/p"});
    assert_eq!(seen(json!([]), inlined), Visibility::Followers);
    let audience = Audience::read(&json!({"to": followers.as_str()}));
    assert_eq!(audience.visibility(None), Visibility::Private);
}

#[test]
fn dos_06_limits_cut_and_do_not_fail() {
    let long = "é".repeat(20_000);
    let many = |count: usize| -> Vec<String> {
        (0..count)
            .map(|at| format!("https://a.example/{at}"))
            .collect()
    };
    let mut document = actor();
    document["name"] = json!(long);
    document["preferredUsername"] = json!(long);
    document["summary"] = json!(long);
    document["alsoKnownAs"] = json!(many(300));
    document["attachment"] = (0..60)
        .map(|at| json!({"type": "PropertyValue", "name": at.to_string(), "value": "v"}))
        .collect();
    let actor = ActorDocument::read(&document).expect("cut, not refused");
    assert_eq!(actor.name.map(|text| text.len()), Some(2_048));
    assert_eq!(actor.preferred_username.map(|text| text.len()), Some(2_048));
    assert_eq!(actor.summary.map(|text| text.len()), Some(20 * 1_024));
    assert_eq!((actor.also_known_as.len(), actor.fields.len()), (256, 50));
    let event = EventObject::read(&json!({
        "id": "https://a.example/1", "type": "Event", "name": long, "startTime": "2026-09-12T14:00:00Z",
        "tag": (0..150).map(|at| json!({"type": "Hashtag", "name": format!("#t{at}")})).collect::<Vec<_>>(),
        "attachment": (0..150).map(|at| json!({"type": "Link", "href": format!("https://a.example/{at}")})).collect::<Vec<_>>(),
    }))
    .expect("cut, not refused");
    assert_eq!(
        (event.name.len(), event.tags.len(), event.links.len()),
        (2_048, 100, 100)
    );
}
