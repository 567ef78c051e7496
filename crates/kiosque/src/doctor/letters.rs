//! Mail: whether the server for it takes us in, and on request whether a letter arrives.

use super::Finding;
use chrono::{DateTime, Utc};
use mail::{EmailAddress, MailError, Mailer, Message, MessageKind};
use ui::Lang;

pub(crate) async fn check(
    mailer: &Mailer,
    send: Option<&EmailAddress>,
    lang: Lang,
    now: DateTime<Utc>,
) -> Vec<Finding> {
    match mailer.check().await {
        Ok(()) => {}
        Err(MailError::NotConfigured) => return vec![Finding::warn("mail", "mail-none")],
        Err(error) => {
            return vec![
                Finding::fail("mail", "mail-unreachable").with("reason", error.to_string()),
            ];
        }
    }
    let mut found = vec![Finding::ok("mail", "mail-connects")];
    if let Some(to) = send {
        let sent = mailer.send(letter(to, lang, now)).await;
        found.push(match sent {
            Ok(()) => Finding::ok("mail", "mail-sent").with("to", to.as_str()),
            Err(error) => Finding::fail("mail", "mail-refused")
                .with("to", to.as_str())
                .with("reason", error.to_string()),
        });
    }
    found
}

fn letter(to: &EmailAddress, lang: Lang, now: DateTime<Utc>) -> Message {
    Message {
        id: format!("doctor-{}", now.timestamp_millis()),
        date: now,
        to: to.clone(),
        from_name: None,
        subject: lang.t("doctor-letter-subject"),
        text: lang.t("doctor-letter-text"),
        html: None,
        list_unsubscribe: None,
        reply_to: None,
        kind: MessageKind::Account,
    }
}

/// The mail server of the tests of `mail`.
#[cfg(test)]
#[path = "../../../mail/tests/server/mod.rs"]
mod server;

#[cfg(test)]
mod tests {
    use super::*;
    use mail::{MailConfig, SmtpConfig, Tls, Transport};
    use std::time::Duration;

    use super::server::{Manner, Server};

    fn mailer(port: u16) -> Mailer {
        Mailer::new(MailConfig {
            transport: Transport::Smtp(SmtpConfig {
                host: "127.0.0.1".to_owned(),
                port: Some(port),
                tls: Tls::None,
                login: None,
                timeout: Duration::from_secs(5),
            }),
            bulk: None,
            from: EmailAddress::parse("kiosque@ours.test").ok(),
            from_name: String::new(),
            host: "ours.test".to_owned(),
        })
        .expect("mailer")
    }

    async fn codes(mailer: &Mailer, to: Option<&EmailAddress>) -> Vec<&'static str> {
        let now = DateTime::from_timestamp(1_796_126_400, 0).unwrap_or_default();
        let found = check(mailer, to, Lang::Fr, now).await;
        found.iter().map(|finding| finding.code).collect()
    }

    #[tokio::test]
    async fn a_mail_server_connects_takes_a_letter_refuses_it_or_is_not_there() {
        let to = EmailAddress::parse("ada@example.org").expect("address");
        let kind = Server::start(Manner::Kind).await;
        assert_eq!(codes(&mailer(kind.port), None).await, ["mail-connects"]);
        assert!(kind.received().messages.is_empty());
        let sent = codes(&mailer(kind.port), Some(&to)).await;
        assert_eq!(sent, ["mail-connects", "mail-sent"]);
        assert_eq!(kind.received().messages.len(), 1);
        let full = Server::start(Manner::Recipient("550 no such box")).await;
        let refused = codes(&mailer(full.port), Some(&to)).await;
        assert_eq!(refused, ["mail-connects", "mail-refused"]);
        let closing = Server::start(Manner::Closing).await;
        let closed = codes(&mailer(closing.port), Some(&to)).await;
        assert_eq!(closed, ["mail-unreachable"]);
        let none = Mailer::new(MailConfig::none()).expect("none");
        assert_eq!(codes(&none, Some(&to)).await, ["mail-none"]);
    }
}
