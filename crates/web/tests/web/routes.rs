//! Every route of the server, found by asking the application itself, so that none is forgotten.
//!
//! `routes/table.rs` says who may, `routes/surfaces.rs` what an address shows: a new route without a row fails here with
//! its name, and so does a row without a route.

macro_rules! app {
    () => { impl Service<actix_http::Request, Response = ServiceResponse<impl MessageBody>, Error = actix_web::Error> };
}

mod absent;
mod cast;
mod contents;
mod exposure;
mod found;
mod matrix;
mod stage;
mod surfaces;
mod table;
mod traces;
mod world;
