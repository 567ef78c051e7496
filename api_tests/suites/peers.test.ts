/** Servers around a site: whom it lets follow, whom it follows by itself, what it remembers and what it shows of them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient, EventInput } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { eventually, never } from "../harness/eventually.ts";
import { World } from "../harness/world.ts";

interface Side { actor: string; state: string; decided_by: string; via: string }
interface Peer { host: string; follower: Side | null; following: Side | null; waiting: number; actions: string[] }

const ALPHA = "http://alpha.test/actor";

describe.each(engines())("the servers around a site, on %s", (engine) => {
  let world: World;
  let [alpha, beta, gamma]: ApiClient[] = [];
  const api = (client: ApiClient | undefined): ApiClient => {
    if (!client) throw new Error("the world did not start");
    return client;
  };

  beforeAll(async () => {
    world = await World.start({
      engine,
      peers: [
        { host: "mobilizon.test", actors: { relay: "Application", guilde: "Group" } },
        { host: "tube.test", actors: { peertube: "Application" } },
        { host: "liste.test" },
        { host: "exclu.test", actors: { relay: "Application" } },
      ],
      instances: ["alpha.test", "beta.test", "gamma.test"].map((host) => ({ sites: [{ host }] })),
    });
    [alpha, beta, gamma] = await Promise.all(["alpha.test", "beta.test", "gamma.test"].map((host) => world.instance(host).api()));
    await Promise.all([beta, gamma].map((client) => rules(api(client), { policy: "automatic" })));
  });
  afterAll(() => world?.close());

  const peer = async (client: ApiClient, host: string) =>
    (await client.call<{ items: Peer[] }>("GET", `/peers?q=${host}`)).items.find((item) => item.host === host);
  const becomes = async (client: ApiClient, host: string, side: "follower" | "following", state: string) =>
    await eventually(async () => {
      const found = (await peer(client, host))?.[side];
      expect(found?.state).toBe(state);
      return found ?? undefined;
    });
  const rules = async (client: ApiClient, change: object) => await client.call("PATCH", "/follow-rules", change);
  const act = async (client: ApiClient, host: string, action: string) => await client.call("POST", `/peers/${host}/${action}`);
  const publish = async (client: ApiClient, agenda: string, event: Partial<EventInput> & { title: string }) =>
    await client.createEvent(agenda, { start: `${day(12)}T20:00:00`, timezone: "Europe/Paris", ...event });
  const titles = async (client: ApiClient, source: string) =>
    (await client.events({ source })).map((event) => event.title).sort();

  test("what was refused stays refused until a person says otherwise, however often it is asked", async () => {
    await rules(api(alpha), { policy: "manual" });
    await api(beta).follow("alpha.test");
    await becomes(api(alpha), "beta.test", "follower", "pending");
    await act(api(alpha), "beta.test", "refuse");
    await becomes(api(beta), "alpha.test", "following", "refused");
    // Asked again, and by the most welcoming policy there is: no, at once, and nobody is bothered.
    await rules(api(alpha), { policy: "automatic", follow_back: true });
    for (let time = 0; time < 3; time += 1) {
      await act(api(beta), "alpha.test", "retry");
      await becomes(api(beta), "alpha.test", "following", "refused");
    }
    const refused = await becomes(api(alpha), "beta.test", "follower", "refused");
    expect(refused?.decided_by).toBe("target");
    expect((await api(alpha).call<{ items: Peer[] }>("GET", "/peers?show=waiting")).items).toEqual([]);
    expect((await peer(api(alpha), "beta.test"))?.following).toBeNull();
    await rules(api(alpha), { follow_back: false });
    await act(api(alpha), "beta.test", "approve");
    await becomes(api(beta), "alpha.test", "following", "accepted");
    await act(api(alpha), "beta.test", "remove");
    await becomes(api(beta), "alpha.test", "following", "refused");
    await act(api(beta), "alpha.test", "retry");
    await becomes(api(beta), "alpha.test", "following", "refused");
  });

  test("only those of the list may follow, where only they may", async () => {
    await rules(api(alpha), { policy: "allow_list", allowed: ["mobilizon.test"] });
    const [listed, other] = [world.peer("mobilizon.test"), world.peer("tube.test")];
    await listed.follow(ALPHA, "relay");
    await eventually(() => listed.followState(ALPHA, "relay") === "accepted");
    await other.follow(ALPHA, "peertube");
    await eventually(() => other.followState(ALPHA, "peertube") === "rejected");
    await rules(api(alpha), { policy: "automatic", allowed: [] });
  });

  test("who follows is followed back, but for those excluded", async () => {
    await rules(api(alpha), { follow_back: true, excluded: ["exclu.test"] });
    await api(gamma).follow("alpha.test");
    const back = await becomes(api(alpha), "gamma.test", "following", "accepted");
    expect(back?.via).toBe("back");
    const excluded = world.peer("exclu.test");
    await excluded.follow(ALPHA, "relay");
    await eventually(() => excluded.followState(ALPHA, "relay") === "accepted");
    await never(() => excluded.receivedOf("Follow").length > 0);
    await rules(api(alpha), { follow_back: false, excluded: [] });
  });

  test("a list of instances is followed, in PeerTube's form and as text, by the names that Mobilizon and PeerTube give their actors", async () => {
    const list = world.peer("liste.test");
    list.serve("/api/v1/instances/hosts", { total: 2, data: [{ host: "mobilizon.test" }, { host: "exclu.test" }] }, 200, "application/json");
    list.serve("/hosts.txt", "# ceux que nous aimons\ntube.test\nexclu.test\n", 200, "text/plain");
    await rules(api(alpha), { index_url: "http://liste.test/api/v1/instances/hosts", excluded: ["exclu.test"] });
    const relay = await becomes(api(alpha), "mobilizon.test", "following", "accepted");
    expect(relay).toMatchObject({ via: "index", actor: world.peer("mobilizon.test").actorId("relay") });
    await rules(api(alpha), { index_url: "http://liste.test/hosts.txt" });
    const tube = await becomes(api(alpha), "tube.test", "following", "accepted");
    expect(tube).toMatchObject({ via: "index", actor: world.peer("tube.test").actorId("peertube") });
    expect(world.peer("exclu.test").receivedOf("Follow")).toEqual([]);
    // Ended by a person, it does not come back with the next reading.
    await act(api(alpha), "tube.test", "unfollow");
    await eventually(() => world.peer("tube.test").followerIds("peertube").length === 0);
    await rules(api(alpha), { index_url: "" });
    await rules(api(alpha), { index_url: "http://liste.test/hosts.txt" });
    await eventually(async () => (await api(alpha).call<{ index_checked_at: string | null }>("GET", "/follow-rules")).index_checked_at !== null);
    await never(async () => (await peer(api(alpha), "tube.test"))?.following?.state === "accepted");
    await rules(api(alpha), { index_url: "", excluded: [] });
  });

  test("what was there before is taken over, narrowed when asked, and gone after the end", async () => {
    await api(beta).createAgenda("fablab", "Fablab");
    for (const [title, tags, latitude] of [["Bal de décembre", ["bal"], 45.76], ["Grand loto", ["loto"], 45.76], ["Bal au loin", ["bal"], 48.85]] as const) {
      await publish(api(beta), "fablab", { title, tags: [...tags], place: { name: title, latitude, longitude: 4.85 } });
    }
    await api(alpha).follow("beta.test");
    await becomes(api(alpha), "beta.test", "following", "accepted");
    const all = ["Bal au loin", "Bal de décembre", "Grand loto"];
    await eventually(async () => (await titles(api(alpha), "beta.test")).length === 3);
    expect(await titles(api(alpha), "beta.test")).toEqual(all);

    const narrow = async (rule: object) => await api(alpha).call<{ total: number; hidden: number }>("PUT", "/peers/beta.test/narrowing", rule);
    expect(await narrow({ exclude: ["loto"] })).toMatchObject({ total: 3, hidden: 1 });
    expect(await titles(api(alpha), "beta.test")).toEqual(["Bal au loin", "Bal de décembre"]);
    expect(await narrow({ include: ["loto"] })).toMatchObject({ hidden: 2 });
    expect(await titles(api(alpha), "beta.test")).toEqual(["Grand loto"]);
    await narrow({ within: { latitude: 45.75, longitude: 4.85, kilometres: 30 } });
    expect(await titles(api(alpha), "beta.test")).toEqual(["Bal de décembre", "Grand loto"]);
    await narrow({});
    expect(await titles(api(alpha), "beta.test")).toEqual(all);

    await act(api(alpha), "beta.test", "unfollow");
    await eventually(async () => (await titles(api(alpha), "beta.test")).length === 0);
    await eventually(async () => (await peer(api(beta), "alpha.test"))?.follower?.state !== "accepted");
  });

  test("the same from the command line", async () => {
    const instance = world.instance("gamma.test");
    const follow = async (...words: string[]) => await instance.command(["follow", "--config", instance.configuration, ...words]);
    expect(await follow("rules", "--policy", "manual", "--allowed", "a.example, b.example", "--backfill-most", "7")).toContain("allowed\ta.example,b.example");
    // The running server sees within seconds what another process wrote.
    await eventually(async () => {
      const read = await api(gamma).call<{ policy: string; backfill_most: number }>("GET", "/follow-rules");
      expect(read).toMatchObject({ policy: "manual", backfill_most: 7 });
      return true;
    });
    expect(await follow("rules")).toContain("policy\tmanual\nallowed\ta.example,b.example");
    await expect(follow("rules", "--index-hours", "0")).rejects.toThrow("index_hours: from 1 to 720");
    expect(await follow("narrow", "alpha.test", "--exclude", "loto", "--within", "45.75,4.85,30")).toContain("within\t45.75,4.85,30");
    expect(await follow("narrow", "alpha.test")).toContain("exclude\tloto");
    await expect(follow("narrow", "nulle.part", "--exclude", "loto")).rejects.toThrow("no such server");
    expect(await follow("list")).toMatch(/^alpha\.test\taccepted\taccepted/m);
    await follow("end", "alpha.test");
    await eventually(async () => (await peer(api(alpha), "gamma.test"))?.follower?.state !== "accepted");
  });
});
