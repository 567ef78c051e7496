/** Who may say what about whom: every document is believed only where it comes from (ORI and AUT rows). */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day, instantOf } from "../harness/dates.ts";
import { eventually, never } from "../harness/eventually.ts";
import { World } from "../harness/world.ts";
import type { FedifyPeer } from "../peer/peer.ts";

const CONTEXT = "https://www.w3.org/ns/activitystreams";
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
const INBOX = "http://alpha.test/inbox";

describe.each(engines())("origins on %s", (engine) => {
  let world: World;
  let api: ApiClient;
  let counter = 0;
  const peer = () => world.peer("peer.test");
  const victim = () => world.peer("victime.test");
  const shown = async (title: string) => await api.events({ q: title });

  beforeAll(async () => {
    world = await World.start({ engine, peers: [{ host: "peer.test" }, { host: "victime.test" }], instances: [{ sites: [{ host: "alpha.test" }] }] });
    api = await world.instance("alpha.test").api();
    await api.createAgenda("raffinerie", "La Raffinerie");
    for (const followed of [peer(), victim()]) {
      await api.follow(followed.handle("guilde"));
      await eventually(() => followed.followerIds("guilde").length === 1);
    }
    await eventually(async () => (await api.follows()).every((follow) => follow.state === "accepted"));
  });
  afterAll(() => world?.close());

  const fresh = (word: string) => `${word}${++counter}x`;
  /** An event document of a host, its address and its title. */
  const document = (of: FedifyPeer, word: string, change: Record<string, unknown> = {}) => {
    const title = fresh(word);
    const path = `/doc/${engine}/${counter}`;
    const id = `http://${of.host}${path}`;
    const json: Record<string, unknown> = {
      "@context": CONTEXT, id, type: "Event", attributedTo: of.actorId("guilde"), name: title, content: `<p>${title}</p>`,
      startTime: instantOf(day(20), "18:00"), published: new Date().toISOString(), to: [PUBLIC], url: id, ...change,
    };
    return { title, path, id, json };
  };
  const activity = (type: string, actor: string, object: unknown) => ({
    "@context": CONTEXT, id: `${actor}/hand/${engine}/${++counter}`, type, actor, to: [PUBLIC], object,
  });
  /** Waits until something sent after the forgery has had its effect, so that the forgery has been dealt with. */
  async function settled(): Promise<void> {
    const { title, path, id, json } = document(peer(), "Jalon");
    peer().serve(path, json);
    await peer().announce(id, "guilde");
    await eventually(async () => (await shown(title)).length === 1);
  }

  test("an announced event is fetched at its origin and shown: the control of what follows", async () => {
    await settled();
  });

  test("ORI-01: a document that names another host's id is refused", async () => {
    const forged = document(peer(), "Usurpé", { id: `http://victime.test/events/${engine}`, attributedTo: victim().actorId("guilde") });
    peer().serve(forged.path, forged.json);
    await peer().announce(forged.id, "guilde");
    await settled();
    expect(await shown(forged.title)).toEqual([]);
  });

  test("ORI-01: one that names another id of its own host is fetched there, and only that answer is believed", async () => {
    const real = document(peer(), "Véritable");
    peer().serve(real.path, real.json);
    const alias = document(peer(), "Alias");
    peer().serve(alias.path, { ...alias.json, id: real.id });
    await peer().announce(alias.id, "guilde");
    expect((await eventually(async () => (await shown(real.title))[0])).uri).toBe(real.id);
    expect(await shown(alias.title)).toEqual([]);
    expect(peer().fetchesOf(real.path)).toBe(1);
  });

  test.each([
    ["application/activity+json", true],
    ['application/ld+json; profile="https://www.w3.org/ns/activitystreams"', true],
    ['Application/LD+JSON ;charset=utf-8; profile="https://www.w3.org/ns/activitystreams"', true],
    ["application/json", false],
    ["text/html", false],
    ["application/ld+json", false],
    ["application/activity+jsonx", false],
    ["image/png", false],
  ])("ORI-02: a document served as %s, accepted: %s", async (type, accepted) => {
    const served = document(peer(), "Typé");
    peer().serve(served.path, served.json, 200, type);
    await peer().announce(served.id, "guilde");
    if (accepted) await eventually(async () => (await shown(served.title)).length === 1);
    else {
      await settled();
      expect(await shown(served.title)).toEqual([]);
    }
  });

  test("ORI-03: a redirect to another host is stored under that host's id or not at all", async () => {
    const there = document(victim(), "Ailleurs");
    victim().serve(there.path, there.json);
    const here = document(peer(), "Détour");
    peer().serve(here.path, "", 302, "text/plain", { location: there.id });
    await peer().announce(here.id, "guilde");
    await settled();
    for (const event of await shown(there.title)) expect(event.uri).toBe(there.id);
  });

  test("ORI-08: an author of another host is refused, in every form", async () => {
    const stranger = victim().actorId("guilde");
    for (const attributedTo of [stranger, [stranger], [peer().actorId("guilde"), stranger], { id: stranger, type: "Group" }, null, undefined]) {
      const forged = document(peer(), "Attribué", { attributedTo });
      peer().serve(forged.path, forged.json);
      await peer().announce(forged.id, "guilde");
      await settled();
      expect(await shown(forged.title), JSON.stringify(attributedTo)).toEqual([]);
    }
    const right = document(peer(), "Attribué", { attributedTo: [peer().actorId("guilde")] });
    peer().serve(right.path, right.json);
    await peer().announce(right.id, "guilde");
    await eventually(async () => (await shown(right.title)).length === 1);
  });

  test("ORI-09: what a Create embeds under a foreign id is never what is stored", async () => {
    const original = document(victim(), "Original");
    victim().serve(original.path, original.json);
    const embedded = { ...original.json, name: "Contrefait" };
    await peer().post(INBOX, activity("Create", peer().actorId("guilde"), embedded), { as: "guilde" });
    await settled();
    expect(await shown("Contrefait")).toEqual([]);
  });

  test("ORI-10: a Create of a known event by another author changes nothing", async () => {
    const known = document(victim(), "Connu");
    victim().serve(known.path, known.json);
    await victim().announce(known.id, "guilde");
    const before = await eventually(async () => (await shown(known.title))[0]);
    const claimed = { ...known.json, attributedTo: peer().actorId("guilde"), name: `${known.title} volé` };
    await peer().post(INBOX, activity("Create", peer().actorId("guilde"), claimed), { as: "guilde" });
    await settled();
    expect(await shown(known.title)).toEqual([before]);
  });

  test("AUT-03: somebody else's follow cannot be undone, one's own can", async () => {
    const agenda = "http://alpha.test/@raffinerie";
    await peer().follow(agenda);
    await eventually(() => peer().followState(agenda) === "accepted");
    const follow = peer().receivedOf("Accept").at(-1)?.json["object"] as Record<string, unknown>;
    const followers = async () => (await api.followers()).filter((follower) => follower.target === agenda).map((follower) => follower.actor);
    for (const attacker of [peer().actorId("ada"), victim().actorId("ada")]) {
      const from = attacker.startsWith("http://peer.test") ? peer() : victim();
      await from.post(INBOX, activity("Undo", attacker, follow), { as: "ada" });
      await from.post(INBOX, activity("Undo", attacker, { ...follow, actor: attacker }), { as: "ada" });
    }
    await settled();
    expect(await followers()).toEqual([peer().actorId()]);
    await peer().unfollow(agenda);
    await eventually(async () => (await followers()).length === 0);
  });

  test("AUT-11: a deletion that overtakes its creation wins", async () => {
    const late = document(peer(), "Croisé");
    const actor = peer().actorId("guilde");
    peer().serve(late.path, { "@context": CONTEXT, id: late.id, type: "Tombstone", formerType: "Event" }, 410);
    await peer().post(INBOX, activity("Delete", actor, late.id), { as: "guilde" });
    await peer().post(INBOX, activity("Create", actor, late.json), { as: "guilde" });
    await settled();
    expect(await shown(late.title)).toEqual([]);
  });

  test("AUT-11: an older edit that comes after a newer one changes nothing", async () => {
    const actor = peer().actorId("guilde");
    const base = document(peer(), "Ordre");
    const at = (minutes: number) => new Date(Date.now() - 600_000 + minutes * 60_000).toISOString();
    const version = (name: string, minutes: number) => ({ ...base.json, name: `${base.title} ${name}`, published: at(0), updated: at(minutes) });
    const send = async (type: string, json: Record<string, unknown>) => {
      peer().serve(base.path, version("récent", 3));
      expect((await peer().post(INBOX, activity(type, actor, json), { as: "guilde" })).status).toBe(202);
    };
    await send("Create", version("premier", 0));
    await send("Update", version("récent", 3));
    await eventually(async () => (await shown(base.title))[0]?.title === `${base.title} récent`);
    await send("Update", version("ancien", 1));
    await settled();
    await never(async () => (await shown(base.title))[0]?.title !== `${base.title} récent`, { during: 300 });
  });
});
