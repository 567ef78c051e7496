//! The page of an event.

use super::agenda::follow;
use super::home::category_name;
use crate::cards::{pictures, shown, source, tag_path};
use crate::event::EventStatus;
use crate::json_ld;
use crate::listing::{Listed, is_shown, one};
use crate::rooms::Rooms;
use crate::words;
use actix_web::{HttpResponse, web};
use pages::Frame;
use publication::{Audience, Comment, Object, ObjectState, comments_of, history};
use store::{Conn, Id, Json, StoreError, Ts, read_wall};
use ui::agenda::Link;
use ui::event::{Change, EventView, PlaceView, event_page};
use ui::event_form::action_form;
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
    history: Vec<(String, Json, Option<Id>, Ts)>,
    parent: Option<Object>,
    pictures: crate::cards::Pictures,
}

/// The event, when this viewer may see it on this site. Hidden and absent look the same (ACL-02).
pub(super) async fn find(frame: &Frame, rooms: &Rooms, id: &str) -> Result<Found, StoreError> {
    let Some(id) = Id::parse(id) else {
        return Ok(Found::Nothing);
    };
    let (site, actor) = (frame.site.id, frame.site.actor_id.unwrap_or(frame.site.id));
    let viewer = frame.viewer.clone();
    rooms
        .database
        .read(move |c| {
            let Some(object) = Object::by_id(c, id)?.filter(|object| object.kind == "event") else {
                return Ok(Found::Nothing);
            };
            let own = object.site_id == Some(site);
            let organises = own
                && viewer
                    .identity()
                    .is_some_and(|who| who.may_edit(object.actor_id));
            if object.state() == ObjectState::Deleted {
                return Ok(if own { Found::Gone } else { Found::Nothing });
            }
            let open = match object.audience() {
                Audience::Public => own || is_shown(c, site, actor, id)?,
                Audience::Unlisted => own,
                Audience::Followers | Audience::Private => false,
            };
            if !organises && !(open && object.state() == ObjectState::Public) {
                return Ok(Found::Nothing);
            }
            read(c, id).map(|seen| seen.map_or(Found::Nothing, |seen| Found::Here(Box::new(seen))))
        })
        .await
}

fn read(c: &mut Conn, id: Id) -> Result<Option<Seen>, StoreError> {
    let Some(listed) = one(c, id)? else {
        return Ok(None);
    };
    let parent = match listed.event.parent_id {
        Some(parent) => Object::by_id(c, parent)?.filter(Object::is_visible),
        None => None,
    };
    Ok(Some(Seen {
        comments: comments_of(c, id, 200)?,
        history: history(c, id)?,
        pictures: pictures(c, std::slice::from_ref(&listed))?,
        parent,
        listed,
    }))
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
pub(super) fn view(
    listed: &Listed,
    pictures: &crate::cards::Pictures,
    now: Ts,
    lang: Lang,
) -> EventView {
    let Listed {
        object,
        event,
        author,
        place,
        tags,
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
            .map(|tag| Link::new(&format!("#{tag}"), &tag_path(tag)))
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
        organisers: organisers(listed),
        source: source(listed).map(|link| Link::new(&author.handle(), &link.url)),
        ics_url: format!("/e/{}.ics", object.id),
        ..EventView::default()
    }
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

fn changes(seen: &Seen, lang: Lang) -> Vec<Change> {
    let zone = seen.listed.event.zone();
    let mut all = Vec::new();
    for (action, changes, _, at) in &seen.history {
        if action != "revised" {
            continue;
        }
        let before = |key: &str| {
            changes
                .0
                .get(key)
                .and_then(|pair| pair.get(0))
                .and_then(|old| old.as_str())
        };
        let after = |key: &str| {
            changes
                .0
                .get(key)
                .and_then(|pair| pair.get(1))
                .and_then(|new| new.as_str())
        };
        let mut say = |text: String| {
            all.push(Change {
                when: ui::dates::moment(at.0, zone, lang),
                datetime: ui::dates::iso_moment(at.0, zone),
                text,
            });
        };
        if let Some(old) = before("title") {
            say(lang.ta("event-change-title", &[("old", old.to_owned().into())]));
        }
        if let Some(old) = before("start").and_then(read_wall) {
            let old = format!(
                "{}, {}",
                ui::dates::long_date(old.date(), lang),
                ui::dates::time(old.time(), lang)
            );
            say(lang.ta("event-change-when", &[("old", old.into())]));
        }
        match after("status").and_then(EventStatus::from_word) {
            Some(EventStatus::Cancelled) => say(lang.t("event-change-cancelled")),
            Some(EventStatus::Postponed) => say(lang.t("event-change-postponed")),
            Some(EventStatus::Confirmed) => say(lang.t("event-change-restored")),
            _ => {}
        }
    }
    all.reverse();
    all.truncate(5);
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
        .map(|parent| Link::new(&parent.title, &format!("/e/{}", parent.id)));
    view.changes = changes(&seen, lang);
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
            held: false,
        })
        .collect();
    let path = format!("/e/{}", object.id);
    view.live_url = frame.site.url(&path);
    if author.site_id == Some(frame.site.id) {
        view.follow = Some(follow(author, lang));
    }
    if frame
        .viewer
        .identity()
        .is_some_and(|who| who.may_edit(object.actor_id))
    {
        view.tools = vec![
            Link::new(&lang.t("event-edit"), &format!("{path}/edit")),
            Link::new(&lang.t("event-duplicate"), &format!("{path}/duplicate")),
        ];
        match event.status() {
            EventStatus::Cancelled => {
                view.tool_forms.push(action_form(
                    &format!("{path}/restore"),
                    frame.csrf(),
                    "check",
                    &lang.t("event-restore"),
                    false,
                ));
            }
            _ => {
                view.tools.push(Link::new(
                    &lang.t("event-postpone"),
                    &format!("{path}/postpone"),
                ));
                view.tools.push(Link::new(
                    &lang.t("event-cancel"),
                    &format!("{path}/cancel"),
                ));
            }
        }
        view.tools.push(Link::new(
            &lang.t("event-delete"),
            &format!("{path}/delete"),
        ));
    }
    let mut page = frame.page(&object.title, event_page(&view, lang));
    page.nav_current = NavItem::Agenda;
    page.description = publication::text::plain(&words::summary(
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
