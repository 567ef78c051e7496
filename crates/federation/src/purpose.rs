//! Every path from this server to another one, by name.

/// Lists the purposes once, for the type and for [`Purpose::ALL`].
macro_rules! purposes {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal,)+) => {
        /// What a request to another server is for. The one client takes no request without it, and
        /// the matrix of outgoing requests (`tests/fediverse/outbound.rs`) does not compile while
        /// it leaves one out.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Purpose {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Purpose {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Stable name for logs and metrics.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

purposes! {
    /// An actor's document, its keys in it.
    Actor = "actor",
    /// A published object's document.
    Object = "object",
    /// An outbox or another collection, and its pages.
    Collection = "collection",
    /// A name at its host.
    WebFinger = "webfinger",
    /// Where a host's NodeInfo is.
    NodeInfoLinks = "nodeinfo_links",
    /// The NodeInfo that it points to.
    NodeInfo = "nodeinfo",
    /// A list of instances to follow.
    IndexList = "index_list",
    /// An activity to an inbox.
    Delivery = "delivery",
    /// A picture that an event names.
    Picture = "picture",
    /// A calendar that somebody subscribed to.
    Calendar = "calendar",
    /// A question of `kiosque doctor`.
    Checkup = "checkup",
    /// The server of a visitor who wants to follow from there.
    RemoteFollow = "remote_follow",
    /// A list of servers to block that a site subscribed to.
    BlockList = "block_list",
    /// A message to a program that an administrator named.
    Hook = "hook",
}

impl Purpose {
    /// True for what federation itself asks: it goes to allowed servers only, where the server speaks with those only.
    /// A picture, a calendar or a list may lie elsewhere.
    pub(crate) fn is_between_servers(self) -> bool {
        !matches!(
            self,
            Self::Picture
                | Self::Calendar
                | Self::Checkup
                | Self::RemoteFollow
                | Self::BlockList
                | Self::Hook
        )
    }
}
