//! iCalendar (RFC 5545, RFC 7986) in and out, and recurrence.
//!
//! Pure: no file, no network, no clock. The moment of writing and the stretch of
//! time in which a series is unrolled are parameters.
//!
//! - [`read`] turns the bytes of an `.ics` into [`ReadCalendar`]: one [`Entry`] per
//!   occurrence, and a reason for everything that was refused or guessed.
//! - [`Recurrence`] and [`expand`] are the series a person types here.
//! - [`write`] gives the text of a calendar.

mod form;
mod moment;
mod reading;
mod series;
mod writing;

pub use form::{
    Frequency, Moved, Occurrence, OccurrenceStatus, Recurrence, RuleEnd, RuleError, RuleForm,
    RuleWords, expand,
};
pub use moment::{OccurrenceKey, When};
pub use reading::{
    Coordinates, Entry, Organizer, ReadCalendar, ReadOptions, Refusal, RefusalCode, SeriesInfo,
    Status, Warning, WarningCode, read,
};
pub use writing::{CalendarForm, EventForm, OrganizerForm, write};

pub use chrono_tz::Tz;
