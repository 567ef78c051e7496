//! The geometric band of a site without a picture: drawn from its host name, so
//! every site has its own and keeps it.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::html::SafeHtml;

/// Where the pattern is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Behind the name on the home page: four rows.
    Banner,
    /// A thin strip under the header of the other pages.
    Strip,
}

/// Side of a tile, in the drawing's units.
const SIDE: u32 = 8;
const COLUMNS: u32 = 48;

/// The shapes of a tile, as SVG path data relative to its top left corner. They
/// are those of a bandstand: roof, bunting, arches, drum, rails, steps.
const SHAPES: [&str; 10] = [
    "h8l-4 8z",
    "m0 8l4-8 4 8z",
    "a8 8 0 0 0 8 8v-8z",
    "m8 0a8 8 0 0 1-8 8h8z",
    "m0 8a4 4 0 0 1 8 0z",
    "a4 4 0 0 0 8 0z",
    "m4 1a3 3 0 1 0 .01 0z",
    "h2v8h-2zm4 0h2v8h-2z",
    "h8v8z",
    "m0 8h8v-8z",
];

/// Decorative SVG, coloured by the classes `p0` to `p3` of the style sheet.
/// The same `seed` always gives the same drawing.
pub fn pattern(seed: &str, kind: Pattern) -> SafeHtml {
    let rows = match kind {
        Pattern::Banner => 4,
        Pattern::Strip => 1,
    };
    let (width, height) = (COLUMNS * SIDE, rows * SIDE);
    let digest = Sha256::digest(seed.as_bytes());
    let mut state = digest
        .iter()
        .take(8)
        .fold(0_u64, |n, byte| (n << 8) | u64::from(*byte))
        | 1;
    let mut draw = move |bound: u64| {
        // xorshift64*: enough to choose shapes with.
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    };

    // A site speaks with few shapes: four of the ten, chosen once.
    let mut own: Vec<&str> = Vec::with_capacity(4);
    while own.len() < 4 {
        if let Some(shape) = SHAPES.get(draw(SHAPES.len() as u64) as usize)
            && !own.contains(shape)
        {
            own.push(shape);
        }
    }
    let mut inks: [String; 3] = Default::default();
    let mut grounds: [String; 2] = Default::default();
    for row in 0..rows {
        for column in 0..COLUMNS {
            let (x, y) = (column * SIDE, row * SIDE);
            let ground = draw(5);
            if let Some(path) = grounds.get_mut(ground as usize) {
                let _ = write!(path, "M{x} {y}h8v8h-8z");
            }
            if draw(8) == 0 {
                continue;
            }
            let ink = draw(3) as usize;
            let shape = own.get(draw(4) as usize).copied().unwrap_or_default();
            if let Some(path) = inks.get_mut(ink) {
                let _ = write!(path, "M{x} {y}{shape}");
            }
        }
    }
    let class = match kind {
        Pattern::Banner => "pattern banner",
        Pattern::Strip => "pattern strip",
    };
    let mut svg = format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"xMidYMid slice\" aria-hidden=\"true\" focusable=\"false\">"
    );
    if kind == Pattern::Strip {
        svg = svg.replacen(&format!("0 0 {width} "), &format!("0 0 {} ", 2 * width), 1);
        svg.push_str("<g id=\"strip\">");
    }
    for (i, path) in grounds.iter().enumerate() {
        let _ = write!(svg, "<path class=\"g{i}\" d=\"{path}\"/>");
    }
    for (i, path) in inks.iter().enumerate() {
        let _ = write!(svg, "<path class=\"p{i}\" d=\"{path}\"/>");
    }
    if kind == Pattern::Strip {
        // Wide screens see the drawing twice rather than enlarged and cut.
        let _ = write!(svg, "</g><use href=\"#strip\" x=\"{width}\"/>");
    }
    svg.push_str("</svg>");
    SafeHtml::trusted(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_keeps_its_drawing_and_another_has_its_own() {
        let one = pattern("raffinerie.example", Pattern::Banner);
        assert_eq!(one, pattern("raffinerie.example", Pattern::Banner));
        assert_ne!(one, pattern("fablab.example", Pattern::Banner));
    }

    #[test]
    fn the_seed_is_never_written_and_the_weight_is_small() {
        let svg = pattern("<script>", Pattern::Banner);
        assert!(!svg.as_str().contains("script"));
        assert!(!svg.as_str().contains("style="));
        assert!(svg.as_str().len() < 8_000, "{}", svg.as_str().len());
        assert!(pattern("a", Pattern::Strip).as_str().len() < 2_500);
    }
}
