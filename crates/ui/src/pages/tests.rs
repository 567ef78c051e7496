use super::*;
use crate::{FormErrors, Lang, Routes};

#[test]
fn the_nine_answers_have_peertube_names_and_their_fields() {
    let answers = AboutAnswers {
        administrator: "Nous <3".into(),
        ..AboutAnswers::default()
    };
    let names: Vec<&str> = answers.questions().iter().map(|q| q.0).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(
        sorted,
        [
            "administrator",
            "business_model",
            "categories",
            "code_of_conduct",
            "creation_reason",
            "hardware_information",
            "languages",
            "maintenance_lifetime",
            "moderation_information",
        ]
    );
    let fields = answers.fields(&FormErrors::new(), Lang::Fr).into_string();
    assert_eq!(fields.matches("<textarea").count(), 9);
    assert!(fields.contains("Nous &lt;3"));
}

#[test]
fn an_unanswered_question_is_said_so() {
    let view = AboutView {
        name: "X".into(),
        answers: vec![
            ("about-business-model", SafeHtml::default()),
            ("about-languages", SafeHtml::trusted("<p>Français</p>")),
        ],
        ..AboutView::default()
    };
    let html = about_page(&view, Lang::Fr).into_string();
    assert_eq!(html.matches("Pas encore de réponse").count(), 1);
    assert!(html.contains("<p>Français</p>"));
}

#[test]
fn setup_asks_for_the_code_only_when_it_must() {
    let mut view = SetupView {
        action: "/setup".into(),
        ..SetupView::default()
    };
    let open = setup_page(&view, Lang::Fr).into_string();
    for name in [
        "site_name",
        "tagline",
        "language",
        "time_zone",
        "name",
        "email",
        "password",
        "agenda_handle",
        "registrations",
        "accent_hue",
        "paper",
        "administrator",
    ] {
        assert!(open.contains(&format!("name=\"{name}\"")), "{name}");
    }
    assert!(!open.contains("setup_code"));
    view.needs_code = true;
    assert!(
        setup_page(&view, Lang::Fr)
            .as_str()
            .contains("name=\"setup_code\"")
    );
}

#[test]
fn a_hue_of_ones_own_stays_chosen() {
    let none = FormErrors::new();
    let html = look_fields("123", "dark", &none, Lang::Fr).into_string();
    assert!(html.contains("value=\"123\" checked") && html.contains("value=\"dark\" checked"));
    let known = look_fields("25", "", &none, Lang::Fr).into_string();
    assert!(known.contains("value=\"25\" checked") && known.contains("value=\"tinted\" checked"));
}

#[test]
fn signing_in_keeps_the_name_and_never_the_password() {
    let none = FormErrors::new();
    let routes = Routes::default();
    let html =
        sign_in_page(&routes, "t", "zoé", "/events/new", true, &none, Lang::Fr).into_string();
    assert!(html.contains("value=\"zoé\"") && html.contains("name=\"next\""));
    assert!(html.contains("autocomplete=\"current-password\"") && html.contains("/signup"));
    let closed = sign_in_page(&routes, "t", "", "", false, &none, Lang::Fr).into_string();
    assert!(!closed.contains("/signup") && !closed.contains("name=\"next\""));
}

#[test]
fn signing_up_asks_why_only_by_approval() {
    let mut view = SignUpView::default();
    let routes = Routes::default();
    assert!(
        !sign_up_page(&view, &routes, Lang::Fr)
            .as_str()
            .contains("name=\"reason\"")
    );
    view.by_approval = true;
    assert!(
        sign_up_page(&view, &routes, Lang::Fr)
            .as_str()
            .contains("name=\"reason\"")
    );
}

#[test]
fn a_new_password_travels_with_its_token() {
    let none = FormErrors::new();
    let html = reset_choose_page("/reset/choose", "c", "jeton", &none, Lang::Fr).into_string();
    assert!(html.contains("name=\"token\" value=\"jeton\""));
    assert!(html.contains("autocomplete=\"new-password\""));
    let ask = reset_request_page(&Routes::default(), "c", &none, Lang::Fr).into_string();
    assert!(ask.contains("type=\"email\""));
}

#[test]
fn a_message_escapes_and_leads_on() {
    let html = message_page("Regardez <vos> courriels", "…", Some(("/", "Agenda"))).into_string();
    assert!(!html.contains("<vos>") && html.contains("href=\"/\""));
}
