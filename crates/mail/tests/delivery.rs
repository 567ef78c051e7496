//! What goes over the wire, and what becomes of it when the other side misbehaves.
#![allow(clippy::unwrap_used)]

mod server;

use std::time::{Duration, Instant};

use chrono::{TimeZone, Utc};
use mail::{
    EmailAddress, ListUnsubscribe, MailConfig, MailError, Mailer, Message, MessageKind, Password,
    SmtpConfig, Tls, Transport,
};
use mail_parser::{Message as Parsed, MessageParser, MimeHeaders};
use server::{Manner, Server};

fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

fn smtp(port: u16) -> SmtpConfig {
    SmtpConfig {
        host: "127.0.0.1".into(),
        port: Some(port),
        tls: Tls::None,
        login: None,
        timeout: Duration::from_secs(10),
    }
}

fn config(transport: Transport) -> MailConfig {
    MailConfig {
        transport,
        bulk: None,
        from: Some(address("ne-pas-repondre@raffinerie.example")),
        from_name: "La Raffinerie".into(),
        host: "raffinerie.example".into(),
    }
}

fn mailer(smtp: SmtpConfig) -> Mailer {
    Mailer::new(config(Transport::Smtp(smtp))).unwrap()
}

fn message() -> Message {
    Message {
        id: "0199-abc.DEF_1".into(),
        date: Utc.with_ymd_and_hms(2026, 10, 14, 18, 30, 5).unwrap(),
        to: address("Alice.Martin+agenda@example.org"),
        from_name: None,
        subject: "Confirmez votre adresse à l’agenda".into(),
        text: "Bonjour Élise,\n\nC’est ici : https://raffinerie.example/confirm/é?token=abc\n.\n.. fin\n"
            .into(),
        html: None,
        list_unsubscribe: None,
        reply_to: None,
        kind: MessageKind::Account,
    }
}

fn parse(raw: &str) -> Parsed<'_> {
    MessageParser::default().parse(raw.as_bytes()).unwrap()
}

/// The header lines of this name, unfolded.
fn headers(raw: &str, name: &str) -> Vec<String> {
    let head = raw.split("\r\n\r\n").next().unwrap();
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    unfolded
        .split("\r\n")
        .filter_map(|line| line.split_once(": "))
        .filter(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.to_owned())
        .collect()
}

async fn sent(message: Message) -> String {
    let server = Server::start(Manner::Kind).await;
    mailer(smtp(server.port)).send(message).await.unwrap();
    server.message()
}

#[tokio::test]
async fn a_plain_message() {
    let server = Server::start(Manner::Kind).await;
    mailer(smtp(server.port)).send(message()).await.unwrap();
    let commands = server.received().commands;
    let expected = [
        "EHLO raffinerie.example",
        "MAIL FROM:<ne-pas-repondre@raffinerie.example>",
        "RCPT TO:<Alice.Martin+agenda@example.org>",
        "DATA",
        "QUIT",
    ];
    assert_eq!(commands.len(), expected.len(), "{commands:?}");
    for (command, expected) in commands.iter().zip(expected) {
        assert!(command.starts_with(expected), "{command}");
    }

    let raw = server.message();
    assert!(raw.is_ascii(), "readable by servers without 8BITMIME");
    assert!(raw.split("\r\n").all(|line| line.len() <= 998));
    assert_eq!(headers(&raw, "Date"), ["Wed, 14 Oct 2026 18:30:05 +0000"]);
    assert_eq!(
        headers(&raw, "Message-ID"),
        ["<0199-abc.DEF_1@raffinerie.example>"]
    );
    assert_eq!(headers(&raw, "To"), ["Alice.Martin+agenda@example.org"]);
    assert_eq!(headers(&raw, "Auto-Submitted"), ["auto-generated"]);
    assert_eq!(headers(&raw, "X-Auto-Response-Suppress"), ["All"]);
    assert_eq!(headers(&raw, "MIME-Version"), ["1.0"]);
    for absent in ["Precedence", "List-Unsubscribe", "Reply-To", "Bcc", "Cc"] {
        assert!(headers(&raw, absent).is_empty(), "{absent}");
    }

    let parsed = parse(&raw);
    assert_eq!(parsed.subject(), Some("Confirmez votre adresse à l’agenda"));
    let from = parsed.from().and_then(|from| from.first()).unwrap();
    assert_eq!(from.name(), Some("La Raffinerie"));
    assert_eq!(from.address(), Some("ne-pas-repondre@raffinerie.example"));
    assert!(
        parsed
            .content_type()
            .unwrap()
            .is_type("text", Some("plain"))
    );
    assert_eq!(parsed.text_body_count(), 1);
    let body = parsed.body_text(0).unwrap().replace("\r\n", "\n");
    assert_eq!(
        body.trim_end(),
        message().text.trim_end(),
        "accents and lone dots"
    );
}

/// As `text/plain` with nothing else, however the crate names it.
trait IsType {
    fn is_type(&self, main: &str, sub: Option<&str>) -> bool;
}

impl IsType for mail_parser::ContentType<'_> {
    fn is_type(&self, main: &str, sub: Option<&str>) -> bool {
        self.ctype() == main && self.subtype() == sub
    }
}

#[tokio::test]
async fn html_comes_second() {
    let raw = sent(Message {
        html: Some(
            "<p>Bonjour Élise, <a href=\"https://raffinerie.example/é\">c’est ici</a></p>".into(),
        ),
        reply_to: Some(address("equipe@raffinerie.example")),
        from_name: Some("Théâtre, \"le\" Fablab".into()),
        ..message()
    })
    .await;
    let parsed = parse(&raw);
    assert!(
        parsed
            .content_type()
            .unwrap()
            .is_type("multipart", Some("alternative"))
    );
    let kinds: Vec<_> = parsed.parts[1..]
        .iter()
        .map(|part| part.content_type().unwrap().subtype().unwrap())
        .collect();
    assert_eq!(kinds, ["plain", "html"]);
    assert!(parsed.body_text(0).unwrap().contains("Bonjour Élise,"));
    assert!(
        parsed
            .body_html(0)
            .unwrap()
            .contains("href=\"https://raffinerie.example/é\">c’est ici")
    );
    let reply = parsed.reply_to().and_then(|reply| reply.first()).unwrap();
    assert_eq!(reply.address(), Some("equipe@raffinerie.example"));
    let from = parsed.from().and_then(|from| from.first()).unwrap();
    assert_eq!(from.name(), Some("Théâtre, \"le\" Fablab"));
    assert_eq!(from.address(), Some("ne-pas-repondre@raffinerie.example"));
}

/// The address in a message is followed by people: it must survive line folding.
#[tokio::test]
async fn long_links_arrive_whole() {
    let link = format!(
        "https://raffinerie.example/reset/{}?n=1&m=2#é",
        "x".repeat(1500)
    );
    let raw = sent(Message {
        text: format!("Voici :\n{link}\n"),
        ..message()
    })
    .await;
    assert!(raw.split("\r\n").all(|line| line.len() <= 998));
    assert!(parse(&raw).body_text(0).unwrap().contains(&link));
}

#[tokio::test]
async fn inj_05_header_texts_cannot_start_a_header() {
    let raw = sent(Message {
        subject: "Concert\r\nBcc: x@evil.example\r\n\r\n<script>\0\u{2028}fin".into(),
        from_name: Some("Raffinerie\r\nX-Evil: 1\n\tfolded <a@evil.example>".into()),
        ..message()
    })
    .await;
    for evil in ["Bcc", "X-Evil"] {
        assert!(headers(&raw, evil).is_empty(), "{raw}");
    }
    for once in ["Subject", "From", "To", "Date", "Message-ID"] {
        assert_eq!(headers(&raw, once).len(), 1, "{once}");
    }
    let parsed = parse(&raw);
    assert_eq!(
        parsed.subject(),
        Some("Concert Bcc: x@evil.example <script> fin")
    );
    let from: Vec<_> = parsed
        .from()
        .unwrap()
        .iter()
        .map(|one| one.address())
        .collect();
    assert_eq!(from, [Some("ne-pas-repondre@raffinerie.example")]);
    assert!(parsed.body_text(0).unwrap().starts_with("Bonjour"));

    let raw = sent(Message {
        subject: "é".repeat(500),
        ..message()
    })
    .await;
    let subject = parse(&raw).subject().unwrap().to_owned();
    assert_eq!(subject, format!("{}…", "é".repeat(199)));
}

#[tokio::test]
async fn inj_05_what_cannot_be_neutralised_is_refused() {
    let server = Server::start(Manner::Kind).await;
    let mailer = mailer(smtp(server.port));
    let unsubscribe = |url: &str, one_click| Message {
        list_unsubscribe: Some(ListUnsubscribe {
            url: url.into(),
            one_click,
        }),
        ..message()
    };
    let id = |id: &str| Message {
        id: id.into(),
        ..message()
    };
    let long = format!("https://x.example/{}", "a".repeat(900));
    for (part, message) in [
        ("identifier", id("")),
        ("identifier", id("a b")),
        ("identifier", id("a>\r\nX: y")),
        ("identifier", id("../../etc/passwd")),
        ("identifier", id(&"a".repeat(65))),
        (
            "subject",
            Message {
                subject: " \r\n ".into(),
                ..message()
            },
        ),
        (
            "text",
            Message {
                text: "\n\t\0".into(),
                ..message()
            },
        ),
        (
            "unsubscribe address",
            unsubscribe("https://x.example/\r\nX-Evil: 1", false),
        ),
        (
            "unsubscribe address",
            unsubscribe("https://x.example/>, <mailto:a@b.example", false),
        ),
        (
            "unsubscribe address",
            unsubscribe("javascript:alert(1)", false),
        ),
        (
            "unsubscribe address",
            unsubscribe("http://x.example/u", true),
        ),
        ("unsubscribe address", unsubscribe(&long, false)),
        (
            "unsubscribe address",
            Message {
                kind: MessageKind::Bulk,
                ..message()
            },
        ),
    ] {
        match mailer.send(message).await {
            Err(error @ MailError::Invalid { part: found }) => {
                assert_eq!(found, part);
                assert!(!error.is_temporary());
            }
            other => panic!("{part}: {other:?}"),
        }
    }
    assert!(
        server.received().commands.is_empty(),
        "nothing reached the server"
    );
    for accepted in [
        id(&"a".repeat(64)),
        unsubscribe("https://x.example/u?a=1&b=%C3%A9", true),
        unsubscribe("http://x.example/u", false),
    ] {
        mailer.send(accepted).await.unwrap();
    }
    assert_eq!(server.received().messages.len(), 3);
}

#[tokio::test]
async fn bulk_messages_leave_by_their_own_way() {
    let (first, second) = (
        Server::start(Manner::Kind).await,
        Server::start(Manner::Kind).await,
    );
    let mailer = Mailer::new(MailConfig {
        bulk: Some(Transport::Smtp(smtp(second.port))),
        ..config(Transport::Smtp(smtp(first.port)))
    })
    .unwrap();
    let digest = Message {
        kind: MessageKind::Bulk,
        list_unsubscribe: Some(ListUnsubscribe {
            url: "https://raffinerie.example/unsubscribe/abc".into(),
            one_click: true,
        }),
        ..message()
    };
    mailer.send(digest.clone()).await.unwrap();
    mailer
        .send(Message {
            kind: MessageKind::Notification,
            ..message()
        })
        .await
        .unwrap();
    let raw = second.message();
    assert_eq!(
        headers(&raw, "List-Unsubscribe"),
        ["<https://raffinerie.example/unsubscribe/abc>"]
    );
    assert_eq!(
        headers(&raw, "List-Unsubscribe-Post"),
        ["List-Unsubscribe=One-Click"]
    );
    assert_eq!(headers(&raw, "Precedence"), ["bulk"]);
    assert!(headers(&first.message(), "Precedence").is_empty());
    // Without a way of their own they take the other one.
    let server = Server::start(Manner::Kind).await;
    Mailer::new(config(Transport::Smtp(smtp(server.port))))
        .unwrap()
        .send(digest)
        .await
        .unwrap();
    assert_eq!(headers(&server.message(), "Precedence"), ["bulk"]);
}

#[tokio::test]
async fn log_in() {
    let server = Server::start(Manner::WantsLogIn).await;
    let login = |password: &str| SmtpConfig {
        login: Some(("kiosque".into(), Password::new(password))),
        ..smtp(server.port)
    };
    let refused = mailer(login("wrong")).send(message()).await.unwrap_err();
    assert!(matches!(refused, MailError::LogIn(_)), "{refused:?}");
    assert!(refused.is_temporary());
    assert!(mailer(login("wrong")).check().await.is_err());
    assert!(server.received().messages.is_empty());
    mailer(login("pâssword")).check().await.unwrap();
    assert!(
        server.received().messages.is_empty(),
        "checking sends nothing"
    );
    mailer(login("pâssword")).send(message()).await.unwrap();
    server.message();
    // A server that offers no log-in does not get the password.
    let server = Server::start(Manner::Kind).await;
    let config = SmtpConfig {
        port: Some(server.port),
        ..login("pâssword")
    };
    let refused = mailer(config).send(message()).await.unwrap_err();
    assert_eq!(refused.code(), "mail_log_in");
    assert!(
        server
            .received()
            .commands
            .iter()
            .all(|line| !line.starts_with("AUTH"))
    );
}

#[test]
fn passwords_are_not_shown() {
    let config = config(Transport::Smtp(SmtpConfig {
        login: Some(("kiosque".into(), Password::new("s3cret-s3cret"))),
        ..smtp(25)
    }));
    assert!(!format!("{config:?}").contains("s3cret"));
    let mailer = Mailer::new(config).unwrap();
    assert!(!format!("{mailer:?}").contains("s3cret"));
}

#[tokio::test]
async fn the_servers_refusals_keep_their_code() {
    for (manner, status, temporary) in [
        (Manner::Recipient("550 5.1.1 no such user"), 550, false),
        (Manner::Recipient("450 4.2.0 greylisted"), 450, true),
        (Manner::Data("554 5.7.1 spam"), 554, false),
        (Manner::Data("451 4.3.0 later"), 451, true),
    ] {
        let server = Server::start(manner).await;
        let error = mailer(smtp(server.port)).send(message()).await.unwrap_err();
        assert_eq!(error.is_temporary(), temporary, "{error}");
        match &error {
            MailError::Refused {
                status: found,
                words,
            } if !temporary => {
                assert_eq!(*found, status);
                assert!(words.contains("5."), "{words}");
            }
            MailError::PutOff {
                status: found,
                words,
            } if temporary => {
                assert_eq!(*found, status);
                assert!(words.contains("4."), "{words}");
            }
            other => panic!("{other:?}"),
        }
        assert!(server.received().messages.is_empty());
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    for manner in [Manner::Silent, Manner::Dripping, Manner::SilentAtTheEnd] {
        let server = Server::start(manner).await;
        let begun = Instant::now();
        let short = SmtpConfig {
            timeout: Duration::from_millis(400),
            ..smtp(server.port)
        };
        let error = mailer(short).send(message()).await.unwrap_err();
        assert!(matches!(error, MailError::Timeout), "{manner:?}: {error:?}");
        assert!(error.is_temporary());
        assert!(begun.elapsed() < Duration::from_secs(5), "{manner:?}");
    }
}

/// Once the server has said 250 the message is its own: reporting a failure would send it twice.
#[tokio::test]
async fn a_missing_farewell_is_no_failure() {
    let server = Server::start(Manner::NoFarewell).await;
    let short = SmtpConfig {
        timeout: Duration::from_millis(800),
        ..smtp(server.port)
    };
    mailer(short).send(message()).await.unwrap();
    server.message();
}

#[tokio::test]
async fn what_is_no_mail_server() {
    let nobody = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let error = mailer(smtp(nobody)).send(message()).await.unwrap_err();
    assert!(matches!(error, MailError::Unreachable(_)), "{error:?}");
    let unknown = SmtpConfig {
        host: "no-such-host.invalid".into(),
        ..smtp(25)
    };
    let error = mailer(unknown).send(message()).await.unwrap_err();
    assert!(
        matches!(error, MailError::Unreachable(_) | MailError::Timeout),
        "{error:?}"
    );
    for manner in [Manner::Http, Manner::Closing] {
        let server = Server::start(manner).await;
        let error = mailer(smtp(server.port)).send(message()).await.unwrap_err();
        let expected = matches!(error, MailError::Protocol(_) | MailError::Unreachable(_));
        assert!(expected, "{manner:?}: {error:?}");
        assert!(error.is_temporary());
    }
}

/// Neither message nor password goes out in clear where encryption was asked for.
#[tokio::test]
async fn no_fall_back_to_clear_text() {
    for (tls, manner) in [
        (Tls::StartTls, Manner::Kind),
        (Tls::StartTls, Manner::WantsLogIn),
        (Tls::StartTls, Manner::FalseStartTls),
        (Tls::Implicit, Manner::Kind),
    ] {
        let server = Server::start(manner).await;
        let config = SmtpConfig {
            tls,
            login: Some(("kiosque".into(), Password::new("pâssword"))),
            timeout: Duration::from_secs(3),
            ..smtp(server.port)
        };
        let error = mailer(config).send(message()).await.unwrap_err();
        assert!(
            matches!(error, MailError::Encryption(_)),
            "{tls:?} {manner:?}: {error:?}"
        );
        let received = server.received();
        assert!(received.messages.is_empty());
        for line in &received.commands {
            assert!(
                !line.starts_with("AUTH") && !line.starts_with("MAIL"),
                "{line}"
            );
        }
    }
}
