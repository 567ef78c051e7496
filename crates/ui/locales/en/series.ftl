# The rule of a series
repeat-weekdays = every { $days }
repeat-and = and
repeat-date = on { $date }
repeat-until = , until { $date }
repeat-count = { $n ->
    [one] , { $n } time
   *[other] , { $n } times
}
repeat-except = , except { $dates }
repeat-except-many = { $n ->
    [one] , except on { $n } date
   *[other] , except on { $n } dates
}
repeat-extra = , and also { $dates }
repeat-extra-many = { $n ->
    [one] , and also on { $n } other date
   *[other] , and also on { $n } other dates
}
