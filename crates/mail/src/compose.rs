//! From a [`Message`] to what goes over the wire (RFC 5322, RFC 2045).

use std::time::SystemTime;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use crate::address::EmailAddress;
use crate::error::MailError;
use crate::message::{ListUnsubscribe, Message, MessageKind};

const SUBJECT_CHARACTERS: usize = 200;
const NAME_CHARACTERS: usize = 100;

/// Builds the message as sent by `from`.
///
/// Every header text passes [`one_line`], so none of them can end a header (INJ-05).
pub(crate) fn compose(
    message: &Message,
    from: &EmailAddress,
    from_name: &str,
    host: &str,
) -> Result<lettre::Message, MailError> {
    let subject = one_line(&message.subject, SUBJECT_CHARACTERS);
    if subject.is_empty() {
        return Err(MailError::Invalid { part: "subject" });
    }
    let text = body(&message.text);
    if text.trim().is_empty() {
        return Err(MailError::Invalid { part: "text" });
    }
    let name = one_line(
        message.from_name.as_deref().unwrap_or(from_name),
        NAME_CHARACTERS,
    );
    let mut builder = lettre::Message::builder()
        .message_id(Some(message_id(&message.id, host)?))
        .date(SystemTime::from(message.date))
        .from(mailbox(from, Some(name).filter(|name| !name.is_empty()))?)
        .to(mailbox(&message.to, None)?)
        .subject(subject)
        // RFC 3834: no vacation message, please; the second is what Exchange understands.
        .raw_header(verbatim("Auto-Submitted", "auto-generated")?)
        .raw_header(verbatim("X-Auto-Response-Suppress", "All")?);
    if let Some(address) = &message.reply_to {
        builder = builder.reply_to(mailbox(address, None)?);
    }
    match (&message.list_unsubscribe, message.kind) {
        (Some(unsubscribe), _) => {
            for header in unsubscribe_headers(unsubscribe)? {
                builder = builder.raw_header(header);
            }
        }
        (None, MessageKind::Bulk) => {
            return Err(MailError::Invalid {
                part: "unsubscribe address",
            });
        }
        (None, MessageKind::Account | MessageKind::Notification) => {}
    }
    if message.kind == MessageKind::Bulk {
        builder = builder.raw_header(verbatim("Precedence", "bulk")?);
    }
    match &message.html {
        Some(html) => builder.multipart(MultiPart::alternative_plain_html(text, body(html))),
        None => builder.singlepart(SinglePart::plain(text)),
    }
    .map_err(|_| MailError::Invalid { part: "envelope" })
}

fn mailbox(address: &EmailAddress, name: Option<String>) -> Result<Mailbox, MailError> {
    let invalid = |_| MailError::Invalid { part: "address" };
    let address = lettre::Address::new(address.local_part(), address.domain()).map_err(invalid)?;
    Ok(Mailbox::new(name, address))
}

fn message_id(id: &str, host: &str) -> Result<String, MailError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !(1..=64).contains(&id.len()) || !id.bytes().all(plain) {
        return Err(MailError::Invalid { part: "identifier" });
    }
    Ok(format!("<{id}@{host}>"))
}

fn unsubscribe_headers(unsubscribe: &ListUnsubscribe) -> Result<Vec<HeaderValue>, MailError> {
    let url = unsubscribe.url.as_str();
    let secure = url.starts_with("https://");
    let schemed = secure || (url.starts_with("http://") && !unsubscribe.one_click);
    let harmless = |byte: u8| byte.is_ascii_graphic() && !b"<>,\"".contains(&byte);
    // A header line holds at most 998 characters (RFC 5322, 2.1.1) and an address has no place to
    // fold.
    if !schemed || url.len() > 900 || !url.bytes().all(harmless) {
        return Err(MailError::Invalid {
            part: "unsubscribe address",
        });
    }
    let mut headers = vec![verbatim("List-Unsubscribe", &format!("<{url}>"))?];
    if unsubscribe.one_click {
        headers.push(verbatim(
            "List-Unsubscribe-Post",
            "List-Unsubscribe=One-Click",
        )?);
    }
    Ok(headers)
}

/// A header whose value is printable ASCII already.
fn verbatim(name: &'static str, value: &str) -> Result<HeaderValue, MailError> {
    let name = HeaderName::new_from_ascii(name.into())
        .map_err(|_| MailError::Invalid { part: "header" })?;
    Ok(HeaderValue::dangerous_new_pre_encoded(
        name,
        value.into(),
        value.into(),
    ))
}

/// Words on one line: any run of white space and control characters becomes one space.
fn one_line(text: &str, characters: usize) -> String {
    let spaced = |letter: char| letter.is_whitespace() || letter.is_control();
    let words: Vec<&str> = text.split(spaced).filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    if line.chars().count() <= characters {
        return line;
    }
    let kept: String = line.chars().take(characters.saturating_sub(1)).collect();
    kept + "…"
}

/// A body keeps its line breaks and tabs, and no other control character.
fn body(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .filter(|letter| matches!(letter, '\n' | '\t') || !letter.is_control())
        .collect()
}
