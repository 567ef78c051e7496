//! The following page: for visitors the two lists, for moderators the means to change them.

use super::{Circle, PATH, circle, shown_state};
use crate::about::site_follow_box;
use crate::rooms::Rooms;
use actix_web::HttpResponse;
use federation::Actor;
use federation::follow::Follow;
use pages::Frame;
use ui::following::{ActorKind, FollowRow, FollowState, FollowingView, following_page};
use ui::{FormErrors, NavItem, Page, dates};

pub(crate) async fn show(frame: Frame, rooms: Rooms) -> HttpResponse {
    answer(&frame, &rooms, "", FormErrors::new(), None).await
}

/// The page; with a status, as the answer to a form.
pub(super) async fn answer(
    frame: &Frame,
    rooms: &Rooms,
    typed: &str,
    errors: FormErrors,
    status: Option<u16>,
) -> HttpResponse {
    let (site, own) = (frame.site.id, frame.site.actor_id);
    match rooms
        .database
        .read(move |conn| circle(conn, site, own))
        .await
    {
        Ok(circle) => {
            let page = page(frame, &circle, typed, errors);
            match status {
                Some(status) => frame.answer(status, &page),
                None => frame.html(&page),
            }
        }
        Err(error) => {
            tracing::error!(%error, "follows could not be read");
            frame.error(500)
        }
    }
}

fn page(frame: &Frame, circle: &Circle, typed: &str, errors: FormErrors) -> Page {
    let lang = frame.lang;
    let moderator = frame.viewer.is_moderator();
    // Answers of people and refusals are the moderators' business.
    let visible = |follow: &Follow| moderator || shown_state(follow) == Some("accepted");
    let following = circle
        .following
        .iter()
        .filter(|(follow, _)| visible(follow))
        .map(|(follow, actor)| row(frame, circle, follow, actor, None))
        .collect();
    let followers: Vec<FollowRow> = circle
        .followers
        .iter()
        .filter(|(follow, actor, _)| {
            let waits = shown_state(follow) != Some("accepted");
            visible(follow) && (waits || is_instance(actor) || actor.kind == "Group")
        })
        .map(|(follow, actor, target)| row(frame, circle, follow, actor, Some(target)))
        .collect();
    let accepted = circle
        .followers
        .iter()
        .filter(|(follow, ..)| shown_state(follow) == Some("accepted"))
        .count();
    let view = FollowingView {
        following,
        followers,
        followers_total: u32::try_from(accepted).unwrap_or(u32::MAX),
        action: if moderator {
            PATH.to_owned()
        } else {
            String::new()
        },
        csrf: frame.csrf().to_owned(),
        target: typed.to_owned(),
        errors,
        follow_box: site_follow_box(&frame.site, lang),
    };
    let mut page = frame.page(&lang.t("following-heading"), following_page(&view, lang));
    page.nav_current = NavItem::Following;
    page
}

fn is_instance(actor: &Actor) -> bool {
    matches!(actor.kind.as_str(), "Application" | "Service")
}

/// One line. `target` is our actor that is followed, for a follower.
fn row(
    frame: &Frame,
    circle: &Circle,
    follow: &Follow,
    actor: &Actor,
    target: Option<&Actor>,
) -> FollowRow {
    let lang = frame.lang;
    let moderator = frame.viewer.is_moderator();
    let silent = circle.silent.get(&actor.host);
    let state = match (shown_state(follow), silent) {
        (Some("accepted"), Some(_)) => FollowState::Unreachable,
        (Some("accepted"), None) => FollowState::Accepted,
        (Some("pending"), _) => FollowState::Pending,
        _ => FollowState::Refused,
    };
    let at = match state {
        FollowState::Pending => follow.created_at,
        _ => follow.decided_at.unwrap_or(follow.created_at),
    };
    let key = match state {
        FollowState::Pending => "following-asked-on",
        FollowState::Refused => "following-refused-on",
        FollowState::Accepted | FollowState::Unreachable => "following-since",
    };
    let day = at.0.with_timezone(&frame.site.timezone).date_naive();
    let on = [("date", dates::long_date(day, lang).into())];
    let last_error = match (moderator, &follow.last_error, silent) {
        (false, ..) => String::new(),
        (true, Some(error), _) => error.clone(),
        (true, None, Some(error)) => error.clone(),
        (true, None, None) => String::new(),
    };
    let name = match actor.name.is_empty() {
        true => actor.host.clone(),
        false => actor.name.clone(),
    };
    FollowRow {
        name,
        handle: match actor.username.is_empty() {
            true => actor.host.clone(),
            false => actor.handle(),
        },
        url: actor.url.clone().unwrap_or_else(|| actor.uri.clone()),
        kind: match actor.kind.as_str() {
            "Group" => ActorKind::Agenda,
            "Person" => ActorKind::Person,
            _ => ActorKind::Instance,
        },
        state,
        ours: target
            .filter(|target| Some(target.id) != frame.site.actor_id)
            .map(|target| target.name.clone())
            .unwrap_or_default(),
        since: lang.ta(key, &on),
        datetime: dates::iso_moment(at.0, frame.site.timezone),
        last_error,
        events: match target {
            Some(_) => None,
            None => {
                let count = circle.received.get(&actor.host).copied().unwrap_or(0);
                Some(u32::try_from(count).unwrap_or(u32::MAX))
            }
        },
        action: match moderator {
            true => format!("{PATH}/act"),
            false => String::new(),
        },
        id: follow.id.to_string(),
    }
}
