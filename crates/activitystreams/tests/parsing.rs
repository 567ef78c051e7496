//! Properties of `parse` over arbitrary input.

use activitystreams::{ParseError, parse};
use proptest::prelude::*;
use serde_json::Value;

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z:/@. ]{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..8).prop_map(Value::from),
            prop::collection::hash_map("[a-zA-Z]{1,8}", inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_give_a_value_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        if let Err(error) = parse(&bytes) {
            prop_assert!(!error.code().is_empty());
        }
    }

    #[test]
    fn plain_json_comes_back_as_it_is(value in json()) {
        prop_assert_eq!(parse(value.to_string().as_bytes()), Ok(value));
    }

    #[test]
    fn a_key_twice_is_refused_at_any_place(value in json(), key in "[a-z]{1,6}") {
        let text = format!("{{\"x\":[{{\"{key}\":1,\"y\":{value},\"{key}\":2}}]}}");
        prop_assert_eq!(parse(text.as_bytes()), Err(ParseError::DuplicateKey));
    }

    #[test]
    fn readers_take_any_value(value in json()) {
        let _ = activitystreams::Activity::read(&value);
        let _ = activitystreams::ActorDocument::read(&value);
        let _ = activitystreams::EventObject::read(&value);
        let _ = activitystreams::NoteObject::read(&value);
        let _ = activitystreams::CollectionDocument::read(&value);
        let _ = activitystreams::KeyDocument::read(&value);
        prop_assert!(activitystreams::WebFinger::read(&value, &["h.example"]).is_err());
    }

    #[test]
    fn no_text_is_a_host_meta_by_chance(text in ".{0,200}") {
        prop_assert!(activitystreams::HostMeta::read(&text).is_err());
    }
}
