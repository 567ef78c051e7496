//! Reporting something: for somebody signed in at once, for a visitor by a link in a letter.

use super::faults::refused;
use crate::correcting::field_name;
use crate::letters::key_of;
use crate::markup::{button_link, form_page, link, paragraph};
use crate::rooms::Rooms;
use accounts::{LimitKind, Visitor, VisitorForm, address_key};
use actix_web::{HttpResponse, web};
use moderation::ModerationError;
use moderation::report::Complaint;
use moderation::rules::Ground;
use moderation::target::Target;
use pages::Frame;
use serde::Deserialize;
use ui::forms::{Button, Choice, error_summary, more_options, row};
use ui::pages::{message_page, narrow_page};
use ui::{Field, Form, FormErrors, Lang, NavItem, Page, SafeHtml};

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct ReportForm {
    /// Address of what is reported.
    about: String,
    /// Word of a [`Ground`].
    reason: String,
    /// What of it; see [`Target`]'s fields that can be corrected.
    field: String,
    /// What should stand there instead: a day and an hour, or words.
    date: String,
    time: String,
    value: String,
    text: String,
    email: String,
}

impl ReportForm {
    /// What is proposed for the field, as the kinds read it; empty for none.
    fn proposed(&self) -> String {
        match (self.field.as_str(), self.date.trim(), self.time.trim()) {
            ("", ..) => String::new(),
            ("start" | "end", day, "") => day.to_owned(),
            ("start" | "end", "", time) => time.to_owned(),
            ("start" | "end", day, time) => format!("{day}T{time}"),
            // What passers-by know first, and the only state that the form offers.
            ("status", ..) => "cancelled".to_owned(),
            _ => self.value.trim().to_owned(),
        }
    }
}

/// What is reported, why it can be, and what of it can be corrected.
struct About {
    target: Target,
    grounds: Vec<Ground>,
    fields: &'static [&'static str],
}

/// The name of a field of a kind, or somebody's own words for one.
pub(super) fn field_or_words(field: &str, lang: Lang) -> String {
    let key = format!("correction-field-{}", crate::letters::key_of(field));
    match lang.t(&key) {
        // Without a translation the key comes back.
        said if said == key => field.to_owned(),
        said => said,
    }
}

/// Nothing to report: the same answer for what is hidden and for what is not there (ACL-03).
fn nothing(frame: &Frame) -> HttpResponse {
    let detail = frame.lang.t("report-gone");
    frame.error_with(404, Some(&detail))
}

async fn target(frame: &Frame, rooms: &Rooms, about: &str) -> Result<About, ModerationError> {
    let (site, about, now) = (frame.site.clone(), about.to_owned(), rooms.clock.ts());
    let desk = rooms.moderation.clone();
    let found = rooms.database.read(move |conn| {
        let target = Target::seen(conn, &site, &about)?.ok_or(ModerationError::Unknown)?;
        Ok::<_, ModerationError>(About {
            grounds: Ground::offered(conn, site.id, now)?,
            fields: desk.correctable(conn, &target)?,
            target,
        })
    });
    found.await
}

/// Rules and usual reasons as choices of a form.
pub(super) fn ground_choices(frame: &Frame, grounds: &[Ground]) -> Vec<Choice> {
    let lang = frame.lang;
    let choice = |ground: &Ground| {
        let label = match ground {
            Ground::Rule(rule) => rule.text(lang.tag(), &frame.site.default_language),
            Ground::Usual(reason) => lang.t(&format!("report-reason-{}", key_of(reason.as_str()))),
        };
        Choice::new(&ground.word(), &label)
    };
    grounds.iter().map(choice).collect()
}

fn page(
    frame: &Frame,
    rooms: &Rooms,
    asked: &About,
    form: &ReportForm,
    errors: &FormErrors,
) -> Page {
    let lang = frame.lang;
    let target = &asked.target;
    let heading = lang.t("report-heading");
    let signed_in = frame.viewer.identity().is_some();
    let about = SafeHtml::trusted(format!(
        "<p>{} <strong>{}</strong></p>",
        SafeHtml::text(&lang.t("report-about")),
        link(&target.page, &target.title)
    ));
    let site = [("site", frame.site.name.as_str().into())];
    let intro = lang.ta("report-intro", &site);
    if !signed_in && !rooms.accounts.sends_mail() {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("about", &target.uri)
            .finish();
        let back = accounts::sign_in_address(Some(&format!("{}?{query}", super::REPORT_PATH)));
        let body = SafeHtml::concat([
            &about,
            &paragraph(&lang.t("report-no-mail")),
            &button_link(&back, &lang.t("nav-sign-in")),
        ]);
        return form_page(
            frame,
            NavItem::Nowhere,
            &heading,
            narrow_page(&heading, &intro, &body),
        );
    }
    let reasons = ground_choices(frame, &asked.grounds);
    let mut fields = vec![
        Field::radios("reason", lang.t("report-why"), reasons)
            .required()
            .value(&form.reason),
        Field::textarea("text", lang.t("report-text"), 5)
            .help(lang.t("report-text-help"))
            .max_length(5_000)
            .optional()
            .value(&form.text),
    ];
    if !signed_in {
        fields.push(
            Field::email("email", lang.t("report-email"))
                .help(lang.t("report-email-help"))
                .required()
                .value(&form.email),
        );
    }
    let mut made = Form::post(super::REPORT_PATH, frame.csrf()).hidden("about", &target.uri);
    let part = part(asked.fields, form, errors, lang);
    for (at, field) in fields.into_iter().enumerate() {
        if at == 1 {
            made = made.body(part.clone());
        }
        made = made.body(field.render(errors, lang));
    }
    let made = made.button(Button::primary(lang.t("report-send"))).render();
    let body = SafeHtml::concat([&error_summary(errors, lang), &about, &made]);
    form_page(
        frame,
        NavItem::Nowhere,
        &heading,
        narrow_page(&heading, &intro, &body),
    )
}

/// Which part is meant, and what should stand there.
fn part(fields: &[&str], form: &ReportForm, errors: &FormErrors, lang: Lang) -> SafeHtml {
    if fields.is_empty() {
        return Field::text("field", lang.t("report-field"))
            .help(lang.t("report-field-help"))
            .max_length(100)
            .optional()
            .value(&form.field)
            .render(errors, lang);
    }
    let mut choices = vec![Choice::new("", &lang.t("correction-field-none"))];
    choices.extend(
        fields
            .iter()
            .map(|field| Choice::new(field, &field_name(field, lang))),
    );
    let which = Field::select("field", lang.t("report-field"), choices)
        .value(&form.field)
        .render(errors, lang);
    let day = Field::date("date", lang.t("correction-date"))
        .optional()
        .value(&form.date)
        .render(errors, lang);
    let hour = Field::time("time", lang.t("correction-time"))
        .optional()
        .value(&form.time)
        .render(errors, lang);
    let words = Field::text("value", lang.t("correction-words"))
        .help(lang.t("correction-words-help"))
        .max_length(200)
        .optional()
        .value(&form.value)
        .render(errors, lang);
    let open = form.reason == "wrong_fact" || !form.field.is_empty();
    // With scripts, only what goes with the choice is there.
    let body = SafeHtml::trusted(format!(
        "{which}<div data-while=\"field\" data-is=\"start end\">{}</div>\
         <div data-while=\"field\" data-is=\"place title price registration_url\">{words}</div>",
        row(&[day, hour])
    ));
    more_options(&lang.t("correction-propose"), open, &body)
}

pub(crate) async fn show(
    frame: Frame,
    rooms: Rooms,
    asked: web::Query<ReportForm>,
) -> HttpResponse {
    match target(&frame, &rooms, &asked.about).await {
        Ok(about) => {
            let page = page(&frame, &rooms, &about, &asked, &FormErrors::new());
            frame.answer(200, &page)
        }
        Err(ModerationError::Unknown) => nothing(&frame),
        Err(error) => super::faults::page_of(&frame, &error),
    }
}

pub(crate) async fn send(
    frame: Frame,
    rooms: Rooms,
    visitor: Visitor,
    form: VisitorForm<ReportForm>,
) -> HttpResponse {
    let about = match target(&frame, &rooms, &form.about).await {
        Ok(found) => found,
        Err(ModerationError::Unknown) => return nothing(&frame),
        Err(error) => return super::faults::page_of(&frame, &error),
    };
    let again = |errors: &FormErrors| page(&frame, &rooms, &about, &form, errors);
    let Some(ground) = about
        .grounds
        .iter()
        .find(|ground| ground.word() == form.reason)
    else {
        return refused(&frame, &ModerationError::Reason, again);
    };
    let now = rooms.clock.ts();
    let who = frame.viewer.identity().map(|who| who.account.id);
    let counted = match who {
        Some(account) => account.to_string(),
        None => address_key(visitor.address),
    };
    let limits = rooms.accounts.limits();
    if let Err(retry_after) = limits.check(LimitKind::Report, Some(frame.site.id), &counted, now) {
        return refused(&frame, &ModerationError::TooMany { retry_after }, again);
    }
    let complaint = Complaint {
        reason: ground.reason(),
        rule: ground.rule(),
        field: form.field.clone(),
        value: match about.fields.is_empty() {
            true => String::new(),
            false => form.proposed(),
        },
        text: form.text.clone(),
        language: frame.lang.tag().to_owned(),
    };
    let (desk, site, what) = (
        rooms.moderation.clone(),
        frame.site.clone(),
        about.target.clone(),
    );
    let email = form.email.clone();
    let written = rooms.database.write(move |conn| match who {
        Some(account) => desk
            .report(conn, &site, account, &what, &complaint, now)
            .map(|_| ()),
        None => desk.report_as_visitor(conn, &site, &email, &what, &complaint, now),
    });
    let written = written.await;
    rooms.moderation.wake();
    match (written, who) {
        (Ok(()), Some(_)) => pages::done(&back_to(&frame, &about.target), "report-sent"),
        (Ok(()), None) => {
            let heading = frame.lang.t("report-asked-heading");
            let body = message_page(&heading, &frame.lang.t("report-asked-text"), None);
            frame.answer(200, &form_page(&frame, NavItem::Nowhere, &heading, body))
        }
        (Err(error), _) => refused(&frame, &error, again),
    }
}

/// The page of what was reported, when it is one of this site.
fn back_to(frame: &Frame, target: &Target) -> String {
    let page = url::Url::parse(&target.page).ok();
    let own = page.filter(|url| frame.site.owns(url));
    own.map_or_else(
        || frame.routes().home.to_owned(),
        |url| url.path().to_owned(),
    )
}
