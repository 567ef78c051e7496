//! What an organiser finds on the page of an event: what is said to be wrong with it, and what can be done.

use crate::event::EventStatus;
use crate::listing::Listed;
use pages::Frame;
use publication::Correction;
use ui::agenda::Link;
use ui::event::EventView;
use ui::event_form::action_form;

/// Puts them on the page.
pub(super) fn add(
    frame: &Frame,
    listed: &Listed,
    corrections: &[Correction],
    view: &mut EventView,
) {
    let lang = frame.lang;
    let path = format!("/e/{}", listed.object.id);
    let proposed = corrections.iter().map(|one| {
        Link::new(
            &lang.t("correction-tool"),
            &format!("/corrections/{}", one.id),
        )
    });
    view.tools = proposed.collect();
    view.tools.extend([
        Link::new(&lang.t("event-edit"), &format!("{path}/edit")),
        Link::new(&lang.t("event-duplicate"), &format!("{path}/duplicate")),
    ]);
    match listed.event.status() {
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
    if listed.event.series_id.is_some() {
        view.tools
            .push(Link::new(&lang.t("series-link"), &format!("{path}/series")));
    }
    view.tools.push(Link::new(
        &lang.t("event-delete"),
        &format!("{path}/delete"),
    ));
}
