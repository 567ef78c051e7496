//! The sample agendas, in French, dated from the day of the first run.

use crate::engine::Engine;
use accounts::{Account, ActorRole};
use agenda::{Details, EventStatus, PlaceDetails, write_details};
use anyhow::Context;
use calendar::When;
use chrono::{Days, NaiveDate, NaiveTime};
use chrono_tz::Europe::Paris;
use federation::{FreshKey, NewActor, create_actor};
use mail::EmailAddress;
use publication::{Audience, CommentPolicy, NewObject, ObjectState, publish};
use sites::{About, Site};
use std::sync::Arc;

/// One instance of the demonstration.
pub(crate) struct Town {
    pub(crate) host: &'static str,
    pub(crate) port: u16,
    pub(crate) name: &'static str,
    pub(crate) tagline: &'static str,
    pub(crate) person: &'static str,
    pub(crate) email: &'static str,
    pub(crate) about: About,
    pub(crate) agendas: Vec<SampleAgenda>,
}

/// An agenda.
pub(crate) struct SampleAgenda {
    pub(crate) username: &'static str,
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) events: Vec<Sample>,
}

/// An event: days from today, then hours.
pub(crate) struct Sample {
    day: u64,
    at: &'static str,
    until: &'static str,
    title: &'static str,
    text: &'static str,
    place: (&'static str, &'static str, &'static str, f64, f64),
    price: &'static str,
    category: &'static str,
    tags: &'static [&'static str],
    status: EventStatus,
}

const RAFFINERIE: (&str, &str, &str, f64, f64) = (
    "La Raffinerie",
    "12 quai de la Sucrerie",
    "Saint-Cyprien",
    45.7478,
    4.8267,
);
const JARDIN: (&str, &str, &str, f64, f64) = (
    "Jardin partagé des Lavandières",
    "3 impasse du Lavoir",
    "Saint-Cyprien",
    45.7502,
    4.8301,
);
const KIOSQUE: (&str, &str, &str, f64, f64) = (
    "Kiosque à musique",
    "Place de la République",
    "Saint-Cyprien",
    45.7489,
    4.8310,
);
const FABLAB: (&str, &str, &str, f64, f64) = (
    "Fablab des Tanneurs",
    "8 rue des Tanneurs",
    "Villeneuve-les-Ponts",
    45.7610,
    4.8502,
);
const MEDIATHEQUE: (&str, &str, &str, f64, f64) = (
    "Médiathèque Simone-Veil",
    "1 place du Marché",
    "Villeneuve-les-Ponts",
    45.7622,
    4.8533,
);

#[expect(clippy::too_many_arguments, reason = "one sample, one line")]
const fn sample(
    day: u64,
    hours: (&'static str, &'static str),
    title: &'static str,
    text: &'static str,
    place: (&'static str, &'static str, &'static str, f64, f64),
    price: &'static str,
    category: &'static str,
    tags: &'static [&'static str],
) -> Sample {
    Sample {
        day,
        at: hours.0,
        until: hours.1,
        title,
        text,
        place,
        price,
        category,
        tags,
        status: EventStatus::Confirmed,
    }
}

/// Both instances.
pub(crate) fn towns() -> Vec<Town> {
    vec![raffinerie(), fablab()]
}

fn raffinerie() -> Town {
    let mut events = vec![
        sample(
            0,
            ("18:30", "22:00"),
            "Bar associatif et tables longues",
            "On ouvre les portes, chacun apporte un plat. **Boissons à prix libre**, au profit de la toiture.",
            RAFFINERIE,
            "Prix libre",
            "COMMUNITY",
            &["bar", "repas"],
        ),
        sample(
            1,
            ("14:00", "17:30"),
            "Café réparation : petit électroménager et vélos",
            "Apportez votre grille-pain, votre lampe ou votre vélo. Les bénévoles réparent *avec* vous.\n\nPièces courantes sur place.",
            RAFFINERIE,
            "Gratuit",
            "CRAFTS",
            &["réparation", "vélo"],
        ),
        sample(
            1,
            ("20:30", "23:00"),
            "Concert : Les Cordes sensibles, quatuor de poche",
            "Deux violons, un alto, un violoncelle, et des chansons que vous connaissez sans le savoir.\n\nOuverture des portes à 20 h.",
            KIOSQUE,
            "8 € / 5 €",
            "MUSIC",
            &["concert", "musique"],
        ),
        sample(
            2,
            ("10:00", "12:30"),
            "Chantier participatif : on plante la haie",
            "Bottes, gants et bonne humeur. Une soupe attend tout le monde à midi.",
            JARDIN,
            "Gratuit",
            "WORKCAMP",
            &["chantier", "jardin"],
        ),
        sample(
            4,
            ("19:00", "21:00"),
            "Assemblée des habitants : que faire de l'ancienne gare ?",
            "Trois projets, deux heures, une décision. La mairie présente les plans, les associations leurs idées.",
            RAFFINERIE,
            "Gratuit",
            "MOVEMENTS_POLITICS",
            &["débat", "ville"],
        ),
        sample(
            6,
            ("20:00", "22:15"),
            "Ciné-club : courts métrages d'animation du monde entier, suivis d'une discussion avec deux réalisatrices venues exprès de Bruxelles",
            "Huit films, de trois à dix-sept minutes. À partir de 10 ans.",
            RAFFINERIE,
            "4 €",
            "FILM_MEDIA",
            &["cinéma"],
        ),
        sample(
            9,
            ("09:00", "13:00"),
            "Marché des producteurs et troc de graines",
            "Miel, pains, légumes anciens, savons. Le troc commence à 10 h sous le kiosque.",
            KIOSQUE,
            "Entrée libre",
            "MARKET",
            &["marché", "troc"],
        ),
        sample(
            12,
            ("20:30", "23:30"),
            "Bal folk avec le Trio Garance",
            "Initiation à 20 h 30, bal à 21 h 30. Parquet neuf !",
            RAFFINERIE,
            "6 €",
            "PARTY",
            &["danse", "musique"],
        ),
        sample(
            16,
            ("", ""),
            "Journées portes ouvertes de la Raffinerie",
            "Visites des ateliers toutes les heures, exposition des résidents, cantine le midi.",
            RAFFINERIE,
            "Gratuit",
            "ARTS",
            &["exposition"],
        ),
        sample(
            23,
            ("18:00", "20:00"),
            "Lecture à voix haute : Noël autour du monde",
            "Des contes de neige, de sable et de mer. Chocolat chaud offert.",
            RAFFINERIE,
            "Gratuit",
            "LANGUAGE_CULTURE",
            &["lecture", "enfants"],
        ),
    ];
    if let Some(event) = events.get_mut(6) {
        event.status = EventStatus::Postponed;
    }
    Town {
        host: "raffinerie.localhost:8536",
        port: 8536,
        name: "La Raffinerie",
        tagline: "Ce qui se passe à Saint-Cyprien et autour",
        person: "Camille",
        email: "camille@raffinerie.localhost",
        about: About {
            description: "La Raffinerie est un tiers-lieu associatif dans une ancienne sucrerie. Cet agenda annonce ce qui s'y passe, et ce que proposent nos voisins.".to_owned(),
            categories: "Concerts, ateliers, chantiers, débats".to_owned(),
            moderation_languages: "fr, en".to_owned(),
            code_of_conduct: "On se parle avec respect. Pas de publicité. Une annonce par événement.".to_owned(),
            moderation_information: "Deux bénévoles relisent les annonces, le mardi et le vendredi.".to_owned(),
            administrator: "L'association La Raffinerie, trente-deux membres.".to_owned(),
            creation_reason: "Pour que l'agenda du quartier appartienne au quartier.".to_owned(),
            maintenance_lifetime: "Tant que l'association existe ; les données sont exportables.".to_owned(),
            business_model: "Les adhésions, à prix libre.".to_owned(),
            hardware_information: "Un petit ordinateur de récupération dans l'atelier, 12 W.".to_owned(),
        },
        agendas: vec![SampleAgenda {
            username: "raffinerie",
            name: "La Raffinerie",
            summary: "Concerts, ateliers et tables longues dans l'ancienne sucrerie de Saint-Cyprien.",
            events,
        }],
    }
}

fn fablab() -> Town {
    let mut events = vec![
        sample(
            0,
            ("17:00", "20:00"),
            "Atelier ouvert : découpe laser et impression 3D",
            "Venez avec un fichier ou avec une idée. Initiation obligatoire la première fois (30 min).",
            FABLAB,
            "3 € de l'heure",
            "WORKSHOP",
            &["fabrication", "laser"],
        ),
        sample(
            2,
            ("14:00", "16:00"),
            "Install-party : donner une seconde vie à son ordinateur",
            "On installe un système libre, on transfère les photos, on explique. Sauvegardez avant de venir !",
            MEDIATHEQUE,
            "Gratuit",
            "SCIENCE_TECH",
            &["logiciel libre", "numérique"],
        ),
        sample(
            3,
            ("18:30", "20:30"),
            "Apprendre à souder : sa première veilleuse",
            "Matériel fourni, dès 12 ans, douze places.",
            FABLAB,
            "10 €",
            "WORKSHOP",
            &["électronique"],
        ),
        sample(
            5,
            ("18:00", "19:30"),
            "Conférence : comprendre où partent nos données",
            "Par une ingénieure et un juriste, sans jargon. Questions bienvenues.",
            MEDIATHEQUE,
            "Gratuit",
            "LEARNING",
            &["numérique", "débat"],
        ),
        sample(
            8,
            ("10:00", "17:00"),
            "Fabriquons un four solaire",
            "Une journée, un four par équipe de trois. Repas cuit au soleil, s'il veut bien.",
            FABLAB,
            "15 €, repas compris",
            "WORKSHOP",
            &["fabrication", "écologie"],
        ),
        sample(
            10,
            ("20:00", "22:00"),
            "Soirée modulaire : synthétiseurs faits maison",
            "Concert et démonstration. On peut toucher.",
            FABLAB,
            "Prix libre",
            "MUSIC",
            &["musique", "électronique"],
        ),
        sample(
            14,
            ("09:30", "12:00"),
            "Cartographier la ville à vélo",
            "Balade et relevés pour la carte libre : bancs, fontaines, arceaux.",
            MEDIATHEQUE,
            "Gratuit",
            "OUTDOORS_ADVENTURE",
            &["carte", "vélo"],
        ),
        sample(
            20,
            ("14:00", "18:00"),
            "Grande braderie de composants",
            "Cartes, moteurs, capteurs, câbles : tout à un euro.",
            FABLAB,
            "Entrée libre",
            "MARKET",
            &["électronique"],
        ),
    ];
    if let Some(event) = events.get_mut(3) {
        event.status = EventStatus::Cancelled;
    }
    Town {
        host: "fablab.localhost:8537",
        port: 8537,
        name: "Fablab des Tanneurs",
        tagline: "Faire, défaire, refaire",
        person: "Idris",
        email: "idris@fablab.localhost",
        about: About {
            description: "Un atelier partagé au bord de l'eau : machines, savoirs et café."
                .to_owned(),
            administrator: "L'association des Tanneurs.".to_owned(),
            creation_reason: "Pour que chacun sache ce qui se fabrique ici.".to_owned(),
            ..About::default()
        },
        agendas: vec![SampleAgenda {
            username: "fablab",
            name: "Fablab des Tanneurs",
            summary: "Ateliers, conférences et soirées au 8 rue des Tanneurs.",
            events,
        }],
    }
}

/// Writes agendas and events.
pub(crate) fn fill(engine: &Engine, site: &Arc<Site>, town: &Town) -> anyhow::Result<()> {
    let today = engine.clock.now().with_timezone(&Paris).date_naive();
    for agenda in &town.agendas {
        let key = FreshKey::make(engine.federation.randomness())?;
        let now = engine.clock.ts();
        let email = EmailAddress::parse(town.email)?;
        engine.database.write_now(|conn| -> anyhow::Result<()> {
            let account = Account::by_email(conn, &email)?.context("the account was just made")?;
            let new = NewActor {
                kind: "Group",
                username: agenda.username,
                name: agenda.name,
                summary: &text::markdown(agenda.summary),
            };
            let actor = create_actor(conn, site, &new, &key, engine.federation.seal(), now)?;
            accounts::roles::set_actor_role(conn, actor.id, account.id, ActorRole::Owner, now)?;
            for sample in &agenda.events {
                let details = details(sample, today).context("a sample has a date")?;
                let tags: Vec<String> = sample.tags.iter().map(|tag| (*tag).to_owned()).collect();
                let new = NewObject {
                    kind: "event",
                    collection: "events",
                    page: "e",
                    site,
                    actor: actor.id,
                    account: Some(account.id),
                    state: ObjectState::Public,
                    audience: Audience::Public,
                    title: sample.title,
                    language: "fr",
                    source: None,
                    comments: CommentPolicy::Open,
                };
                let own_part = |conn: &mut store::Conn, object: &publication::Object| {
                    write_details(conn, object, &details, &tags, now)
                };
                publish(conn, &engine.registry, &new, &tags, own_part, now)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn details(sample: &Sample, today: NaiveDate) -> Option<Details> {
    let day = today.checked_add_days(Days::new(sample.day))?;
    let at = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
    let start = match at(sample.at) {
        Some(time) => When::local(day.and_time(time), Paris),
        None => When::day(day),
    };
    let mut details = Details::new(sample.title, start, Paris);
    details.end = match at(sample.until) {
        Some(time) => Some(When::local(day.and_time(time), Paris)),
        None => day.checked_add_days(Days::new(2)).map(When::day),
    };
    details.source = sample.text.to_owned();
    details.content = text::markdown(sample.text);
    details.status = sample.status;
    details.price = sample.price.to_owned();
    details.is_free = Some(matches!(sample.price, "Gratuit" | "Entrée libre"));
    details.category = sample.category.to_owned();
    let (name, street, locality, latitude, longitude) = sample.place;
    details.place = Some(PlaceDetails {
        name: name.to_owned(),
        street: street.to_owned(),
        locality: locality.to_owned(),
        country: "France".to_owned(),
        coordinates: Some((latitude, longitude)),
        ..PlaceDetails::default()
    });
    Some(details)
}
