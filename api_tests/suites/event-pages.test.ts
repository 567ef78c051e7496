/** One event in a browser: everything that can be typed is shown; copied, put off, called off and called on again. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day, instantOf } from "../harness/dates.ts";
import { fill, follow, press, settingsFor, submit, text, tidy, visiting } from "../harness/pages.ts";
import { png } from "../harness/png.ts";
import { World } from "../harness/world.ts";

const ORIGIN = "http://alpha.test";
const ADMIN = { host: "alpha.test" };

describe.each(engines())("the page of an event on %s", (engine) => {
  let world: World;
  let api: ApiClient;

  beforeAll(async () => {
    world = await World.start({ engine, instances: [{ sites: [{ host: "alpha.test", name: "Alpha" }] }] });
    api = await world.instance("alpha.test").api();
    await api.createAgenda("raffinerie", "La Raffinerie");
  });
  afterAll(() => world?.close());

  const named = async (title: string) => (await api.events({ q: title })).find((event) => event.title === title);

  test.each(settingsFor(engine))("all that was typed is on the page, for anybody ($width px, scripts $scripts)", async (setting) => {
    const title = `Evening of tales ${setting.tag}`;
    const address = await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ORIGIN}/@raffinerie/new`);
      await fill(page, {
        title, description: `Bring a **cushion**.\n\n    ${"a line as it was pasted ".repeat(9)}`, start_date: day(12), start_time: "20:30", end_time: "01:00", time_zone: "Europe/Paris",
        place_name: `Grange ${setting.tag}`, place_street: "3 rue du Puits", place_postal_code: "44260", place_locality: "Savenay", place_country: "France",
        place_latitude: "47,3605", place_longitude: "-1.9421", online_url: "https://meet.example/contes",
        price: "8 €, 5 € réduit", registration_url: "https://billets.example/contes", picture_alt: "Une grange bleue, la nuit.",
        category: "THEATRE", tags: `contes, #veillée, ${setting.tag}`, language: "en", status: "tentative", status_note: "Si la neige le permet.",
      });
      await page.locator('main [name="picture"]').setInputFiles({ name: "affiche.png", mimeType: "image/png", buffer: png(640, 400) });
      if (setting.scripts) await page.locator("main canvas").waitFor();
      expect(await press(page, "do", "publish")).toBe(200);
      expect(await text(page)).toContain("Publié. L’événement est visible dans l’agenda.");
      return page.url().split("?")[0] as string;
    }, ADMIN);

    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ORIGIN}/`);
      await follow(page, title);
      expect(page.url()).toBe(address);
      const shown = await text(page);
      for (const words of [
        title, "La Raffinerie", "20 h 30", `Grange ${setting.tag}`, "3 rue du Puits", "44260 Savenay", "France", "8 €, 5 € réduit",
        "Théâtre", "contes", "veillée", "Cet événement reste à confirmer.", "Si la neige le permet.", "cushion",
      ]) expect(shown.toLowerCase()).toContain(words.toLowerCase());
      expect(await page.locator("main h1").getAttribute("lang")).toBe("en");
      expect(await page.locator("main .prose strong").innerText()).toBe("cushion");
      const link = async (name: RegExp) => await page.locator("main").getByRole("link", { name }).getAttribute("href");
      expect(await link(/Rejoindre en ligne/)).toBe("https://meet.example/contes");
      expect(await link(/Réserver/)).toBe("https://billets.example/contes");
      expect(await link(/OpenStreetMap/)).toMatch(/47\.3605.*-1\.9421/);
      // The page may be read before its picture has come.
      await page.waitForLoadState("load");
      const picture = page.getByRole("img", { name: "Une grange bleue, la nuit." });
      expect(await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBeGreaterThan(300);
      await tidy(visitor, setting, "event");
    });
    // Past midnight without an end date is the night after.
    expect(await named(title)).toMatchObject({ status: "tentative", language: "en", category: "THEATRE", registration_url: "https://billets.example/contes" });
    expect(Date.parse((await named(title))?.end ?? "")).toBe(Date.parse(instantOf(day(13), "01:00")));
  });

  test.each(settingsFor(engine))("a place already known, whole days, free and full ($width px, scripts $scripts)", async (setting) => {
    const title = `Portes ouvertes ${setting.tag}`;
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ORIGIN}/@raffinerie/new`);
      await fill(page, { title, all_day: "on", start_date: day(14), end_date: day(15), place: `Grange ${setting.tag}, Savenay`, free: "on", sold_out: "on", online_url: "visio.example/salle" });
      if (setting.scripts) for (const name of ["start_time", "price", "place_name"]) expect(await page.locator(`main [name="${name}"]`).isVisible(), name).toBe(false);
      await press(page, "do", "publish");
      const shown = await text(page);
      for (const words of ["Gratuit", "Complet", `Grange ${setting.tag}`, "3 rue du Puits"]) expect(shown).toContain(words);
      expect(shown).not.toMatch(/\d\s?h\s?\d\d/);
      // The place is one and the same: its page shows both events.
      await follow(page, `Grange ${setting.tag}`);
      expect(await text(page)).toContain(title);
      expect(await text(page)).toContain(`Evening of tales ${setting.tag}`);
    }, ADMIN);
    expect(await named(title)).toMatchObject({ all_day: true, online_url: "https://visio.example/salle" });
  });

  test.each(settingsFor(engine))("a fault in each field that can have one is said beside it ($width px, scripts $scripts)", async (setting) => {
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ORIGIN}/@raffinerie/new`);
      await page.locator('main form:has([name="title"])').evaluate((form) => form.setAttribute("novalidate", ""));
      await fill(page, { title: "", start_time: "20:00", place_name: "Ici", place_latitude: "95", place_longitude: "-1.9", online_url: "javascript:alert(1)", registration_url: "http://", tags: "a".repeat(60) });
      expect(await press(page, "do", "publish")).toBe(422);
      const wrong = await page.locator('main [aria-invalid="true"]').evaluateAll((fields) => fields.map((field) => field.getAttribute("name")));
      expect(wrong.sort()).toEqual(["online_url", "place_latitude", "registration_url", "start_date", "tags", "title"]);
      // Each is described by its own sentence, and the folded groups with a fault are open.
      for (const name of wrong) expect(await page.locator(`main [name="${name}"]`).isVisible(), name ?? "").toBe(true);
      await tidy(visitor, setting);
    }, ADMIN);
  });

  test.each(settingsFor(engine))("copied, put off, called off, called on again ($width px, scripts $scripts)", async (setting) => {
    const title = `Bal ${setting.tag}`;
    const event = await api.createEvent("raffinerie", { title, start: `${day(8)}T20:00:00`, end: `${day(8)}T23:00:00`, timezone: "Europe/Paris", price: "5 €", place: { name: "Salle des fêtes" }, tags: ["bal"] });
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(event.url);
      await follow(page, "Dupliquer");
      expect(await page.locator('main [name="price"]').inputValue()).toBe("5 €");
      await fill(page, { title: `Second ${title}`, start_date: day(9), end_date: day(9) });
      expect(await press(page, "do", "publish")).toBe(200);
      expect(page.url()).not.toContain(event.id);
      for (const words of [`Second ${title}`, "Salle des fêtes", "5 €", "bal"]) expect(await text(page)).toContain(words);

      // Put off to a day that is known: the length stays, the old date is told.
      await visitor.visit(event.url);
      await follow(page, "Reporter");
      expect.soft(await text(page, "main h1")).toBe(`Reporter « ${title} »`);
      await tidy(visitor, setting, "event-postpone");
      await fill(page, { start_date: day(10), start_time: "19:00" });
      expect(await submit(page)).toBe(200);
      expect(await text(page)).toContain("Événement reporté. Les abonnés sont prévenus.");
      expect(await text(page)).toMatch(/19\sh\s.*22\sh/);
      expect(await text(page)).toMatch(/Prévu auparavant : .*20\sh/);
      // Put off to nobody knows when.
      await follow(page, "Reporter");
      await fill(page, { note: "La salle a brûlé." });
      await submit(page);
      expect(await text(page)).toContain("Cet événement est reporté. La salle a brûlé.");

      await follow(page, "Annuler l’événement");
      expect.soft(await text(page, "main h1")).toBe(`Annuler « ${title} » ?`);
      await fill(page, { note: "Plus de salle." });
      await submit(page);
      expect(await text(page)).toContain("Cet événement est annulé. Plus de salle.");
      await tidy(visitor, setting, "event-cancelled");
      expect((await named(title))?.status).toBe("cancelled");

      await submit(page, 'form[action$="/restore"] button');
      expect(await text(page)).not.toContain("Cet événement est annulé");
      expect(await text(page)).toContain("L’événement a de nouveau lieu.");
      await follow(page, "Supprimer");
      expect.soft(await text(page, "main h1")).toBe(`Supprimer « ${title} » ?`);
      await follow(page, "Ne rien changer");
      expect(page.url()).toBe(event.url);
    }, ADMIN);
    expect(await named(title)).toMatchObject({ status: "confirmed", start: expect.stringContaining(day(10)) });
    expect(await named(`Second ${title}`)).toMatchObject({ status: "confirmed", start: expect.stringContaining(day(9)) });
  });

  test.each(settingsFor(engine))("looked at before, kept as a draft, published later ($width px, scripts $scripts)", async (setting) => {
    const title = `Assemblée ${setting.tag}`;
    const address = await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ORIGIN}/@raffinerie/new`);
      await fill(page, { title, description: "Un mot.", start_date: day(11), start_time: "18:00", category: "MEETING" });
      expect(await press(page, "do", "preview")).toBe(200);
      expect(await text(page, "main .preview")).toContain(title);
      // Nothing in it leads away from what was typed, or says that it was kept.
      for (const words of ["Brouillon", "Ajouter à mon calendrier"]) expect.soft(await text(page, "main .preview")).not.toContain(words);
      await tidy(visitor, setting, "event-preview");
      expect(await press(page, "do", "draft")).toBe(200);
      expect(await text(page)).toContain("Brouillon : vous seul voyez cette page.");
      return page.url().split("?")[0] as string;
    }, ADMIN);
    await visiting(world, setting, async (visitor) => {
      expect((await visitor.visit(address)).status()).toBe(404);
    });
    expect(await api.events({ q: title })).toEqual([]);
    await visiting(world, setting, async (visitor) => {
      await visitor.visit(address);
      await follow(visitor.page, "Modifier");
      expect(await press(visitor.page, "do", "publish")).toBe(200);
    }, ADMIN);
    await visiting(world, setting, async (visitor) => {
      expect((await visitor.visit(address)).status()).toBe(200);
      expect(await text(visitor.page)).toContain(title);
    });
  });
});
