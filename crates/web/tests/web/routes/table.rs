//! Who may, route by route: one row each, in the order of the addresses. What a row sends lets whoever may get through
//! to the handler, so that everybody else is refused for who they are and not for what they sent.

use super::cast::{
    ADMINS, ANY_MODERATOR, ANYBODY, MEMBERS, MODERATORS, NOBODY, ORGANISERS, OWNERS, Role,
    SERVER_ADMINS, SIGNED_IN,
};

/// What goes with a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sent {
    Nothing,
    /// Fields, as in an address.
    Form(&'static str),
    /// The same as a form with files.
    Files(&'static str),
    Json(&'static str),
}

/// A route and who may use it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) method: &'static str,
    pub(super) pattern: &'static str,
    pub(super) may: &'static [Role],
    /// The address asked; things in braces are those of `stage.rs`.
    pub(super) path: &'static str,
    pub(super) sent: Sent,
}

const fn row(method: &'static str, pattern: &'static str, may: &'static [Role], sent: Sent) -> Row {
    Row {
        method,
        pattern,
        may,
        path: pattern,
        sent,
    }
}

const fn get(pattern: &'static str, may: &'static [Role]) -> Row {
    row("GET", pattern, may, Sent::Nothing)
}

const fn form(pattern: &'static str, may: &'static [Role], fields: &'static str) -> Row {
    row("POST", pattern, may, Sent::Form(fields))
}

const fn files(pattern: &'static str, may: &'static [Role], fields: &'static str) -> Row {
    row("POST", pattern, may, Sent::Files(fields))
}

const fn json(
    method: &'static str,
    pattern: &'static str,
    may: &'static [Role],
    body: &'static str,
) -> Row {
    row(method, pattern, may, Sent::Json(body))
}

const fn delete(pattern: &'static str, may: &'static [Role]) -> Row {
    row("DELETE", pattern, may, Sent::Nothing)
}

impl Row {
    /// Where the pattern has parts, or needs a query.
    const fn at(self, path: &'static str) -> Self {
        Self { path, ..self }
    }
}

const EVENT: &str =
    "title=Bal&start_date=2027-03-01&start_time=20%3A00&time_zone=Europe%2FParis&do=publish";

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    // What anybody reads.
    get("/", ANYBODY),
    get("/.well-known/host-meta", ANYBODY),
    get("/.well-known/nodeinfo", ANYBODY),
    get("/.well-known/webfinger", ANYBODY).at("/.well-known/webfinger?resource=acct%3Abal%40alpha.test"),
    get("/@{name:[A-Za-z0-9_]+}", ANYBODY).at("/@bal"),
    get("/@{name:[A-Za-z0-9_]+}.{form:ics|atom}", ANYBODY).at("/@bal.ics"),
    get("/@{name:[A-Za-z0-9_]+}/events", ANYBODY).at("/@bal/events"),
    get("/@{name:[A-Za-z0-9_]+}/followers", ANYBODY).at("/@bal/followers"),
    get("/@{name:[A-Za-z0-9_]+}/following", ANYBODY).at("/@bal/following"),
    get("/@{name:[A-Za-z0-9_]+}/members", ANYBODY).at("/@bal/members"),
    get("/@{name:[A-Za-z0-9_]+}/none/{what}", ANYBODY).at("/@bal/none/posts"),
    get("/@{name:[A-Za-z0-9_]+}/outbox", ANYBODY).at("/@bal/outbox"),
    get("/@{name:[A-Za-z0-9_]+}/upcoming", ANYBODY).at("/@bal/upcoming"),
    get("/about", ANYBODY),
    get("/actor", ANYBODY),
    get("/actor/followers", ANYBODY),
    get("/actor/following", ANYBODY),
    get("/actor/outbox", ANYBODY),
    get("/actor/upcoming", ANYBODY),
    get("/api/v1/agendas", ANYBODY),
    get("/api/v1/agendas/{name}/events", ANYBODY).at("/api/v1/agendas/bal/events"),
    get("/api/v1/events", ANYBODY),
    get("/api/v1/events/{id}", ANYBODY).at("/api/v1/events/{event}"),
    get("/api/v1/events/{id}/comments", ANYBODY).at("/api/v1/events/{event}/comments"),
    get("/api/v1/openapi.json", ANYBODY),
    get("/api/v1/site", ANYBODY),
    get("/assets/{file}", ANYBODY).at("/assets/{asset}"),
    get("/day/{date}", ANYBODY).at("/day/2027-03-01"),
    get("/e/{id:[0-9a-f-]{36}}.ics", ANYBODY).at("/e/{event}.ics"),
    get("/e/{id}", ANYBODY).at("/e/{event}"),
    get("/embed", ANYBODY),
    get("/embed/@{name:[A-Za-z0-9_]+}", ANYBODY).at("/embed/@bal"),
    get("/embed/agenda", ANYBODY),
    get("/events/{id}", ANYBODY).at("/events/{event}"),
    get("/favicon.ico", ANYBODY),
    get("/favicon.svg", ANYBODY),
    get("/follow-from", ANYBODY),
    get("/following", ANYBODY),
    get("/media/{file}", ANYBODY).at("/media/{file}"),
    get("/month", ANYBODY),
    get("/month/{month}", ANYBODY).at("/month/2027-03"),
    get("/nodeinfo/{version}", ANYBODY).at("/nodeinfo/2.1"),
    get("/ns", ANYBODY),
    get("/places/{id:[0-9a-f-]{36}}.{form:ics|atom}", ANYBODY).at("/places/{place}.ics"),
    get("/places/{id}", ANYBODY).at("/places/{place}"),
    get("/robots.txt", ANYBODY),
    get("/source", ANYBODY),
    get("/tags/{tag}", ANYBODY).at("/tags/bal"),
    get("/tags/{tag}.{form:ics|atom}", ANYBODY).at("/tags/bal.ics"),
    get("/theme.css", ANYBODY),
    get("/{list:agenda|search}.{form:ics|atom}", ANYBODY).at("/agenda.ics"),
    // What anybody does: coming in, and answering with the link of a letter.
    get("/appeal", ANYBODY).at("/appeal?token=invented"),
    get("/confirm", ANYBODY).at("/confirm?token=invented"),
    get("/invitation", ANYBODY).at("/invitation?token=invented"),
    get("/login", ANYBODY),
    get("/report", ANYBODY).at("/report?about={uri}"),
    get("/report/confirm", ANYBODY).at("/report/confirm?token=invented"),
    get("/reset", ANYBODY),
    get("/signup", ANYBODY),
    json("POST", "/api/v1/appeals", ANYBODY, r#"{"token": "invented", "text": "Non"}"#),
    form("/appeal", ANYBODY, "token=invented&text=Non"),
    form("/confirm", ANYBODY, "token=invented&password=sept+nains"),
    form("/invitation", ANYBODY, "token=invented"),
    form("/login", ANYBODY, "email=admin%40alpha.test&password=sept+nains+et+un+orgue"),
    form("/report", ANYBODY, "about={uri}&reason=spam&email=x%40y.test"),
    form("/report/confirm", ANYBODY, "token=invented"),
    form("/reset", ANYBODY, "email=nobody%40y.test"),
    form("/signup", ANYBODY, "email=x"),
    json("POST", "/api/v1/session", ANYBODY, r#"{"email": "admin@alpha.test", "password": "sept nains et un orgue"}"#),
    // Over since the server has a site; other servers only, who sign (their twin is SIG-01).
    get("/setup", NOBODY),
    // Nobody gave this server a contact for it.
    get("/.well-known/security.txt", NOBODY),
    form("/setup", NOBODY, "code=aaaaaaaaaaaaaaaaaaaa"),
    json("POST", "/inbox", NOBODY, "{}"),
    json("POST", "/actor/inbox", NOBODY, "{}"),
    json("POST", "/@{name:[A-Za-z0-9_]+}/inbox", NOBODY, "{}").at("/@bal/inbox"),
    get("/propose/confirm", ANYBODY).at("/propose/confirm?token=invented"),
    form("/propose/confirm", ANYBODY, "token=invented"),
    get("/rules", ANYBODY),
    get("/api/v1/rules", ANYBODY),
    // Off until an owner or an administrator says otherwise; their twins are A6 and the tests of the public log.
    get("/@{name:[A-Za-z0-9_]+}/propose", NOBODY).at("/@bal/propose"),
    form("/@{name:[A-Za-z0-9_]+}/propose", NOBODY, "title=Bal&start_date=2027-03-01&email=x%40y.test").at("/@bal/propose"),
    get("/moderation", NOBODY),
    get("/api/v1/moderation/figures", NOBODY),
    get("/api/v1/moderation/log", NOBODY),
    get("/api/v1/moderation/servers", NOBODY),
    // One's own account.
    get("/account/blocks", SIGNED_IN),
    get("/account/close", SIGNED_IN),
    get("/account/export", SIGNED_IN),
    get("/api/v1/account/blocks", SIGNED_IN),
    form("/account/blocks", SIGNED_IN, "kind=word&what=&level=mute"),
    form("/account/export", SIGNED_IN, "current=wrong"),
    json("POST", "/api/v1/account/blocks", SIGNED_IN, r#"{"kind": "word", "target": "", "level": "mute"}"#),
    // Of an account alone: nobody else's is there (tests in `own`).
    get("/account/export/{id}.zip", NOBODY).at("/account/export/01900000-0000-7000-8000-000000000000.zip"),
    form("/account/blocks/remove", NOBODY, "id=01900000-0000-7000-8000-000000000000"),
    delete("/api/v1/account/blocks/{id}", NOBODY).at("/api/v1/account/blocks/01900000-0000-7000-8000-000000000000"),
    get("/account", SIGNED_IN),
    get("/account/email", SIGNED_IN),
    get("/api/v1/corrections", SIGNED_IN),
    get("/events/new", SIGNED_IN),
    form("/account", SIGNED_IN, "name=Ada&language=fr"),
    form("/account/close", SIGNED_IN, "current=wrong"),
    form("/account/email", SIGNED_IN, "email=a%40b.test&current=wrong"),
    form("/account/password", SIGNED_IN, "current=wrong&password=sept+nains+et+un+orgue"),
    form("/account/sessions", SIGNED_IN, "session=others"),
    form("/account/tokens", SIGNED_IN, "label=x&current=wrong"),
    form("/logout", SIGNED_IN, ""),
    json("POST", "/api/v1/reports", SIGNED_IN, r#"{"about": "{uri}", "reason": "spam"}"#),
    delete("/api/v1/session", SIGNED_IN),
    // Agendas.
    get("/agendas", SIGNED_IN),
    get("/agendas/new", MEMBERS),
    form("/agendas/new", MEMBERS, "username=&name="),
    json("POST", "/api/v1/agendas", MEMBERS, r#"{"username": "", "name": ""}"#),
    get("/@{name:[A-Za-z0-9_]+}/import", ORGANISERS).at("/@bal/import"),
    get("/@{name:[A-Za-z0-9_]+}/new", ORGANISERS).at("/@bal/new"),
    get("/agendas/{username}", ORGANISERS).at("/agendas/bal"),
    get("/agendas/{username}/pictures", ORGANISERS).at("/agendas/bal/pictures"),
    get("/e/{id}/duplicate", ORGANISERS).at("/e/{event}/duplicate"),
    get("/e/{id}/edit", ORGANISERS).at("/e/{event}/edit"),
    get("/e/{id}/series", ORGANISERS).at("/e/{series}/series"),
    get("/e/{id}/{step:cancel|restore|postpone|delete}", ORGANISERS).at("/e/{event}/cancel"),
    files("/@{name:[A-Za-z0-9_]+}/import", ORGANISERS, "url=").at("/@bal/import"),
    files("/@{name:[A-Za-z0-9_]+}/new", ORGANISERS, EVENT).at("/@bal/new"),
    form("/agendas/{username}", ORGANISERS, "name=Bal&summary=").at("/agendas/bal"),
    files("/agendas/{username}/pictures", ORGANISERS, "part=icon&do=remove").at("/agendas/bal/pictures"),
    form("/e/{id}/comments/{comment}", ORGANISERS, "do=show").at("/e/{event}/comments/{comment}"),
    files("/e/{id}/edit", ORGANISERS, EVENT).at("/e/{event}/edit"),
    form("/e/{id}/series", ORGANISERS, "scope=all&step=cancel").at("/e/{series}/series"),
    form("/e/{id}/{step:cancel|restore|postpone|delete}", ORGANISERS, "action=confirm-delete").at("/e/{event}/delete"),
    json("POST", "/api/v1/agendas/{name}/events", ORGANISERS, r#"{"title": "Bal", "start": "2027-03-01T20:00"}"#).at("/api/v1/agendas/bal/events"),
    json("PATCH", "/api/v1/events/{id}", ORGANISERS, r#"{"title": "Bal"}"#).at("/api/v1/events/{event}"),
    delete("/api/v1/events/{id}", ORGANISERS).at("/api/v1/events/{event}"),
    json("POST", "/api/v1/events/{id}/comments/{comment}/{decision}", ORGANISERS, "{}").at("/api/v1/events/{event}/comments/{comment}/show"),
    get("/api/v1/agendas/{name}/people", ORGANISERS).at("/api/v1/agendas/bal/people"),
    json("POST", "/api/v1/agendas/{name}/people", OWNERS, r#"{"email": "ada@b.test"}"#).at("/api/v1/agendas/bal/people"),
    // Of those who organise it alone: nobody else is there (tests of organisers).
    delete("/api/v1/agendas/{name}/people/{id}", NOBODY).at("/api/v1/agendas/bal/people/01900000-0000-7000-8000-000000000000"),
    get("/corrections/{id}", ORGANISERS).at("/corrections/{correction}"),
    form("/corrections/{id}", ORGANISERS, "do=decline&text=Non").at("/corrections/{correction}"),
    json("POST", "/api/v1/corrections/{id}/{decision}", ORGANISERS, "{}").at("/api/v1/corrections/{correction}/decline"),
    get("/agendas/{username}/people", ORGANISERS).at("/agendas/bal/people"),
    form("/agendas/{username}/people", OWNERS, "do=invite&email=ada%40b.test").at("/agendas/bal/people"),
    // Moderation: what every moderator sees, if only in part.
    get("/admin", ANY_MODERATOR),
    get("/admin/measures", ANY_MODERATOR),
    get("/admin/measures/new", ANY_MODERATOR).at("/admin/measures/new?on=object:{event}"),
    get("/admin/queue", ANY_MODERATOR),
    get("/api/v1/measures", ANY_MODERATOR),
    get("/api/v1/queue", ANY_MODERATOR),
    form("/admin/queue", ANY_MODERATOR, ""),
    json("POST", "/api/v1/queue", ANY_MODERATOR, r#"{"source": "none", "ids": [], "action": ""}"#),
    // Moderation: with the permission.
    get("/admin/appeals/{id}", MODERATORS).at("/admin/appeals/{appeal}"),
    get("/admin/blocks", MODERATORS),
    get("/admin/blocks.csv", MODERATORS),
    get("/admin/cases/{id}", MODERATORS).at("/admin/cases/{case}"),
    get("/admin/deliveries", MODERATORS),
    get("/admin/peers", MODERATORS),
    get("/admin/peers/rule", MODERATORS).at("/admin/peers/rule?host={peer}"),
    get("/admin/peers/server", MODERATORS).at("/admin/peers/server?host={peer}"),
    get("/admin/people", MODERATORS),
    get("/admin/record", MODERATORS),
    get("/api/v1/allow-list", SERVER_ADMINS),
    get("/api/v1/block-lists", MODERATORS),
    get("/api/v1/block-lists/file", MODERATORS),
    get("/api/v1/blocks", SERVER_ADMINS),
    get("/api/v1/cases/{id}", MODERATORS).at("/api/v1/cases/{case}"),
    get("/api/v1/deliveries", MODERATORS),
    get("/api/v1/followers", MODERATORS),
    get("/api/v1/follows", MODERATORS),
    get("/api/v1/hold-rules", MODERATORS),
    get("/api/v1/inbox/parked", MODERATORS),
    get("/api/v1/peers", MODERATORS),
    get("/api/v1/peers/{host}", MODERATORS).at("/api/v1/peers/{peer}"),
    get("/api/v1/peers/{host}/narrowing", MODERATORS).at("/api/v1/peers/{peer}/narrowing"),
    get("/api/v1/people", MODERATORS),
    get("/api/v1/record", MODERATORS),
    form("/admin/appeals/{id}", MODERATORS, "do=uphold&text=Non").at("/admin/appeals/{appeal}"),
    form("/admin/blocks/lists", ADMINS, "do=subscribe&url=https%3A%2F%2Flists.test%2Fa.csv"),
    files("/admin/blocks/preview", MODERATORS, "text="),
    form("/admin/blocks/take", MODERATORS, ""),
    form("/admin/cases/{id}", MODERATORS, "do=note&text=Vu").at("/admin/cases/{case}"),
    form("/admin/deliveries/parked", MODERATORS, "id={parked}&do=drop"),
    form("/admin/measures", MODERATORS, "on=object%3A{event}&kind=remove&reason=spam"),
    form("/admin/measures/undo", MODERATORS, "id={measure}"),
    form("/admin/peers/act", MODERATORS, "host={peer}&do=unfollow"),
    form("/admin/peers/rule", MODERATORS, "host={peer}&include=bal"),
    form("/admin/people", MODERATORS, "do=approve&id={applicant}"),
    form("/following", MODERATORS, "target=beta.test"),
    form("/following/act", MODERATORS, "follow={follow}&do=retry"),
    json("POST", "/api/v1/appeals/{id}/{decision}", MODERATORS, r#"{"text": "Non"}"#).at("/api/v1/appeals/{appeal}/uphold"),
    json("POST", "/api/v1/block-lists", ADMINS, r#"{"url": "https://lists.test/a.csv"}"#),
    json("POST", "/api/v1/block-lists/file", MODERATORS, r#"{"csv": "", "take": true}"#),
    delete("/api/v1/block-lists/{id}", ADMINS).at("/api/v1/block-lists/{list}"),
    json("POST", "/api/v1/cases/{id}/{action}", MODERATORS, r#"{"text": "Vu"}"#).at("/api/v1/cases/{case}/note"),
    json("POST", "/api/v1/followers/{id}/{answer}", MODERATORS, "{}").at("/api/v1/followers/{follower}/accept"),
    json("POST", "/api/v1/follows", MODERATORS, r#"{"target": "beta.test"}"#),
    delete("/api/v1/follows/{id}", MODERATORS).at("/api/v1/follows/{follow}"),
    json("POST", "/api/v1/inbox/parked/{id}/{action}", MODERATORS, "{}").at("/api/v1/inbox/parked/{parked}/drop"),
    json("POST", "/api/v1/measures", MODERATORS, r#"{"kind": "remove", "target_kind": "object", "target": "{event}", "reason": "spam"}"#),
    delete("/api/v1/measures/{id}", MODERATORS).at("/api/v1/measures/{measure}"),
    json("PUT", "/api/v1/peers/{host}/narrowing", MODERATORS, r#"{"include": ["bal"]}"#).at("/api/v1/peers/{peer}/narrowing"),
    json("POST", "/api/v1/peers/{host}/{action}", MODERATORS, "{}").at("/api/v1/peers/{peer}/unfollow"),
    json("PATCH", "/api/v1/people/{id}", MODERATORS, r#"{"trusted": true}"#).at("/api/v1/people/{person}"),
    // The site: its administrators, and moderators who were given its settings.
    get("/admin/moderation", MODERATORS),
    get("/admin/site", MODERATORS),
    get("/admin/site/pictures", MODERATORS),
    form("/admin/moderation", MODERATORS, "first=0"),
    form("/admin/site", MODERATORS, "name="),
    files("/admin/site/pictures", MODERATORS, "part=icon&do=remove"),
    json("PUT", "/api/v1/hold-rules", MODERATORS, r#"{"first_publications": 0}"#),
    get("/admin/hooks", MODERATORS),
    get("/admin/hooks/{id}", MODERATORS).at("/admin/hooks/{hook}"),
    get("/admin/rules", MODERATORS),
    get("/api/v1/email-rules", MODERATORS),
    get("/api/v1/hooks", MODERATORS),
    get("/api/v1/hooks/{id}/deliveries", MODERATORS).at("/api/v1/hooks/{hook}/deliveries"),
    get("/api/v1/moderation/settings", MODERATORS),
    form("/admin/hooks", MODERATORS, "url="),
    form("/admin/hooks/{id}", MODERATORS, "do=test").at("/admin/hooks/{hook}"),
    form("/admin/moderation/settings", MODERATORS, "which=kept&months=12"),
    form("/admin/rules", MODERATORS, "do=set&fr=&reason=spam"),
    json("POST", "/api/v1/hooks", MODERATORS, r#"{"url": "", "events": ["case.closed"]}"#),
    json("PATCH", "/api/v1/hooks/{id}", MODERATORS, r#"{"name": "Filtre"}"#).at("/api/v1/hooks/{hook}"),
    json("POST", "/api/v1/hooks/{id}/secret", MODERATORS, "{}").at("/api/v1/hooks/{hook}/secret"),
    json("POST", "/api/v1/hooks/{id}/deliveries/{delivery}/again", MODERATORS, "{}")
        .at("/api/v1/hooks/{hook}/deliveries/{message}/again"),
    json("POST", "/api/v1/hooks/{id}/{action}", MODERATORS, "{}").at("/api/v1/hooks/{hook}/test"),
    delete("/api/v1/hooks/{id}", MODERATORS).at("/api/v1/hooks/{hook}"),
    json("POST", "/api/v1/rules", MODERATORS, r#"{"reason": "spam", "texts": {}}"#),
    delete("/api/v1/rules/{id}", MODERATORS).at("/api/v1/rules/{rule}"),
    json("PUT", "/api/v1/email-rules", MODERATORS, "[]"),
    json("PUT", "/api/v1/moderation/settings", MODERATORS, r#"{"log": false, "figures": false, "servers": "nobody", "retention_months": 12}"#),
    // Its administrators.
    get("/admin/peers/settings", ADMINS),
    get("/api/v1/follow-rules", ADMINS),
    form("/admin/peers/settings", ADMINS, "policy=manual"),
    json("PATCH", "/api/v1/follow-rules", ADMINS, r#"{"follow_back": false}"#),
    // The whole server.
    form("/admin/blocks/allowed", SERVER_ADMINS, "hosts="),
    json("POST", "/api/v1/blocks", SERVER_ADMINS, r#"{"host": "evil.example", "reason": "spam"}"#),
    delete("/api/v1/blocks/{host}", SERVER_ADMINS).at("/api/v1/blocks/{block}"),
    json("PUT", "/api/v1/allow-list", SERVER_ADMINS, r#"{"only": false, "hosts": []}"#),
    // Last: the site is open, so whoever applies is let in.
    form("/account/apply", SIGNED_IN, "reason=Pour+danser"),
];
