# The rule of a series
repeat-weekdays = every { $days }
repeat-and = and
repeat-until = , until { $date }
repeat-count = { $n ->
    [one] , { $n } time
   *[other] , { $n } times
}
repeat-except = , except on { $dates }
repeat-except-many = { $n ->
    [one] , except on { $n } date
   *[other] , except on { $n } dates
}
repeat-extra = , and also on { $dates }
repeat-extra-many = { $n ->
    [one] , and also on { $n } other date
   *[other] , and also on { $n } other dates
}
