//! What handlers work with, taken from the application's data in one go.

use accounts::Accounts;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, ResponseError, web};
use federation::Federation;
use leaving::Leaving;
use moderation::Moderation;
use moderation::queue::{Hands, Queue};
use sites::Sites;
use std::future::{Ready, ready};
use store::{Clock, Database};

/// The rooms below. An extractor.
#[derive(Clone)]
pub(crate) struct Rooms {
    pub(crate) accounts: web::Data<Accounts>,
    pub(crate) clock: web::Data<Clock>,
    pub(crate) database: web::Data<Database>,
    pub(crate) federation: web::Data<Federation>,
    pub(crate) leaving: web::Data<Leaving>,
    pub(crate) moderation: web::Data<Moderation>,
    pub(crate) queue: web::Data<Queue>,
    pub(crate) sites: web::Data<Sites>,
}

impl Rooms {
    /// Call it after the commit of what moderators decided: letters, activities and blocks take effect.
    pub(crate) async fn decided(&self) {
        self.moderation.wake();
        self.federation.wake();
        if let Err(error) = self.federation.reread_blocks().await {
            // Read again within half a minute all the same.
            tracing::error!(%error, "blocked hosts not read");
        }
    }

    /// What the queue's acts work with.
    pub(crate) fn hands(&self) -> Hands {
        Hands {
            database: self.database.as_ref().clone(),
            accounts: self.accounts.as_ref().clone(),
            federation: self.federation.as_ref().clone(),
            moderation: self.moderation.as_ref().clone(),
            clock: self.clock.as_ref().clone(),
        }
    }
}

/// Something is missing in the application's data.
#[derive(Debug, thiserror::Error)]
#[error("the application's data has no {0}")]
pub(crate) struct Missing(&'static str);

impl ResponseError for Missing {
    fn status_code(&self) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }
}

fn given<T: 'static>(request: &HttpRequest, name: &'static str) -> Result<web::Data<T>, Missing> {
    let data = request.app_data::<web::Data<T>>().cloned();
    data.ok_or_else(|| {
        tracing::error!(name, "missing in the application's data");
        Missing(name)
    })
}

impl FromRequest for Rooms {
    type Error = Missing;
    type Future = Ready<Result<Self, Missing>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || {
            Ok(Self {
                accounts: given(request, "Accounts")?,
                clock: given(request, "Clock")?,
                database: given(request, "Database")?,
                federation: given(request, "Federation")?,
                leaving: given(request, "Leaving")?,
                moderation: given(request, "Moderation")?,
                queue: given(request, "Queue")?,
                sites: given(request, "Sites")?,
            })
        };
        ready(read())
    }
}
