//! The page of an event.

use super::agenda::follow;
use super::around::{changes, occurrences};
use super::filters::category_name;
use crate::cards::{pictures, shown, source, tag_path};
use crate::json_ld;
use crate::listing::{Listed, Search, search};
use crate::rooms::Rooms;
use crate::series::{describe, recurrence_of};
use crate::{access, words};
use actix_web::{HttpResponse, web};
use pages::Frame;
use publication::personal::Hidden;
use publication::{
    Audience, Comment, Correction, ObjectState, all_comments_of, comments_of, history,
};
use sites::Site;
use store::{Conn, Id, Json, StoreError, Ts};
use ui::agenda::Link;
use ui::event::{EventView, PlaceView, event_page};
use ui::layout::{Alternate, NavItem, OpenGraph};
use ui::{Lang, SafeHtml};

/// What became of an address.
pub(super) enum Found {
    Nothing,
    Gone,
    Here(Box<Seen>),
}

/// An event and what its page shows around it.
pub(super) struct Seen {
    pub(super) listed: Listed,
    comments: Vec<Comment>,
    pub(super) history: Vec<(String, Json, Option<Id>, Ts)>,
    parent: Option<Listed>,
    pictures: pages::Pictures,
    /// Dates of the same series, this one among them.
    dates: Vec<Listed>,
    recurrence: Option<calendar::Recurrence>,
    /// Parts of this festival.
    parts: Vec<Listed>,
    /// What is said to be wrong, for its organisers.
    corrections: Vec<Correction>,
}

/// The event, when this viewer may see it on this site.
pub(super) async fn find(frame: &Frame, rooms: &Rooms, id: &str) -> Result<Found, StoreError> {
    let Some(id) = Id::parse(id) else {
        return Ok(Found::Nothing);
    };
    let (site, viewer, now) = (frame.site.clone(), frame.viewer.clone(), rooms.clock.ts());
    rooms
        .database
        .read(
            move |c| match access::find(c, &site, viewer.identity(), id)? {
                access::Found::Nothing => Ok(Found::Nothing),
                access::Found::Gone => Ok(Found::Gone),
                access::Found::Here(listed) => {
                    let who = viewer.identity();
                    let organiser = who.is_some_and(|who| who.may_edit(listed.object.actor_id));
                    let hidden = access::hidden_from(c, who, now)?;
                    Ok(Found::Here(Box::new(read(
                        c,
                        &site,
                        *listed,
                        (organiser, hidden),
                        now,
                    )?)))
                }
            },
        )
        .await
}

/// Dates and parts listed at most.
const AROUND: i64 = 60;

/// Replies shown at most.
const COMMENTS: i64 = 200;

fn read(
    c: &mut Conn,
    site: &Site,
    listed: Listed,
    (organiser, hidden): (bool, Hidden),
    now: Ts,
) -> Result<Seen, StoreError> {
    let id = listed.object.id;
    let parent = match listed.event.parent_id {
        Some(parent) => match access::find(c, site, None, parent)? {
            access::Found::Here(parent) => Some(*parent),
            access::Found::Gone | access::Found::Nothing => None,
        },
        None => None,
    };
    let actor = site.actor_id.unwrap_or(site.id);
    let parts = Search {
        parent: Some(id),
        hidden: hidden.clone(),
        ..Search::default()
    };
    let (dates, recurrence) = match listed.event.series_id {
        Some(series) => {
            let dates = Search {
                series: Some(series),
                // Those to come, and this one.
                from: Some(now.min(listed.event.starts_at)),
                hidden: hidden.clone(),
                ..Search::default()
            };
            let dates = search(c, site.id, actor, &dates, None, AROUND)?;
            (dates, recurrence_of(c, series)?)
        }
        None => (Vec::new(), None),
    };
    let mut comments = match organiser {
        true => all_comments_of(c, id, COMMENTS)?,
        false => comments_of(c, id, COMMENTS)?,
    };
    comments.retain(|reply| {
        !hidden.covers(&reply.author) && !hidden.says(reply.author.id, &[&reply.content])
    });
    Ok(Seen {
        corrections: match organiser {
            true => Correction::waiting_on(c, id)?,
            false => Vec::new(),
        },
        comments,
        history: history(c, id)?,
        pictures: pictures(c, std::slice::from_ref(&listed))?,
        parts: search(c, site.id, actor, &parts, None, AROUND)?,
        parent,
        dates,
        recurrence,
        listed,
    })
}

/// `GET /e/{id}`.
pub(super) async fn event(frame: Frame, rooms: Rooms, path: web::Path<String>) -> HttpResponse {
    match find(&frame, &rooms, &path).await {
        Ok(Found::Here(seen)) => show(&frame, &rooms, *seen),
        Ok(Found::Gone) => frame.error(410),
        Ok(Found::Nothing) => frame.error(404),
        Err(_) => frame.error(503),
    }
}

/// What the page says of an event; also the preview of the form.
pub(super) fn view(listed: &Listed, pictures: &pages::Pictures, now: Ts, lang: Lang) -> EventView {
    let Listed {
        object,
        event,
        author,
        place,
        tags,
        ..
    } = listed;
    let zone = event.zone();
    let first = event.start().date();
    let today = now.0.with_timezone(&zone).date_naive();
    EventView {
        title: object.title.clone(),
        content_lang: Some(object.language.clone())
            .filter(|tag| !tag.is_empty() && words::lang_of(tag) != lang),
        day: Some(first),
        last_day: event.end().map(|end| end.last_day()).filter(|last| {
            *last > first
                && (event.all_day
                    || event
                        .ends_at
                        .is_some_and(|end| (end.0 - event.starts_at.0).num_hours() > 18))
        }),
        when: words::when(event, lang),
        datetime: if event.all_day {
            ui::dates::iso_date(first)
        } else {
            ui::dates::iso_moment(event.starts_at.0, zone)
        },
        zone: ui::dates::zone_label(event.starts_at.0, zone, lang),
        relative: ui::dates::relative_day(first, today, lang).unwrap_or_default(),
        repeats: String::new(),
        place: place.as_ref().map(|place| PlaceView {
            name: place.name.clone(),
            address: [
                place.street.clone(),
                format!("{} {}", place.postal_code, place.locality)
                    .trim()
                    .to_owned(),
                place.country.clone(),
            ]
            .into_iter()
            .filter(|line| !line.is_empty())
            .collect(),
            coordinates: place.coordinates(),
            url: Some(format!("/places/{}", place.id)),
        }),
        online_url: event.online_url.clone().unwrap_or_default(),
        price: event.price.clone(),
        free: event.is_free == Some(true),
        registration_url: event.registration_url.clone().unwrap_or_default(),
        category: if event.category.is_empty() {
            String::new()
        } else {
            category_name(&event.category, lang)
        },
        tags: tags
            .iter()
            .map(|tag| Link::new(tag, &tag_path(tag)))
            .collect(),
        status: shown(event.status()),
        status_note: event.status_note.clone(),
        sold_out: event.sold_out,
        past: event.is_past(now),
        held: object.state() == ObjectState::Held,
        draft: object.state() == ObjectState::Draft,
        description: SafeHtml::trusted(event.content.clone()),
        picture: event
            .picture_id
            .and_then(|id| pictures.get(&id))
            .map(|stored| stored.at_least(1_280, &event.picture_alt)),
        sensitive: listed.veil.sensitive,
        organisers: organisers(listed),
        source: source(listed).map(|link| Link::new(&author.handle(), &link.url)),
        ics_url: format!("/e/{}.ics", object.id),
        report_url: report_url(&object.uri),
        ..EventView::default()
    }
}

/// Where somebody signed in hides an actor from themselves.
pub(super) fn hide_url(uri: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("about", uri)
        .finish();
    format!("/account/blocks?{query}")
}

/// Where the moderators are told of it.
pub(super) fn report_url(uri: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("about", uri)
        .finish();
    format!("/report?{query}")
}

fn organisers(listed: &Listed) -> Vec<Link> {
    let author = &listed.author;
    let page = author.url.clone().unwrap_or_else(|| author.uri.clone());
    let mut all = vec![Link::new(&author.name, &page)];
    if !listed.event.organizer.is_empty() && listed.event.organizer != author.name {
        all.push(Link::new(&listed.event.organizer, ""));
    }
    all
}

fn show(frame: &Frame, rooms: &Rooms, seen: Seen) -> HttpResponse {
    let (lang, now) = (frame.lang, rooms.clock.ts());
    let Listed {
        object,
        event,
        author,
        ..
    } = &seen.listed;
    let zone = event.zone();
    let mut view = view(&seen.listed, &seen.pictures, now, lang);
    view.parent = seen
        .parent
        .as_ref()
        .map(|parent| Link::new(&parent.object.title, &crate::cards::path(parent)));
    view.changes = changes(&seen, lang);
    if seen.dates.len() > 1 {
        view.occurrences = occurrences(&seen.dates, object.id, &object.title, lang);
    }
    view.programme = occurrences(&seen.parts, object.id, &object.title, lang);
    view.repeats = seen
        .recurrence
        .as_ref()
        .map(|rule| describe(rule, lang))
        .unwrap_or_default();
    let path = format!("/e/{}", object.id);
    let organiser = frame
        .viewer
        .identity()
        .is_some_and(|who| who.may_edit(object.actor_id));
    view.comments = seen
        .comments
        .iter()
        .map(|comment| ui::event::Comment {
            author: if comment.author.name.is_empty() {
                comment.author.username.clone()
            } else {
                comment.author.name.clone()
            },
            handle: comment.author.handle(),
            author_url: comment
                .author
                .url
                .clone()
                .unwrap_or_else(|| comment.author.uri.clone()),
            avatar: None,
            when: ui::dates::moment(comment.published_at.0, zone, lang),
            datetime: ui::dates::iso_moment(comment.published_at.0, zone),
            text: SafeHtml::trusted(comment.content.clone()),
            url: comment.url.clone().unwrap_or_default(),
            depth: 0,
            held: comment.held,
            tools: match organiser {
                true => super::comment::tools(frame, &path, comment),
                false => super::comment::links(frame, comment),
            },
        })
        .collect();
    view.live_url = frame.site.url(&path);
    if frame.viewer.identity().is_some() && !organiser {
        view.hide_url = hide_url(&author.uri);
    }
    if author.site_id == Some(frame.site.id) {
        view.follow = Some(follow(author));
    }
    if organiser {
        super::event_tools::add(frame, &seen.listed, &seen.corrections, &mut view);
    }
    let mut page = frame.page(&object.title, event_page(&view, lang));
    page.nav_current = NavItem::Agenda;
    page.description = text::plain(&words::summary(
        event,
        seen.listed.place.as_ref(),
        lang.tag(),
    ));
    page.json_ld = Some(json_ld::event(
        &frame.site,
        &seen.listed,
        view.picture.as_ref(),
    ));
    page.noindex = object.audience() != Audience::Public || object.state() != ObjectState::Public;
    page.og = OpenGraph {
        kind: "article",
        image: view.picture.clone().map(|picture| ui::Picture {
            src: frame.site.url(&picture.src),
            ..picture
        }),
    };
    page.alternates = vec![
        Alternate {
            media_type: "text/calendar",
            href: view.ics_url.clone(),
            title: object.title.clone(),
            lang: None,
        },
        Alternate {
            media_type: "application/activity+json",
            href: object.uri.clone(),
            title: String::new(),
            lang: None,
        },
    ];
    frame.html(&page)
}
