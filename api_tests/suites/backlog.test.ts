/** What did not arrive at a server, and what could not take effect here: seen, tried again, sent anew, thrown away. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { eventually, never } from "../harness/eventually.ts";
import { follow, press, settingsFor, text, tidy, visiting } from "../harness/pages.ts";
import { World } from "../harness/world.ts";

const ALPHA = "http://alpha.test";
const PEER = "refus.test";

interface Exchange {
  waiting: number; refused: number; delivered: number; next_try_at: string | null; error: string | null;
  undelivered: { activity: string; kind: string; inbox: string; state: string; error: string | null }[];
}

describe.each(engines())("what did not arrive, on %s", (engine) => {
  let world: World;
  let api: ApiClient;

  beforeAll(async () => {
    world = await World.start({ engine, peers: [{ host: PEER }], instances: [{ sites: [{ host: "alpha.test" }], env: { KIOSQUE__LOG__LEVEL: "info,federation=debug" } }] });
    api = await world.instance("alpha.test").api();
    await api.createAgenda("bal", "Le bal");
    await api.call("PATCH", "/follow-rules", { policy: "automatic" });
    await world.peer(PEER).follow(`${ALPHA}/actor`);
    await eventually(() => world.peer(PEER).followState(`${ALPHA}/actor`) === "accepted");
  });
  afterAll(() => world?.close());

  const exchange = async () => await api.call<Exchange>("GET", `/peers/${PEER}`);
  const command = async (...words: string[]) => {
    const instance = world.instance("alpha.test");
    return await instance.command([...words, "--config", instance.configuration]);
  };
  /** Publishes while the peer refuses, and waits until it has. */
  const refused = async (title: string) => {
    world.peer(PEER).state.refusesWith = 422;
    const event = await api.createEvent("bal", { title, start: `${day(9)}T20:00:00`, timezone: "Europe/Paris" });
    await eventually(async () => (await exchange()).refused === 1);
    world.peer(PEER).state.refusesWith = null;
    return event;
  };
  const arrived = async () => {
    await eventually(async () => {
      expect(await exchange()).toMatchObject({ waiting: 0, refused: 0, undelivered: [] });
      return true;
    });
  };

  test("what a server refused is listed with its words, and is sent anew by API and by command line", async () => {
    const before = (await exchange()).delivered;
    await refused("Bal refusé");
    const seen = await exchange();
    expect(seen.undelivered).toMatchObject([{ state: "refused", inbox: `http://${PEER}/inbox` }]);
    expect(seen.undelivered[0]?.error).toContain("422");
    expect(await command("follow", "show", PEER)).toMatch(/^refused\t1$/m);
    await api.call("POST", `/peers/${PEER}/replay`);
    await arrived();
    expect((await exchange()).delivered).toBe(before + 1);

    await refused("Bal refusé encore");
    expect(await command("follow", "replay", PEER)).toBe("1\n");
    await arrived();
    expect(await command("follow", "replay", PEER)).toBe("0\n");
    await expect(command("follow", "replay", "nulle.part")).rejects.toThrow("no such follow");
    await expect(api.call("POST", "/peers/nulle.part/replay")).rejects.toMatchObject({ status: 404 });
    await expect(api.call("GET", "/peers/nulle.part")).rejects.toMatchObject({ status: 404 });
  });

  test("what waits for a silent server shows when it is tried next, and leaves as soon as a person says so", async () => {
    await world.peer(PEER).pause();
    await api.createEvent("bal", { title: "Bal dans le noir", start: `${day(8)}T20:00:00`, timezone: "Europe/Paris" });
    await eventually(async () => {
      const seen = await exchange();
      return seen.waiting === 1 && seen.error !== null && seen.next_try_at !== null;
    });
    expect(await command("follow", "show", PEER)).toMatch(/^waiting\t1$/m);
    // Waits are short here: it is made to wait for years, or it would leave by itself.
    const later = "2030-01-01T00:00:00.000000Z";
    const waits = async () => ((await exchange()).next_try_at ?? "").startsWith("2030");
    await eventually(async () => {
      const { database } = world.instance("alpha.test");
      await database.execute(`UPDATE deliveries SET next_try_at = '${later}' WHERE state = 'queued'`);
      await database.execute(`UPDATE peers SET due_at = '${later}' WHERE host = '${PEER}'`);
      await never(async () => !(await waits()), { during: 300 });
      return true;
    });
    await world.peer(PEER).resume();
    await never(async () => !(await waits()));
    await command("follow", "try", PEER);
    await arrived();
  });

  test.each(settingsFor(engine))("the page of a server says it and sends it anew ($width px, scripts $scripts)", async (setting) => {
    await refused(`Bal ${setting.tag}`);
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ALPHA}/admin/deliveries`);
      await follow(page, PEER);
      expect(await text(page, "h1")).toBe(PEER);
      expect(await text(page)).toContain("Refusé");
      await tidy(visitor, setting, "peer");
      expect(await press(page, "do", "replay")).toBe(200);
      expect(await text(page)).toContain("Ce qui a été refusé repart.");
      expect(await text(page, "h1")).toBe(PEER);
      await arrived();
      await visitor.visit(page.url());
      expect(await text(page)).toContain("Tout est arrivé.");
      expect(await page.locator('button[value="replay"]').count()).toBe(0);
      expect((await visitor.visit(`${ALPHA}/admin/peers/server?host=nulle.part`)).status()).toBe(404);
    }, { host: "alpha.test" });
  });

  test("what could not take effect is listed, shown, tried again and thrown away from the command line", async () => {
    const ids = ["018f0000-0000-7000-8000-000000000001", "018f0000-0000-7000-8000-000000000002"];
    for (const id of ids) {
      await world.instance("alpha.test").database.execute(
        `INSERT INTO inbox_queue (id, site_id, activity_uri, actor_uri, body, state, attempts, next_try_at, last_error, received_at)
         SELECT '${id}', id, 'http://${PEER}/activities/${id}', 'http://${PEER}/actors/relay', '{"type": "Étrange"}', 'parked', 3,
           '2026-01-01T00:00:00.000000Z', 'made its worker fail', '2026-01-01T00:00:00.000000Z' FROM sites`,
      );
    }
    const listed = await command("inbox", "parked");
    for (const id of ids) expect(listed).toContain(`${id}\t2026-01-01T00:00:00+00:00\thttp://${PEER}/actors/relay`);
    expect((await command("inbox", "parked", "--limit", "1")).trim().split("\n")).toHaveLength(1);
    const [first = "", second = ""] = ids;
    expect(await command("inbox", "show", first)).toBe('{"type": "Étrange"}\n');
    await command("inbox", "drop", first);
    await expect(command("inbox", "drop", first)).rejects.toThrow("not parked");
    await expect(command("inbox", "drop", "7")).rejects.toThrow("not a number");
    // The running server hears of it, and finds again that it means nothing: acknowledged, gone.
    await command("inbox", "retry", second);
    await eventually(() => world.instance("alpha.test").lines.some((line) => line.includes(second) && line.includes("applied")));
    expect((await api.call<{ items: unknown[] }>("GET", "/inbox/parked")).items).toEqual([]);
  });
});
