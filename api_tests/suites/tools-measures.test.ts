/** The tools of moderation, row by row: what is decided of publications and people. Each on the pages and by the API. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient, type EventView } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { eventually } from "../harness/eventually.ts";
import { AP, Desk, PASSWORD, tokenOf } from "../harness/moderation.ts";
import { fill, press, submit, text } from "../harness/pages.ts";
import { png } from "../harness/png.ts";
import { World } from "../harness/world.ts";

const [ALPHA, PEER] = ["http://alpha.test", "peer.test"];
const BAL = `${ALPHA}/@bal`;

describe.each(engines())("the tools of decisions on %s", (engine) => {
  let world: World;
  let alpha: Desk;
  let beta: Desk;
  let lea: ApiClient;
  let noe: ApiClient;
  let nina: string;

  beforeAll(async () => {
    world = await World.start({ engine, mail: true, peers: [{ host: PEER }], instances: [{ sites: [{ host: "alpha.test" }] }, { sites: [{ host: "beta.test" }] }] });
    [alpha, beta] = [await Desk.open(world, "alpha.test", engine), await Desk.open(world, "beta.test", engine)];
    for (const { api } of [alpha, beta]) await api.call("PATCH", "/follow-rules", { policy: "automatic" });
    [lea, noe] = (await Promise.all(["lea", "noe", "nina", "tom"].map((name) => alpha.join(name)))) as [ApiClient, ApiClient];
    nina = `account:${await alpha.account("nina")}`;
    await lea.createAgenda("bal", "Le bal");
    await (await alpha.signIn("nina")).createAgenda("ateliers", "Les ateliers");
    await beta.api.follow("@bal@alpha.test");
    await beta.api.follow(world.peer(PEER).handle("guilde"));
    await world.peer(PEER).follow(BAL, "ada");
    await eventually(async () => (await beta.api.follows()).every((one) => one.state === "accepted") && world.peer(PEER).followState(BAL, "ada") === "accepted");
  });
  afterAll(() => world?.close());

  /** An event of the agenda, once the server that follows has it. */
  const published = async (title: string): Promise<EventView> => {
    const event = await alpha.event(lea, "bal", title);
    await eventually(async () => (await beta.titles(title)).length === 1);
    return event;
  };
  /** One that nobody else has to have. */
  const made = async (title: string): Promise<EventView> => await alpha.event(lea, "bal", title);
  const elsewhere = async (title: string, there: boolean) => await eventually(async () => (await beta.titles(title)).length === (there ? 1 : 0));
  const letterTo = async (name: string, ...words: string[]) => await alpha.told(alpha.email(name), ...words);
  /** The agenda's key, as a case about it names it. */
  const bal = async (): Promise<string> => {
    await noe.call("POST", "/reports", { about: BAL, reason: "spam" });
    const { id, target_id } = await alpha.caseOf("Le bal");
    await alpha.api.call("POST", `/cases/${id}/close`, { outcome: "dismissed" });
    return `actor:${target_id}`;
  };
  const picture = (colour: [number, number, number]): string => {
    const path = join(mkdtempSync(join(tmpdir(), "tools-")), "affiche.png");
    writeFileSync(path, png(640, 400, colour));
    return path;
  };
  /** Typed and illustrated on the page; gives the event and the address of its picture. */
  const illustrated = async (title: string, colour: [number, number, number]): Promise<[EventView, string]> => {
    await alpha.page(async ({ page }) => {
      await page.goto(`${BAL}/new`);
      await fill(page, { title, start_date: day(9), start_time: "20:00", picture: picture(colour), picture_alt: "Une affiche" });
      expect(await press(page, "do", "publish"), await text(page)).toBe(200);
    }, "lea");
    const [event] = await alpha.api.events({ q: title });
    const file = /class="poster" src="([^"]+)"/.exec(await alpha.read(event?.url ?? ""))?.[1] ?? "";
    expect(await alpha.status(file)).toBe(200);
    return [event as EventView, file];
  };

  test('section 8, "warning with record (strike)": a letter and a line that stays, and nothing else changes', async () => {
    const event = await made("Bal averti");
    await alpha.takeByPage({ on: `object:${event.id}`, kind: "warn", words: "Une fois suffit." });
    await alpha.takeByApi({ on: nina, kind: "warn", reason: "harassment", words: "Restez aimable." });
    await letterTo("lea", "« Bal averti »", "avertissement", "Une fois suffit.");
    await letterTo("nina", "« nina »", "avertissement", "Restez aimable.");
    expect(await alpha.history(nina)).toContain("Avertissement");
    const deeds = (await alpha.record()).filter((one) => one.action === "measure_taken" && one.detail["kind"] === "warn");
    expect(deeds.map((one) => one.target).sort()).toEqual([nina, event.uri].sort());
    expect(await alpha.titles("Bal averti")).toEqual(["Bal averti"]);
    await alpha.event(await alpha.signIn("nina"), "ateliers", "Atelier permis");
    // A warning is for people of ours.
    await expect(alpha.takeByApi({ on: `host:${PEER}`, kind: "warn", words: "Attention." })).rejects.toMatchObject({ status: 422 });
  });

  test('section 8, "limit (visible to followers only)": no list shows the agenda, who follows it still gets all', async () => {
    const on = await bal();
    const event = await published("Bal discret");
    let number = 0;
    await alpha.bothWays({ on, kind: "unlist" }, async (holds) => {
      expect(await alpha.titles("Bal discret")).toEqual(holds ? [] : ["Bal discret"]);
      for (const path of ["/", "/agenda.ics", "/agenda.atom"]) expect((await alpha.read(path)).includes("Bal discret"), path).toBe(!holds);
      expect(await alpha.status(event.url), "its address is known to whoever has it").toBe(200);
      expect(await alpha.status(event.uri, AP)).toBe(200);
      const next = `Nouveauté ${++number}`;
      await alpha.event(lea, "bal", next);
      await elsewhere(next, true);
      expect(await beta.titles("Bal discret")).toEqual(["Bal discret"]);
    });
  });

  test('section 8, "freeze (no action, content stays)": nothing new from the person, and what is there stays', async () => {
    const her = await alpha.signIn("nina");
    const event = await alpha.event(her, "ateliers", "Atelier gelé");
    let number = 0;
    await alpha.bothWays({ on: nina, kind: "freeze", words: "Le temps de parler." }, async (holds) => {
      const tried = alpha.event(her, "ateliers", `Atelier neuf ${++number}`);
      await (holds ? expect(tried).rejects.toThrow(/: 40[34] /) : tried);
      const form = await alpha.page(async (visitor) => (await visitor.visit(`${ALPHA}/@ateliers/new`)).status(), "nina");
      expect(form >= 400, `the form answers ${form}`).toBe(holds);
      expect(await alpha.status(event.url)).toBe(200);
      expect(await alpha.titles("Atelier gelé")).toEqual(["Atelier gelé"]);
    });
    await letterTo("nina", "« nina » ne peut plus rien publier", "Le temps de parler.");
  });

  test('section 8, "suspend, reversible 30 days": an agenda and an account are out of sight, and come back whole', async () => {
    const on = await bal();
    const event = await published("Bal suspendu");
    await alpha.bothWays({ on, kind: "suspend", days: 30 }, async (holds) => {
      expect(await alpha.titles("Bal suspendu")).toEqual(holds ? [] : ["Bal suspendu"]);
      for (const path of [event.url, BAL]) expect((await alpha.status(path)) >= 400, path).toBe(holds);
      for (const id of [event.uri, BAL]) expect((await alpha.status(id, AP)) >= 400, id).toBe(holds);
      if (!holds) return;
      const held = (await alpha.measures()).find((one) => one.kind === "suspend");
      expect(Math.round((Date.parse(held?.ends_at ?? "") - Date.now()) / 86_400_000)).toBe(30);
    });
    const atelier = await alpha.event(await alpha.signIn("nina"), "ateliers", "Atelier suspendu");
    await alpha.bothWays({ on: nina, kind: "suspend", words: "Compte volé ?" }, async (holds) => {
      const entry = ApiClient.signIn(ALPHA, alpha.email("nina"), PASSWORD);
      if (holds) await expect(entry.then((her) => alpha.event(her, "ateliers", "Malgré tout"))).rejects.toThrow(/: 40[134] /);
      else await entry;
      expect((await alpha.status(atelier.url)) >= 400).toBe(holds);
    });
    await letterTo("nina", "« nina » est suspendu", "Compte volé ?");
  });

  test('section 8, "sanctions with an end date": the page takes days and the API an instant, and it ends by itself', async () => {
    const [long, short] = [await made("Bal puni un jour"), await published("Bal puni un instant")];
    const refused = await alpha.page(async ({ page }) => {
      await page.goto(`${ALPHA}/admin/measures/new?on=object:${long.id}`);
      await fill(page, { kind: "unlist", reason: "spam", days: "0" }, 'main form[action="/admin/measures"]');
      return await submit(page, 'main form[action="/admin/measures"] button.button');
    });
    expect(refused).toBe(422);
    await expect(alpha.takeByApi({ on: `object:${short.id}`, kind: "remove", days: -1 })).rejects.toMatchObject({ status: 422 });
    const id = await alpha.takeByPage({ on: `object:${long.id}`, kind: "unlist", days: 1 });
    await letterTo("lea", "« Bal puni un jour »", "Cette décision prend fin le");
    expect(await alpha.titles("Bal puni un jour")).toEqual([]);
    await alpha.takeByApi({ on: `object:${short.id}`, kind: "remove", days: 4 / 86_400 });
    expect(await alpha.titles("Bal puni un instant")).toEqual([]);
    await elsewhere("Bal puni un instant", false);
    await eventually(async () => (await alpha.titles("Bal puni un instant")).length === 1);
    expect(await alpha.status(short.uri, AP)).toBe(200);
    await letterTo("lea", "« Bal puni un instant »", "arrivée à son terme");
    expect((await alpha.record()).filter((one) => one.target === short.uri).map((one) => one.action)).toEqual(["measure_ended", "measure_taken"]);
    expect((await alpha.measures()).map((one) => one.id)).toContain(id);
    await alpha.undoByPage(id);
    expect(await alpha.titles("Bal puni un jour")).toEqual(["Bal puni un jour"]);
  });

  test('section 8, "remove content, restore": gone from here and from who follows; back here, and said again', async () => {
    const event = await published("Bal effaçable");
    const said = (type: string) => world.peer(PEER).receivedOf(type, (one) => JSON.stringify(one.json).includes(event.uri)).length;
    const note = await world.peer(PEER).reply(event.uri, "<p>Une réponse de trop.</p>", BAL);
    await eventually(async () => (await alpha.read(event.url)).includes("Une réponse de trop"));
    await noe.call("POST", "/reports", { about: note.id?.href, reason: "harassment" });
    const comment = await alpha.caseOf("Une réponse de trop");
    await alpha.bothWays({ on: `comment:${comment.target_id}`, kind: "remove", reason: "harassment" }, async (holds) => {
      expect((await alpha.read(event.url)).includes("Une réponse de trop")).toBe(!holds);
    });
    await alpha.bothWays({ on: `object:${event.id}`, kind: "remove" }, async (holds) => {
      expect(await alpha.titles("Bal effaçable")).toEqual(holds ? [] : ["Bal effaçable"]);
      expect(await alpha.status(event.url)).toBe(holds ? 404 : 200);
      expect((await alpha.status(event.uri, AP)) >= 400).toBe(holds);
      // Whoever deleted it takes that back: it is there again.
      await elsewhere("Bal effaçable", !holds);
    });
    await eventually(() => said("Delete") === 2 && said("Undo") === 2 && said("Create") === 3);
    await letterTo("lea", "« Bal effaçable »", "a été retiré du site");
  });

  test('section 8, "purge with media": nothing of the event or of its picture is served, and it does not come back', async () => {
    const [first, one] = await illustrated("Bal purgé", [200, 40, 40]);
    const [second, other] = await illustrated("Bal purgé aussi", [40, 200, 40]);
    const [kept, poster] = await illustrated("Bal gardé", [40, 40, 200]);
    const purges = [await alpha.takeByPage({ on: `object:${first.id}`, kind: "purge" }), await alpha.takeByApi({ on: `object:${second.id}`, kind: "purge" })];
    for (const [event, file] of [[first, one], [second, other]] as const) {
      expect(await alpha.status(file), file).toBe(404);
      expect((await alpha.status(event.url)) >= 404).toBe(true);
      expect(await alpha.status(event.uri, AP)).toBe(410);
      expect(await (await fetch(event.uri, AP)).json()).toMatchObject({ type: "Tombstone", id: event.uri });
    }
    expect(await alpha.titles("Bal purgé")).toEqual([]);
    for (const id of purges) await expect(alpha.undoByApi(id)).rejects.toMatchObject({ status: 422 });
    expect(await alpha.status(kept.url)).toBe(200);
    expect(await alpha.status(poster)).toBe(200);
  });

  test('section 8, "purge also sends a removal": who followed hears of it and shows it no more; what came from elsewhere goes here alone', async () => {
    const peer = world.peer(PEER);
    const [first, second] = [await published("Bal rappelé"), await published("Bal rappelé aussi")];
    await alpha.takeByPage({ on: `object:${first.id}`, kind: "purge" });
    await alpha.takeByApi({ on: `object:${second.id}`, kind: "purge" });
    for (const event of [first, second]) {
      await eventually(() => peer.receivedOf("Delete", (one) => JSON.stringify(one.json).includes(event.uri)).length === 1);
      await elsewhere(event.title, false);
    }
    const fair = await peer.publishEvent({ name: "Foire purgée", startTime: `${day(12)}T10:00:00Z` });
    await elsewhere("Foire purgée", true);
    const [shown] = await beta.api.events({ q: "Foire purgée" });
    const before = peer.receipts.length;
    await beta.takeByApi({ on: `object:${shown?.id}`, kind: "purge" });
    await elsewhere("Foire purgée", false);
    expect(await beta.status(`/e/${shown?.id}`)).toBeGreaterThanOrEqual(404);
    expect(peer.receipts.length, "nothing is asked of its own server").toBe(before);
    expect(fair.id).not.toBeNull();
  });

  test('section 8, "lock a discussion": no reply comes in while it is locked', async () => {
    const [event, open] = [await made("Débat clos"), await made("Débat ouvert")];
    const refused: string[] = [];
    let number = 0;
    await alpha.bothWays({ on: `object:${event.id}`, kind: "lock" }, async (holds) => {
      const words = `Réplique ${++number}`;
      await world.peer(PEER).reply(event.uri, `<p>${words}.</p>`, BAL);
      if (!holds) return void (await eventually(async () => (await alpha.read(event.url)).includes(words)));
      // What one server sends is read in its order: with the second reply shown, the first was read.
      await world.peer(PEER).reply(open.uri, `<p>${words}.</p>`, BAL);
      await eventually(async () => (await alpha.read(open.url)).includes(words));
      refused.push(words);
    });
    const shown = await alpha.read(event.url);
    for (const words of refused) expect(shown).not.toContain(words);
    expect(refused).toHaveLength(2);
  });

  test('section 8, "force sensitive or content flag": the picture is shown to who asks, and followers are told', async () => {
    const [event, file] = await illustrated("Bal osé", [90, 20, 90]);
    await alpha.bothWays({ on: `object:${event.id}`, kind: "sensitive", reason: "sensitive" }, async (holds) => {
      expect(/<details><summary>[^<]+<\/summary><img class="poster"/.test(await alpha.read(event.url))).toBe(holds);
      expect(await alpha.status(file), "who asks sees it").toBe(200);
      const document = (await (await fetch(event.uri, AP)).json()) as { sensitive?: boolean };
      expect(document.sensitive ?? false).toBe(holds);
    });
    // Each change is said to who follows.
    const marked = (one: { json: Record<string, unknown> }) => (one.json["object"] as { sensitive?: boolean }).sensitive === true;
    const updates = () => world.peer(PEER).receivedOf("Update", (one) => JSON.stringify(one.json).includes(event.uri));
    await eventually(() => updates().length === 4);
    expect(updates().filter(marked)).toHaveLength(2);
  });

  test('section 8, "moderators of a sub-community": who organises an agenda hides its replies and keeps its events, and nothing beyond it', async () => {
    await lea.createAgenda("salon", "Salon");
    await alpha.page(async ({ page }) => {
      await page.goto(`${ALPHA}/agendas/salon/people`);
      await fill(page, { email: alpha.email("tom") });
      expect(await press(page, "do", "invite")).toBe(200);
    }, "lea");
    const letter = await letterTo("tom", "Salon");
    await alpha.page(async ({ page }) => {
      await page.goto(`${ALPHA}/invitation?token=${tokenOf(letter, "/invitation")}`);
      expect(await submit(page), await text(page)).toBe(200);
    }, "tom");
    const tom = await alpha.signIn("tom");
    const [ours, other] = [await alpha.event(lea, "salon", "Salon bavard"), await made("Bal bavard")];
    for (const [event, author] of [[ours, `${ALPHA}/@salon`], [other, BAL]] as const) {
      await world.peer(PEER).reply(event.uri, "<p>Bavardage.</p>", author);
      await eventually(async () => (await alpha.read(event.url)).includes("Bavardage"));
    }
    await alpha.page(async ({ page }) => {
      await page.goto(ours.url);
      expect(await press(page, "do", "hide")).toBe(200);
      await page.goto(other.url);
      expect(await page.locator('main button[name="do"][value="hide"]').count()).toBe(0);
    }, "tom");
    expect(await alpha.read(ours.url)).not.toContain("Bavardage");
    expect(await alpha.read(other.url)).toContain("Bavardage");
    // The same by the API, as far as it goes.
    type Replies = { items: { id: string; content: string }[] };
    const replies = async (event: string) => (await tom.call<Replies>("GET", `/events/${event}/comments`)).items;
    expect(await replies(ours.id)).toEqual([]);
    await world.peer(PEER).reply(ours.uri, "<p>Rumeur.</p>", `${ALPHA}/@salon`);
    const rumour = await eventually(async () => (await replies(ours.id))[0]);
    for (const [word, shown] of [["hide", false], ["show", true], ["hide", false]] as const) {
      await tom.call("POST", `/events/${ours.id}/comments/${rumour.id}/${word}`, {});
      expect((await alpha.read(ours.url)).includes("Rumeur.")).toBe(shown);
    }
    const [foreign] = await replies(other.id);
    await expect(tom.call("POST", `/events/${other.id}/comments/${foreign?.id}/hide`, {})).rejects.toMatchObject({ status: 403 });
    await expect(tom.call("POST", "/agendas/salon/people", { email: alpha.email("ada") })).rejects.toMatchObject({ status: 403 });
    await lea.call("POST", "/agendas/salon/people", { email: alpha.email("ada") });
    const people = await lea.call<{ items: { name: string; role: string }[] }>("GET", "/agendas/salon/people");
    expect(people.items.map((one) => one.role).sort()).toEqual(["invited", "organiser", "owner"]);
    await tom.updateEvent(ours.id, { title: "Salon apaisé" });
    expect(await alpha.titles("Salon apaisé")).toEqual(["Salon apaisé"]);
    await expect(tom.updateEvent(other.id, { title: "Le mien" })).rejects.toThrow(/: 40[34] /);
    await expect(tom.call("GET", "/queue")).rejects.toMatchObject({ status: 403 });
  });
});
