//! Invented content, in French as a town would write it.

use chrono::NaiveDate;
use ui::agenda::{ActiveFilter, AgendaDay, EventCard, EventStatus, Filters, Link, QuickFilter};
use ui::event::{Change, Comment, EventView, FollowBox, Occurrence, PlaceView};
use ui::event_form::{EventChoices, EventFormView, EventValues, event_form};
use ui::following::{ActorKind, FollowRow, FollowState, FollowingView, following_page};
use ui::forms::Choice;
use ui::pages::{
    AboutAnswers, AboutView, SetupValues, SetupView, about_page, setup_page, sign_in_page,
};
use ui::{FormErrors, Lang, Paper, Picture, Routes, SafeHtml, SiteLook};

const POSTER: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 3'%3E%3Cpath fill='%23264653' d='M0 0h4v3H0z'/%3E%3Ccircle cx='2.700' cy='1.200' r='.8' fill='%23e9c46a'/%3E%3Cpath fill='%23e76f51' d='M0 3l1.500-1.800L3 3z'/%3E%3C/svg%3E";

pub(crate) fn site(accent_hue: u16, paper: Paper) -> SiteLook {
    SiteLook {
        name: "La Raffinerie".into(),
        tagline: "L’agenda du tiers-lieu de Savanna et de ses voisins".into(),
        base_url: "https://raffinerie.example".into(),
        host: "raffinerie.example".into(),
        accent_hue,
        paper,
        registrations_open: true,
        ..SiteLook::default()
    }
}

pub(crate) fn today() -> NaiveDate {
    date(7, 4)
}

fn date(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default()
}

fn poster(alt: &str) -> Option<Picture> {
    Some(Picture {
        src: POSTER.into(),
        width: 240,
        height: 180,
        alt: alt.into(),
        focus: "",
    })
}

fn card(time: &str, title: &str, place: &str, tags: &[&str]) -> EventCard {
    EventCard {
        title: title.into(),
        url: "event.html".into(),
        time: time.into(),
        datetime: "2026-07-04T20:30:00+04:00".into(),
        place: place.into(),
        tags: tags.iter().map(|t| Link::new(t, "/")).collect(),
        ..EventCard::default()
    }
}

pub(crate) fn days() -> Vec<AgendaDay> {
    vec![
        AgendaDay {
            date: date(7, 4),
            events: vec![
                EventCard {
                    free: true,
                    past: true,
                    ..card(
                        "9\u{202f}h – 12\u{202f}h",
                        "Marché paysan et petit-déjeuner partagé",
                        "Halle de Savanna, Saint-Paul",
                        &["marché"],
                    )
                },
                EventCard {
                    free: true,
                    source: Some(Link::new("fablab.example", "https://fablab.example")),
                    ..card(
                        "14\u{202f}h – 17\u{202f}h",
                        "Atelier « répare ton vélo » : régler ses freins, changer une chambre à air, et repartir",
                        "Fablab du Port",
                        &["atelier", "vélo", "famille"],
                    )
                },
                EventCard {
                    price: "8\u{202f}€, 5\u{202f}€ réduit".into(),
                    picture: poster("Affiche : un soleil au-dessus d’une montagne"),
                    ..card(
                        "20\u{202f}h\u{202f}30",
                        "Bal maloya avec Les Enfants de la Ravine",
                        "La Raffinerie, scène extérieure",
                        &["concert", "danse"],
                    )
                },
            ],
        },
        AgendaDay {
            date: date(7, 5),
            events: vec![
                EventCard {
                    status: EventStatus::Cancelled,
                    ..card(
                        "10\u{202f}h",
                        "Randonnée botanique au sentier des Roches-Noires",
                        "Départ du parking du stade",
                        &["nature"],
                    )
                },
                EventCard {
                    price: "prix libre".into(),
                    sold_out: true,
                    when_note: "jusqu’au 12 juillet".into(),
                    ..card(
                        "18\u{202f}h – 19\u{202f}h\u{202f}30",
                        "Lecture sous les manguiers : trois autrices de l’océan Indien",
                        "Médiathèque Cimendef, Saint-Paul",
                        &["lecture", "littérature"],
                    )
                },
            ],
        },
        AgendaDay {
            date: date(7, 7),
            events: vec![
                EventCard {
                    online: true,
                    free: true,
                    when_note: "chaque mardi".into(),
                    ..card(
                        "19\u{202f}h",
                        "Permanence logiciels libres",
                        "La Raffinerie, salle du fond",
                        &["numérique"],
                    )
                },
                EventCard {
                    status: EventStatus::Postponed,
                    picture: poster(""),
                    ..card(
                        "20\u{202f}h",
                        "Projection-débat : « Les semences, notre bien commun », suivie d’une rencontre avec la réalisatrice et l’association des jardins familiaux",
                        "Cinéma Le Rivage",
                        &["cinéma"],
                    )
                },
            ],
        },
        AgendaDay {
            date: date(8, 1),
            events: vec![EventCard {
                when_note: "jusqu’au 3 août".into(),
                source: Some(Link::new(
                    "ville-du-port.example",
                    "https://ville-du-port.example",
                )),
                ..card(
                    "toute la journée",
                    "Festival des Lucioles",
                    "Parc boisé, Le Port",
                    &["festival", "jeune public"],
                )
            }],
        },
    ]
}

pub(crate) fn many() -> Vec<AgendaDay> {
    let titles = [
        "Visite guidée des ateliers",
        "Initiation à la sérigraphie sur textile récupéré",
        "Conte pour les tout-petits",
        "Tournoi d’échecs ouvert à toutes et à tous",
        "Concert de l’harmonie municipale sous le kiosque",
        "Braderie des commerçants",
        "Cours de maloya",
        "Conférence : habiter la pente, hier et demain",
    ];
    let places = [
        "La Raffinerie",
        "Place du marché",
        "Salle des fêtes",
        "Jardin de l’État",
    ];
    let events = (0..40_usize)
        .map(|i| EventCard {
            free: i % 3 == 0,
            price: if i % 3 == 1 {
                format!("{}\u{202f}€", 2 + i % 12)
            } else {
                String::new()
            },
            sold_out: i == 7,
            status: if i == 11 {
                EventStatus::Cancelled
            } else {
                EventStatus::Confirmed
            },
            ..card(
                &format!(
                    "{}\u{202f}h{}",
                    8 + i / 3,
                    if i % 3 == 0 { "" } else { "\u{202f}30" }
                ),
                titles[i % titles.len()],
                places[i % places.len()],
                &[],
            )
        })
        .collect();
    vec![AgendaDay {
        date: date(7, 14),
        events,
    }]
}

pub(crate) fn month() -> Vec<AgendaDay> {
    let mut days = days();
    days.push(AgendaDay {
        date: date(7, 14),
        events: many().remove(0).events,
    });
    for day in [1, 10, 11, 18, 21, 25, 28] {
        let count = (day % 3 + 1) as usize;
        let events = many()
            .remove(0)
            .events
            .into_iter()
            .skip(day as usize)
            .take(count)
            .collect();
        days.push(AgendaDay {
            date: date(7, day),
            events,
        });
    }
    days
}

pub(crate) fn filters() -> Filters {
    let quick = |key: &str, current| QuickFilter {
        label: Lang::Fr.t(key),
        url: "/".into(),
        current,
    };
    Filters {
        action: "/".into(),
        within: "20".into(),
        categories: vec![Choice::new("", "Toutes"), Choice::new("music", "Musique")],
        sources: vec![Choice::new("", "Toutes les sources")],
        places: vec!["La Raffinerie".into(), "Fablab du Port".into()],
        quick: vec![
            quick("filter-quick-all", true),
            quick("filter-quick-today", false),
            quick("filter-quick-weekend", false),
            quick("filter-quick-free", false),
        ],
        active: vec![ActiveFilter {
            label: "à moins de 20 km de Saint-Paul".into(),
            remove_url: "/".into(),
        }],
        reset_url: "/".into(),
        ..Filters::default()
    }
}

fn follow_box() -> FollowBox {
    FollowBox {
        name: "La Raffinerie".into(),
        handle: "@raffinerie@raffinerie.example".into(),
        action: "/follow".into(),
        target: "https://raffinerie.example/@raffinerie".into(),
        ..FollowBox::default()
    }
}

pub(crate) fn event() -> EventView {
    let occurrence = |when: &str, current, status, note: &str| Occurrence {
        when: when.into(),
        datetime: "2026-07-04".into(),
        url: "event.html".into(),
        current,
        status,
        note: note.into(),
        ..Occurrence::default()
    };
    EventView {
        title: "Bal maloya avec Les Enfants de la Ravine".into(),
        day: Some(date(7, 4)),
        when: "samedi 4 juillet 2026 de 20\u{202f}h\u{202f}30 à 1\u{202f}h".into(),
        datetime: "2026-07-04T20:30:00+04:00".into(),
        zone: "heure de Réunion (UTC+4)".into(),
        relative: "aujourd’hui".into(),
        repeats: "chaque premier samedi du mois, sauf en août".into(),
        place: Some(PlaceView {
            name: "La Raffinerie, scène extérieure".into(),
            address: vec![
                "8 rue de l’Usine, Savanna".into(),
                "97460 Saint-Paul".into(),
            ],
            coordinates: Some((-20.9973, 55.3009)),
            url: Some("/".into()),
        }),
        price: "8\u{202f}€, 5\u{202f}€ réduit, gratuit pour les moins de 12 ans".into(),
        registration_url: "https://billetterie.example/bal".into(),
        category: "Musique".into(),
        tags: vec![
            Link::new("concert", "/"),
            Link::new("danse", "/"),
            Link::new("maloya", "/"),
        ],
        description: SafeHtml::trusted(
            "<p>Rouler, kayamb, piker\u{202f}: Les Enfants de la Ravine reviennent avec leur nouveau répertoire et l’envie de faire danser tout le quartier. Le groupe, né des veillées de la Ravine, invite cette fois deux voix de Rodrigues.</p><p>Petite restauration sur place dès 19\u{202f}h. <strong>Venez à pied ou à vélo</strong>\u{202f}: le parking est fermé, et la piste cyclable passe devant la grille.</p><ul><li>19\u{202f}h\u{202f}: ouverture, repas partagé</li><li>20\u{202f}h\u{202f}30\u{202f}: première partie</li><li>21\u{202f}h\u{202f}30\u{202f}: le bal</li></ul>",
        ),
        picture: poster("Affiche : un soleil au-dessus d’une montagne").map(|p| Picture {
            width: 1200,
            height: 900,
            ..p
        }),
        organisers: vec![
            Link::new("La Raffinerie", "/"),
            Link::new("Les Amis du kabar", "/"),
        ],
        ics_url: "/".into(),
        occurrences: vec![
            occurrence(
                "samedi 4 juillet 2026 à 20 h 30",
                true,
                EventStatus::Confirmed,
                "",
            ),
            occurrence(
                "samedi 5 septembre 2026 à 20 h 30",
                false,
                EventStatus::Cancelled,
                "",
            ),
            occurrence(
                "vendredi 2 octobre 2026 à 20 h 30",
                false,
                EventStatus::Confirmed,
                "déplacé du 3 octobre",
            ),
        ],
        changes: vec![Change {
            when: "28 juin 2026".into(),
            datetime: "2026-06-28".into(),
            text: "Prévu auparavant : 20 h.".into(),
        }],
        comments: vec![
            Comment {
                author: "Anaïs".into(),
                handle: "@anais@mastodon.example".into(),
                author_url: "https://mastodon.example/@anais".into(),
                when: "2 juillet 2026 à 9 h 12".into(),
                datetime: "2026-07-02T09:12:00+04:00".into(),
                text: SafeHtml::trusted(
                    "<p>Est-ce qu’il reste des places pour venir à six\u{202f}?</p>",
                ),
                url: "https://mastodon.example/@anais/1".into(),
                ..Comment::default()
            },
            Comment {
                author: "La Raffinerie".into(),
                handle: "@raffinerie@raffinerie.example".into(),
                when: "2 juillet 2026 à 10 h".into(),
                datetime: "2026-07-02T10:00:00+04:00".into(),
                text: SafeHtml::trusted("<p>Oui, venez\u{202f}!</p>"),
                depth: 1,
                ..Comment::default()
            },
        ],
        follow: Some(follow_box()),
        live_url: "https://raffinerie.example/events/bal".into(),
        ..EventView::default()
    }
}

pub(crate) fn cancelled_remote() -> EventView {
    EventView {
        title:
            "Marché de créateurs et grande braderie solidaire des associations du littoral ouest"
                .into(),
        day: Some(date(7, 10)),
        last_day: Some(date(7, 12)),
        when: "du 10 au 12 juillet 2026".into(),
        datetime: "2026-07-10".into(),
        place: Some(PlaceView {
            name: "Front de mer".into(),
            address: vec!["Saint-Paul".into()],
            ..PlaceView::default()
        }),
        free: true,
        status: EventStatus::Cancelled,
        status_note: "Alerte cyclonique, rendez-vous le mois prochain.".into(),
        description: SafeHtml::trusted(
            "<p>Soixante exposants, de la musique et un coin pour les enfants.</p>",
        ),
        organisers: vec![Link::new("Ville de Saint-Paul", "https://ville.example")],
        source: Some(Link::new("fablab.example", "https://fablab.example/e/1")),
        ics_url: "/".into(),
        tools: vec![Link::new("Modifier", "/"), Link::new("Dupliquer", "/")],
        tool_forms: vec![ui::event_form::action_form(
            "/",
            "t",
            "trash",
            "Supprimer",
            true,
        )],
        follow: Some(follow_box()),
        ..EventView::default()
    }
}

pub(crate) fn form() -> SafeHtml {
    let mut errors = FormErrors::new();
    errors.add("title", "form-error-title-required");
    errors.add("end_date", "form-error-end-before-start");
    errors.add("registration_url", "form-error-url");
    event_form(
        &EventFormView {
            action: "/events/new".into(),
            csrf: "token".into(),
            values: EventValues {
                description: "Le groupe revient avec son **nouveau répertoire**.".into(),
                start_date: "2026-07-04".into(),
                start_time: "20:30".into(),
                end_date: "2026-07-03".into(),
                time_zone: "Indian/Reunion".into(),
                registration_url: "billetterie point example".into(),
                price: "8 €, 5 € réduit".into(),
                repeat: "weekly".into(),
                repeat_on: vec!["TU".into()],
                ..EventValues::default()
            },
            choices: EventChoices {
                agendas: vec![
                    Choice::new("1", "La Raffinerie"),
                    Choice::new("2", "Les Amis du kabar"),
                ],
                places: vec![Choice::new("1", "La Raffinerie, Saint-Paul")],
                categories: vec![Choice::new("music", "Musique")],
                time_zones: vec![Choice::new("Indian/Reunion", "La Réunion (UTC+4)")],
                languages: vec![Choice::new("fr", "Français")],
                parents: vec![Choice::new("1", "Festival des Lucioles")],
                tags: vec!["concert".into()],
            },
            errors,
            ..EventFormView::default()
        },
        Lang::Fr,
    )
}

pub(crate) fn setup() -> SafeHtml {
    setup_page(
        &SetupView {
            action: "/setup".into(),
            values: SetupValues {
                site_name: "La Raffinerie".into(),
                ..SetupValues::default()
            },
            time_zones: vec![Choice::new("Indian/Reunion", "La Réunion (UTC+4)")],
            needs_code: true,
            ..SetupView::default()
        },
        Lang::Fr,
    )
}

pub(crate) fn sign_in() -> SafeHtml {
    let mut errors = FormErrors::new();
    errors.add("", "sign-in-error");
    sign_in_page(
        &Routes::default(),
        "t",
        "camille",
        "/",
        true,
        &errors,
        Lang::Fr,
    )
}

pub(crate) fn following() -> SafeHtml {
    let row = |name: &str, handle: &str, kind, state, since: &str, events| FollowRow {
        name: name.into(),
        handle: handle.into(),
        url: "https://voisin.example".into(),
        kind,
        state,
        since: since.into(),
        datetime: "2026-07-02".into(),
        events,
        action: "/following".into(),
        id: "1".into(),
        ..FollowRow::default()
    };
    following_page(
        &FollowingView {
            following: vec![
                row(
                    "Fablab du Port",
                    "@fablab@fablab.example",
                    ActorKind::Instance,
                    FollowState::Accepted,
                    "depuis le 4 mai 2026",
                    Some(27),
                ),
                row(
                    "Ville du Port",
                    "@agenda@ville-du-port.example",
                    ActorKind::Agenda,
                    FollowState::Pending,
                    "demandé le 2 juillet 2026",
                    None,
                ),
                row(
                    "Cinéma Le Rivage",
                    "@rivage@mobilizon.example",
                    ActorKind::Agenda,
                    FollowState::Refused,
                    "refusé le 1er juillet 2026",
                    None,
                ),
                row(
                    "Jardins familiaux",
                    "@gancio@jardins.example",
                    ActorKind::Instance,
                    FollowState::Unreachable,
                    "dernière réponse le 20 juin 2026",
                    Some(4),
                ),
            ],
            followers: vec![
                row(
                    "Fablab du Port",
                    "@fablab@fablab.example",
                    ActorKind::Instance,
                    FollowState::Accepted,
                    "depuis le 5 mai 2026",
                    None,
                ),
                row(
                    "Médiathèque Cimendef",
                    "@mediatheque@cimendef.example",
                    ActorKind::Instance,
                    FollowState::Pending,
                    "demandé le 3 juillet 2026",
                    None,
                ),
            ],
            followers_total: 112,
            action: "/following".into(),
            csrf: "token".into(),
            follow_box: ui::event::follow_box(&follow_box(), Lang::Fr),
            ..FollowingView::default()
        },
        Lang::Fr,
    )
}

pub(crate) fn about() -> SafeHtml {
    let text = |t: &str| SafeHtml::trusted(format!("<p>{t}</p>"));
    let answers = AboutAnswers::default()
        .questions()
        .into_iter()
        .zip([
            text("L’association La Raffinerie, 240 adhérents, et une équipe de huit salariées."),
            text("Pour que les rendez-vous du quartier se trouvent au même endroit, sans compte ni publicité."),
            text("Concerts, ateliers, marchés et rencontres, de Saint-Paul au Port."),
            text("Français, créole réunionnais, anglais."),
            SafeHtml::default(),
            text("Deux bénévoles relisent dans la journée. On peut contester par courriel."),
            text("Tant que l’association vit. Les données seraient rendues trois mois avant la fin."),
            text("Cotisations et prix libre\u{202f}: 90\u{202f}€ par an."),
            text("Un petit serveur dans nos murs, alimenté par nos panneaux solaires."),
        ])
        .map(|((_, question, _, _), answer)| (question, answer))
        .collect();
    about_page(
        &AboutView {
            name: "La Raffinerie".into(),
            description: text(
                "Une ancienne usine sucrière devenue tiers-lieu\u{202f}: ateliers, jardin, scène et cantine.",
            ),
            answers,
            contact: "bonjour@raffinerie.example".into(),
            figures: vec![
                (Lang::Fr.t("about-figures-events"), "48".into()),
                (Lang::Fr.t("about-figures-agendas"), "3".into()),
                (Lang::Fr.t("about-figures-following"), "7".into()),
            ],
            version: "0.1.0".into(),
            ..AboutView::default()
        },
        Lang::Fr,
    )
}
