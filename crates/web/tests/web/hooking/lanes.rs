//! How messages are sent: in order, again and again, and none held up by another program.

use super::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// An answer that does not come while the test lasts.
fn silence() -> Reply {
    Reply::status(204).after(Duration::from_secs(3_600))
}

/// Letters that say that a program does not answer.
fn letters(scene: &Scene) -> usize {
    let all = scene.letters();
    let said = |(_, body): &&(String, String)| body.contains("/admin/hooks/");
    all.iter().filter(said).count()
}

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

#[test]
fn messages_arrive_in_the_order_of_what_happened() {
    on_both_among(&[HOOK], |scene, fediverse| async move {
        let app = scene.app().await;
        let host = fediverse.host(HOOK);
        host.answer(TOLD, Reply::status(204));
        let (hook, _) = Desk::hook(&app, &host.url(TOLD)).await;
        happens(&scene, 30);
        assert_eq!(send_due(&scene).await, 30);
        let cases: Vec<Value> = host
            .seen(TOLD)
            .iter()
            .map(|seen| seen.json()["data"]["case"].clone())
            .collect();
        let expected: Vec<Value> = (0..30).map(|n| json!(n.to_string())).collect();
        assert_eq!(cases, expected);
        assert_eq!(Desk::states(&app, &hook).await, ["delivered"; 30]);
        assert_eq!(send_due(&scene).await, 0);
    });
}

#[test]
fn waits_between_tries_grow_and_after_three_days_it_is_given_up_with_one_letter() {
    on_both_among(&[HOOK], |scene, fediverse| async move {
        let app = scene.app().await;
        let host = fediverse.host(HOOK);
        host.answer(TOLD, Reply::status(503));
        let (hook, _) = Desk::hook(&app, &host.url(TOLD)).await;
        happens(&scene, 2);
        let mut passed = 0;
        for minutes in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 720, 720, 720] {
            // Of the messages that wait the first is tried, and the others wait with it.
            assert_eq!(send_due(&scene).await, 1, "after {minutes}");
            scene.pass(minutes * 60 - 1);
            assert_eq!(send_due(&scene).await, 0, "{minutes} minutes are not over");
            scene.pass(1);
            passed += minutes * 60;
        }
        assert!(passed < 3 * DAY);
        assert_eq!(ids(&host).len(), 13);
        assert_eq!(
            ids(&host)
                .iter()
                .collect::<std::collections::HashSet<_>>()
                .len(),
            1
        );
        assert_eq!(Desk::states(&app, &hook).await, ["waiting", "waiting"]);
        assert_eq!(letters(&scene), 0);
        // What happened later is waited for longer.
        happens(&scene, 1);
        while passed < 3 * DAY {
            send_due(&scene).await;
            scene.pass(12 * HOUR);
            passed += 12 * HOUR;
        }
        assert_eq!(send_due(&scene).await, 1);
        assert_eq!(
            Desk::states(&app, &hook).await,
            ["failed", "failed", "waiting"]
        );
        assert_eq!(letters(&scene), 1);
        for _ in 0..7 {
            scene.pass(12 * HOUR);
            send_due(&scene).await;
        }
        assert_eq!(Desk::states(&app, &hook).await, ["failed"; 3]);
        assert_eq!(letters(&scene), 1, "once, until something arrives");

        host.answer(TOLD, Reply::status(204));
        happens(&scene, 1);
        scene.pass(12 * HOUR);
        assert_eq!(send_due(&scene).await, 1);
        let shown = Desk::call(&app, Method::GET, "/hooks", None).await;
        assert_eq!(shown["items"][0]["failing_since"], Value::Null);
        host.answer(TOLD, Reply::status(503));
        happens(&scene, 1);
        for _ in 0..8 {
            send_due(&scene).await;
            scene.pass(12 * HOUR);
        }
        assert_eq!(
            Desk::states(&app, &hook).await[3..],
            ["delivered", "failed"]
        );
        assert_eq!(letters(&scene), 2, "it answered in between");
    });
}

#[test]
fn a_program_that_asks_for_time_is_given_it_within_bounds() {
    on_both_among(&[HOOK], |scene, fediverse| async move {
        let app = scene.app().await;
        let host = fediverse.host(HOOK);
        let later = |seconds: &str| Reply::status(429).header("retry-after", seconds);
        let done = Reply::status(204);
        host.answers(
            TOLD,
            vec![later("600"), later("9999999"), later("soon"), done],
        );
        let (hook, _) = Desk::hook(&app, &host.url(TOLD)).await;
        happens(&scene, 1);
        for wait in [600, 12 * HOUR, 240] {
            assert_eq!(send_due(&scene).await, 1);
            scene.pass(wait - 1);
            assert_eq!(send_due(&scene).await, 0, "{wait} s");
            scene.pass(1);
        }
        assert_eq!(send_due(&scene).await, 1);
        assert_eq!(Desk::states(&app, &hook).await, ["delivered"]);
    });
}

#[test]
fn a_message_that_is_not_taken_waits_by_itself_and_the_others_go_on() {
    on_both_among(&[HOOK], |scene, fediverse| async move {
        let app = scene.app().await;
        let host = fediverse.host(HOOK);
        host.answers(TOLD, vec![Reply::status(422), Reply::status(204)]);
        let (hook, _) = Desk::hook(&app, &host.url(TOLD)).await;
        happens(&scene, 3);
        assert_eq!(send_due(&scene).await, 3);
        let states = Desk::states(&app, &hook).await;
        assert_eq!(states, ["waiting", "delivered", "delivered"]);
        assert_eq!(send_due(&scene).await, 0);
        scene.pass(60);
        assert_eq!(send_due(&scene).await, 1);
        assert_eq!(Desk::states(&app, &hook).await, ["delivered"; 3]);
        assert_eq!(ids(&host)[0], ids(&host)[3]);

        // Given up after three days as well.
        host.answer(TOLD, Reply::status(422));
        happens(&scene, 1);
        for _ in 0..20 {
            send_due(&scene).await;
            scene.pass(12 * HOUR);
        }
        assert_eq!(Desk::states(&app, &hook).await[3], "failed");
        assert_eq!(letters(&scene), 1);
    });
}

#[test]
fn a_silent_program_does_not_hold_up_another() {
    on_both_among(&[HOOK, OTHER], |scene, fediverse| async move {
        let app = scene.app().await;
        let (silent, other) = (fediverse.host(HOOK), fediverse.host(OTHER));
        silent.answer(TOLD, silence());
        other.answer(TOLD, Reply::status(204));
        let (first, _) = Desk::hook(&app, &silent.url(TOLD)).await;
        let (second, _) = Desk::hook(&app, &other.url(TOLD)).await;
        // Twelve for each, those of the silent one first.
        happens(&scene, 12);
        let (stop, going) = going();
        let at_work = tokio::spawn(worker(&scene, &scene.clock).run(going));
        until(|| silent.count(TOLD) == 1 && other.count(TOLD) == 12).await;
        assert_eq!(silent.count(TOLD), 1, "it is asked once, and waited for");
        // What happens now reaches the one that answers as well.
        happens(&scene, 1);
        until(|| other.count(TOLD) == 13).await;
        assert_eq!(silent.count(TOLD), 1);
        at_work.abort();
        let _ = at_work.await;
        drop(stop);
        assert_eq!(Desk::states(&app, &first).await, ["waiting"; 13]);
        assert_eq!(Desk::states(&app, &second).await[..12], ["delivered"; 12]);
    });
}

#[test]
fn a_program_with_much_to_hear_leaves_others_their_turn() {
    const MANY: usize = 30;
    let names: Vec<String> = (0..9).map(|n| format!("h{n}.test")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    on_both_among(&names, |scene, fediverse| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        async move {
            let app = scene.app().await;
            for name in &names {
                fediverse.host(name).answer(TOLD, Reply::status(204));
            }
            // As many as are spoken with at a time, and then one more.
            for name in &names[..8] {
                Desk::hook(&app, &fediverse.host(name).url(TOLD)).await;
            }
            happens(&scene, MANY);
            scene.pass(1);
            Desk::hook(&app, &fediverse.host(&names[8]).url(TOLD)).await;
            happens(&scene, 1);
            let ticks = Arc::new(AtomicI64::new(scene.clock.now().timestamp_millis() + 1));
            let clock = Clock::new(move || {
                let at = ticks.fetch_add(1, Ordering::SeqCst);
                chrono::DateTime::from_timestamp_millis(at).unwrap()
            });
            let (_stop, going) = going();
            let tried = worker(&scene, &clock).send_due(&going).await;
            assert_eq!(tried, 8 * (MANY + 1) + 1);
            let asked = fediverse.asked();
            let last = format!("POST {}{TOLD}", names[8]);
            let at = asked.iter().position(|line| *line == last).unwrap();
            for name in &names[..8] {
                let line = format!("POST {name}{TOLD}");
                let before = asked[..at].iter().filter(|asked| **asked == line).count();
                assert!(
                    before < MANY,
                    "{name} had {before} before the last one's turn"
                );
            }
        }
    });
}

#[test]
fn a_paused_program_keeps_its_messages() {
    on_both_among(&[HOOK], |scene, fediverse| async move {
        let app = scene.app().await;
        let host = fediverse.host(HOOK);
        host.answer(TOLD, Reply::status(204));
        let (hook, _) = Desk::hook(&app, &host.url(TOLD)).await;
        happens(&scene, 2);
        Desk::act(&app, &hook, "pause").await;
        assert_eq!(send_due(&scene).await, 0);
        scene.pass(10 * DAY);
        assert_eq!(send_due(&scene).await, 0);
        assert_eq!(Desk::states(&app, &hook).await, ["waiting"; 2]);

        // The time of the pause does not count: it is waited for as for any other.
        host.answers(TOLD, vec![Reply::status(503), Reply::status(204)]);
        Desk::act(&app, &hook, "resume").await;
        assert_eq!(send_due(&scene).await, 1);
        assert_eq!(Desk::states(&app, &hook).await, ["waiting"; 2]);
        scene.pass(60);
        assert_eq!(send_due(&scene).await, 2);
        assert_eq!(Desk::states(&app, &hook).await, ["delivered"; 2]);
    });
}

#[test]
fn what_a_killed_process_was_sending_is_sent_again_under_the_same_id() {
    on_both_among(&[HOOK], |scene, fediverse| async move {
        let app = scene.app().await;
        let host = fediverse.host(HOOK);
        host.answer(TOLD, silence());
        let (hook, _) = Desk::hook(&app, &host.url(TOLD)).await;
        happens(&scene, 2);
        let (_stop, going) = going();
        let at_work = tokio::spawn(worker(&scene, &scene.clock).run(going));
        until(|| host.count(TOLD) == 1).await;
        at_work.abort();
        let _ = at_work.await;
        host.answer(TOLD, Reply::status(204));
        assert_eq!(send_due(&scene).await, 0, "it may still be on its way");
        scene.pass(120);
        assert_eq!(send_due(&scene).await, 2);
        let ids = ids(&host);
        assert_eq!((ids.len(), &ids[0]), (3, &ids[1]));
        assert_eq!(Desk::states(&app, &hook).await, ["delivered"; 2]);
    });
}

#[test]
fn two_processes_share_the_work_and_tell_nothing_twice() {
    on_both_among(&[HOOK, OTHER], |scene, fediverse| async move {
        let app = scene.app().await;
        let hosts = [HOOK, OTHER].map(|name| fediverse.host(name));
        for host in &hosts {
            host.answer(TOLD, Reply::status(204));
            Desk::hook(&app, &host.url(TOLD)).await;
        }
        happens(&scene, 25);
        let (first, second) = tokio::join!(send_due(&scene), send_due(&scene));
        // One may leave while the other is still at work.
        assert_eq!(first + second + send_due(&scene).await, 50);
        for host in &hosts {
            let told = ids(host);
            let mut sorted = told.clone();
            sorted.sort();
            sorted.dedup();
            assert_eq!(told, sorted, "each once, in order");
            assert_eq!(told.len(), 25);
        }
    });
}

#[test]
fn told_to_stop_it_ends_after_the_message_under_way_and_leaves_nothing_claimed() {
    on_both_among(&[HOOK], |scene, fediverse| async move {
        let app = scene.app().await;
        let host = fediverse.host(HOOK);
        host.answer(TOLD, Reply::status(204).after(Duration::from_millis(100)));
        let (hook, _) = Desk::hook(&app, &host.url(TOLD)).await;
        happens(&scene, 5);
        let (stop, going) = going();
        let at_work = tokio::spawn(worker(&scene, &scene.clock).run(going));
        until(|| host.count(TOLD) >= 1).await;
        stop.send(true).unwrap();
        at_work.await.unwrap();
        let told = host.count(TOLD);
        let states = Desk::states(&app, &hook).await;
        let arrived = states.iter().filter(|state| *state == "delivered").count();
        assert_eq!(arrived, told, "none was cut off");
        // The next process has not to wait.
        assert_eq!(send_due(&scene).await, 5 - told);
        assert_eq!(Desk::states(&app, &hook).await, ["delivered"; 5]);
        assert_eq!(host.count(TOLD), 5, "none was told twice");
    });
}
