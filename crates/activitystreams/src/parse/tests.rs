use super::{MAX_ARRAY, MAX_BYTES, MAX_DEPTH, MAX_KEYS, ParseError, parse};

fn nested(depth: usize) -> String {
    format!("{}1{}", "[".repeat(depth), "]".repeat(depth))
}

#[test]
fn ori_13_a_key_twice_is_refused() {
    for key in [
        "actor",
        "id",
        "object",
        "type",
        "attributedTo",
        "to",
        "cc",
        "x",
    ] {
        let text = format!(r#"{{"{key}":"a","o":{{}},"{key}":"b"}}"#);
        assert_eq!(
            parse(text.as_bytes()),
            Err(ParseError::DuplicateKey),
            "{key}"
        );
        let inner = format!(r#"{{"o":[{text}]}}"#);
        assert_eq!(
            parse(inner.as_bytes()),
            Err(ParseError::DuplicateKey),
            "{key}"
        );
    }
    // An escape spells the same key.
    assert_eq!(
        parse(br#"{"id":1,"\u0069d":2}"#),
        Err(ParseError::DuplicateKey)
    );
    assert!(parse(br#"{"id":1,"o":{"id":2}}"#).is_ok());
}

#[test]
fn dos_05_depth_is_bounded() {
    assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert_eq!(
        parse(nested(MAX_DEPTH + 1).as_bytes()),
        Err(ParseError::TooDeep)
    );
    assert_eq!(parse(nested(200).as_bytes()), Err(ParseError::TooDeep));
    assert_eq!(parse(nested(100_000).as_bytes()), Err(ParseError::TooDeep));
}

#[test]
fn dos_05_size_is_bounded() {
    let list = |count: usize| format!("[{}]", vec!["1"; count].join(","));
    assert!(parse(list(MAX_ARRAY).as_bytes()).is_ok());
    assert_eq!(
        parse(list(MAX_ARRAY + 1).as_bytes()),
        Err(ParseError::ArrayTooLong)
    );
    let keys = |count: usize| {
        let keys: Vec<String> = (0..count).map(|at| format!("\"k{at}\":1")).collect();
        format!("{{{}}}", keys.join(","))
    };
    assert!(parse(keys(MAX_KEYS).as_bytes()).is_ok());
    assert_eq!(
        parse(keys(MAX_KEYS + 1).as_bytes()),
        Err(ParseError::TooManyKeys)
    );
    assert_eq!(parse(keys(60_000).as_bytes()), Err(ParseError::TooManyKeys));
    let text = |bytes: usize| format!("\"{}\"", "a".repeat(bytes - 2));
    assert!(parse(text(MAX_BYTES).as_bytes()).is_ok());
    assert_eq!(
        parse(text(MAX_BYTES + 1).as_bytes()),
        Err(ParseError::TooLarge)
    );
}

#[test]
fn dos_05_odd_numbers_and_texts_are_refused() {
    assert_eq!(parse(b"[1e400]"), Err(ParseError::NotJson));
    assert_eq!(parse(b"[-1e400]"), Err(ParseError::NotJson));
    assert!(parse(b"[1e40]").is_ok());
    assert_eq!(parse(b"[NaN]"), Err(ParseError::NotJson));
    for lone in [r#"["\ud800"]"#, r#"["\udc00"]"#, r#"{"\ud800x":1}"#] {
        assert_eq!(parse(lone.as_bytes()), Err(ParseError::NotJson), "{lone}");
    }
    assert!(parse(br#"["\ud83d\ude00"]"#).is_ok());
    assert_eq!(parse(br#"["a\u0000"]"#), Err(ParseError::NulCharacter));
    assert_eq!(parse(br#"{"a\u0000":1}"#), Err(ParseError::NulCharacter));
    assert_eq!(parse(b"[\"\xff\"]"), Err(ParseError::NotUtf8));
    assert_eq!(parse(b"{} {}"), Err(ParseError::NotJson));
    assert_eq!(parse(b""), Err(ParseError::NotJson));
}
