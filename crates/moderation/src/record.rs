//! The record: every measure, who, when, why, what was before; append-only, each entry chained to the one before by its
//! hash. It names ids and words, never what people wrote, so that somebody's data can be erased and the chain stands.

use crate::target::TargetKind;
use diesel::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::events::Event;
use store::schema::{actors, moderation_heads, moderation_record};
use store::{Conn, Id, Json, Portable, StoreError, Ts};

/// The hash before the first entry.
const BEGINNING: &str = "";

/// What is written down.
#[derive(Debug, Clone)]
pub struct Deed<'a> {
    /// The site.
    pub site: Id,
    /// Who did it; `None`: the server by itself.
    pub by: Option<Id>,
    /// What, one of [`Action`]'s words.
    pub action: Action,
    /// Kind of the target, a word of [`crate::target::TargetKind`].
    pub target_kind: &'a str,
    /// Its address.
    pub target: &'a str,
    /// Word of the reason; may be empty.
    pub reason: &'a str,
    /// Before and after, in words and ids.
    pub detail: Value,
}

store::text_enum! {
    /// What a moderator, or the server by itself, did.
    pub enum Action {
        /// A first report of a target came.
        CaseOpened = "case_opened",
        /// A case was closed, with its outcome.
        CaseClosed = "case_closed",
        /// It was opened again.
        CaseReopened = "case_reopened",
        /// A measure was taken.
        MeasureTaken = "measure_taken",
        /// It was taken back.
        MeasureUndone = "measure_undone",
        /// Its time was over.
        MeasureEnded = "measure_ended",
        /// The person answered it.
        AppealMade = "appeal_made",
        /// The answer was judged.
        AppealDecided = "appeal_decided",
        /// A report was sent on to the server it is about.
        ReportForwarded = "report_forwarded",
        /// Something held was let through.
        HeldApproved = "held_approved",
        /// Something held was refused.
        HeldRefused = "held_refused",
        /// A rule of the site was made, reworded or ended.
        RuleChanged = "rule_changed",
    }
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = moderation_record)]
pub struct Entry {
    /// Its site.
    pub site_id: Id,
    /// Counts from 1 on each site.
    pub seq: i64,
    /// When.
    pub at: Ts,
    /// Who; `None`: the server by itself.
    pub by_id: Option<Id>,
    /// Word of [`Action`].
    pub action: String,
    /// Kind of the target.
    pub target_kind: String,
    /// Address of the target.
    pub target: String,
    /// Word of the reason.
    pub reason: String,
    /// Before and after.
    pub detail: Json,
    /// Hash of the entry before; empty for the first.
    pub previous: String,
    /// SHA-256 over all of the above, in hexadecimal digits.
    pub hash: String,
}

impl Entry {
    /// What its hash must be.
    fn computed(&self) -> String {
        // A JSON array names where each part ends; no two entries have the same text. What PostgreSQL keeps as `jsonb`
        // comes back with its keys in another order: they are sorted.
        let text = json!([
            self.site_id.to_string(),
            self.seq,
            self.at
                .0
                .to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
            self.by_id.map(|id| id.to_string()),
            self.action,
            self.target_kind,
            self.target,
            self.reason,
            sorted(&self.detail.0),
            self.previous,
        ]);
        let digest = Sha256::digest(text.to_string().as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The same value with the keys of each object in order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<(&String, &Value)> = map.iter().collect();
            pairs.sort_by_key(|(key, _)| *key);
            let sorted = pairs
                .into_iter()
                .map(|(key, value)| (key.clone(), sorted(value)));
            Value::Object(sorted.collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

/// An address that says nothing of a person: of an agenda of ours, which may bear somebody's name, its key.
fn lasting(conn: &mut Conn, deed: &Deed<'_>) -> Result<String, StoreError> {
    if deed.target_kind != TargetKind::Actor.as_str() {
        return Ok(deed.target.to_owned());
    }
    let own: Option<Id> = actors::table
        .filter(actors::uri.eq(deed.target))
        .filter(actors::site_id.is_not_null())
        .select(actors::id)
        .first(conn)
        .optional()?;
    Ok(own.map_or_else(|| deed.target.to_owned(), |id| format!("actor:{id}")))
}

/// Writes an entry, in the transaction of what it tells.
pub fn write(conn: &mut Conn, deed: &Deed<'_>, now: Ts) -> Result<(), StoreError> {
    let first = (
        moderation_heads::site_id.eq(deed.site),
        moderation_heads::seq.eq(0),
        moderation_heads::hash.eq(BEGINNING),
    );
    let insert = diesel::insert_into(moderation_heads::table).values(first);
    Portable(insert.on_conflict_do_nothing()).execute(conn)?;
    // The row is held from here to the end of the transaction: entries of one site follow one another.
    diesel::update(moderation_heads::table.find(deed.site))
        .set(moderation_heads::seq.eq(moderation_heads::seq + 1))
        .execute(conn)?;
    let (seq, previous): (i64, String) = moderation_heads::table
        .find(deed.site)
        .select((moderation_heads::seq, moderation_heads::hash))
        .first(conn)?;
    let target = lasting(conn, deed)?;
    let mut entry = Entry {
        site_id: deed.site,
        seq,
        at: now,
        by_id: deed.by,
        action: deed.action.as_str().to_owned(),
        target_kind: deed.target_kind.to_owned(),
        target,
        reason: deed.reason.to_owned(),
        detail: Json(deed.detail.clone()),
        previous,
        hash: String::new(),
    };
    entry.hash = entry.computed();
    diesel::insert_into(moderation_record::table)
        .values((
            moderation_record::site_id.eq(entry.site_id),
            moderation_record::seq.eq(entry.seq),
            moderation_record::at.eq(entry.at),
            moderation_record::by_id.eq(entry.by_id),
            moderation_record::action.eq(&entry.action),
            moderation_record::target_kind.eq(&entry.target_kind),
            moderation_record::target.eq(&entry.target),
            moderation_record::reason.eq(&entry.reason),
            moderation_record::detail.eq(&entry.detail),
            moderation_record::previous.eq(&entry.previous),
            moderation_record::hash.eq(&entry.hash),
        ))
        .execute(conn)?;
    diesel::update(moderation_heads::table.find(deed.site))
        .set(moderation_heads::hash.eq(&entry.hash))
        .execute(conn)?;
    tell(conn, deed, now)
}

/// Tells the programs of the site (`hooks`), in words and keys.
fn tell(conn: &mut Conn, deed: &Deed<'_>, now: Ts) -> Result<(), StoreError> {
    let event = match deed.action {
        Action::CaseOpened => Event::ReportOpened,
        Action::CaseClosed => Event::CaseClosed,
        Action::MeasureTaken => Event::MeasureTaken,
        Action::MeasureUndone | Action::MeasureEnded => Event::MeasureEnded,
        Action::AppealMade => Event::AppealReceived,
        _ => return Ok(()),
    };
    let mut about = json!({"target_kind": deed.target_kind, "reason": deed.reason});
    for key in ["case", "measure", "appeal", "kind", "outcome", "ends"] {
        let value = &deed.detail[key];
        if !value.is_null() {
            about[key] = value.clone();
        }
    }
    if event == Event::MeasureEnded {
        about["undone"] = (deed.action == Action::MeasureUndone).into();
    }
    store::events::tell(conn, deed.site, event, &about, now)
}

/// Entries of a site before a number, newest first.
pub fn read(
    conn: &mut Conn,
    site: Id,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    Ok(moderation_record::table
        .filter(moderation_record::site_id.eq(site))
        .filter(moderation_record::seq.lt(before.unwrap_or(i64::MAX)))
        .order(moderation_record::seq.desc())
        .limit(limit)
        .select(Entry::as_select())
        .load(conn)?)
}

/// Entries of some kinds before a number, newest first.
pub(crate) fn of_actions(
    conn: &mut Conn,
    site: Id,
    actions: &[Action],
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    let mut found: Vec<Entry> = Vec::new();
    // One range of the index for each kind: what else the record holds is not read.
    for action in actions {
        let part: Vec<Entry> = moderation_record::table
            .filter(moderation_record::site_id.eq(site))
            .filter(moderation_record::action.eq(action.as_str()))
            .filter(moderation_record::seq.lt(before.unwrap_or(i64::MAX)))
            .order(moderation_record::seq.desc())
            .limit(limit)
            .select(Entry::as_select())
            .load(conn)?;
        found.extend(part);
    }
    found.sort_by_key(|entry| std::cmp::Reverse(entry.seq));
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

/// When the first entry was written.
pub(crate) fn begun(conn: &mut Conn, site: Id) -> Result<Option<Ts>, StoreError> {
    Ok(moderation_record::table
        .filter(moderation_record::site_id.eq(site))
        .order(moderation_record::seq)
        .select(moderation_record::at)
        .first(conn)
        .optional()?)
}

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The site.
    pub site: Id,
    /// The first entry that does not follow from the one before, or the last one there is where others are missing.
    pub seq: i64,
}

/// Entries read in one go.
const PART: i64 = 1_000;

/// Follows the chain of a site from its beginning; gives how many entries it has.
pub fn check(conn: &mut Conn, site: Id) -> Result<Result<i64, Broken>, StoreError> {
    let (mut last, mut hash) = (0, BEGINNING.to_owned());
    loop {
        let part: Vec<Entry> = moderation_record::table
            .filter(moderation_record::site_id.eq(site))
            .filter(moderation_record::seq.gt(last))
            .order(moderation_record::seq)
            .limit(PART)
            .select(Entry::as_select())
            .load(conn)?;
        let whole = (part.len() as i64) < PART;
        for entry in part {
            let follows = entry.seq == last + 1 && entry.previous == hash;
            if !follows || entry.computed() != entry.hash {
                return Ok(Err(Broken {
                    site,
                    seq: entry.seq,
                }));
            }
            (last, hash) = (entry.seq, entry.hash);
        }
        if whole {
            break;
        }
    }
    let head: Option<(i64, String)> = moderation_heads::table
        .find(site)
        .select((moderation_heads::seq, moderation_heads::hash))
        .first(conn)
        .optional()?;
    // The end cut off leaves a chain that is whole: the head knows how long it was.
    let complete = match head {
        Some(head) => head == (last, hash),
        None => last == 0,
    };
    Ok(match complete {
        true => Ok(last),
        false => Err(Broken { site, seq: last }),
    })
}
