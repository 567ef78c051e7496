//! `kiosque site`: sites without the setup page.

use crate::config::Config;
use crate::engine::Engine;
use anyhow::Context;
use clap::Subcommand;
use sites::{FollowerPolicy, Registration, Site, SiteChange};

/// What can be done with sites.
#[derive(Subcommand)]
#[expect(
    clippy::large_enum_variant,
    reason = "made once, from the command line"
)]
pub(crate) enum SiteCommand {
    /// Add a site with its first account.
    Add {
        /// Host name, with the port if unusual.
        #[arg(long)]
        host: String,
        /// Name of the site.
        #[arg(long)]
        name: String,
        /// Address of the first account, an administrator.
        #[arg(long)]
        admin_email: String,
        /// Its password, at least 12 characters.
        #[arg(long)]
        admin_password: String,
        /// Its name.
        #[arg(long, default_value = "admin")]
        admin_name: String,
        /// `fr` or `en`.
        #[arg(long, default_value = "fr")]
        language: String,
        /// Time zone (IANA).
        #[arg(long, default_value = "Europe/Paris")]
        timezone: String,
        /// Who may sign up: `open`, `approval` or `closed`.
        #[arg(long, default_value = "approval")]
        registration: String,
        /// Who may follow the site's own actor: `automatic`, `manual` or `allow_list`.
        #[arg(long, default_value = "manual")]
        followers: String,
    },
    /// List the sites.
    List,
}

/// Runs it.
pub(crate) fn run(config: Config, command: SiteCommand) -> anyhow::Result<()> {
    let engine = Engine::open(config)?;
    match command {
        SiteCommand::List => {
            for site in engine.sites.all() {
                println!("{}\t{}", site.base_url(), site.name);
            }
            Ok(())
        }
        SiteCommand::Add {
            host,
            name,
            admin_email,
            admin_password,
            admin_name,
            language,
            timezone,
            registration,
            followers,
        } => {
            let form = web::SetUp {
                scheme: engine.config.scheme_of(&host).to_owned(),
                host,
                name,
                tagline: String::new(),
                language,
                timezone: timezone.parse().ok().context("unknown time zone")?,
                about: sites::About::default(),
                account_name: admin_name,
                email: admin_email,
                password: admin_password,
            };
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            let site = runtime.block_on(web::set_up(
                &engine.database,
                &engine.sites,
                &engine.federation,
                &engine.accounts,
                &engine.clock,
                form,
            ))?;
            let registration = Registration::from_word(&registration)
                .context("--registration: open, approval or closed")?;
            let followers = FollowerPolicy::from_word(&followers)
                .context("--followers: automatic, manual or allow_list")?;
            let change = SiteChange {
                registration: Some(registration.as_str().to_owned()),
                follower_policy: Some(followers.as_str().to_owned()),
                ..SiteChange::default()
            };
            engine
                .database
                .write_now(|conn| Site::change(conn, site.id, &change))?;
            println!("{}", site.base_url());
            Ok(())
        }
    }
}
