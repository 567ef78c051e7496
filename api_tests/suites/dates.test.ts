/** Several dates in a browser: every Tuesday but one, a date moved or called off, the ones after it; a festival. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import type { ApiClient } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { fill, follow, press, settingsFor, submit, text, tidy, visiting, type Setting } from "../harness/pages.ts";
import { World } from "../harness/world.ts";

const ORIGIN = "http://alpha.test";
const ADMIN = { host: "alpha.test" };

/** The Tuesday so many weeks after the next one, which is a week ahead at least. */
function tuesday(weeks: number): string {
  const ahead = Array.from({ length: 7 }, (_, i) => day(7 + i)).findIndex((date) => new Date(date).getUTCDay() === 2);
  return day(7 + ahead + 7 * weeks);
}
const french = (date: string): string =>
  new Date(date).toLocaleDateString("fr-FR", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).replace(/^1 /, "1er ");

describe.each(engines())("several dates on %s", (engine) => {
  let world: World;
  let api: ApiClient;

  beforeAll(async () => {
    world = await World.start({ engine, instances: [{ sites: [{ host: "alpha.test", name: "Alpha" }] }] });
    api = await world.instance("alpha.test").api();
    await api.createAgenda("raffinerie", "La Raffinerie");
  });
  afterAll(() => world?.close());

  const datesOf = async (title: string) => (await api.events({ q: title })).filter((event) => event.title === title);
  /** The dates listed on an event's page, one line each. */
  const listed = async (page: Page) => (await page.locator("#dates ~ ul > li").allInnerTexts()).map((line) => line.replace(/\s+/g, " "));
  /** Types a series of five Tuesdays, without the third, and stays on the page of its first date. */
  const type = async (page: Page, title: string): Promise<string> => {
    await page.goto(`${ORIGIN}/@raffinerie/new`);
    await fill(page, {
      title, start_date: tuesday(0), start_time: "18:30", end_time: "20:00", repeat: "weekly", repeat_end: "count", repeat_count: "5", repeat_except: tuesday(2),
    });
    await page.locator('main [name="repeat_on"][value="TU"]').check();
    expect(await press(page, "do", "publish")).toBe(200);
    return page.url().split("?")[0] as string;
  };

  test.each(settingsFor(engine))("every Tuesday but one; a date is moved, another called off ($width px, scripts $scripts)", async (setting: Setting) => {
    const title = `Chorale ${setting.tag}`;
    const first = await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      const address = await type(page, title);
      expect(await text(page)).toContain(`Tous les mardis, 5 fois, sauf le ${french(tuesday(2))}`);
      const dates = await listed(page);
      expect(dates.map((line) => line.replace(/^\S+ /, "").replace(/ (de|à) .*/, ""))).toEqual([0, 1, 3, 4].map((week) => french(tuesday(week))));
      expect(dates[0]).toContain("cette date");
      await tidy(visitor, setting, "series");

      // One date on another day and at another time: the others stay.
      await follow(page, new RegExp(`mardi ${french(tuesday(1))}`));
      await follow(page, "Modifier");
      const moved = new Date(Date.parse(tuesday(1)) + 86_400_000).toISOString().slice(0, 10);
      await fill(page, { start_date: moved, start_time: "19:00", end_date: moved, end_time: "20:00", scope: "this" });
      expect(await press(page, "do", "publish")).toBe(200);
      expect(await text(page)).toMatch(new RegExp(`mercredi ${french(moved)}`));
      expect(await text(page)).toContain("Prévu auparavant");

      // Another one does not take place.
      await follow(page, new RegExp(`mardi ${french(tuesday(3))}`));
      await follow(page, "Annuler l’événement");
      await submit(page);
      expect(await text(page)).toContain("Cet événement est annulé.");
      return address;
    }, ADMIN);

    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(first);
      const dates = await listed(page);
      expect(dates).toHaveLength(4);
      expect(dates[1]).toMatch(/^mercredi .* 19 h/);
      expect(dates[2]).toContain("Annulé");
      expect(dates.filter((line) => line.includes("Annulé"))).toHaveLength(1);
      expect(await text(page)).not.toContain("Cet événement est annulé");
    });
    expect((await datesOf(title)).map(({ status }) => status)).toEqual(["confirmed", "confirmed", "cancelled", "confirmed"]);
  });

  test.each(settingsFor(engine))("a change of one date and those after it; then the ones after are called off ($width px, scripts $scripts)", async (setting: Setting) => {
    const title = `Yoga ${setting.tag}`;
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await type(page, title);
      await follow(page, new RegExp(`mardi ${french(tuesday(1))}`));
      await follow(page, "Modifier");
      await fill(page, { price: "6 €", scope: "following" });
      expect(await press(page, "do", "publish")).toBe(200);
      expect(await text(page)).toContain("Les autres dates ont été changées.");
      expect((await datesOf(title)).map(({ price }) => price ?? "")).toEqual(["", "6 €", "6 €", "6 €"]);

      await follow(page, new RegExp(`mardi ${french(tuesday(3))}`));
      expect(await text(page)).toContain("6 €");
      await follow(page, "Changer les autres dates");
      expect(await text(page)).toContain(`Les autres dates de « ${title} »`);
      await fill(page, { scope: "following", step: "cancel" });
      await tidy(visitor, setting, "series-others");
      expect(await submit(page)).toBe(200);
      expect(await text(page)).toContain("Les autres dates ont été changées.");
    }, ADMIN);
    expect((await datesOf(title)).map(({ status }) => status)).toEqual(["confirmed", "confirmed", "confirmed", "cancelled"]);
  });

  test.each(settingsFor(engine))("a festival lists its concerts, and a concert its festival ($width px, scripts $scripts)", async (setting: Setting) => {
    const [festival, concert] = [`Festival ${setting.tag}`, `Fanfare ${setting.tag}`];
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ORIGIN}/@raffinerie/new`);
      await fill(page, { title: festival, all_day: "on", start_date: day(20), end_date: day(22) });
      await press(page, "do", "publish");
      expect(await text(page)).not.toContain("Au programme");
      await visitor.visit(`${ORIGIN}/@raffinerie/new`);
      await fill(page, { title: concert, start_date: day(21), start_time: "21:00", parent: festival });
      await press(page, "do", "publish");
    }, ADMIN);
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ORIGIN}/@raffinerie`);
      await follow(page, concert);
      await follow(page, festival);
      expect(await text(page, "h1")).toBe(festival);
      expect(await text(page, '[aria-labelledby="programme"]')).toContain(concert);
      await submit(page, '[aria-labelledby="programme"] a');
      expect(await text(page, "h1")).toBe(concert);
    });
  });
});
