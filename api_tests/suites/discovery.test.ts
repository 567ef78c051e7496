/** What a stranger finds: WebFinger, NodeInfo, host-meta, actors and collections, each read by the typed vocabulary. */
import { Application, Collection, Event, Group, OrderedCollection, type Actor } from "@fedify/vocab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { World } from "../harness/world.ts";

const ORIGIN = "http://alpha.test";
const AGENDA = `${ORIGIN}/@raffinerie`;

describe.each(engines())("discovery on %s", (engine) => {
  let world: World;
  const peer = () => world.peer("peer.test");
  const finger = async (resource: string) => await fetch(`${ORIGIN}/.well-known/webfinger?resource=${encodeURIComponent(resource)}`);

  beforeAll(async () => {
    world = await World.start({ engine, peers: [{ host: "peer.test" }], instances: [{ sites: [{ host: "alpha.test", name: "Alpha" }] }] });
    const api = await world.instance("alpha.test").api();
    await api.createAgenda("raffinerie", "La Raffinerie");
    for (const [title, ahead] of [["Premier", 5], ["Second", 9]] as const) {
      await api.createEvent("raffinerie", { title, start: `${day(ahead)}T18:00:00`, timezone: "Europe/Paris" });
    }
  });
  afterAll(() => world?.close());

  test.each([
    ["acct:raffinerie@alpha.test", AGENDA],
    ["acct:RAFFINERIE@Alpha.Test", AGENDA],
    ["http://alpha.test/@raffinerie", AGENDA],
    ["acct:relay@alpha.test", `${ORIGIN}/actor`],
  ])("R-DIS-01, R-DIS-05: %s is found, and the loop closes", async (resource, id) => {
    const response = await finger(resource);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^application\/jrd\+json/);
    const document = (await response.json()) as { subject: string; links: { rel: string; type?: string; href?: string }[] };
    expect(document.links.filter((link) => link.rel === "self")).toEqual([{ rel: "self", type: "application/activity+json", href: id }]);
    expect(document.subject).toBe(document.subject.toLowerCase());
    const again = (await (await finger(document.subject)).json()) as typeof document;
    expect(again.links.find((link) => link.rel === "self")?.href).toBe(id);
  });

  test.each(["acct:nobody@alpha.test", "acct:raffinerie@elsewhere.test", "http://elsewhere.test/@raffinerie"])("%s is not found", async (resource) => {
    expect((await finger(resource)).status).toBe(404);
  });
  test("WebFinger without a resource is a bad request", async () => {
    expect((await fetch(`${ORIGIN}/.well-known/webfinger`)).status).toBe(400);
  });

  test("R-DIS-05: the host itself leads to the instance actor", async () => {
    const document = (await (await finger(`${ORIGIN}/`)).json()) as { links: { rel: string; href: string }[] };
    expect(document.links.find((link) => link.rel === "https://www.w3.org/ns/activitystreams#Service")?.href).toBe(`${ORIGIN}/actor`);
  });

  test("R-DIS-02: host-meta is an XRD with a template", async () => {
    const response = await fetch(`${ORIGIN}/.well-known/host-meta`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^application\/xrd\+xml/);
    expect(await response.text()).toContain(`${ORIGIN}/.well-known/webfinger?resource={uri}`);
  });

  test("R-DIS-03, R-DIS-04: NodeInfo in the order peers read it", async () => {
    const { links, info } = await peer().readNodeInfo("alpha.test");
    expect(links.map((link) => link.rel)).toEqual([
      "http://nodeinfo.diaspora.software/ns/schema/2.0",
      "http://nodeinfo.diaspora.software/ns/schema/2.1",
      "https://www.w3.org/ns/activitystreams#Application",
    ]);
    expect(links[2]?.href).toBe(`${ORIGIN}/actor`);
    expect(info?.software.name).toBe("kiosque");
    expect(info?.protocols).toEqual(["activitypub"]);
    expect(info?.usage.localPosts).toBe(2);
    for (const link of links.slice(0, 2)) expect((await fetch(link.href)).status).toBe(200);
  });

  test("A.3: the instance actor, to anybody, is an Application with both keys", async () => {
    const response = await fetch(`${ORIGIN}/actor`, { headers: { accept: "application/activity+json" } });
    expect(response.headers.get("content-type")).toMatch(/^application\/activity\+json/);
    const { object, json } = await peer().readTyped(`${ORIGIN}/actor`);
    expect(object).toBeInstanceOf(Application);
    const actor = object as Actor;
    expect(actor.inboxId?.href).toBe(`${ORIGIN}/actor/inbox`);
    expect(actor.endpoints?.sharedInbox?.href).toBe(`${ORIGIN}/inbox`);
    expect((await actor.getPublicKey())?.id?.href).toBe(`${ORIGIN}/actor#main-key`);
    expect((await Array.fromAsync(actor.getAssertionMethods())).map((method) => method.controllerId?.href)).toContain(`${ORIGIN}/actor`);
    expect(json["manuallyApprovesFollowers"]).toBe(true);
    expect(json["upcomingEvents"]).toBe(`${ORIGIN}/actor/upcoming`);
    expect(json["preferredUsername"]).not.toBe("peertube");
  });

  test("A.7: an agenda is a Group with the collections Mobilizon reads, none of them missing", async () => {
    const { object, json } = await peer().readTyped(AGENDA);
    expect(object).toBeInstanceOf(Group);
    expect(json).toMatchObject({ attributedTo: [`${ORIGIN}/actor`], openness: "invite_only", manuallyApprovesFollowers: false, discoverable: true });
    const endpoints = json["endpoints"] as Record<string, string>;
    for (const name of ["members", "resources", "posts", "todos", "discussions", "events"]) {
      const { object: collection, json: document } = await peer().readTyped(endpoints[name] ?? "");
      expect(collection).toBeInstanceOf(OrderedCollection);
      expect(document["orderedItems"] ?? document["first"]).toBeDefined();
    }
  });

  test.each([`${ORIGIN}/actor/outbox`, `${ORIGIN}/actor/upcoming`, `${AGENDA}/outbox`, `${AGENDA}/events`, `${AGENDA}/followers`, `${AGENDA}/following`])(
    "%s is a collection whose items can be read", async (url) => {
      const { object } = await peer().readTyped(url);
      expect(object).toBeInstanceOf(Collection);
      const collection = object as Collection;
      const loader = await peer().context().getDocumentLoader({ identifier: "relay" });
      const items = [];
      for await (const item of peer().context().traverseCollection(collection, { documentLoader: loader })) items.push(item);
      expect(collection.totalItems).toBe(items.length);
      if (/events|upcoming/.test(url)) {
        const names = await Promise.all(items.map(async (item) => (item instanceof Event ? item.name : String(item))));
        expect(names).toEqual(["Premier", "Second"]);
      }
    },
  );

  test("an address answers a browser with a page and a server with its document", async () => {
    const html = await fetch(AGENDA, { headers: { accept: "text/html,application/xhtml+xml" } });
    expect(html.headers.get("content-type")).toMatch(/^text\/html/);
    expect(html.headers.get("vary")?.toLowerCase()).toContain("accept");
    const json = await fetch(AGENDA, { headers: { accept: 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"' } });
    expect(json.headers.get("content-type")).toMatch(/activity\+json|ld\+json/);
  });
});
