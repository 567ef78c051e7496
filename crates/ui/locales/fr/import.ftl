# Importer un calendrier
ics-heading = Calendriers de { $name }
ics-intro = Reprenez les dates d’un autre calendrier : une fois pour toutes avec un fichier, ou sans y penser avec une adresse.
ics-url-title = S’abonner à un calendrier
ics-url = Adresse du calendrier
ics-url-help = Celle que donne Nextcloud, Google Agenda ou votre logiciel, souvent terminée par .ics. Elle est relue régulièrement.
ics-subscribe = S’abonner
ics-file-title = Importer un fichier
ics-file = Fichier .ics
ics-send = Importer
ics-check = Relire maintenant
ics-end = Ne plus relire
ics-forget = Retirer de cette liste
ics-failed = La dernière lecture a échoué : { $reason }
ics-checked = Lu le { $when }.
ics-seen = { $n ->
    [0] Aucun événement dans le calendrier
    [one] { $n } événement dans le calendrier
   *[other] { $n } événements dans le calendrier
}
ics-created = { $n ->
    [0] Aucun nouvel événement
    [one] { $n } événement ajouté
   *[other] { $n } événements ajoutés
}
ics-changed = { $n ->
    [one] { $n } événement modifié
   *[other] { $n } événements modifiés
}
ics-unchanged = { $n ->
    [one] { $n } événement inchangé
   *[other] { $n } événements inchangés
}
ics-gone = { $n ->
    [one] { $n } événement disparu du calendrier, marqué annulé
   *[other] { $n } événements disparus du calendrier, marqués annulés
}
ics-refused = { $n ->
    [one] { $n } événement refusé
   *[other] { $n } événements refusés
}
ics-skipped = { $n ->
    [one] { $n } élément ignoré, qui n’est pas un événement
   *[other] { $n } éléments ignorés, qui ne sont pas des événements
}
form-error-title-length = Un titre a de 3 à 200 caractères.
form-error-description-long = Ce texte est trop long.
category-market = Marché
category-workshop = Atelier
category-workcamp = Chantier participatif
category-rehearsal = Répétition
category-hike = Randonnée
category-inclusive-spaces = Espaces inclusifs
