//! The ways out that are not SMTP, and none.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{TimeZone, Utc};
use mail::{MailConfig, MailError, Mailer, Message, MessageKind, SmtpConfig, Tls, Transport};
use mail_parser::MessageParser;

fn config(transport: Transport) -> MailConfig {
    MailConfig {
        transport,
        from: Some("kiosque@raffinerie.example".parse().unwrap()),
        from_name: "Kiosque".into(),
        host: "raffinerie.example".into(),
        ..MailConfig::none()
    }
}

fn message() -> Message {
    Message {
        id: "0199".into(),
        date: Utc.with_ymd_and_hms(2026, 10, 14, 18, 30, 5).unwrap(),
        to: "alice@example.org".parse().unwrap(),
        from_name: None,
        subject: "Agenda de la semaine à venir".into(),
        text: "Mardi : Théâtre.".into(),
        html: None,
        list_unsubscribe: None,
        reply_to: None,
        kind: MessageKind::Notification,
    }
}

fn assert_is_the_message(raw: &[u8]) {
    let parsed = MessageParser::default().parse(raw).unwrap();
    assert_eq!(parsed.subject(), Some("Agenda de la semaine à venir"));
    assert_eq!(parsed.body_text(0).unwrap().trim(), "Mardi : Théâtre.");
    let to = parsed.to().and_then(|to| to.first()).unwrap();
    assert_eq!(to.address(), Some("alice@example.org"));
}

#[tokio::test]
async fn none_says_so() {
    let mailer = Mailer::new(MailConfig::none()).unwrap();
    assert!(!mailer.is_configured());
    let error = mailer.send(message()).await.unwrap_err();
    assert!(matches!(error, MailError::NotConfigured));
    assert!(!error.is_temporary());
    assert!(matches!(
        mailer.check().await,
        Err(MailError::NotConfigured)
    ));
}

#[tokio::test]
async fn folder() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("new/mail");
    let mailer = Mailer::new(config(Transport::Folder(folder.clone()))).unwrap();
    assert!(mailer.is_configured());
    mailer.check().await.unwrap();
    mailer.send(message()).await.unwrap();
    let names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, ["1792002605-0199.eml"], "and nothing half-written");
    assert_is_the_message(&std::fs::read(folder.join(&names[0])).unwrap());
    // Sent again it is the same file.
    mailer.send(message()).await.unwrap();
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);

    let occupied = root.path().join("file");
    std::fs::write(&occupied, b"").unwrap();
    let mailer = Mailer::new(config(Transport::Folder(occupied.join("mail")))).unwrap();
    assert!(matches!(
        mailer.send(message()).await,
        Err(MailError::Folder(_))
    ));
    assert!(matches!(mailer.check().await, Err(MailError::Folder(_))));
}

fn command(folder: &Path, name: &str, script: &str) -> Transport {
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    Transport::Sendmail {
        command: Some(path),
        timeout: Duration::from_secs(5),
    }
}

#[tokio::test]
async fn sendmail() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().display();
    let keeps = format!("echo \"$@\" > {out}/arguments; cat > {out}/message");
    let mailer = Mailer::new(config(command(root.path(), "keeps", &keeps))).unwrap();
    mailer.send(message()).await.unwrap();
    let arguments = std::fs::read_to_string(root.path().join("arguments")).unwrap();
    assert_eq!(
        arguments.trim(),
        "-i -f kiosque@raffinerie.example -- alice@example.org"
    );
    assert_is_the_message(&std::fs::read(root.path().join("message")).unwrap());

    let fails = "cat > /dev/null; echo 'no route' >&2; exit 75";
    let mailer = Mailer::new(config(command(root.path(), "fails", fails))).unwrap();
    match mailer.send(message()).await {
        Err(MailError::Command(words)) => assert!(words.contains("no route"), "{words}"),
        other => panic!("{other:?}"),
    }
    let Transport::Sendmail { command: hangs, .. } = command(root.path(), "hangs", "exec sleep 60")
    else {
        unreachable!()
    };
    let transport = Transport::Sendmail {
        command: hangs,
        timeout: Duration::from_millis(300),
    };
    let mailer = Mailer::new(config(transport)).unwrap();
    assert!(matches!(
        mailer.send(message()).await,
        Err(MailError::Timeout)
    ));
    let missing = Transport::Sendmail {
        command: Some(root.path().join("missing")),
        timeout: Duration::from_secs(5),
    };
    let mailer = Mailer::new(config(missing)).unwrap();
    assert!(matches!(
        mailer.send(message()).await,
        Err(MailError::Command(_))
    ));
}

#[test]
fn wrong_configurations_are_refused_at_start() {
    let smtp = |host: &str, timeout| {
        Transport::Smtp(SmtpConfig {
            host: host.into(),
            port: None,
            tls: Tls::StartTls,
            login: None,
            timeout,
        })
    };
    let minute = Duration::from_secs(60);
    let good = || config(smtp("mail.example", minute));
    assert!(Mailer::new(good()).is_ok());
    let wrong = [
        MailConfig {
            from: None,
            ..good()
        },
        MailConfig {
            host: String::new(),
            ..good()
        },
        MailConfig {
            host: "raffinerie.example>\r\nX: y".into(),
            ..good()
        },
        config(smtp("", minute)),
        config(smtp("mail.example\r\n", minute)),
        config(smtp("mail.example", Duration::ZERO)),
        MailConfig {
            bulk: Some(smtp("", minute)),
            ..good()
        },
    ];
    for config in wrong {
        let error = Mailer::new(config.clone()).unwrap_err();
        assert_eq!(error.code(), "mail_configuration", "{config:?}");
    }
    assert_eq!(
        (Tls::None.port(), Tls::StartTls.port(), Tls::Implicit.port()),
        (25, 587, 465)
    );
}
