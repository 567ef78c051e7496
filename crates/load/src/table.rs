//! What is printed.

use std::time::Duration;

/// One figure.
pub(crate) struct Row {
    label: String,
    what: String,
    value: f64,
    goal: String,
}

impl Row {
    pub(crate) fn new(label: &str, what: &str, value: f64, goal: &str) -> Self {
        Self {
            label: label.to_owned(),
            what: what.to_owned(),
            value,
            goal: goal.to_owned(),
        }
    }

    pub(crate) fn print(&self) {
        let digits = if self.value < 10.0 { 2 } else { 0 };
        println!(
            "| {} | {} | {:.digits$} | {} |",
            self.label, self.what, self.value, self.goal
        );
    }
}

/// A quantile of durations, in milliseconds.
pub(crate) fn quantile(waits: &mut [Duration], part: f64) -> f64 {
    if waits.is_empty() {
        return f64::NAN;
    }
    waits.sort();
    let place = ((waits.len() - 1) as f64 * part).round() as usize;
    waits[place].as_secs_f64() * 1_000.0
}
