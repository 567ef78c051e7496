/** Key pairs of the peer's actors: RSA for draft-cavage and RFC 9421, Ed25519 for Multikey and object proofs. */
const RSA = { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };

export async function rsaKeyPair(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(RSA, true, ["sign", "verify"]);
}

export async function ed25519KeyPair(): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
}

/** One RSA pair (the `#main-key`) and one Ed25519 pair, in the order Fedify expects. */
export async function actorKeyPairs(): Promise<CryptoKeyPair[]> {
  return await Promise.all([rsaKeyPair(), ed25519KeyPair()]);
}
