//! SIG-07: the window. SIG-08: an unsigned date buys nothing.

use chrono::{DateTime, TimeDelta, Utc};
use signatures::{Policy, Refusal, format_http_date, parse_http_date};

use crate::sender::{RSA, Wire, minutes, now};

const NAMES: &str = "(request-target) host date digest";
const CREATED: &str = "(request-target) (created) host digest";

fn dated(date: DateTime<Utc>) -> Result<(), Refusal> {
    Wire::post(date).cavage(NAMES, "").judge()
}

fn date_text(text: &str) -> Result<(), Refusal> {
    Wire::post(now())
        .replaced("date", text)
        .cavage(NAMES, "")
        .judge()
}

/// draft-cavage with `(created)` signed, and RFC 9421, both at `offset` from now.
fn created(offset: TimeDelta) -> [Result<(), Refusal>; 2] {
    let time = (now() + offset).timestamp();
    let cavage = Wire::post(now()).cavage(CREATED, &format!("created={time},"));
    let components = r#""@method" "@target-uri" "content-digest""#;
    let rfc = Wire::post(now()).rfc9421(components, &format!(";created={time}"), &RSA);
    [cavage.judge(), rfc.judge()]
}

#[test]
fn sig_07_date() {
    assert_eq!(dated(now() - minutes(59)), Ok(()));
    assert_eq!(dated(now() - minutes(60)), Ok(()));
    assert_eq!(dated(now() - minutes(61)), Err(Refusal::TooOld));
    assert_eq!(dated(now() + minutes(29)), Ok(()));
    assert_eq!(dated(now() + minutes(30)), Ok(()));
    assert_eq!(dated(now() + minutes(31)), Err(Refusal::TooFarAhead));
    assert_eq!(Refusal::TooOld.http_status(), 401);
    assert_eq!(Refusal::TooFarAhead.http_status(), 401);
}

#[test]
fn sig_07_created() {
    let ok = [Ok(()), Ok(())];
    assert_eq!(created(-minutes(59)), ok);
    assert_eq!(created(minutes(29)), ok);
    let refused = |refusal: Refusal| [Err(refusal.clone()), Err(refusal)];
    assert_eq!(created(-minutes(61)), refused(Refusal::TooOld));
    assert_eq!(created(minutes(31)), refused(Refusal::TooFarAhead));
}

#[test]
fn sig_07_expires() {
    let time = now().timestamp();
    let names = "(request-target) (created) (expires) host digest";
    let cavage = |expires: i64| {
        let parameters = format!("created={time},expires={expires},");
        Wire::post(now()).cavage(names, &parameters).judge()
    };
    let rfc = |expires: i64| {
        let components = r#""@method" "@target-uri" "content-digest""#;
        let parameters = format!(";created={time};expires={expires}");
        Wire::post(now())
            .rfc9421(components, &parameters, &RSA)
            .judge()
    };
    for judge in [&cavage as &dyn Fn(i64) -> _, &rfc] {
        assert_eq!(judge(time + 10), Ok(()));
        assert_eq!(judge(time), Ok(()));
        assert_eq!(judge(time - 1), Err(Refusal::Expired));
        assert_eq!(judge(0), Err(Refusal::Expired));
    }
    // Not signed, and still honoured.
    let unsigned = Wire::post(now()).cavage(CREATED, &format!("created={time},expires=1,"));
    assert_eq!(unsigned.judge(), Err(Refusal::Expired));
}

#[test]
fn sig_07_dates_nobody_can_mean() {
    let written = format_http_date(now());
    assert_eq!(date_text(&written), Ok(()));
    assert_eq!(
        date_text("Thu, 01 Jan 1970 00:00:00 GMT"),
        Err(Refusal::TooOld)
    );
    assert_eq!(
        date_text("Fri, 31 Dec 9999 23:59:59 GMT"),
        Err(Refusal::TooFarAhead)
    );
    for unreadable in [
        "",
        "wrong date",
        "Sat, 31 Dec 2016 23:59:60 GMT",
        "Mon, 01 Jan 1970 00:00:00 GMT",
        "Thu, 1 Jan 1970 00:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 +0000",
        "Thursday, 01-Jan-70 00:00:00 GMT",
        "Thu Jan  1 00:00:00 1970",
        "1790000000",
        "2026-09-21T14:13:20Z",
        &written.to_lowercase(),
        &written.replace("2026", "+2026"),
    ] {
        assert_eq!(
            date_text(unreadable),
            Err(Refusal::DateUnreadable),
            "{unreadable}"
        );
    }
    // A leap second is refused even by a clock that stands beside it; the second before is not.
    let clock = parse_http_date("Sun, 01 Jan 2017 00:00:00 GMT").unwrap();
    let at = |text: &str| {
        let wire = Wire::post(clock).replaced("date", text);
        wire.cavage(NAMES, "").judge_at(clock)
    };
    assert_eq!(at("Sat, 31 Dec 2016 23:59:59 GMT"), Ok(()));
    assert_eq!(
        at("Sat, 31 Dec 2016 23:59:60 GMT"),
        Err(Refusal::DateUnreadable)
    );
}

#[test]
fn sig_07_timestamps_at_the_end_of_their_type() {
    let judge = |created: &str, expires: &str| {
        let parameters = format!("created={created},expires={expires},");
        let names = "(request-target) (created) (expires) host digest";
        Wire::post(now()).cavage(names, &parameters).judge()
    };
    let time = now().timestamp().to_string();
    assert_eq!(judge(&time, "253402300799"), Ok(()));
    for extreme in [
        "18446744073709551615",
        "9223372036854775807",
        "-9223372036854775808",
    ] {
        assert_eq!(
            judge(extreme, &time),
            Err(Refusal::DateUnreadable),
            "{extreme}"
        );
        assert_eq!(
            judge(&time, extreme),
            Err(Refusal::DateUnreadable),
            "{extreme}"
        );
    }
    assert_eq!(judge("soon", &time), Err(Refusal::DateUnreadable));
    assert_eq!(judge("-1", &time), Err(Refusal::TooOld));
    let components = r#""@method" "@target-uri" "content-digest""#;
    let rfc = |created: &str| {
        let parameters = format!(";created={created}");
        Wire::post(now())
            .rfc9421(components, &parameters, &RSA)
            .judge()
    };
    assert_eq!(rfc(&time), Ok(()));
    assert_eq!(rfc("999999999999999"), Err(Refusal::DateUnreadable));
    assert_eq!(rfc("1.5"), Err(Refusal::DateUnreadable));
    assert_eq!(rfc("\"now\""), Err(Refusal::DateUnreadable));
}

#[test]
fn sig_07_the_window_is_the_policy_s() {
    let wide = Policy {
        past: TimeDelta::hours(12),
        ..Policy::default()
    };
    let old = Wire::post(now() - minutes(300)).cavage(NAMES, "");
    assert_eq!(old.judge(), Err(Refusal::TooOld));
    let claim = old.read_with(&wide, now()).unwrap();
    assert_eq!(claim.verify(RSA.public_key()), Ok(()));
    assert_eq!(claim.accepted_until(), now() + minutes(12 * 60 - 300));
}

#[test]
fn sig_08_a_fresh_unsigned_date_on_an_old_signature() {
    let old = now() - minutes(180);
    // Signed without a date.
    let undated = Wire::post(old).cavage("(request-target) host digest", "");
    let replay = undated.replaced("date", &format_http_date(now()));
    assert_eq!(replay.judge(), Err(Refusal::NotCovered("date")));
    // Signed with a date that is then replaced.
    let signed = Wire::post(old).cavage(NAMES, "");
    assert_eq!(signed.judge_at(old), Ok(()));
    let replay = signed.clone().replaced("date", &format_http_date(now()));
    assert_eq!(replay.judge(), Err(Refusal::SignatureInvalid));
    // Signed with (created), old, under a fresh date.
    let created = format!("created={},", old.timestamp());
    let signed = Wire::post(old).cavage(CREATED, &created);
    assert_eq!(signed.judge_at(old), Ok(()));
    let replay = signed.replaced("date", &format_http_date(now()));
    assert_eq!(replay.judge(), Err(Refusal::TooOld));
    // RFC 9421 likewise.
    let components = r#""@method" "@target-uri" "content-digest""#;
    let signed =
        Wire::post(old).rfc9421(components, &format!(";created={}", old.timestamp()), &RSA);
    assert_eq!(signed.judge_at(old), Ok(()));
    let replay = signed.replaced("date", &format_http_date(now()));
    assert_eq!(replay.judge(), Err(Refusal::TooOld));
}

#[test]
fn sig_08_a_fresh_unsigned_created_on_an_old_signature() {
    let old = now() - minutes(180);
    let signed = Wire::post(old).cavage(NAMES, "");
    let value = format!(
        "created={},{}",
        now().timestamp(),
        signed.value("signature")
    );
    let replay = signed.replaced("signature", &value);
    assert_eq!(replay.judge(), Err(Refusal::TooOld));
}
