# First start
setup-heading = Welcome
setup-intro = A few answers, and your agenda is online. Everything can change later.
setup-step-site = The site
setup-step-site-help = What it is called and whom it is for.
setup-step-account = Your account
setup-step-account-help = The first account administers the site.
setup-step-look = Its colours
setup-step-look-help = One colour and one paper; the rest follows and stays legible.
setup-step-about = Who you are
setup-step-about-help = Nine answers that build trust. They are public and can wait.
setup-code = Setup code
setup-code-help = The server prints it when it starts. It proves that the server is yours.
setup-code-wrong = This is not the code the server printed.
setup-site-name = Name of the site
setup-site-name-help = That of a place, a town, a collective: La Raffinerie.
setup-tagline = In one sentence
setup-tagline-help = For example: the agenda of the community space and its neighbours.
setup-language = Language
setup-time-zone = Time zone
setup-agenda-handle = Handle of the agenda
setup-agenda-handle-help = People will follow @handle@this-site. Empty: the site’s name will do.
setup-registrations = New accounts
setup-about-open = Answer now
setup-finish = Open the site
setup-done-heading = The site is open
setup-closed-text = This site is already set up.

# Look
look-hue = Colour
look-hue-help = Texts stay legible with each of them, by day and by night.
look-hue-brick = Brick
look-hue-apricot = Apricot
look-hue-straw = Straw
look-hue-leaf = Leaf
look-hue-lagoon = Lagoon
look-hue-sky = Sky
look-hue-iris = Iris
look-hue-raspberry = Raspberry
look-hue-own = Another ({ $hue }°)
look-paper = Paper
look-paper-light = White
look-paper-tinted = Tinted
look-paper-dark = Dark

# About: the nine answers
about-heading = About { $site }
about-contact = Reach us:
about-version = Kiosque { $version }
about-unanswered = No answer yet.
about-figures-events = events to come
about-figures-agendas = agendas
about-figures-following = instances followed
about-categories = What does this site publish?
about-categories-help = Kinds of events, area, audience.
about-languages = Which languages do the moderators speak?
about-languages-help = Those in which one can write to them.
about-code-of-conduct = What are the rules?
about-code-of-conduct-help = What is welcome and what is not.
about-moderation-information = How does moderation work?
about-moderation-information-help = Who reads, how fast, how to appeal.
about-administrator = Who is behind this site?
about-administrator-help = An association, a council, a person, and how to reach them.
about-creation-reason = Why does this site exist?
about-creation-reason-help = What made you decide.
about-maintenance-lifetime = For how long?
about-maintenance-lifetime-help = What you commit to, and what will happen at the end.
about-business-model = How is it paid for?
about-business-model-help = Donations, membership fees, grant, own budget.
about-hardware-information = On which machines does it run?
about-hardware-information-help = Where they are, whose they are, their energy.

# Administration
admin-heading = Administration
admin-intro = What concerns this site.
admin-site = The site
admin-look = Look
admin-about = About
admin-registrations = Registrations
admin-federation = Federation
admin-moderation = Moderation
admin-mail = E-mail
admin-banner = Banner picture
admin-banner-help = Optional. Without it, a pattern of your site’s own is drawn.
admin-save = Save
admin-accounts = Accounts
admin-accounts-pending = Requests for accounts
admin-accounts-none = No request is waiting.
admin-account-approve = Accept
admin-account-refuse = Refuse
admin-account-reason = Answer sent to the person
admin-held = Awaiting publication
admin-held-none = Nothing is waiting.
admin-held-publish = Publish
admin-held-refuse = Refuse
admin-follow-automatic = Accept requests to follow at once
admin-follow-automatic-help = Otherwise they await your decision on the Following page.
admin-hold-new = Read the events of new accounts before they are published
admin-mail-test = Send a test message
admin-mail-sent = Message sent to { $address }.
admin-mail-failed = Sending failed: { $reason }

# Import
import-heading = Import a calendar
import-intro = An .ics file once, or an address read regularly.
import-agenda = Into the agenda
import-file-legend = A file
import-file = .ics file
import-file-help = Exported from Nextcloud, Google Calendar, Thunderbird… 5 MB at most.
import-file-submit = Import the file
import-url-legend = An address
import-url = Address of the calendar
import-url-help = It often ends in .ics or ?export. Changes and deletions will be followed.
import-url-submit = Follow this address
import-sources = Calendars followed
import-sources-none = No calendar is followed.
import-last-read = read on { $date }
import-next-read = next reading on { $date }
import-never-read = not read yet
import-failed = The last reading failed: { $reason }
import-read-now = Read again now
import-remove = Stop following this calendar
import-result-heading = Result of the import
import-added = { $n ->
    [one] { $n } event added
   *[other] { $n } events added
}
import-updated = { $n ->
    [one] { $n } event changed
   *[other] { $n } events changed
}
import-cancelled = { $n ->
    [one] { $n } event cancelled
   *[other] { $n } events cancelled
}
import-unchanged = { $n ->
    [one] { $n } event unchanged
   *[other] { $n } events unchanged
}
import-refused = { $n ->
    [one] { $n } event refused
   *[other] { $n } events refused
}
import-refused-heading = What could not be imported
import-col-what = Event
import-col-line = Line
import-col-reason = Reason
import-error-not-calendar = This file is not an iCalendar calendar.
import-error-empty = This calendar contains no event.
import-error-too-large = This calendar is larger than { $max } MB.
import-error-unreachable = This address does not answer.
import-error-forbidden-address = This address is not public: the server will not read it.
import-error-file-required = Choose a file.

# Administration: site, people, deliveries
setup-error-host = Open this page by the site’s name, not by an address in numbers.
setup-error-name = Give the site a name of 1 to 80 characters.
about-figures-published = publications
admin-people = Accounts and roles
admin-doors = Who comes in, who follows
admin-description = Presentation
admin-languages = Languages of the content
admin-languages-help = Their codes, separated by commas: fr, br, en.
admin-error-languages = Write language codes, such as fr or en.
admin-contact = Contact address
admin-contact-help = It is public, on the page About and in security.txt.
admin-col-motive = Why
admin-deliveries = Deliveries
admin-deliveries-intro = What waits to leave for other servers, and what did not arrive.
admin-deliveries-none = Everything has arrived.
admin-deliveries-host = Server
admin-deliveries-waiting = Waiting
admin-deliveries-failed = Given up
admin-deliveries-error = Last error
source-code-heading = Source code
source-code-text = This site runs Kiosque { $version }, free software (AGPL-3.0-or-later). Those who run it did not say where the code is: ask them.
admin-people-about = Who may publish or moderate here, and who asks for an account.
admin-site-about = Name, look, sign-ups, and the nine answers of the About page.

# Received, without effect
parked-heading = Received, put aside
parked-intro = These messages of other servers could not take effect, after several tries. Those behind them do not wait. If one comes back after another try, report it with its content: it is probably a fault of Kiosque.
parked-none = Nothing was put aside.
parked-what = Message
parked-document = Its content
parked-retry = Try again
parked-drop = Throw away
flash-parked-retry = The message is tried again.
flash-parked-drop = The message was thrown away.
flash-parked-gone = Somebody has dealt with it already.
