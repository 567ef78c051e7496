//! What an event may have besides: a price, a picture, and the folded rest.

use super::values::{EventFormView, SPOTS, with_empty};
use crate::forms::{Choice, Field, fieldset, more_options};
use crate::html::SafeHtml;
use crate::lang::Lang;

pub(super) fn cost(view: &EventFormView, lang: Lang) -> SafeHtml {
    let (v, e) = (&view.values, &view.errors);
    let body = SafeHtml::concat([
        &Field::checkbox("free", lang.t("form-free"), v.free).render(e, lang),
        &Field::text("price", lang.t("form-price"))
            .help(lang.t("form-price-help"))
            .value(&v.price)
            .max_length(200)
            .optional()
            .attribute("data-unless", "free")
            .render(e, lang),
        &Field::url("registration_url", lang.t("form-registration"))
            .help(lang.t("form-registration-help"))
            .value(&v.registration_url)
            .optional()
            .render(e, lang),
    ]);
    fieldset(&lang.t("form-cost"), "", &body)
}

pub(super) fn picture(view: &EventFormView, lang: Lang) -> SafeHtml {
    let (v, e) = (&view.values, &view.errors);
    let mut body = SafeHtml::default();
    if let Some(picture) = &view.picture {
        body.push(&SafeHtml::trusted(format!(
            "<p><img class=\"thumb\" src=\"{}\" width=\"{}\" height=\"{}\" alt=\"{}\"></p>",
            SafeHtml::text(&picture.src),
            picture.width,
            picture.height,
            SafeHtml::text(&picture.alt)
        )));
        body.push(
            &Field::checkbox(
                "picture_remove",
                lang.t("form-picture-remove"),
                v.picture_remove,
            )
            .render(e, lang),
        );
    }
    body.push(
        &Field::file(
            "picture",
            lang.t("form-picture"),
            "image/jpeg,image/png,image/webp,image/gif",
        )
        .help(lang.t("form-picture-help"))
        .optional()
        .attribute("data-preview", &lang.t("form-picture-chosen"))
        .render(e, lang),
    );
    body.push(
        &Field::text("picture_alt", lang.t("form-picture-alt"))
            .help(lang.t("form-picture-alt-help"))
            .value(&v.picture_alt)
            .max_length(1000)
            .render(e, lang),
    );
    let spots = SPOTS
        .iter()
        .map(|(spot, key)| Choice::new(spot, &lang.t(key)));
    let middle = v.picture_focus.is_empty() || v.picture_focus == "middle";
    let spots = Field::radios("picture_focus", lang.t("form-focus"), spots.collect())
        .help(lang.t("form-focus-help"))
        .value(if middle { "middle" } else { &v.picture_focus })
        .render(e, lang);
    let spots = SafeHtml::trusted(format!("<div class=\"spots flow\">{spots}</div>"));
    let open = !middle || e.get("picture_focus").is_some();
    body.push(&more_options(&lang.t("form-focus-title"), open, &spots));
    fieldset(&lang.t("form-picture-group"), "", &body)
}

pub(super) fn more(view: &EventFormView, lang: Lang) -> SafeHtml {
    let (v, e) = (&view.values, &view.errors);
    let choice = |value: &str, key: &str| Choice::new(value, &lang.t(key));
    let mut body = SafeHtml::concat([
        &Field::select(
            "category",
            lang.t("form-category"),
            with_empty(lang.t("form-category-none"), &view.choices.categories),
        )
        .value(&v.category)
        .render(e, lang),
        &Field::text("tags", lang.t("form-tags"))
            .help(lang.t("form-tags-help"))
            .value(&v.tags)
            .suggestions(view.choices.tags.clone())
            .render(e, lang),
        &tag_boxes(view, lang),
        &Field::select(
            "language",
            lang.t("form-language"),
            view.choices.languages.clone(),
        )
        .help(lang.t("form-language-help"))
        .value(&v.language)
        .render(e, lang),
        &Field::select(
            "status",
            lang.t("form-status"),
            vec![
                choice("confirmed", "form-status-confirmed"),
                choice("tentative", "form-status-tentative"),
                choice("postponed", "form-status-postponed"),
                choice("cancelled", "form-status-cancelled"),
            ],
        )
        .value(if v.status.is_empty() {
            "confirmed"
        } else {
            &v.status
        })
        .render(e, lang),
        &Field::text("status_note", lang.t("form-status-note"))
            .help(lang.t("form-status-note-help"))
            .value(&v.status_note)
            .max_length(300)
            .optional()
            .render(e, lang),
        &Field::checkbox("sold_out", lang.t("form-sold-out"), v.sold_out).render(e, lang),
    ]);
    if !view.choices.parents.is_empty() {
        body.push(
            &Field::select(
                "parent",
                lang.t("form-parent"),
                with_empty(lang.t("form-parent-none"), &view.choices.parents),
            )
            .help(lang.t("form-parent-help"))
            .value(&v.parent)
            .render(e, lang),
        );
    }
    let names = [
        "category",
        "tags",
        "language",
        "status",
        "status_note",
        "sold_out",
        "parent",
    ];
    let open = view.editing || e.any_of(&names);
    more_options(&lang.t("form-more"), open, &body)
}

/// Which dates of a series are changed.
/// Tags offered as boxes at most.
const TAG_BOXES: usize = 12;

/// Tags in use to tick, for who types none: a list that opens while typing helps with the first alone.
fn tag_boxes(view: &EventFormView, lang: Lang) -> SafeHtml {
    let typed: Vec<String> = view
        .values
        .tags
        .split([',', ';', '\n'])
        .map(|tag| tag.trim().trim_start_matches('#').to_lowercase())
        .collect();
    let boxes: Vec<Choice> = view
        .choices
        .tags
        .iter()
        .filter(|tag| !typed.contains(&tag.to_lowercase()))
        .take(TAG_BOXES)
        .map(|tag| Choice::new(tag, tag))
        .collect();
    if boxes.is_empty() {
        return SafeHtml::default();
    }
    let boxes = Field::checkboxes("tag", lang.t("form-tags-used"), boxes, Vec::new())
        .optional()
        .render(&view.errors, lang);
    SafeHtml::trusted(format!("<div class=\"flow\">{boxes}</div>"))
}
