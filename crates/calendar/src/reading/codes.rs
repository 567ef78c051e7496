//! Why something was refused, guessed or repaired.

macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Stable text, key of a translation.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// All of them, so that a translation can be checked for each.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
        }
    };
}

codes! {
    /// Why something was not read.
    RefusalCode {
        /// The file is larger than `max_bytes`.
        TooLarge = "too_large",
        /// No BEGIN:VCALENDAR.
        NotACalendar = "not_a_calendar",
        /// A line that is not `NAME;PARAM=value:value`.
        MalformedLine = "malformed_line",
        /// A line longer than 256 KiB.
        LineTooLong = "line_too_long",
        /// An END without its BEGIN, or components nested too deep.
        BadNesting = "bad_nesting",
        /// An event cut off by the end of the file.
        Truncated = "truncated",
        /// No DTSTART.
        MissingStart = "missing_start",
        /// A DTSTART that is no date.
        InvalidStart = "invalid_start",
        /// A date outside the years 1600 to 9998.
        DateOutOfRange = "date_out_of_range",
        /// More events than `max_events`; the detail is how many were left out.
        TooManyEvents = "too_many_events",
        /// A RECURRENCE-ID that is no date.
        InvalidRecurrenceId = "invalid_recurrence_id",
    }
}

codes! {
    /// What was guessed or repaired.
    WarningCode {
        /// The file ends before its END:VCALENDAR.
        UnterminatedCalendar = "unterminated_calendar",
        /// Not UTF-8: read as Windows-1252.
        NotUtf8 = "not_utf8",
        /// A time without zone; the detail is the zone it was read in.
        FloatingTime = "floating_time",
        /// A zone nobody knows; the detail is its name.
        UnknownZone = "unknown_zone",
        /// A zone that is only an offset from UTC.
        ZoneIsOffset = "zone_is_offset",
        /// A zone described in the file itself and known nowhere else; times are shown in the calendar's zone.
        CustomZone = "custom_zone",
        /// VALUE=DATE with a time: the time was kept.
        DateWithTime = "date_with_time",
        /// The end is before the start: the end was dropped.
        EndBeforeStart = "end_before_start",
        /// A DTEND or DURATION that cannot be read: dropped.
        InvalidEnd = "invalid_end",
        /// No title.
        MissingTitle = "missing_title",
        /// An empty RRULE: read as a single event.
        EmptyRule = "empty_rule",
        /// An RRULE that cannot be read: the event was kept once.
        InvalidRule = "invalid_rule",
        /// Unknown words of an RRULE were dropped, the rest was used.
        RuleSalvaged = "rule_salvaged",
        /// FREQ=SECONDLY, MINUTELY or HOURLY: the event was kept once.
        RuleTooFrequent = "rule_too_frequent",
        /// UNTIL is before the start: the event was kept once.
        UntilBeforeStart = "until_before_start",
        /// The start does not follow the rule; it was kept as the first occurrence.
        StartNotInRule = "start_not_in_rule",
        /// More occurrences than allowed inside the horizon: the later ones were left out.
        SeriesTruncated = "series_truncated",
        /// No occurrence inside the horizon.
        SeriesOutsideHorizon = "series_outside_horizon",
        /// An EXRULE (deprecated) was ignored.
        ExruleIgnored = "exrule_ignored",
        /// An EXDATE or RDATE that is no date was ignored.
        InvalidExtraDate = "invalid_extra_date",
        /// An override of a date that the series does not have; kept as its own occurrence.
        OverrideWithoutOccurrence = "override_without_occurrence",
        /// The same UID twice without RECURRENCE-ID: the newest was kept.
        DuplicateUid = "duplicate_uid",
        /// An address that is not http or https was dropped.
        UnsafeAddress = "unsafe_address",
    }
}
