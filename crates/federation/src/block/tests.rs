use super::*;

#[test]
fn dom_01_one_spelling_of_a_host() {
    for (typed, name) in [
        ("evil.example", "evil.example"),
        (" EVIL.Example ", "evil.example"),
        ("evil.example.", "evil.example"),
        ("evil.example:8443", "evil.example"),
        ("*.evil.example", "evil.example"),
        ("https://user:pw@evil.example:1/x?y#z", "evil.example"),
        ("good.example@evil.example", "evil.example"),
        ("@name@evil.example", "evil.example"),
        ("evil。example", "evil.example"),
        ("ＥＶＩＬ.example", "evil.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example.", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("ev%69l.example", "evil.example"),
        ("192.0.2.1", "192.0.2.1"),
        ("0xc0000201", "192.0.2.1"),
        ("3221225985:80", "192.0.2.1"),
        ("[2001:DB8::1]:443", "[2001:db8::1]"),
        ("2001:db8:0:0::1", "[2001:db8::1]"),
    ] {
        assert_eq!(normal_host(typed).as_deref(), Some(name), "{typed}");
    }
    for typed in [
        "",
        ".",
        "evil..example",
        ".evil.example",
        "evil.example..",
        "exa/mple.org",
        "/example.org",
        "evil.example/",
        "ev il.example",
        "evil\\.example",
        "xn--evil-.example",
        "xn--a.example",
        "[2001:db8::1",
        "https://",
    ] {
        assert_eq!(normal_host(typed), None, "{typed}");
    }
}

#[test]
fn dom_01_a_block_covers_what_is_below_and_nothing_beside() {
    let list = Blocklist::default();
    assert!(!list.covers("evil.example") && !list.covers("no host"));
    let names = [
        "evil.example",
        "deep.good.example",
        "192.0.2.1",
        "xn--bcher-kva.example",
    ];
    list.replace(Rules::of(names.map(str::to_owned)));
    for host in [
        "evil.example",
        "EVIL.EXAMPLE",
        "evil.example.",
        "a.evil.example",
        "a.b.evil.example:8443",
        "user@evil.example",
        "deep.good.example",
        "bücher.example",
        "shop.BÜCHER.example",
        "xn--bcher-kva.example",
        "192.0.2.1",
        "192.0.513",
        "xn--evil-.example",
        "no host",
    ] {
        assert!(list.covers(host), "{host}");
    }
    for host in [
        "notevil.example",
        "evil.example.org",
        "example",
        "good.example",
        "a.good.example",
        "bucher.example",
        "192.0.2.10",
        "1.192.0.2",
    ] {
        assert!(!list.covers(host), "{host}");
    }
    let (added, lifted) = list.replace(Rules::of(["evil.example".to_owned()]));
    assert!(added.is_empty() && lifted);
    assert!(!list.covers("deep.good.example") && list.covers("a.evil.example"));
}
