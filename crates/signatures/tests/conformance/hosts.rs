//! SIG-06: the host is the configured one, in any case.

use signatures::Refusal;

use crate::sender::{Wire, now};

fn with_host(host: &str) -> Result<(), Refusal> {
    let wire = Wire::post(now()).replaced("host", host);
    wire.cavage("(request-target) host date digest", "").judge()
}

#[test]
fn sig_06_hosts() {
    assert_eq!(with_host("ours.example"), Ok(()));
    assert_eq!(with_host("OURS.example"), Ok(()));
    for foreign in [
        "theirs.example",
        "ours.example.",
        "ours.example:443",
        "ours.example:8443",
        "a.ours.example",
        "192.0.2.1",
        "ours.example, theirs.example",
    ] {
        let refusal = with_host(foreign).unwrap_err();
        assert_eq!(refusal, Refusal::HostMismatch, "{foreign}");
        assert_eq!(refusal.http_status(), 421);
    }
    let forwarded = Wire::signed_post().with("x-forwarded-host", "ours.example");
    assert_eq!(forwarded.judge(), Ok(()));
    let foreign = forwarded.replaced("host", "theirs.example");
    assert_eq!(foreign.judge(), Err(Refusal::HostMismatch));
    for missing in [
        Wire::signed_post().without("host"),
        Wire::signed_post().replaced("host", ""),
    ] {
        let refusal = missing.judge().unwrap_err();
        assert_eq!(
            (refusal.clone(), refusal.http_status()),
            (Refusal::HostMissing, 400)
        );
    }
}
