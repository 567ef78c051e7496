//! `kiosque serve`: the web server and its workers.

use crate::config::Config;
use crate::engine::Engine;
use crate::{figures, health, logging, requests};
use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use anyhow::Context;
use std::time::Duration;

/// Serves until told to stop.
pub(crate) fn run(config: Config) -> anyhow::Result<()> {
    logging::start(&config.log)?;
    crate::descriptors::raise();
    let engine = Engine::open(config)?;
    actix_web::rt::System::new().block_on(async move {
        figures::start(&engine)?;
        let code = web::SetupCode::new(|bytes| getrandom::fill(bytes).is_ok());
        if engine.sites.is_empty() {
            println!("\nKiosque is ready to be set up. Open this address in your browser:\n");
            println!(
                "    http://{}/setup?code={}\n",
                local_name(&engine.config.listen),
                code.as_str()
            );
        } else {
            for site in engine.sites.all() {
                println!("{} is served at {}", site.name, site.base_url());
            }
        }
        let running = engine.start();
        let server = bind(&engine, code)?;
        let handle = server.handle();
        actix_web::rt::spawn(async move {
            match told_to_stop().await {
                Ok(()) => handle.stop(true).await,
                Err(error) => tracing::error!(%error, "signals are not heard"),
            }
        });
        server.await?;
        running.stop().await;
        Ok(())
    })
}

/// Waits for Ctrl-C, or for the SIGTERM of systemd and of containers: in a container nothing else ends
/// the first process but force.
async fn told_to_stop() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            told = tokio::signal::ctrl_c() => told,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// `127.0.0.1:8536` is easier read, and a fit host for a site, as `localhost:8536`.
pub(crate) fn local_name(listen: &str) -> String {
    let loopback = ["127.0.0.1:", "0.0.0.0:", "[::1]:", "[::]:"];
    match loopback.iter().find_map(|start| listen.strip_prefix(start)) {
        Some(port) => format!("localhost:{port}"),
        None => listen.to_owned(),
    }
}

/// Threads that serve requests.
const WORKERS: usize = 2;

/// Binds the address and puts the rooms' routes together; the caller awaits the server.
pub(crate) fn bind(engine: &Engine, code: web::SetupCode) -> anyhow::Result<Server> {
    let listen = engine.config.listen.clone();
    let engine = engine.clone();
    let code = Data::new(code);
    let schemes = {
        let config = engine.config.clone();
        Data::new(web::Schemes::new(move |host| config.scheme_of(host)))
    };
    let description = {
        let mut description = web::open_api();
        description.merge(agenda::open_api());
        Data::new(description)
    };
    let queue = engine.queue.clone();
    let tasks = Data::new(pages::Tasks::new(move |conn, site, may| {
        queue.count(conn, site, may)
    }));
    let security = Data::new(pages::SecurityContact(engine.config.security_contact()?));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(security.clone())
            .app_data(description.clone())
            .app_data(Data::new(engine.sites.clone()))
            .app_data(Data::new(engine.database.clone()))
            .app_data(Data::new(engine.clock.clone()))
            .app_data(Data::new(engine.registry.clone()))
            .app_data(Data::new(engine.leaving.clone()))
            .app_data(Data::new(engine.moderation.clone()))
            .app_data(Data::new(engine.queue.clone()))
            .app_data(Data::new(engine.federation.clone()))
            .app_data(Data::new(engine.accounts.clone()))
            .app_data(Data::new(engine.software()))
            .app_data(Data::from(engine.library.clone()))
            .app_data(Data::new(engine.processor.clone()))
            .app_data(Data::new(engine.bell.clone()))
            .app_data(Data::new(engine.health.clone()))
            .app_data(code.clone())
            .app_data(tasks.clone())
            .app_data(schemes.clone())
            .wrap(from_fn(pages::head_as_get))
            .wrap(from_fn(accounts::guard_forms))
            .wrap(from_fn(sites::resolve_site))
            .wrap(from_fn(pages::error_pages))
            .wrap(from_fn(pages::body_in_time))
            .wrap(from_fn(pages::security_headers))
            .wrap(Compress::default())
            .wrap(from_fn(requests::noted))
            .route("/health", actix_web::web::get().to(health::health))
            .configure(federation::configure)
            .configure(pages::configure)
            .configure(web::configure)
            .configure(agenda::configure)
            // After the rooms above: `/events/new` is a page, `/events/<key>` an id.
            .configure(publication::configure(&engine.registry))
            .default_service(actix_web::web::to(pages::not_found))
    })
    .workers(WORKERS)
    .max_connections(crate::descriptors::connections(WORKERS))
    .client_request_timeout(Duration::from_secs(5))
    .on_connect(pages::end_quiet(pages::QUIET))
    .shutdown_timeout(10)
    .disable_signals()
    .bind(&listen)
    .with_context(|| format!("cannot listen on {listen}"))?;
    Ok(server.run())
}
