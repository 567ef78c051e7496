//! A new agenda: an actor of its own that people follow, owned by whoever makes it.

use crate::rooms::Rooms;
use accounts::{AccountError, ActorRole, Identity, roles};
use federation::actor::NewActor;
use federation::{Actor, FreshKey, NewActorError, check_username, create_actor};
use sites::Site;
use std::sync::Arc;
use store::StoreError;

/// What is typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewAgenda {
    pub(crate) username: String,
    pub(crate) name: String,
    /// Markdown.
    pub(crate) summary: String,
}

/// Most characters of a presentation.
pub(crate) const LONGEST_SUMMARY: usize = 5_000;
/// Most agendas that one account may act for on a site, moderators aside.
const MOST_AGENDAS: usize = 50;

/// Why no agenda was made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AgendaError {
    #[error("only people let in on this site may open an agenda")]
    NotAMember,
    #[error("an agenda's name has 1 to 100 characters")]
    Name,
    #[error("a presentation has at most 5000 characters")]
    Summary,
    #[error("this account has too many agendas")]
    TooMany,
    #[error(transparent)]
    Actor(#[from] NewActorError),
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for AgendaError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Actor(error.into())
    }
}

impl AgendaError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotAMember => "forbidden",
            Self::Name => "agenda_name_length",
            Self::Summary => "text_too_long",
            Self::TooMany => "too_many_agendas",
            Self::Actor(error) => error.code(),
            Self::Account(error) => error.code(),
            Self::Store(_) => "database",
        }
    }

    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::NotAMember => 403,
            Self::Name | Self::Summary | Self::TooMany => 422,
            Self::Actor(NewActorError::Taken) => 409,
            Self::Actor(NewActorError::Name | NewActorError::Reserved) => 422,
            Self::Account(error) => error.status(),
            Self::Actor(_) | Self::Store(_) => 500,
        }
    }
}

/// A name of 1 to 100 characters without control characters.
pub(crate) fn check_name(name: &str) -> Result<String, AgendaError> {
    let name = name.trim();
    let fits = (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    fits.then(|| name.to_owned()).ok_or(AgendaError::Name)
}

/// Markdown as the actor shows it.
pub(crate) fn check_summary(summary: &str) -> Result<String, AgendaError> {
    let summary = summary.trim();
    match summary.chars().count() {
        0 => Ok(String::new()),
        n if n > LONGEST_SUMMARY => Err(AgendaError::Summary),
        _ => Ok(text::markdown(summary)),
    }
}

/// Makes an agenda for somebody let in on the site.
pub(crate) async fn make(
    rooms: &Rooms,
    site: &Arc<Site>,
    who: &Identity,
    new: &NewAgenda,
) -> Result<Actor, AgendaError> {
    if !who.is_member() {
        return Err(AgendaError::NotAMember);
    }
    if who.actors.len() >= MOST_AGENDAS && !who.is_moderator() {
        return Err(AgendaError::TooMany);
    }
    let username = new.username.trim().trim_start_matches('@').to_lowercase();
    check_username(&username)?;
    let (name, summary) = (check_name(&new.name)?, check_summary(&new.summary)?);
    // Asked first, so that a taken name does not cost a key.
    let (id, asked) = (site.id, username.clone());
    let taken = rooms
        .database
        .read(move |conn| Actor::local(conn, id, &asked));
    if taken.await?.is_some() {
        return Err(NewActorError::Taken.into());
    }
    let randomness = rooms.federation.randomness().clone();
    let key = tokio::task::spawn_blocking(move || FreshKey::make(&randomness));
    let key = key.await.map_err(|_| StoreError::Cancelled)??;
    let (hub, now, owner) = (rooms.federation.clone(), rooms.clock.ts(), who.account.id);
    let site = Arc::clone(site);
    let made = rooms.database.write(move |conn| {
        let new = NewActor {
            kind: "Group",
            username: &username,
            name: &name,
            summary: &summary,
        };
        let actor = create_actor(conn, &site, &new, &key, hub.seal(), now)?;
        roles::set_actor_role(conn, actor.id, owner, ActorRole::Owner, now)?;
        Ok::<_, AgendaError>(actor)
    });
    made.await
}
