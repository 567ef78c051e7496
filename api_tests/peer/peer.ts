/**
 * An independent ActivityPub server for the tests, built on Fedify: its own actors, keys, inboxes, signature
 * checks and vocabulary. It shares no code with Kiosque, so what both understand is likely to be right.
 */
import type { Server } from "node:http";
import {
  parseNodeInfo, signRequest, type Context, type Federation, type HttpMessageSignaturesSpec, type NodeInfo,
} from "@fedify/fedify";
import {
  Activity, Announce, Create, Delete, Document, Event, Follow, Note, Place, PUBLIC_COLLECTION, Tombstone, Undo, Update,
  Object as ApObject, type Actor,
} from "@fedify/vocab";
import { freePort, mapHost, unmapHost } from "../network/names.ts";
import { answerFollow, buildFederation, resolveActor } from "./federation.ts";
import { close, listen } from "./http.ts";
import { rsaKeyPair } from "./keys.ts";
import { schemeOf, type Arrival, type Receipt, type Refusal } from "./records.ts";
import { actorOf, newState, type PeerOptions, type PeerState } from "./state.ts";
import { instant, now } from "./time.ts";

export interface EventDraft {
  name: string;
  /** An instant, `2026-12-24T19:00:00Z`. */
  startTime: string;
  endTime?: string;
  content?: string;
  place?: string;
  /** Address of its picture. */
  picture?: URL;
}

export interface RawRequest {
  /** Actor whose key signs; also the one named by `keyId` unless `keyId` is given. */
  as?: string;
  spec?: HttpMessageSignaturesSpec;
  keyId?: string;
  /** Signs with a fresh key that nobody published. */
  foreignKey?: boolean;
  /** Changes the request after it was signed. */
  tamper?: (request: Request, body: string) => Request;
  /** The moment the signature claims, to play an old or a future request. */
  at?: Date;
}

export class FedifyPeer {
  readonly state: PeerState;
  readonly port: number;
  private readonly federation: Federation<PeerState>;
  private server: Server | null = null;

  private constructor(state: PeerState, federation: Federation<PeerState>, port: number) {
    this.state = state;
    this.federation = federation;
    this.port = port;
  }

  static async start(options: PeerOptions): Promise<FedifyPeer> {
    const state = await newState(options);
    const federation = buildFederation(state, options.firstKnock ?? "rfc9421");
    const peer = new FedifyPeer(state, federation, await freePort());
    mapHost(options.host, peer.port);
    await peer.resume();
    return peer;
  }

  get host(): string {
    return this.state.host;
  }
  get arrivals(): readonly Arrival[] {
    return this.state.arrivals;
  }
  get receipts(): readonly Receipt[] {
    return this.state.receipts;
  }
  get refusals(): readonly Refusal[] {
    return this.state.refusals;
  }

  /** Goes offline: the name stays, the port refuses. */
  async pause(): Promise<void> {
    if (this.server) await close(this.server);
    this.server = null;
  }

  async resume(): Promise<void> {
    this.server ??= await listen(this.port, (request, body) => this.answer(request, body), (error) => this.state.failures.push(error));
  }

  /** Stops, and throws what went wrong inside the peer during the test. */
  async stop(): Promise<void> {
    await this.idle();
    await this.pause();
    unmapHost(this.host);
    if (this.state.failures.length > 0) throw new AggregateError(this.state.failures, `the peer ${this.host} failed`);
  }

  /** Waits for the answers that the peer still owes. */
  async idle(): Promise<void> {
    while (this.state.pending.size > 0) await Promise.all(this.state.pending);
  }

  actorId(identifier = this.state.instanceActor): string {
    return `${this.state.origin}/actors/${identifier}`;
  }
  handle(identifier = this.state.instanceActor): string {
    return `@${identifier}@${this.host}`;
  }
  context(): Context<PeerState> {
    return this.federation.createContext(new URL(this.state.origin), this.state);
  }

  // What the peer has seen.

  receivedOf(type: string, match: (receipt: Receipt) => boolean = () => true): Receipt[] {
    return this.state.receipts.filter((receipt) => receipt.type === type && match(receipt));
  }
  followerIds(identifier = this.state.instanceActor): string[] {
    return [...actorOf(this.state, identifier).followers.keys()];
  }
  followState(target: string, identifier = this.state.instanceActor): string | undefined {
    return actorOf(this.state, identifier).following.get(target)?.state;
  }

  // Follows.

  /** Follows an actor, given its address or its handle, and returns the actor as the peer read it. */
  async follow(target: string, as = this.state.instanceActor): Promise<Actor> {
    const ctx = this.context();
    const actor = await resolveActor(ctx, target, as);
    if (!actor.id) throw new Error(`${target} has no id`);
    const followId = new URL(`/actors/${as}/follows/${crypto.randomUUID()}`, this.state.origin);
    actorOf(this.state, as).following.set(actor.id.href, { target: actor.id, followId, state: "pending" });
    const follow = new Follow({ id: followId, actor: ctx.getActorUri(as), object: actor.id, to: actor.id });
    await ctx.sendActivity({ identifier: as }, actor, follow, { immediate: true });
    return actor;
  }

  async unfollow(target: string, as = this.state.instanceActor): Promise<void> {
    const ctx = this.context();
    const following = actorOf(this.state, as).following.get(target);
    if (!following) throw new Error(`${as} does not follow ${target}`);
    const actor = await resolveActor(ctx, target, as);
    const undo = new Undo({
      id: new URL(`/actors/${as}/undos/${crypto.randomUUID()}`, this.state.origin),
      actor: ctx.getActorUri(as),
      to: following.target,
      object: new Follow({ id: following.followId, actor: ctx.getActorUri(as), object: following.target }),
    });
    await ctx.sendActivity({ identifier: as }, actor, undo, { immediate: true });
    actorOf(this.state, as).following.delete(target);
  }

  /** Answers by hand the last Follow received from an actor (`onFollow: "manual"`). */
  async answerFollow(follower: string, answer: "accept" | "reject"): Promise<void> {
    const ctx = this.context();
    const receipt = this.receivedOf("Follow", (item) => item.actor === follower).at(-1);
    const target = receipt?.objectId ? ctx.parseUri(new URL(receipt.objectId)) : null;
    if (!receipt || target?.type !== "actor") throw new Error(`no Follow from ${follower} is waiting`);
    const actor = await resolveActor(ctx, follower, target.identifier);
    await answerFollow(ctx, target.identifier, receipt.activity as Follow, actor, answer);
  }

  // What the peer publishes. Every method delivers before it returns and throws when a delivery was refused.

  async publishEvent(draft: EventDraft, as = "guilde"): Promise<Event> {
    const id = crypto.randomUUID();
    const ctx = this.context();
    const published = now();
    const event = new Event({
      id: ctx.getObjectUri(Event, { id }),
      attribution: ctx.getActorUri(as),
      name: draft.name,
      content: draft.content ?? `<p>${draft.name}</p>`,
      mediaType: "text/html",
      startTime: instant(draft.startTime),
      endTime: draft.endTime ? instant(draft.endTime) : null,
      location: draft.place ? new Place({ name: draft.place }) : null,
      attachments: draft.picture ? [new Document({ name: "Affiche", url: draft.picture, mediaType: "image/png" })] : [],
      url: new URL(`/e/${id}`, this.state.origin),
      published,
      updated: published,
      to: PUBLIC_COLLECTION,
      cc: ctx.getFollowersUri(as),
    });
    this.state.events.set(id, event);
    await this.broadcast(as, new Create({ ...this.envelope(ctx, as), object: event }));
    return event;
  }

  async updateEvent(id: URL, change: Partial<EventDraft>, as = "guilde"): Promise<Event> {
    const key = keyOf(id);
    const current = this.state.events.get(key);
    if (!current) throw new Error(`${id} is not an event of ${this.host}`);
    const event = current.clone({
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.content === undefined ? {} : { content: change.content }),
      ...(change.startTime === undefined ? {} : { startTime: instant(change.startTime) }),
      ...(change.endTime === undefined ? {} : { endTime: instant(change.endTime) }),
      updated: now().add({ milliseconds: 1_000 }),
    });
    this.state.events.set(key, event);
    await this.broadcast(as, new Update({ ...this.envelope(this.context(), as), object: event }));
    return event;
  }

  /** Deletes an event: 410 with a Tombstone from now on, and a Delete to the followers. */
  async deleteEvent(id: URL, as = "guilde"): Promise<void> {
    const context = this.context();
    this.state.events.delete(keyOf(id));
    const tombstone = new Tombstone({ id, deleted: now() });
    this.serve(id.pathname, await tombstone.toJsonLd(), 410);
    await this.broadcast(as, new Delete({ ...this.envelope(context, as), object: tombstone }));
  }

  async announce(object: string, as = this.state.instanceActor): Promise<void> {
    await this.broadcast(as, new Announce({ ...this.envelope(this.context(), as), object: new URL(object) }));
  }

  /** Replies to an object with a Note, delivered to the inbox of the object's author. */
  async reply(inReplyTo: string, content: string, author: string, as = "ada"): Promise<Note> {
    const context = this.context();
    const id = crypto.randomUUID();
    const note = new Note({
      id: context.getObjectUri(Note, { id }),
      attribution: context.getActorUri(as),
      content,
      replyTarget: new URL(inReplyTo),
      url: new URL(`/n/${id}`, this.state.origin),
      published: now(),
      to: PUBLIC_COLLECTION,
      cc: new URL(author),
    });
    this.state.notes.set(id, note);
    const create = new Create({ ...this.envelope(context, as), object: note, cc: new URL(author) });
    await context.sendActivity({ identifier: as }, await resolveActor(context, author, as), create, { immediate: true });
    return note;
  }

  /** How often a path was asked for with GET. */
  fetchesOf(path: string): number {
    return this.state.requests.filter((request) => request.method === "GET" && request.path === path).length;
  }

  /** Serves a document word for word at a path of this host: a hostile object, a calendar, a picture's bytes. */
  serve(path: string, body: unknown, status = 200, type = "application/activity+json", headers: Record<string, string> = {}): string {
    this.state.documents.set(path, { status, type, headers, body: typeof body === "string" ? body : JSON.stringify(body) });
    return `${this.state.origin}${path}`;
  }

  // Requests below the level of activities.

  /** Fetches a document with a signed GET and reads it with the typed vocabulary; throws when it cannot be read. */
  async readTyped(url: string, as = this.state.instanceActor): Promise<{ json: Record<string, unknown>; object: ApObject }> {
    const context = this.context();
    const documentLoader = await context.getDocumentLoader({ identifier: as });
    const { document } = await documentLoader(url);
    const object = await ApObject.fromJsonLd(document, { documentLoader, contextLoader: context.contextLoader });
    return { json: document as Record<string, unknown>, object };
  }

  /** A host's NodeInfo as Fedify parses it, strictly, from the first link of the well-known document. */
  async readNodeInfo(host: string): Promise<{ links: { rel: string; href: string }[]; info: NodeInfo | null }> {
    const wellKnown = await fetch(`http://${host}/.well-known/nodeinfo`, { headers: { accept: "application/json" } });
    const { links } = (await wellKnown.json()) as { links: { rel: string; href: string }[] };
    if (!links[0]) throw new Error(`${host} lists no NodeInfo document`);
    return { links, info: parseNodeInfo(await (await fetch(links[0].href)).json()) };
  }

  /** Signs and posts a body as it is, with no knocking twice: the server's answer is the result. */
  async post(inbox: string, body: unknown, how: RawRequest = {}): Promise<Response> {
    const as = how.as ?? this.state.instanceActor;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const pair = how.foreignKey ? await rsaKeyPair() : actorOf(this.state, as).keys[0];
    if (!pair) throw new Error(`${as} has no key`);
    const request = new Request(inbox, { method: "POST", headers: { "content-type": "application/activity+json" }, body: text });
    const keyId = new URL(how.keyId ?? `${this.actorId(as)}#main-key`);
    const signed = await signRequest(request, pair.privateKey, keyId, {
      spec: how.spec ?? "draft-cavage-http-signatures-12",
      body: new TextEncoder().encode(text).buffer as ArrayBuffer,
      ...(how.at ? { currentTime: instant(how.at.toISOString()) } : {}),
    });
    return await fetch(how.tamper ? how.tamper(signed, text) : signed);
  }

  // The rest is machinery.

  private envelope(context: Context<PeerState>, as: string) {
    return {
      id: new URL(`/activities/${crypto.randomUUID()}`, this.state.origin),
      actor: context.getActorUri(as),
      published: now(),
      to: PUBLIC_COLLECTION,
      cc: context.getFollowersUri(as),
    };
  }

  private async broadcast(as: string, activity: Activity): Promise<void> {
    actorOf(this.state, as).outbox.push(activity);
    await this.context().sendActivity({ identifier: as }, "followers", activity, { immediate: true, preferSharedInbox: true });
  }

  private async answer(request: Request, body: Uint8Array): Promise<Response> {
    const path = new URL(request.url).pathname;
    this.state.requests.push({ method: request.method, path: new URL(request.url).pathname + new URL(request.url).search, signed: schemeOf(request.headers) !== "none" });
    const document = this.state.documents.get(path);
    if (document && request.method === "GET") {
      const body = typeof document.body === "string" ? document.body : new Uint8Array(document.body);
      return new Response(body, { status: document.status, headers: { "content-type": document.type, ...document.headers } });
    }
    if (request.method === "POST" && path.endsWith("/inbox")) return await this.answerInbox(request, path, body);
    const response = await this.federation.fetch(request, { contextData: this.state });
    return path === "/.well-known/nodeinfo" && response.ok ? await this.withInstanceActor(response) : response;
  }

  private async answerInbox(request: Request, path: string, body: Uint8Array): Promise<Response> {
    const scheme = schemeOf(request.headers);
    const text = new TextDecoder().decode(body);
    const headers = Object.fromEntries(request.headers.entries());
    const response = this.state.refusesWith !== null
      ? new Response("not here", { status: this.state.refusesWith })
      : this.state.acceptsOnly && scheme !== this.state.acceptsOnly
      ? new Response("this signature scheme is not known here", { status: 401 })
      : await this.federation.fetch(request, { contextData: this.state });
    const { id = null, type = null } = parsed(text);
    const receipt = id === null ? undefined : this.state.receipts.findLast((one) => one.id === id);
    if (receipt) receipt.json = JSON.parse(text) as Record<string, unknown>;
    this.state.arrivals.push({ path, scheme, status: response.status, activityId: id, type, body: text, headers, at: Date.now() });
    return response;
  }

  /** Adds the instance actor's link (FEP-2677), which Fedify leaves out and Mobilizon and PeerTube serve. */
  private async withInstanceActor(response: Response): Promise<Response> {
    const document = (await response.json()) as { links: unknown[] };
    document.links.push({ rel: "https://www.w3.org/ns/activitystreams#Application", href: this.actorId() });
    return new Response(JSON.stringify(document), { headers: { "content-type": "application/json" } });
  }
}

function keyOf(id: URL): string {
  return id.pathname.split("/").pop() ?? "";
}

function parsed(text: string): { id?: string; type?: string } {
  try {
    return JSON.parse(text) as { id?: string; type?: string };
  } catch {
    return {};
  }
}
