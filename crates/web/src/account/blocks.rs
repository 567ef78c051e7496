//! What one hides: the list, a new rule, a rule taken back.

use super::BLOCKS_PATH;
use super::blocks_view::{Typed, page};
use crate::rooms::Rooms;
use accounts::{CsrfForm, Identity, LimitKind, SignedIn};
use actix_web::{HttpResponse, web};
use chrono::Duration;
use federation::ResolveError;
use pages::Frame;
use publication::personal::{
    Level, Rule, RuleError, RuleKind, What, add_rule, known_actor, remove_rule, rules,
};
use serde::Deserialize;
use sites::Site;
use std::sync::Arc;
use store::{Id, StoreError, Ts};
use ui::FormErrors;

/// Days that a rule can be made for; 0 is for ever.
pub(crate) const DAYS: [i64; 4] = [0, 1, 7, 30];

/// Where the page begins: at an actor that was just seen.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    about: String,
}

/// A new rule.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct RuleForm {
    pub(crate) kind: String,
    pub(crate) target: String,
    pub(crate) level: String,
    pub(crate) days: String,
    /// The actor that the page was about, when it was about one.
    pub(crate) about: String,
}

/// A rule taken back.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RemoveForm {
    id: String,
}

/// Why a rule was not made.
pub(crate) enum Refusal {
    /// The rule itself.
    Rule(RuleError),
    /// Its actor was not found.
    Actor(ResolveError),
    /// Too many other servers were asked.
    TooMany(u64),
}

impl From<RuleError> for Refusal {
    fn from(error: RuleError) -> Self {
        Self::Rule(error)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Rule(error.into())
    }
}

/// What a rule names. An actor that is not known here is asked for at its server, within limits.
pub(crate) async fn what(
    rooms: &Rooms,
    site: &Arc<Site>,
    account: Id,
    kind: RuleKind,
    text: &str,
) -> Result<What, Refusal> {
    let text = text.trim().to_owned();
    if text.is_empty() {
        return Err(RuleError::Malformed.into());
    }
    match kind {
        RuleKind::Host => Ok(What::Host(text)),
        RuleKind::Word => Ok(What::Word(text)),
        RuleKind::Actor => {
            let asked = text.clone();
            let known = rooms
                .database
                .read(move |conn| known_actor(conn, &asked))
                .await?;
            if let Some(actor) = known {
                return Ok(What::Actor(Box::new(actor)));
            }
            let (limits, now) = (rooms.accounts.limits(), rooms.clock.ts());
            limits
                .check(LimitKind::LookUp, None, &account.to_string(), now)
                .map_err(Refusal::TooMany)?;
            let found = rooms.federation.look_up(site, &text).await;
            Ok(What::Actor(Box::new(found.map_err(Refusal::Actor)?)))
        }
    }
}

/// Makes a rule; other servers hear of follows that end.
pub(crate) async fn make(
    rooms: &Rooms,
    site: &Arc<Site>,
    account: Id,
    what: What,
    holds: (Level, Option<Ts>),
) -> Result<Rule, Refusal> {
    let (sites, site, now) = (
        rooms.sites.as_ref().clone(),
        Arc::clone(site),
        rooms.clock.ts(),
    );
    let made = rooms
        .database
        .write(move |conn| add_rule(conn, &sites, (&site, account), &what, holds, now));
    let made = made.await?;
    rooms.federation.wake();
    Ok(made)
}

pub(crate) async fn show(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    asked: web::Query<Asked>,
) -> HttpResponse {
    let form = RuleForm {
        kind: RuleKind::Actor.as_str().to_owned(),
        level: Level::Mute.as_str().to_owned(),
        target: asked.about.clone(),
        about: asked.about.clone(),
        ..RuleForm::default()
    };
    answer(&frame, &who, &rooms, &form, &FormErrors::new(), 200).await
}

async fn answer(
    frame: &Frame,
    who: &Identity,
    rooms: &Rooms,
    form: &RuleForm,
    errors: &FormErrors,
    status: u16,
) -> HttpResponse {
    let (account, now, about) = (who.account.id, rooms.clock.ts(), form.about.clone());
    let found = rooms.database.read(move |conn| {
        // An address that names nobody known here is a page without it.
        let about = known_actor(conn, &about)?;
        Ok::<_, StoreError>((rules(conn, account, now)?, about))
    });
    match found.await {
        Ok((rules, about)) => {
            let typed = Typed {
                form,
                about: about.as_ref(),
                errors,
            };
            frame.answer(status, &page(frame, &rules, &typed))
        }
        Err(error) => {
            tracing::error!(%error, "the list of blocks could not be read");
            frame.error(503)
        }
    }
}

pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    form: CsrfForm<RuleForm>,
) -> HttpResponse {
    let mut errors = FormErrors::new();
    let kind = RuleKind::from_word(&form.kind);
    let level = Level::from_word(&form.level).unwrap_or(Level::Mute);
    let days = form.days.trim().parse::<i64>().unwrap_or(0);
    let Some(kind) = kind.filter(|_| DAYS.contains(&days)) else {
        errors.add("kind", "own-error-kind");
        return answer(&frame, &who, &rooms, &form, &errors, 422).await;
    };
    let ends = (days > 0).then(|| Ts::new(rooms.clock.now() + Duration::days(days)));
    let account = who.account.id;
    let made = match what(&rooms, &frame.site, account, kind, &form.target).await {
        Ok(what) => make(&rooms, &frame.site, account, what, (level, ends)).await,
        Err(refusal) => Err(refusal),
    };
    let (key, status) = match made {
        Ok(_) => return pages::done(BLOCKS_PATH, "own-hidden"),
        Err(Refusal::TooMany(_)) => ("own-error-too-many", 429),
        Err(Refusal::Rule(RuleError::Store(error))) => {
            tracing::error!(%error, "a block could not be kept");
            return frame.error(503);
        }
        Err(Refusal::Rule(error)) => (key_of(&error, kind), 422),
        Err(Refusal::Actor(_)) => ("own-error-actor", 422),
    };
    errors.add("target", key);
    answer(&frame, &who, &rooms, &form, &errors, status).await
}

fn key_of(error: &RuleError, kind: RuleKind) -> &'static str {
    match (error, kind) {
        (RuleError::Ours, _) => "own-error-ours",
        (RuleError::Own, _) => "own-error-own",
        (RuleError::Many, _) => "own-error-many",
        (_, RuleKind::Host) => "own-error-host",
        (_, RuleKind::Word) => "own-error-word",
        (_, RuleKind::Actor) => "own-error-actor",
    }
}

pub(crate) async fn remove(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    form: CsrfForm<RemoveForm>,
) -> HttpResponse {
    let Some(id) = Id::parse(&form.id) else {
        return frame.error(404);
    };
    let account = who.account.id;
    let removed = rooms
        .database
        .write(move |conn| remove_rule(conn, account, id));
    match removed.await {
        Ok(true) => pages::done(BLOCKS_PATH, "own-shown"),
        Ok(false) => frame.error(404),
        Err(error) => {
            tracing::error!(%error, "a block could not be taken back");
            frame.error(503)
        }
    }
}
