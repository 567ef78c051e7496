# Reporting
report-link = Report
report-heading = Report a problem
report-about = About:
report-intro = The moderators of { $site } read every report. The person reported never learns who you are.
report-why = What is wrong?
report-reason-wrong-fact = Something is not right: date, place, price, credit
report-reason-spam = Advertising, or the same again and again
report-reason-harassment = Insults, threats or harassment
report-reason-hate = Hatred of people for what they are
report-reason-privacy = Somebody’s address, name or picture against their will
report-reason-impersonation = Somebody pretends to be somebody else
report-reason-copyright = A work published without leave
report-reason-sensitive = Shocking content without a warning
report-reason-illegal = Something against the law
report-reason-other = Something else
report-field = Which part?
report-field-help = For instance: the starting time.
report-text = Tell us more
report-text-help = Needed when something is not right and you do not say what is, or for “something else”.
report-email = Your mail address
report-email-help = We send a link to confirm, then our answer. It is never shown.
report-send = Send the report
report-no-mail = This site sends no mail: sign in to report.
report-gone = This page does not exist, or no longer: there is nothing to report.
report-asked-heading = One more click
report-asked-text = Open the link that we have just sent to your address: your report is sent then.
report-confirm-heading = Confirm the report
report-confirm-text = One click, and the moderators will read it.
report-confirm-send = Confirm
report-dead-text = This link was used already or is older than 24 hours. You can report again.
report-thanks-heading = Thank you
report-thanks-text = The moderators will read your report. We will tell you what they decide.

# The queue
queue-heading = To do
queue-intro = Everything that waits for somebody, the oldest first.
queue-none = Nothing waits. Have a good day!
queue-none-filtered = Nothing of the kind waits.
queue-filter = Show only
queue-filter-do = Show
queue-all = Everything
queue-mine = What I look after
queue-source-reports = Reports
queue-source-appeals = Appeals
queue-source-held = Held publications
queue-source-comments = Held replies
queue-source-sign-ups = Sign-ups
queue-source-followers = Follow requests
queue-source-parked = Parked messages
queue-col-what = What
queue-col-why = Why
queue-col-since = Since
queue-col-who = Looked after by
queue-select = Select
queue-act = For the selected lines
queue-act-help = You see the list first, then confirm.
queue-act-go = Go on
queue-do-take = Look after it
queue-do-dismiss = Dismiss
queue-do-measure = Take a measure and close
queue-whole = All lines of this page
queue-on-things = On what was reported
queue-on-authors = On whoever published it
queue-do-uphold = Keep the decision
queue-do-lift = Lift the decision
queue-do-approve = Approve
queue-do-refuse = Refuse
queue-do-retry = Try again
queue-do-drop = Throw away
queue-choose-some = Select a line and an action at least.
queue-choose-one-kind = Select lines of one kind for this action.
queue-preview-heading = Check before you confirm
queue-preview-text = { $n ->
     [one] One line will be done:
    *[other] { $n } lines will be done:
}
queue-words = A few words to those concerned
queue-confirm = Confirm
queue-done-all = { $n ->
     [one] Done.
    *[other] Done: { $n } lines.
}
queue-done-some = { $n ->
     [one] One line could not be done:
    *[other] { $n } lines could not be done:
}
queue-keys = With the keyboard: arrows to change line, Space to choose it, Tab then Enter to open it.
queue-next = Next
queue-first = Beginning

# A case
case-heading = Report: { $title }
case-see = See the page
case-gone = What is reported no longer exists.
case-reports = What was reported
case-from-account = By { $name }
case-from-visitor = By a visitor, address confirmed
case-from-server = By the instance { $host }
case-times = Reported { $n } times by the same person
case-copy = The content as it was
case-open = Open
case-closed = Closed: { $outcome }
case-outcome-acted = A decision was taken
case-outcome-corrected = The mistake is corrected
case-outcome-dismissed = Nothing against the rules
case-assigned = { $name } looks after it
case-unassigned = Nobody looks after it
case-take = I look after it
case-release = Leave it to others
case-talk = Exchanges
case-talk-none = No notes so far.
case-note = Note among moderators
case-note-add = Add the note
case-to-reporter = Write to who reported
case-to-subject = Write to those concerned
case-to-subject-help = They do not learn who reported.
case-write = Send
case-kind-note = Note
case-kind-to-reporter = To who reported
case-kind-to-subject = To those concerned
case-kind-step = Step
case-step-taken = looks after it
case-step-assigned = gave the case to somebody
case-step-unassigned = left the case
case-step-reopened = opened the case again
case-step-acted = closed the case: decision taken
case-step-corrected = closed the case: mistake corrected
case-step-dismissed = closed the case: nothing wrong
case-step-measure = took a decision: { $measure }
case-close = Close the case
case-close-outcome = What to answer who reported?
case-close-words = A few more words
case-reopen = Open the case again
case-forward = Tell the server of origin
case-forward-help = { $host } gets your words, never the name of who reported.
case-forward-do = Forward
case-forwarded = Forwarded to the server of origin
case-server = The server
case-account = The person

# Measures
measure-heading = Decide
measure-what = What to do?
measure-on = On what?
measure-on-target = This: { $title }
measure-on-actor = The author: { $title }
measure-on-account = The person: { $title }
measure-on-host = The whole server: { $title }
measure-do-warn = Warn
measure-do-unlist = Take out of lists; the page stays
measure-do-lock = Close the replies
measure-do-remove = Remove; it can come back
measure-do-purge = Erase for ever
measure-do-freeze = Freeze: nothing new
measure-do-hold = Read before it is shown
measure-do-kinds = Show its events only
measure-do-suspend = Suspend: nothing is shown
measure-do-sensitive = Mark as sensitive: pictures are hidden at first
measure-do-media = Do not take its pictures
measure-do-block = Block: no traffic at all, for the whole server
measure-reason = For which reason?
measure-message = What we tell the person
measure-message-help = They get the reason, your words and a link to answer.
measure-days = For how many days?
measure-days-help = Empty: no end set.
measure-take = Take the decision
measure-undo = Undo
measure-history = Decisions taken before
measure-none = No decision so far.
measure-until = until { $date }
measure-holds = in force
measure-over = over
measure-undone = taken back
measure-name-warn = Warning
measure-name-unlist = Taken out of lists
measure-name-lock = Replies closed
measure-name-remove = Removed
measure-name-purge = Erased
measure-name-freeze = Frozen
measure-name-hold = Read before publication
measure-name-kinds = Some kinds only
measure-name-suspend = Suspended
measure-name-sensitive = Marked sensitive
measure-name-media = Without pictures
measure-name-block = Blocked
measures-heading = Decisions in force
measures-intro = Everything that holds today, and can be undone.
measures-none = No decision is in force.

# Appealing
appeal-heading = A decision about you
appeal-what = The decision
appeal-why = The reason
appeal-words = The moderators’ words
appeal-since = Since
appeal-until = Until
appeal-ask = You do not agree?
appeal-ask-help = Say why. Somebody else than who decided reads it, where there is somebody else.
appeal-send = Answer the decision
appeal-waits = Your answer came in on { $date }. We answer by mail.
appeal-lifted = The decision was lifted.
appeal-upheld = The decision stays.
appeal-dead-heading = This link leads nowhere
appeal-dead-text = It is too old or not whole. Copy it in full from the mail.
appeal-admin-heading = Appeal: { $title }
appeal-text = What the person says
appeal-decide = Answer
appeal-answer = Your words to the person
appeal-other = You took this decision: somebody else must answer.
appeal-lift = Lift the decision
appeal-uphold = Keep the decision

# The record
record-heading = Moderation record
record-intro = Each step, for ever. “kiosque doctor” checks that nothing is missing.
record-none = Nothing was decided yet.
record-col-when = When
record-col-who = Who
record-col-what = What
record-col-on = On what
record-by-server = The server
record-by-gone = A closed account
record-action-case-opened = Report received
record-action-case-closed = Case closed
record-action-case-reopened = Case opened again
record-action-measure-taken = Decision taken
record-action-measure-undone = Decision taken back
record-action-measure-ended = Decision came to its end
record-action-appeal-made = Decision appealed
record-action-appeal-decided = Appeal decided
record-action-report-forwarded = Report forwarded
record-action-held-approved = Held content approved
record-action-held-refused = Held content refused

# Reading before publication
hold-heading = Read before it is published
hold-intro = What waits for a moderator before it is shown. Moderators and trusted people are not concerned.
hold-first = The first publications of each account
hold-first-help = How many: 0 for none, { $most } at most. After them the account is trusted by itself.
hold-links = What has a link
hold-pictures = What has a picture
hold-edits = Changes of what was shown already
hold-strange = Replies from instances of which nothing was shown yet
hold-words = Watched words
hold-words-help = One to a line. Capitals, accents and look-alike letters do not count.
hold-save = Save
hold-error-first = A number from 0 to 50.
hold-error-words = At most 500 words of 100 letters.
flash-hold-saved = Saved.

# Errors
moderation-error-forbidden = You may not do this.
moderation-error-somebody-else-decides = You are concerned: somebody else must decide.
moderation-error-measure-does-not-fit = This decision does not fit here.
moderation-error-decided-meanwhile = This is decided already. Load the page again.
moderation-error-unknown-reason = Choose a reason.
moderation-error-text-missing = A few words are needed here.
moderation-error-text-too-long = This text is too long.
moderation-error-not-an-end = A number of days between 1 and 3660.
moderation-error-not-an-email = This is not a mail address.
moderation-error-no-mail = This site sends no mail.
moderation-error-too-many-attempts = Too many requests. Try again later.
moderation-error-not-found = There is no such thing here.

# Said on the page
flash-report-sent = Thank you. The moderators will read your report.
flash-case-assigned = Noted.
flash-case-note = Note added.
flash-case-written = Message sent.
flash-case-closed = Case closed. Those who reported are told.
flash-case-reopened = Case opened again.
flash-case-forwarded = Forwarded to the server of origin.
flash-measure-taken = Decision taken, and told to those concerned.
flash-measure-undone = Decision taken back.
flash-appeal-decided = Answer sent.
flash-appeal-sent = Your answer came in.
flash-queue-done = Done.

# Letters
mail-report-confirm-subject = Confirm your report on { $site }
mail-report-confirm-text = You report “{ $title }”. Open this link and confirm: the moderators read it then. It is good for { $hours } hours.
mail-report-decided-subject = Your report on { $site }
mail-report-decided-text = You reported “{ $title }”. { $outcome }
mail-report-outcome-acted = The moderators took a decision. Thank you for your help.
mail-report-outcome-corrected = The mistake is corrected. Thank you for your help.
mail-report-outcome-dismissed = The moderators read it and see nothing against the rules of the site.
mail-case-message-subject = The moderators of { $site } write to you
mail-case-message-text = About “{ $title }”:
mail-measure-subject = A decision about you on { $site }
mail-measure-text = { $what }
mail-measure-reason = Reason: { $reason }.
mail-measure-until = This decision ends on { $date }.
mail-measure-appeal = If you do not agree, answer here: { $link }
mail-measure-what-warn = The moderators warn you about “{ $title }”. Nothing changes for now.
mail-measure-what-unlist = “{ $title }” no longer stands in the lists of the site. Whoever has the address still sees the page.
mail-measure-what-lock = Replies to “{ $title }” are closed.
mail-measure-what-remove = “{ $title }” was removed from the site. It can come back.
mail-measure-what-purge = “{ $title }” was erased from the site.
mail-measure-what-freeze = “{ $title }” can publish nothing new. What is published stays.
mail-measure-what-hold = What “{ $title }” publishes is now read before it is shown.
mail-measure-what-suspend = “{ $title }” is suspended: nothing of it is shown on the site.
mail-measure-ended-subject = A decision is lifted on { $site }
mail-measure-ended-text = The decision “{ $measure }” about “{ $title }” was taken back.
mail-measure-expired-subject = A decision has ended on { $site }
mail-measure-expired-text = The decision “{ $measure }” about “{ $title }” came to its end.
mail-appeal-lifted-subject = Your appeal on { $site }: the decision is lifted
mail-appeal-lifted-text = The decision about “{ $title }” is lifted.
mail-appeal-upheld-subject = Your appeal on { $site }: the decision stays
mail-appeal-upheld-text = The decision about “{ $title }” stays.
mail-queue-subject = { $count ->
     [one] One thing waits on { $site }
    *[other] { $count } things wait on { $site }
}
mail-queue-text = Everything that waits for a moderator is here:
measure-new-heading = Decide: { $title }
measures-of-server = Decisions about this server
measures-of-person = Decisions about this person
hold-trust = Trust
hold-distrust = Trust no longer
flash-trust-changed = Noted.

# What each moderator may do
permissions-heading = What they may do
permission-reports = Reports and appeals
permission-publications = Publications and replies
permission-accounts = Accounts
permission-federation = Other instances
permission-settings = Settings and rules
permission-log = Record
flash-permissions-changed = Saved. They have to sign in again.

mail-held-yes-subject = Your publication is online
mail-held-yes-text = The moderators have read “{ $title }”, and it is online:
mail-held-no-subject = Your publication was not accepted
mail-held-no-text = “{ $title }” was not accepted. The text is kept as a draft, you can take it up again:
