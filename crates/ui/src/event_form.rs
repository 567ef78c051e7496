//! The form of an event: one question a group, the rest folded.

use crate::forms::{Button, Choice, Field, Form, error_summary, fieldset, more_options, row};
use crate::html::SafeHtml;
use crate::icons::icon;
use crate::lang::Lang;

mod extras;
mod values;
mod when;

use extras::{cost, more, picture};
use values::with_empty;
pub use values::{EventChoices, EventFormView, EventValues, SPOTS};
use when::when;

/// The body of the page "new event" or "edit".
pub fn event_form(view: &EventFormView, lang: Lang) -> SafeHtml {
    let heading = lang.t(if view.editing {
        "form-edit-heading"
    } else {
        "form-new-heading"
    });
    let mut body = SafeHtml::trusted(format!("<h1>{}</h1>", SafeHtml::text(&heading)));
    if !view.editing {
        body.push(&SafeHtml::trusted(format!(
            "<p class=\"lede\">{}</p>",
            SafeHtml::text(&lang.t("form-new-intro"))
        )));
    }
    body.push(&error_summary(&view.errors, lang));
    if !view.preview.is_empty() {
        body.push(&SafeHtml::trusted(format!(
            "<section class=\"preview\" aria-label=\"{0}\"><p class=\"kicker\">{0}</p>{1}</section>",
            SafeHtml::text(&lang.t("form-preview-title")),
            view.preview
        )));
    }
    let publish = lang.t(if view.editing {
        "form-save"
    } else {
        "form-publish"
    });
    let mut form = Form::post(&view.action, &view.csrf)
        .multipart()
        .body(what(view, lang))
        .body(when(view, lang))
        .body(place(view, lang))
        .body(cost(view, lang))
        .body(picture(view, lang))
        .body(more(view, lang))
        .body(scope(view, lang))
        .button(Button::primary(publish).sends("do", "publish"))
        .button(Button::quiet(lang.t("form-preview")).sends("do", "preview"));
    if !view.editing {
        form = form.button(Button::quiet(lang.t("form-draft")).sends("do", "draft"));
    }
    for (name, value) in &view.hidden {
        form = form.hidden(name, value);
    }
    body.push(&form.render());
    SafeHtml::trusted(format!("<div class=\"narrow\">{body}</div>"))
}

fn what(view: &EventFormView, lang: Lang) -> SafeHtml {
    let (v, e) = (&view.values, &view.errors);
    let mut body = Field::text("title", lang.t("form-title"))
        .help(lang.t("form-title-help"))
        .value(&v.title)
        .required()
        .max_length(200)
        .render(e, lang);
    if view.choices.agendas.len() > 1 {
        body.push(
            &Field::select(
                "agenda",
                lang.t("form-agenda"),
                view.choices.agendas.clone(),
            )
            .value(&v.agenda)
            .required()
            .render(e, lang),
        );
    } else if let Some(only) = view.choices.agendas.first() {
        body.push(&crate::forms::hidden_field("agenda", &only.value));
    }
    body.push(
        &Field::textarea("description", lang.t("form-description"), 8)
            .help(lang.t("form-description-help"))
            .value(&v.description)
            .optional()
            .render(e, lang),
    );
    fieldset(&lang.t("form-what"), "", &body)
}

fn place(view: &EventFormView, lang: Lang) -> SafeHtml {
    let (v, e) = (&view.values, &view.errors);
    let mut body = SafeHtml::default();
    if !view.choices.places.is_empty() {
        body.push(
            &Field::select(
                "place",
                lang.t("form-place-known"),
                with_empty(lang.t("form-place-other"), &view.choices.places),
            )
            .value(&v.place)
            .render(e, lang),
        );
    }
    let new_place = SafeHtml::concat([
        &Field::text("place_name", lang.t("form-place-name"))
            .help(lang.t("form-place-name-help"))
            .value(&v.place_name)
            .max_length(200)
            .optional()
            .render(e, lang),
        &Field::text("place_street", lang.t("form-place-street"))
            .value(&v.place_street)
            .max_length(200)
            .optional()
            .render(e, lang),
        &row(&[
            Field::text("place_postal_code", lang.t("form-place-postal-code"))
                .value(&v.place_postal_code)
                .max_length(20)
                .width("short")
                .optional()
                .render(e, lang),
            Field::text("place_locality", lang.t("form-place-locality"))
                .value(&v.place_locality)
                .max_length(100)
                .optional()
                .render(e, lang),
        ]),
    ]);
    let details = SafeHtml::concat([
        &Field::text("place_country", lang.t("form-place-country"))
            .value(&v.place_country)
            .max_length(100)
            .render(e, lang),
        &row(&[
            Field::decimal("place_latitude", lang.t("form-place-latitude"))
                .value(&v.place_latitude)
                .attribute("placeholder", "48.8566")
                .render(e, lang),
            Field::decimal("place_longitude", lang.t("form-place-longitude"))
                .value(&v.place_longitude)
                .attribute("placeholder", "2.3522")
                .render(e, lang),
        ]),
        &SafeHtml::trusted(format!(
            "<p class=\"help\">{}</p>",
            SafeHtml::text(&lang.t("form-place-coordinates-help"))
        )),
    ]);
    let open = !(v.place_latitude.is_empty() && v.place_longitude.is_empty())
        || e.any_of(&["place_country", "place_latitude", "place_longitude"]);
    let details = more_options(&lang.t("form-place-more"), open, &details);
    body.push(&SafeHtml::trusted(format!(
        "<div data-while=\"place\" data-is=\"\">{new_place}{details}</div>"
    )));
    body.push(
        &Field::url("online_url", lang.t("form-online-url"))
            .help(lang.t("form-online-url-help"))
            .value(&v.online_url)
            .optional()
            .render(e, lang),
    );
    fieldset(&lang.t("form-where"), "", &body)
}

/// Which dates of a series are changed.
fn scope(view: &EventFormView, lang: Lang) -> SafeHtml {
    if !view.in_series {
        return SafeHtml::default();
    }
    let choice = |value: &str, key: &str| Choice::new(value, &lang.t(key));
    let value = match view.values.scope.as_str() {
        "" => "this",
        chosen => chosen,
    };
    Field::radios(
        "scope",
        lang.t("form-scope"),
        vec![
            choice("this", "form-scope-this"),
            choice("following", "form-scope-following"),
            choice("all", "form-scope-all"),
        ],
    )
    .help(lang.t("form-scope-help"))
    .value(value)
    .render(&view.errors, lang)
}

/// Icon and words of a small action done by a POST: cancel, delete…
pub fn action_form(
    action: &str,
    csrf: &str,
    icon_name: &str,
    label: &str,
    danger: bool,
) -> SafeHtml {
    let class = if danger {
        "button small danger"
    } else {
        "button small quiet"
    };
    SafeHtml::trusted(format!(
        "<form method=\"post\" action=\"{}\">{}<button class=\"{class}\" type=\"submit\">{}{}</button></form>",
        SafeHtml::text(action),
        crate::forms::csrf_field(csrf),
        icon(icon_name),
        SafeHtml::text(label)
    ))
}

#[cfg(test)]
mod tests;
