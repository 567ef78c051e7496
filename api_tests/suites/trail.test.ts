/** The log: one request's id, from the inbox through the queues to the delivery it caused. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engines } from "../harness/database.ts";
import { eventually } from "../harness/eventually.ts";
import { World } from "../harness/world.ts";

const AGENDA = "http://alpha.test/@raffinerie";

describe.each(engines())("the log on %s", (engine) => {
  let world: World;

  beforeAll(async () => {
    world = await World.start({
      engine,
      peers: [{ host: "peer.test" }],
      instances: [{ sites: [{ host: "alpha.test" }], env: { KIOSQUE__LOG__LEVEL: "info,federation=debug" } }],
    });
    await (await world.instance("alpha.test").api()).createAgenda("raffinerie", "La Raffinerie");
  });
  afterAll(() => world?.close());

  /** Follows the agenda as `as` and gives the id that the inbox answered with. */
  const follow = async (as: string): Promise<string> => {
    const peer = world.peer("peer.test");
    const actor = peer.actorId(as);
    const activity = { "@context": "https://www.w3.org/ns/activitystreams", id: `${actor}/follows/1`, type: "Follow", actor, object: AGENDA };
    const response = await peer.post("http://alpha.test/inbox", activity, { as });
    expect(response.status).toBe(202);
    const id = response.headers.get("x-request-id") ?? "";
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    return id;
  };
  const about = (id: string, words: string) => world.instance("alpha.test").lines.filter((line) => line.includes(id) && line.includes(words));

  test("a Follow's id stands beside its taking effect and beside the delivery of its Accept, and beside no other", async () => {
    const [first, second] = [await follow("ada"), await follow("guilde")];
    for (const id of [first, second]) {
      await eventually(() => about(id, "delivery tried").length > 0);
      expect(about(id, "applied")).toHaveLength(1);
      expect(about(id, "delivery tried")).toHaveLength(1);
    }
    expect(about(first, second)).toEqual([]);
  });
});
