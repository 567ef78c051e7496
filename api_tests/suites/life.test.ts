/** What happens to an event after it was published: edits, cancellation, deletion, boosts, replies; ours and theirs. */
import { Announce, Create, Delete, Event, Tombstone, Update } from "@fedify/vocab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient, EventView } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day, instantOf } from "../harness/dates.ts";
import { eventually, never } from "../harness/eventually.ts";
import { World } from "../harness/world.ts";

const AGENDA = "http://alpha.test/@raffinerie";
const AP = { headers: { accept: "application/activity+json" } };

describe.each(engines())("the life of an event on %s", (engine) => {
  let world: World;
  let api: ApiClient;
  const peer = () => world.peer("peer.test");
  const page = async (url: string) => await (await fetch(url, { headers: { accept: "text/html" } })).text();

  beforeAll(async () => {
    world = await World.start({
      engine,
      peers: [
        { host: "peer.test" },
        { host: "mobilizon.test", software: { name: "mobilizon", version: "5.1.3" } },
        { host: "gancio.test", software: { name: "gancio", version: "1.28.2" } },
        { host: "mastodon.test", software: { name: "mastodon", version: "4.6.0" }, actors: { actor: "Application", guilde: "Group", ada: "Person" } },
      ],
      instances: [{ sites: [{ host: "alpha.test" }] }],
    });
    api = await world.instance("alpha.test").api();
    await api.createAgenda("raffinerie", "La Raffinerie");
    await api.follow(peer().handle("guilde"));
    await peer().follow(AGENDA);
    await eventually(() => peer().followState(AGENDA) === "accepted" && peer().followerIds("guilde").length === 1);
    await eventually(async () => (await api.follows())[0]?.state === "accepted");
  });
  afterAll(() => world?.close());

  describe("ours", () => {
    let event: EventView;
    const last = async (type: string) =>
      await eventually(() => peer().receivedOf(type, (item) => JSON.stringify(item.json).includes(event.uri)).at(-1));

    beforeAll(async () => {
      event = await api.createEvent("raffinerie", { title: "Concert", start: `${day(40)}T20:30:00`, timezone: "Europe/Paris" });
      await last("Create");
    });

    test("an edited title arrives as an Update with a later date", async () => {
      await api.updateEvent(event.id, { title: "Grand concert" });
      const update = (await last("Update")).activity as Update;
      const object = (await update.getObject()) as Event;
      expect(object.name).toBe("Grand concert");
      expect(update.actorId?.href).toBe(AGENDA);
      // R-AP-06: strictly later than the publication.
      expect(compareInstants(object.updated, object.published)).toBeGreaterThan(0);
      expect((await peer().readTyped(event.uri)).object.name).toBe("Grand concert");
    });

    test("R-EV-10: a cancellation is an Update that says so and keeps the name", async () => {
      await api.updateEvent(event.id, { status: "cancelled" });
      const update = await eventually(async () => {
        const object = (await last("Update")).json["object"] as Record<string, unknown>;
        return object["status"] === "CANCELLED" ? object : undefined;
      });
      expect(update["name"]).toBe("Grand concert");
      expect(update["eventStatus"]).toBe("EventCancelled");
      expect(await (await fetch("http://alpha.test/@raffinerie.ics")).text()).toContain("STATUS:CANCELLED");
    });

    test("a deletion is a Delete with a Tombstone, and the address answers 410", async () => {
      expect((await fetch(event.uri, AP)).status).toBe(200);
      await api.deleteEvent(event.id);
      const receipt = await last("Delete");
      const tombstone = (await (receipt.activity as Delete).getObject()) as Tombstone;
      expect(tombstone).toBeInstanceOf(Tombstone);
      expect((receipt.json["object"] as Record<string, unknown>)["formerType"]).toBe("Event");
      expect((await fetch(event.uri, AP)).status).toBe(410);
      expect((await fetch(event.url, { headers: { accept: "text/html" } })).status).toBe(410);
      expect(await api.events({ q: "Grand concert" })).toEqual([]);
    });
  });

  test("each follower of the instance gets the form its software reads (matrix 0.3)", async () => {
    await api.createEvent("raffinerie", { title: "Vide-grenier", start: `${day(22)}T08:00:00`, timezone: "Europe/Paris" });
    const names = ["mobilizon.test", "gancio.test"] as const;
    for (const name of names) {
      await world.peer(name).follow("http://alpha.test/actor");
      const request = await eventually(async () => (await api.followers()).find((item) => item.actor === world.peer(name).actorId()));
      if (request.state === "pending") await api.answerFollower(request.id, "accept");
      await eventually(() => world.peer(name).followState("http://alpha.test/actor") === "accepted");
    }
    const event = await api.createEvent("raffinerie", { title: "Marché de Noël", start: `${day(25)}T10:00:00`, timezone: "Europe/Paris" });
    const announce = await eventually(() => world.peer("mobilizon.test").receivedOf("Announce", (item) => item.objectId === event.uri)[0]);
    expect(announce.activity).toBeInstanceOf(Announce);
    expect(announce.actor).toBe("http://alpha.test/actor");
    // R-AP-07: an address and not the object.
    expect(announce.json["object"]).toBe(event.uri);
    const create = await eventually(() => world.peer("gancio.test").receivedOf("Create", (item) => JSON.stringify(item.json).includes(event.uri))[0]);
    expect(create.actor).toBe("http://alpha.test/actor");
    expect(world.peer("gancio.test").receivedOf("Announce")).toEqual([]);
    expect(world.peer("mobilizon.test").receivedOf("Create")).toEqual([]);
  });

  test("R-DEL-02: a Mobilizon that is accepted later gets an Announce of each event to come", async () => {
    const upcoming = (await api.events()).filter((event) => event.uri.startsWith("http://alpha.test/")).map((event) => event.uri).sort();
    expect(upcoming.length).toBeGreaterThanOrEqual(2); // the one from before the follow, and the one from after it
    const got = () => [...new Set(world.peer("mobilizon.test").receivedOf("Announce").map((item) => item.objectId ?? ""))].sort();
    await eventually(() => expect(got()).toEqual(expect.arrayContaining(upcoming)) ?? true);
  });

  describe("theirs", () => {
    const shown = async (name: string) => (await api.events({ q: name }))[0];

    test("an edit and a deletion show on our pages", async () => {
      const event = await peer().publishEvent({ name: "Bourse aux plantes", startTime: instantOf(day(18), "09:00") });
      const ours = await eventually(() => shown("Bourse aux plantes"));
      expect(await page(ours.url)).toContain("Bourse aux plantes");
      await peer().updateEvent(event.id as URL, { name: "Bourse aux graines", startTime: instantOf(day(19), "09:00") });
      await eventually(async () => (await page(ours.url)).includes("Bourse aux graines"));
      await peer().deleteEvent(event.id as URL);
      await eventually(async () => (await fetch(ours.url, { headers: { accept: "text/html" } })).status === 410);
      expect(await shown("Bourse")).toBeUndefined();
    });

    test("AUT-09: what was deleted does not come back", async () => {
      const event = await peer().publishEvent({ name: "Revenant", startTime: instantOf(day(18), "21:00") });
      await eventually(() => shown("Revenant"));
      await peer().deleteEvent(event.id as URL);
      await eventually(async () => (await shown("Revenant")) === undefined);
      const again = {
        "@context": "https://www.w3.org/ns/activitystreams", id: `${peer().actorId("guilde")}/again`, type: "Create", actor: peer().actorId("guilde"),
        to: ["https://www.w3.org/ns/activitystreams#Public"], object: await event.toJsonLd(),
      };
      expect((await peer().post("http://alpha.test/inbox", again, { as: "guilde" })).status).toBe(202);
      await never(async () => (await shown("Revenant")) !== undefined);
    });

    test("an Announce by somebody we follow brings the event from its origin", async () => {
      const elsewhere = world.peer("mastodon.test");
      const event = await elsewhere.publishEvent({ name: "Fest-noz", startTime: instantOf(day(33), "21:00") });
      expect(await shown("Fest-noz")).toBeUndefined();
      await peer().announce((event.id as URL).href, "guilde");
      const ours = await eventually(() => shown("Fest-noz"));
      expect(ours.uri).toBe((event.id as URL).href);
    });

    test("AUT-01, AUT-02: another actor can neither change nor delete it, its own can", async () => {
      const event = await peer().publishEvent({ name: "Disputé", startTime: instantOf(day(21), "18:00") });
      const ours = await eventually(() => shown("Disputé"));
      const json = (await event.toJsonLd()) as Record<string, unknown>;
      const context = "https://www.w3.org/ns/activitystreams";
      const later = new Date(Date.now() + 5_000).toISOString();
      for (const [attacker, as] of [[peer(), "ada"], [world.peer("mastodon.test"), "guilde"]] as const) {
        const actor = attacker.actorId(as);
        const update = { "@context": context, id: `${actor}/u`, type: "Update", actor, object: { ...json, name: "Volé", updated: later } };
        const remove = { "@context": context, id: `${actor}/d`, type: "Delete", actor, object: json["id"] };
        for (const forged of [update, remove]) await attacker.post("http://alpha.test/inbox", forged, { as });
      }
      await never(async () => !(await page(ours.url)).includes("Disputé"));
      await peer().updateEvent(event.id as URL, { name: "Tranché" });
      await eventually(async () => (await page(ours.url)).includes("Tranché"));
    });

    test("a reply from the fediverse shows as a comment under our event, and goes when it is deleted", async () => {
      const event = await api.createEvent("raffinerie", { title: "Débat public", start: `${day(28)}T19:00:00`, timezone: "Europe/Paris" });
      const note = await peer().reply(event.uri, "<p>Y aura-t-il une garderie ?</p><script>alert(1)</script>", AGENDA);
      const html = await eventually(async () => {
        const found = await page(event.url);
        return found.includes("garderie") ? found : undefined;
      });
      expect(html).toContain("@ada@peer.test");
      expect(html).not.toContain("alert(1)");
      const remove = { "@context": "https://www.w3.org/ns/activitystreams", id: `${note.id?.href}#delete`, type: "Delete", actor: peer().actorId("ada"), object: note.id?.href };
      expect((await peer().post("http://alpha.test/inbox", remove, { as: "ada" })).status).toBe(202);
      await eventually(async () => !(await page(event.url)).includes("garderie"));
    });
  });

  test("every activity the peers received was read by its own type", () => {
    const all = ["peer.test", "mobilizon.test", "gancio.test"].flatMap((host) => world.peer(host).receipts);
    expect(all.length).toBeGreaterThan(8);
    expect(all.filter((receipt) => receipt.type === "Activity" || receipt.id === null || receipt.actor === null)).toEqual([]);
    expect(all.filter((receipt) => receipt.activity instanceof Create).length).toBeGreaterThan(0);
    // R-EV-02, R-AP-03: no null anywhere, and audiences are lists.
    for (const { json } of all) {
      expect(JSON.stringify(json)).not.toMatch(/:null[,}]/);
      for (const key of ["to", "cc"]) if (json[key] !== undefined) expect(Array.isArray(json[key])).toBe(true);
    }
  });
});

function compareInstants(a: { epochNanoseconds: bigint } | null, b: { epochNanoseconds: bigint } | null): number {
  if (!a || !b) throw new Error("a date is missing");
  return a.epochNanoseconds > b.epochNanoseconds ? 1 : a.epochNanoseconds < b.epochNanoseconds ? -1 : 0;
}
