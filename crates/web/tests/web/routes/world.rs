//! One event in each state that hides it, every one with words that stand nowhere else.

use super::cast::{ALPHA, Seat};
use super::stage::call;
use crate::scene::{Scene, send};
use accounts::{ActorRole, SiteRole};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use diesel::prelude::*;
use federation::actor::NewActor;
use federation::{Actor, FreshKey, Incoming, Randomness, create_actor};
use moderation::hold::{HoldRules, Watched};
use moderation::measure::MeasureKind;
use moderation::target::Target;
use publication::{Object, Revision};
use serde_json::{Value, json};
use std::sync::OnceLock;
use store::schema::{actors, approved_objects, events, follows, media, objects};
use store::{Id, StoreError, fresh_id};

/// To whom an event shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shows {
    /// In lists and by its address.
    Listed,
    /// To who has its address.
    ByAddress,
    Hidden,
}

use Shows::{ByAddress, Hidden, Listed};

/// An event and what its addresses are made of.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) state: &'static str,
    pub(super) shows: Shows,
    pub(super) local: bool,
    /// In title, text, tag and place.
    pub(super) words: [String; 4],
    pub(super) id: String,
    pub(super) uri: String,
    pub(super) agenda: String,
    pub(super) place: String,
    /// Of a local event's picture.
    pub(super) file: Option<String>,
}

/// States of events of this site; each has an agenda of its own.
pub(super) const HERE: [(&str, Shows); 14] = [
    ("public", Listed),
    ("draft", Hidden),
    ("held", Hidden),
    ("held again after an edit", Hidden),
    ("rejected", Hidden),
    ("unlisted audience", ByAddress),
    ("followers only", Hidden),
    ("private", Hidden),
    ("removed", Hidden),
    ("purged", Hidden),
    ("deleted", Hidden),
    ("suspended agenda", Hidden),
    ("unlist measure", ByAddress),
    ("unlist measure on the agenda", ByAddress),
];

/// States of events of other servers; each has a host of its own.
pub(super) const ELSEWHERE: [(&str, Shows); 11] = [
    ("public of another server", Listed),
    ("suspended host", Hidden),
    ("suspended actor of another server", Hidden),
    ("unlisted host", ByAddress),
    ("no kind of it", Hidden),
    ("held host", Hidden),
    ("refused of a held host", Hidden),
    ("removed of another server", Hidden),
    ("blocked host", Hidden),
    ("host that is not followed", Hidden),
    ("deleted elsewhere", Hidden),
];

/// A word that makes an event wait.
const WATCHED: &str = "casinoroyal";

fn words(number: usize) -> [String; 4] {
    ["title", "text", "tag", "place"].map(|part| format!("zq{number:02}{part}"))
}

/// One key for every actor: making one takes a tenth of a second.
fn key() -> &'static FreshKey {
    static KEY: OnceLock<FreshKey> = OnceLock::new();
    KEY.get_or_init(|| FreshKey::make(&Randomness::new(|bytes| bytes.fill(7))).unwrap())
}

/// A picture of its own colour, so that its file is its own.
fn picture(number: usize) -> Vec<u8> {
    let shade = u8::try_from(number * 9).unwrap();
    let picture = image::RgbImage::from_pixel(640, 360, image::Rgb([shade, 255 - shade, 40]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

pub(super) struct World<'a> {
    pub(super) scene: &'a Scene,
    pub(super) author: Seat,
    pub(super) admin: Seat,
}

impl<'a> World<'a> {
    pub(super) fn of(scene: &'a Scene) -> Self {
        let owner = scene.person("ada", "alpha.test");
        scene.site_role(owner, SiteRole::Member);
        let admin = scene.account_of("admin");
        let seats = scene.seats(&[owner, admin]);
        let [author, admin]: [Seat; 2] = seats.try_into().unwrap_or_else(|_| panic!("two"));
        Self {
            scene,
            author,
            admin,
        }
    }

    /// Makes them all.
    pub(super) async fn filled(&self, app: &app!()) -> Vec<Told> {
        self.rules();
        let mut all = Vec::new();
        for (number, (state, shows)) in HERE.into_iter().enumerate() {
            all.push(self.here(app, number, state, shows).await);
        }
        for (number, (state, shows)) in ELSEWHERE.into_iter().enumerate() {
            all.push(self.elsewhere(50 + number, state, shows));
        }
        self.scene.federation.reread_blocks().await.unwrap();
        all
    }

    pub(super) fn write<T>(&self, rows: impl FnOnce(&mut store::Conn) -> QueryResult<T>) -> T {
        self.scene
            .database
            .write_now(|c| rows(c).map_err(StoreError::from))
            .unwrap()
    }

    pub(super) fn rules(&self) {
        let site = self.scene.sites.by_host("alpha.test").unwrap().id;
        let (by, now) = (self.scene.account_of("admin"), self.scene.clock.ts());
        let rules = HoldRules {
            first_publications: 0,
            links: false,
            pictures: false,
            edits: true,
            strange_hosts: false,
        };
        let written = self.scene.database.write_now(|c| {
            rules.write(c, site, by, now)?;
            Watched::write(c, site, by, &[WATCHED.to_owned()], now)
        });
        written.unwrap();
    }

    /// An agenda of the author's, made when it is not there.
    pub(super) fn agenda(&self, username: &str) -> Actor {
        let site = self.scene.sites.by_host("alpha.test").unwrap();
        let known = self
            .scene
            .database
            .read_now(|c| Actor::local(c, site.id, username));
        if let Some(known) = known.unwrap() {
            return known;
        }
        let (seal, now) = (self.scene.federation.seal(), self.scene.clock.ts());
        let name = format!("Agenda {username}");
        let new = NewActor {
            kind: "Group",
            username,
            name: &name,
            summary: "",
        };
        let made = self.scene.database.write_now(|c| {
            Ok::<_, StoreError>(create_actor(c, &site, &new, key(), seal, now).unwrap())
        });
        let owner = self.scene.account_of("ada");
        self.scene.own(owner, username, ActorRole::Owner);
        made.unwrap()
    }

    pub(super) async fn here(
        &self,
        app: &app!(),
        number: usize,
        state: &'static str,
        shows: Shows,
    ) -> Told {
        let agenda = format!("a{number:02}");
        let actor = self.agenda(&agenda);
        let words = words(number);
        let held = ["held", "rejected"].contains(&state);
        let text = format!("{} {}", words[1], if held { WATCHED } else { "" });
        let place = format!("Salle {}", words[3]);
        let fields = [
            ("title", words[0].as_str()),
            ("description", text.as_str()),
            ("tags", words[2].as_str()),
            ("start_date", "2027-03-01"),
            ("start_time", "20:00"),
            ("time_zone", "Europe/Paris"),
            ("place_name", place.as_str()),
            ("price", words[0].as_str()),
            ("picture_alt", words[0].as_str()),
            ("do", if state == "draft" { "draft" } else { "publish" }),
        ];
        let mut browser = self.author.browser.clone();
        let file = ("picture", "a.png", &picture(number)[..]);
        let made = browser
            .post_file(app, &format!("/@{agenda}/new"), &fields, file)
            .await;
        assert_eq!(made.status, 303, "{state}: {}", made.body);
        let id = made.header("location")["/e/".len()..]
            .split('?')
            .next()
            .unwrap()
            .to_owned();
        let (place, file) = self.parts(Id::parse(&id).unwrap());
        self.become_hidden(app, state, &id, &actor).await;
        let uri = format!("{ALPHA}/events/{id}");
        Told {
            state,
            shows,
            local: true,
            words,
            id,
            uri,
            agenda,
            place,
            file,
        }
    }

    /// The place and the picture of an event.
    fn parts(&self, id: Id) -> (String, Option<String>) {
        let row = events::table
            .find(id)
            .select((events::place_id, events::picture_id));
        let (place, picture): (Option<Id>, Option<Id>) = self.write(|c| row.first(c));
        let file = picture.map(|id| {
            let name = media::table.find(id).select(media::file_name);
            self.write(|c| name.first::<String>(c))
        });
        (place.unwrap().to_string(), file)
    }

    async fn become_hidden(&self, app: &app!(), state: &str, id: &str, actor: &Actor) {
        let key = Id::parse(id).unwrap();
        let (scene, of_event) = (self.scene, move |c: &mut store::Conn| {
            Target::object(c, key).unwrap()
        });
        let of_agenda = |c: &mut store::Conn| Target::actor(c, actor.id).unwrap();
        match state {
            "held again after an edit" => {
                let edit = json!({"description": format!("{} {WATCHED}", words(3)[1])});
                let done = call(
                    app,
                    &self.author,
                    "PATCH",
                    &format!("/api/v1/events/{id}"),
                    edit,
                )
                .await;
                assert_eq!(done.status, 200, "{}", done.body);
            }
            "rejected" => {
                let act =
                    json!({"source": "held", "ids": [id], "action": "refuse", "words": "Non"});
                let done = call(app, &self.admin, "POST", "/api/v1/queue", act).await;
                assert!(
                    done.status == 200 && done.body.contains("\"error\":\"\""),
                    "{}",
                    done.body
                );
            }
            "unlisted audience" => self.narrow(key, "unlisted"),
            "followers only" => self.narrow(key, "followers"),
            "private" => self.narrow(key, "private"),
            "removed" => scene.take(of_event, MeasureKind::Remove),
            "purged" => scene.take(of_event, MeasureKind::Purge),
            "unlist measure" => scene.take(of_event, MeasureKind::Unlist),
            "suspended agenda" => scene.take(of_agenda, MeasureKind::Suspend),
            "unlist measure on the agenda" => scene.take(of_agenda, MeasureKind::Unlist),
            "deleted" => {
                let path = format!("/api/v1/events/{id}");
                let done = call(app, &self.author, "DELETE", &path, Value::Null).await;
                assert!(done.status < 300, "{}", done.body);
            }
            _ => {}
        }
    }

    /// Its author lets fewer see it than before.
    fn narrow(&self, id: Id, audience: &str) {
        let now = self.scene.clock.ts();
        let done = self.scene.database.write_now(|c| {
            let object = Object::by_id(c, id)?.unwrap();
            let revision = Revision {
                audience: Some(audience.to_owned()),
                ..Revision::default()
            };
            let registry = &self.scene.registry;
            let own = |_: &mut store::Conn, _: &Object| Ok(());
            publication::revise(
                c,
                registry,
                &object,
                None,
                &revision,
                None,
                None,
                json!({}),
                own,
                now,
            )
        });
        done.unwrap();
    }

    /// An agenda of another server, which the site follows unless `alone`.
    pub(super) fn stranger(&self, host: &str, alone: bool) -> Actor {
        let (id, now) = (fresh_id(self.scene.clock.now()), self.scene.clock.ts());
        let uri = format!("https://{host}/@guilde");
        let known = self.scene.database.read_now(|c| Actor::by_uri(c, &uri));
        if let Some(known) = known.unwrap() {
            return known;
        }
        let row = (
            (
                actors::id.eq(id),
                actors::uri.eq(&uri),
                actors::host.eq(host),
                actors::kind.eq("Group"),
                actors::username.eq("guilde"),
                actors::name.eq("La Guilde"),
                actors::summary.eq(""),
            ),
            actors::url.eq(&uri),
            actors::inbox.eq(format!("{uri}/inbox")),
            actors::followers_url.eq(format!("{uri}/followers")),
            actors::manually_approves.eq(false),
            actors::discoverable.eq(true),
            actors::indexable.eq(true),
            actors::state.eq("active"),
            actors::created_at.eq(now),
            actors::updated_at.eq(now),
        );
        self.write(|c| diesel::insert_into(actors::table).values(row).execute(c));
        if !alone {
            let site = self.scene.sites.by_host("alpha.test").unwrap();
            let follow = fresh_id(self.scene.clock.now());
            let row = (
                follows::id.eq(follow),
                follows::follower_id.eq(site.actor_id.unwrap()),
                follows::target_id.eq(id),
                follows::uri.eq(format!("{ALPHA}/follows/{follow}")),
                follows::state.eq("accepted"),
                follows::activity.eq("{}"),
                follows::created_at.eq(now),
                follows::decided_at.eq(now),
            );
            self.write(|c| diesel::insert_into(follows::table).values(row).execute(c));
        }
        self.scene
            .database
            .read_now(|c| Actor::by_id(c, id))
            .unwrap()
            .unwrap()
    }

    pub(super) fn elsewhere(&self, number: usize, state: &'static str, shows: Shows) -> Told {
        let (scene, host) = (self.scene, format!("h{number}.example"));
        let author = self.stranger(&host, state == "host that is not followed");
        let on_host = |_: &mut store::Conn| Target::host(&host);
        if ["held host", "refused of a held host"].contains(&state) {
            scene.take(on_host, MeasureKind::Hold);
        }
        let words = words(number);
        let uri = format!("https://{host}/events/1");
        let document = json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": uri, "url": uri, "type": "Event", "attributedTo": author.uri, "name": words[0],
            "content": format!("<p>{}</p>", words[1]),
            "startTime": "2027-03-01T19:00:00Z", "timezone": "Europe/Paris",
            "published": "2026-11-20T10:00:00Z",
            "tag": [{"type": "Hashtag", "name": format!("#{}", words[2])}],
            "location": {"type": "Place", "name": format!("Salle {}", words[3]), "address": "1 rue"},
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
        });
        let now = scene.clock.ts();
        let incoming = Incoming {
            document: &document,
            author: &author,
            now,
        };
        let id = scene.database.write_now(|c| {
            use federation::Content;
            let id = scene.registry.receive(c, &incoming).unwrap();
            Ok::<_, StoreError>(id)
        });
        let id = id.unwrap();
        let (place, _) = self.parts(id);
        let of_actor = |c: &mut store::Conn| Target::actor(c, author.id).unwrap();
        match state {
            "suspended host" => scene.take(on_host, MeasureKind::Suspend),
            "unlisted host" => scene.take(on_host, MeasureKind::Unlist),
            "no kind of it" => scene.take(on_host, MeasureKind::Kinds),
            "suspended actor of another server" => scene.take(of_actor, MeasureKind::Suspend),
            "blocked host" => scene.take(on_host, MeasureKind::Block),
            "removed of another server" => {
                scene.take(|c| Target::object(c, id).unwrap(), MeasureKind::Remove);
            }
            "refused of a held host" => {
                let site = scene.sites.by_host("alpha.test").unwrap().id;
                let row = (
                    approved_objects::site_id.eq(site),
                    approved_objects::object_id.eq(id),
                    approved_objects::shown.eq(false),
                    approved_objects::at.eq(now),
                );
                self.write(|c| {
                    diesel::insert_into(approved_objects::table)
                        .values(row)
                        .execute(c)
                });
            }
            "deleted elsewhere" => {
                use federation::Content;
                scene
                    .database
                    .write_now(|c| scene.registry.remove(c, &uri, now))
                    .unwrap();
            }
            _ => {}
        }
        let known = objects::table.find(id).select(objects::state);
        let known: String = self.write(|c| known.first(c));
        assert!(
            ["public", "deleted"].contains(&known.as_str()),
            "{state}: {known}"
        );
        let agenda = "nobody".to_owned();
        Told {
            state,
            shows,
            local: false,
            words,
            id: id.to_string(),
            uri,
            agenda,
            place,
            file: None,
        }
    }
}

/// What somebody sees at an address.
pub(super) struct Seen {
    pub(super) status: u16,
    pub(super) body: String,
}

/// Asks as a browser does, as a program with a token, or as a server.
pub(super) async fn look(
    app: &app!(),
    seat: &Seat,
    path: &str,
    signature: &[(&str, String)],
) -> Seen {
    let (path, activity) = match path.strip_prefix("activity:") {
        Some(path) => (path, true),
        None => (path, false),
    };
    let answer = if path.starts_with("/api/") && !seat.token.is_empty() {
        call(app, seat, "GET", path, Value::Null).await
    } else {
        let mut request = seat.browser.request(Method::GET, path);
        if activity {
            request = request.insert_header(("accept", "application/activity+json"));
        }
        for (name, value) in signature {
            request = request.insert_header((*name, value.as_str()));
        }
        send(app, request).await
    };
    // Lines of a calendar are folded.
    Seen {
        status: answer.status,
        body: answer.body.replace("\r\n ", ""),
    }
}
