//! Writes sample pages as files, to be opened in a browser and looked at:
//! `cargo run -p ui --example gallery -- DIRECTORY`.
//!
//! Every page comes on three papers: `NAME.html` (tinted), `NAME.light.html`,
//! `NAME.dark.html`. All names and events are invented.

mod content;

use std::path::Path;

use ui::agenda::{self, AgendaView, EmptyState, Link, MonthView, Pagination};
use ui::event;
use ui::{Flash, Lang, NavItem, Page, Paper, SafeHtml, SiteLook, Viewer};

fn main() -> std::io::Result<()> {
    let Some(directory) = std::env::args().nth(1) else {
        eprintln!("usage: gallery DIRECTORY");
        std::process::exit(2);
    };
    let directory = Path::new(&directory);
    std::fs::create_dir_all(directory.join("assets"))?;
    for file in ui::assets() {
        std::fs::write(
            directory.join(file.path.trim_start_matches('/')),
            file.bytes,
        )?;
    }
    for (suffix, paper, hue) in [
        ("", Paper::Tinted, 25),
        (".light", Paper::Light, 190),
        (".dark", Paper::Dark, 290),
    ] {
        let css = format!("theme{suffix}.css");
        std::fs::write(directory.join(&css), ui::theme_css(hue, paper))?;
        for (name, html) in pages(content::site(hue, paper)) {
            // Files have no root: addresses become relative ones.
            let html = html
                .replace(&ui::theme_path(hue, paper), &css)
                .replace("\"/assets/", "\"assets/");
            std::fs::write(directory.join(format!("{name}{suffix}.html")), html)?;
        }
    }
    Ok(())
}

fn page(site: &SiteLook, nav: NavItem, title: &str, body: SafeHtml) -> Page {
    let mut page = Page::new(Lang::Fr, site.clone(), "/", title, body);
    page.nav_current = nav;
    page
}

fn signed_in(mut page: Page) -> String {
    page.viewer = Some(Viewer {
        name: "Camille Hoarau".into(),
        is_moderator: true,
        may_publish: true,
        pending: 3,
    });
    page.csrf = "token".into();
    ui::layout(&page)
}

fn pages(site: SiteLook) -> Vec<(&'static str, String)> {
    let lang = Lang::Fr;
    let view = |days, empty, filters| AgendaView {
        banner: None,
        icon: None,
        people: Vec::new(),
        tools: Vec::new(),
        waiting: SafeHtml::default(),
        heading: String::new(),
        intro: String::new(),
        filters: Some(filters),
        days,
        empty,
        pagination: Pagination {
            previous: None,
            next: Some("?page=2".into()),
            position: "du 4 au 18 juillet".into(),
        },
        today: content::today(),
        count: None,
        month_url: "month.html".into(),
        ics_url: "/agenda.ics".into(),
        atom_url: "/agenda.atom".into(),
        embed_url: String::new(),
        live_url: "https://raffinerie.example/".into(),
    };
    let home = |view: &AgendaView| {
        let mut page = page(&site, NavItem::Agenda, "", agenda::agenda_page(view, lang));
        page.hero = true;
        page
    };
    let full = view(content::days(), EmptyState::default(), content::filters());
    let mut many = view(content::many(), EmptyState::default(), content::filters());
    many.count = Some(40);
    let mut none = view(
        Vec::new(),
        EmptyState {
            title: lang.t("agenda-empty-week-title"),
            text: lang.t("agenda-empty-week-text"),
            actions: vec![
                Link::new(&lang.t("agenda-later-link"), "/"),
                Link::new(&lang.t("agenda-add-first"), "/"),
            ],
        },
        content::filters(),
    );
    none.pagination = Pagination::default();
    let month = agenda::month_grid(
        &MonthView {
            year: 2026,
            month: 7,
            days: content::month(),
            today: content::today(),
            previous_url: Some("/".into()),
            next_url: Some("/".into()),
            day_url: "/?from=".into(),
            active: Vec::new(),
            reset_url: String::new(),
        },
        lang,
    );
    let event = event::event_page(&content::event(), lang);
    let remote = event::event_page(&content::cancelled_remote(), lang);
    let embed = agenda::agenda_list(&content::days()[..2], content::today(), lang, true);
    let mut saved = page(
        &site,
        NavItem::Following,
        &lang.t("following-heading"),
        content::following(),
    );
    saved.flash = Some(Flash::Success(lang.t("flash-follow-asked")));
    let mut setup = page(&site, NavItem::Nowhere, "Bienvenue", content::setup());
    setup.minimal = true;
    setup.site.name = "Kiosque".into();
    vec![
        ("home", ui::layout(&home(&full))),
        ("forty", signed_in(home(&many))),
        ("none", ui::layout(&home(&none))),
        (
            "month",
            ui::layout(&page(&site, NavItem::Month, "Juillet 2026", month)),
        ),
        (
            "event",
            ui::layout(&page(&site, NavItem::Agenda, "Bal", event)),
        ),
        (
            "remote",
            signed_in(page(&site, NavItem::Agenda, "Marché", remote)),
        ),
        (
            "form",
            signed_in(page(&site, NavItem::NewEvent, "Ajouter", content::form())),
        ),
        ("setup", ui::layout(&setup)),
        (
            "sign-in",
            ui::layout(&page(
                &site,
                NavItem::SignIn,
                "Se connecter",
                content::sign_in(),
            )),
        ),
        ("following", signed_in(saved)),
        (
            "about",
            ui::layout(&page(&site, NavItem::About, "À propos", content::about())),
        ),
        ("404", ui::error_page(404, lang, &site, None, "", None)),
        (
            "embed",
            ui::embed_layout(lang, &site, "Agenda de La Raffinerie", "/", &embed),
        ),
    ]
}
