//! Words found in a text (MOD-01): compared whatever the case, accents, look-alike letters, invisible characters, markup.

use unicode_security::confusable_detection::skeleton;

/// What a text is compared by: what a reader sees. Markup is taken out and letters are brought to the plainest that looks
/// the same.
pub fn folded(text: &str) -> String {
    let seen: String = text::plain(text)
        .chars()
        .filter(|c| !is_invisible(*c))
        .collect();
    // Small letters first: the skeleton of a capital is another one than that of its small letter.
    let plain: String = skeleton(&store::fold(&seen)).collect();
    store::fold(&plain)
}

/// Characters without a picture of their own (Unicode's default ignorables that occur in text).
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// True when a word stands in a text, both folded, as a whole word.
pub fn stands_in(text: &str, word: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(word).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        !letter(before) && !letter(after)
    })
}
