//! The words of every letter in both languages.

use crate::scene::on_both;
use accounts::{Letter, Letters};

#[test]
fn every_letter_has_its_words_its_link_and_no_key_left() {
    on_both(|scene| async move {
        let site = scene.sites.by_host("alpha.test").unwrap();
        let link = "https://alpha.test/path?token=abc".to_owned();
        let (name, hours) = ("Zoé Marchand".to_owned(), 24);
        let letters = [
            Letter::Confirm {
                name: name.clone(),
                link: link.clone(),
                hours,
            },
            Letter::AlreadyRegistered {
                name: name.clone(),
                sign_in: link.clone(),
                reset: link.clone(),
            },
            Letter::SignUpWaiting {
                name: name.clone(),
                motive: "un bal".into(),
                link: link.clone(),
            },
            Letter::AgendaEnded { name: name.clone() },
            Letter::Approved {
                name: name.clone(),
                sign_in: link.clone(),
            },
            Letter::Refused {
                name: name.clone(),
                reason: "hors sujet".into(),
            },
            Letter::Refused {
                name: name.clone(),
                reason: String::new(),
            },
            Letter::Reset {
                name: name.clone(),
                link: link.clone(),
                hours: 1,
            },
            Letter::PasswordChanged {
                name: name.clone(),
                reset: link.clone(),
            },
            Letter::ConfirmEmail {
                name: name.clone(),
                link: link.clone(),
                hours,
            },
            Letter::EmailChanged {
                name: name.clone(),
                new: "neuve@example.org".into(),
            },
            Letter::Invitation {
                inviter: name.clone(),
                agenda: "Le bal".into(),
                link: link.clone(),
                days: 14,
            },
            Letter::InvitationAccepted {
                name: name.clone(),
                email: "z@example.org".into(),
                agenda: "Le bal".into(),
            },
            Letter::CorrectionProposed {
                title: name.clone(),
                field: "start".into(),
                was: "2027-03-01T20:00".into(),
                value: "2027-03-02".into(),
                link: link.clone(),
            },
        ];
        for letter in &letters {
            let mut bodies = Vec::new();
            for language in ["fr", "en"] {
                let text = web::Translated.write(letter, language, &site);
                assert!(text.subject.len() > 5 && !text.subject.contains('\n'));
                for part in [&text.subject, &text.body] {
                    assert!(
                        !part.contains("mail-") && !part.contains('{'),
                        "{letter:?}: {part}"
                    );
                }
                assert!(
                    text.body.contains("Kiosque alpha.test") && text.body.contains("Zoé Marchand"),
                    "{letter:?}"
                );
                let linked = format!("{letter:?}").contains("token=abc");
                assert_eq!(text.body.contains(&link), linked, "{letter:?}");
                bodies.push(text.body);
            }
            assert_ne!(bodies[0], bodies[1], "{letter:?}");
            // An unknown language gets the site's own.
            assert_eq!(web::Translated.write(letter, "tlh", &site).body, bodies[0]);
        }
    });
}
