/** What a peer saw: every request to its inboxes, every activity it verified, everything it refused. */
import type { Activity } from "@fedify/vocab";

export type SignatureScheme = "rfc9421" | "draft-cavage" | "none";

/** One HTTP request to an inbox, whatever came of it. Repeated deliveries of one activity are several arrivals. */
export interface Arrival {
  path: string;
  scheme: SignatureScheme;
  status: number;
  activityId: string | null;
  type: string | null;
  body: string;
  headers: Record<string, string>;
  at: number;
}

/** One activity whose signature the peer verified with its own code; duplicates by id are left out. */
export interface Receipt {
  activity: Activity;
  json: Record<string, unknown>;
  type: string;
  id: string | null;
  actor: string | null;
  objectId: string | null;
  /** The local actor whose inbox it came to, or null for the shared inbox. */
  inbox: string | null;
  at: number;
}

/** One activity whose signature could not be verified. */
export interface Refusal {
  type: string;
  id: string | null;
  reason: string;
  at: number;
}

/** The scheme of a request, from its header fields alone. */
export function schemeOf(headers: Headers): SignatureScheme {
  if (headers.has("signature-input")) return "rfc9421";
  return headers.has("signature") ? "draft-cavage" : "none";
}

/** The last segment of a type address: `Create` for `https://www.w3.org/ns/activitystreams#Create`. */
export function typeName(activity: Activity): string {
  const { typeId } = activity.constructor as unknown as { typeId: URL };
  return typeId.hash.slice(1) || typeId.pathname.split("/").pop() || "";
}
