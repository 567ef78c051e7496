//! Passwords: the rules (few, as NIST SP 800-63B asks), and Argon2id behind a semaphore.

use crate::secrets::Secrets;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Semaphore;

/// Fewest characters of a password.
pub const SHORTEST: usize = 12;
/// Most characters of a password.
pub const LONGEST: usize = 256;

/// What is wrong with a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than [`SHORTEST`] characters.
    #[error("a password has at least 12 characters")]
    TooShort,
    /// More than [`LONGEST`] characters.
    #[error("a password has at most 256 characters")]
    TooLong,
    /// One of the first that anybody would try, or the person's own address or name.
    #[error("this password is too easy to guess")]
    Common,
    /// The settings are below the floor of the OWASP (19 MiB with two passes), or impossible.
    #[error("the password hash settings are too weak or impossible")]
    Settings,
    /// The hash could not be computed or the stored one could not be read.
    #[error("the password could not be processed")]
    Hashing,
}

impl PasswordError {
    /// A stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort => "password_too_short",
            Self::TooLong => "password_too_long",
            Self::Common => "password_common",
            Self::Settings => "password_settings",
            Self::Hashing => "password_hashing",
        }
    }
}

/// The cost of one Argon2id hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordSettings {
    /// Memory of one hash, KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
    /// Hashes computed at the same time; the others wait. At least 1; the processor count is right.
    pub concurrent: usize,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
            concurrent: 2,
        }
    }
}

impl PasswordSettings {
    /// The OWASP floor: 19 MiB, two passes, one lane. For tests and very small machines.
    pub const FLOOR: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
        lanes: 1,
        concurrent: 2,
    };
}

/// What [`Passwords::verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Wrong password, or no account (a hash of the same cost was computed all the same).
    Wrong,
    /// Right.
    Right,
    /// Right; the stored hash has other parameters: store this one instead.
    Rehashed(String),
}

/// Checks rules, hashes and verifies. Cheap to clone; the clones share one semaphore.
#[derive(Clone)]
pub struct Passwords {
    hasher: Argon2<'static>,
    turns: Arc<Semaphore>,
    secrets: Secrets,
    dummy: Arc<str>,
    verified: Arc<AtomicU64>,
}

impl Passwords {
    /// Computes one hash (the one verified for unknown addresses); refuses settings below
    /// [`PasswordSettings::FLOOR`].
    pub fn new(settings: PasswordSettings, secrets: Secrets) -> Result<Self, PasswordError> {
        let floor = PasswordSettings::FLOOR;
        if settings.memory_kib < floor.memory_kib || settings.passes < floor.passes {
            return Err(PasswordError::Settings);
        }
        let params = Params::new(settings.memory_kib, settings.passes, settings.lanes, None)
            .map_err(|_| PasswordError::Settings)?;
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let dummy = hash(&hasher, &secrets.token(), &secrets)?;
        let turns = Arc::new(Semaphore::new(settings.concurrent.clamp(1, 64)));
        Ok(Self {
            hasher,
            turns,
            secrets,
            dummy: dummy.into(),
            verified: Arc::default(),
        })
    }

    /// The PHC text of a new password; rules are [`check_password`]'s business.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let (hasher, secrets, password) = (
            self.hasher.clone(),
            self.secrets.clone(),
            password.to_owned(),
        );
        self.on_turn(move || hash(&hasher, &password, &secrets))
            .await
    }

    /// Compares a password with a stored hash. `None` (no such account) costs one hash as well.
    pub async fn verify(
        &self,
        password: &str,
        stored: Option<&str>,
    ) -> Result<Verdict, PasswordError> {
        if password.chars().count() > LONGEST {
            // Never accepted when it was set, and its length tells nothing about the account.
            return Ok(Verdict::Wrong);
        }
        let verified = self.verified.clone();
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.dummy).to_owned();
        let (hasher, secrets, password) = (
            self.hasher.clone(),
            self.secrets.clone(),
            password.to_owned(),
        );
        self.on_turn(move || {
            let right = hasher
                .verify_password(password.as_bytes(), stored.as_str())
                .is_ok();
            verified.fetch_add(1, Ordering::Relaxed);
            if !right || !known {
                return Ok(Verdict::Wrong);
            }
            Ok(match stored_with(&stored, hasher.params()) {
                true => Verdict::Right,
                false => Verdict::Rehashed(hash(&hasher, &password, &secrets)?),
            })
        })
        .await
    }

    /// Passwords compared since the start, those of unknown addresses among them.
    pub fn verified(&self) -> u64 {
        self.verified.load(Ordering::Relaxed)
    }

    /// Runs `work` on the blocking pool when one of the few turns is free.
    async fn on_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turn = self
            .turns
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| PasswordError::Hashing)?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.unwrap_or(Err(PasswordError::Hashing))
    }
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passwords")
    }
}

fn hash(hasher: &Argon2<'_>, password: &str, secrets: &Secrets) -> Result<String, PasswordError> {
    let salt = secrets.bytes::<16>();
    let hash = hasher.hash_password_with_salt(password.as_bytes(), &salt);
    Ok(hash.map_err(|_| PasswordError::Hashing)?.to_string())
}

/// True when a PHC text was made with these parameters.
fn stored_with(phc: &str, params: &Params) -> bool {
    let want = format!(
        "m={},t={},p={}",
        params.m_cost(),
        params.t_cost(),
        params.p_cost()
    );
    let mut parts = phc.split('$').skip(1);
    parts.next() == Some("argon2id")
        && parts.next() == Some("v=19")
        && parts.next() == Some(want.as_str())
}

/// Checks a new password: length, and that it is neither common nor the person's own address or
/// name. No rule about kinds of characters.
pub fn check_password(password: &str, email: &str, name: &str) -> Result<(), PasswordError> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(PasswordError::TooShort);
    }
    if length > LONGEST {
        return Err(PasswordError::TooLong);
    }
    let bare = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let plain = bare(password);
    let own = [
        bare(email),
        bare(email.split('@').next().unwrap_or_default()),
        bare(name),
    ];
    let letters: String = plain.chars().filter(|c| !c.is_ascii_digit()).collect();
    let repeats = |unit: usize| {
        let chars: Vec<char> = password.chars().collect();
        chars
            .iter()
            .zip(chars.iter().skip(unit))
            .all(|(a, b)| a == b)
    };
    let guessed = own.iter().any(|own| !own.is_empty() && *own == plain)
        || COMMON.contains(&plain.as_str())
        || COMMON_WORDS.contains(&letters.as_str())
        || (1..=4).any(repeats)
        || is_run(&plain);
    if guessed {
        Err(PasswordError::Common)
    } else {
        Ok(())
    }
}

/// True for stretches of the alphabet, of the digits or of a keyboard row, forwards or backwards.
fn is_run(plain: &str) -> bool {
    const ROWS: [&str; 5] = [
        "0123456789012345678901234567890",
        "abcdefghijklmnopqrstuvwxyz",
        "azertyuiopqsdfghjklmwxcvbn",
        "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm",
    ];
    let back: String = plain.chars().rev().collect();
    ROWS.iter()
        .any(|row| row.contains(plain) || row.contains(&back))
}

/// Words that stay guessable whatever digits and signs stand around them.
const COMMON_WORDS: [&str; 24] = [
    "password",
    "passwords",
    "passwordpassword",
    "motdepasse",
    "monmotdepasse",
    "administrator",
    "administrateur",
    "changeme",
    "changemenow",
    "letmein",
    "letmeinnow",
    "iloveyou",
    "jetaime",
    "welcome",
    "bienvenue",
    "qwerty",
    "azerty",
    "qwertyuiop",
    "azertyuiop",
    "kiosque",
    "secret",
    "soleil",
    "doudou",
    "football",
];

/// Whole passwords of twelve characters and more that lists of leaks begin with.
const COMMON: [&str; 28] = [
    "123456789abc",
    "abcdef123456",
    "abcd12345678",
    "123456abcdef",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "a1b2c3d4e5f6",
    "q1w2e3r4t5y6",
    "a1z2e3r4t5y6",
    "qazwsxedcrfv",
    "zaq12wsxcde3",
    "qwerty123456",
    "azerty123456",
    "qwerty1234567890",
    "123qweasdzxc",
    "123456qwerty",
    "123456azerty",
    "correcthorsebatterystaple",
    "thisisapassword",
    "mypassword123",
    "ceciestunmotdepasse",
    "unlockmenow1",
    "trustno1trustno1",
    "jesuischarlie",
    "marseille13013",
    "liverpoolfc1",
    "ilovemyself1",
];
