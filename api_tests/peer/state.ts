/** What a peer holds: its actors with their keys, who follows whom, and what it published. */
import type { HttpMessageSignaturesSpec } from "@fedify/fedify";
import type { Activity, Event, Note } from "@fedify/vocab";
import { actorKeyPairs } from "./keys.ts";
import type { Arrival, Receipt, Refusal, SignatureScheme } from "./records.ts";

export type ActorKind = "Application" | "Group" | "Person";
export type FollowAnswer = "accept" | "reject" | "manual";
export type FollowState = "pending" | "accepted" | "rejected";

export interface PeerOptions {
  /** Host name, without a port: `peer.test`. */
  host: string;
  /** The software the peer's NodeInfo names: `mobilizon`, `gancio`, `peertube`, `mastodon`... */
  software?: { name: string; version: string };
  /** The signature scheme the peer tries first. */
  firstKnock?: HttpMessageSignaturesSpec;
  /** Refuse with 401, before verifying, every inbox request signed otherwise: plays a server that knows only one. */
  acceptsOnly?: Exclude<SignatureScheme, "none">;
  /** Answer to a Follow of one of its actors. */
  onFollow?: FollowAnswer;
  /** Serve actors and objects to signed requests only (the instance actor stays public). */
  authorizedFetch?: boolean;
  /** Actors by user name. The first one is the instance actor, which signs the peer's own requests. */
  actors?: Record<string, ActorKind>;
}

export interface LocalActor {
  identifier: string;
  kind: ActorKind;
  keys: CryptoKeyPair[];
  followers: Map<string, Follower>;
  following: Map<string, Following>;
  outbox: Activity[];
}

export interface Follower {
  id: URL;
  inboxId: URL;
  sharedInbox: URL | null;
}

export interface Following {
  target: URL;
  followId: URL;
  state: FollowState;
}

export interface PeerState {
  readonly host: string;
  readonly origin: string;
  readonly instanceActor: string;
  software: { name: string; version: string };
  acceptsOnly: Exclude<SignatureScheme, "none"> | null;
  onFollow: FollowAnswer;
  authorizedFetch: boolean;
  /** Answers every delivery with this status, without looking at it: plays a server that refuses. */
  refusesWith: number | null;
  readonly actors: Map<string, LocalActor>;
  readonly events: Map<string, Event>;
  readonly notes: Map<string, Note>;
  /** Documents served word for word before anything else, by path: tombstones, hostile documents, pictures. */
  readonly documents: Map<string, { status: number; type: string; headers: Record<string, string>; body: string | Buffer }>;
  /** Every request, in order. */
  readonly requests: { method: string; path: string; signed: boolean }[];
  readonly arrivals: Arrival[];
  readonly receipts: Receipt[];
  readonly refusals: Refusal[];
  /** Failures of the peer itself; a test that ends with one of these proves nothing. */
  readonly failures: unknown[];
  /** Work started by a request and not finished with it (answers to a Follow). */
  readonly pending: Set<Promise<void>>;
}

export const DEFAULT_ACTORS: Record<string, ActorKind> = { relay: "Application", guilde: "Group", ada: "Person" };

export async function newState(options: PeerOptions): Promise<PeerState> {
  const actors = new Map<string, LocalActor>();
  for (const [identifier, kind] of Object.entries(options.actors ?? DEFAULT_ACTORS)) {
    const keys = await actorKeyPairs();
    actors.set(identifier, { identifier, kind, keys, followers: new Map(), following: new Map(), outbox: [] });
  }
  const instanceActor = actors.keys().next().value;
  if (instanceActor === undefined) throw new Error("a peer needs at least one actor");
  return {
    host: options.host,
    origin: `http://${options.host}`,
    instanceActor,
    software: options.software ?? { name: "fedify-peer", version: "2.3.6" },
    acceptsOnly: options.acceptsOnly ?? null,
    onFollow: options.onFollow ?? "accept",
    authorizedFetch: options.authorizedFetch ?? false,
    refusesWith: null,
    actors,
    events: new Map(),
    notes: new Map(),
    documents: new Map(),
    requests: [],
    arrivals: [],
    receipts: [],
    refusals: [],
    failures: [],
    pending: new Set(),
  };
}

export function actorOf(state: PeerState, identifier: string): LocalActor {
  const actor = state.actors.get(identifier);
  if (!actor) throw new Error(`${state.host} has no actor ${identifier}`);
  return actor;
}

/** Leaves `work` running after the answer of the request that caused it, and keeps its failure. */
export function later(state: PeerState, work: () => Promise<void>): void {
  const running: Promise<void> = new Promise<void>((resolve) => setTimeout(resolve, 5))
    .then(work)
    .catch((error: unknown) => void state.failures.push(error))
    .finally(() => state.pending.delete(running));
  state.pending.add(running);
}
