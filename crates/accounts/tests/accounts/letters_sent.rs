//! The queue of letters: durable, tried again, never kept longer than needed.

use crate::scene::{Scene, on_both, visitor};
use accounts::{MailState, MailWorker, send_due_mails};
use diesel::prelude::*;
use mail::{EmailAddress, MailConfig, Mailer, Transport};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::schema::mail_queue;
use store::{Clock, Ts};

fn mailer(folder: &Path) -> Mailer {
    let config = MailConfig {
        transport: Transport::Folder(folder.to_owned()),
        from: Some(EmailAddress::parse("kiosque@alpha.test").unwrap()),
        host: "alpha.test".into(),
        ..MailConfig::none()
    };
    Mailer::new(config).unwrap()
}

fn rows(scene: &Scene) -> Vec<(String, i32, Ts, bool, bool)> {
    scene.write(|conn| {
        let rows: Vec<(String, i32, Ts, String, Option<String>)> = mail_queue::table
            .order(mail_queue::id)
            .select((
                mail_queue::state,
                mail_queue::attempts,
                mail_queue::next_try_at,
                mail_queue::body,
                mail_queue::last_error,
            ))
            .load(conn)?;
        Ok(rows
            .into_iter()
            .map(|(s, a, n, body, e)| (s, a, n, body.is_empty(), e.is_some()))
            .collect())
    })
}

fn clock(scene: &Scene) -> Clock {
    let now = scene.now().0;
    Clock::new(move || now)
}

async fn ask(scene: &Scene) {
    scene
        .accounts
        .request_reset(&scene.alpha, "ada@example.org", &visitor("192.0.2.1"))
        .await
        .unwrap();
}

#[test]
fn a_letter_is_sent_once_and_its_text_erased() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        ask(&scene).await;
        let link = scene.token("Reset");
        let folder = tempfile::tempdir().unwrap();
        let (mailer, clock) = (mailer(folder.path()), clock(&scene));
        assert_eq!(
            send_due_mails(&scene.database, &mailer, &clock)
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            send_due_mails(&scene.database, &mailer, &clock)
                .await
                .unwrap(),
            0
        );
        let files: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|f| f.unwrap().path())
            .collect();
        assert_eq!(files.len(), 1);
        let text = std::fs::read_to_string(&files[0]).unwrap();
        assert!(
            text.contains("ada@example.org") && text.contains("alpha.test"),
            "{text}"
        );
        // The text may be wrapped (quoted-printable); the token's beginning is enough.
        assert!(text.replace("=\r\n", "").contains(&link[..20]), "{text}");
        let [(state, attempts, _, erased, error)] = &rows(&scene)[..] else {
            panic!("one row")
        };
        assert_eq!(
            (state.as_str(), *attempts, *erased, *error),
            (MailState::Sent.as_str(), 1, true, false)
        );
        scene.pass(31 * 86_400);
        scene.accounts.purge().await.unwrap();
        assert!(rows(&scene).is_empty());
    });
}

#[test]
fn a_failure_is_tried_again_later_and_given_up_in_the_end() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        ask(&scene).await;
        // A file stands where the folder should be: a fault that time may mend.
        let place = tempfile::NamedTempFile::new().unwrap();
        let mailer = mailer(place.path());
        let mut waits = Vec::new();
        for attempt in 1..=8 {
            let before = scene.now();
            assert_eq!(
                send_due_mails(&scene.database, &mailer, &clock(&scene))
                    .await
                    .unwrap(),
                0
            );
            let [(state, attempts, next, erased, error)] = &rows(&scene)[..] else {
                panic!("one row")
            };
            assert_eq!((*attempts, *error), (attempt, true));
            let last = attempt == 8;
            assert_eq!(
                (state.as_str(), *erased),
                (if last { "failed" } else { "queued" }, last)
            );
            if !last {
                waits.push((next.0 - before.0).num_seconds());
                // Not before its time.
                send_due_mails(&scene.database, &mailer, &clock(&scene))
                    .await
                    .unwrap();
                assert_eq!(rows(&scene)[0].1, attempt);
                scene.pass(waits[waits.len() - 1]);
            }
        }
        assert_eq!(waits, [60, 300, 1_800, 7_200, 21_600, 43_200, 43_200]);
        scene.pass(86_400);
        send_due_mails(&scene.database, &mailer, &clock(&scene))
            .await
            .unwrap();
        assert_eq!(rows(&scene)[0].1, 8);
    });
}

#[test]
fn what_can_never_be_sent_is_given_up_at_once() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        ask(&scene).await;
        let none = Mailer::new(MailConfig::none()).unwrap();
        assert!(!none.is_configured());
        send_due_mails(&scene.database, &none, &clock(&scene))
            .await
            .unwrap();
        let [(state, attempts, _, erased, error)] = &rows(&scene)[..] else {
            panic!("one row")
        };
        assert_eq!(
            (state.as_str(), *attempts, *erased, *error),
            ("failed", 1, true, true)
        );
    });
}

#[test]
fn a_letter_and_its_cause_stand_or_fall_together() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        // The confirmation of an address that has an account fails after its letter was written.
        let open = scene.log_in(&scene.alpha, "ada@example.org").await;
        scene
            .accounts
            .request_email(
                &scene.alpha,
                &open.session,
                crate::scene::PASSWORD,
                "b@example.org",
            )
            .await
            .unwrap();
        scene.person("b@example.org").await;
        let token = scene.token("ConfirmEmail");
        let before = scene.letters().len();
        assert!(
            scene
                .accounts
                .confirm_email(&scene.alpha, &open.session, &token)
                .await
                .is_err()
        );
        assert_eq!(scene.letters().len(), before);
        // Rolled back as a whole: the link was not used up either.
        let purpose = accounts::TokenPurpose::Email;
        assert!(
            scene
                .accounts
                .is_alive(&scene.alpha, purpose, &token)
                .await
                .unwrap()
        );
    });
}

#[test]
fn the_worker_wakes_when_told_and_stops_when_told() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        let folder = tempfile::tempdir().unwrap();
        let worker = MailWorker {
            database: scene.database.clone(),
            mailer: Arc::new(mailer(folder.path())),
            clock: clock(&scene),
        };
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let running = actix_web::rt::spawn(worker.run(stopped, scene.accounts.notify()));
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        ask(&scene).await;
        let sent = async {
            while std::fs::read_dir(folder.path()).unwrap().count() == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), sent)
            .await
            .expect("woken by the letter");
        stop.send(true).unwrap();
        tokio::time::timeout(Duration::from_secs(10), running)
            .await
            .expect("stopped")
            .unwrap();
    });
}
