//! Events into entries: series unrolled, exceptions put in their place.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::clocked::{Clocked, clock_of, in_window, key_of, length_of};
use super::event::{Event, Length, Point};
use super::identity::{fingerprint, generated_uid};
use super::notes::Notes;
use super::zones::{Clock, Zones, in_range};
use super::{Entry, ReadOptions, SeriesInfo, WarningCode};
use crate::moment::{OccurrenceKey, When, instant_of};
use crate::series::{Budget, Rule, RuleFault, unroll};

/// A THISANDFUTURE that moves a series further is not searched for.
const MAX_SHIFT_DAYS: i64 = 366;

/// All that came out of the events.
#[derive(Debug, Default)]
pub(super) struct Assembled {
    pub(super) entries: Vec<Entry>,
    /// Entries beyond `max_events`; a series for which no room was left counts once.
    pub(super) left_out: usize,
    /// A series was cut inside the horizon.
    pub(super) cut: bool,
}

pub(super) struct Assembly<'a> {
    pub(super) options: &'a ReadOptions,
    pub(super) zones: &'a Zones<'a>,
    pub(super) notes: &'a mut Notes,
    pub(super) budget: Budget,
    pub(super) out: Assembled,
}

#[derive(Default)]
struct Group {
    masters: Vec<usize>,
    overrides: Vec<usize>,
}

impl Assembly<'_> {
    pub(super) fn run(mut self, events: &[Event]) -> Assembled {
        let mut order: Vec<Group> = Vec::new();
        let mut by_uid: HashMap<&str, usize> = HashMap::new();
        for (index, event) in events.iter().enumerate() {
            let group = match &event.uid {
                Some(uid) => *by_uid.entry(uid.as_str()).or_insert_with(|| {
                    order.push(Group::default());
                    order.len() - 1
                }),
                None => {
                    order.push(Group::default());
                    order.len() - 1
                }
            };
            if let Some(group) = order.get_mut(group) {
                // Without UID an override has nothing to override.
                if event.overrides.is_some() && event.uid.is_some() {
                    group.overrides.push(index);
                } else {
                    group.masters.push(index);
                }
            }
        }

        let mut made: HashMap<String, usize> = HashMap::new();
        for group in order {
            let newest = |indices: &[usize]| {
                indices
                    .iter()
                    .filter_map(|index| events.get(*index).map(|event| (*index, event)))
                    .max_by_key(|(index, event)| {
                        (event.details.sequence, event.details.last_modified, *index)
                    })
                    .map(|(_, event)| event)
            };
            let overrides: Vec<&Event> = group
                .overrides
                .iter()
                .filter_map(|i| events.get(*i))
                .collect();
            let master = newest(&group.masters);
            if let Some(master) = master
                && group.masters.len() > 1
            {
                let uid = master.uid.as_deref().unwrap_or_default();
                self.notes.warn(
                    WarningCode::DuplicateUid,
                    Some(master.line),
                    Some(&master.details.title),
                    uid,
                );
            }
            match master {
                Some(master) => {
                    let (uid, generated) = match &master.uid {
                        Some(uid) => (uid.clone(), false),
                        None => (generated_uid(master, &mut made), true),
                    };
                    self.series(master, &overrides, &uid, generated);
                }
                None => {
                    for event in overrides {
                        let Some((original, _)) = &event.overrides else {
                            continue;
                        };
                        let key = key_of(original);
                        let uid = event.uid.clone().unwrap_or_default();
                        let start = event.start.wall();
                        self.push(event, start, event.length, &uid, false, Some(key), None);
                    }
                }
            }
        }
        self.out
    }

    /// One master with its overrides, or a single event.
    fn series(&mut self, master: &Event, overrides: &[&Event], uid: &str, generated: bool) {
        let rules = self.rules(master);
        if rules.is_empty() && master.extra.is_empty() && overrides.is_empty() {
            let start = master.start.wall();
            self.push(master, start, master.length, uid, generated, None, None);
            return;
        }
        if self.out.entries.len() >= self.options.max_events {
            // No room left: not worth the work.
            self.out.left_out += 1;
            return;
        }
        let clock = Clocked::of(master);
        let (from, to) = self.options.horizon;
        let (from_wall, to_wall) = (clock.wall(from), clock.wall(to));
        let start = master.start.wall();

        // Overrides by the wall of the date they replace; a day replaces the time of that day.
        let mut single: BTreeMap<NaiveDateTime, &Event> = BTreeMap::new();
        let mut future: BTreeMap<NaiveDateTime, &Event> = BTreeMap::new();
        for event in overrides {
            let Some((original, onwards)) = &event.overrides else {
                continue;
            };
            let mut wall = clock.place(original);
            if let (Point::Day(date), Point::At(first, _)) = (original, &master.start) {
                wall = date.and_time(first.time());
            }
            let list = if *onwards { &mut future } else { &mut single };
            let newer = list.get(&wall).is_none_or(|other| {
                (event.details.sequence, event.details.last_modified)
                    >= (other.details.sequence, other.details.last_modified)
            });
            if newer {
                list.insert(wall, event);
            }
        }

        // The window on the wall, wide enough for what lasts or moves into the horizon.
        let slack = length_of(master.length)
            .max(
                future
                    .values()
                    .map(|e| length_of(e.length))
                    .max()
                    .unwrap_or_default(),
            )
            .min(TimeDelta::days(MAX_SHIFT_DAYS))
            + if future.is_empty() {
                TimeDelta::days(2)
            } else {
                TimeDelta::days(MAX_SHIFT_DAYS)
            };
        let window = (
            from_wall.checked_sub_signed(slack).unwrap_or(from_wall),
            to_wall.checked_add_signed(slack).unwrap_or(to_wall),
        );
        // Dates that are excluded or outside the horizon are dates of the rule too: room for them.
        let slack_hours = usize::try_from(slack.num_hours()).unwrap_or(0);
        let max = self
            .options
            .max_occurrences_per_series
            .saturating_add(master.excluded.len())
            .saturating_add(slack_hours * 4);
        let (mut dates, mut cut) = self.unrolled(master, &rules, &clock, window, max);

        let mut lengths: HashMap<NaiveDateTime, Length> = HashMap::new();
        dates.insert(start);
        for (point, length) in &master.extra {
            let mut wall = clock.place(point);
            if let (Point::Day(date), Point::At(first, _)) = (point, &master.start) {
                wall = date.and_time(first.time());
            }
            dates.insert(wall);
            if let Some(length) = length {
                lengths.insert(wall, *length);
            }
        }
        let mut excluded: HashSet<NaiveDateTime> = HashSet::new();
        let mut excluded_days = HashSet::new();
        for point in &master.excluded {
            match (point, &master.start) {
                (Point::Day(date), Point::At(..)) => {
                    excluded_days.insert(*date);
                }
                _ => {
                    excluded.insert(clock.place(point));
                }
            }
        }
        dates.retain(|wall| !excluded.contains(wall) && !excluded_days.contains(&wall.date()));

        for (wall, event) in &single {
            if !dates.contains(wall) {
                if in_window(*wall, window) {
                    let detail = key_of(&clock.point(*wall)).to_string();
                    self.notes.warn(
                        WarningCode::OverrideWithoutOccurrence,
                        Some(event.line),
                        Some(&event.details.title),
                        &detail,
                    );
                }
                dates.insert(*wall);
            }
        }

        let rule = master.rules.join("\n");
        let first_entry = self.out.entries.len();
        let mut taken = 0usize;
        for wall in dates {
            let onwards = future.range(..=wall).next_back();
            let (event, occurs, length) = match (single.get(&wall), onwards) {
                (Some(event), _) => (*event, event.start.wall(), event.length),
                (None, Some((from, event))) => {
                    let shift = event.start.wall().signed_duration_since(*from);
                    let Some(moved) = wall.checked_add_signed(shift) else {
                        continue;
                    };
                    (*event, moved, event.length)
                }
                (None, None) => {
                    let length = lengths.get(&wall).copied().unwrap_or(master.length);
                    (master, wall, length)
                }
            };
            if !self.inside(event, occurs, length) || !in_range(occurs) {
                continue;
            }
            if taken >= self.options.max_occurrences_per_series {
                cut = true;
                break;
            }
            taken += 1;
            let key = key_of(&clock.point(wall));
            let info = SeriesInfo {
                rule: rule.clone(),
                count: 0,
            };
            self.push(event, occurs, length, uid, generated, Some(key), Some(info));
        }
        for entry in self.out.entries.iter_mut().skip(first_entry) {
            if let Some(series) = &mut entry.series {
                series.count = taken;
            }
        }
        let note = if cut {
            self.out.cut = true;
            Some(WarningCode::SeriesTruncated)
        } else if taken == 0 {
            Some(WarningCode::SeriesOutsideHorizon)
        } else {
            None
        };
        if let Some(code) = note {
            self.notes
                .warn(code, Some(master.line), Some(&master.details.title), &rule);
        }
    }

    /// The rules that can be used; the others are warned of.
    fn rules(&mut self, master: &Event) -> Vec<Rule> {
        let mut rules: Vec<Rule> = Vec::new();
        for text in &master.rules {
            let (code, rule) = match Rule::parse(text) {
                Ok(rule) => (
                    rule.salvaged.then_some(WarningCode::RuleSalvaged),
                    Some(rule),
                ),
                Err(RuleFault::Empty) => (Some(WarningCode::EmptyRule), None),
                Err(RuleFault::Invalid) => (Some(WarningCode::InvalidRule), None),
                Err(RuleFault::TooFrequent) => (Some(WarningCode::RuleTooFrequent), None),
            };
            if let Some(code) = code {
                self.notes
                    .warn(code, Some(master.line), Some(&master.details.title), text);
            }
            if let Some(rule) = rule
                && !rules.contains(&rule)
            {
                rules.push(rule);
            }
        }
        rules
    }

    /// The union of the rules, and whether some dates are missing.
    fn unrolled(
        &mut self,
        master: &Event,
        rules: &[Rule],
        clock: &Clocked,
        window: (NaiveDateTime, NaiveDateTime),
        max: usize,
    ) -> (BTreeSet<NaiveDateTime>, bool) {
        let start = master.start.wall();
        let mut dates = BTreeSet::new();
        let mut cut = false;
        let mut fits = rules.is_empty();
        for rule in rules {
            let until = rule.until.map(|until| clock.until(until));
            if until.is_some_and(|until| until < start) {
                self.notes.warn(
                    WarningCode::UntilBeforeStart,
                    Some(master.line),
                    Some(&master.details.title),
                    "",
                );
            }
            match unroll(rule, start, until, window, max, &mut self.budget) {
                Ok(found) => {
                    fits |= found.start_fits || found.cut;
                    cut |= found.cut;
                    dates.extend(found.dates);
                }
                Err(_) => {
                    fits = true;
                    self.notes.warn(
                        WarningCode::InvalidRule,
                        Some(master.line),
                        Some(&master.details.title),
                        &master.rules.join("\n"),
                    );
                }
            }
        }
        if !fits {
            self.notes.warn(
                WarningCode::StartNotInRule,
                Some(master.line),
                Some(&master.details.title),
                "",
            );
        }
        (dates, cut)
    }

    /// Whether an occurrence touches the horizon.
    fn inside(&self, event: &Event, wall: NaiveDateTime, length: Length) -> bool {
        let (from, to) = self.options.horizon;
        let start = match clock_of(event) {
            Some(clock) => clock.instant(wall),
            None => instant_of(wall, event.calendar_zone),
        };
        let end = start
            .checked_add_signed(match length {
                Length::Unknown => TimeDelta::seconds(1),
                other => length_of(other),
            })
            .unwrap_or(start);
        start < to && end > from
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of one entry, all different"
    )]
    fn push(
        &mut self,
        event: &Event,
        wall: NaiveDateTime,
        length: Length,
        uid: &str,
        generated: bool,
        occurrence: Option<OccurrenceKey>,
        series: Option<SeriesInfo>,
    ) {
        if self.out.entries.len() >= self.options.max_events {
            self.out.left_out += 1;
            return;
        }
        let (start, end) = match clock_of(event) {
            None => {
                let date = wall.date();
                let days = match length {
                    Length::Days(days) => TimeDelta::try_days(days),
                    Length::Exact(_) | Length::Unknown => None,
                };
                let end = days
                    .and_then(|days| date.checked_add_signed(days))
                    .filter(|end| in_range(end.and_time(chrono::NaiveTime::MIN)))
                    .map(When::day);
                (When::day(date), end)
            }
            Some(clock) => {
                let instant = clock.instant(wall);
                let zone = self.zone(event, &clock, instant);
                let end = match length {
                    Length::Exact(exact) => instant.checked_add_signed(exact),
                    Length::Days(_) | Length::Unknown => None,
                };
                let end = end.filter(|end| in_range(end.naive_utc()));
                (
                    When::instant_in(instant, zone),
                    end.map(|end| When::instant_in(end, zone)),
                )
            }
        };
        let zone = match start {
            When::Date { .. } => event.calendar_zone,
            When::Time { zone, .. } => zone,
        };
        let details = &event.details;
        let mut entry = Entry {
            uid: uid.to_owned(),
            uid_is_generated: generated,
            occurrence,
            series,
            title: details.title.clone(),
            description: details.description.clone(),
            start,
            end,
            all_day: start.is_date(),
            zone,
            place_name: details.place_name.clone(),
            coordinates: details.coordinates,
            url: details.url.clone(),
            online_url: details.online_url.clone(),
            categories: details.categories.clone(),
            status: details.status,
            organizer: details.organizer.clone(),
            image_url: details.image_url.clone(),
            attachments: details.attachments.clone(),
            sequence: details.sequence,
            last_modified: details.last_modified,
            fingerprint: String::new(),
        };
        entry.fingerprint = fingerprint(&entry);
        self.out.entries.push(entry);
    }

    /// The zone an instant is shown in.
    fn zone(&mut self, event: &Event, clock: &Clock, instant: DateTime<Utc>) -> chrono_tz::Tz {
        if clock.is_utc() {
            return event.calendar_zone;
        }
        let shown = self.zones.shown_in(clock, instant, event.calendar_zone);
        shown.unwrap_or_else(|| {
            self.notes.warn(
                WarningCode::CustomZone,
                Some(event.line),
                None,
                event.calendar_zone.name(),
            );
            event.calendar_zone
        })
    }
}
