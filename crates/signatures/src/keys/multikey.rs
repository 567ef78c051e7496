//! The Multikey text of an Ed25519 public key (FEP-521a): `z`, then base58btc of `ed 01` and the
//! 32 bytes of the key.

use super::KeyError;

const ED25519_PUB: [u8; 2] = [0xed, 0x01];
/// 48 characters in practice; decoding base58 takes quadratic time, so longer text is not tried.
const MAX_CHARS: usize = 64;

pub(super) fn decode(text: &str) -> Result<[u8; 32], KeyError> {
    let encoded = text
        .strip_prefix('z')
        .filter(|encoded| encoded.len() <= MAX_CHARS)
        .ok_or(KeyError::Multikey)?;
    let bytes = bs58::decode(encoded)
        .into_vec()
        .map_err(|_| KeyError::Multikey)?;
    bytes
        .strip_prefix(&ED25519_PUB)
        .and_then(|key| key.try_into().ok())
        .ok_or(KeyError::Multikey)
}

pub(super) fn encode(key: &[u8; 32]) -> String {
    let mut bytes = ED25519_PUB.to_vec();
    bytes.extend_from_slice(key);
    format!("z{}", bs58::encode(bytes).into_string())
}
