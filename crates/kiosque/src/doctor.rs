//! What `kiosque doctor` looks at, one file per check. Each check takes what it judges as parameters and
//! gives findings; nothing is changed.

mod certificate;
mod clock;
mod database;
mod disk;
mod finding;
mod key;
mod letters;
mod names;
mod outside;
mod queue;
mod record;
mod settings;

pub(crate) use finding::{Finding, Verdict};

use crate::config::Config;
use crate::engine::Engine;
use mail::EmailAddress;
use std::sync::Arc;

/// Looks at everything, in the order in which one thing needs another.
///
/// `send`: who gets a letter, to see that letters arrive. `lang`: of that letter.
pub(crate) fn examine(config: Config, send: Option<&EmailAddress>, lang: ui::Lang) -> Vec<Finding> {
    let mut found = settings::check(&config);
    let key = key::check(&config.data);
    let mut sound = key.verdict == Verdict::Ok;
    found.push(key);
    found.push(disk::check(&config.data));
    let seen = database::check(&config.database());
    sound &= seen.iter().all(|finding| finding.verdict != Verdict::Fail);
    let started = !seen.iter().any(|finding| finding.code == "database-behind");
    found.extend(seen);
    if !(sound && started) {
        found.push(Finding::warn("server", "server-unseen"));
        return found;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let engine = Engine::open(config).map_err(|error| format!("{error:#}"));
    match (engine, runtime) {
        (Ok(engine), Ok(runtime)) => {
            found.extend(runtime.block_on(running(&engine, send, lang)));
        }
        (Err(reason), _) => {
            found.push(Finding::fail("server", "server-refuses").with("reason", reason))
        }
        (_, Err(error)) => {
            found.push(Finding::fail("server", "server-refuses").with("reason", error.to_string()))
        }
    }
    found
}

/// What needs the database, the mail server and the Internet.
async fn running(engine: &Engine, send: Option<&EmailAddress>, lang: ui::Lang) -> Vec<Finding> {
    let mut found = settings::check_sites(engine);
    found.extend(record::check(engine));
    found.extend(queue::check(
        &engine.database,
        engine.mailer.is_configured(),
        engine.clock.ts(),
    ));
    found.extend(letters::check(&engine.mailer, send, lang, engine.clock.now()).await);
    let client = engine.federation.client();
    let peers = clock::peers(&engine.database);
    found.push(
        clock::check(
            client,
            &peers,
            engine.config.federation.local_test,
            &engine.clock,
        )
        .await,
    );
    let lookup = federation::system_lookup();
    let ourselves = client.to_ourselves();
    for site in engine.sites.all() {
        let (name, addresses) = names::check(&site.host, &lookup).await;
        found.push(name);
        if site.scheme == "https" && !addresses.is_empty() {
            let roots = Arc::new(certificate::public_roots());
            found.push(certificate::check(&site.host, addresses[0], roots, &engine.clock).await);
        }
        found.push(outside::check(&site.base_url(), &ourselves).await);
    }
    found
}
