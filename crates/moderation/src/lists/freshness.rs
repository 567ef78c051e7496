//! When a list is read again: as its server says, within bounds.

use chrono::{DateTime, Duration, Utc};
use federation::Answer;

/// Where its server says nothing.
const USUAL: Duration = Duration::hours(12);
/// Bounds of what it may say.
const SOONEST: Duration = Duration::hours(1);
const LATEST: Duration = Duration::days(7);

/// Until what was read is old: `Cache-Control` before `Expires`, as RFC 9111 says.
pub(super) fn rest(answer: &Answer, now: DateTime<Utc>) -> Duration {
    let said = age(&cache_control(answer)).or_else(|| Some(at(answer.header("expires")?, now)));
    said.unwrap_or(USUAL).clamp(SOONEST, LATEST)
}

/// What a server that cannot answer asks for: `Retry-After`, in seconds or as a time.
pub(super) fn retry_after(answer: &Answer, now: DateTime<Utc>) -> Option<Duration> {
    let text = answer.header("retry-after")?.trim();
    let said = match text.parse::<u32>() {
        Ok(seconds) => Duration::seconds(seconds.into()),
        Err(_) => date(text)? - now,
    };
    Some(said.clamp(SOONEST, LATEST))
}

/// All lines of the header together.
fn cache_control(answer: &Answer) -> String {
    let lines = answer.headers.get_all("cache-control").iter();
    let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    lines.join(",").to_ascii_lowercase()
}

/// How long an answer holds; at once where it is not to be kept.
fn age(control: &str) -> Option<Duration> {
    let mut said = None;
    for word in control.split(',').map(str::trim) {
        if matches!(word, "no-cache" | "no-store") {
            return Some(Duration::zero());
        }
        if let Some(seconds) = word.strip_prefix("max-age=") {
            let seconds = seconds.trim_matches('"').parse::<u64>();
            // What is longer than we can count is long.
            let seconds = seconds.ok().map(|n| u32::try_from(n).unwrap_or(u32::MAX));
            said = seconds.map(|n| Duration::seconds(n.into())).or(said);
        }
    }
    said
}

/// Until a time; what is no time is over, as RFC 9111 says of `Expires: 0`.
fn at(text: &str, now: DateTime<Utc>) -> Duration {
    date(text).map_or(Duration::zero(), |at| at - now)
}

fn date(text: &str) -> Option<DateTime<Utc>> {
    let read = DateTime::parse_from_rfc2822(text.trim()).ok()?;
    Some(read.with_timezone(&Utc))
}
