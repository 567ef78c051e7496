//! `kiosque follow narrow`: what is shown of a server that the site follows.

use super::rules::list;
use crate::engine::Engine;
use anyhow::{Context, ensure};
use clap::Args;
use federation::follow::peers::one;
use publication::narrowing::{Circle, Narrowing, coming};
use sites::Site;
use store::StoreError;

/// What is to change; without any, the rule is printed.
#[derive(Args)]
pub(super) struct Narrow {
    /// The server's host.
    host: String,
    /// Tags of which one is wanted, between commas; an empty text for all.
    #[arg(long)]
    include: Option<String>,
    /// Tags of which none is wanted, between commas.
    #[arg(long)]
    exclude: Option<String>,
    /// Kinds of objects, between commas; an empty text for all.
    #[arg(long)]
    kinds: Option<String>,
    /// What is near a place: `latitude,longitude,kilometres`; an empty text for everywhere.
    #[arg(long, allow_hyphen_values = true)]
    within: Option<String>,
}

fn circle(text: &str) -> anyhow::Result<Option<Circle>> {
    let parts = list(text);
    if parts.is_empty() {
        return Ok(None);
    }
    let numbers: Result<Vec<f64>, _> = parts.iter().map(|part| part.parse()).collect();
    let numbers = numbers.context("--within: latitude,longitude,kilometres")?;
    let [latitude, longitude, kilometres] = numbers[..] else {
        anyhow::bail!("--within: latitude,longitude,kilometres");
    };
    Ok(Some(Circle {
        latitude,
        longitude,
        kilometres,
    }))
}

impl Narrow {
    pub(super) fn run(self, engine: &Engine, site: &Site) -> anyhow::Result<()> {
        let own = site.actor_id.context("the site is not set up")?;
        let (id, host, now) = (site.id, self.host.clone(), engine.clock.ts());
        let read = engine.database.read_now(|c| {
            let known = one(c, (id, own), &host)?.is_some();
            Ok::<_, StoreError>((known, Narrowing::read(c, own, &host)?))
        });
        let (known, read) = read?;
        ensure!(known, "{host}: no such server around this site");
        let asked = read.clone();
        let rule = Narrowing {
            include: self.include.map_or(read.include, |text| list(&text)),
            exclude: self.exclude.map_or(read.exclude, |text| list(&text)),
            kinds: self.kinds.map_or(read.kinds, |text| list(&text)),
            within: match &self.within {
                Some(text) => circle(text)?,
                None => read.within,
            },
        };
        rule.check()?;
        // Asked what holds, it changes nothing.
        if rule != asked {
            engine
                .database
                .write_now(|c| rule.write(c, own, &host, now))?;
        }
        let (rule, count) = engine.database.read_now(|c| {
            let rule = Narrowing::read(c, own, &host)?;
            Ok::<_, StoreError>((rule, coming(c, own, &host)?))
        })?;
        let within = rule.within.map_or(String::new(), |circle| {
            format!(
                "{},{},{}",
                circle.latitude, circle.longitude, circle.kilometres
            )
        });
        println!("include\t{}", rule.include.join(","));
        println!("exclude\t{}", rule.exclude.join(","));
        println!("kinds\t{}", rule.kinds.join(","));
        println!("within\t{within}");
        println!("hidden\t{} of {} to come", count.hidden, count.total);
        Ok(())
    }
}
