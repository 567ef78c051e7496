//! Our event as other servers read it.

use crate::event::{Event, EventStatus};
use crate::place::Place;
use activitystreams::EventStatus as WireStatus;
use activitystreams::write::{
    self, AudienceForm, ImageForm, JoinMode, PlaceForm, PostalAddress, Replies, TagForm,
};
use calendar::When;
use diesel::prelude::*;
use federation::Actor;
use publication::{Audience, CommentPolicy, Object};
use sites::Site;
use store::schema::media;
use store::{Conn, Id, StoreError};
use url::Url;

pub(super) fn stored_picture(
    conn: &mut Conn,
    site: &Site,
    id: Id,
) -> Result<Option<ImageForm>, StoreError> {
    let found: Option<(String, String, i32, i32, String, f64, f64)> = media::table
        .find(id)
        .select((
            media::file_name,
            media::media_type,
            media::width,
            media::height,
            media::blurhash,
            media::focal_x,
            media::focal_y,
        ))
        .first(conn)
        .optional()?;
    Ok(
        found.and_then(|(name, media_type, width, height, blurhash, x, y)| {
            Some(ImageForm {
                url: Url::parse(&site.url(&format!("/media/{name}"))).ok()?,
                media_type,
                alt: None,
                width: u32::try_from(width).ok(),
                height: u32::try_from(height).ok(),
                blurhash: Some(blurhash).filter(|hash| !hash.is_empty()),
                focal_point: Some((x, y)),
            })
        }),
    )
}

/// All that goes into the written form.
pub(super) struct Written<'a> {
    pub(super) site: &'a Site,
    pub(super) object: &'a Object,
    pub(super) event: &'a Event,
    pub(super) author: &'a Actor,
    pub(super) place: Option<&'a Place>,
    pub(super) picture: Option<ImageForm>,
    pub(super) tags: Vec<String>,
}

impl Written<'_> {
    pub(super) fn form(self) -> Option<write::EventForm> {
        let Self {
            site,
            object,
            event,
            author,
            place,
            picture,
            tags,
        } = self;
        let zone = event.zone();
        let at = |when: When| when.instant(zone).with_timezone(&zone).fixed_offset();
        let url = |text: &Option<String>| text.as_deref().and_then(|text| Url::parse(text).ok());
        let end = event.end().or_else(|| match event.start() {
            // A whole day without an end is that day.
            When::Date { date } => date.succ_opt().map(When::day),
            When::Time { .. } => None,
        });
        let language = if object.language.is_empty() {
            site.default_language.clone()
        } else {
            object.language.clone()
        };
        Some(write::EventForm {
            id: Url::parse(&object.uri).ok()?,
            url: Url::parse(&object.url).ok()?,
            agenda: Url::parse(&author.uri).ok()?,
            agenda_followers: Url::parse(author.followers_url.as_deref()?).ok()?,
            organiser: Url::parse(&site.actor_uri()).ok()?,
            organisers: Vec::new(),
            name: object.title.clone(),
            summary: crate::words::summary(event, place, &language),
            content: event.content.clone(),
            language,
            start: at(event.start()),
            end: end.map(at),
            display_end_time: end.is_some(),
            timezone: Some(zone.name().to_owned()),
            previous_start: event
                .previous_start
                .map(|ts| ts.0.with_timezone(&zone).fixed_offset()),
            place: place.map(|place| PlaceForm {
                id: Url::parse(&site.url(&format!("/places/{}", place.id))).ok(),
                name: place.name.clone(),
                address: PostalAddress {
                    street: some(&place.street),
                    postal_code: some(&place.postal_code),
                    locality: some(&place.locality),
                    region: some(&place.region),
                    country: some(&place.country),
                },
                coordinates: place.coordinates(),
            }),
            online_url: url(&event.online_url),
            is_online: event.online_url.is_some(),
            website: url(&event.website_url),
            links: Vec::new(),
            category: some(&event.category),
            tags: tags
                .into_iter()
                .filter_map(|name| {
                    let mut href = Url::parse(&site.url("/")).ok()?;
                    href.query_pairs_mut().append_pair("tag", &name);
                    Some(TagForm {
                        name: name.replace(' ', ""),
                        href,
                    })
                })
                .collect(),
            images: picture
                .map(|image| ImageForm {
                    alt: some(&event.picture_alt),
                    ..image
                })
                .into_iter()
                .collect(),
            status: match event.status() {
                EventStatus::Confirmed => WireStatus::Confirmed,
                EventStatus::Tentative => WireStatus::Tentative,
                EventStatus::Postponed => WireStatus::Postponed,
                EventStatus::Cancelled => WireStatus::Cancelled,
            },
            join_mode: JoinMode::External,
            participation_url: url(&event.registration_url),
            maximum_attendees: None,
            replies: match CommentPolicy::from_word(&object.comments) {
                Some(CommentPolicy::Open) => Replies::Open,
                Some(CommentPolicy::Moderated) => Replies::Moderated,
                Some(CommentPolicy::Closed) | None => Replies::Closed,
            },
            audience: match object.audience() {
                Audience::Public => AudienceForm::Public,
                Audience::Unlisted => AudienceForm::Unlisted,
                Audience::Followers | Audience::Private => AudienceForm::Followers,
            },
            published: object.published_at.0,
            updated: object.updated_at.0,
        })
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}
