//! Events that passers-by propose to an agenda: nothing is shown before their address is confirmed and a moderator said
//! yes (domain A6).

use crate::event::{Details, Picture, write_details};
use crate::form;
use accounts::{Letter, token_hash};
use chrono::Duration;
use diesel::prelude::*;
use federation::{Actor, ActorState};
use mail::EmailAddress;
use publication::{Audience, NewObject, Object, ObjectState, Registry, comment_policy, publish};
use serde::{Deserialize, Serialize};
use sites::Site;
use store::schema::{actors, proposals};
use store::{Conn, Id, Json, StoreError, Ts, fresh_id};
use ui::FormErrors;
use ui::event_form::EventValues;

/// Page that confirms the address.
pub(crate) const CONFIRM_PATH: &str = "/propose/confirm";
/// Life of the link, in hours.
const HOURS: i64 = 24;
/// Proposals that may wait for one agenda (RATE-01).
const MOST_WAITING: i64 = 50;

/// What a passer-by types.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Proposed {
    pub(crate) title: String,
    pub(crate) start_date: String,
    pub(crate) start_time: String,
    pub(crate) end_time: String,
    pub(crate) place_name: String,
    pub(crate) locality: String,
    pub(crate) description: String,
    pub(crate) price: String,
    pub(crate) registration_url: String,
    /// Not part of the event: whom to answer.
    #[serde(skip_serializing)]
    pub(crate) email: String,
}

impl Proposed {
    /// The event that it makes, or what is wrong at which field.
    pub(crate) fn details(&self, site: &Site) -> Result<Details, FormErrors> {
        let values = EventValues {
            title: self.title.clone(),
            start_date: self.start_date.clone(),
            start_time: self.start_time.clone(),
            end_date: match self.end_time.trim() {
                "" => String::new(),
                _ => self.end_date(),
            },
            end_time: self.end_time.clone(),
            all_day: self.start_time.trim().is_empty(),
            time_zone: site.timezone.name().to_owned(),
            place_name: self.place_name.clone(),
            place_locality: self.locality.clone(),
            description: self.description.clone(),
            price: self.price.clone(),
            registration_url: self.registration_url.clone(),
            language: site.default_language.clone(),
            status: "confirmed".to_owned(),
            ..EventValues::default()
        };
        form::details(&values, Picture::None)
    }

    /// The day on which it ends: the next one when it ends earlier than it starts.
    fn end_date(&self) -> String {
        let day = chrono::NaiveDate::parse_from_str(self.start_date.trim(), "%Y-%m-%d");
        match (day, self.end_time.trim() < self.start_time.trim()) {
            (Ok(day), true) => (day + Duration::days(1)).to_string(),
            _ => self.start_date.clone(),
        }
    }
}

/// Why nothing was proposed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProposeError {
    /// No such agenda, or it takes no proposals, or the link is dead.
    #[error("nothing to propose to")]
    Unknown,
    /// A field is wrong.
    #[error("the form is not right")]
    Form(FormErrors),
    /// Too many wait.
    #[error("too many wait")]
    Full,
    /// Database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for ProposeError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<publication::LifeError> for ProposeError {
    fn from(error: publication::LifeError) -> Self {
        match error {
            publication::LifeError::Store(error) => Self::Store(error),
            other => Self::Store(StoreError::Damaged(other.to_string())),
        }
    }
}

impl From<accounts::AccountError> for ProposeError {
    fn from(error: accounts::AccountError) -> Self {
        match error {
            accounts::AccountError::Store(error) => Self::Store(error),
            other => {
                let mut errors = FormErrors::new();
                let key = match other {
                    accounts::AccountError::EmailDomain => "account-error-email-domain",
                    _ => "form-error-email",
                };
                errors.add("email", key);
                Self::Form(errors)
            }
        }
    }
}

/// The agenda of this name, when passers-by may propose to it.
pub(crate) fn open_agenda(
    conn: &mut Conn,
    site: Id,
    name: &str,
) -> Result<Option<Actor>, StoreError> {
    let Some(actor) = Actor::local(conn, site, name)? else {
        return Ok(None);
    };
    let open: bool = actors::table
        .find(actor.id)
        .select(actors::proposals)
        .first(conn)?;
    Ok(Some(actor).filter(|actor| open && actor.state() == ActorState::Active))
}

/// What is kept until the link is followed.
pub(crate) struct Asked<'a> {
    pub(crate) site: &'a Site,
    pub(crate) actor: &'a Actor,
    pub(crate) proposed: &'a Proposed,
    pub(crate) language: &'a str,
    /// A fresh token.
    pub(crate) token: &'a str,
}

/// Keeps a proposal, and gives the letter with the link and its recipient.
pub(crate) fn ask(
    conn: &mut Conn,
    asked: &Asked<'_>,
    now: Ts,
) -> Result<(EmailAddress, Letter), ProposeError> {
    let details = asked
        .proposed
        .details(asked.site)
        .map_err(ProposeError::Form)?;
    let wrong = || {
        let mut errors = FormErrors::new();
        errors.add("email", "form-error-email");
        ProposeError::Form(errors)
    };
    let email = EmailAddress::parse(&asked.proposed.email).map_err(|_| wrong())?;
    accounts::email_rules::require_taken(conn, asked.site.id, &email)?;
    let waiting: i64 = proposals::table
        .filter(proposals::actor_id.eq(asked.actor.id))
        .count()
        .get_result(conn)?;
    if waiting >= MOST_WAITING {
        return Err(ProposeError::Full);
    }
    let payload = serde_json::to_value(asked.proposed)
        .map_err(|error| StoreError::Damaged(error.to_string()))?;
    diesel::insert_into(proposals::table)
        .values((
            proposals::id.eq(fresh_id(now.0)),
            proposals::site_id.eq(asked.site.id),
            proposals::actor_id.eq(asked.actor.id),
            proposals::email.eq(email.as_str()),
            proposals::language.eq(asked.language),
            proposals::title.eq(&details.title),
            proposals::token_hash.eq(token_hash(asked.token)),
            proposals::payload.eq(Json(payload)),
            proposals::created_at.eq(now),
        ))
        .execute(conn)?;
    let letter = Letter::ConfirmProposal {
        title: details.title,
        link: format!("{}?token={}", asked.site.url(CONFIRM_PATH), asked.token),
        hours: HOURS,
    };
    Ok((email, letter))
}

/// Follows the link, once: the event waits for a moderator from then on.
pub(crate) fn confirm(
    conn: &mut Conn,
    registry: &Registry,
    site: &Site,
    token: &str,
    now: Ts,
) -> Result<Object, ProposeError> {
    let fresh = Ts::new(now.0 - Duration::hours(HOURS));
    let row: Option<(Id, Id, String, Json)> = proposals::table
        .filter(proposals::token_hash.eq(token_hash(token)))
        .filter(proposals::site_id.eq(site.id))
        .filter(proposals::created_at.gt(fresh))
        .select((
            proposals::id,
            proposals::actor_id,
            proposals::language,
            proposals::payload,
        ))
        .first(conn)
        .optional()?;
    let (id, actor, language, payload) = row.ok_or(ProposeError::Unknown)?;
    let actor = Actor::by_id(conn, actor)?.ok_or(ProposeError::Unknown)?;
    // Closed meanwhile: whoever follows the link late proposes nothing.
    let actor = open_agenda(conn, site.id, &actor.username)?.ok_or(ProposeError::Unknown)?;
    let proposed: Proposed = serde_json::from_value(payload.0)
        .map_err(|error| StoreError::Damaged(error.to_string()))?;
    let details = proposed.details(site).map_err(ProposeError::Form)?;
    let new = NewObject {
        kind: "event",
        collection: "events",
        page: "e",
        site,
        actor: actor.id,
        account: None,
        state: ObjectState::Held,
        audience: Audience::Public,
        title: &details.title,
        language: &language,
        source: None,
        comments: comment_policy(conn, actor.id)?,
    };
    let object = publish(
        conn,
        registry,
        &new,
        &[],
        |c, object| write_details(c, object, &details, &[], now),
        now,
    )?;
    diesel::update(proposals::table.find(id))
        .set((
            proposals::token_hash.eq(None::<String>),
            proposals::object_id.eq(object.id),
            // It stands in the event now.
            proposals::payload.eq(Json(serde_json::json!({}))),
        ))
        .execute(conn)?;
    Ok(object)
}
