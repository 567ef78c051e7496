//! AUT-15 and AUTH-09: every role on every route, generated from the routes that the application has.

use super::cast::{Cast, Seat};
use super::contents::{Question, changed};
use super::found::routes;
use super::stage::{Stage, call, filled};
use super::table::{Row, Sent, TABLE};
use crate::scene::{Answer, on_both, send};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use std::collections::BTreeSet;

#[test]
fn aut_15_every_route_has_a_row_and_every_row_a_route() {
    on_both(|scene| async move {
        let there = routes(&scene.registry).await;
        let said: Vec<(&str, String)> = TABLE
            .iter()
            .map(|row| (row.method, row.pattern.to_owned()))
            .collect();
        let known: BTreeSet<_> = said.iter().cloned().collect();
        assert_eq!(known.len(), said.len(), "two rows for one route");
        let without: Vec<_> = there.difference(&known).collect();
        assert!(
            without.is_empty(),
            "routes without a row in routes/table.rs: {without:?}"
        );
        let over: Vec<_> = known.difference(&there).collect();
        assert!(
            over.is_empty(),
            "rows in routes/table.rs without a route: {over:?}"
        );
    });
}

fn fields(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}

/// Sends what a row says, as a browser or, under `/api/`, as a program.
async fn ask(app: &app!(), row: &Row, seat: &Seat, path: &str, body: &str) -> Answer {
    let mut browser = seat.browser.clone();
    let pairs = fields(body);
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    match row.sent {
        Sent::Json(_) => {
            let body = serde_json::from_str(body).unwrap();
            call(app, seat, row.method, path, body).await
        }
        Sent::Nothing if path.starts_with("/api/") => {
            call(app, seat, row.method, path, serde_json::Value::Null).await
        }
        Sent::Nothing => {
            let method = row.method.parse::<Method>().unwrap();
            let request = browser.request(method, path);
            // Documents for servers stand beside pages for people at a few addresses; those are open to anybody.
            send(app, request).await
        }
        Sent::Form(_) => send(app, browser.form(path, &pairs)).await,
        Sent::Files(_) => {
            browser
                .post_file(app, path, &pairs, ("file", "", b""))
                .await
        }
    }
}

/// True for the answers that say no.
fn refused(answer: &Answer) -> bool {
    match answer.status {
        401 | 403 | 404 => true,
        303 => answer.header("location").starts_with("/login"),
        _ => false,
    }
}

#[test]
fn aut_15_auth_09_every_route_is_open_to_its_roles_and_changes_nothing_for_others() {
    on_both(|scene| async move {
        let app = scene.app().await;
        Cast::gather(&scene);
        let stage = Stage { scene: &scene };
        stage.furnish(&app).await;
        Cast::settle(&scene);
        let question = Question::of(&scene);
        let mut faults: Vec<String> = Vec::new();
        for row in TABLE {
            let body = match row.sent {
                Sent::Nothing => "",
                Sent::Form(text) | Sent::Files(text) | Sent::Json(text) => text,
            };
            let things = stage.things(&app, &[row.path, body]).await;
            let (path, filled_body) = (filled(row.path, &things), filled(body, &things));
            let about = format!("{} {path}", row.method);
            let seats = Cast::seats(&scene, &path);
            let (invited, others): (Vec<_>, Vec<_>) = seats
                .into_iter()
                .partition(|(role, _)| row.may.contains(role));
            let before = question.ask(&scene);
            for (role, seat) in &others {
                let answer = ask(&app, row, seat, &path, &filled_body).await;
                // An inbox says 400 to what is not signed.
                let unsigned = path.ends_with("/inbox") && answer.status == 400;
                if !refused(&answer) && !unsigned {
                    faults.push(format!(
                        "{about}: {role:?} was not refused: {} {}",
                        answer.status,
                        answer.header("location")
                    ));
                }
            }
            let tables = changed(&before, &question.ask(&scene));
            if !tables.is_empty() {
                faults.push(format!("{about}: somebody refused changed {tables:?}"));
            }
            for (role, seat) in &invited {
                let things = match row.method {
                    "GET" => things.clone(),
                    _ => stage.things(&app, &[row.path, body]).await,
                };
                let (path, body) = (filled(row.path, &things), filled(body, &things));
                let answer = ask(&app, row, seat, &path, &body).await;
                let through = answer.status < 400 || [409, 410, 422, 429].contains(&answer.status);
                if refused(&answer) || !through {
                    let said = answer
                        .body
                        .lines()
                        .find(|line| !line.starts_with("<!") && !line.starts_with("<html"));
                    let said: String = said.unwrap_or_default().chars().take(200).collect();
                    faults.push(format!(
                        "{about}: {role:?} may, and got {} {said}",
                        answer.status
                    ));
                }
            }
            if row.method == "GET" {
                let tables = changed(&before, &question.ask(&scene));
                if !tables.is_empty() {
                    faults.push(format!("{about}: a GET changed {tables:?}"));
                }
            }
        }
        assert!(faults.is_empty(), "{}\n{}", faults.len(), faults.join("\n"));
    });
}
