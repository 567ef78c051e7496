//! How long a sender may take over a body (DOS-03).

use crate::errors::in_words;
use crate::quiet::{Busy, Line};
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, web};
use futures::Stream;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// How long is waited: a while for the first bytes, and longer the more has come.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a body of which nothing comes.
    pub first: Duration,
    /// Bytes that earn one second more.
    pub rate: u32,
}

impl Default for Patience {
    /// Twenty seconds, and one more for each 500 bytes: a picture may be sent by a bad telephone line, and a
    /// byte a second is nobody's line.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(20),
            rate: 500,
        }
    }
}

/// The body as it comes in. Held until the answer is sent: a body that is dropped earlier is read to its end
/// first if it came in chunks, and a slow one has no end.
type Shared = Rc<RefCell<Payload>>;

struct Timed {
    inner: Shared,
    end: Pin<Box<Sleep>>,
    rate: u32,
    late: Rc<Cell<bool>>,
}

fn poll_body(
    body: &Shared,
    context: &mut Context<'_>,
) -> Poll<Option<Result<web::Bytes, PayloadError>>> {
    Pin::new(&mut *body.borrow_mut()).poll_next(context)
}

impl Stream for Timed {
    type Item = Result<web::Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Poll::Ready(part) = poll_body(&this.inner, context) {
            if let Some(Ok(bytes)) = &part {
                let earned = Duration::from_secs_f64(bytes.len() as f64 / f64::from(this.rate));
                let end = this.end.deadline() + earned;
                this.end.as_mut().reset(end);
            }
            return Poll::Ready(part);
        }
        if this.end.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        this.late.set(true);
        Poll::Ready(Some(Err(PayloadError::Incomplete(None))))
    }
}

/// A body out, with the body in (see [`Shared`]), and the connection marked as busy until it is sent.
struct Holding {
    body: BoxBody,
    _held: Option<Shared>,
    _busy: Option<Busy>,
}

impl MessageBody for Holding {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<web::Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}

/// Middleware outside [`crate::error_pages`]: 408, and the end of the connection, for a body that comes too slowly.
/// The application's data may hold another [`Patience`].
pub async fn body_in_time<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let busy = request.conn_data::<Rc<Line>>().map(Busy::on);
    let inner = request.take_payload();
    if matches!(inner, Payload::None) {
        let answer = next.call(request).await?.map_into_boxed_body();
        return Ok(match busy {
            None => answer,
            busy => holding(answer, None, busy),
        });
    }
    let set = request.app_data::<web::Data<Patience>>();
    let patience = set.map(|set| *set.get_ref()).unwrap_or_default();
    let late = Rc::new(Cell::new(false));
    let held = Rc::new(RefCell::new(inner));
    let timed = Timed {
        inner: held.clone(),
        end: Box::pin(sleep_until(Instant::now() + patience.first)),
        rate: patience.rate.max(1),
        late: late.clone(),
    };
    request.set_payload(Payload::Stream {
        payload: Box::pin(timed),
    });
    let mut answer = next.call(request).await?.map_into_boxed_body();
    if late.get() {
        let slow = StatusCode::REQUEST_TIMEOUT;
        let (request, _) = answer.into_parts();
        let said = in_words(&request, slow, None).await;
        let mut said = said.unwrap_or_else(|| HttpResponse::new(slow));
        said.head_mut().set_connection_type(ConnectionType::Close);
        answer = ServiceResponse::new(request, said);
    }
    Ok(holding(answer, Some(held), busy))
}

fn holding(
    answer: ServiceResponse<BoxBody>,
    held: Option<Shared>,
    busy: Option<Busy>,
) -> ServiceResponse<BoxBody> {
    answer.map_body(|_, body| {
        BoxBody::new(Holding {
            body,
            _held: held,
            _busy: busy,
        })
    })
}
