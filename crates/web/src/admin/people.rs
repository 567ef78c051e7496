//! Accounts that wait, and the people of the site with their roles.

use crate::faults::page_of;
use crate::markup::{form_page, link, nothing, panel, table, two_lines};
use crate::moderating::measure_new;
use crate::rooms::Rooms;
use accounts::email_rules::{self, EmailRule};
use accounts::{
    Account, AccountError, Moderator, Permission, Permissions, SIGN_UPS_PATH, SiteRole, roles,
    sign_up,
};
use actix_web::HttpResponse;
use moderation::hold::trusted;
use pages::Frame;
use std::collections::HashMap;
use store::Id;
use ui::forms::{Button, Choice};
use ui::{Field, Form, FormErrors, Lang, NavItem, SafeHtml};

/// Roles that an administrator gives and takes.
pub(super) const GIVEN: [SiteRole; 4] = [
    SiteRole::Member,
    SiteRole::Moderator,
    SiteRole::Admin,
    SiteRole::Suspended,
];

pub(crate) async fn show(frame: Frame, who: Moderator, rooms: Rooms) -> HttpResponse {
    let site = frame.site.id;
    let found = rooms.database.read(move |conn| {
        Ok::<_, AccountError>((
            sign_up::waiting(conn, site)?,
            roles::people_of(conn, site, &GIVEN)?,
            trusted(conn, site)?,
            moderators(conn, site)?,
            email_rules::read(conn, site)?,
        ))
    });
    let (waiting, people, trusted, held, domains) = match found.await {
        Ok(found) => found,
        Err(error) => return page_of(&frame, &error),
    };
    let lang = frame.lang;
    let heading = lang.t("admin-people");
    let body = SafeHtml::trusted(format!(
        "<h1>{}</h1>{}{}{}",
        SafeHtml::text(&heading),
        panel(
            "waiting",
            &lang.t("admin-accounts-pending"),
            &applicants(&frame, &waiting)
        ),
        panel(
            "people",
            &lang.t("admin-accounts"),
            &members(&frame, &who, &people, &trusted, &held)
        ),
        panel(
            "domains",
            &lang.t("email-rules-heading"),
            &domains_form(&frame, &domains)
        )
    ));
    frame.html(&form_page(&frame, NavItem::Admin, &heading, body))
}

fn applicants(frame: &Frame, waiting: &[Account]) -> SafeHtml {
    let lang = frame.lang;
    if waiting.is_empty() {
        return nothing(&lang.t("admin-accounts-none"));
    }
    let columns = ["organisers-col-who", "admin-col-motive", "agendas-col-do"];
    let columns: Vec<String> = columns.iter().map(|key| lang.t(key)).collect();
    let none = FormErrors::new();
    let rows: Vec<Vec<SafeHtml>> = waiting
        .iter()
        .map(|account| {
            let reason = Field::text("reason", lang.t("admin-account-reason"))
                .max_length(1000)
                .optional()
                .id(&format!("reason-{}", account.id))
                .render(&none, lang);
            let decide = |act: &str, button: Button| {
                Form::post(SIGN_UPS_PATH, frame.csrf())
                    .inline()
                    .hidden("id", &account.id.to_string())
                    .button(button.about(&account.name).sends("do", act))
            };
            let yes = decide("approve", Button::primary(lang.t("admin-account-approve"))).render();
            let no = decide("refuse", Button::quiet(lang.t("admin-account-refuse")))
                .body(reason)
                .render();
            vec![
                two_lines(&account.name, &account.email),
                SafeHtml::text(&account.motive),
                SafeHtml::concat([&yes, &no]),
            ]
        })
        .collect();
    table(&lang.t("admin-accounts-pending"), &columns, &rows)
}

/// The name of a role.
fn role_name(role: SiteRole, lang: Lang) -> String {
    lang.t(&format!("role-{}", role.as_str()))
}

/// Mail domains that are not taken, or only after a look.
fn domains_form(frame: &Frame, rules: &[(String, EmailRule)]) -> SafeHtml {
    let (lang, none) = (frame.lang, FormErrors::new());
    let of = |wanted: EmailRule| {
        let named = rules.iter().filter(|(_, rule)| *rule == wanted);
        let named: Vec<&str> = named.map(|(domain, _)| domain.as_str()).collect();
        named.join("\n")
    };
    let mut form = Form::post(SIGN_UPS_PATH, frame.csrf()).hidden("do", "domains");
    for (name, rule) in [("refused", EmailRule::Refuse), ("read", EmailRule::Approve)] {
        let field = Field::textarea(name, lang.t(&format!("email-rules-{name}")), 3)
            .help(lang.t("email-rules-help"))
            .optional()
            .value(&of(rule));
        form = form.body(field.render(&none, lang));
    }
    form.button(Button::primary(lang.t("account-save")))
        .render()
}

/// What each moderator may do.
fn moderators(conn: &mut store::Conn, site: Id) -> Result<HashMap<Id, Permissions>, AccountError> {
    let mut all = HashMap::new();
    for (account, _) in roles::people_of(conn, site, &[SiteRole::Moderator])? {
        let (_, held) = roles::held_on(conn, site, &account)?;
        all.insert(account.id, held);
    }
    Ok(all)
}

/// The parts of moderating that a moderator does, folded away.
fn permissions_form(frame: &Frame, account: &Account, held: Permissions) -> SafeHtml {
    let (lang, none) = (frame.lang, FormErrors::new());
    let mut form = Form::post(SIGN_UPS_PATH, frame.csrf())
        .hidden("id", &account.id.to_string())
        .hidden("do", "permissions");
    for one in Permission::ALL {
        let word = one.as_str();
        let label = lang.t(&format!("permission-{word}"));
        let field =
            Field::checkbox(word, label, held.has(*one)).id(&format!("{word}-{}", account.id));
        form = form.body(field.render(&none, lang));
    }
    let save = Button::quiet(lang.t("account-save")).about(&account.name);
    SafeHtml::trusted(format!(
        "<details><summary>{}</summary>{}</details>",
        SafeHtml::text(&lang.t("permissions-heading")),
        form.button(save).render()
    ))
}

fn members(
    frame: &Frame,
    who: &Moderator,
    people: &[(Account, SiteRole)],
    trusted: &[Id],
    held: &HashMap<Id, Permissions>,
) -> SafeHtml {
    let lang = frame.lang;
    let columns = ["organisers-col-who", "agendas-col-role", "agendas-col-do"];
    let columns: Vec<String> = columns.iter().map(|key| lang.t(key)).collect();
    let none = FormErrors::new();
    let rows: Vec<Vec<SafeHtml>> = people
        .iter()
        .map(|(account, role)| {
            let mut act = SafeHtml::default();
            if who.is_admin() && account.id != who.account.id {
                let choices = GIVEN
                    .iter()
                    .map(|role| Choice::new(role.as_str(), &role_name(*role, lang)))
                    .collect();
                act = Form::post(SIGN_UPS_PATH, frame.csrf())
                    .inline()
                    .hidden("id", &account.id.to_string())
                    .body(
                        Field::select("role", lang.t("agendas-col-role"), choices)
                            .value(role.as_str())
                            .id(&format!("role-{}", account.id))
                            .render(&none, lang),
                    )
                    .button(
                        Button::quiet(lang.t("account-save"))
                            .about(&account.name)
                            .sends("do", "role"),
                    )
                    .render();
            }
            if let Some(permissions) = held.get(&account.id).filter(|_| who.is_admin()) {
                act.push(&permissions_form(frame, account, *permissions));
            }
            let measures = link(
                &measure_new::address(&format!("account:{}", account.id)),
                &lang.t("measures-of-person"),
            );
            let trust = match trusted.contains(&account.id) {
                true => ("distrust", "hold-distrust"),
                false => ("trust", "hold-trust"),
            };
            if *role == SiteRole::Member {
                let button = Button::quiet(lang.t(trust.1)).about(&account.name);
                let form = Form::post(SIGN_UPS_PATH, frame.csrf())
                    .inline()
                    .hidden("id", &account.id.to_string())
                    .button(button.sends("do", trust.0));
                act.push(&form.render());
            }
            let act = match account.id == who.account.id {
                true => act,
                false => SafeHtml::trusted(format!("{act}<p class=\"sub\">{measures}</p>")),
            };
            vec![
                two_lines(&account.name, &account.email),
                SafeHtml::text(&role_name(*role, lang)),
                act,
            ]
        })
        .collect();
    table(&lang.t("admin-accounts"), &columns, &rows)
}
