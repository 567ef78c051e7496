# Navigation
nav-skip = Skip to content
nav-main = Main navigation
nav-agenda = Agenda
nav-month = Month
nav-following = Following
nav-about = About
nav-new-event = Add an event
nav-sign-in = Sign in
nav-sign-out = Sign out
nav-account = My account
nav-agendas = My agendas
nav-admin = Administration
nav-my-menu = My menu
nav-pending = { $n ->
    [one] { $n } thing waits for a decision
   *[other] { $n } things wait for a decision
}
link-new-tab = new tab

# Footer
footer-nav = Footer
footer-about = About { $site }
footer-follow = Follow this agenda
footer-ics = Subscribe in your calendar
footer-atom = Atom feed
footer-embed = Show this agenda on your website
footer-sign-up = Create an account
footer-made-with = Powered by Kiosque, free software (AGPL).
footer-source = Source code

# Days and hours
date-today = today
date-tomorrow = tomorrow
date-yesterday = yesterday
date-in-days = in { $n } days
date-days-ago = { $n } days ago
date-all-day = all day
date-zone = { $city } time ({ $offset })
date-until = until { $date }
date-since = since { $date }
date-ongoing = on now

# States of an event
status-confirmed = Confirmed
status-tentative = To be confirmed
status-postponed = Postponed
status-cancelled = Cancelled
status-sold-out = Sold out
status-past = Past
status-held = Awaiting moderation
status-draft = Draft

# Pages
pages-nav = Pages
pages-previous = Previous
pages-next = Next
pages-position = Page { $page } of { $total }
print-live = The agenda, up to date:

# Errors
error-to-agenda = See the agenda
error-400-title = Request not understood
error-400-text = The server did not understand this request. Go back to the previous page and try again.
error-401-title = Please sign in
error-401-text = You need to be signed in to see this page. Your session may have expired.
error-403-title = Access refused
error-403-text = You are not allowed to do this. If you came from a form left open for a long time, reload it and send it again.
error-404-title = Page not found
error-404-text = There is nothing at this address. The event may have moved, or the link is incomplete.
error-408-title = Too slow
error-408-text = What you sent came in too slowly. Check your connection, then try again.
error-410-title = Deleted
error-410-text = This content existed, and its author deleted it.
error-413-title = Too large
error-413-text = What you sent is larger than allowed. Make the picture or the text smaller, then try again.
error-421-title = Unknown site
error-421-text = No site answers to this name on this server. Check the address.
error-429-title = Too many requests
error-429-text = Many requests have just come from you. Wait a few minutes before trying again.
error-500-title = Something went wrong
error-500-text = The fault is ours, not yours. It has been noted. Try again in a moment.
error-503-title = Unavailable for a moment
error-503-text = The server is being maintained or is very busy. Try again in a moment.
error-expired-form = This form was left open too long. Reload the page, then send it again.

# Agenda shown inside another site
embed-see-all = The whole agenda
embed-heading = Show this agenda on your website
embed-intro = Copy these lines into a page of your website. They set no cookie and run no script.
embed-code = Code to copy: { $name }
embed-whole = Everything of { $name }
embed-others = Another agenda
embed-preview = Preview
embed-empty = Nothing planned for now.

# Messages said once
flash-saved = Saved.
flash-published = Published. The event is in the agenda.
flash-held = Received. A moderator will read it before it is published.
flash-draft-saved = Draft saved. Only you can see it.
flash-updated = Changes saved and sent to followers.
flash-cancelled = Event cancelled. Followers are being told.
flash-postponed = Event postponed. Followers are being told.
flash-deleted = Event deleted.
flash-duplicated = The copy is ready. Change its date, then publish it.
flash-occurrence-moved = Date moved.
flash-occurrence-cancelled = Date cancelled.
flash-signed-in = You are signed in.
flash-signed-out = You are signed out.
flash-password-changed = Password changed. Your other sessions are closed.
flash-email-confirmed = Address confirmed. You can sign in.
flash-follow-asked = Follow request sent.
flash-follow-removed = No longer followed.
flash-agenda-created = Agenda created.
flash-organiser-invited = Invitation sent.
flash-organiser-removed = This person no longer organises this agenda.
flash-source-added = Calendar added. It will be read regularly.
flash-source-removed = Calendar removed.
flash-source-read = Calendar read. Here is what became of it.
flash-source-check = The calendar will be read again in a moment.
flash-setup-done = Your site is ready. Publish your first event.

# Source code
source-heading = Source code
source-text = This site runs Kiosque { $version }, free software under the AGPL licence, version 3 or later. Ask the people in charge of the site for the address of its code: they owe it to you.
flash-applied = Request passed on.
flash-account-approved = Account accepted.
flash-account-refused = Request refused.
flash-account-closed = Your account is closed.
flash-email-asked = Open the link we just sent to the new address.
flash-email-changed = Address changed. Your other sessions are closed.
flash-session-ended = Session ended.
flash-password-reset = Password changed. Sign in.
flash-invitation-accepted = Invitation accepted.
flash-invitation-withdrawn = Invitation withdrawn.
flash-organiser-changed = Role changed.
flash-role-changed = Role changed.
flash-follower-accepted = Follower accepted.
flash-follower-refused = Follower refused.
flash-comment-shown = The reply is visible.
flash-comment-hidden = The reply is hidden.
