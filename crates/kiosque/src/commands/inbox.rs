//! `kiosque inbox`: received activities that could not take effect, from the command line.

use crate::config::Config;
use crate::engine::Engine;
use anyhow::{Context, ensure};
use clap::{Args, Subcommand};
use federation::parked::ParkedAct;
use store::Id;

/// Arguments.
#[derive(Args)]
pub(crate) struct Inbox {
    /// The site, by its host name; not needed where there is only one.
    #[arg(long, global = true)]
    site: Option<String>,
    #[command(subcommand)]
    command: InboxCommand,
}

#[derive(Subcommand)]
enum InboxCommand {
    /// List what was put aside after its tries, latest first: its number, when it came, who sent it, its id, why.
    Parked {
        /// The number that the list before ended with.
        #[arg(long)]
        before: Option<String>,
        /// Lines at most.
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// Print one as it came.
    Show {
        /// Its number.
        number: String,
    },
    /// Try one again, from the beginning.
    Retry {
        /// Its number.
        number: String,
    },
    /// Throw one away.
    Drop {
        /// Its number.
        number: String,
    },
}

fn id(number: &str) -> anyhow::Result<Id> {
    Id::parse(number).with_context(|| format!("{number}: not a number of `kiosque inbox parked`"))
}

/// Runs it. A server that is running on the same database takes up what is tried again within seconds.
pub(crate) fn run(config: Config, inbox: Inbox) -> anyhow::Result<()> {
    let engine = Engine::open(config)?;
    let site = super::site_named(&engine, inbox.site.as_deref())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let hub = &engine.federation;
    let (act, number) = match inbox.command {
        InboxCommand::Parked { before, limit } => {
            let before = before.as_deref().map(id).transpose()?;
            let found = hub.parked(site.id, before, limit.clamp(1, 1_000));
            for parked in runtime.block_on(found)? {
                println!(
                    "{}\t{}\t{}\t{}\t{}",
                    parked.id,
                    parked.received_at.0.to_rfc3339(),
                    parked.actor_uri,
                    parked.activity_uri,
                    parked.last_error.unwrap_or_default()
                );
            }
            return Ok(());
        }
        InboxCommand::Show { number } => {
            let found = runtime.block_on(hub.parked_one(site.id, id(&number)?))?;
            let parked = found.with_context(|| format!("{number}: not parked (any more)"))?;
            println!("{}", parked.body);
            return Ok(());
        }
        InboxCommand::Retry { number } => (ParkedAct::Retry, number),
        InboxCommand::Drop { number } => (ParkedAct::Drop, number),
    };
    let done = runtime.block_on(hub.act_on_parked(site.id, id(&number)?, act))?;
    ensure!(done, "{number}: not parked (any more)");
    Ok(())
}
