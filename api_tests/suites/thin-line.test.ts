/** The thin line: typed in a browser, signed, verified by an independent server; and its event on our page. */
import { Create, Event, Group, PUBLIC_COLLECTION } from "@fedify/vocab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SETTINGS, Visitor, weigh } from "../harness/browser.ts";
import { engines } from "../harness/database.ts";
import { day, instantOf } from "../harness/dates.ts";
import { eventually } from "../harness/eventually.ts";
import { signIn, text, typeEvent } from "../harness/pages.ts";
import { World } from "../harness/world.ts";

const AGENDA = "http://alpha.test/@raffinerie";

describe.each(engines())("the thin line on %s", (engine) => {
  let world: World;

  beforeAll(async () => {
    world = await World.start({ engine, peers: [{ host: "peer.test" }], instances: [{ sites: [{ host: "alpha.test", name: "Alpha" }] }] });
    await (await world.instance("alpha.test").api()).createAgenda("raffinerie", "La Raffinerie");
  });
  afterAll(() => world?.close());

  test("the peer follows an agenda by its handle and is accepted", async () => {
    const peer = world.peer("peer.test");
    expect(await peer.follow("@raffinerie@alpha.test")).toBeInstanceOf(Group);
    await eventually(() => peer.followState(AGENDA) === "accepted");
  });

  test("we follow the peer's agenda and are accepted", async () => {
    const peer = world.peer("peer.test");
    const api = await world.instance("alpha.test").api();
    await api.follow(peer.handle("guilde"));
    await eventually(async () => (await api.follows()).find((follow) => follow.target === peer.actorId("guilde"))?.state === "accepted");
    expect(peer.followerIds("guilde")).toHaveLength(1);
  });

  test.each(SETTINGS)("an event typed at $width px, scripts $scripts, arrives as a verified Create", async ({ scripts, width, tag }) => {
    const peer = world.peer("peer.test");
    const visitor = await Visitor.open(await world.browser(), { scripts, width });
    const title = `Bal folk à ${tag} px`;
    const date = day(30);
    await signIn(visitor.page, "alpha.test");
    const address = await typeEvent(visitor.page, "alpha.test", "raffinerie", {
      title, description: "Apportez vos **chaussures**.", startDate: date, startTime: "19:30", endDate: date, endTime: "23:00",
      timezone: "Europe/Paris", placeName: "La Raffinerie, Savenay",
    });
    expect(address).toMatch(/^http:\/\/alpha\.test\/e\/[0-9a-f-]{36}(\?done=published)?$/);
    expect(await text(visitor.page)).toContain(title);
    expect(visitor.thirdParty).toEqual([]);
    await visitor.close();

    const receipt = await eventually(() => {
      const found = peer.receivedOf("Create").find((item) => JSON.stringify(item.json).includes(title));
      if (!found) throw new Error(`no Create; refused: ${JSON.stringify(peer.refusals)}`);
      return found;
    });
    const create = receipt.activity as Create;
    expect(create.actorId?.href).toBe(AGENDA);
    expect(create.toIds.map(String)).toContain(PUBLIC_COLLECTION.href);
    const event = (await create.getObject()) as Event;
    expect(event).toBeInstanceOf(Event);
    expect(event.id?.href).toMatch(/^http:\/\/alpha\.test\/events\/[0-9a-f-]{36}$/);
    expect(event.name).toBe(title);
    expect(event.attributionId?.href).toBe(AGENDA);
    expect(event.startTime?.toString()).toBe(instantOf(date, "19:30"));
    expect(event.endTime?.toString()).toBe(instantOf(date, "23:00"));
    expect((await event.getLocation())?.name).toBe("La Raffinerie, Savenay");
    expect(String(event.content)).toContain("<strong>chaussures</strong>");
    // R-SIG-01: the first attempt is draft-cavage, to the shared inbox, once.
    const arrivals = peer.arrivals.filter((arrival) => arrival.activityId === receipt.id);
    expect(arrivals.map(({ scheme, status, path }) => ({ scheme, status, path }))).toEqual([{ scheme: "draft-cavage", status: 202, path: "/inbox" }]);
    // What was sent is what its address serves.
    const served = await peer.readTyped(event.id?.href ?? "");
    expect(served.object).toBeInstanceOf(Event);
    expect(served.json["startTime"]).toBe((receipt.json["object"] as Record<string, unknown>)["startTime"]);
  });

  test("the peer's event shows on our pages, to a visitor without scripts and without a cookie", async () => {
    const date = day(12);
    await world.peer("peer.test").publishEvent({ name: "Veillée contée", startTime: instantOf(date, "20:00"), place: "Grange du bourg" });
    const api = await world.instance("alpha.test").api();
    const event = await eventually(async () => (await api.events({ q: "Veillée" }))[0]);
    const visitor = await Visitor.open(await world.browser(), { scripts: false });
    await visitor.visit("http://alpha.test/");
    expect(await text(visitor.page)).toContain("Veillée contée");
    await visitor.page.getByRole("link", { name: /Veillée contée/ }).first().click();
    expect(visitor.page.url()).toBe(event.url);
    const main = await text(visitor.page);
    expect(main).toContain("Grange du bourg");
    expect(main).toMatch(/20\s?[h:]\s?0?0?/);
    expect(main).toContain("peer.test");
    expect(await visitor.cookies()).toEqual([]);
    expect(visitor.thirdParty).toEqual([]);
    await visitor.close();
  });

  test("the home page is light, has no serious finding and fits a telephone", async () => {
    const browser = await world.browser();
    const weight = await weigh(browser, "http://alpha.test/");
    expect(weight.total).toBeLessThan(100_000);
    for (const width of [1280, 390] as const) {
      for (const dark of [false, true]) {
        const visitor = await Visitor.open(browser, { width, dark });
        await visitor.visit("http://alpha.test/");
        expect(await visitor.seriousFindings()).toEqual([]);
        expect(await visitor.scrollsSideways()).toBe(false);
        expect(visitor.consoleErrors).toEqual([]);
        await visitor.screenshot(`home-${engine}-${width}-${dark ? "dark" : "light"}`);
        await visitor.close();
      }
    }
  });
});
