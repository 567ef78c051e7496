//! Where the source code of this very server is (AGPL, section 13).

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};
use federation::Software;
use pages::Frame;
use ui::SafeHtml;
use ui::pages::narrow_page;

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.route("/source", web::get().to(source));
}

async fn source(frame: Frame, software: Option<web::Data<Software>>) -> HttpResponse {
    let address = software.as_ref().and_then(|s| s.repository.as_ref());
    match address {
        Some(address) => HttpResponse::SeeOther()
            .insert_header((LOCATION, address.as_str()))
            .finish(),
        None => {
            let version = software.map(|s| s.version.clone()).unwrap_or_default();
            let heading = frame.lang.t("source-code-heading");
            let text = frame
                .lang
                .ta("source-code-text", &[("version", version.into())]);
            frame.html(&frame.page(&heading, narrow_page(&heading, &text, &SafeHtml::default())))
        }
    }
}
