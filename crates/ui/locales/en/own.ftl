# Hiding and blocking
own-panel = Yours
own-heading = Hide and block
own-intro = What you do not want to see here any more. Nobody is told.
own-hide-agenda = Hide this agenda
own-hide-who = Hide { $who }
own-about = You chose: { $who }
own-what = What?
own-kind-actor = An account or an agenda
own-kind-host = A whole server
own-kind-word = A word
own-this-actor = { $who } only
own-this-host = Everything from { $host }
own-target = Its name
own-target-help = For instance @agenda@example.org, example.org, or a word. A word is only hidden.
own-level = How far?
own-level-mute = Hide
own-level-mute-help = No longer in your lists, your searches and under events.
own-level-block = Block
own-level-block-help = Besides, cannot follow your agendas nor answer there.
own-days = For how long?
own-for-ever = For ever
own-for-days = { $n ->
    [one] One day
   *[other] { $n } days
}
own-submit = Save
own-list = What you hide and block
own-none = You hide nothing.
own-col-what = What
own-col-level = Choice
own-col-until = How long
own-until = Until { $date }
own-is-mute = Hidden
own-is-block = Blocked
own-show-again = Show again
own-error-kind = Choose what you want to hide.
own-error-actor = We cannot find this account. Write its address or its whole handle, or hide its whole server.
own-error-host = This is not the name of a server. Write for instance example.org.
own-error-word = One word, or a few, of at most 100 characters.
own-error-ours = This is the server of this site.
own-error-own = This is one of your agendas, or the site itself.
own-error-many = You hide many things already. Remove some first.
own-error-too-many = Too many searches. Try again in a few minutes.
flash-own-hidden = Done. You will not be shown this any more.
flash-own-shown = Done. You will be shown this again.

# Taking one's data along
export-heading = Take my data along
export-intro = An archive of everything this server knows of you, with your pictures and your agendas. It can be downloaded for { $hours } hours, from this session only.
export-password-help = It proves that it is you.
export-ask = Prepare the archive
export-again = Prepare a new archive
export-waiting = The archive is being prepared. Come back in a moment.
export-look = See whether it is ready
export-failed = The archive could not be prepared. Try again, or write to the people who run the site.
export-ready = Your archive is ready, until { $until }.
export-fetch = Download the archive ({ $size })
export-kilobytes = { $n } kB
export-megabytes = { $n } MB
export-yours = Your archive
flash-export-asked = Request received.

# Leaving
close-agendas = What will become of your agendas
close-ends = { $n ->
    [0] { $name } will be deleted.
    [one] { $name } will be deleted, with its event.
   *[other] { $name } will be deleted, with its { $n } events.
}
close-ends-others = { $others ->
    [one] One other person takes part, without being in charge.
   *[other] { $others } other people take part, without being in charge.
}
close-hand-over = Hand it over to somebody first
close-stays = { $name } stays with the others in charge, with what you published there.
close-what = Erased: your name, your address, your pictures, your messages, your sessions. The handle of a deleted agenda will never be anybody else’s.
close-others = Other servers are asked to erase everything. Most of them do, but nobody can force them.
close-export-first = Take my data along first
close-submit = Delete my account for ever
mail-agenda-ended-subject = An agenda that you organised is no more
mail-agenda-ended-text = An agenda that you helped to organise on { $site } was deleted with the account of the last person in charge.
