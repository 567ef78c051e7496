//! XSS-03: what was made safe stays safe however often it is read, and nothing makes the cleaner fail.

use text::{clean_html, markdown, plain};

/// Elements that the cleaner lets pass, with `rel` and addresses on links.
const KEPT: [&str; 25] = [
    "a",
    "p",
    "br",
    "strong",
    "em",
    "b",
    "i",
    "u",
    "del",
    "s",
    "ul",
    "ol",
    "li",
    "blockquote",
    "code",
    "pre",
    "h2",
    "h3",
    "h4",
    "h5",
    "hr",
    "span",
    "sub",
    "sup",
    "abbr",
];
const ATTRIBUTES: [&str; 8] = [
    "href", "hreflang", "rel", "lang", "dir", "cite", "datetime", "start",
];

/// Fails on an element or attribute beyond the list; reads tags as a browser does.
fn only_what_is_allowed(html: &str, what: &str) {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = rest[at + 1..].trim_start_matches('/');
        let name: String = rest
            .chars()
            .take_while(|c| !c.is_whitespace() && *c != '>' && *c != '/')
            .collect();
        assert!(KEPT.contains(&name.as_str()), "{what}: <{name}> in {html}");
        rest = &rest[name.len()..];
        // Attributes up to the end of the tag; values are always in double quotes here.
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('>') {
                rest = after;
                break;
            }
            let (attribute, value) = rest.split_once("=\"").expect("a quoted value");
            assert!(
                ATTRIBUTES.contains(&attribute),
                "{what}: {attribute} in {html}"
            );
            let (value, after) = value.split_once('"').expect("its end");
            if ["href", "cite"].contains(&attribute) {
                let plain = value.replace("&amp;", "&").replace("&quot;", "\"");
                let scheme = url::Url::parse(&plain).map(|url| url.scheme().to_owned());
                let known = scheme.is_ok_and(|scheme| {
                    ["http", "https", "mailto", "tel"].contains(&scheme.as_str())
                });
                assert!(known, "{what}: {value} in {html}");
            }
            rest = after;
        }
    }
}

fn stable(once: &str, what: &str) {
    only_what_is_allowed(once, what);
    let twice = clean_html(once);
    assert_eq!(twice, once, "{what}");
    assert_eq!(clean_html(&twice), once, "{what}");
}

/// Elements in which a parser reads what follows by other rules.
const AROUND: [&str; 30] = [
    "svg",
    "math",
    "noscript",
    "template",
    "style",
    "title",
    "textarea",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "plaintext",
    "table",
    "select",
    "form",
    "mglyph",
    "malignmark",
    "annotation-xml",
    "annotation-xml encoding=text/html",
    "foreignObject",
    "desc",
    "mtext",
    "mi",
    "caption",
    "frameset",
    "button",
    "p",
    "pre",
    "a href=https://ok.example/",
    "b",
];

const INSIDE: [&str; 26] = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<a title='</noscript><img src=x onerror=alert(1)>'>x",
    "<p title=\"</style><img src=x onerror=alert(1)>\">x",
    "<p id='</template><script>alert(1)</script>'>x",
    "<style><!--</style><img src=x onerror=alert(1)>--></style>",
    "<mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<mtext><table><mglyph><style><math><img src=x onerror=alert(1)>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "</p><style><a id=\"</style><img src=x onerror=alert(1)>\">",
    "<table><td><svg><desc><td><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!doctype x [<!entity a \"<script>\">]>&a;",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\" java\tscript:alert(1)\">x</a>",
    "<a href=\"&#106;avascript:alert(1)\">x</a>",
    "<a href=data:text/html,x>x</a>",
    "<a href='https://ok.example/\"onmouseover=alert(1) x='>x</a>",
    "<a href=\"https://ok.example/\"onmouseover=\"alert(1)\">x</a>",
    "<p/onclick=alert(1)/x>x",
    "<p lang='\"><img src=x onerror=alert(1)>'>x",
    "<p dir=`\"><svg onload=alert(1)>`>x",
    "<span =\"\" \"=\">\" <=\"x\" style=color:red>x",
    "<a><a><a><p><a>x<b><i></b>y<p></i>z",
    "&lt;img src=x onerror=alert(1)&gt;&amp;lt;script&amp;gt;",
];

const CONTROLS: [char; 16] = [
    '\0', '\u{1}', '\u{8}', '\t', '\u{b}', '\u{c}', '\r', '\u{1b}', '\u{7f}', '\u{85}', '\u{a0}',
    '\u{ad}', '\u{200b}', '\u{202e}', '\u{2028}', '\u{feff}',
];

#[test]
fn xss_03_markup_that_changes_when_it_is_read_again_stays_as_it_is() {
    for inside in INSIDE {
        stable(&clean_html(inside), inside);
        for outer in AROUND {
            let close = outer.split(' ').next().unwrap_or_default();
            let one = format!("<{outer}>{inside}</{close}>");
            stable(&clean_html(&one), &one);
            for inner in AROUND.iter().step_by(3) {
                let two = format!("<{inner}><{outer}>{inside}");
                stable(&clean_html(&two), &two);
            }
        }
    }
    // The twins: what is allowed passes, whole.
    for harmless in [
        "<p>Bal <em>folk</em>, <strong>dès 20 h</strong><br>à la salle</p>",
        "<ul><li lang=\"br\">Fest-noz</li></ul>",
        "<p>1 &lt; 2 &amp; « trois »</p>",
        "<a href=\"https://ok.example/?a=1&amp;b=2\" rel=\"noopener noreferrer nofollow ugc\">ici</a>",
    ] {
        assert_eq!(clean_html(harmless), harmless);
        stable(harmless, harmless);
    }
}

#[test]
fn xss_03_control_characters_and_texts_cut_anywhere() {
    for inside in INSIDE {
        for end in (0..=inside.len()).filter(|end| inside.is_char_boundary(*end)) {
            stable(&clean_html(&inside[..end]), &inside[..end]);
            for control in [CONTROLS[end % 16], CONTROLS[(end + 7) % 16]] {
                let mut text = inside.to_owned();
                text.insert(end, control);
                stable(&clean_html(&text), &text);
                stable(&markdown(&text), &text);
            }
        }
    }
    for control in CONTROLS {
        let (word, html) = (
            format!("Bal{control} folk"),
            format!("<p>Bal{control} folk</p>"),
        );
        for shown in [clean_html(&html), markdown(&word)] {
            assert!(
                shown.contains("Bal") && shown.contains("folk"),
                "{control:?} {shown}"
            );
            assert!(plain(&shown).contains("Bal"), "{control:?}");
        }
    }
}

#[test]
fn xss_03_markdown_brings_no_markup_of_its_own() {
    let sources = [
        "[x](javascript:alert(1))",
        "[x](<javascript:alert(1)>)",
        "[x](java&#115;cript:alert(1))",
        "[x](  JaVaScRiPt:alert(1) \"t\")",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](javascript:alert(1))",
        "![x](https://evil.example/pixel.png\" onerror=\"alert(1))",
        "<javascript:alert(1)>",
        "[x][a]\n\n[a]: javascript:alert(1)",
        "[x](https://ok.example/\"onmouseover=\"alert(1))",
        "[x](https://ok.example/ '\"><script>alert(1)</script>')",
        "https://ok.example/\"onmouseover=alert(1)",
        "`</code><script>alert(1)</script>`",
        "```\"><script>\n</code></pre><script>alert(1)</script>\n```",
        "# <svg onload=alert(1)>\n<math><mi//xlink:href=\"data:x\">",
        "<h1>x</h1><h1 onclick=alert(1)>",
        "a\\<script>alert(1)\\</script>",
        "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
        "[b]gras[/b] [url=javascript:alert(1)]x[/url] [img]x\" onerror=\"alert(1)[/img]",
        "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;",
        "- [ ] <input onfocus=alert(1) autofocus>",
        "~~<s onclick=alert(1)>~~",
    ];
    for source in sources {
        stable(&markdown(source), source);
        for inside in INSIDE {
            let both = format!("> {source}\n\n{inside}\n\n1. {inside} {source}");
            stable(&markdown(&both), &both);
        }
    }
    let shown = markdown("Un *bal* : [ici](https://ok.example/ \"là\") et 1 < 2");
    assert_eq!(
        shown,
        "<p>Un <em>bal</em> : <a href=\"https://ok.example/\" \
         rel=\"noopener noreferrer nofollow ugc\">ici</a> et 1 &lt; 2</p>\n"
    );
    stable(&shown, "a harmless text");
}

#[test]
fn xss_03_the_longest_texts_stay_as_they_are_too() {
    // Each grows when it is written out: signs become entities, elements get their ends.
    for piece in [
        "un mot et puis un autre &",
        "<b>",
        "<p>é",
        "<a href=https://a.b/>",
        "<svg><p>",
        "[",
        "> ",
    ] {
        let text = piece.repeat(120 * 1024 / piece.len());
        stable(&clean_html(&text), piece);
    }
    let fits = format!("<p>{}</p>", "mot ".repeat(25_000));
    assert_eq!(clean_html(&fits), fits);
}
