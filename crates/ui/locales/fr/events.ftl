# Événements : listes, séries, changements
card-since = depuis le { $date }
event-change-price = Tarif auparavant : { $old }.
series-repeat-month-day = { $n ->
    [one] chaque mois, le { $day }
   *[other] tous les { $n } mois, le { $day }
}
series-repeat-month-last = { $n ->
    [one] chaque mois, le dernier jour
   *[other] tous les { $n } mois, le dernier jour
}
series-repeat-month-weekday = { $n ->
    [one] chaque mois, le { $nth } { $weekday }
   *[other] tous les { $n } mois, le { $nth } { $weekday }
}
series-nth-1 = premier
series-nth-2 = deuxième
series-nth-3 = troisième
series-nth-4 = quatrième
series-nth-5 = cinquième
series-nth-last = dernier
series-link = Changer les autres dates
series-heading = Les autres dates de « { $title } »
series-intro = Ce qui suit change les dates à venir de la même série. Celles qui sont passées restent comme elles sont.
series-scope = Quelles dates ?
series-scope-following = Celles d’après
series-scope-all = Toutes celles à venir
series-do = Que faire ?
series-do-copy = Reprendre le texte, l’heure, le lieu et le reste de cette date-ci
series-do-cancel = Les annuler
series-do-delete = Les supprimer et ne plus en ajouter
series-confirm = Changer ces dates
series-none = Aucune autre date n’est à venir.
flash-series-changed = Les autres dates ont été changées.
