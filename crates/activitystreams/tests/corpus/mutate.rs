//! Documents with one value changed: dropped, null, another shape, another host.

use serde_json::{Value, json};
use url::Url;

/// A way to a value: keys and list positions.
#[derive(Clone, Debug)]
enum Step {
    Key(String),
    At(usize),
}

fn ways(value: &Value, depth: usize, way: &mut Vec<Step>, all: &mut Vec<Vec<Step>>) {
    if depth == 0 {
        return;
    }
    let inner: Vec<(Step, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .filter(|(key, _)| *key != "@context")
            .map(|(key, inner)| (Step::Key(key.clone()), inner))
            .collect(),
        Value::Array(list) => list
            .iter()
            .take(2)
            .enumerate()
            .map(|(at, inner)| (Step::At(at), inner))
            .collect(),
        _ => return,
    };
    for (step, value) in inner {
        way.push(step);
        all.push(way.clone());
        ways(value, depth - 1, way, all);
        way.pop();
    }
}

fn at<'a>(value: &'a mut Value, way: &[Step]) -> &'a mut Value {
    way.iter().fold(value, |value, step| match step {
        Step::Key(key) => &mut value[key.as_str()],
        Step::At(at) => &mut value[*at],
    })
}

/// What may stand where `old` stood.
fn replacements(old: &Value, evil: &str) -> Vec<Value> {
    let foreign = match old.as_str().and_then(|text| Url::parse(text).ok()) {
        Some(mut url) if url.has_host() => {
            url.set_host(Some(evil)).expect("a host");
            json!(url.as_str())
        }
        _ => json!(format!("https://{evil}/x")),
    };
    vec![
        Value::Null,
        json!(42),
        json!(""),
        json!("javascript:alert(1)"),
        json!([]),
        json!({}),
        json!([old, foreign]),
        json!({"id": old}),
        json!({"id": foreign, "type": ["Person", 7]}),
        foreign,
    ]
}

/// Shows `see` the document with each value down to a depth replaced in each way, and left out; addresses of
/// another host are of `evil`.
pub(crate) fn each(value: &Value, depth: usize, evil: &str, see: &mut dyn FnMut(&Value, &str)) {
    let mut found = Vec::new();
    ways(value, depth, &mut Vec::new(), &mut found);
    for way in &found {
        let mut scratch = value.clone();
        let old = at(&mut scratch, way).clone();
        for new in replacements(&old, evil) {
            let what = format!("{way:?} = {new}");
            *at(&mut scratch, way) = new;
            see(&scratch, &what);
        }
        if let Some((Step::Key(key), parent)) = way.split_last()
            && let Some(map) = at(&mut scratch, parent).as_object_mut()
        {
            map.remove(key);
            see(&scratch, &format!("without {way:?}"));
        }
    }
}
