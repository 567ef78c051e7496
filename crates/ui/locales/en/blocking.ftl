# Blocked instances
blocks-heading = Blocked and limited instances
blocks-intro = What this site has decided about other instances, and where more decisions may come from.
blocks-decisions = Decisions in force
blocks-server = Blocked for the whole server, without a decision of this site:
blocks-host = An instance
blocks-host-help = Its name, for example: bad.example. Everything below it is included.
blocks-host-go = Choose a decision
blocks-col-host = Instance
blocks-col-does = What would be decided
blocks-col-cuts = What would be cut
blocks-file-heading = Import, export
blocks-file-intro = The format is Mastodon’s. Nothing is decided before you have seen what each line would cut.
blocks-file = File
blocks-text = Or the text of the file
blocks-text-help = A file from Mastodon, or one instance name a line.
blocks-look = See what it would do
blocks-export = Download this site’s decisions (CSV)
blocks-error-large = This file is larger than 2 MB.
blocks-error-empty = No line names an instance.
blocks-preview-heading = What this file would do
blocks-preview-intro = { $n ->
     [one] One instance is proposed. Untick it to change nothing.
    *[other] { $n } instances are proposed. Untick those that you do not want to block.
}
blocks-preview-none = Nothing to do: everything is decided already.
blocks-preview-notes = Good to know
blocks-preview-left = { $n ->
     [one] One more line does not fit on this page: import the file a second time.
    *[other] { $n } more lines do not fit on this page: import the file a second time.
}
blocks-preview-decided = { $n ->
     [one] One instance is decided here already: your decision stays.
    *[other] { $n } instances are decided here already: your decisions stay.
}
blocks-preview-own = { $host } is an address of this server: it is left out.
blocks-preview-hidden = Line { $line }: the list hides the name “{ $text }”.
blocks-preview-unread = Line { $line }: “{ $text }” is not an instance.
blocks-preview-cut = The file is longer than what is read in one go.
blocks-choose = Block { $host }
blocks-cuts-followed = { $n ->
     [one] one follow to it
    *[other] { $n } follows to it
}
blocks-cuts-followers = { $n ->
     [one] one follower
    *[other] { $n } followers
}
blocks-cuts-actors = { $n ->
     [one] one known account
    *[other] { $n } known accounts
}
blocks-cuts-events = { $n ->
     [one] one publication
    *[other] { $n } publications
}
blocks-cuts-none = nothing known here
blocks-take = Decide for the ticked lines
flash-blocks-taken = The ticked lines are decided.
lists-heading = Lists of others
lists-intro = A list proposes, you decide: each line waits for a click in the queue, and a refusal is remembered.
lists-none = No list is followed.
lists-col-list = List
lists-col-says = What it proposes
lists-read = Read on { $when }
lists-unread = Not read yet
lists-failed = Not read: { $why }
lists-ended = No longer followed
lists-nothing = Nothing waits
lists-waiting = { $n ->
     [one] One proposal waits
    *[other] { $n } proposals wait
}
lists-brought = { $n ->
     [one] One decision came from it.
    *[other] { $n } decisions came from it.
}
lists-check = Read now
lists-end = Stop following
lists-lift = Lift all
lists-url = Address of a list
lists-url-help = A CSV file, as a friendly instance may publish it.
lists-subscribe = Follow this list
lists-error-many = Twenty lists at most.
flash-lists-subscribe = The list is followed. Its proposals will arrive in the queue.
flash-lists-read = The list will be read.
flash-lists-end = The list is no longer followed. What it brought stays until you lift it.
flash-lists-lift = Everything that the list had brought is lifted.
allowed-heading = Speak with chosen instances only
allowed-intro = For the whole server. Follows stay noted: one can go back without losing anything.
allowed-only = Speak only with the instances below
allowed-hosts = Chosen instances
allowed-hosts-help = One name a line. A block goes first.
allowed-save = Save
allowed-error-host = One of these lines is not the name of an instance.
flash-allowed-saved = Saved.
queue-source-proposals = Proposals of lists
queue-source-remote = Publications from elsewhere to read
report-reason-list-suspend = A list proposes to block it
report-reason-list-silence = A list proposes to take it out of lists
report-reason-list-noop = A list proposes not to take its pictures
report-reason-list-gone = It is no longer on the list: lift?
moderation-error-not-an-address = This address cannot be read.
