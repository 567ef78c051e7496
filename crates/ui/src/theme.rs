//! A site's colours, derived from one hue and one paper.
//!
//! The palette is made in OKLCH (Björn Ottosson, 2020; CSS Color 4) and written
//! as sRGB hexadecimal, so what the tests measure is what browsers paint. Every
//! text is moved lighter or darker until it keeps a contrast of at least 4.5:1
//! (WCAG 2.1, 1.4.3) with each ground it may stand on.

use std::fmt::Write;
use std::str::FromStr;
use std::sync::LazyLock;

use crate::assets::short_hash;

/// The ground of a site's pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    /// Nearly white.
    Light,
    /// Washed with the accent.
    #[default]
    Tinted,
    /// Dark for everybody.
    Dark,
}

/// A paper nobody makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPaper;

impl Paper {
    /// Every paper.
    pub const ALL: [Paper; 3] = [Paper::Light, Paper::Tinted, Paper::Dark];

    /// The name stored and written in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Paper::Light => "light",
            Paper::Tinted => "tinted",
            Paper::Dark => "dark",
        }
    }

    /// For `<meta name="color-scheme">`.
    pub fn color_scheme(self) -> &'static str {
        match self {
            Paper::Light | Paper::Tinted => "light dark",
            Paper::Dark => "dark",
        }
    }
}

impl FromStr for Paper {
    type Err = UnknownPaper;
    fn from_str(name: &str) -> Result<Self, UnknownPaper> {
        Paper::ALL
            .into_iter()
            .find(|p| p.as_str() == name)
            .ok_or(UnknownPaper)
    }
}

/// An sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rgb([u8; 3]);

impl Rgb {
    fn hex(self) -> String {
        let [r, g, b] = self.0;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// Relative luminance (WCAG 2.1).
    fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|v| {
            let v = f64::from(v) / 255.0;
            if v <= 0.04045 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }
}

/// The contrast of two colours, 1 to 21 (WCAG 2.1).
pub(crate) fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (a.luminance(), b.luminance());
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// OKLCH to sRGB; the chroma shrinks until the colour exists on a screen.
fn oklch(lightness: f64, chroma: f64, hue: f64) -> Rgb {
    let mut chroma = chroma;
    loop {
        let linear = oklch_to_linear(lightness, chroma, hue);
        if chroma <= 0.0 || linear.iter().all(|v| (-0.0005..=1.0005).contains(v)) {
            return Rgb(linear.map(|v| {
                let v = v.clamp(0.0, 1.0);
                let v = if v <= 0.003_130_8 {
                    12.92 * v
                } else {
                    1.055 * v.powf(1.0 / 2.4) - 0.055
                };
                (v * 255.0).round() as u8
            }));
        }
        chroma = (chroma - 0.004).max(0.0);
    }
}

fn oklch_to_linear(lightness: f64, chroma: f64, hue: f64) -> [f64; 3] {
    let (sin, cos) = hue.to_radians().sin_cos();
    let (a, b) = (chroma * cos, chroma * sin);
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
    ]
}

/// Moves a text's lightness away from its grounds until it is legible on each.
fn text_on(grounds: &[Rgb], lightness: f64, chroma: f64, hue: f64, step: f64, wanted: f64) -> Rgb {
    let mut lightness = lightness;
    loop {
        let text = oklch(lightness, chroma, hue);
        if grounds.iter().all(|g| contrast(text, *g) >= wanted) || !(0.0..=1.0).contains(&lightness)
        {
            return text;
        }
        lightness += step;
    }
}

/// A little above the rule, so that rounding never falls under it.
const LEGIBLE: f64 = 4.6;
/// For edges of controls and the focus ring (WCAG 2.1, 1.4.11).
const VISIBLE: f64 = 3.1;

/// The colours of one scheme, each with its custom property.
pub(crate) struct Palette(Vec<(&'static str, Rgb)>);

impl Palette {
    fn light(hue: f64, tinted: bool) -> Self {
        // Paper leans towards straw: a pure pink or mint would tire.
        let warm = hue + (((85.0 - hue + 540.0) % 360.0) - 180.0).clamp(-30.0, 30.0);
        let (paper, raised, sunk) = if tinted {
            (
                oklch(0.966, 0.02, warm),
                oklch(0.988, 0.008, warm),
                oklch(0.93, 0.03, warm),
            )
        } else {
            (
                oklch(0.995, 0.002, hue),
                oklch(0.978, 0.005, hue),
                oklch(0.945, 0.014, hue),
            )
        };
        let tint = oklch(0.915, 0.05, hue);
        Self::finish(hue, [paper, raised, sunk, tint], false)
    }

    fn dark(hue: f64) -> Self {
        let (paper, raised, sunk) = (
            oklch(0.19, 0.018, hue),
            oklch(0.235, 0.022, hue),
            oklch(0.275, 0.026, hue),
        );
        let tint = oklch(0.31, 0.055, hue);
        Self::finish(hue, [paper, raised, sunk, tint], true)
    }

    fn finish(hue: f64, grounds: [Rgb; 4], dark: bool) -> Self {
        let [paper, raised, sunk, tint] = grounds;
        let step = if dark { 0.005 } else { -0.005 };
        let from = |light: f64, for_dark: f64| if dark { for_dark } else { light };
        let ink = text_on(
            &grounds,
            from(0.24, 0.94),
            from(0.03, 0.012),
            hue,
            step,
            7.1,
        );
        let soft = text_on(&grounds, from(0.49, 0.74), 0.025, hue, step, LEGIBLE);
        let accent = text_on(
            &grounds,
            from(0.50, 0.76),
            from(0.17, 0.14),
            hue,
            step,
            LEGIBLE,
        );
        let edge = text_on(
            &[paper, raised, sunk],
            from(0.66, 0.52),
            0.03,
            hue,
            step,
            VISIBLE,
        );
        let focus = text_on(&grounds, from(0.55, 0.80), 0.19, hue + 60.0, step, VISIBLE);
        // A solid ground is darkened until white reads on it, in both schemes.
        let white = oklch(0.995, 0.004, hue);
        let solid = text_on(&[white], 0.56, 0.18, hue, -0.005, LEGIBLE);
        let solid_strong = text_on(&[white], 0.48, 0.17, hue, -0.005, LEGIBLE);
        let field = if dark {
            oklch(0.16, 0.014, hue)
        } else {
            oklch(0.998, 0.001, hue)
        };
        let mut all = vec![
            ("field", field),
            ("paper", paper),
            ("raised", raised),
            ("sunk", sunk),
            ("tint", tint),
            ("ink", ink),
            ("soft", soft),
            ("accent", accent),
            ("line", oklch(from(0.87, 0.35), from(0.025, 0.028), hue)),
            ("edge", edge),
            ("focus", focus),
            ("solid", solid),
            ("solid-strong", solid_strong),
            ("on-solid", white),
        ];
        for (ground_name, text_name, state_hue) in [
            ("good-ground", "good", 150.0),
            ("warn-ground", "warn", 75.0),
            ("bad-ground", "bad", 27.0),
        ] {
            let ground = oklch(from(0.945, 0.28), from(0.04, 0.05), state_hue);
            let text = text_on(
                &[ground, paper, raised, sunk],
                from(0.47, 0.80),
                0.14,
                state_hue,
                step,
                LEGIBLE,
            );
            all.push((ground_name, ground));
            all.push((text_name, text));
        }
        // The pattern: three inks around the hue, two grounds. No text stands on it.
        all.extend([
            ("p0", oklch(from(0.62, 0.60), 0.17, hue)),
            ("p1", oklch(from(0.80, 0.72), 0.14, hue + 50.0)),
            ("p2", oklch(from(0.42, 0.45), 0.11, hue + 190.0)),
            ("g0", oklch(from(0.87, 0.33), 0.07, hue)),
            ("g1", oklch(from(0.91, 0.27), 0.05, hue + 50.0)),
        ]);
        Self(all)
    }

    fn css(&self) -> String {
        self.0
            .iter()
            .fold(String::new(), |mut css, (name, colour)| {
                let _ = write!(css, "--{name}:{};", colour.hex());
                css
            })
    }
}

/// The style sheet of a site's colours, served at [`theme_path`]. `hue` is in
/// degrees; beyond 359 it goes round. Printing always uses the light paper.
pub fn theme_css(hue: u16, paper: Paper) -> String {
    let hue = f64::from(hue % 360);
    let dark = Palette::dark(hue).css();
    let print = Palette::light(hue, false).css();
    match paper {
        Paper::Dark => {
            format!(":root{{color-scheme:dark;{dark}}}@media print{{:root{{{print}}}}}\n")
        }
        Paper::Light | Paper::Tinted => {
            let light = Palette::light(hue, paper == Paper::Tinted).css();
            format!(
                ":root{{color-scheme:light dark;{light}}}\
                 @media (prefers-color-scheme:dark){{:root{{{dark}}}}}\
                 @media print{{:root{{{print}}}}}\n"
            )
        }
    }
}

static GENERATION: LazyLock<String> = LazyLock::new(|| {
    let all: String = Paper::ALL
        .into_iter()
        .map(|paper| theme_css(0, paper))
        .collect();
    short_hash(all.as_bytes())
});

/// The address of a site's colours. It changes with the choice and with this
/// program's way of deriving them, so it may be kept for a year.
pub fn theme_path(hue: u16, paper: Paper) -> String {
    format!(
        "/theme.css?v={}-{}-{}",
        paper.as_str(),
        hue % 360,
        *GENERATION
    )
}

#[cfg(test)]
mod tests;
