//! The `@context` of what we write (R-ACT-02, A.3, A.5.4, A.7): two addresses
//! that every peer has at hand, then one inline map.

use serde_json::{Map, Value, json};

pub(super) const AS2: &str = "https://www.w3.org/ns/activitystreams";
const SECURITY: &str = "https://w3id.org/security/v1";

/// The terms of the nine answers about an instance (S002-16), under PeerTube's
/// key names, each with what it says.
pub(crate) const ABOUT_TERMS: [(&str, &str); 9] = [
    ("categories", "Subjects of the instance"),
    ("languages", "Languages the moderators speak, BCP 47"),
    ("codeOfConduct", "Code of conduct"),
    ("moderationInformation", "Who moderates, and how"),
    ("administrator", "Who is behind the instance"),
    ("creationReason", "Why it was created"),
    ("maintenanceLifetime", "For how long it will be kept up"),
    ("businessModel", "How it is financed"),
    ("hardwareInformation", "What it runs on"),
];

fn with_terms(terms: Map<String, Value>) -> Value {
    json!([AS2, SECURITY, Value::Object(terms)])
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn actor_terms(namespace: &str) -> Map<String, Value> {
    object(json!({
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "toot": "http://joinmastodon.org/ns#",
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
        "movedTo": {"@id": "as:movedTo", "@type": "@id"},
        "schema": "http://schema.org#",
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
        "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
        "Multikey": "https://w3id.org/security#Multikey",
        "assertionMethod": {"@id": "https://w3id.org/security#assertionMethod", "@type": "@id"},
        "controller": {"@id": "https://w3id.org/security#controller", "@type": "@id"},
        "publicKeyMultibase": "https://w3id.org/security#publicKeyMultibase",
        "upcomingEvents": {"@id": "https://w3id.org/fep/8a8e/upcomingEvents", "@type": "@id"},
        "implements": {"@id": "https://w3id.org/fep/844e/implements", "@type": "@id"},
        "kiosque": namespace,
    }))
}

pub(super) fn actor(namespace: &str) -> Value {
    with_terms(actor_terms(namespace))
}

pub(super) fn instance_actor(namespace: &str) -> Value {
    let mut terms = actor_terms(namespace);
    for (term, _) in ABOUT_TERMS {
        terms.insert(term.to_owned(), Value::String(format!("kiosque:{term}")));
    }
    with_terms(terms)
}

pub(super) fn agenda_actor(namespace: &str) -> Value {
    let mut terms = actor_terms(namespace);
    terms.insert("mz".to_owned(), json!("https://joinmobilizon.org/ns#"));
    terms.insert("openness".to_owned(), json!("mz:openness"));
    for collection in [
        "events",
        "members",
        "posts",
        "resources",
        "todos",
        "discussions",
    ] {
        terms.insert(
            collection.to_owned(),
            json!({"@id": format!("mz:{collection}"), "@type": "@id"}),
        );
    }
    with_terms(terms)
}

/// `location` stays `as:location`: Friendica reads the compacted document.
pub(super) fn event(namespace: &str) -> Value {
    with_terms(object(json!({
        "sc": "http://schema.org#",
        "mz": "https://joinmobilizon.org/ns#",
        "ical": "http://www.w3.org/2002/12/cal/ical#",
        "toot": "http://joinmastodon.org/ns#",
        "fep": "https://w3id.org/fep/8a8e/",
        "kiosque": namespace,
        "Hashtag": "as:Hashtag",
        "PostalAddress": "sc:PostalAddress",
        "address": "sc:address",
        "streetAddress": "sc:streetAddress",
        "postalCode": "sc:postalCode",
        "addressLocality": "sc:addressLocality",
        "addressRegion": "sc:addressRegion",
        "addressCountry": "sc:addressCountry",
        "category": "sc:category",
        "inLanguage": "sc:inLanguage",
        "maximumAttendeeCapacity": "sc:maximumAttendeeCapacity",
        "status": "ical:status",
        "timezone": "mz:timezone",
        "isOnline": "mz:isOnline",
        "joinMode": "mz:joinMode",
        "externalParticipationUrl": "mz:externalParticipationUrl",
        "commentsEnabled": "https://joinpeertube.org/ns#commentsEnabled",
        "repliesModerationOption": "mz:repliesModerationOption",
        "eventStatus": "fep:eventStatus",
        "displayEndTime": "fep:displayEndTime",
        "previousStartTime": "fep:previousStartTime",
        "organizers": {"@id": "fep:organizers", "@type": "@id"},
        "isBannerImage": "fep:isBannerImage",
        "blurhash": "toot:blurhash",
        "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
    })))
}

/// The document served at the namespace address: every `kiosque:` term.
pub fn namespace_document(namespace: &str) -> Value {
    let mut terms = Map::new();
    terms.insert("kiosque".to_owned(), json!(namespace));
    terms.insert(
        "rdfs".to_owned(),
        json!("http://www.w3.org/2000/01/rdf-schema#"),
    );
    terms.insert("comment".to_owned(), json!("rdfs:comment"));
    terms.insert("member".to_owned(), json!("rdfs:member"));
    for (term, _) in ABOUT_TERMS {
        terms.insert(term.to_owned(), json!(format!("kiosque:{term}")));
    }
    let defined: Vec<Value> = ABOUT_TERMS
        .iter()
        .map(|(term, comment)| {
            json!({"@id": format!("{namespace}{term}"), "@type": "http://www.w3.org/1999/02/22-rdf-syntax-ns#Property", "comment": comment})
        })
        .collect();
    json!({"@context": terms, "@id": namespace, "member": defined})
}
