/** The peer's ActivityPub server, on Fedify: what it serves and how its inboxes answer. */
import { createFederation, MemoryKvStore, type Context, type Federation, type InboxContext } from "@fedify/fedify";
import {
  Accept, Activity, Application, Endpoints, Event, Follow, Group, Note, Person, Reject, Undo, isActor,
  type Actor,
} from "@fedify/vocab";
import { typeName } from "./records.ts";
import { actorOf, later, type PeerState } from "./state.ts";
import type { HttpMessageSignaturesSpec } from "@fedify/fedify";

const CLASSES = { Application, Group, Person };

export function buildFederation(state: PeerState, firstKnock: HttpMessageSignaturesSpec): Federation<PeerState> {
  const federation = createFederation<PeerState>({
    kv: new MemoryKvStore(),
    origin: state.origin,
    // The names of a test run are on the loopback address; without this Fedify refuses to fetch from them.
    allowPrivateAddress: true,
    firstKnock,
    userAgent: `${state.software.name}/${state.software.version} (+${state.origin}/)`,
  });
  serveActors(federation);
  serveCollections(federation);
  serveObjects(federation);
  answerInboxes(federation);
  return federation;
}

function serveActors(federation: Federation<PeerState>): void {
  federation
    .setActorDispatcher("/actors/{identifier}", async (ctx, identifier) => {
      const actor = ctx.data.actors.get(identifier);
      if (!actor) return null;
      const keys = await ctx.getActorKeyPairs(identifier);
      return new CLASSES[actor.kind]({
        id: ctx.getActorUri(identifier),
        preferredUsername: identifier,
        name: `${identifier} of ${ctx.data.host}`,
        summary: "An actor of the independent peer.",
        url: new URL(`/@${identifier}`, ctx.data.origin),
        inbox: ctx.getInboxUri(identifier),
        outbox: ctx.getOutboxUri(identifier),
        followers: ctx.getFollowersUri(identifier),
        following: ctx.getFollowingUri(identifier),
        endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
        manuallyApprovesFollowers: ctx.data.onFollow === "manual",
        discoverable: true,
        publicKey: keys[0]?.cryptographicKey ?? null,
        assertionMethods: keys.map((pair) => pair.multikey),
      });
    })
    .setKeyPairsDispatcher((ctx, identifier) => ctx.data.actors.get(identifier)?.keys ?? [])
    // The instance actor stays public, or two servers that both demand signatures could never read each other's key.
    .authorize(async (ctx, identifier) =>
      !ctx.data.authorizedFetch || identifier === ctx.data.instanceActor || (await ctx.getSignedKey()) != null
    );

  federation.setNodeInfoDispatcher("/nodeinfo/2.1", (ctx) => ({
    software: { name: ctx.data.software.name, version: ctx.data.software.version },
    protocols: ["activitypub"],
    usage: {
      users: { total: ctx.data.actors.size, activeHalfyear: 1, activeMonth: 1 },
      localPosts: ctx.data.events.size,
      localComments: ctx.data.notes.size,
    },
  }));
}

function serveCollections(federation: Federation<PeerState>): void {
  federation.setFollowersDispatcher("/actors/{identifier}/followers", (ctx, identifier) => ({
    items: [...(ctx.data.actors.get(identifier)?.followers.values() ?? [])].map((follower) => ({
      id: follower.id,
      inboxId: follower.inboxId,
      endpoints: follower.sharedInbox ? { sharedInbox: follower.sharedInbox } : null,
    })),
  }));
  federation.setFollowingDispatcher("/actors/{identifier}/following", (ctx, identifier) => ({
    items: [...(ctx.data.actors.get(identifier)?.following.values() ?? [])]
      .filter((following) => following.state === "accepted")
      .map((following) => following.target),
  }));
  federation
    .setOutboxDispatcher("/actors/{identifier}/outbox", (ctx, identifier) => ({
      items: [...(ctx.data.actors.get(identifier)?.outbox ?? [])].reverse(),
    }))
    .setCounter((ctx, identifier) => ctx.data.actors.get(identifier)?.outbox.length ?? 0);
}

function serveObjects(federation: Federation<PeerState>): void {
  federation
    .setObjectDispatcher(Event, "/events/{id}", (ctx, { id }) => ctx.data.events.get(id) ?? null)
    .authorize(async (ctx) => !ctx.data.authorizedFetch || (await ctx.getSignedKey()) != null);
  federation
    .setObjectDispatcher(Note, "/notes/{id}", (ctx, { id }) => ctx.data.notes.get(id) ?? null)
    .authorize(async (ctx) => !ctx.data.authorizedFetch || (await ctx.getSignedKey()) != null);
}

function answerInboxes(federation: Federation<PeerState>): void {
  federation
    .setInboxListeners("/actors/{identifier}/inbox", "/inbox")
    .setSharedKeyDispatcher((ctx) => ({ identifier: ctx.data.instanceActor }))
    .on(Activity, async (ctx, activity) => {
      // Replaced by the document as it came once the answer is given: the vocabulary drops what it does not know.
      const json = (await activity.toJsonLd()) as Record<string, unknown>;
      ctx.data.receipts.push({
        activity,
        json,
        type: typeName(activity),
        id: activity.id?.href ?? null,
        actor: activity.actorId?.href ?? null,
        objectId: activity.objectId?.href ?? null,
        inbox: ctx.recipient,
        at: Date.now(),
      });
      if (activity instanceof Follow) await followed(ctx, activity);
      else if (activity instanceof Undo) await undone(ctx, activity);
      else if (activity instanceof Accept) await answered(ctx, activity, "accepted");
      else if (activity instanceof Reject) await answered(ctx, activity, "rejected");
    })
    .onUnverifiedActivity((ctx, activity, reason) => {
      ctx.data.refusals.push({
        type: typeName(activity),
        id: activity.id?.href ?? null,
        reason: reason.type,
        at: Date.now(),
      });
    })
    .onError((ctx, error) => void ctx.data.failures.push(error));
}

async function followed(ctx: InboxContext<PeerState>, follow: Follow): Promise<void> {
  const target = ctx.parseUri(follow.objectId);
  if (target?.type !== "actor") return;
  const local = actorOf(ctx.data, target.identifier);
  const follower = await follow.getActor(ctx);
  if (!follower?.id || !follower.inboxId) throw new Error(`the follower ${follow.actorId?.href} has no inbox`);
  if (ctx.data.onFollow === "manual") return;
  const answer = ctx.data.onFollow;
  later(ctx.data, () => answerFollow(ctx, local.identifier, follow, follower, answer));
}

/** Sends the Accept or Reject of a received Follow, which it carries whole. */
export async function answerFollow(
  ctx: Context<PeerState>, identifier: string, follow: Follow, follower: Actor, answer: "accept" | "reject",
): Promise<void> {
  if (!follower.id || !follower.inboxId) throw new Error("a follower needs an id and an inbox");
  const values = {
    id: new URL(`/actors/${identifier}/answers/${crypto.randomUUID()}`, ctx.data.origin),
    actor: ctx.getActorUri(identifier),
    to: follower.id,
    object: follow,
  };
  if (answer === "accept") {
    actorOf(ctx.data, identifier).followers.set(follower.id.href, {
      id: follower.id,
      inboxId: follower.inboxId,
      sharedInbox: follower.endpoints?.sharedInbox ?? null,
    });
  }
  const activity = answer === "accept" ? new Accept(values) : new Reject(values);
  await ctx.sendActivity({ identifier }, follower, activity, { immediate: true });
}

async function undone(ctx: InboxContext<PeerState>, undo: Undo): Promise<void> {
  const object = await undo.getObject(ctx);
  if (!(object instanceof Follow) || object.actorId?.href !== undo.actorId?.href) return;
  const target = ctx.parseUri(object.objectId);
  if (target?.type === "actor" && undo.actorId) {
    ctx.data.actors.get(target.identifier)?.followers.delete(undo.actorId.href);
  }
}

/** An answer counts only from the actor that was asked, about the Follow that was sent. */
async function answered(ctx: InboxContext<PeerState>, activity: Accept | Reject, state: "accepted" | "rejected"): Promise<void> {
  const object = activity.objectId?.href ?? (await activity.getObject(ctx))?.id?.href;
  for (const actor of ctx.data.actors.values()) {
    for (const following of actor.following.values()) {
      if (following.followId.href === object && following.target.href === activity.actorId?.href) following.state = state;
    }
  }
}

export async function resolveActor(ctx: Context<PeerState>, target: string, identifier: string): Promise<Actor> {
  const documentLoader = await ctx.getDocumentLoader({ identifier });
  const found = await ctx.lookupObject(target, { documentLoader });
  if (!isActor(found as Actor)) throw new Error(`${target} is not an actor`);
  return found as Actor;
}
