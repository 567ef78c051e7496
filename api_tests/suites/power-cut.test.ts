/**
 * kill -9 while publishing and while receiving (DEL-01), fifty times per engine: after the restart every follower has each
 * activity, and each effect exists once.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engines } from "../harness/database.ts";
import { day, instantOf } from "../harness/dates.ts";
import { eventually } from "../harness/eventually.ts";
import type { Instance } from "../harness/instance.ts";
import { World } from "../harness/world.ts";

const AGENDA = "http://alpha.test/@raffinerie";
/** Of each of the two, on each engine. The thousand that DEL-01 wants are `KIOSQUE_TEST_POWER_CUTS=250`. */
const ROUNDS = Number(process.env["KIOSQUE_TEST_POWER_CUTS"] ?? 25);
const timeout = 60_000 + ROUNDS * 10_000;
/**
 * Moments spread over the life of a request: before it is read, while it is written, while it is sent on; and now
 * and then well after it.
 */
const moment = (round: number): number => (round % 6 === 5 ? 500 : (round * 37) % 120);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(engines())("power cuts on %s", (engine) => {
  let world: World;
  let instance: Instance;
  const followers = () => [world.peer("peer.test"), world.peer("autre.test")];

  beforeAll(async () => {
    world = await World.start({ engine, peers: [{ host: "peer.test" }, { host: "autre.test" }], instances: [{ sites: [{ host: "alpha.test" }] }] });
    instance = world.instance("alpha.test");
    const api = await instance.api();
    await api.createAgenda("raffinerie", "La Raffinerie");
    for (const peer of followers()) {
      await peer.follow(AGENDA);
      await eventually(() => peer.followState(AGENDA) === "accepted");
    }
    await api.follow(world.peer("peer.test").handle("guilde"));
    await eventually(async () => (await api.follows())[0]?.state === "accepted");
  });
  afterAll(() => world?.close());

  /** Runs a request and cuts the power a moment after it began; true when the server had said yes. */
  async function cut(round: number, request: () => Promise<unknown>): Promise<boolean> {
    let confirmed = false;
    const running = request().then(() => void (confirmed = true), () => {});
    await pause(moment(round));
    await instance.kill9();
    await running;
    await instance.launch();
    return confirmed;
  }

  test(`publishing, ${ROUNDS} times`, { timeout }, async () => {
    const confirmed: string[] = [];
    // Signing in is outside of what is cut, and the session survives every cut.
    const api = await instance.api();
    for (let round = 0; round < ROUNDS; round++) {
      const title = `Publié ${round}.`;
      const event = { title, start: `${day(40 + round)}T18:00:00`, timezone: "Europe/Paris" };
      if (await cut(round, () => api.createEvent("raffinerie", event))) confirmed.push(title);
    }
    const stored = (await api.events({ q: "Publié" })).map((event) => event.title);
    // What was confirmed is there, and nothing is there twice.
    expect(stored).toEqual(expect.arrayContaining(confirmed));
    expect(new Set(stored).size).toBe(stored.length);
    expect(confirmed.length).toBeGreaterThan(0);
    expect(confirmed.length).toBeLessThan(ROUNDS);
    // What is there has reached everybody, once: half an event (stored, never sent; sent, not stored) is the fault.
    for (const peer of followers()) {
      const received = () => peer.receivedOf("Create").map((item) => (item.json["object"] as { name: string }).name).filter((name) => name.startsWith("Publié")).sort();
      await eventually(() => expect(received()).toEqual([...stored].sort()) ?? true, { timeout: 30_000 });
      const ids = peer.arrivals.filter((arrival) => arrival.type === "Create" && arrival.status === 202).map((arrival) => arrival.activityId);
      // A delivery cut between the send and its note may be repeated, but always under the same id.
      expect(new Set(ids).size).toBe(stored.length);
    }
  });

  test(`receiving, ${ROUNDS} times`, { timeout }, async () => {
    const peer = world.peer("peer.test");
    const actor = peer.actorId("guilde");
    let accepted = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const id = `http://peer.test/cut/${engine}/${round}`;
      const to = ["https://www.w3.org/ns/activitystreams#Public"];
      const object = {
        id, type: "Event", attributedTo: actor, name: `Reçu ${round}.`, content: "<p>…</p>", to, url: id,
        startTime: instantOf(day(40 + round), "18:00"), published: new Date().toISOString(),
      };
      const context = "https://www.w3.org/ns/activitystreams";
      peer.serve(new URL(id).pathname, { "@context": context, ...object });
      const create = { "@context": context, id: `${id}#create`, type: "Create", actor, to, object };
      const send = async () => {
        const { status } = await peer.post("http://alpha.test/inbox", create, { as: "guilde" });
        if (status !== 202) throw new Error(`the server answered ${status}`);
      };
      // A sender that got no answer sends again; one that got 202 never does.
      if (await cut(round, send)) accepted++;
      else await send();
    }
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(ROUNDS);
    const api = await instance.api();
    const wanted = Array.from({ length: ROUNDS }, (_, round) => `Reçu ${round}.`).sort();
    await eventually(async () => expect((await api.events({ q: "Reçu" })).map((event) => event.title).sort()).toEqual(wanted) ?? true, { timeout: 30_000 });
  });

  test("a follower that was away during the cut still gets it", async () => {
    const [away, present] = [world.peer("autre.test"), world.peer("peer.test")];
    await away.pause();
    const api = await instance.api();
    await api.createEvent("raffinerie", { title: "Pendant l'absence", start: `${day(90)}T18:00:00`, timezone: "Europe/Paris" });
    const has = (peer: typeof away) => peer.receivedOf("Create", (item) => JSON.stringify(item.json).includes("Pendant l'absence")).length;
    await eventually(() => has(present) === 1);
    await instance.kill9();
    await instance.launch();
    await away.resume();
    await eventually(() => has(away) === 1, { timeout: 30_000 });
    expect(has(present)).toBe(1);
  });
});
