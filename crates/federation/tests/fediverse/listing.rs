//! Two thousand servers in mixed states on the page of peers: each once, under each filter that fits, in
//! pages, by a fixed number of queries.

use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use federation::follow::FollowState;
use federation::follow::peers::{PeerEntry, PeerFilter, list};
use hostile::{Options, World};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::schema::{actors, follows, peers};
use store::{Conn, Id, StoreError};

const COUNT: usize = 2_000;

/// State and by whose word, of a follow in one direction.
type Word = Option<(&'static str, &'static str)>;

const OURS: [Word; 8] = [
    None,
    Some(("pending", "")),
    Some(("accepted", "target")),
    Some(("refused", "target")),
    Some(("removed", "follower")),
    // A sibling ended it, which is a refusal to us; or we did, by a block of its server.
    Some(("removed", "target")),
    // A sibling refused, and we took it back.
    Some(("refused", "both")),
    Some(("lost", "")),
];

const THEIRS: [Word; 7] = [
    None,
    Some(("pending", "")),
    Some(("accepted", "policy")),
    Some(("refused", "target")),
    Some(("removed", "target")),
    // It took it back, and to us nothing is left of it.
    Some(("removed", "follower")),
    Some(("lost", "")),
];

/// What a server is to us.
struct Known {
    host: String,
    ours: Word,
    theirs: Word,
    /// A site of this server.
    sibling: bool,
    /// A second actor there, a person who follows us.
    fan: bool,
    failures: i32,
    unreachable: bool,
}

impl Known {
    fn number(n: usize) -> Self {
        // A language sorts the last two the other way round than bytes are.
        let name = n / 4;
        let host = match n % 4 {
            0 => format!("s{name:03}.test"),
            1 => format!("s{name:03}-x.test"),
            2 => format!("s{name:03}.test.example"),
            _ => format!("s{name:03}.test:8443"),
        };
        Self {
            host,
            ours: OURS[n % 8],
            theirs: THEIRS[n / 8 % 7],
            sibling: n % 8 == 6 || n % 16 == 5,
            fan: n.is_multiple_of(5),
            failures: if n.is_multiple_of(11) { 3 } else { 2 },
            unreachable: n.is_multiple_of(13),
        }
    }

    /// Where our follow of it stands, for us.
    fn of_ours(&self) -> Option<&'static str> {
        match self.ours {
            Some(("removed", "target")) if self.sibling => Some("refused"),
            Some((_, "both")) => Some("removed"),
            other => other.map(|(state, _)| state),
        }
    }

    /// Whether a filter is to list it.
    fn is_under(&self, filter: PeerFilter) -> bool {
        let ours = self.of_ours();
        let theirs = match self.theirs {
            Some(("removed", "follower")) => None,
            other => other.map(|(state, _)| state),
        };
        let any = ours.is_some() || theirs.is_some() || self.fan;
        let either = |word| ours == Some(word) || theirs == Some(word);
        match filter {
            PeerFilter::All => any,
            PeerFilter::Waiting => theirs == Some("pending"),
            PeerFilter::Asked => ours == Some("pending"),
            PeerFilter::Followers => theirs == Some("accepted") || self.fan,
            PeerFilter::Following => ours == Some("accepted"),
            PeerFilter::Refused => either("refused"),
            PeerFilter::Removed => either("removed"),
            PeerFilter::Lost => either("lost"),
            PeerFilter::Trouble => any && (self.failures >= 3 || self.unreachable),
        }
    }
}

fn actor(
    c: &mut Conn,
    world: &World,
    (host, site): (&str, Option<Id>),
    kind: &str,
) -> Result<Id, StoreError> {
    let (now, id) = (world.ts(), store::fresh_id(world.ts().0));
    let uri = format!("http://{host}/{kind}");
    diesel::insert_into(actors::table)
        .values((
            actors::id.eq(id),
            actors::uri.eq(&uri),
            actors::host.eq(host),
            (actors::kind.eq(kind), actors::site_id.eq(site)),
            (
                actors::username.eq(&uri),
                actors::name.eq("x"),
                actors::summary.eq(""),
            ),
            actors::inbox.eq(format!("{uri}/inbox")),
            (
                actors::manually_approves.eq(false),
                actors::discoverable.eq(true),
            ),
            (actors::indexable.eq(true), actors::state.eq("active")),
            (actors::created_at.eq(now), actors::updated_at.eq(now)),
        ))
        .execute(c)?;
    Ok(id)
}

fn follow(
    c: &mut Conn,
    world: &World,
    (follower, target): (Id, Id),
    word: Word,
) -> Result<(), StoreError> {
    let Some((state, by)) = word else {
        return Ok(());
    };
    let id = store::fresh_id(world.ts().0);
    diesel::insert_into(follows::table)
        .values((
            follows::id.eq(id),
            follows::follower_id.eq(follower),
            follows::target_id.eq(target),
            follows::uri.eq(format!("http://x.test/{id}")),
            (follows::state.eq(state), follows::decided_by.eq(by)),
            (follows::activity.eq("{}"), follows::via.eq("person")),
            follows::created_at.eq(world.ts()),
        ))
        .execute(c)?;
    Ok(())
}

fn fill(world: &World) -> Vec<Known> {
    let all: Vec<Known> = (0..COUNT).map(Known::number).collect();
    let (own, agenda) = (world.instance.id, world.agenda.id);
    let sister = world.add_sister("sister.test").site.id;
    world.write(|c| {
        for known in &all {
            let site = known.sibling.then_some(sister);
            let there = actor(c, world, (&known.host, site), "Application")?;
            follow(c, world, (own, there), known.ours)?;
            follow(c, world, (there, own), known.theirs)?;
            // A follower of an agenda is none of the site's.
            let person = actor(c, world, (&known.host, None), "Person")?;
            follow(c, world, (person, agenda), Some(("pending", "")))?;
            if known.fan {
                follow(c, world, (person, own), Some(("accepted", "policy")))?;
            }
            diesel::insert_into(peers::table)
                .values((
                    peers::host.eq(&known.host),
                    peers::blocked.eq(false),
                    peers::failures.eq(known.failures),
                    peers::unreachable_at.eq(known.unreachable.then(|| world.ts())),
                ))
                .execute(c)?;
        }
        // People's databases often sort as a language does, those of tests by bytes.
        if let Conn::Postgres(c) = c {
            c.batch_execute("ALTER TABLE actors ALTER COLUMN host TYPE text COLLATE \"fr-x-icu\"")?;
        }
        Ok(())
    });
    all
}

/// All pages under a filter, as who turns them sees them, and the most queries that one took.
fn pages(world: &World, filter: PeerFilter, text: &str, limit: i64) -> (Vec<PeerEntry>, usize) {
    let (site, own) = (world.site.id, world.instance.id);
    let (mut found, mut after, mut most) = (Vec::new(), String::new(), 0);
    // More pages than there may be end it too.
    for _ in 0..=COUNT {
        let queries = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&queries);
        let page = world.read(|c| {
            c.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                    counted.fetch_add(1, Ordering::Relaxed);
                }
            });
            let page = list(c, (site, own), filter, text, &after, limit);
            c.set_instrumentation(None::<fn(InstrumentationEvent<'_>)>);
            page
        });
        most = most.max(queries.load(Ordering::Relaxed));
        let Some(last) = page.last() else {
            return (found, most);
        };
        after.clone_from(&last.host);
        found.extend(page);
    }
    panic!("{}: pages without end", filter.as_str());
}

#[test]
fn two_thousand_servers_are_listed_once_each_under_every_filter() {
    hostile::on_both(&Options::hosts(&["alpha.test"]), async |world| {
        let all = fill(&world);
        for &filter in PeerFilter::ALL {
            let name = filter.as_str();
            let wanted: BTreeSet<&str> = all
                .iter()
                .filter(|known| known.is_under(filter))
                .map(|known| known.host.as_str())
                .collect();
            let (found, queries) = pages(&world, filter, "", 64);
            let hosts: BTreeSet<&str> = found.iter().map(|entry| entry.host.as_str()).collect();
            assert_eq!(hosts, wanted, "{name}");
            assert_eq!(found.len(), wanted.len(), "{name}: each once");
            assert!(
                (100..COUNT).contains(&wanted.len()),
                "{name} tells some apart"
            );
            assert!(
                (1..=7).contains(&queries),
                "{name}: {queries} queries a page"
            );
            // As many for a long page as for a short one.
            let (whole, of_long) = pages(&world, filter, "", 500);
            assert_eq!((whole.len(), of_long), (found.len(), queries), "{name}");
        }
        // What is said of one is right, the row of the server's own actor before a person's.
        let (found, _) = pages(&world, PeerFilter::All, "", 100);
        for known in all.iter().filter(|known| known.is_under(PeerFilter::All)) {
            let entry = found.iter().find(|entry| entry.host == known.host);
            let entry = entry.expect("listed");
            let state = |side: &Option<federation::follow::peers::Side>| {
                side.as_ref().map(|side| side.follow.state())
            };
            let ours = known.of_ours().and_then(FollowState::from_word);
            assert_eq!(state(&entry.following), ours, "{}", known.host);
            assert_eq!(entry.failures, known.failures);
            assert_eq!(entry.unreachable.is_some(), known.unreachable);
        }
        // Part of a name finds what has it, signs of the pattern language are signs.
        let (found, _) = pages(&world, PeerFilter::All, "S02", 10);
        let wanted = |known: &&Known| known.is_under(PeerFilter::All) && known.host.contains("s02");
        assert_eq!(found.len(), all.iter().filter(wanted).count());
        assert!(!found.is_empty());
        assert_eq!(pages(&world, PeerFilter::All, "s%2", 10).0, []);
    });
}
