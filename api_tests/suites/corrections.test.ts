/** "The date is wrong": a passer-by says what is right, whoever published it corrects it with one click, and the followers hear of it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { eventually } from "../harness/eventually.ts";
import { ADMIN_PASSWORD, adminEmail } from "../harness/instance.ts";
import { fill, settingsFor, submit, text, tidy, visiting } from "../harness/pages.ts";
import { World } from "../harness/world.ts";

const ALPHA = "http://alpha.test";

describe.each(engines())("corrections on %s", (engine) => {
  let world: World;
  let alpha: ApiClient;
  let beta: ApiClient;

  beforeAll(async () => {
    world = await World.start({ engine, mail: true, instances: [{ sites: [{ host: "alpha.test" }] }, { sites: [{ host: "beta.test" }] }] });
    [alpha, beta] = [await world.instance("alpha.test").api(), await world.instance("beta.test").api()];
    await alpha.createAgenda("bal", "Le bal");
    for (const api of [alpha, beta]) await api.call("PATCH", "/follow-rules", { policy: "automatic" });
    await beta.follow("@bal@alpha.test");
    await eventually(async () => (await beta.follows())[0]?.state === "accepted");
  });
  afterAll(() => world?.close());

  const linkTo = async (to: string, path: RegExp, after: number): Promise<string> => {
    const { links } = await world.mail.lastMailTo(to, { after });
    return links.find((link) => path.test(new URL(link).pathname)) ?? "";
  };

  test.each(settingsFor(engine))("proposed without an account, accepted from the letter, told to the followers ($width px, scripts $scripts)", async (setting) => {
    const [title, from] = [`Bal ${setting.tag}`, `passant-${setting.tag}@example.org`];
    const event = await alpha.createEvent("bal", { title, start: `${day(9)}T20:00:00`, timezone: "Europe/Paris" });
    await eventually(async () => (await beta.events({ q: title })).length === 1);
    const before = world.mail.messages.length;

    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ALPHA}/report?about=${encodeURIComponent(event.uri)}`);
      await page.locator("main details.more > summary").click();
      await fill(page, { reason: "wrong_fact", field: "start" });
      // With scripts only what goes with the choice is asked for.
      expect(await page.locator('main [name="date"]').isVisible()).toBe(true);
      expect(await page.locator('main [name="value"]').isVisible()).toBe(!setting.scripts);
      await tidy(visitor, setting, "report-correction");
      await fill(page, { email: from, date: day(10), time: "21:30" });
      expect(await submit(page)).toBe(200);
      await visitor.visit(await linkTo(from, /report\/confirm/, before));
      expect(await submit(page)).toBe(200);
    });

    const link = await linkTo(adminEmail("alpha.test"), /corrections/, before);
    expect(link).toMatch(/^http:\/\/alpha\.test\/corrections\//);
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      // From the letter, through the sign-in, to the question.
      await visitor.visit(link);
      expect(new URL(page.url()).pathname).toBe("/login");
      await fill(page, { email: adminEmail("alpha.test"), password: ADMIN_PASSWORD });
      expect(await submit(page)).toBe(200);
      expect(page.url()).toBe(link);
      expect(await text(page)).toContain("21 h 30");
      await tidy(visitor, setting, "correction");
      expect(await submit(page, page.locator('main form:has(> input[name="do"][value="accept"]) button'))).toBe(200);
      expect(new URL(page.url()).pathname).toBe(new URL(event.url).pathname);
      expect(await text(page)).toContain("21 h 30");
      await visitor.context.clearCookies();
    });

    await eventually(async () => (await beta.events({ q: title }))[0]?.start.startsWith(day(10)));
    await eventually(() => world.mail.messages.some((one) => one.to.includes(from) && one.text.includes("L’erreur est corrigée")));
    expect((await alpha.call<{ items: { title: string }[] }>("GET", "/queue?source=reports")).items.filter((one) => one.title === title)).toEqual([]);
  });

  test("by the API: what is proposed for a field, and what the author says", async () => {
    const event = await alpha.createEvent("bal", { title: "Bal au prix faux", start: `${day(9)}T20:00:00`, timezone: "Europe/Paris", price: "12 €" });
    await expect(alpha.call("POST", "/reports", { about: event.uri, reason: "wrong_fact", field: "price", value: "12 €" })).rejects.toMatchObject({ status: 422 });
    await alpha.call("POST", "/reports", { about: event.uri, reason: "wrong_fact", field: "price", value: "5 €" });
    const waiting = await alpha.call<{ id: string; object: string }[]>("GET", "/corrections");
    const one = waiting.find(({ object }) => object === event.id);
    expect(one).toMatchObject({ field: "price", was: "12 €", value: "5 €", state: "waiting" });
    await alpha.call("POST", `/corrections/${one?.id}/accept`, {});
    await expect(alpha.call("POST", `/corrections/${one?.id}/decline`, {})).rejects.toMatchObject({ status: 409 });
    expect(await alpha.call("GET", `/events/${event.id}`)).toMatchObject({ price: "5 €" });
  });
});
