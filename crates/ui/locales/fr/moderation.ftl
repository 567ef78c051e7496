# Signaler
report-link = Signaler
report-heading = Signaler un problème
report-about = À propos de :
report-intro = Les modérateurs de { $site } lisent chaque signalement. La personne signalée ne saura jamais qui vous êtes.
report-why = Que se passe-t-il ?
report-reason-wrong-fact = Une information fausse : date, lieu, prix, auteur
report-reason-spam = De la publicité, ou toujours la même chose
report-reason-harassment = Des insultes, des menaces ou du harcèlement
report-reason-hate = De la haine contre des personnes pour ce qu’elles sont
report-reason-privacy = Une adresse, un nom ou une image publiés contre le gré de quelqu’un
report-reason-impersonation = Quelqu’un se fait passer pour un autre
report-reason-copyright = Une œuvre publiée sans autorisation
report-reason-sensitive = Un contenu choquant, sans avertissement
report-reason-illegal = Un contenu contraire à la loi
report-reason-other = Autre chose
report-field = Quelle partie ?
report-field-help = Par exemple : l’heure de début.
report-text = Dites-nous en plus
report-text-help = Indispensable pour une information fausse que vous ne corrigez pas vous-même, ou pour « autre chose ».
report-email = Votre adresse de courriel
report-email-help = Nous y envoyons un lien de confirmation, puis notre réponse. Elle n’est jamais affichée.
report-send = Envoyer le signalement
report-no-mail = Ce site n’envoie pas de courriels : connectez-vous pour signaler.
report-gone = Cette page n’existe pas ou n’existe plus : il n’y a rien à signaler.
report-asked-heading = Plus qu’un clic
report-asked-text = Ouvrez le lien que nous venons d’envoyer à votre adresse : votre signalement partira alors.
report-confirm-heading = Confirmer le signalement
report-confirm-text = Un clic, et les modérateurs le liront.
report-confirm-send = Confirmer
report-dead-text = Ce lien a déjà servi ou date de plus de 24 heures. Vous pouvez signaler à nouveau.
report-thanks-heading = Merci
report-thanks-text = Les modérateurs vont lire votre signalement. Nous vous dirons ce qu’ils décident.

# La file
queue-heading = À traiter
queue-intro = Tout ce qui attend quelqu’un, du plus ancien au plus récent.
queue-none = Rien n’attend. Bonne journée !
queue-none-filtered = Rien de tel n’attend.
queue-filter = Ne montrer que
queue-filter-do = Montrer
queue-all = Tout
queue-mine = Ce dont je m’occupe
queue-source-reports = Signalements
queue-source-appeals = Contestations
queue-source-held = Publications retenues
queue-source-comments = Réponses retenues
queue-source-sign-ups = Demandes de compte
queue-source-followers = Demandes d’abonnement
queue-source-parked = Messages bloqués
queue-col-what = Quoi
queue-col-why = Pourquoi
queue-col-since = Depuis
queue-col-who = Suivi par
queue-select = Choisir
queue-act = Pour les lignes choisies
queue-act-help = Vous verrez d’abord la liste, puis vous confirmerez.
queue-act-go = Continuer
queue-do-take = M’en occuper
queue-do-dismiss = Classer sans suite
queue-do-measure = Prendre une décision et fermer
queue-whole = Toutes les lignes de cette page
queue-on-things = Sur ce qui est signalé
queue-on-authors = Sur qui l’a publié
queue-do-uphold = Maintenir la décision
queue-do-lift = Lever la décision
queue-do-approve = Accepter
queue-do-refuse = Refuser
queue-do-retry = Réessayer
queue-do-drop = Jeter
queue-choose-some = Choisissez au moins une ligne et une action.
queue-choose-one-kind = Choisissez des lignes d’une même sorte pour cette action.
queue-preview-heading = Vérifiez avant de confirmer
queue-preview-text = { $n ->
     [one] Une ligne sera traitée :
    *[other] { $n } lignes seront traitées :
}
queue-words = Quelques mots aux personnes concernées
queue-confirm = Confirmer
queue-done-all = { $n ->
     [one] C’est fait.
    *[other] C’est fait : { $n } lignes.
}
queue-done-some = { $n ->
     [one] Une ligne n’a pas pu être traitée :
    *[other] { $n } lignes n’ont pas pu être traitées :
}
queue-keys = Au clavier : flèches pour changer de ligne, Espace pour la choisir, Tab puis Entrée pour l’ouvrir.
queue-next = La suite
queue-first = Le début

# Un dossier
case-heading = Signalement : { $title }
case-see = Voir la page
case-gone = Ce qui est signalé n’existe plus.
case-reports = Ce qui est signalé
case-from-account = Par { $name }
case-from-visitor = Par un visiteur, adresse confirmée
case-from-server = Par l’instance { $host }
case-times = Signalé { $n } fois par la même personne
case-copy = Le contenu tel qu’il était
case-open = Ouvert
case-closed = Fermé : { $outcome }
case-outcome-acted = Une décision a été prise
case-outcome-corrected = L’erreur est corrigée
case-outcome-dismissed = Rien de contraire aux règles
case-assigned = { $name } s’en occupe
case-unassigned = Personne ne s’en occupe
case-take = Je m’en occupe
case-release = Laisser à d’autres
case-talk = Échanges
case-talk-none = Aucune note pour l’instant.
case-note = Note entre modérateurs
case-note-add = Ajouter la note
case-to-reporter = Écrire à qui a signalé
case-to-subject = Écrire aux personnes concernées
case-to-subject-help = Elles ne sauront pas qui a signalé.
case-write = Envoyer
case-kind-note = Note
case-kind-to-reporter = À qui a signalé
case-kind-to-subject = Aux personnes concernées
case-kind-step = Étape
case-step-taken = s’en occupe
case-step-assigned = a confié le dossier
case-step-unassigned = a laissé le dossier
case-step-reopened = a rouvert le dossier
case-step-acted = a fermé le dossier : décision prise
case-step-corrected = a fermé le dossier : erreur corrigée
case-step-dismissed = a fermé le dossier : rien à reprocher
case-step-measure = a pris une décision : { $measure }
case-close = Fermer le dossier
case-close-outcome = Que répondre à qui a signalé ?
case-close-words = Quelques mots de plus
case-reopen = Rouvrir le dossier
case-forward = Prévenir l’instance d’origine
case-forward-help = { $host } reçoit vos mots, jamais le nom de qui a signalé.
case-forward-do = Transmettre
case-forwarded = Transmis à l’instance d’origine
case-server = L’instance
case-account = La personne

# Les décisions
measure-heading = Décider
measure-what = Que faire ?
measure-on = Sur quoi ?
measure-on-target = Ceci : { $title }
measure-on-actor = L’auteur : { $title }
measure-on-account = La personne : { $title }
measure-on-host = Toute l’instance : { $title }
measure-do-warn = Avertir
measure-do-unlist = Retirer des listes ; la page reste
measure-do-lock = Fermer les réponses
measure-do-remove = Retirer ; cela peut revenir
measure-do-purge = Effacer pour toujours
measure-do-freeze = Geler : plus rien de nouveau
measure-do-hold = Relire avant de montrer
measure-do-kinds = Ne montrer que ses événements
measure-do-suspend = Suspendre : plus rien n’est montré
measure-do-sensitive = Marquer comme sensible : les images sont cachées d’abord
measure-do-media = Ne pas prendre ses images
measure-do-block = Bloquer : plus aucun échange, pour tout le serveur
measure-reason = Pour quelle raison ?
measure-message = Ce que nous disons à la personne
measure-message-help = Elle reçoit la raison, vos mots et un lien pour contester.
measure-days = Pour combien de jours ?
measure-days-help = Vide : sans fin prévue.
measure-take = Prendre la décision
measure-undo = Annuler
measure-history = Décisions déjà prises
measure-none = Aucune décision jusqu’ici.
measure-until = jusqu’au { $date }
measure-holds = en vigueur
measure-over = terminée
measure-undone = annulée
measure-name-warn = Avertissement
measure-name-unlist = Retiré des listes
measure-name-lock = Réponses fermées
measure-name-remove = Retiré
measure-name-purge = Effacé
measure-name-freeze = Gelé
measure-name-hold = Relu avant publication
measure-name-kinds = Certaines sortes seulement
measure-name-suspend = Suspendu
measure-name-sensitive = Marqué sensible
measure-name-media = Sans images
measure-name-block = Bloquée
measures-heading = Décisions en vigueur
measures-intro = Tout ce qui tient aujourd’hui, et qui peut être annulé.
measures-none = Aucune décision n’est en vigueur.

# Contester
appeal-heading = Une décision vous concerne
appeal-what = La décision
appeal-why = La raison
appeal-words = Les mots des modérateurs
appeal-since = Depuis le
appeal-until = Jusqu’au
appeal-ask = Vous n’êtes pas d’accord ?
appeal-ask-help = Expliquez pourquoi. Quelqu’un d’autre que la personne qui a décidé vous lira, s’il y a quelqu’un d’autre.
appeal-send = Contester la décision
appeal-waits = Votre contestation est arrivée le { $date }. Nous vous répondrons par courriel.
appeal-lifted = La décision a été levée.
appeal-upheld = La décision est maintenue.
appeal-dead-heading = Ce lien ne mène nulle part
appeal-dead-text = Il est trop ancien ou incomplet. Recopiez-le en entier depuis le courriel.
appeal-admin-heading = Contestation : { $title }
appeal-text = Ce que dit la personne
appeal-decide = Répondre
appeal-answer = Vos mots à la personne
appeal-other = Vous avez pris cette décision : quelqu’un d’autre doit répondre.
appeal-lift = Lever la décision
appeal-uphold = Maintenir la décision

# Le journal
record-heading = Journal de modération
record-intro = Chaque étape, pour toujours. « kiosque doctor » vérifie que rien n’y manque.
record-none = Rien n’a encore été décidé.
record-col-when = Quand
record-col-who = Qui
record-col-what = Quoi
record-col-on = Sur quoi
record-by-server = Le serveur
record-by-gone = Un compte fermé
record-action-case-opened = Signalement reçu
record-action-case-closed = Dossier fermé
record-action-case-reopened = Dossier rouvert
record-action-measure-taken = Décision prise
record-action-measure-undone = Décision annulée
record-action-measure-ended = Décision arrivée à son terme
record-action-appeal-made = Décision contestée
record-action-appeal-decided = Contestation jugée
record-action-report-forwarded = Signalement transmis
record-action-held-approved = Contenu retenu, accepté
record-action-held-refused = Contenu retenu, refusé

# Relire avant de publier
hold-heading = Relire avant de publier
hold-intro = Ce qui attend un modérateur avant de paraître. Les modérateurs et les personnes de confiance ne sont pas concernés.
hold-first = Les premières publications de chaque compte
hold-first-help = Combien : 0 pour aucune, { $most } au plus. Ensuite, le compte est de confiance de lui-même.
hold-links = Ce qui contient un lien
hold-pictures = Ce qui a une image
hold-edits = Les changements de ce qui a déjà paru
hold-strange = Les réponses d’instances dont rien n’a encore paru
hold-words = Mots surveillés
hold-words-help = Un par ligne. Les majuscules, les accents et les lettres qui se ressemblent ne comptent pas.
hold-save = Enregistrer
hold-error-first = Un nombre de 0 à 50.
hold-error-words = Au plus 500 mots de 100 lettres.
flash-hold-saved = C’est enregistré.

# Erreurs
moderation-error-forbidden = Vous n’en avez pas le droit.
moderation-error-somebody-else-decides = Vous êtes concerné : quelqu’un d’autre doit décider.
moderation-error-measure-does-not-fit = Cette décision ne convient pas ici.
moderation-error-decided-meanwhile = C’est déjà décidé. Rechargez la page.
moderation-error-unknown-reason = Choisissez une raison.
moderation-error-text-missing = Quelques mots sont nécessaires ici.
moderation-error-text-too-long = Ce texte est trop long.
moderation-error-not-an-end = Un nombre de jours entre 1 et 3660.
moderation-error-not-an-email = Cette adresse n’est pas valable.
moderation-error-no-mail = Ce site n’envoie pas de courriels.
moderation-error-too-many-attempts = Trop de demandes. Réessayez plus tard.
moderation-error-not-found = Il n’y a rien de tel ici.

# Messages affichés
flash-report-sent = Merci. Les modérateurs vont lire votre signalement.
flash-case-assigned = C’est noté.
flash-case-note = Note ajoutée.
flash-case-written = Message envoyé.
flash-case-closed = Dossier fermé. Les personnes qui ont signalé sont prévenues.
flash-case-reopened = Dossier rouvert.
flash-case-forwarded = Transmis à l’instance d’origine.
flash-measure-taken = Décision prise, et dite aux personnes concernées.
flash-measure-undone = Décision annulée.
flash-appeal-decided = Réponse envoyée.
flash-appeal-sent = Votre contestation est arrivée.
flash-queue-done = C’est fait.

# Courriels
mail-report-confirm-subject = Confirmez votre signalement sur { $site }
mail-report-confirm-text = Vous signalez « { $title } ». Ouvrez ce lien et confirmez : les modérateurs le liront alors. Il est valable { $hours } heures.
mail-report-decided-subject = Votre signalement sur { $site }
mail-report-decided-text = Vous avez signalé « { $title } ». { $outcome }
mail-report-outcome-acted = Les modérateurs ont pris une décision. Merci de votre aide.
mail-report-outcome-corrected = L’erreur est corrigée. Merci de votre aide.
mail-report-outcome-dismissed = Les modérateurs l’ont lu et n’y voient rien de contraire aux règles du site.
mail-case-message-subject = Les modérateurs de { $site } vous écrivent
mail-case-message-text = À propos de « { $title } » :
mail-measure-subject = Une décision vous concerne sur { $site }
mail-measure-text = { $what }
mail-measure-reason = Raison : { $reason }.
mail-measure-until = Cette décision prend fin le { $date }.
mail-measure-appeal = Si vous n’êtes pas d’accord, répondez ici : { $link }
mail-measure-what-warn = Les modérateurs vous adressent un avertissement à propos de « { $title } ». Rien ne change pour l’instant.
mail-measure-what-unlist = « { $title } » ne paraît plus dans les listes du site. La page reste visible à qui a son adresse.
mail-measure-what-lock = Les réponses à « { $title } » sont fermées.
mail-measure-what-remove = « { $title } » a été retiré du site. Cela peut revenir.
mail-measure-what-purge = « { $title } » a été effacé du site.
mail-measure-what-freeze = « { $title } » ne peut plus rien publier. Ce qui est publié reste.
mail-measure-what-hold = Ce que « { $title } » publie est désormais relu avant de paraître.
mail-measure-what-suspend = « { $title } » est suspendu : plus rien n’en est montré sur le site.
mail-measure-ended-subject = Une décision est levée sur { $site }
mail-measure-ended-text = La décision « { $measure } » à propos de « { $title } » est annulée.
mail-measure-expired-subject = Une décision a pris fin sur { $site }
mail-measure-expired-text = La décision « { $measure } » à propos de « { $title } » est arrivée à son terme.
mail-appeal-lifted-subject = Votre contestation sur { $site } : la décision est levée
mail-appeal-lifted-text = La décision à propos de « { $title } » est levée.
mail-appeal-upheld-subject = Votre contestation sur { $site } : la décision est maintenue
mail-appeal-upheld-text = La décision à propos de « { $title } » est maintenue.
mail-queue-subject = { $count ->
     [one] Une demande attend sur { $site }
    *[other] { $count } demandes attendent sur { $site }
}
mail-queue-text = Tout ce qui attend un modérateur est ici :
measure-new-heading = Décider : { $title }
measures-of-server = Décisions sur cette instance
measures-of-person = Décisions sur cette personne
hold-trust = Faire confiance
hold-distrust = Ne plus faire confiance
flash-trust-changed = C’est noté.

# Ce que chaque modérateur peut faire
permissions-heading = Ce qu’elle ou il peut faire
permission-reports = Signalements et contestations
permission-publications = Publications et réponses
permission-accounts = Comptes
permission-federation = Autres instances
permission-settings = Réglages et règles
permission-log = Registre
flash-permissions-changed = C’est enregistré. La personne doit se reconnecter.

mail-held-yes-subject = Votre publication est en ligne
mail-held-yes-text = « { $title } » a été lu par les modérateurs et est en ligne :
mail-held-no-subject = Votre publication n’a pas été acceptée
mail-held-no-text = « { $title } » n’a pas été accepté. Le texte est gardé comme brouillon, vous pouvez le reprendre :
