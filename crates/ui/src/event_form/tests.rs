use super::*;

fn view() -> EventFormView {
    EventFormView {
        action: "/events/new".into(),
        csrf: "jeton".into(),
        choices: EventChoices {
            agendas: vec![Choice::new("1", "La Raffinerie")],
            places: vec![Choice::new("7", "Halle")],
            parents: vec![Choice::new("9", "Festival")],
            ..EventChoices::default()
        },
        ..EventFormView::default()
    }
}

fn html(view: &EventFormView) -> String {
    event_form(view, Lang::Fr).into_string()
}

#[test]
fn every_value_has_its_field() {
    let form = html(&view());
    for name in [
        "title",
        "description",
        "agenda",
        "start_date",
        "start_time",
        "end_date",
        "end_time",
        "all_day",
        "time_zone",
        "place",
        "place_name",
        "place_street",
        "place_postal_code",
        "place_locality",
        "place_country",
        "place_latitude",
        "place_longitude",
        "online_url",
        "category",
        "tags",
        "picture",
        "picture_alt",
        "price",
        "free",
        "registration_url",
        "status",
        "status_note",
        "sold_out",
        "language",
        "repeat",
        "repeat_every",
        "repeat_on",
        "repeat_end",
        "repeat_until",
        "repeat_count",
        "repeat_except",
        "parent",
        "csrf",
    ] {
        assert!(form.contains(&format!("name=\"{name}\"")), "{name}");
    }
    assert!(form.contains("multipart/form-data"));
    for button in ["publish", "preview", "draft"] {
        assert!(
            form.contains(&format!("name=\"do\" value=\"{button}\"")),
            "{button}"
        );
    }
}

#[test]
fn what_was_typed_is_kept() {
    let mut view = view();
    view.values.title = "Bal \"folk\"".into();
    view.values.all_day = true;
    view.values.repeat = "weekly".into();
    view.values.repeat_on = vec!["TU".into(), "TH".into()];
    view.values.status = "postponed".into();
    view.values.description = "ligne 1\nligne <2>".into();
    let form = html(&view);
    assert!(form.contains("value=\"Bal &quot;folk&quot;\""));
    assert!(form.contains("ligne 1\nligne &lt;2&gt;"));
    assert!(form.contains("<option value=\"weekly\" selected>"));
    assert!(form.contains("<option value=\"postponed\" selected>"));
    assert!(form.contains("value=\"TU\" checked") && form.contains("value=\"TH\" checked"));
    assert!(!form.contains("value=\"MO\" checked"));
}

#[test]
fn folded_groups_open_when_something_is_inside() {
    let opened = |v: &EventFormView| html(v).matches("<details class=\"more\" open>").count();
    assert_eq!(opened(&view()), 0);
    let mut repeated = view();
    repeated.values.repeat = "weekly".into();
    assert_eq!(opened(&repeated), 1);
    let mut wrong = view();
    wrong.errors.add("place_latitude", "form-error-latitude");
    assert_eq!(opened(&wrong), 1);
}

#[test]
fn a_draft_is_offered_only_before_the_first_publication() {
    let mut view = view();
    view.editing = true;
    let form = html(&view);
    assert!(!form.contains("value=\"draft\"") && form.contains("Modifier l’événement"));
}

#[test]
fn a_small_action_is_a_post_with_its_token() {
    let form = action_form("/events/1/delete", "jeton", "trash", "Supprimer", true).into_string();
    assert!(form.contains("method=\"post\"") && form.contains("value=\"jeton\""));
    assert!(form.contains("danger"));
}
