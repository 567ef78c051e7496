//! What the API answers.

use crate::listing::Listed;
use calendar::When;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use sites::Site;
use store::Id;

/// A place as the API writes and reads it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct PlaceView {
    pub(crate) name: String,
    pub(crate) street: String,
    pub(crate) postal_code: String,
    pub(crate) city: String,
    pub(crate) country: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) latitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) longitude: Option<f64>,
}

/// An event as the API answers it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct EventView {
    #[schema(value_type = String, format = Uuid)]
    id: Id,
    /// ActivityPub id.
    uri: String,
    /// Its page on this site.
    url: String,
    /// Its page where it was published.
    original_url: String,
    title: String,
    /// Markdown, or plain text for what came from elsewhere.
    description: String,
    /// Sanitised HTML.
    content: String,
    /// RFC 3339, on the clock of `timezone`.
    start: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    /// RFC 3339; exclusive for whole days.
    end: Option<String>,
    /// IANA name.
    timezone: String,
    all_day: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    online_url: Option<String>,
    category: String,
    tags: Vec<String>,
    /// In words.
    price: String,
    /// Known to cost nothing, or something.
    #[serde(skip_serializing_if = "Option::is_none")]
    free: Option<bool>,
    sold_out: bool,
    /// A moderator of the site marked it: its picture is shown to who asks for it.
    sensitive: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_url: Option<String>,
    language: String,
    /// `confirmed`, `tentative`, `postponed` or `cancelled`.
    status: &'static str,
    /// Why, in words.
    status_note: String,
    /// ActivityPub id of the agenda that published it.
    agenda: String,
    /// Host it came from.
    source: String,
    published: String,
    updated: String,
    /// Counts changes; sent with a change, it is refused when somebody else was faster.
    revision: i32,
}

fn rfc3339(when: When, zone: Tz) -> String {
    when.instant(zone).with_timezone(&zone).to_rfc3339()
}

/// An event as a site answers it.
pub(super) fn event_view(site: &Site, listed: &Listed) -> EventView {
    let Listed {
        object,
        event,
        author,
        place,
        tags,
        veil,
    } = listed;
    let zone = event.zone();
    EventView {
        id: object.id,
        uri: object.uri.clone(),
        url: site.url(&crate::cards::path(listed)),
        original_url: object.url.clone(),
        title: object.title.clone(),
        description: if event.source.is_empty() {
            text::plain(&event.content)
        } else {
            event.source.clone()
        },
        content: event.content.clone(),
        start: rfc3339(event.start(), zone),
        end: event.end().map(|end| rfc3339(end, zone)),
        timezone: event.timezone.clone(),
        all_day: event.all_day,
        place: place.as_ref().map(|place| PlaceView {
            name: place.name.clone(),
            street: place.street.clone(),
            postal_code: place.postal_code.clone(),
            city: place.locality.clone(),
            country: place.country.clone(),
            latitude: place.latitude,
            longitude: place.longitude,
        }),
        online_url: event.online_url.clone(),
        category: event.category.clone(),
        tags: tags.clone(),
        price: event.price.clone(),
        free: event.is_free,
        sold_out: event.sold_out,
        sensitive: veil.sensitive,
        registration_url: event.registration_url.clone(),
        language: object.language.clone(),
        status: event.status().as_str(),
        status_note: event.status_note.clone(),
        agenda: author.uri.clone(),
        source: author.host.clone(),
        published: object.published_at.0.to_rfc3339(),
        updated: object.updated_at.0.to_rfc3339(),
        revision: object.revision,
    }
}
