# Corrections que proposent les passants
correction-propose = Une date, un lieu, un prix est faux ? Proposez ce qui est juste
correction-field-none = Rien de précis
correction-field-start = Le début
correction-field-end = La fin
correction-field-place = Le lieu
correction-field-title = Le titre
correction-field-price = Le prix
correction-field-registration-url = L’adresse pour s’inscrire
correction-field-status = C’est annulé
correction-date = Le bon jour
correction-time = La bonne heure
correction-words = Les bons mots
correction-words-help = Pour le lieu, le titre, le prix ou l’adresse. Qui l’a publié verra ce que vous proposez, jamais qui vous êtes.
correction-nothing = rien
correction-status-confirmed = maintenu
correction-status-tentative = à confirmer
correction-status-postponed = reporté
correction-status-cancelled = annulé
correction-heading = Est-ce une erreur ?
correction-intro = Quelqu’un propose de corriger ce que vous avez publié.
correction-was = Publié
correction-value = Proposé
correction-accept = Corriger
correction-decline = C’était juste
correction-why = Pourquoi
correction-why-help = Les modérateurs le liront.
correction-state-waiting = L’auteur n’a pas encore répondu
correction-state-untold = L’auteur en a déjà plusieurs à lire
correction-state-accepted = Corrigé par l’auteur
correction-state-declined = L’auteur dit que c’était juste
correction-line = { $field } : { $was } → { $value }
correction-tool = Une correction est proposée
flash-correction-accepted = C’est corrigé. Merci !
flash-correction-declined = C’est noté. Rien n’a changé.
case-step-accepted = a accepté la correction
case-step-declined = dit que c’était juste
moderation-error-not-a-field = Cela ne peut pas être corrigé ainsi. Dites-le plutôt avec vos mots.
moderation-error-not-a-value = Ce n’est pas possible à cet endroit. Vérifiez ce que vous proposez.
moderation-error-says-so-already = C’est déjà ce qui est publié.
mail-correction-subject = Une erreur dans « { $title } » ?
mail-correction-text =
    Quelqu’un propose de corriger « { $title } ».

    { $field }
    Publié : { $was }
    Proposé : { $value }

    Un clic suffit pour corriger, ou pour dire que c’était juste :
