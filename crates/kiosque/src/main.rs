//! Kiosque: agendas, music and hosting providers of a territory, federated.
//!
//! This crate only wires: the command line, the configuration, and the rooms put together.

mod commands;
mod config;
mod descriptors;
mod doctor;
mod engine;
mod figures;
mod health;
mod keyfile;
mod logging;
mod memory;
mod queues;
mod requests;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// A federated server for agendas.
#[derive(Parser)]
#[command(name = "kiosque", version, about)]
struct Arguments {
    /// Configuration file (TOML). Without one, the defaults and the environment count.
    #[arg(long, global = true, env = "KIOSQUE_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve (the default).
    Serve,
    /// Two instances with sample agendas that follow each other, to look around.
    Demo(commands::demo::Demo),
    /// Sites of this server.
    #[command(subcommand)]
    Site(commands::site::SiteCommand),
    /// Other servers: whom not to speak to.
    #[command(subcommand)]
    Peer(commands::peer::PeerCommand),
    /// Who follows a site, and whom it follows.
    Follow(commands::follow::Follow),
    /// Received activities that could not take effect.
    Inbox(commands::inbox::Inbox),
    /// Import a calendar file (.ics) into an agenda.
    Import(commands::import::Import),
    /// Say what is wrong with this server, and what to do about it.
    Doctor(commands::doctor::Doctor),
    /// Print the default configuration, explained.
    Config,
}

fn main() -> ExitCode {
    memory::keep_small();
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("kiosque: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    if matches!(arguments.command, Some(Command::Config)) {
        print!("{}", config::documented());
        return Ok(ExitCode::SUCCESS);
    }
    // One TLS provider for the whole process; a second call would only say that it is there.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let config = config::Config::read(arguments.config.as_deref())?;
    match arguments.command {
        None | Some(Command::Serve) => commands::serve::run(config),
        Some(Command::Demo(demo)) => commands::demo::run(&config, &demo),
        Some(Command::Site(command)) => commands::site::run(config, command),
        Some(Command::Peer(command)) => commands::peer::run(config, command),
        Some(Command::Follow(follow)) => commands::follow::run(config, follow),
        Some(Command::Inbox(inbox)) => commands::inbox::run(config, inbox),
        Some(Command::Import(import)) => commands::import::run(config, &import),
        Some(Command::Doctor(doctor)) => return commands::doctor::run(config, &doctor),
        Some(Command::Config) => Ok(()),
    }
    .map(|()| ExitCode::SUCCESS)
}
