use super::*;

fn view() -> EventView {
    EventView {
        title: "Bal".into(),
        day: NaiveDate::from_ymd_opt(2026, 7, 4),
        when: "samedi 4 juillet 2026 à 20 h".into(),
        datetime: "2026-07-04T20:00:00+02:00".into(),
        ics_url: "/events/1.ics".into(),
        ..EventView::default()
    }
}

fn html(view: &EventView) -> String {
    event_page(view, Lang::Fr).into_string()
}

#[test]
fn facts_appear_when_they_are_known() {
    let bare = html(&view());
    assert!(bare.contains("samedi 4 juillet") && bare.contains("/events/1.ics"));
    for part in [
        "Où",
        "Tarif",
        "OpenStreetMap",
        "En ligne",
        "Réserver",
        "Organisé par",
    ] {
        assert!(!bare.contains(part), "{part}");
    }
    let full = html(&EventView {
        place: Some(PlaceView {
            name: "La Raffinerie".into(),
            coordinates: Some((48.85, 2.35)),
            ..PlaceView::default()
        }),
        price: "8 €".into(),
        online_url: "https://visio.example/bal".into(),
        registration_url: "https://billets.example/".into(),
        organisers: vec![Link::new("Les Sabots", "/@sabots")],
        ..view()
    });
    for part in [
        "Où",
        "Tarif",
        "OpenStreetMap",
        "En ligne",
        "Réserver",
        "Organisé par",
        "8 €",
    ] {
        assert!(full.contains(part), "{part}");
    }
}

/// WEB-06: whatever opens a new tab gives the other page nothing.
#[test]
fn web_06_new_tabs_carry_the_whole_rel() {
    let page = html(&EventView {
        place: Some(PlaceView {
            name: "x".into(),
            coordinates: Some((1.0, 2.0)),
            ..PlaceView::default()
        }),
        online_url: "https://a.example".into(),
        registration_url: "https://b.example".into(),
        source: Some(Link::new("c.example", "https://c.example")),
        comments: vec![Comment {
            author: "A".into(),
            author_url: "https://d.example".into(),
            url: "https://d.example/1".into(),
            ..Comment::default()
        }],
        ..view()
    });
    let tabs: Vec<&str> = page
        .split("<a ")
        .filter(|a| a.contains("target=\"_blank\""))
        .collect();
    assert_eq!(tabs.len(), 6);
    for tab in tabs {
        assert!(
            tab.contains("rel=\"noopener noreferrer nofollow ugc\""),
            "{tab}"
        );
    }
}

#[test]
fn addresses_that_are_not_web_addresses_are_never_links() {
    let page = html(&EventView {
        online_url: "javascript:alert(1)".into(),
        registration_url: "javascript:alert(2)".into(),
        organisers: vec![Link::new("x", "javascript:alert(3)")],
        source: Some(Link::new("y", "javascript:alert(4)")),
        comments: vec![Comment {
            author: "<b>A</b>".into(),
            author_url: "javascript:alert(5)".into(),
            url: "data:text/html,x".into(),
            ..Comment::default()
        }],
        ..view()
    });
    assert!(!page.contains("href=\"javascript") && !page.contains("href=\"data"));
    assert!(!page.contains("<b>A</b>"));
}

#[test]
fn states_are_announced() {
    for (status, words) in [
        (EventStatus::Cancelled, "Cet événement est annulé."),
        (EventStatus::Postponed, "Cet événement est reporté."),
        (EventStatus::Tentative, "reste à confirmer"),
    ] {
        assert!(
            html(&EventView { status, ..view() }).contains(words),
            "{words}"
        );
        assert!(!html(&view()).contains(words), "{words}");
    }
    assert!(
        html(&EventView {
            past: true,
            ..view()
        })
        .contains("Cet événement est passé.")
    );
    assert!(
        html(&EventView {
            held: true,
            ..view()
        })
        .contains("En attente de modération")
    );
    assert!(
        html(&EventView {
            draft: true,
            ..view()
        })
        .contains("Brouillon")
    );
}

#[test]
fn maps_are_plain_links() {
    let place = |coordinates, address: Vec<String>| PlaceView {
        coordinates,
        address,
        ..PlaceView::default()
    };
    let url = place(Some((-20.9973, 55.3009)), vec![]).map_url();
    assert_eq!(
        url.as_deref(),
        Some(
            "https://www.openstreetmap.org/?mlat=-20.99730&mlon=55.30090#map=17/-20.99730/55.30090"
        )
    );
    assert_eq!(place(Some((91.0, 0.0)), vec![]).map_url(), None);
    assert_eq!(place(Some((f64::NAN, 0.0)), vec![]).map_url(), None);
    let search = place(
        None,
        vec!["8 rue de l’Usine".into(), "Saint-Paul & Cie".into()],
    )
    .map_url();
    let search = search.expect("a search");
    assert!(search.starts_with("https://www.openstreetmap.org/search?query=8+rue"));
    assert!(search.contains("%26") && !search.contains('<'));
}

#[test]
fn the_origin_is_said_with_its_original() {
    let page = html(&EventView {
        source: Some(Link::new("fablab.example", "https://fablab.example/e/1")),
        ..view()
    });
    assert!(page.contains("Annoncé par fablab.example"));
    assert!(page.contains("href=\"https://fablab.example/e/1\""));
    assert!(!html(&view()).contains("Annoncé par"));
}

#[test]
fn replies_nest_no_deeper_than_two() {
    let reply = |depth| Comment {
        author: "A".into(),
        depth,
        ..Comment::default()
    };
    let list = comments(&[reply(0), reply(1), reply(9)], Lang::Fr).into_string();
    assert!(list.contains("3 réponses"));
    assert!(list.contains("depth-2") && !list.contains("depth-9"));
    assert!(comments(&[], Lang::Fr).is_empty());
}

#[test]
fn following_from_elsewhere_is_a_form_that_keeps_what_was_typed() {
    let mut follow = FollowBox {
        name: "La Raffinerie".into(),
        handle: "@raffinerie@agenda.example".into(),
        action: "/follow".into(),
        target: "https://agenda.example/@raffinerie".into(),
        account: "camille".into(),
        ..FollowBox::default()
    };
    let fine = follow_box(&follow, Lang::Fr).into_string();
    assert!(fine.contains("method=\"get\"") && fine.contains("value=\"camille\""));
    assert!(fine.contains("name=\"target\"") && !fine.contains("aria-invalid"));
    follow.errors.add("account", "follow-error-account");
    assert!(
        follow_box(&follow, Lang::Fr)
            .as_str()
            .contains("aria-invalid=\"true\"")
    );
}
