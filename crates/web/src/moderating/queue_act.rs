//! Several lines of the queue at once: shown first, done after a second click.

use super::queue::{Asked, Chosen, PAGE, answer, name_of, read};
use super::queue_preview::{preview, report};
use crate::letters::key_of;
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::HttpResponse;
use moderation::ModerationError;
use moderation::queue::{BulkMeasure, Deciding, MEASURE};
use pages::Frame;
use store::{Id, Ts};
use ui::FormErrors;

/// Lines taken in one go.
const MOST: usize = 100;

/// The fields, with `line` once for each.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) asked: Asked,
    /// Source and key of each line.
    pub(super) lines: Vec<(String, Id)>,
    /// Every line of the page, instead of those.
    whole: bool,
    pub(super) act: String,
    pub(super) words: String,
    /// Of a measure.
    pub(super) kind: String,
    pub(super) reason: String,
    pub(super) on: String,
    pub(super) days: String,
    confirmed: bool,
}

impl Sent {
    fn read(fields: &[(String, String)]) -> Self {
        let one = |name: &str| {
            let found = fields.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let lines = fields
            .iter()
            .filter(|(key, _)| key == "line")
            .filter_map(|(_, value)| {
                let (source, key) = value.split_once(':')?;
                Some((source.to_owned(), Id::parse(key)?))
            });
        Self {
            lines: lines.take(MOST).collect(),
            whole: one("whole") == "on",
            act: one("act"),
            words: one("words"),
            kind: one("kind"),
            reason: one("reason"),
            on: one("on"),
            days: one("days"),
            confirmed: one("confirmed") == "yes",
            asked: Asked::of(one("show"), one("after")),
        }
    }

    /// What stays chosen when the page is shown again.
    fn chosen(&self) -> Chosen {
        let name = |(source, key): &(String, Id)| format!("{source}:{key}");
        Chosen {
            lines: self.lines.iter().map(name).collect(),
            whole: self.whole,
            act: self.act.clone(),
        }
    }

    /// The measure that goes with the act, when it is one.
    fn measure(&self, now: Ts) -> Result<Option<BulkMeasure>, ModerationError> {
        if self.act != MEASURE {
            return Ok(None);
        }
        Ok(Some(BulkMeasure {
            kind: BulkMeasure::kind_named(&self.kind)?,
            ground: self.reason.clone(),
            on_author: self.on == "author",
            ends_at: super::measure_take::end_of(&self.days, now)?,
        }))
    }
}

pub(crate) async fn send(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    form: CsrfForm<Vec<(String, String)>>,
) -> HttpResponse {
    let mut sent = Sent::read(&form);
    let chosen = sent.chosen();
    let again = |key: &'static str| {
        let mut errors = FormErrors::new();
        errors.add("act", key);
        errors
    };
    let takes = |source: &str, act: &str| {
        rooms
            .queue
            .open_to(source, who.permissions)
            .is_some_and(|source| source.acts().contains(&act))
    };
    if sent.whole && !sent.confirmed {
        // Of the page as it is now, what the act is for; the preview names each line.
        let seen = match read(&frame, &who, &rooms, &sent.asked).await {
            Ok(seen) => seen,
            Err(error) => return super::faults::page_of(&frame, &error),
        };
        let page = seen.lines.iter().take(PAGE as usize);
        sent.lines = page
            .filter(|line| takes(line.source, &sent.act))
            .map(|line| (line.source.to_owned(), line.key))
            .collect();
    }
    if sent.lines.is_empty() || sent.act.is_empty() {
        let errors = again("queue-choose-some");
        return answer(&frame, &who, &rooms, &sent.asked, &chosen, errors, 422).await;
    }
    if !sent
        .lines
        .iter()
        .all(|(source, _)| takes(source, &sent.act))
    {
        let errors = again("queue-choose-one-kind");
        return answer(&frame, &who, &rooms, &sent.asked, &chosen, errors, 422).await;
    }
    let none = FormErrors::new();
    if !sent.confirmed {
        return preview(&frame, &who, &rooms, &sent, &none, 200).await;
    }
    let measure = match sent.measure(rooms.clock.ts()) {
        Ok(measure) => measure,
        Err(error) => {
            let mut errors = FormErrors::new();
            let field = match error {
                ModerationError::End => "days",
                _ => "kind",
            };
            errors.add(field, &format!("moderation-error-{}", key_of(error.code())));
            return preview(&frame, &who, &rooms, &sent, &errors, error.status()).await;
        }
    };
    let hands = rooms.hands();
    let deciding = Deciding {
        site: frame.site.clone(),
        by: who.account.id,
        words: sent.words.clone(),
        measure,
    };
    let mut failed: Vec<(String, String)> = Vec::new();
    for (name, key) in &sent.lines {
        let Some(source) = rooms.queue.named(name) else {
            continue;
        };
        if let Err(error) = source.act(&hands, &deciding, *key, &sent.act).await {
            if error.status() >= 500 {
                tracing::error!(%error, "a line of the queue failed");
            }
            let why = format!("moderation-error-{}", key_of(error.code()));
            failed.push((format!("{name}:{key}"), frame.lang.t(&why)));
        }
    }
    rooms.decided().await;
    match failed.is_empty() {
        true => pages::done(&sent.asked.address(), "queue-done"),
        false => {
            // What was not done still waits, under its title, unless somebody else was faster.
            let left = read(&frame, &who, &rooms, &sent.asked).await;
            let left = left.map(|seen| seen.lines).unwrap_or_default();
            for (line, _) in &mut failed {
                let found = left.iter().find(|waiting| name_of(waiting) == *line);
                *line = found.map(|found| found.title.clone()).unwrap_or_default();
            }
            report(&frame, &sent, &failed)
        }
    }
}
