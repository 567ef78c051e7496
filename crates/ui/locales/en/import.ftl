# Importing a calendar
ics-heading = Calendars of { $name }
ics-intro = Take over the dates of another calendar: once with a file, or without thinking of it with an address.
ics-url-title = Subscribe to a calendar
ics-url = Address of the calendar
ics-url-help = The one that Nextcloud, Google Calendar or your program gives, often ending in .ics. It is read again regularly.
ics-subscribe = Subscribe
ics-file-title = Import a file
ics-file = .ics file
ics-send = Import
ics-check = Read it now
ics-end = Read it no longer
ics-forget = Remove from this list
ics-failed = The last reading failed: { $reason }
ics-checked = Read on { $when }.
ics-seen = { $n ->
    [0] No event in the calendar
    [one] { $n } event in the calendar
   *[other] { $n } events in the calendar
}
ics-created = { $n ->
    [0] No new event
    [one] { $n } event added
   *[other] { $n } events added
}
ics-changed = { $n ->
    [one] { $n } event changed
   *[other] { $n } events changed
}
ics-unchanged = { $n ->
    [one] { $n } event unchanged
   *[other] { $n } events unchanged
}
ics-gone = { $n ->
    [one] { $n } event gone from the calendar, marked as cancelled
   *[other] { $n } events gone from the calendar, marked as cancelled
}
ics-refused = { $n ->
    [one] { $n } event refused
   *[other] { $n } events refused
}
ics-skipped = { $n ->
    [one] { $n } item left out, which is not an event
   *[other] { $n } items left out, which are not events
}
form-error-title-length = A title has 3 to 200 characters.
form-error-description-long = This text is too long.
category-market = Market
category-workshop = Workshop
category-workcamp = Work party
category-rehearsal = Rehearsal
category-hike = Hike
category-inclusive-spaces = Inclusive spaces
