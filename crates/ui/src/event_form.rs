//! The form of an event: one question a group, the rest folded.

use crate::forms::{
    Button, Choice, Field, Form, FormErrors, error_summary, fieldset, more_options, row,
};
use crate::html::SafeHtml;
use crate::icons::icon;
use crate::lang::Lang;
use crate::layout::Picture;

/// What is typed in the form. Every name here is the name of the field sent;
/// booleans are sent as `on`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventValues {
    /// Title, at most 200 characters.
    pub title: String,
    /// Description, Markdown.
    pub description: String,
    /// The agenda it is published in: a value of [`EventChoices::agendas`].
    pub agenda: String,
    /// First day, `2026-07-04`.
    pub start_date: String,
    /// `20:30`; ignored for an all-day event.
    pub start_time: String,
    /// Last day.
    pub end_date: String,
    /// `23:00`.
    pub end_time: String,
    /// Lasts whole days.
    pub all_day: bool,
    /// IANA name, `Europe/Paris`.
    pub time_zone: String,
    /// A known place: a value of [`EventChoices::places`], or empty for another.
    pub place: String,
    /// Name of a new place.
    pub place_name: String,
    /// Street and number.
    pub place_street: String,
    /// Postal code.
    pub place_postal_code: String,
    /// Town.
    pub place_locality: String,
    /// Country, two letters or a name.
    pub place_country: String,
    /// Degrees, decimal.
    pub place_latitude: String,
    /// Degrees, decimal.
    pub place_longitude: String,
    /// Where online.
    pub online_url: String,
    /// A value of [`EventChoices::categories`].
    pub category: String,
    /// Separated by commas.
    pub tags: String,
    /// Text of the picture.
    pub picture_alt: String,
    /// Takes the picture away.
    pub picture_remove: bool,
    /// What crops keep in sight: one of [`SPOTS`], the middle when empty.
    pub picture_focus: String,
    /// Price in words.
    pub price: String,
    /// Costs nothing.
    pub free: bool,
    /// Where to register or buy.
    pub registration_url: String,
    /// `confirmed`, `tentative`, `postponed`, `cancelled`.
    pub status: String,
    /// Why.
    pub status_note: String,
    /// No seat left.
    pub sold_out: bool,
    /// Language of the texts (BCP 47).
    pub language: String,
    /// `never`, `daily`, `weekly`, `monthly-day` (the 14th), `monthly-weekday`
    /// (the second Tuesday), `yearly`.
    pub repeat: String,
    /// Every how many days, weeks, months, years.
    pub repeat_every: String,
    /// `MO` to `SU`, sent once for each.
    pub repeat_on: Vec<String>,
    /// `never`, `until`, `count`.
    pub repeat_end: String,
    /// Last day.
    pub repeat_until: String,
    /// How many times.
    pub repeat_count: String,
    /// Days left out, `2026-12-25`, one a line.
    pub repeat_except: String,
    /// The festival it belongs to: a value of [`EventChoices::parents`].
    pub parent: String,
    /// Which dates of a series are changed: `this` (also when empty), `following`, `all`.
    pub scope: String,
}

/// Nine spots of a picture, row by row, with the key of their name.
pub const SPOTS: [(&str, &str); 9] = [
    ("top-left", "form-focus-top-left"),
    ("top", "form-focus-top"),
    ("top-right", "form-focus-top-right"),
    ("left", "form-focus-left"),
    ("middle", "form-focus-middle"),
    ("right", "form-focus-right"),
    ("bottom-left", "form-focus-bottom-left"),
    ("bottom", "form-focus-bottom"),
    ("bottom-right", "form-focus-bottom-right"),
];

/// What the form proposes.
#[derive(Clone, Debug, Default)]
pub struct EventChoices {
    /// Agendas the person may publish in.
    pub agendas: Vec<Choice>,
    /// Places known, without the empty one.
    pub places: Vec<Choice>,
    /// Categories, without the empty one.
    pub categories: Vec<Choice>,
    /// Time zones, the site's first.
    pub time_zones: Vec<Choice>,
    /// Languages of content.
    pub languages: Vec<Choice>,
    /// Festivals, without the empty one.
    pub parents: Vec<Choice>,
    /// Tags in use, proposed while typing; the first ones not typed yet also as boxes named `tag`.
    pub tags: Vec<String>,
}

/// The form around its values.
#[derive(Clone, Debug, Default)]
pub struct EventFormView {
    /// Where it goes (POST, multipart). The picture's file is `picture`; the
    /// buttons send `do`: `publish`, `preview` or `draft`.
    pub action: String,
    /// The session's token.
    pub csrf: String,
    /// An event that exists already is being changed.
    pub editing: bool,
    /// It is a date of a series: asks which dates are changed.
    pub in_series: bool,
    /// What is typed.
    pub values: EventValues,
    /// What is proposed.
    pub choices: EventChoices,
    /// What is wrong.
    pub errors: FormErrors,
    /// The picture it has.
    pub picture: Option<Picture>,
    /// The event as it will look, above the form, after "preview".
    pub preview: SafeHtml,
    /// Values that travel with the form, such as a version.
    pub hidden: Vec<(String, String)>,
}

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

fn with_empty(label: String, choices: &[Choice]) -> Vec<Choice> {
    let mut all = vec![Choice::new("", &label)];
    all.extend_from_slice(choices);
    all
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

fn when(view: &EventFormView, lang: Lang) -> SafeHtml {
    let (v, e) = (&view.values, &view.errors);
    let start = row(&[
        Field::date("start_date", lang.t("form-start-date"))
            .value(&v.start_date)
            .required()
            .render(e, lang),
        Field::time("start_time", lang.t("form-start-time"))
            .value(&v.start_time)
            .attribute("data-unless", "all_day")
            .render(e, lang),
    ]);
    let end = row(&[
        Field::date("end_date", lang.t("form-end-date"))
            .value(&v.end_date)
            .optional()
            .render(e, lang),
        Field::time("end_time", lang.t("form-end-time"))
            .value(&v.end_time)
            .optional()
            .attribute("data-unless", "all_day")
            .render(e, lang),
    ]);
    let all_day = Field::checkbox("all_day", lang.t("form-all-day"), v.all_day).render(e, lang);
    let zone = Field::select(
        "time_zone",
        lang.t("form-time-zone"),
        view.choices.time_zones.clone(),
    )
    .value(&v.time_zone)
    .render(e, lang);
    let names = [
        "repeat",
        "repeat_every",
        "repeat_on",
        "repeat_end",
        "repeat_until",
        "repeat_count",
        "repeat_except",
    ];
    let open = (!v.repeat.is_empty() && v.repeat != "never") || e.any_of(&names);
    let repeat = more_options(&lang.t("form-repeat-title"), open, &repetition(view, lang));
    fieldset(
        &lang.t("form-when"),
        "",
        &SafeHtml::concat([&start, &end, &all_day, &zone, &repeat]),
    )
}

fn repetition(view: &EventFormView, lang: Lang) -> SafeHtml {
    let (v, e) = (&view.values, &view.errors);
    let choice = |value: &str, key: &str| Choice::new(value, &lang.t(key));
    let how = row(&[
        Field::select(
            "repeat",
            lang.t("form-repeat"),
            vec![
                choice("never", "form-repeat-never"),
                choice("daily", "form-repeat-daily"),
                choice("weekly", "form-repeat-weekly"),
                choice("monthly-day", "form-repeat-monthly-day"),
                choice("monthly-weekday", "form-repeat-monthly-weekday"),
                choice("yearly", "form-repeat-yearly"),
            ],
        )
        .value(if v.repeat.is_empty() {
            "never"
        } else {
            &v.repeat
        })
        .render(e, lang),
        Field::number("repeat_every", lang.t("form-repeat-every"))
            .help(lang.t("form-repeat-every-help"))
            .value(if v.repeat_every.is_empty() {
                "1"
            } else {
                &v.repeat_every
            })
            .attribute("min", "1")
            .attribute("max", "99")
            .render(e, lang),
    ]);
    let days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
        .iter()
        .zip(0..)
        .map(|(code, i)| Choice::new(code, crate::dates::weekday_name_from_monday(i, lang)))
        .collect();
    let on = Field::checkboxes(
        "repeat_on",
        lang.t("form-repeat-on"),
        days,
        v.repeat_on.clone(),
    )
    .help(lang.t("form-repeat-on-help"))
    .render(e, lang);
    let end = Field::radios(
        "repeat_end",
        lang.t("form-repeat-end"),
        vec![
            choice("never", "form-repeat-end-never"),
            choice("until", "form-repeat-end-until"),
            choice("count", "form-repeat-end-count"),
        ],
    )
    .value(if v.repeat_end.is_empty() {
        "never"
    } else {
        &v.repeat_end
    })
    .render(e, lang);
    let bounds = row(&[
        Field::date("repeat_until", lang.t("form-repeat-until"))
            .value(&v.repeat_until)
            .render(e, lang),
        Field::number("repeat_count", lang.t("form-repeat-count"))
            .value(&v.repeat_count)
            .attribute("min", "1")
            .attribute("max", "500")
            .render(e, lang),
    ]);
    let except = Field::textarea("repeat_except", lang.t("form-repeat-except"), 3)
        .help(lang.t("form-repeat-except-help"))
        .value(&v.repeat_except)
        .optional()
        .width("date")
        .render(e, lang);
    let note = SafeHtml::trusted(format!(
        "<p class=\"help\">{}</p>",
        SafeHtml::text(&lang.t("form-repeat-move-help"))
    ));
    SafeHtml::trusted(format!(
        "{how}<div data-while=\"repeat\" data-not=\"never\"><div data-while=\"repeat\" data-is=\"weekly\">{on}</div>{end}{bounds}{except}{note}</div>"
    ))
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

fn cost(view: &EventFormView, lang: Lang) -> SafeHtml {
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

fn picture(view: &EventFormView, lang: Lang) -> SafeHtml {
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

fn more(view: &EventFormView, lang: Lang) -> SafeHtml {
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
