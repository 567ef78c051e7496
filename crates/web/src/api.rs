//! The JSON API of this room. Who asks shows a bearer token; the cookie is never looked at.

mod account_blocks;
mod agendas;
mod appeals;
mod block_lists;
mod blocks;
mod corrections;
mod deliveries;
mod email_rules;
mod follow_rules;
mod followers;
mod follows;
mod hooks;
mod moderating;
mod narrowing;
mod organisers;
mod parked;
mod peers;
mod people;
mod reports;
mod rules;
mod session;
mod site;

use actix_web::{HttpResponse, web};
use pages::ApiErrorBody;
use serde::Serialize;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/api/v1/session")
                .route(web::post().to(session::sign_in))
                .route(web::delete().to(session::sign_out)),
        )
        .service(web::resource("/api/v1/site").route(web::get().to(site::show)))
        .service(
            web::resource("/api/v1/agendas")
                .route(web::get().to(agendas::list))
                .route(web::post().to(agendas::create)),
        )
        .service(
            web::resource("/api/v1/follows")
                .route(web::get().to(follows::list))
                .route(web::post().to(follows::create)),
        )
        .service(web::resource("/api/v1/follows/{id}").route(web::delete().to(follows::remove)))
        .service(web::resource("/api/v1/followers").route(web::get().to(followers::list)))
        .service(
            web::resource("/api/v1/followers/{id}/{answer}")
                .route(web::post().to(followers::answer)),
        )
        .service(
            web::resource("/api/v1/blocks")
                .route(web::get().to(blocks::list))
                .route(web::post().to(blocks::create)),
        )
        .service(web::resource("/api/v1/blocks/{host}").route(web::delete().to(blocks::remove)))
        .service(
            web::resource("/api/v1/block-lists")
                .route(web::get().to(block_lists::list))
                .route(web::post().to(block_lists::create)),
        )
        .service(
            web::resource("/api/v1/block-lists/file")
                .route(web::get().to(block_lists::export))
                .route(web::post().to(block_lists::import)),
        )
        .service(
            web::resource("/api/v1/block-lists/{id}").route(web::delete().to(block_lists::remove)),
        )
        .service(
            web::resource("/api/v1/allow-list")
                .route(web::get().to(block_lists::allowed))
                .route(web::put().to(block_lists::allow)),
        )
        .service(
            web::resource("/api/v1/hooks")
                .route(web::get().to(hooks::list))
                .route(web::post().to(hooks::create)),
        )
        .service(
            web::resource("/api/v1/hooks/{id}")
                .route(web::patch().to(hooks::change))
                .route(web::delete().to(hooks::remove)),
        )
        .service(
            web::resource("/api/v1/hooks/{id}/secret").route(web::post().to(hooks::renew_secret)),
        )
        .service(
            web::resource("/api/v1/hooks/{id}/deliveries").route(web::get().to(hooks::deliveries)),
        )
        .service(
            web::resource("/api/v1/hooks/{id}/deliveries/{delivery}/again")
                .route(web::post().to(hooks::again)),
        )
        .service(web::resource("/api/v1/hooks/{id}/{action}").route(web::post().to(hooks::act)))
        .service(
            web::resource("/api/v1/rules")
                .route(web::get().to(rules::list))
                .route(web::post().to(rules::create)),
        )
        .service(web::resource("/api/v1/rules/{id}").route(web::delete().to(rules::remove)))
        .service(
            web::resource("/api/v1/email-rules")
                .route(web::get().to(email_rules::list))
                .route(web::put().to(email_rules::replace)),
        )
        .service(web::resource("/api/v1/people").route(web::get().to(people::list)))
        .service(web::resource("/api/v1/people/{id}").route(web::patch().to(people::change)))
        .service(
            web::resource("/api/v1/account/blocks")
                .route(web::get().to(account_blocks::list))
                .route(web::post().to(account_blocks::create)),
        )
        .service(
            web::resource("/api/v1/account/blocks/{id}")
                .route(web::delete().to(account_blocks::remove)),
        )
        .service(web::resource("/api/v1/peers").route(web::get().to(peers::list)))
        .service(
            web::resource("/api/v1/peers/{host}/narrowing")
                .route(web::get().to(narrowing::show))
                .route(web::put().to(narrowing::put)),
        )
        .service(
            web::resource("/api/v1/follow-rules")
                .route(web::get().to(follow_rules::show))
                .route(web::patch().to(follow_rules::change)),
        )
        .service(web::resource("/api/v1/peers/{host}").route(web::get().to(peers::show)))
        .service(web::resource("/api/v1/peers/{host}/{action}").route(web::post().to(peers::act)))
        .service(web::resource("/api/v1/deliveries").route(web::get().to(deliveries::list)))
        .service(web::resource("/api/v1/inbox/parked").route(web::get().to(parked::list)))
        .service(
            web::resource("/api/v1/inbox/parked/{id}/{action}").route(web::post().to(parked::act)),
        )
        .service(
            web::resource("/api/v1/agendas/{name}/people")
                .route(web::get().to(organisers::list))
                .route(web::post().to(organisers::invite)),
        )
        .service(
            web::resource("/api/v1/agendas/{name}/people/{id}")
                .route(web::delete().to(organisers::remove)),
        )
        .service(web::resource("/api/v1/corrections").route(web::get().to(corrections::list)))
        .service(
            web::resource("/api/v1/corrections/{id}/{decision}")
                .route(web::post().to(corrections::decide)),
        )
        .service(web::resource("/api/v1/reports").route(web::post().to(reports::create)))
        .service(
            web::resource("/api/v1/queue")
                .route(web::get().to(moderating::read))
                .route(web::post().to(moderating::act_on_queue)),
        )
        .service(web::resource("/api/v1/cases/{id}").route(web::get().to(moderating::show)))
        .service(
            web::resource("/api/v1/cases/{id}/{action}").route(web::post().to(moderating::act)),
        )
        .service(
            web::resource("/api/v1/measures")
                .route(web::get().to(moderating::list))
                .route(web::post().to(moderating::create)),
        )
        .service(web::resource("/api/v1/measures/{id}").route(web::delete().to(moderating::undo)))
        .service(web::resource("/api/v1/appeals").route(web::post().to(appeals::create)))
        .service(
            web::resource("/api/v1/appeals/{id}/{decision}")
                .route(web::post().to(moderating::decide)),
        )
        .service(
            web::resource("/api/v1/hold-rules")
                .route(web::get().to(moderating::read_rules))
                .route(web::put().to(moderating::write_rules)),
        )
        .service(
            web::resource("/api/v1/moderation/log").route(web::get().to(moderating::public_log)),
        )
        .service(
            web::resource("/api/v1/moderation/figures")
                .route(web::get().to(moderating::public_figures)),
        )
        .service(
            web::resource("/api/v1/moderation/servers")
                .route(web::get().to(moderating::public_servers)),
        )
        .service(
            web::resource("/api/v1/moderation/settings")
                .route(web::get().to(moderating::read_settings))
                .route(web::put().to(moderating::write_settings)),
        )
        .service(web::resource("/api/v1/record").route(web::get().to(moderating::log)))
        .service(web::resource("/api/v1/openapi.json").route(web::get().to(described)));
}

/// A list of everything there is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Items<T: utoipa::ToSchema> {
    items: Vec<T>,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kiosque",
        description = "The API of a Kiosque site.",
        version = "1"
    ),
    paths(
        session::sign_in,
        session::sign_out,
        site::show,
        account_blocks::list,
        account_blocks::create,
        account_blocks::remove,
        agendas::list,
        agendas::create,
        follows::list,
        follows::create,
        follows::remove,
        followers::list,
        followers::answer,
        blocks::list,
        blocks::create,
        blocks::remove,
        block_lists::list,
        block_lists::create,
        block_lists::remove,
        block_lists::import,
        block_lists::export,
        block_lists::allowed,
        block_lists::allow,
        hooks::list,
        hooks::create,
        hooks::change,
        hooks::renew_secret,
        hooks::remove,
        hooks::deliveries,
        hooks::again,
        hooks::act,
        rules::list,
        rules::create,
        rules::remove,
        email_rules::list,
        email_rules::replace,
        people::list,
        people::change,
        peers::list,
        peers::show,
        peers::act,
        narrowing::show,
        narrowing::put,
        follow_rules::show,
        follow_rules::change,
        deliveries::list,
        parked::list,
        parked::act,
        appeals::create,
        organisers::list,
        organisers::invite,
        organisers::remove,
        corrections::list,
        corrections::decide,
        reports::create,
        moderating::read,
        moderating::act_on_queue,
        moderating::show,
        moderating::act,
        moderating::list,
        moderating::create,
        moderating::undo,
        moderating::decide,
        moderating::log,
        moderating::public_figures,
        moderating::public_log,
        moderating::public_servers,
        moderating::read_settings,
        moderating::write_settings,
        moderating::read_rules,
        moderating::write_rules,
    ),
    components(schemas(ApiErrorBody))
)]
struct Description;

/// The description of this room's part of the API; other rooms' parts are merged into it
/// (`open_api().merge_from(…)`) and given to [`configure`] as `web::Data<OpenApi>`.
pub fn open_api() -> utoipa::openapi::OpenApi {
    let mut description = Description::openapi();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let components = description.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    description
}

async fn described(whole: Option<web::Data<utoipa::openapi::OpenApi>>) -> HttpResponse {
    match whole {
        Some(whole) => HttpResponse::Ok().json(whole.get_ref()),
        None => HttpResponse::Ok().json(open_api()),
    }
}
