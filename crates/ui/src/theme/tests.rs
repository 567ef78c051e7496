use super::*;

fn get(palette: &Palette, name: &str) -> Rgb {
    palette
        .0
        .iter()
        .find(|(n, _)| *n == name)
        .map(|(_, c)| *c)
        .expect("a colour of the palette")
}

#[test]
fn known_colours_convert() {
    // The primaries of sRGB in OKLCH, as published with CSS Color 4.
    assert_eq!(oklch(1.0, 0.0, 0.0).hex(), "#ffffff");
    assert_eq!(oklch(0.0, 0.0, 0.0).hex(), "#000000");
    for (l, c, h, expected) in [
        (0.627_95, 0.257_68, 29.234, [255, 0, 0]),
        (0.866_44, 0.294_83, 142.495, [0, 255, 0]),
        (0.452_01, 0.313_21, 264.052, [0, 0, 255]),
    ] {
        for (got, wanted) in oklch(l, c, h).0.into_iter().zip(expected) {
            assert!(
                i16::from(got).abs_diff(wanted) <= 4,
                "{l} {c} {h}: {got} {wanted}"
            );
        }
    }
    assert!((contrast(Rgb([0; 3]), Rgb([255; 3])) - 21.0).abs() < 0.01);
    assert!((contrast(Rgb([0x77; 3]), Rgb([255; 3])) - 4.48).abs() < 0.01);
}

#[test]
fn every_text_is_legible_on_every_ground_for_every_hue() {
    let texts = ["ink", "soft", "accent"];
    let grounds = ["paper", "raised", "sunk", "tint", "field"];
    let mut lowest = f64::MAX;
    for hue in 0..360_u16 {
        let h = f64::from(hue);
        for (scheme, palette) in [
            ("light", Palette::light(h, false)),
            ("tinted", Palette::light(h, true)),
            ("dark", Palette::dark(h)),
        ] {
            let check = |text: &str, ground: &str, wanted: f64| {
                let c = contrast(get(&palette, text), get(&palette, ground));
                assert!(
                    c >= wanted,
                    "{text} on {ground}, {scheme}, hue {hue}: {c:.2}"
                );
                c
            };
            for text in texts {
                for ground in grounds {
                    lowest = lowest.min(check(text, ground, 4.5));
                }
            }
            check("on-solid", "solid", 4.5);
            check("on-solid", "solid-strong", 4.5);
            for state in ["good", "warn", "bad"] {
                for ground in [&format!("{state}-ground"), "paper", "raised", "sunk"] {
                    check(state, ground, 4.5);
                }
                check("ink", &format!("{state}-ground"), 4.5);
            }
            for ground in ["paper", "raised", "field"] {
                check("edge", ground, 3.0);
                check("focus", ground, 3.0);
            }
        }
    }
    // The search stops at what is needed: colours are not simply black and white.
    assert!(lowest < 5.0, "{lowest}");
}

#[test]
fn the_sheet_has_both_schemes_and_its_address_follows_the_choice() {
    let css = theme_css(200, Paper::Tinted);
    assert!(css.contains("prefers-color-scheme:dark") && css.contains("@media print"));
    assert!(!theme_css(200, Paper::Dark).contains("prefers-color-scheme"));
    assert_eq!(theme_css(400, Paper::Light), theme_css(40, Paper::Light));
    assert!(css.len() < 3_000, "{}", css.len());
    assert_ne!(theme_path(1, Paper::Light), theme_path(2, Paper::Light));
    assert_ne!(theme_path(1, Paper::Light), theme_path(1, Paper::Dark));
}

#[test]
fn papers_by_name() {
    for paper in Paper::ALL {
        assert_eq!(paper.as_str().parse(), Ok(paper));
    }
    assert_eq!("velvet".parse::<Paper>(), Err(UnknownPaper));
}
