//! `kiosque follow`: who follows a site and whom it follows, from the command line.

mod narrow;
mod rules;
mod show;

use crate::config::Config;
use crate::engine::Engine;
use anyhow::Context;
use clap::{Args, Subcommand};
use federation::BacklogAct;
use federation::follow::peers::{PeerAct, PeerFilter, Side, list};

/// Arguments.
#[derive(Args)]
pub(crate) struct Follow {
    /// The site, by its host name; not needed where there is only one.
    #[arg(long, global = true)]
    site: Option<String>,
    #[command(subcommand)]
    command: FollowCommand,
}

#[derive(Subcommand)]
enum FollowCommand {
    /// List the servers around the site, with their states.
    List {
        /// `all`, `waiting`, `asked`, `followers`, `following`, `refused`, `removed`, `lost` or `trouble`.
        #[arg(default_value = "all")]
        show: String,
    },
    /// Show one server: both follows, what waits for it, what did not arrive there.
    Show {
        /// Its host.
        host: String,
    },
    /// Send at once what waits for a server.
    Try {
        /// Its host.
        host: String,
    },
    /// Send anew what a server refused, or what was given up; gives how many deliveries that is.
    Replay {
        /// Its host.
        host: String,
    },
    /// Follow an address, a handle or a host.
    Add {
        /// For instance agenda.example.org.
        target: String,
    },
    /// Subscribe to a relay, by its inbox or its host.
    Relay {
        /// For instance https://relay.example.org/inbox.
        target: String,
    },
    /// Let a server follow the site; also lifts a refusal.
    Approve {
        /// Its host.
        host: String,
    },
    /// Refuse a server that asks; it stays refused.
    Refuse {
        /// Its host.
        host: String,
    },
    /// End a server's follow of the site; it stays ended.
    Remove {
        /// Its host.
        host: String,
    },
    /// Ask a server again.
    Retry {
        /// Its host.
        host: String,
    },
    /// End the site's follow of a server.
    End {
        /// Its host.
        host: String,
    },
    /// Read the list of instances now and follow what is due of it.
    Index,
    /// Show who may follow and how the site follows, or change it.
    Rules(rules::Rules),
    /// Show what is shown of a server that the site follows, or change it.
    Narrow(narrow::Narrow),
}

/// Runs it. A server that is running on the same database sends what was written within seconds.
pub(crate) fn run(config: Config, follow: Follow) -> anyhow::Result<()> {
    let engine = Engine::open(config)?;
    let site = super::site_named(&engine, follow.site.as_deref())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let hub = &engine.federation;
    let (act, host) = match follow.command {
        FollowCommand::List { show } => return print(&engine, &site, &show),
        FollowCommand::Show { host } => return show::run(&engine, &site, &host),
        FollowCommand::Try { host } => {
            runtime.block_on(hub.act_on_backlog(&site, &host, BacklogAct::Try))?;
            return Ok(());
        }
        FollowCommand::Replay { host } => {
            let sent = hub.act_on_backlog(&site, &host, BacklogAct::Replay);
            println!("{}", runtime.block_on(sent)?);
            return Ok(());
        }
        FollowCommand::Add { target } => {
            let (row, actor) = runtime.block_on(hub.follow(&site, &target))?;
            println!("{}\t{}", actor.uri, row.state);
            return Ok(());
        }
        FollowCommand::Relay { target } => {
            let (row, actor) = runtime.block_on(hub.subscribe(&site, &target))?;
            println!("{}\t{}", actor.uri, row.state);
            return Ok(());
        }
        FollowCommand::Rules(rules) => return runtime.block_on(rules.run(&engine, &site)),
        FollowCommand::Narrow(narrow) => return narrow.run(&engine, &site),
        FollowCommand::Index => {
            println!("{}", runtime.block_on(hub.follow_list(&site))?);
            return Ok(());
        }
        FollowCommand::Approve { host } => (PeerAct::Approve, host),
        FollowCommand::Refuse { host } => (PeerAct::Refuse, host),
        FollowCommand::Remove { host } => (PeerAct::Remove, host),
        FollowCommand::Retry { host } => (PeerAct::Retry, host),
        FollowCommand::End { host } => (PeerAct::Unfollow, host),
    };
    runtime.block_on(hub.act_on_peer(&site, &host, act))?;
    Ok(())
}

fn print(engine: &Engine, site: &sites::Site, show: &str) -> anyhow::Result<()> {
    let filter = PeerFilter::from_word(show).context("no such list")?;
    let own = site.actor_id.context("the site is not set up")?;
    let state = |side: &Option<Side>| {
        side.as_ref()
            .map_or("-", |side| side.follow.state().as_str())
    };
    println!("host\tfollows us\twe follow\twaiting\terror");
    let mut after = String::new();
    loop {
        let from = after.clone();
        let rows = engine
            .database
            .read_now(|c| list(c, (site.id, own), filter, "", &from, 200))?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after.clone_from(&last.host);
        for row in &rows {
            println!(
                "{}\t{}\t{}\t{}\t{}",
                row.host,
                state(&row.follower),
                state(&row.following),
                row.waiting,
                row.last_error.as_deref().unwrap_or("-")
            );
        }
    }
}
