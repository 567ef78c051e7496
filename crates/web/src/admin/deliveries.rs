//! What waits to be sent to other servers, and what could not be.

use crate::markup::{form_page, nothing, table};
use crate::rooms::Rooms;
use accounts::Moderator;
use actix_web::HttpResponse;
use diesel::prelude::*;
use pages::Frame;
use std::collections::BTreeMap;
use store::schema::{activities, deliveries};
use store::{Conn, Id, StoreError};
use ui::{NavItem, SafeHtml};

/// Deliveries of a site to one host that did not arrive.
#[derive(Debug, Clone, Default)]
struct HostDeliveries {
    host: String,
    waiting: i64,
    failed: i64,
    last_error: String,
}

/// Rows looked at for the last error of each host.
const ERRORS_READ: i64 = 500;

/// By host, those with failures first.
fn by_host(conn: &mut Conn, site: Id) -> Result<Vec<HostDeliveries>, StoreError> {
    let open = || {
        deliveries::table
            .inner_join(activities::table)
            .filter(activities::site_id.eq(site))
            .filter(deliveries::state.ne("delivered"))
    };
    let counts: Vec<(String, String, i64)> = open()
        .group_by((deliveries::host, deliveries::state))
        .select((
            deliveries::host,
            deliveries::state,
            diesel::dsl::count_star(),
        ))
        .load(conn)?;
    let mut hosts: BTreeMap<String, HostDeliveries> = BTreeMap::new();
    for (host, state, count) in counts {
        let entry = hosts.entry(host.clone()).or_default();
        entry.host = host;
        match state.as_str() {
            "failed" | "gone" => entry.failed += count,
            _ => entry.waiting += count,
        }
    }
    let errors: Vec<(String, Option<String>)> = open()
        .filter(deliveries::last_error.is_not_null())
        .order(deliveries::id.desc())
        .limit(ERRORS_READ)
        .select((deliveries::host, deliveries::last_error))
        .load(conn)?;
    for (host, error) in errors {
        if let Some(entry) = hosts
            .get_mut(&host)
            .filter(|entry| entry.last_error.is_empty())
        {
            entry.last_error = error.unwrap_or_default();
        }
    }
    let mut hosts: Vec<_> = hosts.into_values().collect();
    hosts.sort_by_key(|entry| std::cmp::Reverse(entry.failed));
    Ok(hosts)
}

pub(crate) async fn show(frame: Frame, _who: Moderator, rooms: Rooms) -> HttpResponse {
    let (lang, site) = (frame.lang, frame.site.id);
    let hosts = match rooms.database.read(move |conn| by_host(conn, site)).await {
        Ok(hosts) => hosts,
        Err(error) => {
            tracing::error!(%error, "deliveries could not be read");
            return frame.error(500);
        }
    };
    let parked = match rooms
        .federation
        .parked(site, None, super::parked::SHOWN)
        .await
    {
        Ok(parked) => parked,
        Err(error) => {
            tracing::error!(%error, "parked activities could not be read");
            return frame.error(500);
        }
    };
    let heading = lang.t("admin-deliveries");
    let list = if hosts.is_empty() {
        nothing(&lang.t("admin-deliveries-none"))
    } else {
        let columns = [
            "admin-deliveries-host",
            "admin-deliveries-waiting",
            "admin-deliveries-failed",
            "admin-deliveries-error",
        ];
        let columns: Vec<String> = columns.iter().map(|key| lang.t(key)).collect();
        let rows: Vec<Vec<SafeHtml>> = hosts
            .iter()
            .map(|entry| {
                vec![
                    SafeHtml::text(&entry.host),
                    SafeHtml::text(&entry.waiting.to_string()),
                    SafeHtml::text(&entry.failed.to_string()),
                    SafeHtml::text(&entry.last_error),
                ]
            })
            .collect();
        table(&heading, &columns, &rows)
    };
    let body = SafeHtml::trusted(format!(
        "<h1>{}</h1><p class=\"lede\">{}</p>{list}{}",
        SafeHtml::text(&heading),
        SafeHtml::text(&lang.t("admin-deliveries-intro")),
        super::parked::section(&frame, &parked)
    ));
    frame.html(&form_page(&frame, NavItem::Admin, &heading, body))
}
