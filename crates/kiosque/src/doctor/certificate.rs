//! The certificate of an https site, as other servers see it: trusted, for this name, and for how long.

use super::Finding;
use chrono::{DateTime, NaiveDateTime, Utc};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::Clock;

/// Days left below which the renewal has failed: it comes with 30 days left, or with 20.
const LATE: i64 = 15;
/// Days left below which nothing but a person will help.
const URGENT: i64 = 5;
const PATIENCE: Duration = Duration::from_secs(10);

/// The authorities that browsers know (Mozilla's list), whatever this machine trusts besides.
pub(crate) fn public_roots() -> RootCertStore {
    RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned())
}

/// Connects to `address` as `host` and looks at what is shown; sends no request.
pub(crate) async fn check(
    host: &str,
    address: SocketAddr,
    roots: Arc<RootCertStore>,
    clock: &Clock,
) -> Finding {
    let name = host.split(':').next().unwrap_or_default().to_owned();
    match handshake(name, address, roots, clock).await {
        Err(reason) => Finding::fail("certificate", "certificate-none").with("reason", reason),
        Ok((shown, Some(refusal))) => {
            let days = shown.and_then(|end| left(end, clock.now()));
            match days {
                Some(days) if days < 0 => {
                    Finding::fail("certificate", "certificate-expired").with("days", -days)
                }
                _ => Finding::fail("certificate", "certificate-untrusted").with("reason", refusal),
            }
        }
        Ok((Some(end), None)) => judge(left(end, clock.now()).unwrap_or_default()),
        Ok((None, None)) => Finding::warn("certificate", "certificate-undated"),
    }
    .about(host)
}

fn left(end: DateTime<Utc>, now: DateTime<Utc>) -> Option<i64> {
    // Rounded down: an hour too late is a day too late.
    Some((end - now).num_seconds().div_euclid(86_400))
}

fn judge(days: i64) -> Finding {
    let found = if days < URGENT {
        Finding::fail("certificate", "certificate-ends")
    } else if days < LATE {
        Finding::warn("certificate", "certificate-late")
    } else {
        Finding::ok("certificate", "certificate-good")
    };
    found.with("days", days)
}

type Seen = (Option<DateTime<Utc>>, Option<String>);

/// The end of the certificate shown, and why it is refused, if it is.
async fn handshake(
    name: String,
    address: SocketAddr,
    roots: Arc<RootCertStore>,
    clock: &Clock,
) -> Result<Seen, String> {
    let words = |error: &dyn std::fmt::Display| error.to_string();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let inner = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider));
    let witness = Arc::new(Witness {
        inner: inner.build().map_err(|error| words(&error))?,
        seen: Mutex::default(),
    });
    let time = Arc::new(At(clock.clone()));
    let config = ClientConfig::builder_with_details(provider, time)
        .with_safe_default_protocol_versions()
        .map_err(|error| words(&error))?
        .dangerous()
        .with_custom_certificate_verifier(witness.clone())
        .with_no_client_auth();
    let server = ServerName::try_from(name).map_err(|error| words(&error))?;
    let connected = async {
        let stream = tokio::net::TcpStream::connect(address).await?;
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        connector.connect(server, stream).await.map(drop)
    };
    let outcome = tokio::time::timeout(PATIENCE, connected).await;
    let seen = witness
        .seen
        .lock()
        .map(|seen| seen.clone())
        .unwrap_or_default();
    match (outcome, seen) {
        (Ok(Ok(())), Some((end, _))) => Ok((end, None)),
        (_, Some((end, Some(refusal)))) => Ok((end, Some(refusal))),
        (Ok(Err(error)), _) => Err(words(&error)),
        (Ok(Ok(())), None) => Ok((None, None)),
        (Err(_), _) => Err("timed out".to_owned()),
    }
}

/// Writes down what is shown, and judges as any client does.
#[derive(Debug)]
struct Witness {
    inner: Arc<WebPkiServerVerifier>,
    seen: Mutex<Option<Seen>>,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict =
            self.inner
                .verify_server_cert(end_entity, intermediates, server_name, ocsp, now);
        if let Ok(mut seen) = self.seen.lock() {
            let refusal = verdict.as_ref().err().map(ToString::to_string);
            *seen = Some((end_of(end_entity), refusal));
        }
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// The time given to us, for the library.
#[derive(Debug)]
struct At(Clock);

impl TimeProvider for At {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().timestamp()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// One DER element: its tag, its content, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = digits
                .iter()
                .fold(0, |sum, digit| sum << 8 | usize::from(*digit));
            (length, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// `notAfter` of a certificate (RFC 5280, 4.1.2.5).
fn end_of(certificate: &[u8]) -> Option<DateTime<Utc>> {
    const SEQUENCE: u8 = 0x30;
    const VERSION: u8 = 0xa0;
    let sequence = |bytes| element(bytes).filter(|(tag, ..)| *tag == SEQUENCE);
    let (_, signed, _) = sequence(certificate)?;
    let (_, mut fields, _) = sequence(signed)?;
    if let Some((VERSION, _, rest)) = element(fields) {
        fields = rest;
    }
    // Serial number, algorithm and issuer come before the validity.
    for _ in 0..3 {
        fields = element(fields)?.2;
    }
    let (_, validity, _) = sequence(fields)?;
    let (_, _, second) = element(validity)?;
    let (tag, text, _) = element(second)?;
    let text = std::str::from_utf8(text).ok()?;
    let text = match tag {
        // UTCTime: two digits of the year, up to 2049.
        0x17 if text.starts_with(|c| ('0'..'5').contains(&c)) => format!("20{text}"),
        0x17 => format!("19{text}"),
        0x18 => text.to_owned(),
        _ => return None,
    };
    let time = NaiveDateTime::parse_from_str(&text, "%Y%m%d%H%M%SZ").ok()?;
    Some(time.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::ServerConfig;
    use rustls::pki_types::PrivateKeyDer;

    /// For `raffinerie.test`, valid through the year 2026.
    const LEAF: &[u8] = include_bytes!("trial/leaf.der");
    const KEY: &[u8] = include_bytes!("trial/leaf.key.der");
    const AUTHORITY: &[u8] = include_bytes!("trial/ca.der");

    async fn serve() -> SocketAddr {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = PrivateKeyDer::try_from(KEY).expect("key").clone_key();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![LEAF.into()], key)
            .expect("certificate");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("port");
        let address = listener.local_addr().expect("address");
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = acceptor.accept(stream).await;
            }
        });
        address
    }

    fn roots() -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(AUTHORITY.into()).expect("authority");
        Arc::new(roots)
    }

    async fn asked(host: &str, roots: Arc<RootCertStore>, date: &str) -> &'static str {
        let now: DateTime<Utc> = format!("{date}T12:00:00Z").parse().expect("date");
        let clock = Clock::new(move || now);
        check(host, serve().await, roots, &clock).await.code
    }

    #[tokio::test]
    async fn a_certificate_is_good_late_ending_expired_foreign_or_for_another_name() {
        let name = "raffinerie.test";
        for (date, code) in [
            ("2026-06-01", "certificate-good"),
            ("2026-12-20", "certificate-late"),
            ("2026-12-29", "certificate-ends"),
            ("2027-01-01", "certificate-expired"),
            ("2027-03-01", "certificate-expired"),
        ] {
            assert_eq!(asked(name, roots(), date).await, code, "{date}");
        }
        let public = Arc::new(public_roots());
        assert_eq!(
            asked(name, public, "2026-06-01").await,
            "certificate-untrusted"
        );
        let other = asked("fablab.test", roots(), "2026-06-01").await;
        assert_eq!(other, "certificate-untrusted");
        let plain = super::super::outside::tests::serve("HTTP/1.1 400 Bad Request\r\n\r\n").await;
        let clock = Clock::new(|| DateTime::UNIX_EPOCH);
        let none = check(name, plain, roots(), &clock).await;
        assert_eq!(none.code, "certificate-none");
    }

    #[test]
    fn the_end_is_read_from_the_certificate_and_never_from_a_broken_one() {
        let end = |bytes| end_of(bytes).map(|end| end.to_rfc3339());
        assert_eq!(end(LEAF).as_deref(), Some("2027-01-01T00:00:00+00:00"));
        // Beyond 2049 the time has another form.
        assert!(end(AUTHORITY).is_some_and(|end| end.starts_with("2126-11-01")));
        for cut in 0..LEAF.len() {
            assert_eq!(end_of(&LEAF[..cut]), None, "{cut}");
        }
    }
}
