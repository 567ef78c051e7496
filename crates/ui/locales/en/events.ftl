# Events: lists, series, changes
card-since = since { $date }
event-change-price = Price before: { $old }.
series-repeat-month-day = { $n ->
    [one] every month, on day { $day }
   *[other] every { $n } months, on day { $day }
}
series-repeat-month-last = { $n ->
    [one] every month, on its last day
   *[other] every { $n } months, on the last day
}
series-repeat-month-weekday = { $n ->
    [one] every month, on the { $nth } { $weekday }
   *[other] every { $n } months, on the { $nth } { $weekday }
}
series-nth-1 = first
series-nth-2 = second
series-nth-3 = third
series-nth-4 = fourth
series-nth-5 = fifth
series-nth-last = last
series-link = Change the other dates
series-heading = The other dates of “{ $title }”
series-intro = This changes the dates to come of the same series. Those that are over stay as they are.
series-scope = Which dates?
series-scope-following = Those after this one
series-scope-all = All those to come
series-do = What to do?
series-do-copy = Take over the text, time, place and the rest from this date
series-do-cancel = Cancel them
series-do-delete = Delete them and add no more
series-confirm = Change these dates
series-none = There is no other date to come.
flash-series-changed = The other dates were changed.
