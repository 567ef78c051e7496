//! `kiosque follow rules`: who may follow a site, and how it follows.

use crate::engine::Engine;
use anyhow::{Context, bail};
use clap::Args;
use federation::follow::rules::{FollowRules, FollowRulesChange};
use sites::{FollowerPolicy, Site};

/// What is to change; without any, the rules are printed.
#[derive(Args)]
pub(super) struct Rules {
    /// Who may follow: `automatic`, `manual` or `allow_list`.
    #[arg(long)]
    policy: Option<String>,
    /// Hosts that may follow, with `allow_list`, between commas; an empty text for none.
    #[arg(long)]
    allowed: Option<String>,
    /// Hosts that are never followed by themselves, between commas.
    #[arg(long)]
    excluded: Option<String>,
    /// Follow the instances that follow the site.
    #[arg(long)]
    follow_back: Option<bool>,
    /// Address of a list of instances to follow; an empty text for none.
    #[arg(long)]
    index_url: Option<String>,
    /// Hours between two readings of the list, 1 to 720.
    #[arg(long)]
    index_hours: Option<i32>,
    /// Most instances of the list followed in a day, 1 to 100.
    #[arg(long)]
    index_daily: Option<i32>,
    /// Most documents taken over from a server that accepts, 0 to 1000.
    #[arg(long)]
    backfill_most: Option<i32>,
}

/// The words between commas.
pub(super) fn list(text: &str) -> Vec<String> {
    let words = text.split(',').map(str::trim);
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

impl Rules {
    pub(super) async fn run(self, engine: &Engine, site: &Site) -> anyhow::Result<()> {
        let word = |word: &String| {
            FollowerPolicy::from_word(word)
                .context("--policy: `automatic`, `manual` or `allow_list`")
        };
        let listed = |text: &Option<String>| text.as_deref().map(list);
        let change = FollowRulesChange {
            policy: self.policy.as_ref().map(word).transpose()?,
            allowed: listed(&self.allowed),
            excluded: listed(&self.excluded),
            follow_back: self.follow_back,
            index_url: self.index_url,
            index_hours: self.index_hours,
            index_daily: self.index_daily,
            backfill_most: self.backfill_most,
        };
        let changed = match change == FollowRulesChange::default() {
            // Asked what holds, it changes nothing.
            true => Ok(engine
                .database
                .read_now(|c| FollowRules::read(c, site.id))?),
            false => {
                engine
                    .federation
                    .change_follow_rules(site.id, change)
                    .await?
            }
        };
        let rules = match changed {
            Ok(rules) => rules,
            Err(errors) => {
                let words: Vec<String> = errors.iter().map(ToString::to_string).collect();
                bail!("{}", words.join("\n"));
            }
        };
        println!("policy\t{}", rules.policy.as_str());
        println!("allowed\t{}", rules.allowed.join(","));
        println!("excluded\t{}", rules.excluded.join(","));
        println!("follow-back\t{}", rules.follow_back);
        println!("index-url\t{}", rules.index_url.unwrap_or_default());
        println!("index-hours\t{}", rules.index_hours);
        println!("index-daily\t{}", rules.index_daily);
        println!("backfill-most\t{}", rules.backfill_most);
        Ok(())
    }
}
