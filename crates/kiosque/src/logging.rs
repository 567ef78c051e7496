//! What is written while running.

use crate::config::Log;
use tracing_subscriber::EnvFilter;

/// Begins logging to standard error. Values are escaped by the formatter (INJ-04).
pub(crate) fn start(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.level)?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match log.format.as_str() {
        "json" => builder.json().try_init(),
        _ => builder.try_init(),
    };
    // Two instances in one process (the demonstration) share the first one's logging.
    if let Err(error) = started {
        tracing::debug!(%error, "logging had begun already");
    }
    Ok(())
}
