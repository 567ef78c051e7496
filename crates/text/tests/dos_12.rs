//! DOS-12: what a text makes of itself is bounded, so that reading it costs as much as it is long. The time is
//! measured by `scripts/bench.sh --only texts`.

use text::{clean_html, markdown, plain};

const LONG: usize = 100 * 1024;

/// How deep elements stand in one another; fails when they are not well nested.
fn depth(html: &str) -> usize {
    let mut open: Vec<&str> = Vec::new();
    let mut deepest = 0;
    for tag in html.split('<').skip(1) {
        let name: &str = tag.split(['>', ' ']).next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(ended) => assert_eq!(open.pop(), Some(ended), "well nested: {html:.200}"),
            None if name == "br" || name == "hr" => {}
            None => open.push(name),
        }
        deepest = deepest.max(open.len());
    }
    assert!(open.is_empty(), "{open:?} stay open");
    deepest
}

#[test]
fn dos_12_no_text_grows_or_becomes_deep() {
    let ids: String = (0..5_000).map(|n| format!("<b id={n}>")).collect();
    let reopened = format!("{ids}{}", "<p>x".repeat(10_000));
    let mixed = "<i><b><a href=https://a.example/><p>x".repeat(3_000);
    for piece in [
        "<div>",
        "<ul><li>",
        "<ul><li><b>",
        "<b>",
        "<a>",
        "<i><p>",
        "<blockquote>",
        "<span>",
        "<font><p>",
        "<table><tr>",
        "<svg><p>",
        "<select><option>",
        "&",
        "\u{a0}",
        "<a href=\"https://a.example/é\u{a0}&\">é</a>",
        "<a<a<a",
        "<!--",
        "<li>",
        &reopened,
        &mixed,
    ] {
        let text = piece.repeat(1 + LONG / piece.len());
        let html = clean_html(&text);
        assert!(html.len() <= LONG, "{piece:.20}: {} bytes", html.len());
        assert!(depth(&html) <= 32, "{piece:.20}");
        assert!(plain(&text).len() <= LONG, "{piece:.20}");
    }
    for piece in [
        "> ", "- ", "1. ", "**a", "[a](", "[[", "@a.a.a", "((((", "www.a.",
    ] {
        let html = markdown(&piece.repeat(LONG / piece.len()));
        assert!(html.len() <= LONG, "{piece}");
        assert!(depth(&html) <= 32, "{piece}");
    }
}

#[test]
fn dos_12_what_people_write_keeps_its_form() {
    let link = r#"<a href="https://a.example/" rel="noopener noreferrer nofollow ugc">b</a>"#;
    for (written, shown) in [
        // Ends that HTML lets people leave out.
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"),
        (
            "<ol start=3><li>a<ul><li>b<li>c</ul><li>d</ol>",
            "<ol start=\"3\"><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ol>",
        ),
        ("<h2>a</h2>b<br>c<br/>d<hr>", "<h2>a</h2>b<br>c<br>d<hr>"),
        (
            "<blockquote><p>a</blockquote>b",
            "<blockquote><p>a</p></blockquote>b",
        ),
        ("<b>a <i>b</b> c</i>", "<b>a <i>b</i></b> c"),
        // Elements that are not of the list leave their words.
        ("<div><section>a</section></div>", "a"),
        ("<table><tr><td>a<td>b</table>", "ab"),
        ("a &lt;b&gt; &amp; c é &eacute;", "a &lt;b&gt; &amp; c é é"),
        ("</p></div>a", "a"),
        ("<pre>\n  a\n  b</pre>", "<pre>  a\n  b</pre>"),
        (
            "<p><a class=mention href=https://a.example/>b</a></p>",
            &format!("<p>{link}</p>"),
        ),
    ] {
        assert_eq!(clean_html(written), shown, "{written}");
    }
    assert_eq!(plain("<p>a<br>b</p><p>c<b>d</b> &amp; e</p>"), "a b cd & e");
    let thirty = "<blockquote>".repeat(30) + "a" + &"</blockquote>".repeat(30);
    assert_eq!(clean_html(&thirty), thirty);
}
