# Premier lancement
setup-heading = Bienvenue
setup-intro = Quelques réponses, et votre agenda est en ligne. Tout pourra changer ensuite.
setup-step-site = Le site
setup-step-site-help = Comment il s’appelle et à qui il s’adresse.
setup-step-account = Votre compte
setup-step-account-help = Le premier compte administre le site.
setup-step-look = Ses couleurs
setup-step-look-help = Une couleur et un papier ; le reste en découle et reste lisible.
setup-step-about = Qui vous êtes
setup-step-about-help = Neuf réponses pour inspirer confiance. Elles sont publiques et peuvent attendre.
setup-code = Code de mise en route
setup-code-help = Le serveur l’affiche à son démarrage. Il prouve que le serveur est à vous.
setup-code-wrong = Ce n’est pas le code affiché par le serveur.
setup-site-name = Nom du site
setup-site-name-help = Celui d’un lieu, d’une ville, d’un collectif : La Raffinerie.
setup-tagline = En une phrase
setup-tagline-help = Par exemple : l’agenda du tiers-lieu et de ses voisins.
setup-language = Langue
setup-time-zone = Fuseau horaire
setup-agenda-handle = Identifiant de l’agenda
setup-agenda-handle-help = On suivra @identifiant@ce-site. Vide : le nom du site en tiendra lieu.
setup-registrations = Nouveaux comptes
setup-about-open = Répondre maintenant
setup-finish = Ouvrir le site
setup-done-heading = Le site est ouvert
setup-closed-text = Ce site est déjà installé.

# Apparence
look-hue = Couleur
look-hue-help = Les textes restent lisibles avec chacune, de jour comme de nuit.
look-hue-brick = Brique
look-hue-apricot = Abricot
look-hue-straw = Paille
look-hue-leaf = Feuille
look-hue-lagoon = Lagon
look-hue-sky = Ciel
look-hue-iris = Iris
look-hue-raspberry = Framboise
look-hue-own = Une autre ({ $hue }°)
look-paper = Papier
look-paper-light = Blanc
look-paper-tinted = Teinté
look-paper-dark = Sombre

# À propos : les neuf réponses
about-heading = À propos de { $site }
about-contact = Nous joindre :
about-version = Kiosque { $version }
about-unanswered = Pas encore de réponse.
about-figures-events = événements à venir
about-figures-agendas = agendas
about-figures-following = instances suivies
about-categories = Que publie ce site ?
about-categories-help = Genres d’événements, territoire, public.
about-languages = Quelles langues parlent les modérateurs ?
about-languages-help = Celles dans lesquelles on peut leur écrire.
about-code-of-conduct = Quelles sont les règles ?
about-code-of-conduct-help = Ce qui est bienvenu et ce qui ne l’est pas.
about-moderation-information = Comment la modération se passe-t-elle ?
about-moderation-information-help = Qui relit, en combien de temps, comment contester.
about-administrator = Qui est derrière ce site ?
about-administrator-help = Une association, une collectivité, une personne, et comment la joindre.
about-creation-reason = Pourquoi ce site existe-t-il ?
about-creation-reason-help = Ce qui vous a décidés.
about-maintenance-lifetime = Pour combien de temps ?
about-maintenance-lifetime-help = Ce à quoi vous vous engagez, et ce qui se passera à la fin.
about-business-model = Comment est-il financé ?
about-business-model-help = Dons, cotisations, subvention, budget propre.
about-hardware-information = Sur quelles machines tourne-t-il ?
about-hardware-information-help = Où elles sont, à qui elles sont, leur énergie.

# Administration
admin-heading = Administration
admin-intro = Ce qui concerne ce site.
admin-site = Le site
admin-look = Apparence
admin-about = À propos
admin-registrations = Inscriptions
admin-federation = Fédération
admin-moderation = Modération
admin-mail = Courriels
admin-banner = Image de bandeau
admin-banner-help = Facultative. Sans elle, un motif propre à votre site est dessiné.
admin-save = Enregistrer
admin-accounts = Comptes
admin-accounts-pending = Demandes de compte
admin-accounts-none = Aucune demande en attente.
admin-account-approve = Accepter
admin-account-refuse = Refuser
admin-account-reason = Réponse envoyée à la personne
admin-held = En attente de publication
admin-held-none = Rien n’attend.
admin-held-publish = Publier
admin-held-refuse = Refuser
admin-follow-automatic = Accepter d’office les demandes d’abonnement
admin-follow-automatic-help = Sinon, elles attendent votre décision dans la page Abonnements.
admin-hold-new = Relire avant publication les événements des nouveaux comptes
admin-mail-test = Envoyer un message d’essai
admin-mail-sent = Message envoyé à { $address }.
admin-mail-failed = L’envoi a échoué : { $reason }

# Import
import-heading = Importer un calendrier
import-intro = Un fichier .ics une fois, ou une adresse relue régulièrement.
import-agenda = Dans l’agenda
import-file-legend = Un fichier
import-file = Fichier .ics
import-file-help = Exporté de Nextcloud, Google Agenda, Thunderbird… 5 Mo au plus.
import-file-submit = Importer le fichier
import-url-legend = Une adresse
import-url = Adresse du calendrier
import-url-help = Elle finit souvent par .ics ou ?export. Les changements et suppressions seront suivis.
import-url-submit = Suivre cette adresse
import-sources = Calendriers suivis
import-sources-none = Aucun calendrier suivi.
import-last-read = lu le { $date }
import-next-read = prochaine lecture le { $date }
import-never-read = pas encore lu
import-failed = La dernière lecture a échoué : { $reason }
import-read-now = Relire maintenant
import-remove = Ne plus suivre ce calendrier
import-result-heading = Résultat de l’import
import-added = { $n ->
    [one] { $n } événement ajouté
   *[other] { $n } événements ajoutés
}
import-updated = { $n ->
    [one] { $n } événement modifié
   *[other] { $n } événements modifiés
}
import-cancelled = { $n ->
    [one] { $n } événement annulé
   *[other] { $n } événements annulés
}
import-unchanged = { $n ->
    [one] { $n } événement inchangé
   *[other] { $n } événements inchangés
}
import-refused = { $n ->
    [one] { $n } événement refusé
   *[other] { $n } événements refusés
}
import-refused-heading = Ce qui n’a pas pu être importé
import-col-what = Événement
import-col-line = Ligne
import-col-reason = Raison
import-error-not-calendar = Ce fichier n’est pas un calendrier iCalendar.
import-error-empty = Ce calendrier ne contient aucun événement.
import-error-too-large = Ce calendrier dépasse { $max } Mo.
import-error-unreachable = Cette adresse ne répond pas.
import-error-forbidden-address = Cette adresse n’est pas publique : le serveur n’ira pas la lire.
import-error-file-required = Choisissez un fichier.

# Administration : site, personnes, envois
setup-error-host = Ouvrez cette page par le nom du site, pas par une adresse en chiffres.
setup-error-name = Donnez au site un nom de 1 à 80 caractères.
about-figures-published = publications
admin-people = Comptes et rôles
admin-doors = Qui entre, qui suit
admin-description = Présentation
admin-languages = Langues du contenu
admin-languages-help = Leurs codes, séparés par des virgules : fr, br, en.
admin-error-languages = Écrivez des codes de langue, comme fr ou en.
admin-contact = Adresse de contact
admin-contact-help = Elle est publique, sur la page À propos et dans security.txt.
admin-col-motive = Pourquoi
admin-deliveries = Envois
admin-deliveries-intro = Ce qui attend de partir vers d’autres serveurs, et ce qui n’est pas arrivé.
admin-deliveries-none = Tout est arrivé.
admin-deliveries-host = Serveur
admin-deliveries-waiting = En attente
admin-deliveries-failed = Abandonnés
admin-deliveries-error = Dernière erreur
source-code-heading = Code source
source-code-text = Ce site utilise Kiosque { $version }, un logiciel libre (AGPL-3.0-or-later). Ses responsables n’ont pas indiqué où se trouve le code : demandez-le-leur.
admin-people-about = Qui peut publier ou modérer ici, et qui demande un compte.
admin-site-about = Nom, apparence, inscriptions, et les neuf réponses de la page À propos.

# Reçu, et sans effet
parked-heading = Reçu, mis de côté
parked-intro = Ces messages d’autres serveurs n’ont pas pu prendre effet, après plusieurs essais. Les suivants ne les attendent pas. Si le même revient après un nouvel essai, signalez-le avec son contenu : c’est sans doute un défaut de Kiosque.
parked-none = Rien n’a été mis de côté.
parked-what = Message
parked-document = Son contenu
parked-retry = Essayer de nouveau
parked-drop = Jeter
flash-parked-retry = Le message est essayé de nouveau.
flash-parked-drop = Le message a été jeté.
flash-parked-gone = Quelqu’un s’en est déjà occupé.
