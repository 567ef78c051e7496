//! Text folded for search and sorting: no accents, no case, French ligatures opened.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Folds `text`: "Soirée à l'Œuvre" becomes "soiree a l'oeuvre". Runs of white space become one space.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        if c.is_whitespace() || c.is_control() {
            gap = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push(' ');
        }
        match c {
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            'ß' => out.push_str("ss"),
            '’' | 'ʼ' => out.push('\''),
            c => out.push(c),
        }
    }
    out
}

/// A `LIKE` pattern that finds `needle` literally anywhere in a folded column (INJ-01).
///
/// Use with `ESCAPE '\'`, which both databases accept.
pub fn contains_pattern(needle: &str) -> String {
    format!("%{}%", like_escaped(&fold(needle)))
}

/// A text as part of a `LIKE` pattern, literally; use with `ESCAPE '\'`.
pub fn like_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_ligatures_meet() {
        assert_eq!(
            fold("  Soirée à l’Œuvre\n DÉCALÉE "),
            "soiree a l'oeuvre decalee"
        );
        assert_eq!(fold("ÉVÉNEMENTS"), fold("evenements"));
    }

    #[test]
    fn inj_01_wildcards_are_literal() {
        assert_eq!(contains_pattern(r"100 %_\"), r"%100 \%\_\\%");
    }
}
