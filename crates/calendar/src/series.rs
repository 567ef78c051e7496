//! Recurrence rules on the wall clock.
