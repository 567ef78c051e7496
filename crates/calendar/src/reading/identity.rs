//! What makes an event the same event at the next reading.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::Entry;
use super::clocked::key_of;
use super::event::Event;
use crate::moment::When;

/// From the content; two events alike get a number, in the order of the file.
pub(super) fn generated_uid(event: &Event, made: &mut HashMap<String, usize>) -> String {
    let details = &event.details;
    let mut hash = Sha256::new();
    let start = key_of(&event.start).to_string();
    let length = format!("{:?}", event.length);
    let place = details.place_name.as_deref().unwrap_or_default();
    for part in [
        details.title.as_str(),
        &start,
        &length,
        place,
        &event.rules.join("\n"),
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hex(&hash.finalize());
    let name = format!("generated-{}", digest.get(..32).unwrap_or(&digest));
    let count = made.entry(name.clone()).or_insert(0);
    *count += 1;
    if *count == 1 {
        name
    } else {
        format!("{name}-{count}")
    }
}

pub(super) fn fingerprint(entry: &Entry) -> String {
    fn moment(when: Option<&When>) -> String {
        match when {
            None => String::new(),
            Some(When::Date { date }) => date.to_string(),
            Some(When::Time { instant, .. }) => instant.timestamp().to_string(),
        }
    }
    fn opt<T: ToString>(value: Option<&T>) -> String {
        value.map(ToString::to_string).unwrap_or_default()
    }
    let organizer = entry.organizer.as_ref();
    let mut parts = vec![
        "1".to_owned(),
        entry.title.clone(),
        opt(entry.description.as_ref()),
        moment(Some(&entry.start)),
        moment(entry.end.as_ref()),
        opt(entry.place_name.as_ref()),
        entry
            .coordinates
            .map(|at| format!("{:.6};{:.6}", at.lat, at.lon))
            .unwrap_or_default(),
        opt(entry.url.as_ref()),
        opt(entry.online_url.as_ref()),
        format!("{:?}", entry.status),
        opt(organizer.and_then(|o| o.name.as_ref())),
        opt(organizer.and_then(|o| o.uri.as_ref())),
        opt(entry.image_url.as_ref()),
        entry.categories.len().to_string(),
    ];
    parts.extend(entry.categories.iter().cloned());
    parts.extend(entry.attachments.iter().map(ToString::to_string));
    let mut hash = Sha256::new();
    for part in &parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
