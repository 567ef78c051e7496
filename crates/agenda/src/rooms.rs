//! What handlers work with, taken from the application's data in one go.

use crate::import::CalendarBell;
use actix_web::dev::Payload;
use actix_web::error::ErrorInternalServerError;
use actix_web::{FromRequest, HttpRequest, web};
use federation::Federation;
use publication::Registry;
use std::future::{Ready, ready};
use store::{Clock, Database};

/// The rooms below. An extractor.
#[derive(Clone)]
pub(crate) struct Rooms {
    pub(crate) clock: web::Data<Clock>,
    pub(crate) database: web::Data<Database>,
    pub(crate) federation: web::Data<Federation>,
    pub(crate) registry: web::Data<Registry>,
    pub(crate) library: web::Data<media::Library>,
    pub(crate) processor: web::Data<media::Processor>,
    pub(crate) bell: web::Data<CalendarBell>,
}

fn given<T: 'static>(request: &HttpRequest) -> Result<web::Data<T>, actix_web::Error> {
    request.app_data::<web::Data<T>>().cloned().ok_or_else(|| {
        tracing::error!(
            kind = std::any::type_name::<T>(),
            "missing in the application's data"
        );
        ErrorInternalServerError("not wired")
    })
}

impl FromRequest for Rooms {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || {
            Ok(Self {
                clock: given(request)?,
                database: given(request)?,
                federation: given(request)?,
                registry: given(request)?,
                library: given(request)?,
                processor: given(request)?,
                bell: given(request)?,
            })
        };
        ready(read())
    }
}
