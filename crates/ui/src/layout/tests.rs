use super::*;

fn site() -> SiteLook {
    SiteLook {
        name: "Chez <Zoé> & \"Cie\"".into(),
        tagline: "L’agenda".into(),
        base_url: "https://agenda.example".into(),
        host: "agenda.example".into(),
        registrations_open: true,
        ..SiteLook::default()
    }
}

fn page() -> Page {
    Page::new(
        Lang::Fr,
        site(),
        "/events/1",
        "Bal </title>",
        SafeHtml::trusted("<h1>Bal</h1>"),
    )
}

#[test]
fn a_document_has_its_landmarks_language_and_canonical_address() {
    let html = layout(&page());
    assert!(html.starts_with("<!DOCTYPE html>"));
    for part in [
        "<html lang=\"fr\"",
        "href=\"#main\"",
        "<main id=\"main\"",
        "<nav class=\"nav\"",
        "<footer",
        "<link rel=\"canonical\" href=\"https://agenda.example/events/1\">",
        "property=\"og:url\" content=\"https://agenda.example/events/1\"",
        "<h1>Bal</h1>",
        "/login",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
    assert!(
        layout(&Page {
            lang: Lang::En,
            ..page()
        })
        .contains("<html lang=\"en\"")
    );
}

#[test]
fn names_and_titles_are_escaped() {
    let html = layout(&page());
    assert!(!html.contains("<Zoé>") && !html.contains("Bal </title>"));
    assert!(html.contains("Bal &#60;/title&#62;") || html.contains("Bal &lt;/title&gt;"));
}

#[test]
fn structured_data_cannot_leave_its_block() {
    let mut page = page();
    page.json_ld = Some(serde_json::json!({"name": "</script><script>alert(1)</script>"}));
    let html = layout(&page);
    assert!(html.contains("<script type=\"application/ld+json\">{\"name\":\"\\u003c/script"));
    assert!(!html.contains("<script>alert"));
    assert_eq!(html.matches("</script>").count(), 2);
}

#[test]
fn the_viewer_sees_what_they_may_do() {
    let mut page = page();
    assert!(!layout(&page).contains("/logout"));
    page.viewer = Some(Viewer {
        name: "Zoé".into(),
        ..Viewer::default()
    });
    page.csrf = "jeton".into();
    let plain = layout(&page);
    assert!(plain.contains("action=\"/logout\"") && plain.contains("value=\"jeton\""));
    assert!(!plain.contains("/admin") && !plain.contains("/events/new"));
    assert!(!plain.contains("/signup"));
    page.viewer = Some(Viewer {
        name: "Zoé".into(),
        is_moderator: true,
        may_publish: true,
        pending: 2,
    });
    let moderator = layout(&page);
    assert!(moderator.contains("/admin") && moderator.contains("/events/new"));
    assert!(moderator.contains("2 choses attendent"));
}

#[test]
fn the_place_in_the_navigation_is_said() {
    let mut page = page();
    assert!(!layout(&page).contains("aria-current"));
    page.nav_current = NavItem::Month;
    let html = layout(&page);
    assert_eq!(html.matches("aria-current=\"page\"").count(), 1);
    assert!(html.contains("<a href=\"/month\" aria-current=\"page\">"));
}

#[test]
fn messages_are_announced_by_their_weight() {
    let mut page = page();
    page.flash = Some(Flash::Success("Fait <b>".into()));
    let html = layout(&page);
    assert!(html.contains("role=\"status\"") && !html.contains("Fait <b>"));
    page.flash = Some(Flash::Error("Raté".into()));
    assert!(layout(&page).contains("role=\"alert\""));
}

#[test]
fn alternates_and_previews() {
    let mut page = page();
    page.alternates = vec![Alternate {
        media_type: "text/calendar",
        href: "/events/1.ics".into(),
        title: String::new(),
        lang: None,
    }];
    page.og.image = Some(Picture {
        src: "/media/a.jpg".into(),
        width: 1200,
        height: 630,
        alt: "Affiche".into(),
        focus: "",
    });
    let html = layout(&page);
    assert!(html.contains("type=\"text/calendar\" href=\"https://agenda.example/events/1.ics\""));
    assert!(html.contains("og:image\" content=\"https://agenda.example/media/a.jpg\""));
    assert!(html.contains("summary_large_image"));
}

#[test]
fn an_embedded_agenda_is_light_and_runs_nothing() {
    let html = embed_layout(
        Lang::Fr,
        &site(),
        "Agenda",
        "https://agenda.example/",
        &SafeHtml::default(),
    );
    assert!(!html.contains("<script") && !html.contains("<form"));
    assert!(html.contains("target=\"_blank\" rel=\"noopener\""));
    let total = html.len()
        + crate::asset(crate::asset_path("site.css")).map_or(0, |a| a.bytes.len())
        + crate::theme_css(25, Paper::Tinted).len();
    assert!(total < 30_000, "{total}");
}

#[test]
fn a_site_being_set_up_shows_no_way_elsewhere() {
    let mut page = page();
    page.minimal = true;
    let html = layout(&page);
    assert!(!html.contains("<nav") && !html.contains("/login"));
    assert!(html.contains("<main id=\"main\""));
}
