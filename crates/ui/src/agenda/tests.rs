use super::*;

fn date(m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, m, d).expect("a real date")
}

fn event(title: &str) -> EventCard {
    EventCard {
        title: title.into(),
        url: "/events/1".into(),
        time: "20 h".into(),
        datetime: "2026-07-04T20:00:00+02:00".into(),
        ..EventCard::default()
    }
}

fn card(event: &EventCard) -> String {
    event_card(event, Lang::Fr, false).into_string()
}

#[test]
fn every_state_is_said_in_words() {
    let plain = card(&event("Bal"));
    assert!(!plain.contains("badge"));
    type Change = fn(&mut EventCard);
    let cases: [(&str, Change); 6] = [
        ("Annulé", |e| e.status = EventStatus::Cancelled),
        ("Reporté", |e| e.status = EventStatus::Postponed),
        ("À confirmer", |e| e.status = EventStatus::Tentative),
        ("Complet", |e| e.sold_out = true),
        ("Passé", |e| e.past = true),
        ("En attente de modération", |e| e.held = true),
    ];
    for (words, change) in cases {
        assert!(!plain.contains(words), "{words}");
        let mut event = event("Bal");
        change(&mut event);
        assert!(card(&event).contains(words), "{words}");
    }
}

#[test]
fn a_hostile_event_stays_text() {
    let mut event = event("<script>alert(1)</script>");
    event.place = "\"><img src=x onerror=alert(1)>".into();
    event.tags = vec![Link::new("<b>", "javascript:alert(1)")];
    event.source = Some(Link::new("<i>", "javascript:alert(1)"));
    let html = card(&event);
    for part in ["<script", "<img", "<b>", "<i>", "javascript:"] {
        assert!(!html.contains(part), "{part}\n{html}");
    }
    event.tags = vec![Link::new("bal", "/?tag=bal")];
    assert!(card(&event).contains("<a href=\"/?tag=bal\">bal</a>"));
}

#[test]
fn pictures_below_are_lazy_and_have_their_size() {
    let mut event = event("Bal");
    event.picture = Some(Picture {
        src: "/m/1".into(),
        width: 240,
        height: 180,
        alt: "Affiche".into(),
        focus: "",
    });
    let html = card(&event);
    for part in [
        "width=\"240\"",
        "height=\"180\"",
        "loading=\"lazy\"",
        "alt=\"Affiche\"",
    ] {
        assert!(html.contains(part), "{part}");
    }
}

#[test]
fn days_are_headings_and_today_is_named() {
    let days = [
        AgendaDay {
            date: date(7, 4),
            events: vec![event("Bal")],
        },
        AgendaDay {
            date: date(7, 6),
            events: vec![event("Atelier")],
        },
    ];
    let html = agenda_list(&days, date(7, 4), Lang::Fr, false).into_string();
    assert_eq!(html.matches("<h2").count(), 2);
    assert_eq!(html.matches("<h3").count(), 2);
    assert!(html.contains("datetime=\"2026-07-04\""));
    assert_eq!(html.matches("class=\"rel\"").count(), 1);
    assert!(html.contains("aujourd’hui"));
    assert!(!html.contains("_blank"));
    let embedded = agenda_list(&days, date(7, 4), Lang::Fr, true).into_string();
    assert_eq!(
        embedded
            .matches("target=\"_blank\" rel=\"noopener\"")
            .count(),
        2
    );
}

#[test]
fn forty_events_stay_within_the_budget() {
    let days = [AgendaDay {
        date: date(7, 14),
        events: vec![event("Concert de l’harmonie"); 40],
    }];
    let html = agenda_list(&days, date(7, 4), Lang::Fr, false).into_string();
    assert!(html.len() < 40_000, "{}", html.len());
}

fn month(days: Vec<AgendaDay>) -> String {
    let view = MonthView {
        year: 2026,
        month: 7,
        days,
        today: date(7, 4),
        previous_url: Some("/month?m=2026-06".into()),
        next_url: None,
        day_url: "/?from=".into(),
        active: Vec::new(),
        reset_url: String::new(),
    };
    month_grid(&view, Lang::Fr).into_string()
}

#[test]
fn a_month_has_whole_weeks_and_counts_what_it_hides() {
    let full = AgendaDay {
        date: date(7, 14),
        events: vec![event("x"); 9],
    };
    let html = month(vec![full]);
    assert_eq!(html.matches("<h2>").count(), 35);
    assert!(html.contains("et 5 autres"), "{html}");
    assert!(
        html.contains("/?from=2026-07-14&#38;to=2026-07-14"),
        "{html}"
    );
    assert!(html.contains("rel=\"prev\"") && !html.contains("rel=\"next\""));

    let five = AgendaDay {
        date: date(7, 14),
        events: vec![event("x"); 5],
    };
    assert!(!month(vec![five]).contains("autre"));
    assert!(month(Vec::new()).contains("Rien d’annoncé"));
}

#[test]
fn a_month_that_does_not_exist_gives_nothing() {
    let view = MonthView {
        year: 2026,
        month: 13,
        days: Vec::new(),
        today: date(7, 4),
        previous_url: None,
        next_url: None,
        day_url: String::new(),
        active: Vec::new(),
        reset_url: String::new(),
    };
    assert!(month_grid(&view, Lang::Fr).is_empty());
}

#[test]
fn filters_are_a_get_form_that_keeps_its_values() {
    let set = Filters {
        action: "/".into(),
        q: "\"bal\"".into(),
        within: "20".into(),
        free: true,
        active: vec![ActiveFilter {
            label: "gratuit".into(),
            remove_url: "/?q=bal".into(),
        }],
        ..Filters::default()
    };
    let html = filters(&set, Lang::Fr).into_string();
    assert!(html.contains("method=\"get\"") && !html.contains("csrf"));
    assert!(html.contains("value=\"&quot;bal&quot;\"") && html.contains("value=\"20\""));
    assert_eq!(html.matches(" checked").count(), 1);
    assert!(html.contains("href=\"/?q=bal\""));
    for name in [
        "q", "from", "to", "place", "near", "within", "tag", "category", "free", "online", "source",
    ] {
        assert!(html.contains(&format!("name=\"{name}\"")), "{name}");
    }
    assert!(!html.contains("<details class=\"more\" open"));
    let mut wrong = set.clone();
    wrong.errors.add("within", "filter-error-within");
    assert!(
        filters(&wrong, Lang::Fr)
            .as_str()
            .contains("<details class=\"more\" open")
    );
}

#[test]
fn pages_only_when_there_are_several() {
    assert!(pagination(&Pagination::default(), Lang::Fr).is_empty());
    let next = Pagination {
        next: Some("/?page=2".into()),
        ..Pagination::default()
    };
    let html = pagination(&next, Lang::Fr).into_string();
    assert!(html.contains("rel=\"next\"") && !html.contains("rel=\"prev\""));
}

#[test]
fn an_empty_agenda_leads_on() {
    let view = AgendaView {
        banner: None,
        icon: None,
        people: Vec::new(),
        tools: Vec::new(),
        waiting: SafeHtml::default(),
        heading: "Agenda".into(),
        intro: String::new(),
        filters: None,
        days: Vec::new(),
        empty: EmptyState {
            title: "Rien".into(),
            text: String::new(),
            actions: vec![Link::new("La suite", "/?page=2")],
        },
        pagination: Pagination::default(),
        today: date(7, 4),
        count: None,
        month_url: String::new(),
        ics_url: "/agenda.ics".into(),
        atom_url: "/agenda.atom".into(),
        embed_url: String::new(),
        live_url: "https://agenda.example/".into(),
    };
    let html = agenda_page(&view, Lang::Fr).into_string();
    assert!(html.contains("href=\"/?page=2\"") && html.contains("/agenda.ics"));
    assert!(html.contains("class=\"print-code\""));
}

#[test]
fn the_printed_code_is_plain_svg() {
    let code = print_code("https://agenda.example/?q=<b>", Lang::Fr).into_string();
    assert!(code.contains("<svg") && !code.contains("<?xml") && !code.contains("<b>"));
    assert!(!code.contains("style="));
    assert!(print_code("", Lang::Fr).is_empty());
    assert!(print_code(&"x".repeat(301), Lang::Fr).is_empty());
}
