# Masquer et bloquer
own-panel = Ce qui est à vous
own-heading = Masquer et bloquer
own-intro = Ce que vous ne voulez plus voir ici. Personne n’en est prévenu.
own-hide-agenda = Masquer cet agenda
own-hide-who = Masquer { $who }
own-about = Vous avez choisi : { $who }
own-what = Quoi ?
own-kind-actor = Un compte ou un agenda
own-kind-host = Un serveur entier
own-kind-word = Un mot
own-this-actor = { $who } seulement
own-this-host = Tout ce qui vient de { $host }
own-target = Son nom
own-target-help = Par exemple @agenda@exemple.org, exemple.org, ou un mot. Un mot est seulement masqué.
own-level = Jusqu’où ?
own-level-mute = Masquer
own-level-mute-help = N’apparaît plus dans vos listes, vos recherches et sous les événements.
own-level-block = Bloquer
own-level-block-help = En plus, ne peut ni suivre vos agendas ni y répondre.
own-days = Pendant combien de temps ?
own-for-ever = Sans limite
own-for-days = { $n ->
    [one] Un jour
   *[other] { $n } jours
}
own-submit = Enregistrer
own-list = Ce que vous masquez et bloquez
own-none = Vous ne masquez rien.
own-col-what = Quoi
own-col-level = Choix
own-col-until = Durée
own-until = Jusqu’au { $date }
own-is-mute = Masqué
own-is-block = Bloqué
own-show-again = Réafficher
own-error-kind = Choisissez ce que vous voulez masquer.
own-error-actor = Nous ne trouvons pas ce compte. Écrivez son adresse ou son identifiant complet, ou masquez tout son serveur.
own-error-host = Ce n’est pas le nom d’un serveur. Écrivez par exemple exemple.org.
own-error-word = Un mot, ou quelques mots, de 100 caractères au plus.
own-error-ours = C’est le serveur de ce site.
own-error-own = C’est un de vos agendas, ou le site lui-même.
own-error-many = Vous masquez déjà beaucoup de choses. Retirez-en d’abord.
own-error-too-many = Trop de recherches. Réessayez dans quelques minutes.
flash-own-hidden = C’est fait. Cela ne vous sera plus montré.
flash-own-shown = C’est fait. Cela vous sera de nouveau montré.

# Emporter ses données
export-heading = Emporter mes données
export-intro = Une archive de tout ce que ce serveur sait de vous, avec vos images et vos agendas. Elle se télécharge pendant { $hours } heures, depuis cette session seulement.
export-password-help = Il prouve que c’est bien vous.
export-ask = Préparer l’archive
export-again = Préparer une nouvelle archive
export-waiting = L’archive est en préparation. Revenez dans un instant.
export-look = Regarder si elle est prête
export-failed = L’archive n’a pas pu être préparée. Essayez encore, ou écrivez aux responsables du site.
export-ready = Votre archive est prête, jusqu’au { $until }.
export-fetch = Télécharger l’archive ({ $size })
export-kilobytes = { $n } ko
export-megabytes = { $n } Mo
export-yours = Votre archive
flash-export-asked = Demande reçue.

# Partir
close-agendas = Ce que deviendront vos agendas
close-ends = { $n ->
    [0] { $name } sera supprimé.
    [one] { $name } sera supprimé, avec son événement.
   *[other] { $name } sera supprimé, avec ses { $n } événements.
}
close-ends-others = { $others ->
    [one] Une autre personne y participe, sans en être responsable.
   *[other] { $others } autres personnes y participent, sans en être responsables.
}
close-hand-over = Le confier d’abord à quelqu’un
close-stays = { $name } reste aux autres responsables, avec ce que vous y avez publié.
close-what = Seront effacés : votre nom, votre adresse, vos images, vos messages, vos sessions. L’identifiant d’un agenda supprimé ne servira plus à personne.
close-others = Les autres serveurs reçoivent la demande de tout effacer. La plupart le font, mais personne ne peut les y forcer.
close-export-first = Emporter d’abord mes données
close-submit = Supprimer mon compte pour toujours
mail-agenda-ended-subject = Un agenda que vous organisiez n’existe plus
mail-agenda-ended-text = Un agenda que vous aidiez à organiser sur { $site } a été supprimé avec le compte de son dernier responsable.
