# Corrections that passers-by propose
correction-propose = A date, a place, a price is wrong? Say what is right
correction-field-none = Nothing in particular
correction-field-start = The start
correction-field-end = The end
correction-field-place = The place
correction-field-title = The title
correction-field-price = The price
correction-field-registration-url = The address for registering
correction-field-status = It is cancelled
correction-date = The right day
correction-time = The right time
correction-words = The right words
correction-words-help = For the place, the title, the price or the address. Whoever published it sees what you propose, never who you are.
correction-nothing = nothing
correction-status-confirmed = going ahead
correction-status-tentative = to be confirmed
correction-status-postponed = postponed
correction-status-cancelled = cancelled
correction-heading = Is this a mistake?
correction-intro = Somebody proposes to correct what you published.
correction-was = Published
correction-value = Proposed
correction-accept = Correct it
correction-decline = It was right
correction-why = Why
correction-why-help = The moderators will read it.
correction-state-waiting = The author has not answered yet
correction-state-untold = The author has several to read already
correction-state-accepted = Corrected by the author
correction-state-declined = The author says it was right
correction-line = { $field }: { $was } → { $value }
correction-tool = A correction is proposed
flash-correction-accepted = It is corrected. Thank you!
flash-correction-declined = Noted. Nothing was changed.
case-step-accepted = accepted the correction
case-step-declined = says that it was right
moderation-error-not-a-field = That cannot be corrected this way. Say it in your own words.
moderation-error-not-a-value = That cannot stand there. Check what you propose.
moderation-error-says-so-already = That is what is published already.
mail-correction-subject = A mistake in “{ $title }”?
mail-correction-text =
    Somebody proposes to correct “{ $title }”.

    { $field }
    Published: { $was }
    Proposed: { $value }

    One click corrects it, or says that it was right:
