# Les instances bloquées
blocks-heading = Instances bloquées et limitées
blocks-intro = Ce que ce site a décidé des autres instances, et d’où d’autres décisions peuvent venir.
blocks-decisions = Les décisions en vigueur
blocks-server = Bloquées pour tout le serveur, sans décision de ce site :
blocks-host = Une instance
blocks-host-help = Son nom, par exemple : mauvaise.example. Tout ce qui est en dessous est compris.
blocks-host-go = Choisir une décision
blocks-col-host = Instance
blocks-col-does = Ce qui serait décidé
blocks-col-cuts = Ce qui serait coupé
blocks-file-heading = Importer, exporter
blocks-file-intro = Le format est celui de Mastodon. Rien n’est décidé avant que vous ayez vu ce que chaque ligne couperait.
blocks-file = Fichier
blocks-text = Ou le texte du fichier
blocks-text-help = Un fichier de Mastodon, ou un nom d’instance par ligne.
blocks-look = Voir ce que cela ferait
blocks-export = Télécharger les décisions de ce site (CSV)
blocks-error-large = Ce fichier dépasse 2 Mo.
blocks-error-empty = Aucune ligne ne nomme une instance.
blocks-preview-heading = Ce que ce fichier ferait
blocks-preview-intro = { $n ->
     [one] Une instance est proposée. Décochez-la pour ne rien changer.
    *[other] { $n } instances sont proposées. Décochez celles que vous ne voulez pas bloquer.
}
blocks-preview-none = Rien à faire : tout est déjà décidé.
blocks-preview-notes = À savoir
blocks-preview-left = { $n ->
     [one] Une autre ligne ne tient pas sur cette page : importez le fichier une seconde fois.
    *[other] { $n } autres lignes ne tiennent pas sur cette page : importez le fichier une seconde fois.
}
blocks-preview-decided = { $n ->
     [one] Une instance est déjà décidée ici : votre décision reste.
    *[other] { $n } instances sont déjà décidées ici : vos décisions restent.
}
blocks-preview-own = { $host } est une adresse de ce serveur : elle est laissée de côté.
blocks-preview-hidden = Ligne { $line } : le nom « { $text } » est masqué par la liste.
blocks-preview-unread = Ligne { $line } : « { $text } » n’est pas une instance.
blocks-preview-cut = Le fichier est plus long que ce qui est lu en une fois.
blocks-choose = Bloquer { $host }
blocks-cuts-followed = { $n ->
     [one] un abonnement vers elle
    *[other] { $n } abonnements vers elle
}
blocks-cuts-followers = { $n ->
     [one] un abonné
    *[other] { $n } abonnés
}
blocks-cuts-actors = { $n ->
     [one] un compte connu
    *[other] { $n } comptes connus
}
blocks-cuts-events = { $n ->
     [one] une publication
    *[other] { $n } publications
}
blocks-cuts-none = rien de connu ici
blocks-take = Décider pour les lignes cochées
flash-blocks-taken = C’est décidé pour les lignes cochées.
lists-heading = Les listes d’autres
lists-intro = Une liste propose, vous décidez : chaque ligne attend un clic dans la file, et un refus est retenu.
lists-none = Aucune liste n’est suivie.
lists-col-list = Liste
lists-col-says = Ce qu’elle propose
lists-read = Lue le { $when }
lists-unread = Pas encore lue
lists-failed = Pas lue : { $why }
lists-ended = Plus suivie
lists-nothing = Rien n’attend
lists-waiting = { $n ->
     [one] Une proposition attend
    *[other] { $n } propositions attendent
}
lists-brought = { $n ->
     [one] Une décision vient d’elle.
    *[other] { $n } décisions viennent d’elle.
}
lists-check = Lire maintenant
lists-end = Ne plus suivre
lists-lift = Tout lever
lists-url = Adresse d’une liste
lists-url-help = Un fichier CSV, comme une instance amie peut le publier.
lists-subscribe = Suivre cette liste
lists-error-many = Vingt listes au plus.
flash-lists-subscribe = La liste est suivie. Ses propositions arriveront dans la file.
flash-lists-read = La liste va être lue.
flash-lists-end = La liste n’est plus suivie. Ce qu’elle a apporté reste, jusqu’à ce que vous le leviez.
flash-lists-lift = Tout ce que la liste avait apporté est levé.
allowed-heading = Ne parler qu’à des instances choisies
allowed-intro = Pour tout le serveur. Les abonnements restent notés : on peut revenir en arrière sans rien perdre.
allowed-only = Ne parler qu’aux instances ci-dessous
allowed-hosts = Instances choisies
allowed-hosts-help = Un nom par ligne. Un blocage passe avant.
allowed-save = Enregistrer
allowed-error-host = Une de ces lignes n’est pas le nom d’une instance.
flash-allowed-saved = C’est enregistré.
queue-source-proposals = Propositions de listes
queue-source-remote = Publications d’ailleurs à relire
report-reason-list-suspend = Une liste propose de la bloquer
report-reason-list-silence = Une liste propose de la retirer des listes
report-reason-list-noop = Une liste propose de ne pas prendre ses images
report-reason-list-gone = Elle n’est plus sur la liste : lever ?
moderation-error-not-an-address = Cette adresse ne peut pas être lue.
