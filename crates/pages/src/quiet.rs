//! Connections that hold a place and ask for nothing (DOS-03).
//!
//! actix-http 3.20 times the head of a connection's first request and the pause before the next one, but not a next
//! head that has begun: a byte now and then keeps the connection for ever. So each connection is known here, with
//! the time since which no request is under way on it, and is ended when that is too long.

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::rc::{Rc, Weak};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a connection may have no request under way. An answer that was handed over whole may still be on its
/// way to a slow telephone, so this is more than a head takes.
pub const QUIET: Duration = Duration::from_secs(60);

/// One connection.
pub(crate) struct Line {
    /// A second handle of its socket, to end it by.
    socket: std::net::TcpStream,
    under_way: Cell<u32>,
    quiet_since: Cell<Instant>,
}

/// A request under way on a connection; ends when dropped.
pub(crate) struct Busy(Rc<Line>);

impl Busy {
    pub(crate) fn on(line: &Rc<Line>) -> Self {
        line.under_way.set(line.under_way.get() + 1);
        Self(Rc::clone(line))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let line = &self.0;
        line.under_way.set(line.under_way.get().saturating_sub(1));
        line.quiet_since.set(Instant::now());
    }
}

thread_local! {
    /// The connections of this thread. Those that are gone are forgotten at the next look.
    static LINES: RefCell<Vec<Weak<Line>>> = const { RefCell::new(Vec::new()) };
}

/// For `HttpServer::on_connect`, beside the middleware [`crate::body_in_time`]: ends connections on which no request
/// has been under way for so long. Takes one more open file for each connection.
pub fn end_quiet(after: Duration) -> impl Fn(&dyn Any, &mut Extensions) + Send + Sync + Clone {
    move |connection, data| {
        let line = connection.downcast_ref::<TcpStream>().and_then(Line::of);
        if let Some(line) = line.map(Rc::new) {
            keep(&line, after);
            data.insert(line);
        }
    }
}

impl Line {
    fn of(stream: &TcpStream) -> Option<Self> {
        let socket = stream.as_fd().try_clone_to_owned().ok()?;
        Some(Self {
            socket: socket.into(),
            under_way: Cell::new(0),
            quiet_since: Cell::new(Instant::now()),
        })
    }

    /// Ends it when it was quiet for too long. What was handed to the system is still sent.
    fn look(&self, after: Duration) {
        if self.under_way.get() == 0 && self.quiet_since.get().elapsed() > after {
            let _ = self.socket.shutdown(Shutdown::Both);
        }
    }
}

/// Looks at the thread's connections now and then, as long as there are any.
fn keep(line: &Rc<Line>, after: Duration) {
    let first = LINES.with_borrow_mut(|lines| {
        lines.push(Rc::downgrade(line));
        lines.len() == 1
    });
    if !first {
        return;
    }
    actix_web::rt::spawn(async move {
        loop {
            sleep(after / 8).await;
            let left = LINES.with_borrow_mut(|lines| {
                lines.retain(|line| {
                    let line = line.upgrade();
                    if let Some(line) = &line {
                        line.look(after);
                    }
                    line.is_some()
                });
                lines.len()
            });
            if left == 0 {
                break;
            }
        }
    });
}
