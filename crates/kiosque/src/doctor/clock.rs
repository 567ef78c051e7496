//! The machine's clock, against the `Date` of answers of servers that we know: signatures are refused
//! when it is wrong.

use super::Finding;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use federation::{Client, Method, Purpose};
use store::schema::peers;
use store::{Clock, Database, StoreError};
use url::Url;

/// Seconds off that nobody minds: an answer's date has whole seconds and was on its way.
const FINE: i64 = 10;
/// Seconds off at which the strictest servers refuse our signatures.
const TOO_MUCH: i64 = 300;
/// Servers asked at most.
const ASKED: i64 = 3;

/// Hosts that answered last, the latest first.
pub(crate) fn peers(database: &Database) -> Vec<String> {
    let hosts = database.read_now(|conn| {
        Ok::<_, StoreError>(
            peers::table
                .filter(peers::blocked.eq(false))
                .filter(peers::last_success_at.is_not_null())
                .order(peers::last_success_at.desc())
                .select(peers::host)
                .limit(ASKED)
                .load(conn)?,
        )
    });
    hosts.unwrap_or_default()
}

pub(crate) async fn check(
    client: &Client,
    hosts: &[String],
    local: bool,
    clock: &Clock,
) -> Finding {
    if hosts.is_empty() {
        return Finding::warn("clock", "clock-nobody");
    }
    let scheme = if local { "http" } else { "https" };
    for host in hosts {
        let Ok(url) = Url::parse(&format!("{scheme}://{host}/")) else {
            continue;
        };
        // Whatever it answers has a date.
        let asked = client.send(Purpose::Checkup, Method::HEAD, &url, &[], None, 65_536);
        let Ok(answer) = asked.await else {
            continue;
        };
        let date = answer
            .header("date")
            .and_then(|text| DateTime::parse_from_rfc2822(text).ok());
        if let Some(date) = date {
            return judge(clock.now(), date.to_utc()).about(host);
        }
    }
    Finding::warn("clock", "clock-silent")
}

fn judge(ours: DateTime<Utc>, theirs: DateTime<Utc>) -> Finding {
    let off = (ours - theirs).num_seconds().abs();
    let found = if off <= FINE {
        Finding::ok("clock", "clock-right")
    } else if off < TOO_MUCH {
        Finding::warn("clock", "clock-off")
    } else {
        Finding::fail("clock", "clock-wrong")
    };
    found.with("seconds", off)
}

#[cfg(test)]
mod tests {
    use super::super::outside::tests::{client_of, serve};
    use super::*;

    const NOON: &str = "HTTP/1.1 404 Not Found\r\nDate: Tue, 01 Dec 2026 12:00:00 GMT\r\nContent-Length: 0\r\n\r\n";

    async fn asked(answer: &'static str, seconds: i64) -> &'static str {
        let client = client_of("peer.test", serve(answer).await);
        let clock = Clock::new(move || {
            DateTime::from_timestamp(1_796_126_400 + seconds, 0).unwrap_or_default()
        });
        let hosts = ["gone.test".to_owned(), "peer.test".to_owned()];
        check(&client, &hosts, true, &clock).await.code
    }

    #[tokio::test]
    async fn the_clock_is_right_off_wrong_or_not_to_be_known() {
        for (seconds, code) in [
            (0, "clock-right"),
            (-9, "clock-right"),
            (60, "clock-off"),
            (-60, "clock-off"),
            (3_600, "clock-wrong"),
            (-3_600, "clock-wrong"),
        ] {
            assert_eq!(asked(NOON, seconds).await, code, "{seconds}");
        }
        let undated = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(asked(undated, 0).await, "clock-silent");
        let client = client_of("peer.test", ([127, 0, 0, 1], 1).into());
        let clock = Clock::new(|| DateTime::UNIX_EPOCH);
        assert_eq!(check(&client, &[], true, &clock).await.code, "clock-nobody");
        let gone = ["peer.test".to_owned()];
        assert_eq!(
            check(&client, &gone, true, &clock).await.code,
            "clock-silent"
        );
    }
}
