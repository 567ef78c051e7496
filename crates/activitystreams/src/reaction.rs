//! Reactions (FEP-c0e0): one emoji of at most 64 bytes.

/// True for one Unicode emoji, sequences included, or one `:shortcode:`.
pub(crate) fn is_one_emoji(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() || text.len() > 64 {
        return false;
    }
    if let Some(code) = text
        .strip_prefix(':')
        .and_then(|rest| rest.strip_suffix(':'))
    {
        return !code.is_empty()
            && code
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '@' | '.'));
    }
    is_unicode_emoji(text)
}

fn is_unicode_emoji(text: &str) -> bool {
    let (mut bases, mut flags, mut joined) = (0_u32, 0_u32, false);
    let mut keycap_base = false;
    let mut keycap = false;
    for c in text.chars() {
        match c {
            '\u{200d}' => {
                joined = true;
                continue;
            }
            // Variation selectors, skin tones, tags of subdivision flags.
            '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}' => {}
            '\u{20e3}' => keycap = true,
            '\u{1f1e6}'..='\u{1f1ff}' => flags += 1,
            '0'..='9' | '#' | '*' if !keycap_base => keycap_base = true,
            _ if is_base(c) => {
                if !joined {
                    bases += 1;
                }
            }
            _ => return false,
        }
        joined = false;
    }
    match (bases, flags, keycap_base) {
        (1, 0, false) => !keycap,
        (0, 2, false) => !keycap,
        (0, 0, true) => keycap,
        _ => false,
    }
}

fn is_base(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{24c2}'
        | '\u{25a0}'..='\u{27bf}' | '\u{2934}' | '\u{2935}' | '\u{2b00}'..='\u{2bff}'
        | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::is_one_emoji;

    #[test]
    fn one_emoji_is_a_reaction() {
        for good in ["🔥", "👌", "❤️", "👩‍💻", "🇫🇷", "1️⃣", "👍🏽", ":pudding:", "🏳️‍🌈"]
        {
            assert!(is_one_emoji(good), "{good}");
        }
    }

    #[test]
    fn xss_06_a_shortcode_holds_no_markup_and_no_path() {
        for bad in [
            ":<img>:",
            ":a\"b:",
            ":a/b:",
            ":../../x:",
            ":a\\b:",
            ":a&b:",
            ":é:",
            ":a\u{202e}b:",
        ] {
            assert!(!is_one_emoji(bad), "{bad}");
        }
        assert!(is_one_emoji(":blob_cat:"));
    }

    #[test]
    fn anything_else_is_not() {
        for bad in [
            "", "~", "a", "ok", "🔥🔥", "1", "🇫", ":", "::", ":a b:", "<b>", "🔥x",
        ] {
            assert!(!is_one_emoji(bad), "{bad}");
        }
        assert!(!is_one_emoji(&format!(":{}:", "a".repeat(63))));
    }
}
