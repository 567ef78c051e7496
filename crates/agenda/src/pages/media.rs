//! Pictures, by the hash of their content.

use crate::access;
use crate::rooms::Rooms;
use accounts::Viewer;
use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use actix_web::{HttpResponse, web};
use sites::CurrentSite;
use store::StoreError;

/// `GET /media/{file}`: only what belongs to something this viewer may see (MED-07).
pub(super) async fn file(
    site: CurrentSite,
    viewer: Viewer,
    rooms: Rooms,
    path: web::Path<String>,
) -> HttpResponse {
    let name = path.into_inner();
    let Ok(kind) = media::content_type(&name) else {
        return HttpResponse::NotFound().finish();
    };
    let (asked, site) = (name.clone(), site.0);
    let allowed = rooms.database.read(move |c| {
        // Asked twice, so that what only its organisers see is not kept for others.
        let everybody = access::picture(c, &site, None, &asked)?;
        let organiser = everybody || access::picture(c, &site, viewer.identity(), &asked)?;
        Ok::<_, StoreError>((everybody, organiser))
    });
    let everybody = match allowed.await {
        Ok((everybody, true)) => everybody,
        Ok((_, false)) => return HttpResponse::NotFound().finish(),
        Err(_) => return HttpResponse::ServiceUnavailable().finish(),
    };
    let library = rooms.library.clone();
    let Ok(Ok(bytes)) = web::block(move || library.read(&name)).await else {
        return HttpResponse::NotFound().finish();
    };
    let mut response = HttpResponse::Ok();
    for (name, value) in media::serving_headers(kind) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            response.insert_header((name, value));
        }
    }
    if !everybody {
        response.insert_header((CACHE_CONTROL, "private, no-store"));
    }
    response.body(bytes)
}
