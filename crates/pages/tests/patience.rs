//! DOS-03: senders that dribble are let go, each with an answer, while others are served; those who are only slow
//! are waited for.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

const PATIENCE: pages::Patience = pages::Patience {
    first: Duration::from_millis(600),
    rate: 100,
};

/// Longer than the server waits for a next request on a connection: five seconds.
const QUIET: Duration = Duration::from_secs(6);

fn serve() -> SocketAddr {
    let server = HttpServer::new(|| {
        App::new()
            .app_data(web::Data::new(PATIENCE))
            .wrap(from_fn(pages::error_pages))
            .wrap(from_fn(pages::body_in_time))
            .route("/health", web::get().to(async || "well"))
            .route(
                "/inbox",
                web::post().to(async |body: web::Bytes| format!("{} bytes", body.len())),
            )
            .route("/deaf", web::post().to(async || "not read"))
            .route(
                "/slow",
                web::get().to(async || {
                    sleep(QUIET * 2).await;
                    "at last"
                }),
            )
    })
    .workers(1)
    .client_request_timeout(Duration::from_millis(600))
    .on_connect(pages::end_quiet(QUIET))
    .disable_signals()
    .bind("127.0.0.1:0")
    .unwrap();
    let address = server.addrs()[0];
    actix_web::rt::spawn(server.run());
    address
}

/// Sends a beginning, then more again and again; the answer, once the server ends the connection.
async fn dribble(address: SocketAddr, begin: &str, more: &str) -> String {
    let (mut from, mut to) = TcpStream::connect(address).await.unwrap().into_split();
    to.write_all(begin.as_bytes()).await.unwrap();
    let more = more.as_bytes().to_vec();
    let sender = actix_web::rt::spawn(async move {
        while to.write_all(&more).await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    });
    let mut answer = Vec::new();
    let ended = timeout(Duration::from_secs(30), from.read_to_end(&mut answer)).await;
    sender.abort();
    assert!(ended.is_ok(), "the connection stays open after {begin:?}");
    String::from_utf8_lossy(&answer).into_owned()
}

async fn health(address: SocketAddr) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    let asked = "GET /health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    connection.write_all(asked.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}

const BODY: &str = "POST /inbox HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n";
const PIECES: &str = "POST /inbox HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
const HEAD: &str = "POST /inbox HTTP/1.1\r\nhost: a\r\nx: ";

#[actix_web::test]
async fn dos_03_a_thousand_dribbling_senders_are_let_go_and_others_served() {
    let address = serve();
    let senders: Vec<_> = (0..1_000)
        .map(|n| {
            let (begin, more) = [(BODY, "a"), (PIECES, "1\r\na\r\n"), (HEAD, "a")][n % 3];
            actix_web::rt::spawn(dribble(address, begin, more))
        })
        .collect();
    // While they are at it.
    for _ in 0..10 {
        assert!(health(address).await.ends_with("well"));
        sleep(Duration::from_millis(50)).await;
    }
    for sender in senders {
        let answer = sender.await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer:?}");
    }
    assert!(health(address).await.ends_with("well"));
}

#[actix_web::test]
async fn dos_03_a_sender_that_is_only_slow_is_waited_for() {
    let address = serve();
    let mut connection = TcpStream::connect(address).await.unwrap();
    let head =
        "POST /inbox HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 400\r\n\r\n";
    connection.write_all(head.as_bytes()).await.unwrap();
    // Twice as long as the patience with a body of which nothing comes.
    for _ in 0..12 {
        connection
            .write_all("a".repeat(33).as_bytes())
            .await
            .unwrap();
        sleep(Duration::from_millis(100)).await;
    }
    connection.write_all("aaaa".as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("400 bytes"), "{answer}");
}

#[actix_web::test]
async fn dos_03_a_body_that_nobody_reads_does_not_keep_a_connection() {
    let address = serve();
    for (begin, more) in [(BODY, "a"), (PIECES, "1\r\na\r\n")] {
        let deaf = begin.replace("/inbox", "/deaf");
        let answer = dribble(address, &deaf, more).await;
        assert!(answer.contains("not read"), "{answer}");
    }
    for (accept, word) in [("application/json", "\"too_slow\""), ("text/html", "<h1")] {
        let begin = PIECES.replace("host: a", &format!("host: a\r\naccept: {accept}"));
        let answer = dribble(address, &begin, "1\r\na\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains(word), "{answer}");
    }
}

#[actix_web::test]
async fn dos_03_a_second_head_that_dribbles_does_not_keep_a_connection() {
    let address = serve();
    let first = "GET /health HTTP/1.1\r\nhost: a\r\n\r\n";
    let answer = dribble(address, &format!("{first}{HEAD}"), "a").await;
    assert!(answer.ends_with("well"), "one answer: {answer}");
}

#[actix_web::test]
async fn dos_03_a_connection_that_asks_or_waits_for_its_answer_is_left_alone() {
    let address = serve();
    let mut connection = TcpStream::connect(address).await.unwrap();
    let mut seen = [0; 1_024];
    let asking = async {
        for _ in 0..8 {
            let asked = "GET /health HTTP/1.1\r\nhost: a\r\n\r\n";
            connection.write_all(asked.as_bytes()).await.unwrap();
            let read = connection.read(&mut seen).await.unwrap();
            assert!(seen[..read].ends_with(b"well"));
            sleep(QUIET / 4).await;
        }
    };
    let waiting = async {
        let mut connection = TcpStream::connect(address).await.unwrap();
        let asked = "GET /slow HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        connection.write_all(asked.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("at last"), "{answer}");
    };
    tokio::join!(asking, waiting);
}
