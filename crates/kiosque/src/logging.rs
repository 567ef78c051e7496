//! What is written while running: one line per event, whatever the values in it are.

use crate::config::Log as Settings;
use std::io::{self, Write};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Begins logging to standard error.
pub(crate) fn start(settings: &Settings) -> anyhow::Result<()> {
    // Two instances in one process (the demonstration) share the first one's logging.
    if let Err(error) = tracing::subscriber::set_global_default(subscriber(settings, io::stderr)?) {
        tracing::debug!(%error, "logging had begun already");
    }
    Ok(())
}

type Subscriber = Box<dyn tracing::Subscriber + Send + Sync>;

fn subscriber<W>(settings: &Settings, writer: W) -> anyhow::Result<Subscriber>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(&settings.level)?)
        // Without colours no escape sequence is ours, so all of them can be taken out.
        .with_ansi(false)
        .with_writer(OneLine(writer));
    Ok(match settings.format.as_str() {
        "json" => Box::new(builder.json().with_current_span(false).finish()),
        "text" => Box::new(builder.finish()),
        other => anyhow::bail!("log.format is text or json, not {other}"),
    })
}

/// Hands each event on as one line: control characters in it are written as `\u001b`, which JSON reads back (INJ-04).
struct OneLine<W>(W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for OneLine<W> {
    type Writer = OneLineWriter<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        OneLineWriter(self.0.make_writer())
    }
}

struct OneLineWriter<W>(W);

/// Characters that end a line, move a terminal's cursor or turn its text around.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl<W: Write> Write for OneLineWriter<W> {
    /// The formatter hands over one event at a time, its line break last.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let (text, end) = match text.strip_suffix('\n') {
            Some(text) => (text, "\n"),
            None => (&*text, ""),
        };
        let mut line = String::with_capacity(event.len());
        for c in text.chars() {
            match is_harmful(c) {
                true => line.push_str(&format!("\\u{:04x}", u32::from(c))),
                false => line.push(c),
            }
        }
        line.push_str(end);
        self.0.write_all(line.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Copy)]
    pub(crate) enum Log {
        Text,
        Json,
    }

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("lock").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What `work` gives, and what it logged on this thread.
    pub(crate) fn logged<T>(log: Log, level: &str, work: impl FnOnce() -> T) -> (T, String) {
        let settings = Settings {
            level: level.to_owned(),
            format: match log {
                Log::Text => "text",
                Log::Json => "json",
            }
            .to_owned(),
        };
        let kept = Kept::default();
        let writer = kept.clone();
        let subscriber = subscriber(&settings, move || writer.clone()).expect("subscriber");
        let done = tracing::subscriber::with_default(subscriber, work);
        let bytes = kept.0.lock().expect("lock").clone();
        (done, String::from_utf8(bytes).expect("text"))
    }

    const HOSTILE: [&str; 6] = [
        "a\r\n2026-01-01T00:00:00Z ERROR root logged in",
        "\u{1b}[2J\u{1b}]0;title\u{7}",
        "\u{9b}31m",
        "\"}\n{\"level\":\"ERROR\"",
        "a\u{2028}b\u{2029}c",
        "\u{202e}gnp.exe",
    ];

    #[test]
    fn inj_04_hostile_values_make_one_escaped_line() {
        for value in HOSTILE {
            for log in [Log::Text, Log::Json] {
                let (_, text) = logged(log, "info", || {
                    let span = tracing::error_span!("request", agent = %value);
                    let _entered = span.enter();
                    tracing::warn!(shown = %value, debug = ?value, "said: {value}");
                });
                assert_eq!(text.matches('\n').count(), 1, "{text:?}");
                assert!(text.ends_with('\n'));
                let line = text.trim_end_matches('\n');
                assert!(!line.chars().any(is_harmful), "{line:?}");
            }
        }
    }

    #[test]
    fn a_line_of_json_gives_its_values_back_and_ordinary_text_stays() {
        let words = "Fête « à la Raffinerie » \\o/ \"été\"";
        let (_, text) = logged(Log::Json, "info", || tracing::warn!(name = %words, "said"));
        let line: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(line["fields"]["name"], words);
        for value in HOSTILE {
            let (_, text) = logged(Log::Json, "info", || tracing::warn!(name = %value, "said"));
            assert!(
                serde_json::from_str::<serde_json::Value>(&text).is_ok(),
                "{text}"
            );
        }
        let (_, text) = logged(Log::Text, "info", || tracing::warn!(name = %words, "said"));
        assert!(text.contains(words), "{text}");
    }

    #[test]
    fn an_unknown_format_is_an_error() {
        let settings = |format: &str| Settings {
            level: "info".to_owned(),
            format: format.to_owned(),
        };
        assert!(subscriber(&settings("json"), io::sink).is_ok());
        assert!(subscriber(&settings("xml"), io::sink).is_err());
    }
}
