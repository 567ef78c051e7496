//! RFC 8785: numbers of its appendix B, order and escapes of its section 3.2.

use serde_json::{Value, json};
use signatures::jcs::{JcsError, canonicalize};

fn number(bits: u64) -> String {
    canonicalize(&json!(f64::from_bits(bits))).unwrap()
}

#[test]
fn rfc_8785_appendix_b_numbers() {
    for (bits, text) in [
        (0x0000_0000_0000_0000, "0"),
        (0x8000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"),
        (0xc340_0000_0000_0000, "-9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
        (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
        (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
        (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
        (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
        (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5553, "333333333.3333332"),
        (0x41b3_de43_5555_5554, "333333333.33333325"),
        (0x41b3_de43_5555_5555, "333333333.3333333"),
        (0x41b3_de43_5555_5556, "333333333.3333334"),
        (0x41b3_de43_5555_5557, "333333333.33333343"),
        (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ] {
        assert_eq!(number(bits), text, "{bits:016x}");
    }
}

#[test]
fn numbers_as_they_come_in_documents() {
    let text = |source: &str| {
        let value: Value = serde_json::from_str(source).unwrap();
        canonicalize(&value).unwrap()
    };
    for (source, expected) in [
        ("-71.184902", "-71.184902"),
        ("25.273962", "25.273962"),
        ("1.0", "1"),
        ("100", "100"),
        ("1e2", "100"),
        ("0.5", "0.5"),
        ("4.50", "4.5"),
        ("2e-3", "0.002"),
        ("1e-27", "1e-27"),
        ("1E30", "1e+30"),
        ("-0", "0"),
        ("9007199254740993", "9007199254740992"),
        ("18446744073709551615", "18446744073709552000"),
        ("333333333.33333329", "333333333.3333333"),
    ] {
        assert_eq!(text(source), expected, "{source}");
    }
}

#[test]
fn members_are_in_utf_16_order() {
    // Section 3.2.3: U+1F600 comes before U+FB33 in UTF-16 and after it in UTF-8.
    let value = json!({
        "\u{20ac}": "Euro Sign",
        "\r": "Carriage Return",
        "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\u{1f600}": "Emoji: Grinning Face",
        "\u{80}": "Control",
        "\u{f6}": "Latin Small Letter O With Diaeresis",
    });
    let expected = concat!(
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",",
        "\"\u{f6}\":\"Latin Small Letter O With Diaeresis\",\"\u{20ac}\":\"Euro Sign\",",
        "\"\u{1f600}\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}"
    );
    assert_eq!(canonicalize(&value).unwrap(), expected);
}

#[test]
fn strings_and_literals() {
    let value = json!({
        "b": [null, true, false, [], {}],
        "a": "\u{20ac}$\u{f}\nA'B\"\\\\\"/\u{7f}\u{8}\u{c}\t",
    });
    let expected = concat!(
        "{\"a\":\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\\b\\f\\t\",",
        "\"b\":[null,true,false,[],{}]}"
    );
    assert_eq!(canonicalize(&value).unwrap(), expected);
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    assert!(canonicalize(&nested(128)).is_ok());
    assert_eq!(canonicalize(&nested(129)), Err(JcsError::TooDeep));
}
