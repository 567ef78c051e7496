//! What a site is, and how its row is read and written.

use chrono_tz::Tz;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use store::schema::sites;
use store::{Conn, Id, Json, StoreError, Ts, text_enum};
use url::Url;

text_enum! {
    /// Who may open an account on this site.
    pub enum Registration {
        /// Anybody with a confirmed address.
        Open = "open",
        /// Anybody, after a moderator said yes.
        Approval = "approval",
        /// Nobody, but for invitations.
        Closed = "closed",
    }
}

text_enum! {
    /// How other servers may follow the site's own actor.
    pub enum FollowerPolicy {
        /// At once.
        Automatic = "automatic",
        /// After a person said yes.
        Manual = "manual",
        /// At once for the hosts of a list; nobody else.
        AllowList = "allow_list",
    }
}

text_enum! {
    /// The ground of the pages.
    pub enum Paper {
        /// White.
        Light = "light",
        /// A touch of the accent colour.
        Tinted = "tinted",
        /// Dark, whatever the visitor prefers.
        Dark = "dark",
    }
}

/// The answers that present an instance (domain S002-16), under PeerTube's key names.
///
/// Free text in Markdown, the site's default language; empty means unanswered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// A few sentences that present the site.
    pub description: String,
    /// What is published here.
    pub categories: String,
    /// Languages that the moderators read.
    pub moderation_languages: String,
    /// Rules of conduct.
    pub code_of_conduct: String,
    /// Who moderates, and how.
    pub moderation_information: String,
    /// Who is behind the site.
    pub administrator: String,
    /// Why it exists.
    pub creation_reason: String,
    /// For how long it is meant to run.
    pub maintenance_lifetime: String,
    /// How it is paid for.
    pub business_model: String,
    /// What it runs on.
    pub hardware_information: String,
}

impl About {
    /// The nine answers with their PeerTube key names, in the order of the form.
    pub fn answers(&self) -> [(&'static str, &str); 9] {
        [
            ("categories", &self.categories),
            ("languages", &self.moderation_languages),
            ("codeOfConduct", &self.code_of_conduct),
            ("moderationInformation", &self.moderation_information),
            ("administrator", &self.administrator),
            ("creationReason", &self.creation_reason),
            ("maintenanceLifetime", &self.maintenance_lifetime),
            ("businessModel", &self.business_model),
            ("hardwareInformation", &self.hardware_information),
        ]
    }
}

/// A site as everything else sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Its key.
    pub id: Id,
    /// Host with port if unusual, in the one spelling of [`crate::normalise_host`].
    pub host: String,
    /// `https`, or `http` in tests and demos.
    pub scheme: String,
    /// Its name.
    pub name: String,
    /// One line under the name.
    pub tagline: String,
    /// The presentation.
    pub about: About,
    /// Languages of the content, BCP 47.
    pub languages: Vec<String>,
    /// Language of pages for visitors without a preference: `fr` or `en`.
    pub default_language: String,
    /// Zone proposed in the event form, and in which the agenda's days are cut.
    pub timezone: Tz,
    /// Accent colour, 0 to 359 degrees of hue.
    pub accent_hue: i32,
    /// Ground of the pages.
    pub paper: Paper,
    /// Who may sign up.
    pub registration: Registration,
    /// Who may follow.
    pub follower_policy: FollowerPolicy,
    /// Address for visitors.
    pub contact_email: Option<String>,
    /// The site's own actor, once made.
    pub actor_id: Option<Id>,
}

impl Site {
    /// `https://host`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("{}://{}", self.scheme, self.host)
    }

    /// The absolute address of a path of ours (beginning with `/`).
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.host)
    }

    /// True when `url` names something of this site: same scheme, host and port.
    pub fn owns(&self, url: &Url) -> bool {
        url.scheme() == self.scheme && url_host(url).is_some_and(|host| host == self.host)
    }

    /// The id of the site's own actor (interop A.3).
    pub fn actor_uri(&self) -> String {
        self.url("/actor")
    }
}

/// Host and unusual port of a URL, as [`Site::host`] spells it.
pub(crate) fn url_host(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// What a new site needs.
#[derive(Debug, Clone)]
pub struct NewSite {
    /// See [`Site::host`].
    pub host: String,
    /// See [`Site::scheme`].
    pub scheme: String,
    /// See [`Site::name`].
    pub name: String,
    /// See [`Site::default_language`].
    pub language: String,
    /// See [`Site::timezone`].
    pub timezone: Tz,
    /// The presentation.
    pub about: About,
}

/// A change of a site's settings; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = sites)]
pub struct SiteChange {
    /// See [`Site::name`].
    pub name: Option<String>,
    /// See [`Site::tagline`].
    pub tagline: Option<String>,
    /// See [`Site::about`].
    pub about: Option<Json>,
    /// See [`Site::languages`].
    pub languages: Option<Json>,
    /// See [`Site::default_language`].
    pub default_language: Option<String>,
    /// IANA name.
    pub timezone: Option<String>,
    /// See [`Site::accent_hue`].
    pub accent_hue: Option<i32>,
    /// Word of [`Paper`].
    pub paper: Option<String>,
    /// Word of [`Registration`].
    pub registration: Option<String>,
    /// Word of [`FollowerPolicy`].
    pub follower_policy: Option<String>,
    /// See [`Site::contact_email`].
    pub contact_email: Option<Option<String>>,
    /// See [`Site::actor_id`].
    pub actor_id: Option<Option<Id>>,
    /// When it changed.
    pub updated_at: Option<Ts>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sites)]
pub(crate) struct SiteRow {
    id: Id,
    host: String,
    scheme: String,
    name: String,
    tagline: String,
    about: Json,
    languages: Json,
    default_language: String,
    timezone: String,
    accent_hue: i32,
    paper: String,
    registration: String,
    follower_policy: String,
    contact_email: Option<String>,
    actor_id: Option<Id>,
}

impl From<SiteRow> for Site {
    fn from(row: SiteRow) -> Self {
        Self {
            id: row.id,
            host: row.host,
            scheme: row.scheme,
            name: row.name,
            tagline: row.tagline,
            about: row.about.read(),
            languages: row.languages.read(),
            default_language: row.default_language,
            timezone: row.timezone.parse().unwrap_or(chrono_tz::Europe::Paris),
            accent_hue: row.accent_hue,
            paper: Paper::from_word(&row.paper).unwrap_or(Paper::Light),
            // An unknown word must not open a door.
            registration: Registration::from_word(&row.registration)
                .unwrap_or(Registration::Closed),
            follower_policy: FollowerPolicy::from_word(&row.follower_policy)
                .unwrap_or(FollowerPolicy::Manual),
            contact_email: row.contact_email,
            actor_id: row.actor_id,
        }
    }
}

/// What shows that a site was written: how many there are, and when one was last.
pub(crate) type Stamp = (i64, Option<Ts>);

pub(crate) fn stamp(conn: &mut Conn) -> Result<Stamp, StoreError> {
    use diesel::dsl::{count_star, max};
    let stamp = sites::table.select((count_star(), max(sites::updated_at)));
    Ok(stamp.first(conn)?)
}

pub(crate) fn load_all(conn: &mut Conn) -> Result<Vec<Site>, StoreError> {
    let rows = sites::table
        .select(SiteRow::as_select())
        .order(sites::host)
        .load(conn)?;
    Ok(rows.into_iter().map(Site::from).collect())
}

impl Site {
    /// Writes a new site's row. The caller reloads [`crate::Sites`] after its transaction.
    pub fn create(conn: &mut Conn, new: &NewSite, now: Ts) -> Result<Site, StoreError> {
        let id = store::fresh_id(now.0);
        diesel::insert_into(sites::table)
            .values((
                (
                    sites::id.eq(id),
                    sites::host.eq(&new.host),
                    sites::scheme.eq(&new.scheme),
                    sites::name.eq(&new.name),
                    sites::tagline.eq(""),
                    sites::about.eq(Json::of(&new.about)),
                    sites::languages.eq(Json::of(&vec![new.language.clone()])),
                    sites::default_language.eq(&new.language),
                    sites::timezone.eq(new.timezone.name()),
                ),
                sites::accent_hue.eq(hue_of(&new.host)),
                sites::paper.eq(Paper::Tinted.as_str()),
                sites::registration.eq(Registration::Approval.as_str()),
                sites::follower_policy.eq(FollowerPolicy::Manual.as_str()),
                sites::created_at.eq(now),
                sites::updated_at.eq(now),
                sites::ready_at.eq(now),
            ))
            .execute(conn)?;
        Ok(sites::table
            .find(id)
            .select(SiteRow::as_select())
            .first(conn)?
            .into())
    }

    /// Writes a change of settings.
    pub fn change(conn: &mut Conn, id: Id, change: &SiteChange) -> Result<(), StoreError> {
        diesel::update(sites::table.find(id))
            .set(change)
            .execute(conn)?;
        Ok(())
    }
}

/// A first accent colour that differs from one site to the next.
fn hue_of(host: &str) -> i32 {
    let sum = host.bytes().fold(7u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    i32::try_from(sum % 360).unwrap_or(0)
}
