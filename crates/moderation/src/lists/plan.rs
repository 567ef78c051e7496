//! What the lines of a file would do here, and doing it.

use super::file::{Line, Severity};
use crate::ModerationError;
use crate::complaint::Reason;
use crate::desk::Moderation;
use crate::measure::{Measure, MeasureKind, NewMeasure, on_hosts};
use crate::target::Target;
use accounts::{Account, Permission, roles};
use diesel::prelude::*;
use federation::{Ties, is_under, normal_host, ties_with};
use sites::Site;
use std::collections::{BTreeMap, BTreeSet};
use store::schema::peers;
use store::{Conn, Id, StoreError, Ts};

/// A line, and what it would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The line.
    pub line: Line,
    /// The measures that it stands for and that do not hold yet; none when there is nothing to do.
    pub measures: Vec<MeasureKind>,
    /// What it would cut.
    pub ties: Ties,
    /// A decision of this site about the server: it stays as it is.
    pub decided: bool,
    /// One of this server's own names, or a domain above one.
    pub own: bool,
}

impl Planned {
    /// True when it would change something and nothing speaks against it.
    pub fn is_open(&self) -> bool {
        !self.own && !self.decided && !self.measures.is_empty()
    }
}

/// What was done with the lines of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// Measures taken.
    pub measures: usize,
    /// Servers about which nothing was done: decided before, ours, or not to be blocked.
    pub left: Vec<String>,
}

/// The measures that a line stands for. Who administers the whole server stops the traffic; the moderators of one site
/// show nothing of it.
pub(super) fn kinds_of(line: &Line, server_admin: bool) -> Vec<MeasureKind> {
    let mut kinds = match (line.severity, server_admin) {
        (Severity::Suspend, true) => vec![MeasureKind::Block],
        (Severity::Suspend, false) => vec![MeasureKind::Suspend],
        (Severity::Silence, _) => vec![MeasureKind::Unlist],
        (Severity::Noop, _) => vec![],
    };
    if line.reject_media && line.severity != Severity::Suspend {
        kinds.push(MeasureKind::Media);
    }
    kinds
}

/// Servers about which a site has decided by itself, or that the server's administrators blocked.
pub(super) fn decided(conn: &mut Conn, site: Id) -> Result<BTreeSet<String>, StoreError> {
    let measures = on_hosts(conn, site)?.into_iter();
    let mut hosts: BTreeSet<String> = measures.filter_map(|measure| measure.host).collect();
    let blocked: Vec<String> = peers::table
        .filter(peers::blocked.eq(true))
        .select(peers::host)
        .load(conn)?;
    hosts.extend(blocked);
    Ok(hosts)
}

/// Looks at what each line would do, in the name of a moderator.
pub fn plan(
    conn: &mut Conn,
    desk: &Moderation,
    site: &Site,
    by: Id,
    lines: Vec<Line>,
) -> Result<Vec<Planned>, ModerationError> {
    roles::require_permission(conn, site.id, by, Permission::Federation)?;
    let admin = Account::find(conn, by)?.is_some_and(|account| account.is_server_admin);
    let decided = decided(conn, site.id)?;
    let hosts: Vec<String> = lines.iter().map(|line| line.host.clone()).collect();
    let ties = ties_with(conn, &hosts)?;
    let planned = lines.into_iter().zip(ties).map(|(line, ties)| {
        let own =
            desk.sites.all().iter().any(|site| {
                normal_host(&site.host).is_some_and(|site| is_under(&site, &line.host))
            });
        Planned {
            measures: kinds_of(&line, admin),
            decided: decided.contains(&line.host),
            own,
            ties,
            line,
        }
    });
    Ok(planned.collect())
}

/// Takes the measures of these lines; what was decided before stays as it is.
pub fn take(
    conn: &mut Conn,
    desk: &Moderation,
    site: &Site,
    by: Id,
    lines: Vec<Line>,
    now: Ts,
) -> Result<Taken, ModerationError> {
    let mut taken = Taken::default();
    for planned in plan(conn, desk, site, by, lines)? {
        match planned.is_open() {
            true => taken.measures += take_line(conn, desk, site, by, &planned.line, None, now)?,
            false => taken.left.push(planned.line.host),
        }
    }
    Ok(taken)
}

/// Takes the measures of one line; gives how many.
pub(super) fn take_line(
    conn: &mut Conn,
    desk: &Moderation,
    site: &Site,
    by: Id,
    line: &Line,
    list: Option<&str>,
    now: Ts,
) -> Result<usize, ModerationError> {
    let admin = Account::find(conn, by)?.is_some_and(|account| account.is_server_admin);
    let target = Target::host(&line.host).ok_or(ModerationError::Unknown)?;
    let mut taken = 0;
    for kind in kinds_of(line, admin) {
        let new = NewMeasure {
            kind,
            reason: Reason::Other,
            rule: None,
            message: line.reason.clone(),
            ends_at: None,
            case: None,
            kinds: Vec::new(),
            list: list.map(str::to_owned),
        };
        match desk.take_measure(conn, site, by, &target, &new, now) {
            Ok(_) => taken += 1,
            Err(ModerationError::Decided) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(taken)
}

/// The servers that a site blocks, limits or takes no pictures from, as lines of a file: by name, each once.
pub fn exported(conn: &mut Conn, site: Id) -> Result<Vec<Line>, StoreError> {
    let mut lines: BTreeMap<String, Line> = BTreeMap::new();
    let fresh = |host: &str| Line {
        host: host.to_owned(),
        severity: Severity::Noop,
        reject_media: false,
        reason: String::new(),
    };
    let blocked: Vec<(String, Option<String>)> = peers::table
        .filter(peers::blocked.eq(true))
        .select((peers::host, peers::block_reason))
        .load(conn)?;
    for (host, reason) in blocked {
        let line = lines.entry(host.clone()).or_insert_with(|| fresh(&host));
        line.severity = Severity::Suspend;
        // A reason's word alone is no sentence.
        line.reason = reason
            .filter(|words| Reason::from_word(words).is_none())
            .unwrap_or_default();
    }
    for measure in on_hosts(conn, site)? {
        let Some((host, kind)) = measure.host.as_deref().zip(measure.kind()) else {
            continue;
        };
        let severity = match kind {
            MeasureKind::Block | MeasureKind::Suspend => Severity::Suspend,
            MeasureKind::Unlist => Severity::Silence,
            MeasureKind::Media => Severity::Noop,
            _ => continue,
        };
        let line = lines.entry(host.to_owned()).or_insert_with(|| fresh(host));
        line.reject_media |= kind == MeasureKind::Media;
        if strength(severity) > strength(line.severity) {
            line.severity = severity;
        }
        if line.reason.is_empty() {
            line.reason = measure
                .message
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
        }
    }
    Ok(lines.into_values().collect())
}

fn strength(severity: Severity) -> u8 {
    match severity {
        Severity::Noop => 0,
        Severity::Silence => 1,
        Severity::Suspend => 2,
    }
}

/// Measures on servers that a list brought and that hold.
pub(super) fn brought_by(conn: &mut Conn, site: Id, url: &str) -> Result<Vec<Measure>, StoreError> {
    let mut measures = on_hosts(conn, site)?;
    measures.retain(|measure| measure.list_url.as_deref() == Some(url));
    Ok(measures)
}
