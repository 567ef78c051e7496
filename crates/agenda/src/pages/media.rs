//! Pictures, by the hash of their content.

use crate::rooms::Rooms;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpResponse, web};

/// `GET /media/{file}`.
pub(super) async fn file(rooms: Rooms, path: web::Path<String>) -> HttpResponse {
    let library = rooms.library.clone();
    let name = path.into_inner();
    let asked = name.clone();
    let read = web::block(move || library.read(&asked)).await;
    let (Ok(Ok(bytes)), Ok(kind)) = (read, media::content_type(&name)) else {
        return HttpResponse::NotFound().finish();
    };
    let mut response = HttpResponse::Ok();
    for (name, value) in media::serving_headers(kind) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            response.insert_header((name, value));
        }
    }
    response.body(bytes)
}
