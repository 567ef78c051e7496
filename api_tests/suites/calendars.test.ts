/** Calendars in a browser: a file sent, an address subscribed to, and every list taken away as a calendar or a feed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import type { ApiClient } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { eventually } from "../harness/eventually.ts";
import { entry, readCalendar, writeCalendar } from "../harness/ics.ts";
import { fill, follow, press, settingsFor, submit, text, tidy, visiting } from "../harness/pages.ts";
import { png } from "../harness/png.ts";
import { World } from "../harness/world.ts";

const ORIGIN = "http://alpha.test";
const ADMIN = { host: "alpha.test" };

describe.each(engines())("calendars on %s", (engine) => {
  let world: World;
  let api: ApiClient;

  beforeAll(async () => {
    world = await World.start({ engine, peers: [{ host: "lieu.test" }], instances: [{ sites: [{ host: "alpha.test", name: "Alpha" }] }] });
    api = await world.instance("alpha.test").api();
    await api.createAgenda("raffinerie", "La Raffinerie");
    await api.createAgenda("voisine", "La Voisine");
    for (const { tag } of settingsFor(engine)) await api.createAgenda(`imports${tag}`, `Imports ${tag}`);
    const place = { name: "Salle des fêtes", city: "Savenay" };
    const at = (ahead: number) => ({ start: `${day(ahead)}T20:00:00`, timezone: "Europe/Paris" });
    await api.createEvent("raffinerie", { title: "Bal; folk, et plus", ...at(5), place, tags: ["bal", "fête d’été"] });
    await api.createEvent("raffinerie", { title: "Loto", ...at(6), place });
    await api.createEvent("voisine", { title: "Bal musette", ...at(7), tags: ["bal"] });
  });
  afterAll(() => world?.close());

  test.each(settingsFor(engine))("a file is sent: what was taken is counted, what was refused is named with its reason ($width px, scripts $scripts)", async (setting) => {
    const { tag } = setting;
    const file = writeCalendar(
      entry(`a-${tag}`, `Veillée ${tag}`, day(9)), entry(`b-${tag}`, `Marché ${tag}`, day(10), "09:00"),
      ["BEGIN:VEVENT", `UID:c-${tag}`, "SUMMARY:Un jour\\, peut-être", "END:VEVENT"],
      ["BEGIN:VEVENT", `UID:d-${tag}`, "DTSTART:demain", "SUMMARY:Mal daté", "END:VEVENT"],
      ["BEGIN:VTODO", `UID:e-${tag}`, "SUMMARY:Ranger", "END:VTODO"],
    );
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ORIGIN}/@imports${tag}`);
      await follow(page, "Importer un calendrier");
      // Nothing chosen is said at the field.
      expect(await press(page, "do", "upload")).toBe(422);
      await page.locator('main [name="file"]').setInputFiles({ name: "salle.ics", mimeType: "text/calendar", buffer: Buffer.from(file) });
      expect(await press(page, "do", "upload")).toBe(200);
      const report = await text(page, "main section");
      for (const line of [
        "salle.ics", "4 événements dans le calendrier", "2 événements ajoutés", "2 événements refusés", "1 élément ignoré, qui n’est pas un événement",
        "« Un jour, peut-être » : pas de début", "« Mal daté » : le début n’est pas une date",
      ]) expect(report).toContain(line);
      await tidy(visitor, setting, "import");
      // The same file again adds nothing.
      await page.locator('main [name="file"]').setInputFiles({ name: "salle.ics", mimeType: "text/calendar", buffer: Buffer.from(file) });
      await press(page, "do", "upload");
      expect(await text(page)).toContain("2 événements inchangés");
      // Something that is no calendar is refused as a whole.
      await page.locator('main [name="file"]').setInputFiles({ name: "photo.ics", mimeType: "text/calendar", buffer: png(8, 8) });
      await press(page, "do", "upload");
      expect(await text(page)).toContain("ce n’est pas un fichier iCalendar");
    }, ADMIN);
    await visiting(world, setting, async (visitor) => {
      await visitor.visit(`${ORIGIN}/@imports${tag}`);
      for (const title of [`Veillée ${tag}`, `Marché ${tag}`]) expect(await text(visitor.page)).toContain(title);
      expect(await text(visitor.page)).not.toContain("Mal daté");
    });
  });

  test.each(settingsFor(engine))("an address is subscribed to: a change follows, a deletion is a cancellation ($width px, scripts $scripts)", async (setting) => {
    const { tag } = setting;
    const serve = (...events: string[][]) => world.peer("lieu.test").serve(`/agenda-${tag}.ics`, writeCalendar(...events), 200, "text/calendar");
    const address = serve(entry(`1-${tag}`, `Concert ${tag}`, day(11)), entry(`2-${tag}`, `Projection ${tag}`, day(12)));
    const has = async (title: string, status = "confirmed") =>
      await eventually(async () => (await api.events({ q: title })).some((event) => event.title === title && event.status === status));
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ORIGIN}/@imports${tag}/import`);
      await page.locator('main form:has([name="url"])').evaluate((form) => form.setAttribute("novalidate", ""));
      await fill(page, { url: "ftp://lieu.test/agenda.ics" });
      expect(await press(page, "do", "subscribe")).toBe(422);
      await fill(page, { url: address });
      expect(await press(page, "do", "subscribe")).toBe(200);
      expect(await text(page)).toContain("Calendrier ajouté. Il sera relu régulièrement.");
      await has(`Concert ${tag}`);
      await has(`Projection ${tag}`);

      serve(entry(`1-${tag}`, `Grand concert ${tag}`, day(11)));
      const source = (part = "") => page.locator("main section", { hasText: `agenda-${tag}.ics` }).locator(part || "xpath=.");
      expect(await submit(page, source('button[value="check"]'))).toBe(200);
      await has(`Grand concert ${tag}`);
      await has(`Projection ${tag}`, "cancelled");
      await visitor.visit(`${ORIGIN}/@imports${tag}/import`);
      for (const line of ["1 événement modifié", "1 événement disparu du calendrier, marqué annulé"]) expect(await text(page, source())).toContain(line);

      // The address gone, the reason is shown, and the subscription ends with a button.
      world.peer("lieu.test").serve(`/agenda-${tag}.ics`, "", 404, "text/plain");
      await submit(page, source('button[value="check"]'));
      await eventually(async () => {
        await visitor.visit(`${ORIGIN}/@imports${tag}/import`);
        return (await text(page, source())).includes("La dernière lecture a échoué : L’autre serveur a répondu 404.");
      });
      await submit(page, source('button[value="end"]'));
      expect(await text(page)).toContain("Calendrier retiré.");
      expect(await source().count()).toBe(0);
    }, ADMIN);
    await visiting(world, setting, async (visitor) => {
      await visitor.visit(`${ORIGIN}/@imports${tag}`);
      expect(await text(visitor.page, `article:has-text("Projection ${tag}")`)).toContain("Annulé");
      expect(await text(visitor.page)).toContain(`Grand concert ${tag}`);
    });
  });

  /** Follows the page's links to its calendar and its feed, and reads which events are in them. */
  const taken = async (page: Page): Promise<{ calendar: string[]; feed: string[] }> => {
    const href = async (name: RegExp) => new URL((await page.locator(".keep").getByRole("link", { name }).getAttribute("href")) ?? "", page.url()).href;
    const [ics, atom] = await Promise.all([fetch(await href(/S’abonner dans son calendrier/)), fetch(await href(/Suivre par flux Atom/))]);
    expect(ics.headers.get("content-type")).toMatch(/^text\/calendar/);
    expect(atom.headers.get("content-type")).toMatch(/^application\/atom\+xml/);
    const xml = await atom.text();
    // The browser's own parser says whether the feed is well-formed; Node has none.
    const entries = [...xml.matchAll(/<entry>.*?<title[^>]*>(.*?)<\/title>/gs)].map((match) => match[1] ?? "");
    return { calendar: readCalendar(await ics.text()).map((event) => event.summary), feed: entries };
  };

  test.each(settingsFor(engine))("site, agenda, place, tag and search are calendars and feeds, by a link on their page ($width px, scripts $scripts)", async (setting) => {
    const [bal, loto, musette] = ["Bal; folk, et plus", "Loto", "Bal musette"];
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      const both = async (...titles: string[]) => {
        const { calendar, feed } = await taken(page);
        const ours = (list: string[]) => list.filter((title) => [bal, loto, musette].includes(title)).sort();
        expect({ calendar: ours(calendar), feed: ours(feed) }, page.url()).toEqual({ calendar: titles.sort(), feed: titles.sort() });
      };
      await visitor.visit(`${ORIGIN}/`);
      await both(bal, loto, musette);
      await visitor.visit(`${ORIGIN}/@raffinerie`);
      await both(bal, loto);
      await follow(page, bal);
      const one = await page.getByRole("link", { name: "Ajouter à mon calendrier" }).getAttribute("href");
      expect(readCalendar(await (await fetch(ORIGIN + one)).text()).map(({ summary }) => summary)).toEqual([bal]);
      await follow(page, "Salle des fêtes");
      await both(bal, loto);
      await visitor.visit(`${ORIGIN}/`);
      await follow(page, "#bal");
      await both(bal, musette);
      await visitor.visit(`${ORIGIN}/tags/bal`);
      await both(bal, musette);
      await visitor.visit(`${ORIGIN}/`);
      await page.locator("main .filters summary").click();
      await fill(page, { q: "MUSETTE" });
      await submit(page, 'main .filters form button[type="submit"]');
      await both(musette);
      // A tag with an accent and an apostrophe is an address like another.
      await visitor.visit(`${ORIGIN}/`);
      await follow(page, "#fête d’été");
      await both(bal);
    });
  });

  test.each(settingsFor(engine))("the agenda inside another site, without script or cookie ($width px, scripts $scripts)", async (setting) => {
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ORIGIN}/`);
      await submit(page, 'footer a[href="/embed"]');
      const code = await page.locator("main code").innerText();
      await tidy(visitor, setting);
      const host = world.peer("lieu.test").serve("/page", `<!doctype html><title>Lieu</title><link rel="icon" href="data:,">${code}`, 200, "text/html");
      await visitor.visit(host);
      const inside = page.frameLocator("iframe");
      await inside.getByRole("link", { name: "Loto" }).waitFor();
      expect(await inside.locator("script").count()).toBe(0);
      expect(await inside.getByRole("link", { name: "Loto" }).getAttribute("target")).toBe("_blank");
      expect(await visitor.cookies()).toEqual([]);
      // An agenda alone has an address of the same kind.
      await visitor.visit(`${ORIGIN}/embed/@voisine`);
      expect(await text(page, "body")).toContain("Bal musette");
      expect(await text(page, "body")).not.toContain("Loto");
      await tidy(visitor, setting, "embed");
    });
  });

  test("what an event's page says to machines: JSON-LD and Open Graph, with the picture", async () => {
    const address = await visiting(world, { width: 1280, scripts: false, tag: "1280n" }, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ORIGIN}/@voisine/new`);
      await fill(page, {
        title: "Ciné </script> plein air", description: "Un film.", start_date: day(13), start_time: "21:30", end_time: "23:30", place_name: "Pré", place_locality: "Savenay",
        place_latitude: "47.36", place_longitude: "-1.94", price: "4 €", registration_url: "https://billets.example/", picture_alt: "Un écran.",
      });
      await page.locator('main [name="picture"]').setInputFiles({ name: "a.png", mimeType: "image/png", buffer: png(1300, 700) });
      expect(await press(page, "do", "publish")).toBe(200);
      return page.url().split("?")[0] as string;
    }, ADMIN);
    await visiting(world, { width: 1280, scripts: true, tag: "1280" }, async ({ page }) => {
      await page.goto(address);
      const data = JSON.parse((await page.locator('script[type="application/ld+json"]').textContent()) ?? "");
      expect(data).toMatchObject({
        "@context": "https://schema.org", "@type": "Event", name: "Ciné </script> plein air", url: address,
        eventStatus: "https://schema.org/EventScheduled", eventAttendanceMode: "https://schema.org/OfflineEventAttendanceMode",
        location: { "@type": "Place", name: "Pré", address: { addressLocality: "Savenay" }, geo: { latitude: 47.36, longitude: -1.94 } },
        organizer: { name: "La Voisine" }, offers: { url: "https://billets.example/" },
      });
      const meta = async (name: string) => await page.locator(`meta[property="${name}"]`).getAttribute("content");
      expect(await meta("og:title")).toBe("Ciné </script> plein air");
      expect(await meta("og:url")).toBe(address);
      expect(await meta("og:image:alt")).toBe("Un écran.");
      const picture = await fetch((await meta("og:image")) ?? "");
      expect(picture.headers.get("content-type")).toMatch(/^image\//);
      expect(data.image).toBeDefined();
    });
  });
});
