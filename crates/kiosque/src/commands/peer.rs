//! `kiosque peer`: other servers, from the command line.

use crate::config::Config;
use crate::engine::Engine;
use clap::Subcommand;

/// What can be done with other servers.
#[derive(Subcommand)]
pub(crate) enum PeerCommand {
    /// Stop all traffic with a host and everything below it, in both directions.
    Block {
        /// Its name, in any spelling.
        host: String,
        /// Why, for other administrators.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Lift a block. Follows that it ended stay ended.
    Unblock {
        /// The name that was blocked.
        host: String,
    },
    /// List the blocked hosts: name, since when, why.
    List,
}

/// Runs it. A running server sees the change within half a minute.
pub(crate) fn run(config: Config, command: PeerCommand) -> anyhow::Result<()> {
    let federation = Engine::open(config)?.federation;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match command {
            PeerCommand::Block { host, reason } => {
                let made = federation.block_host(&host, &reason).await?;
                println!(
                    "{} is blocked; {} follows and {} waiting deliveries ended",
                    made.block.host, made.follows, made.deliveries
                );
            }
            PeerCommand::Unblock { host } => {
                anyhow::ensure!(
                    federation.unblock_host(&host).await?,
                    "{host} is not blocked"
                );
                println!("{host} is no longer blocked");
            }
            PeerCommand::List => {
                for block in federation.blocked_hosts().await? {
                    let since = block.since.map(|at| at.0.to_rfc3339()).unwrap_or_default();
                    println!(
                        "{}\t{since}\t{}",
                        block.host,
                        block.reason.unwrap_or_default()
                    );
                }
            }
        }
        Ok(())
    })
}
