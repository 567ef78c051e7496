/**
 * draft-cavage signatures put together by hand, so that a test can leave out or falsify one part at a time.
 * The valid form is checked against Fedify's own verification in `peer.test.ts`.
 */
import { createHash } from "node:crypto";

export interface CavageParts {
  method: string;
  /** What the signature says the target is; the request line may say otherwise. */
  path: string;
  host: string;
  body: string;
  keyId: string;
  key: CryptoKey;
  /** Signed components in order. */
  cover?: string[];
  date?: Date;
  contentType?: string;
}

export const FULL_COVER = ["(request-target)", "host", "date", "digest", "content-type"];

export const digestOf = (body: string): string => `SHA-256=${createHash("sha256").update(body).digest("base64")}`;

/** The header fields of the signed request, `Signature` among them, in the order they are sent. */
export async function cavageHeaders(parts: CavageParts): Promise<Map<string, string>> {
  const headers = new Map([
    ["Host", parts.host],
    ["Date", (parts.date ?? new Date()).toUTCString()],
    ["Digest", digestOf(parts.body)],
    ["Content-Type", parts.contentType ?? "application/activity+json"],
  ]);
  const cover = parts.cover ?? FULL_COVER;
  const lines = cover.map((name) => {
    if (name === "(request-target)") return `(request-target): ${parts.method.toLowerCase()} ${parts.path}`;
    const value = [...headers].find(([header]) => header.toLowerCase() === name)?.[1];
    return `${name}: ${value ?? ""}`;
  });
  const signature = await crypto.subtle.sign("RSASSA-PKCS1-v1_5", parts.key, new TextEncoder().encode(lines.join("\n")));
  headers.set("Signature", `keyId="${parts.keyId}",algorithm="rsa-sha256",headers="${cover.join(" ")}",signature="${Buffer.from(signature).toString("base64")}"`);
  return headers;
}

export const headerLines = (headers: Map<string, string>): string[] => [...headers].map(([name, value]) => `${name}: ${value}`);
