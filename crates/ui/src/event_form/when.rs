//! When an event takes place, and how it comes back.

use super::values::EventFormView;
use crate::forms::{Choice, Field, fieldset, more_options, row};
use crate::html::SafeHtml;
use crate::lang::Lang;

pub(super) fn when(view: &EventFormView, lang: Lang) -> SafeHtml {
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

pub(super) fn repetition(view: &EventFormView, lang: Lang) -> SafeHtml {
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
