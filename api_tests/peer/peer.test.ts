/** The peer is itself under test: two of them, one per signature scheme, talk to each other over HTTP. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Application, Create, Delete, Event, Group, Note, Update } from "@fedify/vocab";
import { sendRaw } from "../network/raw.ts";
import { cavageHeaders, digestOf, headerLines } from "./cavage.ts";
import { FedifyPeer } from "./peer.ts";

let mobilizon: FedifyPeer;
let gancio: FedifyPeer;

beforeAll(async () => {
  mobilizon = await FedifyPeer.start({
    host: "mobilizon.test",
    firstKnock: "draft-cavage-http-signatures-12",
    software: { name: "mobilizon", version: "5.1.3" },
  });
  gancio = await FedifyPeer.start({ host: "gancio.test", firstKnock: "rfc9421", software: { name: "gancio", version: "1.28.2" } });
});

afterAll(async () => {
  await mobilizon.stop();
  await gancio.stop();
});

describe("what a peer serves", () => {
  test("NodeInfo names the chosen software and the well-known document the instance actor", async () => {
    const { info, links } = await gancio.readNodeInfo("mobilizon.test");
    expect(info?.software.name).toBe("mobilizon");
    expect(links.at(-1)).toEqual({ rel: "https://www.w3.org/ns/activitystreams#Application", href: mobilizon.actorId() });
  });

  test("actors are read by their types, with both keys", async () => {
    const { object, json } = await gancio.readTyped(mobilizon.actorId());
    expect(object).toBeInstanceOf(Application);
    expect((await gancio.readTyped(mobilizon.actorId("guilde"))).object).toBeInstanceOf(Group);
    expect(JSON.stringify(json)).toContain("BEGIN PUBLIC KEY");
    expect(JSON.stringify(json)).toContain('"publicKeyMultibase":"z6Mk');
  });

  test("WebFinger finds an actor by handle", async () => {
    const found = await gancio.context().lookupWebFinger("acct:guilde@mobilizon.test");
    expect(found?.links?.find((link) => link.rel === "self")?.href).toBe(mobilizon.actorId("guilde"));
  });

  test("a name outside the run is refused before any connection", async () => {
    await expect(fetch("http://elsewhere.test/")).rejects.toMatchObject({ cause: { message: expect.stringContaining("elsewhere.test") } });
  });
});

describe("following and publishing between two peers", () => {
  test("a follow by handle is verified, recorded and accepted, in both directions", async () => {
    await gancio.follow("@guilde@mobilizon.test");
    await gancio.idle();
    await mobilizon.idle();
    const [follow] = mobilizon.receivedOf("Follow");
    expect(follow?.actor).toBe(gancio.actorId());
    expect(follow?.objectId).toBe(mobilizon.actorId("guilde"));
    expect(gancio.followState(mobilizon.actorId("guilde"))).toBe("accepted");
    expect(mobilizon.followerIds("guilde")).toEqual([gancio.actorId()]);

    await mobilizon.follow(gancio.actorId("guilde"), "ada");
    await gancio.idle();
    expect(mobilizon.followState(gancio.actorId("guilde"), "ada")).toBe("accepted");
  });

  test("each peer signs first with its own scheme", () => {
    expect(mobilizon.arrivals.find((item) => item.type === "Follow")?.scheme).toBe("rfc9421");
    expect(gancio.arrivals.find((item) => item.type === "Follow")?.scheme).toBe("draft-cavage");
  });

  test("an event's life arrives typed: Create, Update, Announce, Delete, then 410", async () => {
    const event = await mobilizon.publishEvent({ name: "Bal de la Sainte-Cécile", startTime: "2026-12-24T19:00:00Z", place: "Salle des fêtes" });
    const id = event.id as URL;
    const create = gancio.receivedOf("Create", (item) => item.objectId === id.href)[0]?.activity as Create;
    const received = (await create.getObject()) as Event;
    expect(received).toBeInstanceOf(Event);
    expect(received.startTime?.toString()).toBe("2026-12-24T19:00:00Z");
    expect((await received.getLocation())?.name).toBe("Salle des fêtes");

    await mobilizon.updateEvent(id, { name: "Grand bal de la Sainte-Cécile" });
    const update = gancio.receivedOf("Update")[0]?.activity as Update;
    expect((await update.getObject())?.name).toBe("Grand bal de la Sainte-Cécile");
    expect((await gancio.readTyped(id.href)).object.name).toBe("Grand bal de la Sainte-Cécile");

    await mobilizon.announce(id.href, "guilde");
    expect(gancio.receivedOf("Announce")[0]?.objectId).toBe(id.href);

    await mobilizon.deleteEvent(id);
    expect(gancio.receivedOf("Delete")[0]?.activity).toBeInstanceOf(Delete);
    expect((await fetch(id)).status).toBe(410);
  });

  test("a reply reaches the inbox of the event's author", async () => {
    const event = await gancio.publishEvent({ name: "Lecture", startTime: "2026-12-25T10:00:00Z" });
    await mobilizon.reply((event.id as URL).href, "<p>J'y serai</p>", gancio.actorId("guilde"));
    const create = gancio.receivedOf("Create").at(-1)?.activity as Create;
    const note = (await create.getObject()) as Note;
    expect(note).toBeInstanceOf(Note);
    expect(note.replyTargetId?.href).toBe((event.id as URL).href);
  });

  test("an unfollow removes the follower", async () => {
    await gancio.unfollow(mobilizon.actorId("guilde"));
    expect(mobilizon.followerIds("guilde")).toEqual([]);
  });

  test("a follow waits when it is answered by hand, and a refusal is told", async () => {
    const closed = await FedifyPeer.start({ host: "ferme.test", onFollow: "manual" });
    try {
      await gancio.follow(closed.actorId("guilde"));
      await closed.idle();
      expect(gancio.followState(closed.actorId("guilde"))).toBe("pending");
      await closed.answerFollow(gancio.actorId(), "reject");
      expect(gancio.followState(closed.actorId("guilde"))).toBe("rejected");
      expect(closed.followerIds("guilde")).toEqual([]);
    } finally {
      await closed.stop();
    }
  });
});

describe("signatures", () => {
  const note = (peer: FedifyPeer, name: string) => ({
    "@context": "https://www.w3.org/ns/activitystreams",
    id: `${peer.actorId()}/activities/${name}`,
    type: "Create",
    actor: peer.actorId(),
    to: ["https://www.w3.org/ns/activitystreams#Public"],
    object: { id: `${peer.actorId()}/notes/${name}`, type: "Note", content: name, attributedTo: peer.actorId() },
  });
  const verified = (name: string) => mobilizon.receivedOf("Create", (item) => item.id?.endsWith(`/${name}`) ?? false).length;

  test.each(["rfc9421", "draft-cavage-http-signatures-12"] as const)("a body signed with %s is accepted", async (spec) => {
    expect((await gancio.post("http://mobilizon.test/inbox", note(gancio, spec), { spec })).status).toBe(202);
    expect(verified(spec)).toBe(1);
  });

  test("the same activity twice arrives twice and counts once", async () => {
    const before = mobilizon.arrivals.length;
    for (let i = 0; i < 2; i++) await gancio.post("http://mobilizon.test/inbox", note(gancio, "twice"));
    expect(mobilizon.arrivals.length - before).toBe(2);
    expect(verified("twice")).toBe(1);
  });

  test.each([
    ["a key nobody published", { foreignKey: true }],
    ["no signature", {
      tamper: (request: Request, body: string) =>
        new Request(request.url, { method: "POST", headers: { "content-type": "application/activity+json" }, body }),
    }],
    ["a body changed after signing", {
      tamper: (request: Request, body: string) =>
        new Request(request.url, { method: "POST", headers: request.headers, body: body.replace("changed", "CHANGED") }),
    }],
    ["a signature of last year", { at: new Date("2025-11-23T00:00:00Z") }],
  ])("%s is refused", async (_name, how) => {
    const before = mobilizon.refusals.length;
    expect((await gancio.post("http://mobilizon.test/inbox", note(gancio, "changed"), how)).status).toBe(401);
    expect(mobilizon.refusals.length).toBe(before + 1);
    expect(verified("changed")).toBe(0);
  });

  test("a peer that knows one scheme makes the sender knock twice", async () => {
    const old = await FedifyPeer.start({ host: "ancien.test", acceptsOnly: "draft-cavage" });
    try {
      await gancio.follow(old.actorId("guilde"));
      await old.idle();
      expect(old.arrivals.map((item) => [item.scheme, item.status])).toEqual([["rfc9421", 401], ["draft-cavage", 202]]);
      expect(gancio.followState(old.actorId("guilde"))).toBe("accepted");
    } finally {
      await old.stop();
    }
  });

  test("with authorized fetch an object needs a signature, and the instance actor does not", async () => {
    const secure = await FedifyPeer.start({ host: "secret.test", authorizedFetch: true });
    try {
      const event = await secure.publishEvent({ name: "Conseil", startTime: "2026-12-26T18:00:00Z" });
      const accept = { headers: { accept: "application/activity+json" } };
      expect((await fetch(event.id as URL, accept)).status).toBe(401);
      expect((await gancio.readTyped((event.id as URL).href)).object).toBeInstanceOf(Event);
      expect((await fetch(secure.actorId(), accept)).status).toBe(200);
      expect((await fetch(secure.actorId("guilde"), accept)).status).toBe(401);
    } finally {
      await secure.stop();
    }
  });
});

describe("requests put together by hand", () => {
  const send = async (cover: string[] | undefined, digest?: string) => {
    const body = JSON.stringify({
      "@context": "https://www.w3.org/ns/activitystreams", id: `${gancio.actorId()}/${crypto.randomUUID()}`, type: "Like",
      actor: gancio.actorId(), object: mobilizon.actorId(),
    });
    const key = (gancio.state.actors.get("relay")?.keys[0] as CryptoKeyPair).privateKey;
    const headers = await cavageHeaders({
      method: "POST", path: "/inbox", host: "mobilizon.test", body, keyId: `${gancio.actorId()}#main-key`, key, ...(cover ? { cover } : {}),
    });
    if (digest) headers.set("Digest", digest);
    return await sendRaw("mobilizon.test", "POST /inbox HTTP/1.1", headerLines(headers), body);
  };

  test("a complete one is verified by Fedify, one with a false digest is not", async () => {
    expect((await send(undefined)).status).toBe(202);
    expect((await send(undefined, digestOf("something else"))).status).toBe(401);
  });
});
