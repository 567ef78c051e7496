use super::*;

fn errors() -> FormErrors {
    let mut errors = FormErrors::new();
    errors.add("title", "form-error-required");
    errors.add_with("summary", "form-error-too-long", &[("max", 200.into())]);
    errors
}

#[test]
fn a_field_ties_its_label_help_and_error_together() {
    let html = Field::text("title", "Titre")
        .value("Bal \"populaire\" <3")
        .help("Court.")
        .required()
        .max_length(200)
        .render(&errors(), Lang::Fr)
        .into_string();
    assert!(
        html.contains("<label for=\"f-title\">Titre</label>"),
        "{html}"
    );
    assert!(
        html.contains("aria-describedby=\"f-title-help f-title-error\""),
        "{html}"
    );
    assert!(html.contains("aria-invalid=\"true\""));
    assert!(html.contains("value=\"Bal &quot;populaire&quot; &lt;3\""));
    assert!(html.contains(" required") && html.contains("maxlength=\"200\""));

    let fine = Field::text("place", "Lieu")
        .render(&errors(), Lang::Fr)
        .into_string();
    assert!(!fine.contains("aria-invalid") && !fine.contains("describedby"));
}

#[test]
fn a_password_is_never_written_back() {
    let html = Field::password("password", "Mot de passe", false)
        .value("secret")
        .render(&FormErrors::new(), Lang::Fr)
        .into_string();
    assert!(!html.contains("secret"));
    assert!(html.contains("current-password"));
}

#[test]
fn choices_keep_what_was_chosen() {
    let choices = vec![Choice::new("a", "Un"), Choice::new("b", "Deux")];
    let none = FormErrors::new();
    let select = Field::select("s", "S", choices.clone())
        .value("b")
        .render(&none, Lang::Fr);
    assert!(select.as_str().contains("<option value=\"b\" selected>"));
    assert!(!select.as_str().contains("<option value=\"a\" selected>"));
    let radios = Field::radios("r", "R", choices.clone())
        .value("a")
        .render(&none, Lang::Fr);
    assert!(radios.as_str().contains("value=\"a\" checked"));
    assert!(!radios.as_str().contains("value=\"b\" checked"));
    assert!(radios.as_str().contains("<fieldset"));
    let boxes =
        Field::checkboxes("c", "C", choices, vec!["a".into(), "b".into()]).render(&none, Lang::Fr);
    assert_eq!(boxes.as_str().matches(" checked").count(), 2);
    let one = Field::checkbox("k", "K", true).render(&none, Lang::Fr);
    assert!(one.as_str().contains(" checked"));
}

#[test]
fn a_textarea_cannot_be_closed_from_inside_and_keeps_its_first_line() {
    let html = Field::textarea("d", "D", 8)
        .value("\n</textarea><script>")
        .render(&FormErrors::new(), Lang::Fr)
        .into_string();
    assert!(
        html.contains(">\n\n&lt;/textarea&gt;&lt;script&gt;</textarea>"),
        "{html}"
    );
}

#[test]
fn the_summary_leads_to_each_field_and_is_empty_without_errors() {
    assert!(error_summary(&FormErrors::new(), Lang::Fr).is_empty());
    let html = error_summary(&errors(), Lang::En).into_string();
    assert!(html.contains("href=\"#f-title\"") && html.contains("href=\"#f-summary\""));
    assert!(html.contains("200"));
    assert!(html.contains("role=\"alert\""));
}

#[test]
fn a_form_that_changes_something_carries_the_token_and_a_search_does_not() {
    let post = Form::post("/events", "tok\"en")
        .button(Button::primary("Publier"))
        .render();
    assert!(
        post.as_str()
            .contains("name=\"csrf\" value=\"tok&quot;en\"")
    );
    assert!(post.as_str().contains("method=\"post\""));
    let get = Form::get("/").render();
    assert!(!get.as_str().contains("csrf") && get.as_str().contains("method=\"get\""));
    let file = Form::post("/i", "t").multipart().render();
    assert!(file.as_str().contains("multipart/form-data"));
}

#[test]
fn ids_are_safe_in_selectors_and_attributes() {
    let html = Field::text("a[b]\"><script>", "L").render(&FormErrors::new(), Lang::Fr);
    assert!(!html.as_str().contains("<script>"));
    assert!(html.as_str().contains("id=\"f-a-b----script-\""));
}
