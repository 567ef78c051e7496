# Agenda
agenda-heading = Agenda
agenda-count = { $n ->
    [one] { $n } événement
   *[other] { $n } événements
}
agenda-keep = Garder cet agenda sous la main
agenda-subscribe = S’abonner dans son calendrier
agenda-feed = Suivre par flux Atom
agenda-by-month = Voir par mois
agenda-embed = Afficher sur son site
agenda-by-day = Voir par jour
agenda-of-place = Agenda du lieu { $name }
agenda-of-tag = Événements « { $name } »
agenda-of-group = Agenda de { $name }
agenda-of-day = Programme du { $date }
agenda-past-link = Événements passés
agenda-later-link = La suite de l’agenda
agenda-empty-title = Rien de prévu pour l’instant
agenda-empty-text = Aucun événement n’est annoncé ici. Revenez bientôt, ou abonnez-vous pour ne rien manquer.
agenda-empty-week-title = Rien cette semaine
agenda-empty-week-text = Voici la semaine suivante.
agenda-empty-filter-title = Aucun événement ne correspond
agenda-empty-filter-text = Essayez d’élargir les dates ou la distance, ou d’enlever un filtre.
agenda-empty-new-title = L’agenda attend son premier événement
agenda-empty-new-text = Ajoutez un événement, importez un calendrier, ou suivez une autre instance.
agenda-add-first = Ajouter un événement
agenda-import-first = Importer un calendrier
agenda-follow-first = Suivre une autre instance

# Cartes
card-free = Gratuit
card-online = En ligne
card-from = via { $source }
card-more-dates = { $n ->
    [one] et { $n } autre date
   *[other] et { $n } autres dates
}

# Mois
month-nav = Changer de mois
month-previous = Mois précédent
month-next = Mois suivant
month-more = { $n ->
    [one] et { $n } autre
   *[other] et { $n } autres
}
month-empty = Rien d’annoncé ce mois-ci.

# Filtres
filter-title = Filtrer l’agenda
filter-q = Mots cherchés
filter-from = À partir du
filter-to = Jusqu’au
filter-place = Lieu
filter-near = Près de
filter-within = À moins de (km)
filter-tag = Mot-clé
filter-category = Catégorie
filter-category-any = Toutes
filter-free = Gratuit seulement
filter-online = En ligne seulement
filter-source = Source
filter-source-any = Toutes les sources
filter-source-local = Ce site seulement
filter-apply = Afficher
filter-active = Filtres appliqués
filter-remove = enlever ce filtre
filter-reset = Tout effacer
filter-quick-all = Tout
filter-quick-today = Aujourd’hui
filter-quick-tomorrow = Demain
filter-quick-weekend = Ce week-end
filter-quick-week = Cette semaine
filter-quick-month = Ce mois-ci
filter-quick-free = Gratuit
filter-label-q = « { $words } »
filter-label-from = à partir du { $date }
filter-label-to = jusqu’au { $date }
filter-label-within = à moins de { $km } km de { $place }
filter-label-source = source : { $source }
filter-error-date = Cette date n’existe pas. Exemple : 04/07/2026.
filter-error-dates = La fin vient avant le début.
filter-error-within = Indiquez une distance entre 1 et 500 km.
filter-error-near = Ce lieu n’est pas connu ici. Essayez un lieu de la liste, ou « latitude, longitude ».

# Événement
event-by = Organisé par
event-when = Quand
event-where = Où
event-map = Voir sur OpenStreetMap
event-online = En ligne
event-online-link = Rejoindre en ligne
event-price = Tarif
event-registration = Inscription
event-register = Réserver
event-tags = Mots-clés
event-ics = Ajouter à mon calendrier
event-share = Partager
event-source = Annoncé par { $source }.
event-original = Voir l’original
event-programme = Au programme
event-other-dates = Toutes les dates
event-this-date = cette date
event-moved-from = déplacé du { $date }
event-changes = Ce qui a changé
event-change-title = Le titre était « { $old } ».
event-change-when = Prévu auparavant : { $old }.
event-change-place = Lieu auparavant : { $old }.
event-change-cancelled = L’événement a été annulé.
event-change-postponed = L’événement a été reporté.
event-change-restored = L’événement a de nouveau lieu.
event-cancelled = Cet événement est annulé.
event-postponed = Cet événement est reporté.
event-tentative = Cet événement reste à confirmer.
event-past = Cet événement est passé.
event-sensitive = Contenu sensible : montrer l’image
event-held = En attente de modération : vous seul et les modérateurs voyez cette page.
event-draft = Brouillon : vous seul voyez cette page.
event-tools = Gérer cet événement
event-edit = Modifier
event-duplicate = Dupliquer
event-cancel = Annuler l’événement
event-restore = Rétablir l’événement
event-postpone = Reporter
event-delete = Supprimer
event-delete-heading = Supprimer « { $title } » ?
event-delete-text = L’événement disparaîtra d’ici et une demande de suppression partira vers les serveurs abonnés. Pour prévenir que l’événement n’a pas lieu, annulez-le plutôt.
event-delete-confirm = Supprimer définitivement
event-cancel-heading = Annuler « { $title } » ?
event-cancel-text = L’événement restera dans l’agenda, barré, avec la mention « Annulé ». Les abonnés seront prévenus.
event-cancel-confirm = Annuler l’événement
event-postpone-heading = Reporter « { $title } »
event-postpone-text = Donnez la nouvelle date si elle est connue. Sinon, l’événement sera affiché « Reporté ».
event-postpone-confirm = Reporter
event-back = Ne rien changer
event-occurrence-heading = Changer une seule date
event-occurrence-move = Déplacer cette date
event-occurrence-cancel = Annuler cette date
event-occurrence-restore = Rétablir cette date
event-repeat-daily = { $n ->
    [one] chaque jour
   *[other] tous les { $n } jours
}
event-repeat-weekly = { $n ->
    [one] chaque semaine, { $days }
   *[other] toutes les { $n } semaines, { $days }
}
event-repeat-monthly = { $n ->
    [one] chaque mois
   *[other] tous les { $n } mois
}
event-repeat-yearly = { $n ->
    [one] chaque année
   *[other] tous les { $n } ans
}

# Commentaires
comments-title = { $n ->
    [one] { $n } réponse
   *[other] { $n } réponses
}
comments-how = Répondez depuis votre serveur : votre message apparaîtra ici.
comments-hide = Masquer
comments-show = Afficher

# Suivre depuis son serveur
follow-title = Suivre depuis mon serveur
follow-text = Un compte Mastodon, Mobilizon, Gancio ou d’un autre serveur du fédivers ? Suivez { $name } sans créer de compte ici.
follow-account = Votre adresse
follow-account-help = Par exemple @camille@mastodon.example. Nous ne la gardons pas.
follow-go = Continuer chez moi
follow-copy = Copier
follow-copied = Copié
follow-heading = Suivre { $name }
follow-error-account = Écrivez une adresse complète, comme @camille@mastodon.example.
follow-error-unreachable = Le serveur { $host } ne répond pas. Vérifiez l’adresse, ou copiez la nôtre et cherchez-la chez vous.
follow-error-unsupported = Le serveur { $host } ne sait pas ouvrir ce lien. Copiez notre adresse et cherchez-la chez vous.

# Résumé lu par les abonnés d’autres serveurs : une ligne, l’état d’abord
summary-cancelled = Annulé :{" "}
summary-postponed = Reporté :{" "}
summary-online = en ligne
comment-show = Publier
comment-hide = Masquer
comments-waiting = Réponses à relire
agenda-people = Organisé par { $names }
