# Agenda
agenda-heading = Agenda
agenda-count = { $n ->
    [one] { $n } event
   *[other] { $n } events
}
agenda-keep = Keep this agenda at hand
agenda-subscribe = Subscribe in your calendar
agenda-feed = Follow by Atom feed
agenda-by-month = See by month
agenda-embed = Show on your website
agenda-by-day = See by day
agenda-of-place = What is on at { $name }
agenda-of-tag = Events “{ $name }”
agenda-of-group = Agenda of { $name }
agenda-of-day = Programme of { $date }
agenda-past-link = Past events
agenda-later-link = More of the agenda
agenda-empty-title = Nothing planned for now
agenda-empty-text = No event is announced here. Come back soon, or subscribe so as not to miss anything.
agenda-empty-week-title = Nothing this week
agenda-empty-week-text = Here is the week after.
agenda-empty-filter-title = No event matches
agenda-empty-filter-text = Try wider dates or a longer distance, or remove a filter.
agenda-empty-new-title = The agenda awaits its first event
agenda-empty-new-text = Add an event, import a calendar, or follow another instance.
agenda-add-first = Add an event
agenda-import-first = Import a calendar
agenda-follow-first = Follow another instance

# Cards
card-free = Free
card-online = Online
card-from = via { $source }
card-more-dates = { $n ->
    [one] and { $n } more date
   *[other] and { $n } more dates
}

# Month
month-nav = Change month
month-previous = Previous month
month-next = Next month
month-more = { $n ->
    [one] and { $n } more
   *[other] and { $n } more
}
month-empty = Nothing announced this month.

# Filters
filter-title = Filter the agenda
filter-q = Words
filter-from = From
filter-to = To
filter-place = Place
filter-near = Near
filter-within = Within (km)
filter-tag = Tag
filter-category = Category
filter-category-any = All
filter-free = Free events only
filter-online = Online events only
filter-source = Source
filter-source-any = All sources
filter-source-local = This site only
filter-apply = Show
filter-active = Filters in force
filter-remove = remove this filter
filter-reset = Clear all
filter-quick-all = Everything
filter-quick-today = Today
filter-quick-tomorrow = Tomorrow
filter-quick-weekend = This weekend
filter-quick-week = This week
filter-quick-month = This month
filter-quick-free = Free
filter-label-q = “{ $words }”
filter-label-from = from { $date }
filter-label-to = to { $date }
filter-label-within = within { $km } km of { $place }
filter-label-source = source: { $source }
filter-error-date = This date does not exist. Example: 04/07/2026.
filter-error-dates = The end comes before the start.
filter-error-within = Give a distance between 1 and 500 km.
filter-error-near = This place is not known here. Try one of the list, or “latitude, longitude”.

# Event
event-by = Organised by
event-when = When
event-where = Where
event-map = See on OpenStreetMap
event-online = Online
event-online-link = Join online
event-price = Price
event-registration = Registration
event-register = Book
event-tags = Tags
event-ics = Add to my calendar
event-share = Share
event-source = Announced by { $source }.
event-original = See the original
event-programme = Programme
event-other-dates = All dates
event-this-date = this date
event-moved-from = moved from { $date }
event-changes = What has changed
event-change-title = The title was “{ $old }”.
event-change-when = Planned before: { $old }.
event-change-place = Place before: { $old }.
event-change-cancelled = The event was cancelled.
event-change-postponed = The event was postponed.
event-change-restored = The event takes place again.
event-cancelled = This event is cancelled.
event-postponed = This event is postponed.
event-tentative = This event is still to be confirmed.
event-past = This event is over.
event-sensitive = Sensitive content: show the picture
event-held = Awaiting moderation: only you and the moderators see this page.
event-draft = Draft: only you see this page.
event-tools = Manage this event
event-edit = Edit
event-duplicate = Duplicate
event-cancel = Cancel the event
event-restore = Restore the event
event-postpone = Postpone
event-delete = Delete
event-delete-heading = Delete “{ $title }”?
event-delete-text = The event will disappear from here and a request to delete it will go to the servers that follow. To say that it does not take place, cancel it instead.
event-delete-confirm = Delete for good
event-cancel-heading = Cancel “{ $title }”?
event-cancel-text = The event will stay in the agenda, struck through, with the word “Cancelled”. Followers will be told.
event-cancel-confirm = Cancel the event
event-postpone-heading = Postpone “{ $title }”
event-postpone-text = Give the new date if it is known. If not, the event will be shown as “Postponed”.
event-postpone-confirm = Postpone
event-back = Change nothing
event-occurrence-heading = Change one date only
event-occurrence-move = Move this date
event-occurrence-cancel = Cancel this date
event-occurrence-restore = Restore this date
event-repeat-daily = { $n ->
    [one] every day
   *[other] every { $n } days
}
event-repeat-weekly = { $n ->
    [one] every week, { $days }
   *[other] every { $n } weeks, { $days }
}
event-repeat-monthly = { $n ->
    [one] every month
   *[other] every { $n } months
}
event-repeat-yearly = { $n ->
    [one] every year
   *[other] every { $n } years
}

# Comments
comments-title = { $n ->
    [one] { $n } reply
   *[other] { $n } replies
}
comments-how = Reply from your own server: your message will appear here.
comments-hide = Hide
comments-show = Show

# Following from one’s own server
follow-title = Follow from my server
follow-text = Have an account on Mastodon, Mobilizon, Gancio or another server of the fediverse? Follow { $name } without an account here.
follow-account = Your address
follow-account-help = For example @camille@mastodon.example. We do not keep it.
follow-go = Continue at my server
follow-copy = Copy
follow-copied = Copied
follow-heading = Follow { $name }
follow-error-account = Write a whole address, such as @camille@mastodon.example.
follow-error-unreachable = The server { $host } does not answer. Check the address, or copy ours and look for it on your server.
follow-error-unsupported = The server { $host } cannot open this link. Copy our address and look for it on your server.

# Summary read by followers on other servers: one line, the state first
summary-cancelled = Cancelled:{" "}
summary-postponed = Postponed:{" "}
summary-online = online
comment-show = Publish
comment-hide = Hide
comments-waiting = Replies to review
agenda-people = Organised by { $names }
