# La règle d’une série
repeat-weekdays = tous les { $days }
repeat-and = et
repeat-date = le { $date }
repeat-until = , jusqu’au { $date }
repeat-count = { $n ->
    [one] , { $n } fois
   *[other] , { $n } fois
}
repeat-except = , sauf { $dates }
repeat-except-many = { $n ->
    [one] , sauf { $n } date
   *[other] , sauf { $n } dates
}
repeat-extra = , et aussi { $dates }
repeat-extra-many = { $n ->
    [one] , et aussi { $n } autre date
   *[other] , et aussi { $n } autres dates
}
