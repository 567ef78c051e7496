use crate::{ParseError, parse};
use serde_json::{Value, json};

fn read(value: Value) -> Result<Value, ParseError> {
    parse(value.to_string().as_bytes())
}

#[test]
fn ld_02_keywords_that_move_properties_are_refused() {
    for keyword in ["@graph", "@included", "@reverse", "@nest"] {
        let documents = [
            json!({keyword: [], "id": "https://a.example/1"}),
            json!({"object": {"tag": [{keyword: {}}]}}),
            json!({"@context": {"x": keyword}}),
            json!({"@context": {"x": {"@id": keyword}}}),
            json!({"@context": [{"x": {keyword: "as:actor"}}]}),
        ];
        for document in documents {
            assert_eq!(
                read(document.clone()),
                Err(ParseError::JsonLdKeyword),
                "{document}"
            );
        }
    }
    assert!(read(json!({"graph": [], "content": "@graph"})).is_ok());
}

#[test]
fn ld_02_contexts_that_rename_core_properties_are_refused() {
    for core in [
        "actor",
        "object",
        "to",
        "cc",
        "id",
        "type",
        "attributedTo",
        "inbox",
        "publicKey",
        "as",
    ] {
        let other = json!("https://evil.example/ns#x");
        for context in [
            json!({core: other}),
            json!({core: {"@id": other}}),
            json!([crate::audience::PUBLIC, {core: null}]),
            json!({"harmless": {"@id": "as:harmless", "@context": {core: other}}}),
        ] {
            let top = json!({"@context": context, "id": "https://a.example/1"});
            assert_eq!(
                read(top.clone()),
                Err(ParseError::ContextRedefines),
                "{top}"
            );
            let inner = json!({"object": {"@context": context}});
            assert_eq!(
                read(inner.clone()),
                Err(ParseError::ContextRedefines),
                "{inner}"
            );
        }
    }
    for alias in ["@id", "@type"] {
        let document = json!({"@context": {"x": alias}});
        assert_eq!(read(document), Err(ParseError::ContextRedefines));
    }
    // The names AS2 itself gives them are no redefinition.
    let same = json!({"@context": [{"id": "@id", "type": "@type", "actor": {"@id": "as:actor", "@type": "@id"},
        "as": "https://www.w3.org/ns/activitystreams#", "toot": "http://joinmastodon.org/ns#"}]});
    assert!(read(same).is_ok());
}

#[test]
fn r_ctx_03_an_expanded_document_gets_plain_keys() {
    let as2 = |name: &str| format!("https://www.w3.org/ns/activitystreams#{name}");
    let expanded = json!([{
        "@id": "https://a.example/1",
        "@type": [as2("Create")],
        as2("actor"): [{"@id": "https://a.example/me"}],
        as2("object"): [{"@id": "https://a.example/2", "@type": [as2("Note")],
            as2("content"): [{"@value": "hi"}], as2("attributedTo"): [{"@id": "https://a.example/me"}]}],
    }]);
    let plain = read(expanded).expect("readable");
    let activity = crate::Activity::read(&plain).expect("an activity");
    assert_eq!(activity.actor.as_str(), "https://a.example/me");
    assert_eq!(plain["object"]["content"], "hi");
    assert!(activity.embedded_is_trusted(&activity.object[0]).is_ok());
}

#[test]
fn r_ctx_03_a_property_in_both_forms_is_refused() {
    let as2 = "https://www.w3.org/ns/activitystreams#actor";
    for document in [
        json!({"id": "https://a.example/1", "@id": "https://b.example/1"}),
        json!({"object": {"id": "https://a.example/1", "@id": "https://b.example/1"}}),
        json!({"actor": "https://a.example/1", as2: "https://b.example/1"}),
        json!({"type": "Note", "@type": "Create"}),
    ] {
        assert_eq!(
            read(document.clone()),
            Err(ParseError::MixedExpansion),
            "{document}"
        );
    }
}

#[test]
fn r_ctx_01_context_addresses_have_no_effect() {
    for context in [
        json!("https://nowhere.example/x"),
        json!(["a", 7, null]),
        json!("nonsense"),
    ] {
        let document = json!({"@context": context, "id": "https://a.example/1"});
        assert_eq!(read(document.clone()), Ok(document));
    }
    assert!(read(json!({"id": "https://a.example/1"})).is_ok());
}
