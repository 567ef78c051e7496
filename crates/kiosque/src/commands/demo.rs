//! `kiosque demo`: two instances in one process, with sample agendas written for it, each following
//! the other over real, signed HTTP.

mod samples;

use crate::commands::serve;
use crate::config::Config;
use crate::engine::Engine;
use crate::logging;
use anyhow::Context;
use clap::Args;
use samples::Town;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Arguments.
#[derive(Args)]
pub(crate) struct Demo {
    /// Folder for both databases; a second run continues with what is there.
    #[arg(long, default_value = "data/demo")]
    folder: PathBuf,
}

/// Everybody's password in the demonstration.
const PASSWORD: &str = "place du marché";

/// Runs both instances until Ctrl-C.
pub(crate) fn run(config: &Config, demo: &Demo) -> anyhow::Result<()> {
    logging::start(&crate::config::Log {
        level: "warn".to_owned(),
        ..config.log.clone()
    })?;
    let towns = samples::towns();
    actix_web::rt::System::new().block_on(async move {
        let mut engines = Vec::new();
        for town in &towns {
            let engine = open(config, demo, town)?;
            prepare(&engine, town)
                .await
                .with_context(|| format!("sample data of {}", town.host))?;
            engines.push(engine);
        }
        let mut servers = Vec::new();
        let mut running = Vec::new();
        for engine in &engines {
            let server = serve::bind(
                engine,
                web::SetupCode::new(|bytes| getrandom::fill(bytes).is_ok()),
            )?;
            servers.push(server.handle());
            actix_web::rt::spawn(server);
            running.push(engine.start());
        }
        for (engine, other) in engines.iter().zip(towns.iter().rev()) {
            follow(engine, other.host).await;
        }
        announce(&towns);
        tokio::signal::ctrl_c().await?;
        println!("\nUntil next time. / À bientôt.");
        for server in servers {
            server.stop(false).await;
        }
        for workers in running {
            let _ = tokio::time::timeout(Duration::from_secs(3), workers.stop()).await;
        }
        Ok(())
    })
}

fn open(config: &Config, demo: &Demo, town: &Town) -> anyhow::Result<Engine> {
    let mut config = config.clone();
    config.listen = format!("127.0.0.1:{}", town.port);
    config.data = demo.folder.join(
        town.agendas
            .first()
            .map_or("town", |agenda| agenda.username),
    );
    config.database = String::new();
    config.scheme = "http".to_owned();
    config.federation.local_test = true;
    config.federation.fast = true;
    Engine::open(config).with_context(|| format!("cannot open {}", town.host))
}

/// Makes the site, its account, its agendas and their events on the first run.
async fn prepare(engine: &Engine, town: &Town) -> anyhow::Result<()> {
    if !engine.sites.is_empty() {
        return Ok(());
    }
    let form = web::SetUp {
        host: town.host.to_owned(),
        scheme: "http".to_owned(),
        name: town.name.to_owned(),
        tagline: town.tagline.to_owned(),
        language: "fr".to_owned(),
        timezone: chrono_tz::Europe::Paris,
        about: town.about.clone(),
        account_name: town.person.to_owned(),
        email: town.email.to_owned(),
        password: PASSWORD.to_owned(),
    };
    let site = web::set_up(
        &engine.database,
        &engine.sites,
        &engine.federation,
        &engine.accounts,
        &engine.clock,
        form,
    )
    .await?;
    // Both follow each other without anybody clicking.
    let change = sites::SiteChange {
        follower_policy: Some(sites::FollowerPolicy::Automatic.as_str().to_owned()),
        registration: Some(sites::Registration::Open.as_str().to_owned()),
        tagline: Some(town.tagline.to_owned()),
        ..sites::SiteChange::default()
    };
    engine
        .database
        .write_now(|conn| sites::Site::change(conn, site.id, &change))?;
    engine.sites.reload().await?;
    samples::fill(engine, &site, town)
}

/// Each instance follows the other; a second run finds it done.
async fn follow(engine: &Engine, host: &str) {
    let Some(site) = engine.sites.all().into_iter().next() else {
        return;
    };
    for _ in 0..20 {
        match engine.federation.follow(&Arc::clone(&site), host).await {
            Ok(_) => return,
            Err(error) => tracing::debug!(%error, host, "not yet"),
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    eprintln!("{} could not follow {host}", site.name);
}

fn announce(towns: &[Town]) {
    println!("\n  Kiosque: two instances are running.\n");
    for town in towns {
        println!("  {}", town.name);
        println!("    http://{}", town.host);
        println!("    log in: {} / {PASSWORD}\n", town.email);
    }
    println!("  To try:");
    println!(
        "    - look at both home pages: each shows the other's events, and where they come from;"
    );
    println!("    - log in, publish an event, and reload the other one;");
    println!("    - change or cancel it, and look again;");
    println!("    - \"Suivre d'autres instances\" shows who follows whom.\n");
    println!("  Ctrl-C ends it; a second run continues.\n");
}
