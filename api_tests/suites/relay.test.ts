/** A relay of the kind Mastodon subscribes to (R-REL-01): a real one, two Kiosques, and a third server that lies. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient, EventInput, EventView } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day, instantOf } from "../harness/dates.ts";
import { eventually, never } from "../harness/eventually.ts";
import { Relay, relayProgram } from "../harness/relay.ts";
import { World } from "../harness/world.ts";
import type { FedifyPeer } from "../peer/peer.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
const CONTEXT = "https://www.w3.org/ns/activitystreams";

describe.skipIf(!relayProgram()).each(engines())("a relay, on %s", (engine) => {
  let relay: Relay;
  let world: World;
  let [alpha, beta]: ApiClient[] = [];
  let published: EventView;
  const api = (client: ApiClient | undefined): ApiClient => {
    if (!client) throw new Error("the world did not start");
    return client;
  };

  beforeAll(async () => {
    relay = await Relay.start("relay.test");
    world = await World.start({
      engine,
      peers: [{ host: "peer.test" }],
      instances: ["alpha.test", "beta.test"].map((host) => ({ sites: [{ host }] })),
    });
    [alpha, beta] = await Promise.all(["alpha.test", "beta.test"].map((host) => world.instance(host).api()));
    await api(alpha).createAgenda("raffinerie", "La Raffinerie");
  }, 180_000);
  afterAll(async () => {
    await world?.close();
    await relay?.stop();
  });

  const following = async (client: ApiClient) => (await client.follows()).map(({ target, state }) => ({ target, state }));
  const subscribed = async (client: ApiClient) =>
    await eventually(async () => {
      expect(await following(client)).toEqual([{ target: relay.actor, state: "accepted" }]);
      return true;
    });
  const unsubscribe = async (client: ApiClient) =>
    await client.unfollow((await client.follows()).find((follow) => follow.target === relay.actor)?.id ?? "");
  const publish = async (title: string, event: Partial<EventInput> = {}) =>
    await api(alpha).createEvent("raffinerie", { title, start: `${day(12)}T20:00:00`, timezone: "Europe/Paris", ...event });
  const shown = async (client: ApiClient, uri: string) => (await client.events()).find((event) => event.uri === uri);
  const becomes = async (client: ApiClient, uri: string, title: string) =>
    await eventually(async () => {
      const event = await shown(client, uri);
      expect(event?.title).toBe(title);
      return event;
    });
  const goes = async (client: ApiClient, uri: string) => await eventually(async () => (await shown(client, uri)) === undefined);
  /** Waits until the relay has passed on so many activities of a type about an object, and the server took them. */
  const passedOn = async (host: string, type: string, object: string, times = 1) =>
    await eventually(() => {
      const came = relay.forwarded(host).filter((one) => one.type === type && one.object === object);
      expect(came.length, `${type} of ${object} to ${host}\n${relay.output.slice(-2_000)}`).toBe(times);
      expect(came.every((one) => one.status === 202)).toBe(true);
      return came;
    });

  test("a site subscribes by API, another by command line, and the relay accepts both", async () => {
    expect(await api(alpha).follow(relay.inbox)).toMatchObject({ target: relay.actor, state: "pending" });
    const { configuration } = world.instance("beta.test");
    expect(await world.instance("beta.test").command(["follow", "--config", configuration, "relay", relay.inbox])).toContain(relay.actor);
    await subscribed(api(alpha));
    await subscribed(api(beta));
    expect(await relay.subscribers()).toEqual(["http://alpha.test/actor", "http://beta.test/actor"]);
  });

  test("an event goes through the relay to a site that follows nobody else, then its change and its end", async () => {
    published = await publish("Bal de décembre", { place: { name: "La Raffinerie", city: "Lyon" } });
    const arrived = await becomes(api(beta), published.uri, "Bal de décembre");
    expect(arrived?.place?.name).toBe("La Raffinerie");
    const [announce] = await passedOn("beta.test", "Announce", published.uri);
    expect(announce?.actor).toBe(relay.actor);
    // What came on was the address alone: the place can only be from alpha itself.
    expect(announce?.body).not.toContain("Bal");

    await api(alpha).updateEvent(published.id, { title: "Grand bal de décembre" });
    await becomes(api(beta), published.uri, "Grand bal de décembre");
    await passedOn("beta.test", "Update", published.uri);
    const passing = await publish("Éphémère");
    await becomes(api(beta), passing.uri, "Éphémère");
    await api(alpha).deleteEvent(passing.id);
    await goes(api(beta), passing.uri);
    await passedOn("beta.test", "Delete", passing.uri);
    expect(await shown(api(beta), published.uri)).toBeDefined();
    expect(await following(api(beta))).toEqual([{ target: relay.actor, state: "accepted" }]);
    expect((await api(alpha).followers()).map((follower) => follower.actor)).toEqual([relay.actor]);
  });

  describe("a third server lies", () => {
    let peer: FedifyPeer;
    let real: { id: string; name: string };
    const says = async (type: string, object: unknown) => {
      const body = { "@context": CONTEXT, id: `http://peer.test/activities/${crypto.randomUUID()}`, type, actor: peer.actorId(), to: [PUBLIC], object };
      const response = await peer.post(relay.inbox, body);
      expect(response.status, await response.text()).toBe(202);
      return body.id;
    };
    const event = (path: string, name: string) => ({
      "@context": CONTEXT, id: `http://peer.test${path}`, type: "Event", name, attributedTo: peer.actorId(), to: [PUBLIC],
      content: `<p>${name}</p>`, startTime: instantOf(day(15), "19:00"), published: new Date().toISOString(), url: `http://peer.test${path}`,
    });
    const asked = (path: string) => peer.fetchesOf(path);

    beforeAll(async () => {
      peer = world.peer("peer.test");
      await says("Follow", PUBLIC);
      await eventually(async () => (await relay.subscribers()).includes(peer.actorId()));
      real = event("/e/vrai", "Loto du quartier");
      peer.serve("/e/vrai", real);
    });

    test("of what it sends, the site shows what its server answers when asked", async () => {
      await says("Create", { ...real, name: "Fausse fête" });
      await becomes(api(beta), real.id, "Loto du quartier");
      const before = asked("/e/vrai");
      expect(before).toBeGreaterThan(0);
      await says("Update", { ...real, name: "Fausse fête", updated: new Date().toISOString() });
      const [update] = await passedOn("beta.test", "Update", real.id);
      // The relay did pass the lie on.
      expect(update?.body).toContain("Fausse fête");
      await eventually(() => asked("/e/vrai") > before);
      await never(async () => (await shown(api(beta), real.id))?.title !== "Loto du quartier");
    });

    test("a deletion that its server does not confirm deletes nothing; a confirmed one does", async () => {
      const before = asked("/e/vrai");
      await says("Delete", real.id);
      await passedOn("beta.test", "Delete", real.id);
      await eventually(() => asked("/e/vrai") > before);
      await never(async () => (await shown(api(beta), real.id)) === undefined);
      peer.serve("/e/vrai", { "@context": CONTEXT, id: real.id, type: "Tombstone" }, 410);
      await says("Delete", real.id);
      await goes(api(beta), real.id);
    });

    test("what its server does not have is asked for and never shown", async () => {
      const ghost = event("/e/rien", "Concert fantôme");
      await says("Create", ghost);
      await passedOn("beta.test", "Announce", ghost.id);
      await eventually(() => asked("/e/rien") > 0);
      await never(async () => (await api(beta).events({ q: "fantôme" })).length > 0);
    });

    test("nor does it change or delete what is another's", async () => {
      await says("Update", { ...event("/", "Bal annulé"), id: published.uri, updated: new Date(Date.now() + 60_000).toISOString() });
      await says("Delete", published.uri);
      await passedOn("beta.test", "Delete", published.uri);
      await never(async () => (await shown(api(beta), published.uri))?.title !== "Grand bal de décembre");
      // The way is open all the while.
      await api(alpha).updateEvent(published.id, { title: "Bal de minuit" });
      await becomes(api(beta), published.uri, "Bal de minuit");
    });
  });

  test("unsubscribed, nothing comes any more and what came is shown no more; subscribed again, it does", async () => {
    await unsubscribe(api(beta));
    await eventually(async () => !(await relay.subscribers()).includes("http://beta.test/actor"));
    await goes(api(beta), published.uri);
    const later = await publish("Après le départ");
    await passedOn("peer.test", "Announce", later.uri);
    await never(async () => relay.forwarded("beta.test").some((one) => one.object === later.uri) || (await api(beta).events()).length > 0);
    const { configuration } = world.instance("beta.test");
    await world.instance("beta.test").command(["follow", "--config", configuration, "relay", relay.host]);
    await subscribed(api(beta));
    const again = await publish("Au retour");
    await becomes(api(beta), again.uri, "Au retour");
  });

  test("a site that unsubscribes sends nothing there any more", async () => {
    await unsubscribe(api(alpha));
    await eventually(async () => !(await relay.subscribers()).includes("http://alpha.test/actor"));
    await eventually(async () => (await api(alpha).followers()).length === 0);
    const alone = await publish("Entre nous");
    await eventually(async () => (await shown(api(alpha), alone.uri)) !== undefined);
    await never(async () => relay.forwarded("beta.test").some((one) => one.object === alone.uri));
    // In the end neither side has refused anything of the other's.
    expect((await api(alpha).deliveries()).filter((delivery) => delivery.inbox === relay.inbox)).toEqual([]);
    for (const host of ["alpha.test", "beta.test"]) expect(relay.forwarded(host).filter((one) => one.status !== 202)).toEqual([]);
  });
});
