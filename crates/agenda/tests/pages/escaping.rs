//! XSS-01, XSS-02, XSS-04: what somebody typed or sent stays text, wherever it is shown.

use crate::scene::{Browser, on_both, typed, with};
use federation::Actor;
use serde_json::json;
use store::schema::actors;

/// What a person or a peer may write into any field.
const CORPUS: [&str; 12] = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "]]><script>alert(1)</script>",
    "<!--<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "{{7*7}}${7*7}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
];

/// Fails on any markup in an HTML answer that acts: reads the tags that a browser would see.
fn check_html(where_: &str, body: &str) {
    let mut rest = body;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let name: String = rest
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '!' || *c == '/')
            .collect::<String>()
            .to_ascii_lowercase();
        // Attribute values are always quoted with `"` on our pages.
        let mut quoted = false;
        let mut tag = String::new();
        for c in rest.chars() {
            match c {
                '"' => quoted = !quoted,
                '>' if !quoted => break,
                _ if quoted => continue,
                _ => tag.push(c),
            }
        }
        assert!(
            !["iframe", "object", "embed", "base", "style", "math"].contains(&name.as_str()),
            "{where_}: <{name}>"
        );
        if name == "script" {
            let ours = rest.starts_with("script src=\"/assets/")
                || rest.starts_with("script type=\"application/ld+json\">");
            assert!(ours, "{where_}: {}", &rest[..rest.len().min(80)]);
        }
        for attribute in tag.split_whitespace().skip(1) {
            let attribute = attribute.to_ascii_lowercase();
            assert!(!attribute.starts_with("on"), "{where_}: {tag}");
            assert!(!attribute.starts_with("style="), "{where_}: {tag}");
            assert!(!attribute.starts_with("srcdoc"), "{where_}: {tag}");
        }
        for scheme in ["javascript:", "data:", "vbscript:"] {
            for name in ["href=\"", "src=\"", "action=\""] {
                let start = format!("{name}{scheme}");
                let end = rest.find('>').unwrap_or(rest.len());
                assert!(
                    !rest[..end].to_ascii_lowercase().contains(&start),
                    "{where_}: {}",
                    &rest[..end]
                );
            }
        }
    }
}

fn check_atom(where_: &str, body: &str) {
    let feed = atom_syndication::Feed::read_from(body.as_bytes())
        .unwrap_or_else(|error| panic!("{where_}: {error}: {body}"));
    assert!(!body.contains("<script"), "{where_}");
    for entry in feed.entries() {
        let content = entry
            .content()
            .and_then(|content| content.value())
            .unwrap_or_default();
        check_html(where_, content);
    }
}

#[test]
fn xss_01_xss_04_what_is_typed_stays_text_on_every_surface() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        for evil in CORPUS {
            // A tag has 50 characters at most.
            let short = evil.get(..50).unwrap_or(evil);
            let change = [
                ("title", evil),
                ("description", evil),
                ("place_name", evil),
                ("place_street", evil),
                ("place_locality", evil),
                ("tags", short),
                ("price", evil),
                ("picture_alt", evil),
                ("status", "cancelled"),
                ("status_note", evil),
            ];
            let sent = camille
                .send_form(&app, "/@raffinerie/new", &with(typed("x"), &change), None)
                .await;
            let id = sent.event();
            let page = visitor.get(&app, &format!("/e/{id}")).await;
            check_html(evil, &page.body);
            assert_eq!(page.json_ld()["name"], evil, "the block is whole");
            let edit = camille.get(&app, &format!("/e/{id}/edit")).await;
            check_html(evil, &edit.body);
            for step in ["cancel", "postpone", "delete", "duplicate"] {
                let asked = camille.get(&app, &format!("/e/{id}/{step}")).await;
                check_html(evil, &asked.body);
            }
            let preview = with(with(typed("x"), &change), &[("do", "preview")]);
            let shown = camille
                .send_form(&app, "/@raffinerie/new", &preview, None)
                .await;
            assert_eq!(shown.status, 200, "{evil}");
            check_html(evil, &shown.body);
            // In the words of a filter too.
            let query: String = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs([
                    ("q", evil),
                    ("tag", evil),
                    ("place", evil),
                    ("near", evil),
                    ("source", evil),
                    ("category", evil),
                ])
                .finish();
            for path in ["/", "/month/2026-12", "/embed/agenda"] {
                check_html(
                    evil,
                    &visitor.get(&app, &format!("{path}?{query}")).await.body,
                );
            }
            check_atom(
                evil,
                &visitor
                    .get(&app, &format!("/agenda.atom?{query}"))
                    .await
                    .body,
            );
        }
        for path in [
            "/",
            "/@raffinerie",
            "/month/2026-12",
            "/day/2026-12-12",
            "/embed/agenda",
            "/embed/@raffinerie",
        ] {
            let page = visitor.get(&app, path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(
                page.body.contains("&#60;script&#62;alert(1)"),
                "{path}: the text itself is shown"
            );
            check_html(path, &page.body);
        }
        for path in ["/agenda.atom", "/@raffinerie.atom"] {
            check_atom(path, &visitor.get(&app, path).await.body);
        }
    });
}

#[test]
fn xss_01_what_peers_send_is_text_too() {
    on_both(async |scene| {
        let app = scene.app().await;
        let visitor = Browser::visitor("alpha.test");
        let author = scene.followed("alpha.test", "peer.test");
        for evil in CORPUS {
            scene
                .database
                .write_now(|c| {
                    use diesel::prelude::*;
                    diesel::update(actors::table.find(author.id))
                        .set(actors::name.eq(evil))
                        .execute(c)?;
                    Ok::<_, store::StoreError>(())
                })
                .unwrap();
            let author = Actor {
                name: evil.to_owned(),
                ..author.clone()
            };
            let object = scene.arrives(
                &author,
                "x",
                json!({
                    "name": evil, "content": evil, "summary": evil, "inLanguage": "fr",
                    "location": {"type": "Place", "name": evil, "address": {"type": "PostalAddress", "streetAddress": evil, "addressLocality": evil}},
                    "tag": [{"type": "Hashtag", "name": evil, "href": "javascript:alert(1)"}],
                    "attachment": [{"type": "Document", "mediaType": "image/png", "url": "https://peer.test/a.png", "name": evil}],
                }),
            );
            let page = visitor.get(&app, &format!("/e/{}", object.id)).await;
            assert_eq!(page.status, 200, "{evil}");
            check_html(evil, &page.body);
            page.json_ld();
        }
        for path in ["/", "/month/2026-12", "/embed/agenda"] {
            check_html(path, &visitor.get(&app, path).await.body);
        }
        check_atom("remote", &visitor.get(&app, "/agenda.atom").await.body);
        let ics = visitor.get(&app, "/agenda.ics").await;
        assert_eq!(ics.body.matches("\r\nBEGIN:VEVENT").count(), CORPUS.len());
    });
}

#[test]
fn xss_02_addresses_that_act_are_dropped_at_ingest() {
    on_both(async |scene| {
        let app = scene.app().await;
        let visitor = Browser::visitor("alpha.test");
        let author = scene.followed("alpha.test", "peer.test");
        for scheme in [
            "javascript:alert(1)",
            " java\tscript:alert(1)",
            "JAVASCRIPT://peer.test/%0aalert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://peer.test/x",
            "file:///etc/passwd",
        ] {
            let object = scene.arrives(
                &author,
                "Liens",
                json!({
                    "url": scheme,
                    "onlineAddress": scheme,
                    "externalParticipationUrl": scheme,
                    "location": {"type": "VirtualLocation", "url": scheme},
                    "content": format!("<a href=\"{scheme}\">lien</a>"),
                    "attachment": [
                        {"type": "Link", "href": scheme, "name": "Website"},
                        {"type": "Document", "mediaType": "image/png", "url": scheme},
                    ],
                    "image": {"type": "Image", "url": scheme},
                }),
            );
            let page = visitor.get(&app, &format!("/e/{}", object.id)).await;
            assert_eq!(page.status, 200, "{scheme}");
            check_html(scheme, &page.body);
            let needle = scheme
                .trim()
                .split(':')
                .next()
                .unwrap()
                .replace('\t', "")
                .to_ascii_lowercase();
            let token = format!("{needle}:");
            let bare = page.body.replace("https://", "").to_ascii_lowercase();
            assert!(!bare.contains(&token), "{scheme} on the page");
            for path in [
                "/agenda.ics",
                "/agenda.atom",
                &format!("/e/{}.ics", object.id),
                "/api/v1/events",
            ] {
                let answer = visitor.get(&app, path).await;
                assert_eq!(answer.status, 200, "{path}");
                assert!(
                    !answer.body.to_ascii_lowercase().contains(&token),
                    "{scheme} in {path}: {}",
                    answer.body
                );
            }
        }
        // The twin: plain addresses stay.
        let object = scene.arrives(
            &author,
            "Liens",
            json!({"location": {"type": "VirtualLocation", "url": "https://visio.example/salle"}, "content": "<a href=\"https://ok.example/\">lien</a>"}),
        );
        let page = visitor.get(&app, &format!("/e/{}", object.id)).await;
        assert!(page.body.contains("https://visio.example/salle"));
        assert!(page.body.contains("https://ok.example/"));
    });
}
