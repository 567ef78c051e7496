//! The people of the tables: one of each kind, signed in.

use crate::scene::{Browser, Scene};
use accounts::permission::needed;
use accounts::session::{self, OpenedSession};
use accounts::{
    AccountError, ActorRole, NewAccount, Permission, Permissions, SessionKind, SiteRole,
};
use accounts::{roles, sign_up};
use diesel::prelude::*;
use federation::Actor;
use moderation::measure::{MeasureKind, NewMeasure};
use moderation::report::Reason;
use moderation::target::Target;
use std::collections::HashMap;
use store::schema::accounts as people;
use store::{Conn, Id, StoreError};

pub(super) const ALPHA: &str = "https://alpha.test";

/// What somebody is to the site `alpha.test` and to its agenda `bal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Anonymous,
    /// Owners of `bal`, all of them, with a session that was left open.
    Unconfirmed,
    Waiting,
    Locked,
    Closed,
    Suspended,
    /// Administers `beta.test`, and is nothing here.
    Sibling,
    Applicant,
    /// Owns `bal`; a moderator froze the account.
    Frozen,
    /// Owns another agenda of the site.
    Member,
    Organiser,
    Owner,
    /// A moderator without any permission.
    Bare,
    /// A moderator with every permission but the one that the path needs.
    Lacking,
    /// A moderator with every permission.
    Moderator,
    /// Of the site alone.
    Admin,
    ServerAdmin,
}

use Role::{
    Admin, Anonymous, Applicant, Bare, Closed, Frozen, Lacking, Locked, Member, Moderator,
    Organiser, Owner, ServerAdmin, Sibling, Suspended, Unconfirmed, Waiting,
};

impl Role {
    pub(super) const ALL: &[Self] = &[
        Anonymous,
        Unconfirmed,
        Waiting,
        Locked,
        Closed,
        Suspended,
        Sibling,
        Applicant,
        Frozen,
        Member,
        Organiser,
        Owner,
        Bare,
        Lacking,
        Moderator,
        Admin,
        ServerAdmin,
    ];

    fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// Nobody's: of other servers, or over for ever.
pub(super) const NOBODY: &[Role] = &[];
pub(super) const ANYBODY: &[Role] = Role::ALL;
pub(super) const SIGNED_IN: &[Role] = &[
    Sibling,
    Applicant,
    Frozen,
    Member,
    Organiser,
    Owner,
    Bare,
    Lacking,
    Moderator,
    Admin,
    ServerAdmin,
];
pub(super) const MEMBERS: &[Role] = &[
    Member,
    Organiser,
    Owner,
    Bare,
    Lacking,
    Moderator,
    Admin,
    ServerAdmin,
];
pub(super) const ORGANISERS: &[Role] = &[Organiser, Owner];
pub(super) const OWNERS: &[Role] = &[Owner];
pub(super) const ANY_MODERATOR: &[Role] = &[Bare, Lacking, Moderator, Admin, ServerAdmin];
/// With the permission that the path or the act needs.
pub(super) const MODERATORS: &[Role] = &[Moderator, Admin, ServerAdmin];
pub(super) const ADMINS: &[Role] = &[Admin, ServerAdmin];
pub(super) const SERVER_ADMINS: &[Role] = &[ServerAdmin];

/// A browser and a program of the same person.
#[derive(Clone)]
pub(super) struct Seat {
    pub(super) browser: Browser,
    pub(super) token: String,
}

/// Everybody.
pub(super) struct Cast;

/// The account's name; there is one moderator for each permission that may be lacking.
fn name(role: Role, path: &str) -> Option<String> {
    match (role, needed(path)) {
        (Lacking, Some(permission)) => Some(format!("without-{}", permission.as_str())),
        (Lacking, None) => None,
        _ => Some(role.name()),
    }
}

impl Scene {
    /// An account of a site, an administrator there, with no session.
    pub(super) fn person(&self, name: &str, host: &str) -> Id {
        let (site, now) = (self.sites.by_host(host).unwrap().id, self.clock.ts());
        let form = NewAccount::check(&format!("{name}@alpha.test"), name, "fr", "").unwrap();
        let found = self
            .database
            .write_now(|c| sign_up::found(c, site, &form, "x", false, now));
        found.unwrap().id
    }

    pub(super) fn site_role(&self, account: Id, role: SiteRole) {
        let (site, now) = (
            self.sites.by_host("alpha.test").unwrap().id,
            self.clock.ts(),
        );
        self.database
            .write_now(|c| roles::set_site_role(c, site, account, role, now))
            .unwrap();
    }

    pub(super) fn account_of(&self, name: &str) -> Id {
        let row = people::table.filter(people::email.eq(format!("{name}@alpha.test")));
        self.database
            .read_now(|c| row.select(people::id).first(c).map_err(StoreError::from))
            .unwrap()
    }

    /// Signed in on alpha, each in a browser and in a program.
    pub(super) fn seats(&self, accounts: &[Id]) -> Vec<Seat> {
        let site = self.sites.by_host("alpha.test").unwrap();
        let (now, secrets) = (self.clock.ts(), &self.secrets);
        let opened = self.database.write_now(|c| {
            let mut open =
                |account, kind| session::open(c, site.id, account, kind, "trial", secrets, now);
            let pair = |id: &Id| Ok((open(*id, SessionKind::Web)?, open(*id, SessionKind::Api)?));
            accounts
                .iter()
                .map(pair)
                .collect::<Result<Vec<_>, AccountError>>()
        });
        let seat = |(web, api): (OpenedSession, OpenedSession)| {
            let mut browser = Browser::new(ALPHA);
            browser.cookie = Some(format!("{}={}", session::cookie_name(&site), web.token));
            browser.csrf = web.session.csrf;
            Seat {
                browser,
                token: api.token,
            }
        };
        opened.unwrap().into_iter().map(seat).collect()
    }

    pub(super) fn seat(&self, account: Id) -> Seat {
        self.seats(&[account]).remove(0)
    }

    pub(super) fn actor(&self, username: &str) -> Actor {
        let site = self.sites.by_host("alpha.test").unwrap().id;
        let actor = self.database.read_now(|c| Actor::local(c, site, username));
        actor.unwrap().unwrap()
    }

    pub(super) fn own(&self, account: Id, username: &str, role: ActorRole) {
        let (actor, now) = (self.actor(username).id, self.clock.ts());
        self.database
            .write_now(|c| roles::set_actor_role(c, actor, account, role, now))
            .unwrap();
    }

    /// A measure of the administrator of alpha.
    pub(super) fn take(&self, target: impl FnOnce(&mut Conn) -> Option<Target>, kind: MeasureKind) {
        let site = self.sites.by_host("alpha.test").unwrap();
        let (by, now) = (self.account_of("admin"), self.clock.ts());
        let new = NewMeasure {
            kind,
            reason: Reason::Spam,
            rule: None,
            message: "Cela ne va pas.".into(),
            ends_at: None,
            case: None,
            kinds: vec![],
            list: None,
        };
        self.database
            .write_now(|c| {
                let target = target(c).unwrap();
                self.moderation
                    .take_measure(c, &site, by, &target, &new, now)
            })
            .unwrap();
    }

    /// Writes the state of an account that no page gives.
    fn state(&self, account: Id, state: &str) {
        let row = people::table.find(account);
        let written = self.database.write_now(|c| {
            let changed = diesel::update(row)
                .set(people::state.eq(state))
                .execute(c)?;
            Ok::<_, StoreError>(changed)
        });
        written.unwrap();
    }
}

impl Cast {
    /// Everybody, and the agendas `bal` and `autre`.
    pub(super) fn gather(scene: &Scene) {
        scene.open("alpha.test");
        let mut all: Vec<(String, Role)> =
            Role::ALL.iter().map(|role| (role.name(), *role)).collect();
        all.retain(|(_, role)| ![Anonymous, Lacking, ServerAdmin, Admin].contains(role));
        all.extend(
            Permission::ALL
                .iter()
                .map(|lacked| (format!("without-{}", lacked.as_str()), Lacking)),
        );
        let server_admin = scene.account_of("admin");
        let mut ids: HashMap<String, Id> = HashMap::new();
        for (name, role) in &all {
            let host = if *role == Sibling {
                "beta.test"
            } else {
                "alpha.test"
            };
            let id = scene.person(name, host);
            ids.insert(name.clone(), id);
            match role {
                Sibling => {}
                Applicant => scene.site_role(id, SiteRole::Applicant),
                Bare | Lacking | Moderator => scene.site_role(id, SiteRole::Moderator),
                _ => scene.site_role(id, SiteRole::Member),
            }
        }
        ids.insert(
            "admin".to_owned(),
            scene.person("admin-of-alpha", "alpha.test"),
        );
        let site = scene.sites.by_host("alpha.test").unwrap().id;
        for (name, role) in &all {
            let without = name.strip_prefix("without-");
            let given = match role {
                Bare => Permissions::NONE,
                Moderator => Permissions::ALL,
                Lacking => Permissions::of(
                    Permission::ALL
                        .iter()
                        .copied()
                        .filter(|p| Some(p.as_str()) != without),
                ),
                _ => continue,
            };
            let id = ids[name];
            let set = scene
                .database
                .write_now(|c| roles::set_permissions(c, server_admin, site, id, given));
            set.unwrap();
        }
    }

    /// Gives the roles on `bal`, and takes from those who have lost their rights what they have lost.
    pub(super) fn settle(scene: &Scene) {
        let id = |name: &str| scene.account_of(name);
        scene.own(id("organiser"), "bal", ActorRole::Organiser);
        for owner in [
            "unconfirmed",
            "waiting",
            "locked",
            "closed",
            "suspended",
            "frozen",
        ] {
            scene.own(id(owner), "bal", ActorRole::Owner);
        }
        let frozen = id("frozen");
        scene.take(|c| Target::account(c, frozen).unwrap(), MeasureKind::Freeze);
        for (name, state) in [
            ("unconfirmed", "unconfirmed"),
            ("waiting", "waiting"),
            ("locked", "suspended"),
            ("closed", "closed"),
        ] {
            scene.state(id(name), state);
        }
        // Not by `set_site_role`, which ends the sessions: what was left open must be nothing by itself.
        let (site, suspended) = (
            scene.sites.by_host("alpha.test").unwrap().id,
            id("suspended"),
        );
        use store::schema::site_roles::dsl as s;
        let row = s::site_roles.find((site, suspended));
        let written = scene.database.write_now(|c| {
            let changed = diesel::update(row)
                .set(s::role.eq("suspended"))
                .execute(c)?;
            Ok::<_, StoreError>(changed)
        });
        written.unwrap();
    }

    /// Where everybody sits who asks for this path, with a session of their own, which what is asked for may end. Nobody
    /// lacks a permission where the path needs none.
    pub(super) fn seats(scene: &Scene, path: &str) -> Vec<(Role, Seat)> {
        let all = Role::ALL.iter().filter_map(|role| {
            let account = match role {
                Anonymous => return None,
                ServerAdmin => "admin".to_owned(),
                Admin => "admin-of-alpha".to_owned(),
                _ => name(*role, path)?,
            };
            Some((*role, scene.account_of(&account)))
        });
        let (mut roles, ids): (Vec<Role>, Vec<Id>) = all.unzip();
        let mut seats = scene.seats(&ids);
        roles.push(Anonymous);
        seats.push(Seat {
            browser: Browser::new(ALPHA),
            token: String::new(),
        });
        roles.into_iter().zip(seats).collect()
    }
}
