/** Every public page: light, accessible, alone (no third party, no cookie), at both widths, with and without scripts. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient, EventView } from "../harness/api.ts";
import { SETTINGS, Visitor, weigh } from "../harness/browser.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { fill, signIn, submit, text, typeEvent } from "../harness/pages.ts";
import { World } from "../harness/world.ts";

const ORIGIN = "http://alpha.test";

describe.each(engines())("pages on %s", (engine) => {
  let world: World;
  let api: ApiClient;
  let event: EventView;
  let paths: Record<string, string>;

  beforeAll(async () => {
    world = await World.start({ engine, instances: [{ sites: [{ host: "alpha.test", name: "Le kiosque d'Alpha" }] }] });
    api = await world.instance("alpha.test").api();
    await api.createAgenda("raffinerie", "La Raffinerie", "Un lieu, une salle, un jardin.");
    event = await api.createEvent("raffinerie", {
      title: "Concert de soutien à la radio locale, avec l'orchestre d'harmonie et la chorale des deux rives",
      description: "Buvette sur place.\n\nPlus sur [la page du lieu](https://lieu.example/).",
      start: `${day(10)}T20:30:00`, end: `${day(10)}T23:00:00`, timezone: "Europe/Paris",
      place: { name: "La Raffinerie", city: "Savenay", latitude: 47.36, longitude: -1.94 }, tags: ["musique", "soutien"], price: "Prix libre",
    });
    for (let i = 0; i < 8; i++) {
      await api.createEvent("raffinerie", { title: `Atelier ${i + 1}`, start: `${day(3 + i)}T14:00:00`, timezone: "Europe/Paris", tags: ["atelier"] });
    }
    paths = {
      home: "/", month: `/month/${day(10).slice(0, 7)}`, about: "/about", agenda: "/@raffinerie", event: new URL(event.url).pathname,
      login: "/login", signup: "/signup", reset: "/reset", missing: "/n-existe-pas",
    };
  });
  afterAll(() => world?.close());

  test("no page asks a third party, leaves a cookie, is too wide, or has a serious finding", { timeout: 180_000 }, async () => {
    const faults: string[] = [];
    for (const width of [1280, 390] as const) {
      for (const dark of [false, true]) {
        const visitor = await Visitor.open(await world.browser(), { width, dark });
        for (const [name, path] of Object.entries(paths)) {
          const where = `${name} ${width} ${dark ? "dark" : "light"}`;
          const status = (await visitor.visit(ORIGIN + path)).status();
          if (status !== (name === "missing" ? 404 : 200)) faults.push(`${where}: ${status}`);
          for (const finding of await visitor.seriousFindings()) faults.push(`${where}: ${finding}`);
          if (await visitor.scrollsSideways()) faults.push(`${where}: scrolls sideways`);
          await visitor.screenshot(`${name}-${engine}-${width}-${dark ? "dark" : "light"}`);
        }
        for (const request of visitor.thirdParty) faults.push(`third party: ${request}`);
        for (const cookie of await visitor.cookies()) faults.push(`cookie before signing in: ${cookie}`);
        for (const error of visitor.consoleErrors) if (!error.includes("404")) faults.push(`console: ${error}`);
        await visitor.close();
      }
    }
    expect(faults).toEqual([]);
  });

  test("each page is under 100 kB, its style under 20 kB and its scripts under 10 kB", { timeout: 120_000 }, async () => {
    for (const [name, path] of Object.entries(paths)) {
      const weight = await weigh(await world.browser(), ORIGIN + path);
      expect(weight.total, name).toBeGreaterThan(500);
      expect(weight.total, name).toBeLessThan(100_000);
      expect(weight.byKind["stylesheet"] ?? 0, name).toBeLessThan(20_000);
      expect(weight.byKind["script"] ?? 0, name).toBeLessThan(10_000);
      expect(weight.byKind["font"] ?? 0, name).toBe(0);
    }
  });

  test("the event page says what, when, where and how much, to people and to machines", async () => {
    const html = await (await fetch(event.url, { headers: { accept: "text/html" } })).text();
    const blocks = [...html.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)].map((match) => JSON.parse(match[1] ?? "") as Record<string, unknown>);
    const data = blocks.find((block) => block["@type"] === "Event");
    expect(data?.["name"]).toBe(event.title);
    expect(new Date(data?.["startDate"] as string).toISOString()).toBe(new Date(event.start).toISOString());
    expect(html).toMatch(/<meta property="og:title" content="Concert de soutien/);
    expect(html).toContain("Prix libre");
    const visitor = await Visitor.open(await world.browser(), { scripts: false, width: 390 });
    await visitor.visit(event.url);
    expect(await text(visitor.page)).toMatch(/20\s?h\s?30/);
    for (const rel of await visitor.page.locator('main a[href^="https://lieu.example"]').evaluateAll((links) => links.map((link) => link.getAttribute("rel") ?? ""))) {
      expect(rel.split(" ")).toEqual(expect.arrayContaining(["nofollow", "ugc", "noreferrer"]));
    }
    for (const link of await visitor.page.locator('a[target="_blank"]').all()) expect(await link.getAttribute("rel")).toMatch(/noopener/); // WEB-06
    await visitor.close();
  });

  test("filters lie in the address, and a shared address shows the same", async () => {
    const count = async (query: string) => {
      const html = await (await fetch(`${ORIGIN}/?${query}`, { headers: { accept: "text/html" } })).text();
      return { concert: html.includes("Concert de soutien"), workshop: html.includes("Atelier 2") };
    };
    expect(await count("")).toEqual({ concert: true, workshop: true });
    expect(await count("tag=musique")).toEqual({ concert: true, workshop: false });
    expect(await count("q=harmonie")).toEqual({ concert: true, workshop: false });
    expect(await count(`from=${day(4)}&to=${day(5)}`)).toEqual({ concert: false, workshop: true });
    // Accents and case do not matter, in French least of all.
    expect(await count("q=SOUTIEN%20A%20LA%20RADIO")).toEqual({ concert: true, workshop: false });
  });

  test.each(["/agenda.ics", "/@raffinerie.ics"])("%s is a calendar with every event", async (path) => {
    const response = await fetch(ORIGIN + path);
    expect(response.headers.get("content-type")).toMatch(/^text\/calendar/);
    const calendar = await response.text();
    expect(calendar.startsWith("BEGIN:VCALENDAR\r\n")).toBe(true);
    expect(calendar.match(/BEGIN:VEVENT/g)).toHaveLength(9);
    expect(calendar).toContain("TZID=Europe/Paris");
  });

  test.each(SETTINGS)(
    "a person makes an agenda, then types, edits and deletes an event ($width px, scripts $scripts)", async ({ scripts, width, tag }) => {
      const username = `salle${tag}`;
      const visitor = await Visitor.open(await world.browser(), { scripts, width });
      const { page } = visitor;
      await signIn(page, "alpha.test");
      await visitor.visit(`${ORIGIN}/agendas/new`);
      await fill(page, { username, name: "Salle des fêtes" });
      expect(await submit(page)).toBeLessThan(400);
      const address = (await typeEvent(page, "alpha.test", username, { title: "Loto", startDate: day(6), startTime: "14:00" })).split("?")[0] as string;

      await visitor.visit(`${address}/edit`);
      expect(await page.locator('main form [name="title"]').inputValue()).toBe("Loto");
      if (scripts) expect(await visitor.seriousFindings()).toEqual([]);
      expect(await visitor.scrollsSideways()).toBe(false);
      await visitor.screenshot(`event-form-${engine}-${tag}`);
      await fill(page, { title: "Grand loto" });
      expect(await submit(page, 'main form button[name="do"][value="publish"]')).toBe(200);
      expect(await text(page)).toContain("Grand loto");

      // Deleting asks once more, on a page of its own.
      await visitor.visit(`${address}/delete`);
      await submit(page, 'main form button[name="action"][value="confirm-delete"]');
      expect((await visitor.visit(address)).status()).toBe(410);
      await visitor.close();
    },
  );

  test("the form with a fault says which, beside the field, and keeps what was typed", async () => {
    const visitor = await Visitor.open(await world.browser(), { scripts: false, width: 390 });
    await signIn(visitor.page, "alpha.test");
    await typeEvent(visitor.page, "alpha.test", "raffinerie", { title: "Fin avant le début", startDate: day(6), startTime: "20:00", endDate: day(6), endTime: "18:00" });
    expect(await visitor.page.locator('main form [name="title"]').inputValue()).toBe("Fin avant le début");
    expect(await visitor.page.locator('main form [aria-invalid="true"]').count()).toBeGreaterThan(0);
    expect(await api.events({ q: "Fin avant" })).toEqual([]);
    await visitor.screenshot(`event-form-errors-${engine}`);
    await visitor.close();
  });
});
