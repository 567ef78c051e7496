//! "Follow from my server": from an account elsewhere to the page of its server that follows us.
//!
//! The way there is a link on a page of ours and no redirect: a form may only lead to this site
//! (`form-action 'self'`), and nobody is sent elsewhere without seeing where (WEB-03). Servers never
//! met are asked only for somebody signed in, and each address asks little (SSRF-07); nothing that
//! they answer is shown but the host of the link.

use crate::markup::form_page;
use crate::rooms::Rooms;
use accounts::{AccountError, LimitKind, Visitor, address_key};
use actix_web::{HttpResponse, web};
use federation::{Actor, Peer, Purpose};
use pages::Frame;
use serde::Deserialize;
use store::StoreError;
use ui::event::{FollowBox, follow_box};
use ui::pages::narrow_page;
use ui::{FormErrors, NavItem, SafeHtml};
use url::Url;

/// The link relation by which servers say where they follow others (OStatus Subscribe).
const SUBSCRIBE: &str = "http://ostatus.org/schema/1.0/subscribe";
/// Largest WebFinger answer read, bytes.
const LONGEST: usize = 64 * 1024;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// Address of an actor or object of this site; the site itself when empty.
    target: String,
    /// The same under another name.
    actor: String,
    /// `@name@host` of the visitor.
    account: String,
}

/// An account elsewhere as typed.
struct Theirs {
    name: String,
    host: String,
}

fn read_account(typed: &str) -> Option<Theirs> {
    let typed = typed.trim();
    let typed = typed.strip_prefix("acct:").unwrap_or(typed);
    let (name, host) = typed.trim_start_matches('@').split_once('@')?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
    let host = sites::normalise_host(host, 443).ok()?;
    let fits = (1..=100).contains(&name.len()) && name.bytes().all(plain) && host.contains('.');
    fits.then(|| Theirs {
        name: name.to_owned(),
        host,
    })
}

pub(crate) async fn show(
    frame: Frame,
    rooms: Rooms,
    visitor: Visitor,
    asked: web::Query<Asked>,
) -> HttpResponse {
    let asked = asked.into_inner();
    let wanted = [&asked.target, &asked.actor]
        .into_iter()
        .find(|text| !text.is_empty())
        .cloned()
        .unwrap_or_else(|| frame.site.actor_uri());
    let Some(target) = Url::parse(&wanted).ok().filter(|url| frame.site.owns(url)) else {
        return frame.error(404);
    };
    let uri = target.to_string();
    let found = rooms
        .database
        .read(move |conn| Actor::by_uri(conn, &uri))
        .await;
    let own = (frame.site.name.clone(), String::new());
    let (name, handle) = match found {
        Ok(Some(actor)) => (actor.name.clone(), actor.handle()),
        Ok(None) => own,
        Err(_) => return frame.error(500),
    };
    let mut follow = FollowBox {
        name,
        handle,
        action: "/follow-from".to_owned(),
        target: target.to_string(),
        account: asked.account.clone(),
        errors: FormErrors::new(),
    };
    if asked.account.trim().is_empty() {
        return frame.answer(200, &page(&frame, &follow, SafeHtml::default()));
    }
    let Some(theirs) = read_account(&asked.account) else {
        follow.errors.add("account", "follow-error-account");
        return frame.answer(422, &page(&frame, &follow, SafeHtml::default()));
    };
    let (now, key) = (rooms.clock.ts(), address_key(visitor.address));
    let limits = rooms.accounts.limits();
    if let Err(retry_after) = limits.check(LimitKind::LookUp, Some(frame.site.id), &key, now) {
        return crate::faults::page_of(&frame, &AccountError::TooMany { retry_after });
    }
    let link = match may_ask(&frame, &rooms, &theirs.host).await {
        Ok(true) => template(&frame, &rooms, &theirs).await,
        Ok(false) => None,
        Err(_) => return frame.error(500),
    };
    // Where nothing is known, the address that most servers have.
    let scheme = &frame.site.scheme;
    let link = link.unwrap_or_else(|| {
        format!(
            "{scheme}://{}/authorize_interaction?uri={{uri}}",
            theirs.host
        )
    });
    let escaped: String =
        url::form_urlencoded::byte_serialize(target.as_str().as_bytes()).collect();
    let there = Url::parse(&link.replace("{uri}", &escaped)).ok();
    let Some(there) = there.filter(|url| url.scheme() == scheme || url.scheme() == "https") else {
        let host = [("host", theirs.host.as_str().into())];
        follow
            .errors
            .add_with("account", "follow-error-unsupported", &host);
        return frame.answer(422, &page(&frame, &follow, SafeHtml::default()));
    };
    frame.answer(200, &page(&frame, &follow, onward(&frame, &there)))
}

/// The link to the visitor's own server, which says where it leads.
fn onward(frame: &Frame, there: &Url) -> SafeHtml {
    let host = there.host_str().unwrap_or_default();
    let on = [("host", host.into())];
    SafeHtml::trusted(format!(
        "<div class=\"panel\"><p>{}</p><p class=\"actions\"><a class=\"button\" href=\"{}\" \
         rel=\"noopener noreferrer nofollow\">{}</a></p></div>",
        SafeHtml::text(&frame.lang.t("follow-onward-text")),
        SafeHtml::text(there.as_str()),
        SafeHtml::text(&frame.lang.ta("follow-onward", &on))
    ))
}

fn page(frame: &Frame, follow: &FollowBox, before: SafeHtml) -> ui::Page {
    let name = [("name", follow.name.as_str().into())];
    let heading = frame.lang.ta("follow-heading", &name);
    let body = SafeHtml::concat([&before, &follow_box(follow, frame.lang)]);
    form_page(
        frame,
        NavItem::Nowhere,
        &heading,
        narrow_page(&heading, "", &body),
    )
}

/// True for servers met before, and for whoever is signed in.
async fn may_ask(frame: &Frame, rooms: &Rooms, host: &str) -> Result<bool, StoreError> {
    if frame.viewer.identity().is_some() {
        return Ok(true);
    }
    let host = host.to_owned();
    let known = rooms
        .database
        .read(move |conn| Peer::by_host(conn, &host))
        .await?;
    Ok(known.is_some())
}

/// The subscribe template of an account's server, if it has one.
async fn template(frame: &Frame, rooms: &Rooms, theirs: &Theirs) -> Option<String> {
    let base = format!(
        "{}://{}/.well-known/webfinger",
        frame.site.scheme, theirs.host
    );
    let mut address = Url::parse(&base).ok()?;
    let resource = format!("acct:{}@{}", theirs.name, theirs.host);
    address.query_pairs_mut().append_pair("resource", &resource);
    let accept = [(
        "accept".to_owned(),
        "application/jrd+json, application/json".to_owned(),
    )];
    let client = rooms.federation.client();
    let answer = client
        .send(
            Purpose::RemoteFollow,
            http::Method::GET,
            &address,
            &accept,
            None,
            LONGEST,
        )
        .await
        .ok()?;
    if !answer.status.is_success() {
        return None;
    }
    let document: serde_json::Value = serde_json::from_slice(&answer.body).ok()?;
    let links = document.get("links")?.as_array()?;
    links
        .iter()
        .find(|link| link.get("rel").and_then(|rel| rel.as_str()) == Some(SUBSCRIBE))
        .and_then(|link| link.get("template")?.as_str())
        .filter(|template| template.len() < 2_000 && template.contains("{uri}"))
        .map(str::to_owned)
}
