//! What a site shows of a peer that it follows, narrowed by tags, kinds and distance.
//!
//! The rule is applied when lists are read (`shown_on!`) and changes nothing that is stored: taken away,
//! everything is back. What is excluded wins; an empty list of wanted tags wants all.

use diesel::dsl::exists;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use store::schema::{actors, announces, follows, narrowing_words, narrowings, objects, sites};
use store::{Conn, Id, StoreError, fold, fresh_id};

/// Most words of a list.
pub const MOST_WORDS: usize = 100;
/// Kilometres of a degree of latitude.
const DEGREE: f64 = 111.2;

/// A circle on the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    /// Degrees, WGS 84.
    pub latitude: f64,
    /// Degrees, WGS 84.
    pub longitude: f64,
    /// Kilometres, 0.1 to 20000.
    pub kilometres: f64,
}

/// A rule; the default one lets everything through.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Narrowing {
    /// Tags of which one is wanted; empty: all.
    pub include: Vec<String>,
    /// Tags of which none is wanted.
    pub exclude: Vec<String>,
    /// Kinds of objects; empty: all.
    pub kinds: Vec<String>,
    /// Where; what has no place on the map is hidden then.
    pub within: Option<Circle>,
}

/// Why a rule cannot stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NarrowingError {
    /// Wanted and not wanted.
    #[error("the tag {0} is in both lists")]
    Both(String),
    /// More than [`MOST_WORDS`], or one that is too long.
    #[error("too many words, or too long ones")]
    TooMuch,
    /// Not on the map, or no distance.
    #[error("not a place and a distance on the map")]
    Place,
}

impl NarrowingError {
    /// Stable name for the API and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Both(_) => "tag_in_both_lists",
            Self::TooMuch => "too_many_words",
            Self::Place => "not_a_place",
        }
    }
}

fn folded(tag: &str) -> String {
    fold(tag.trim().trim_start_matches('#')).replace(' ', "")
}

impl Narrowing {
    /// True when nothing is narrowed.
    pub fn is_open(&self) -> bool {
        self.include.is_empty()
            && self.exclude.is_empty()
            && self.kinds.is_empty()
            && self.within.is_none()
    }

    /// Whether it can stand.
    pub fn check(&self) -> Result<(), NarrowingError> {
        for list in [&self.include, &self.exclude, &self.kinds] {
            let long = |word: &String| word.chars().count() > 100 || folded(word).is_empty();
            if list.len() > MOST_WORDS || list.iter().any(long) {
                return Err(NarrowingError::TooMuch);
            }
        }
        let both = |tag: &&String| {
            self.exclude
                .iter()
                .any(|other| folded(other) == folded(tag))
        };
        if let Some(tag) = self.include.iter().find(both) {
            return Err(NarrowingError::Both(tag.clone()));
        }
        let fits = |circle: Circle| {
            (-90.0..=90.0).contains(&circle.latitude)
                && (-180.0..=180.0).contains(&circle.longitude)
                && (0.1..=20_000.0).contains(&circle.kilometres)
        };
        match self.within {
            Some(circle) if !fits(circle) => Err(NarrowingError::Place),
            _ => Ok(()),
        }
    }

    /// The rule of a site's actor for a host.
    pub fn read(conn: &mut Conn, own: Id, host: &str) -> Result<Self, StoreError> {
        type Row = (Id, Option<f64>, Option<f64>, Option<f64>);
        let row: Option<Row> = narrowings::table
            .filter(narrowings::follower_id.eq(own))
            .filter(narrowings::host.eq(host))
            .select((
                narrowings::id,
                narrowings::latitude,
                narrowings::longitude,
                narrowings::kilometres,
            ))
            .first(conn)
            .optional()?;
        let Some((id, latitude, longitude, kilometres)) = row else {
            return Ok(Self::default());
        };
        let words: Vec<(String, String)> = narrowing_words::table
            .filter(narrowing_words::narrowing_id.eq(id))
            .order(narrowing_words::word)
            .select((narrowing_words::list, narrowing_words::shown))
            .load(conn)?;
        let mut rule = Self::default();
        for (list, word) in words {
            match list.as_str() {
                "include" => rule.include.push(word),
                "exclude" => rule.exclude.push(word),
                _ => rule.kinds.push(word),
            }
        }
        if let (Some(latitude), Some(longitude), Some(kilometres)) =
            (latitude, longitude, kilometres)
        {
            rule.within = Some(Circle {
                latitude,
                longitude,
                kilometres,
            });
        }
        Ok(rule)
    }

    /// Writes the rule; one that narrows nothing is taken away. The caller has checked it.
    pub fn write(
        &self,
        conn: &mut Conn,
        own: Id,
        host: &str,
        now: store::Ts,
    ) -> Result<(), StoreError> {
        let old = narrowings::table
            .filter(narrowings::follower_id.eq(own))
            .filter(narrowings::host.eq(host));
        diesel::delete(old).execute(conn)?;
        if self.is_open() {
            return Ok(());
        }
        let id = fresh_id(now.0);
        let degree = |circle: Circle| DEGREE * circle.latitude.to_radians().cos().abs().max(0.01);
        diesel::insert_into(narrowings::table)
            .values((
                narrowings::id.eq(id),
                narrowings::follower_id.eq(own),
                narrowings::host.eq(host),
                narrowings::latitude.eq(self.within.map(|circle| circle.latitude)),
                narrowings::longitude.eq(self.within.map(|circle| circle.longitude)),
                narrowings::kilometres.eq(self.within.map(|circle| circle.kilometres)),
                narrowings::degree.eq(self.within.map(degree)),
            ))
            .execute(conn)?;
        let lists = [
            ("include", &self.include),
            ("exclude", &self.exclude),
            ("kind", &self.kinds),
        ];
        for (list, words) in lists {
            let mut seen = std::collections::HashSet::new();
            for shown in words {
                let word = match list {
                    "kind" => shown.clone(),
                    _ => folded(shown),
                };
                if !seen.insert(word.clone()) {
                    continue;
                }
                let row = (
                    narrowing_words::narrowing_id.eq(id),
                    narrowing_words::list.eq(list),
                    narrowing_words::word.eq(word),
                    narrowing_words::shown.eq(shown),
                );
                diesel::insert_into(narrowing_words::table)
                    .values(row)
                    .execute(conn)?;
            }
        }
        Ok(())
    }
}

/// An actor goes on at another server: the rule under which a site followed it goes along. It does not where the site
/// follows somebody at the new server already, or has a rule for it: what was decided there holds for whoever comes.
pub(crate) fn go_along(
    conn: &mut Conn,
    old: Id,
    new: Id,
    now: store::Ts,
) -> Result<(), StoreError> {
    let host = |conn: &mut Conn, actor: Id| {
        let host = actors::table.find(actor).select(actors::host);
        host.first::<String>(conn)
    };
    let (from, to) = (host(conn, old)?, host(conn, new)?);
    if from == to {
        return Ok(());
    }
    let following: Vec<Id> = follows::table
        .inner_join(narrowings::table.on(narrowings::follower_id.eq(follows::follower_id)))
        .filter(follows::target_id.eq(old))
        .filter(follows::state.eq_any(["accepted", "pending"]))
        .filter(narrowings::host.eq(&from))
        .select(follows::follower_id)
        .load(conn)?;
    for own in following {
        let there = follows::table
            .inner_join(actors::table.on(actors::id.eq(follows::target_id)))
            .filter(follows::follower_id.eq(own))
            .filter(follows::state.eq_any(["accepted", "pending"]))
            .filter(actors::host.eq(&to));
        let known = diesel::select(exists(there)).get_result::<bool>(conn)?
            || !Narrowing::read(conn, own, &to)?.is_open();
        if !known {
            Narrowing::read(conn, own, &from)?.write(conn, own, &to, now)?;
        }
    }
    Ok(())
}

/// A condition on `objects` beside a `follows` of the same query: the rule for that follow's server
/// lets the object through. One constant text, nothing is put into it.
pub fn lets_through() -> SqlLiteral<Bool> {
    diesel::dsl::sql::<Bool>(
        "NOT EXISTS (SELECT 1 FROM narrowings n WHERE n.follower_id = follows.follower_id \
         AND n.host = (SELECT a.host FROM actors a WHERE a.id = follows.target_id) AND (\
         EXISTS (SELECT 1 FROM narrowing_words w JOIN object_tags t ON t.tag_folded = w.word \
         WHERE w.narrowing_id = n.id AND w.list = 'exclude' AND t.object_id = objects.id) \
         OR (EXISTS (SELECT 1 FROM narrowing_words w WHERE w.narrowing_id = n.id AND w.list = 'include') \
         AND NOT EXISTS (SELECT 1 FROM narrowing_words w JOIN object_tags t ON t.tag_folded = w.word \
         WHERE w.narrowing_id = n.id AND w.list = 'include' AND t.object_id = objects.id)) \
         OR (EXISTS (SELECT 1 FROM narrowing_words w WHERE w.narrowing_id = n.id AND w.list = 'kind') \
         AND NOT EXISTS (SELECT 1 FROM narrowing_words w WHERE w.narrowing_id = n.id \
         AND w.list = 'kind' AND w.word = objects.kind)) \
         OR (n.kilometres IS NOT NULL AND NOT EXISTS (SELECT 1 FROM events e \
         WHERE e.object_id = objects.id AND e.latitude IS NOT NULL AND e.longitude IS NOT NULL \
         AND (e.latitude - n.latitude) * 111.2 * (e.latitude - n.latitude) * 111.2 \
         + (e.longitude - n.longitude) * n.degree * (e.longitude - n.longitude) * n.degree \
         <= n.kilometres * n.kilometres))))",
    )
}

/// What comes from a server that a site's actor follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coming {
    /// Public objects in all.
    pub total: i64,
    /// Those that the rule hides.
    pub hidden: i64,
}

/// Counts what comes from a host, and how much of it the rule hides.
pub fn coming(conn: &mut Conn, own: Id, host: &str) -> Result<Coming, StoreError> {
    macro_rules! count {
        ($($rule:expr)?) => {{
            let followed = follows::table
                .inner_join(actors::table.on(actors::id.eq(follows::target_id)))
                .filter(follows::follower_id.eq(own))
                .filter(follows::state.eq("accepted"))
                .filter(actors::host.eq(host))
                .filter(follows::target_id.eq(objects::actor_id))
                $(.filter($rule))?;
            let passed_on = announces::table
                .inner_join(follows::table.on(follows::target_id.eq(announces::actor_id)))
                .inner_join(actors::table.on(actors::id.eq(follows::target_id)))
                .filter(announces::object_id.eq(objects::id))
                .filter(follows::follower_id.eq(own))
                .filter(follows::state.eq("accepted"))
                .filter(actors::host.eq(host))
                $(.filter($rule))?;
            let sibling = sites::table
                .inner_join(follows::table.on(sites::actor_id.eq(follows::target_id.nullable())))
                .filter(sites::id.nullable().eq(objects::site_id))
                .filter(sites::host.eq(host))
                .filter(follows::follower_id.eq(own))
                .filter(follows::state.eq("accepted"))
                $(.filter($rule))?;
            objects::table
                .filter(objects::state.eq("public"))
                .filter(objects::audience.eq("public"))
                .filter(exists(followed).or(exists(passed_on)).or(exists(sibling)))
                .count()
                .get_result::<i64>(conn)?
        }};
    }
    let total = count!();
    let shown = count!(lets_through());
    Ok(Coming {
        total,
        hidden: total - shown,
    })
}
