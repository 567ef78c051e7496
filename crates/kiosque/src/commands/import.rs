//! `kiosque import`: a calendar file into an agenda.

use crate::config::Config;
use crate::engine::Engine;
use anyhow::Context;
use clap::Args;
use std::path::PathBuf;

/// Arguments.
#[derive(Args)]
pub(crate) struct Import {
    /// The agenda, `name@host`.
    #[arg(long)]
    agenda: String,
    /// Language of the report, `fr` or `en`.
    #[arg(long, default_value = "fr")]
    language: String,
    /// The file.
    file: PathBuf,
}

/// Runs it. A server that is running on the same database sends what was written within seconds.
pub(crate) fn run(config: Config, import: &Import) -> anyhow::Result<()> {
    let bytes = std::fs::read(&import.file)
        .with_context(|| format!("cannot read {}", import.file.display()))?;
    let engine = Engine::open(config)?;
    let label = import
        .file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let report = agenda::import_file(
        &engine.database,
        &engine.registry,
        &engine.sites,
        &import.agenda,
        &label,
        &bytes,
        engine.clock.ts(),
    )?;
    let lang = if import.language == "en" {
        ui::Lang::En
    } else {
        ui::Lang::Fr
    };
    for line in report.summary(lang) {
        println!("{line}");
    }
    Ok(())
}
