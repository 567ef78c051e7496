//! Makes a site whole: its row, its own actor with its key, its first account.

use accounts::{Account, AccountError, Accounts, NewAccount, SiteRole, password, roles, sign_up};
use federation::actor::NewActor;
use federation::{Federation, FreshKey, NewActorError, create_actor, create_instance_actor};
use mail::EmailAddress;
use sites::{About, HostError, NewSite, Registration, Site, SiteChange, Sites, normalise_host};
use std::sync::Arc;
use store::{Clock, Conn, Database, StoreError, Ts};

/// What a new site needs from a person.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// Host, with an unusual port.
    pub host: String,
    /// `https`, or `http` in tests and demos.
    pub scheme: String,
    /// Name of the site, 1 to 80 characters.
    pub name: String,
    /// One line under it, up to 160 characters; may be empty.
    pub tagline: String,
    /// `fr` or `en`.
    pub language: String,
    /// Zone of the agenda.
    pub timezone: chrono_tz::Tz,
    /// The presentation.
    pub about: About,
    /// Name of the first account's person.
    pub account_name: String,
    /// Its address. When it has an account here already, that one becomes the site's administrator.
    pub email: String,
    /// Its password.
    pub password: String,
}

/// What the setup page asks beyond [`SetUp`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Choices {
    pub(crate) registration: Option<Registration>,
    pub(crate) accent_hue: Option<i32>,
    pub(crate) paper: Option<sites::Paper>,
    /// Name of a first agenda.
    pub(crate) agenda: Option<String>,
    /// Refuses when the server has a site already.
    pub(crate) first_only: bool,
}

/// Why a site was not made. Nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The host.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The host has a site.
    #[error("this host has a site already")]
    HostTaken,
    /// The server has a site: the setup page is closed.
    #[error("this server is set up already")]
    Done,
    /// The site's name or sentence.
    #[error("a site's name has 1 to 80 characters, its sentence at most 160")]
    Name,
    /// The language.
    #[error("the language is fr or en")]
    Language,
    /// The account.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// An actor.
    #[error(transparent)]
    Actor(#[from] NewActorError),
    /// Database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for SetUpError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Makes a site with its own actor and its first account, in one transaction. The account runs the
/// site, and the server when it is the first of all.
pub async fn set_up(
    database: &Database,
    sites: &Sites,
    federation: &Federation,
    accounts: &Accounts,
    clock: &Clock,
    form: SetUp,
) -> Result<Arc<Site>, SetUpError> {
    let choices = Choices::default();
    set_up_with(database, sites, federation, accounts, clock, form, choices).await
}

/// 1 to 80 characters, none of them a control character.
pub(crate) fn check_site_name(name: &str) -> Option<&str> {
    let name = name.trim();
    let fits = (1..=80).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    fits.then_some(name)
}

pub(crate) async fn set_up_with(
    database: &Database,
    sites: &Sites,
    federation: &Federation,
    accounts: &Accounts,
    clock: &Clock,
    mut form: SetUp,
    choices: Choices,
) -> Result<Arc<Site>, SetUpError> {
    let port = if form.scheme == "http" { 80 } else { 443 };
    form.host = normalise_host(&form.host, port)?;
    form.name = check_site_name(&form.name)
        .ok_or(SetUpError::Name)?
        .to_owned();
    form.tagline = form.tagline.trim().to_owned();
    if form.tagline.chars().count() > 160 || form.tagline.chars().any(char::is_control) {
        return Err(SetUpError::Name);
    }
    if form.language.parse::<ui::Lang>().is_err() {
        return Err(SetUpError::Language);
    }
    let person = NewAccount::check(&form.email, &form.account_name, &form.language, "")?;
    password::check_password(&form.password, person.email.as_str(), &person.name)
        .map_err(AccountError::from)?;
    if let Some(agenda) = &choices.agenda {
        federation::check_username(agenda)?;
    }
    let hash = accounts.passwords().hash(&form.password).await;
    let hash = hash.map_err(AccountError::from)?;
    let randomness = federation.randomness().clone();
    let agenda = choices.agenda.is_some();
    let keys = tokio::task::spawn_blocking(move || {
        let own = FreshKey::make(&randomness)?;
        let agenda = agenda.then(|| FreshKey::make(&randomness)).transpose()?;
        Ok::<_, NewActorError>((own, agenda))
    });
    let (key, agenda_key) = keys.await.map_err(|_| StoreError::Cancelled)??;
    let (hub, now, host) = (federation.clone(), clock.ts(), form.host.clone());
    let written = database.write(move |conn| {
        let site = write(conn, &form, &choices, now)?;
        create_instance_actor(conn, &site, &key, hub.seal(), now)?;
        let account = appoint(conn, &site, &person, &hash, now)?;
        if let (Some(username), Some(key)) = (&choices.agenda, &agenda_key) {
            let new = NewActor {
                kind: "Group",
                username,
                name: &site.name,
                summary: "",
            };
            let actor = create_actor(conn, &site, &new, key, hub.seal(), now)?;
            let owner = accounts::ActorRole::Owner;
            roles::set_actor_role(conn, actor.id, account.id, owner, now)?;
        }
        Ok::<_, SetUpError>(())
    });
    written.await?;
    sites.reload().await?;
    sites.by_host(&host).ok_or(SetUpError::HostTaken)
}

fn write(conn: &mut Conn, form: &SetUp, choices: &Choices, now: Ts) -> Result<Site, SetUpError> {
    use diesel::prelude::*;
    use store::schema::sites::dsl;
    let hosts: Vec<String> = dsl::sites.select(dsl::host).load(conn)?;
    if choices.first_only && !hosts.is_empty() {
        return Err(SetUpError::Done);
    }
    if hosts.contains(&form.host) {
        return Err(SetUpError::HostTaken);
    }
    let new = NewSite {
        host: form.host.clone(),
        scheme: form.scheme.clone(),
        name: form.name.clone(),
        language: form.language.clone(),
        timezone: form.timezone,
        about: form.about.clone(),
    };
    let site = Site::create(conn, &new, now)?;
    let change = SiteChange {
        tagline: Some(form.tagline.clone()),
        registration: choices.registration.map(|word| word.as_str().to_owned()),
        accent_hue: choices.accent_hue,
        paper: choices.paper.map(|word| word.as_str().to_owned()),
        updated_at: Some(now),
        ..SiteChange::default()
    };
    Site::change(conn, site.id, &change)?;
    Ok(site)
}

/// The first account of a server, or one more administrator.
fn appoint(
    conn: &mut Conn,
    site: &Site,
    person: &NewAccount,
    hash: &str,
    now: Ts,
) -> Result<Account, SetUpError> {
    let email: &EmailAddress = &person.email;
    if let Some(known) = Account::by_email(conn, email)? {
        roles::set_site_role(conn, site.id, known.id, SiteRole::Admin, now)?;
        return Ok(known);
    }
    let first = !sign_up::any(conn)?;
    Ok(sign_up::found(conn, site.id, person, hash, first, now)?)
}
