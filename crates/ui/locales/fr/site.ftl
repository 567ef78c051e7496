# Navigation
nav-skip = Aller au contenu
nav-main = Navigation principale
nav-agenda = Agenda
nav-month = Mois
nav-following = Abonnements
nav-about = À propos
nav-new-event = Ajouter un événement
nav-sign-in = Se connecter
nav-sign-out = Se déconnecter
nav-account = Mon compte
nav-agendas = Mes agendas
nav-admin = Administration
nav-my-menu = Mon menu
nav-pending = { $n ->
    [one] { $n } chose attend une décision
   *[other] { $n } choses attendent une décision
}
link-new-tab = nouvel onglet

# Pied de page
footer-nav = Pied de page
footer-about = À propos de { $site }
footer-follow = Suivre cet agenda
footer-ics = S’abonner dans son calendrier
footer-atom = Flux Atom
footer-embed = Afficher cet agenda sur son site
footer-sign-up = Créer un compte
footer-made-with = Propulsé par Kiosque, logiciel libre (AGPL).
footer-source = Code source

# Jours et heures
date-today = aujourd’hui
date-tomorrow = demain
date-yesterday = hier
date-in-days = dans { $n } jours
date-days-ago = il y a { $n } jours
date-all-day = toute la journée
date-zone = heure de { $city } ({ $offset })
date-until = jusqu’au { $date }
date-since = depuis le { $date }
date-ongoing = en ce moment

# États d'un événement
status-confirmed = Confirmé
status-tentative = À confirmer
status-postponed = Reporté
status-cancelled = Annulé
status-sold-out = Complet
status-past = Passé
status-held = En attente de modération
status-draft = Brouillon

# Pages
pages-nav = Pages
pages-previous = Précédent
pages-next = Suivant
pages-position = Page { $page } sur { $total }
print-live = L’agenda à jour :

# Erreurs
error-to-agenda = Voir l’agenda
error-400-title = Demande incomprise
error-400-text = Le serveur n’a pas compris cette demande. Revenez à la page précédente et réessayez.
error-401-title = Connexion nécessaire
error-401-text = Cette page demande d’être connecté. Votre session a peut-être expiré.
error-403-title = Accès refusé
error-403-text = Vous n’avez pas le droit de faire cela. Si vous veniez d’un formulaire resté longtemps ouvert, rechargez-le et renvoyez-le.
error-404-title = Page introuvable
error-404-text = Rien à cette adresse. L’événement a peut-être changé d’adresse, ou le lien est incomplet.
error-408-title = Trop lent
error-408-text = Ce que vous avez envoyé arrivait trop lentement. Vérifiez votre connexion, puis réessayez.
error-410-title = Supprimé
error-410-text = Ce contenu existait, et son auteur l’a supprimé.
error-413-title = Trop volumineux
error-413-text = Ce que vous avez envoyé dépasse la taille permise. Réduisez l’image ou le texte, puis réessayez.
error-421-title = Site inconnu
error-421-text = Aucun site ne répond sous ce nom sur ce serveur. Vérifiez l’adresse.
error-429-title = Trop de demandes
error-429-text = Beaucoup de demandes viennent d’arriver de chez vous. Patientez quelques minutes avant de réessayer.
error-500-title = Une erreur est survenue
error-500-text = Le problème vient de nous, pas de vous. Il est noté. Réessayez dans un moment.
error-503-title = Service momentanément indisponible
error-503-text = Le serveur est en maintenance ou très sollicité. Réessayez dans un moment.
error-expired-form = Ce formulaire est resté ouvert trop longtemps. Rechargez la page, puis renvoyez-le.

# Agenda intégré dans un autre site
embed-see-all = Tout l’agenda
embed-heading = Afficher cet agenda sur son site
embed-intro = Copiez ces lignes dans une page de votre site. Elles ne déposent aucun cookie et n’exécutent aucun script.
embed-code = Code à copier : { $name }
embed-whole = Toutes les dates de { $name }
embed-others = Un autre agenda
embed-preview = Aperçu
embed-empty = Rien de prévu pour l’instant.

# Messages dits une fois
flash-saved = Enregistré.
flash-published = Publié. L’événement est visible dans l’agenda.
flash-held = Bien reçu. Un modérateur va le relire avant publication.
flash-draft-saved = Brouillon enregistré. Vous seul le voyez.
flash-updated = Modifications enregistrées et transmises aux abonnés.
flash-cancelled = Événement annulé. Les abonnés sont prévenus.
flash-postponed = Événement reporté. Les abonnés sont prévenus.
flash-deleted = Événement supprimé.
flash-duplicated = Copie prête. Changez la date, puis publiez.
flash-occurrence-moved = Date déplacée.
flash-occurrence-cancelled = Date annulée.
flash-signed-in = Vous êtes connecté.
flash-signed-out = Vous êtes déconnecté.
flash-password-changed = Mot de passe changé. Vos autres sessions sont fermées.
flash-email-confirmed = Adresse confirmée. Vous pouvez vous connecter.
flash-follow-asked = Demande d’abonnement envoyée.
flash-follow-removed = Abonnement retiré.
flash-agenda-created = Agenda créé.
flash-organiser-invited = Invitation envoyée.
flash-organiser-removed = Cette personne n’organise plus cet agenda.
flash-source-added = Calendrier ajouté. Il sera relu régulièrement.
flash-source-removed = Calendrier retiré.
flash-source-read = Calendrier lu. Voici ce qui en a été fait.
flash-source-check = Le calendrier va être relu dans un instant.
flash-setup-done = Votre site est prêt. Publiez un premier événement.

# Code source
source-heading = Code source
source-text = Ce site fonctionne avec Kiosque { $version }, un logiciel libre sous licence AGPL, version 3 ou ultérieure. Demandez l’adresse du code aux responsables du site : ils doivent vous la donner.
flash-applied = Demande transmise.
flash-account-approved = Compte accepté.
flash-account-refused = Demande refusée.
flash-account-closed = Votre compte est fermé.
flash-email-asked = Ouvrez le lien que nous venons d’envoyer à la nouvelle adresse.
flash-email-changed = Adresse changée. Vos autres sessions sont fermées.
flash-session-ended = Session fermée.
flash-password-reset = Mot de passe changé. Connectez-vous.
flash-invitation-accepted = Invitation acceptée.
flash-invitation-withdrawn = Invitation retirée.
flash-organiser-changed = Rôle changé.
flash-role-changed = Rôle changé.
flash-follower-accepted = Abonné accepté.
flash-follower-refused = Abonné refusé.
flash-comment-shown = La réponse est visible.
flash-comment-hidden = La réponse est masquée.
