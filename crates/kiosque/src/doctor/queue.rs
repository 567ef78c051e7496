//! The queues: nothing due that nobody takes, nothing parked that nobody saw.

use super::Finding;
use crate::queues::{self, Queue};
use store::{Database, Ts};

pub(crate) fn check(database: &Database, mail: bool, now: Ts) -> Vec<Finding> {
    match database.read_now(|conn| queues::read(conn, mail, now)) {
        Ok(queues) => queues.iter().map(judge).collect(),
        Err(error) => {
            vec![Finding::fail("queue", "queue-unread").with("reason", error.to_string())]
        }
    }
}

fn judge(queue: &Queue) -> Finding {
    let found = if queue.is_stuck() {
        Finding::fail("queue", "queue-stuck").with("minutes", queue.overdue / 60)
    } else if queue.failed > 0 {
        Finding::warn("queue", "queue-failed").with("failed", queue.failed)
    } else {
        Finding::ok("queue", "queue-flows")
    };
    found.about(queue.name).with("n", queue.waiting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_flows_is_stuck_or_left_something_behind() {
        let queue = |waiting, failed, overdue| Queue {
            name: "inbox",
            waiting,
            failed,
            overdue,
        };
        assert_eq!(judge(&queue(50_000, 0, 3)).code, "queue-flows");
        assert_eq!(judge(&queue(1, 0, queues::STUCK + 1)).code, "queue-stuck");
        assert_eq!(judge(&queue(0, 2, 0)).code, "queue-failed");
        store::trial::on_both(|database| {
            let all = check(&database, true, Ts::new(chrono::DateTime::UNIX_EPOCH));
            assert!(all.len() > 3 && all.iter().all(|f| f.code == "queue-flows"));
        });
    }
}
