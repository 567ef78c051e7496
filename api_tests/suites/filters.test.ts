/** Looking for something in a browser: each filter of the agenda, all of them in an address to share, list and month. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import type { ApiClient, EventInput } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day, instantOf } from "../harness/dates.ts";
import { eventually } from "../harness/eventually.ts";
import { fill, follow, settingsFor, submit, text, tidy, visiting } from "../harness/pages.ts";
import { World } from "../harness/world.ts";

const ORIGIN = "http://alpha.test";
const [BAL, VELO, CONFERENCE, VEILLEE] = ["Bal folk", "Atelier vélo", "Conférence", "Veillée contée"];
const ALL = [BAL, VELO, CONFERENCE, VEILLEE];

/** What is typed, and what is left of the agenda. Two towns stand some thirty kilometres from each other. */
const FILTERS: [what: string, typed: Record<string, string>, left: string[]][] = [
  ["words, without case or accents", { q: "VELO" }, [VELO]],
  ["dates", { from: day(7), to: day(9) }, [VELO]],
  ["a place", { place: "salle des fêtes" }, [BAL]],
  ["a distance from a place known here", { near: "Salle des fêtes", within: "20" }, [BAL]],
  ["a longer one, from coordinates", { near: "47.36, -1.94", within: "60" }, [BAL, VELO]],
  ["a tag", { tag: "mécanique" }, [VELO]],
  ["a category", { category: "MUSIC" }, [BAL]],
  ["free", { free: "on" }, [BAL]],
  ["online", { online: "on" }, [CONFERENCE]],
  ["this site alone", { source: "alpha.test" }, [BAL, VELO, CONFERENCE]],
  ["another source", { source: "peer.test" }, [VEILLEE]],
];

describe.each(engines())("filters on %s", (engine) => {
  let world: World;
  let api: ApiClient;

  beforeAll(async () => {
    world = await World.start({ engine, peers: [{ host: "peer.test" }], instances: [{ sites: [{ host: "alpha.test", name: "Alpha" }] }] });
    api = await world.instance("alpha.test").api();
    await api.createAgenda("raffinerie", "La Raffinerie");
    const at = (ahead: number) => ({ start: `${day(ahead)}T20:00:00`, timezone: "Europe/Paris" });
    const events: (EventInput & { free?: boolean })[] = [
      { title: BAL, ...at(5), place: { name: "Salle des fêtes", city: "Savenay", latitude: 47.36, longitude: -1.94 }, category: "MUSIC", tags: ["bal"], free: true },
      { title: VELO, ...at(8), place: { name: "Hangar", city: "Nantes", latitude: 47.218, longitude: -1.553 }, category: "WORKSHOP", tags: ["mécanique", "bal"], price: "5 €" },
      { title: CONFERENCE, ...at(12), online_url: "https://visio.example/", category: "SCIENCE_TECH" },
    ];
    for (const event of events) await api.createEvent("raffinerie", event);
    const peer = world.peer("peer.test");
    await api.follow(peer.handle("guilde"));
    await eventually(() => peer.followerIds("guilde").length === 1);
    await eventually(async () => (await api.follows())[0]?.state === "accepted");
    await peer.publishEvent({ name: VEILLEE, startTime: instantOf(day(15), "20:00") });
    await eventually(async () => (await api.events()).length === ALL.length);
  });
  afterAll(() => world?.close());

  const shown = async (page: Page) => (await page.locator("main article h3").allInnerTexts()).sort();
  const filter = async (page: Page, typed: Record<string, string>): Promise<number> => {
    if (!(await page.locator(".filters form").isVisible())) await page.locator(".filters summary").click();
    await fill(page, typed, ".filters form");
    return await submit(page, '.filters form button[type="submit"]');
  };

  test.each(settingsFor(engine))("each filter leaves what fits, says that it is on, and can be taken off ($width px, scripts $scripts)", async (setting) => {
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      // The filters are the server's; what scripts could change is the form, whatever is typed in it.
      for (const [what, typed, left] of FILTERS.filter((_, i) => !setting.scripts || i % 3 === 0)) {
        await visitor.visit(`${ORIGIN}/`);
        expect(await filter(page, typed), what).toBe(200);
        expect(await shown(page), what).toEqual([...left].sort());
        const address = new URL(page.url());
        for (const [name, value] of Object.entries(typed)) expect(address.searchParams.get(name), what).toBe(value);
        // One thing in force for each, and a circle is one thing.
        expect.soft(await page.locator(".filters .active li").count(), what).toBe(1 + ("near" in typed ? 1 : Object.keys(typed).length));
      }
      await submit(page, ".filters .active a.reset");
      expect(await shown(page)).toEqual([...ALL].sort());
      expect(page.url()).toBe(`${ORIGIN}/`);
    });
  });

  test.each(settingsFor(engine))("several at once make an address that shows the same to somebody else, by list and by month ($width px, scripts $scripts)", async (setting) => {
    const shared = await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ORIGIN}/`);
      await filter(page, { tag: "bal", near: "Salle des fêtes", within: "50", source: "alpha.test" });
      expect(await shown(page)).toEqual([VELO, BAL]);
      await filter(page, { category: "WORKSHOP" });
      expect(await shown(page)).toEqual([VELO]);
      return page.url();
    });
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(shared);
      expect(await shown(page)).toEqual([VELO]);
      expect(await page.locator('.filters [name="near"]').inputValue()).toBe("Salle des fêtes");
      expect(await page.locator('.filters [name="category"]').inputValue()).toBe("WORKSHOP");
      // One taken off leaves the others.
      await submit(page, page.locator(".filters .active a", { hasText: "Atelier" }));
      expect(await shown(page)).toEqual([VELO, BAL]);
      expect(new URL(page.url()).searchParams.get("within")).toBe("50");

      // The month keeps them, and so does the month after.
      await follow(page, "Voir par mois");
      const kept = (link: string) => Object.fromEntries(new URL(link).searchParams);
      expect.soft(kept(page.url())).toEqual({ tag: "bal", near: "Salle des fêtes", within: "50", source: "alpha.test" });
      await visitor.visit(`${ORIGIN}/month/${day(8).slice(0, 7)}?tag=bal`);
      expect(await text(page)).toContain(VELO);
      expect(await text(page)).not.toContain(CONFERENCE);
      await follow(page, "Mois suivant");
      expect(kept(page.url())).toEqual({ tag: "bal" });
      await follow(page, "Mois précédent");
      expect(await text(page)).toContain(VELO);
    });
  });

  test.each(settingsFor(engine))("what cannot be looked for is said, and nothing found offers a way back ($width px, scripts $scripts)", async (setting) => {
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ORIGIN}/`);
      await filter(page, { from: day(9), to: day(7) });
      expect(await text(page)).toContain("La fin vient avant le début.");
      expect(await page.locator('.filters [name="to"]').getAttribute("aria-invalid")).toBe("true");
      await tidy(visitor, setting, "filters-faults");
      await visitor.visit(`${ORIGIN}/`);
      await filter(page, { near: "Nulle-Part-sur-Mer" });
      expect(await text(page)).toContain("Ce lieu n’est pas connu ici.");
      await visitor.visit(`${ORIGIN}/`);
      await filter(page, { q: "introuvable" });
      expect(await text(page)).toContain("Aucun événement ne correspond");
      await submit(page, ".empty a.button");
      expect(await shown(page)).toEqual([...ALL].sort());
      // One press: what is on in the next days, and what is over.
      await follow(page, "Cette semaine");
      expect.soft(await shown(page)).toEqual([BAL]);
      expect.soft(await page.locator('.filters .quick [aria-current="true"]').innerText()).toBe("Cette semaine");
      await visitor.visit(`${ORIGIN}/`);
      await follow(page, "Événements passés");
      expect(await text(page)).not.toContain(BAL);
    });
  });
});
