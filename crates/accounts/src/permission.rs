//! What a moderator may do: one role, of which an administrator takes parts away or gives one more.
//!
//! Which page and which part of the API needs what is said in one place, [`needed`], which the extractors ask; what is
//! decided about checks it again where it is decided ([`crate::roles::require_permission`]).

use store::text_enum;

text_enum! {
    /// A part of moderating a site.
    pub enum Permission {
        /// Reports, cases, appeals.
        Reports = "reports",
        /// What is published and said: held things, measures on them.
        Publications = "publications",
        /// People: sign-ups, measures on accounts, trust.
        Accounts = "accounts",
        /// Other servers: follows, blocks, deliveries.
        Federation = "federation",
        /// The site's settings and rules.
        Settings = "settings",
        /// The record of moderation.
        Log = "log",
    }
}

/// Several of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u8);

impl Permissions {
    /// An administrator's.
    pub const ALL: Self = Self(0b11_1111);
    /// Everybody else's.
    pub const NONE: Self = Self(0);

    fn bit(permission: Permission) -> u8 {
        match permission {
            Permission::Reports => 1,
            Permission::Publications => 2,
            Permission::Accounts => 4,
            Permission::Federation => 8,
            Permission::Settings => 16,
            Permission::Log => 32,
        }
    }

    /// What moderators may do where nobody chose: all but the settings.
    pub fn usual() -> Self {
        Self(Self::ALL.0 & !Self::bit(Permission::Settings))
    }

    /// These.
    pub fn of(permissions: impl IntoIterator<Item = Permission>) -> Self {
        let bits = permissions.into_iter().map(Self::bit);
        Self(bits.fold(0, |all, bit| all | bit))
    }

    /// As a row keeps them; a word of a later version gives nothing.
    pub fn read(words: &str) -> Self {
        Self::of(words.split(',').filter_map(Permission::from_word))
    }

    /// As a row keeps them.
    pub fn words(self) -> String {
        let held = Permission::ALL.iter().filter(|one| self.has(**one));
        held.map(|one| one.as_str()).collect::<Vec<_>>().join(",")
    }

    /// True when it is among them.
    pub fn has(self, permission: Permission) -> bool {
        self.0 & Self::bit(permission) != 0
    }
}

/// Paths, each with what a moderator needs there; the longest that fits counts. What stands under none of them is open
/// to every moderator.
const NEEDED: [(&str, Permission); 32] = [
    ("/admin/cases", Permission::Reports),
    ("/admin/appeals", Permission::Reports),
    ("/api/v1/cases", Permission::Reports),
    ("/api/v1/appeals", Permission::Reports),
    ("/admin/people", Permission::Accounts),
    ("/api/v1/people", Permission::Accounts),
    ("/api/v1/email-rules", Permission::Accounts),
    ("/admin/blocks", Permission::Federation),
    ("/admin/blocks.csv", Permission::Federation),
    ("/admin/peers", Permission::Federation),
    ("/admin/deliveries", Permission::Federation),
    ("/following", Permission::Federation),
    ("/api/v1/blocks", Permission::Federation),
    ("/api/v1/block-lists", Permission::Federation),
    ("/api/v1/allow-list", Permission::Federation),
    ("/api/v1/peers", Permission::Federation),
    ("/api/v1/follows", Permission::Federation),
    ("/api/v1/followers", Permission::Federation),
    ("/api/v1/follow-rules", Permission::Federation),
    ("/api/v1/deliveries", Permission::Federation),
    ("/api/v1/inbox", Permission::Federation),
    ("/admin/site", Permission::Settings),
    ("/admin/moderation", Permission::Settings),
    ("/admin/rules", Permission::Settings),
    ("/admin/hooks", Permission::Settings),
    ("/api/v1/hold-rules", Permission::Settings),
    ("/api/v1/hooks", Permission::Settings),
    ("/api/v1/moderation/settings", Permission::Settings),
    ("/api/v1/site", Permission::Settings),
    ("/api/v1/rules", Permission::Settings),
    ("/admin/record", Permission::Log),
    ("/api/v1/record", Permission::Log),
];

/// What a moderator needs on a path, beside being one.
pub fn needed(path: &str) -> Option<Permission> {
    let under = |top: &str| {
        path.strip_prefix(top)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let fits = NEEDED.iter().filter(|(top, _)| under(top));
    fits.max_by_key(|(top, _)| top.len())
        .map(|(_, needed)| *needed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_they_were_and_unknown_ones_give_nothing() {
        for all in [Permissions::ALL, Permissions::NONE, Permissions::usual()] {
            assert_eq!(Permissions::read(&all.words()), all);
        }
        assert_eq!(
            Permissions::read("root,log"),
            Permissions::of([Permission::Log])
        );
        assert!(!Permissions::usual().has(Permission::Settings));
    }

    #[test]
    fn a_path_is_under_its_own_room_only() {
        for (path, expected) in [
            ("/admin", None),
            ("/admin/queue", None),
            ("/admin/record", Some(Permission::Log)),
            ("/admin/recorder", None),
            ("/admin/peers/act", Some(Permission::Federation)),
            ("/admin/site/pictures", Some(Permission::Settings)),
            // The same rules by page and by program.
            ("/admin/moderation", Some(Permission::Settings)),
            ("/api/v1/hold-rules", Some(Permission::Settings)),
            ("/api/v1/followers/x/accept", Some(Permission::Federation)),
        ] {
            assert_eq!(needed(path), expected, "{path}");
        }
    }
}
