/** People's own tools between servers: a block that the other server feels, data taken along, an erasure that reaches it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "../harness/api.ts";
import { Visitor } from "../harness/browser.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { eventually, never } from "../harness/eventually.ts";
import { fill, follow, signIn, submit, text } from "../harness/pages.ts";
import { World } from "../harness/world.ts";

const ALPHA = "http://alpha.test";
const [EMAIL, PASSWORD] = ["zoe@example.org", "une-phrase-de-passe-facile"];
const AP = { headers: { accept: "application/activity+json" } };

describe.each(engines())("people's own tools on %s", (engine) => {
  let world: World;
  let zoe: ApiClient;
  let beta: ApiClient;
  let gamma: ApiClient;

  beforeAll(async () => {
    world = await World.start({
      engine,
      instances: [{ sites: [{ host: "alpha.test" }] }, { sites: [{ host: "beta.test" }] }, { sites: [{ host: "gamma.test" }] }],
    });
    const visitor = await Visitor.open(await world.browser(), { scripts: false });
    await visitor.visit(`${ALPHA}/signup`);
    await fill(visitor.page, { name: "Zoé", email: EMAIL, password: PASSWORD });
    expect(await submit(visitor.page)).toBeLessThan(400);
    await visitor.close();
    zoe = await ApiClient.signIn(ALPHA, EMAIL, PASSWORD);
    beta = await world.instance("beta.test").api();
    gamma = await world.instance("gamma.test").api();
    await zoe.createAgenda("jardin", "Le jardin");
    for (const api of [beta, gamma]) {
      await api.follow("@jardin@alpha.test");
      await eventually(async () => (await api.follows())[0]?.state === "accepted");
    }
  });
  afterAll(() => world?.close());

  const publish = async (title: string) =>
    await zoe.createEvent("jardin", { title, start: `${day(9)}T20:00:00`, timezone: "Europe/Paris", tags: ["folk"] });
  const sound = async (visitor: Visitor) => {
    expect(await visitor.seriousFindings()).toEqual([]);
    expect(await visitor.scrollsSideways()).toBe(false);
  };
  const has = async (api: ApiClient, q: string) => (await api.events({ q })).length === 1;

  test("a server that the owner blocks no longer gets an event; another does; once lifted it may follow again", async () => {
    await publish("Avant");
    for (const api of [beta, gamma]) await eventually(() => has(api, "Avant"));
    const rule = await zoe.call<{ id: string }>("POST", "/account/blocks", { kind: "host", target: "BETA.test", level: "block" });
    // Its follow is refused, and no other way is open: asking again is refused as well.
    await eventually(async () => (await beta.follows())[0]?.state === "refused");
    await beta.follow("@jardin@alpha.test");
    await eventually(async () => (await beta.follows())[0]?.state === "refused");
    await publish("Pendant");
    await eventually(() => has(gamma, "Pendant"));
    await never(() => has(beta, "Pendant"));
    await zoe.call("DELETE", `/account/blocks/${rule.id}`);
    await beta.follow("@jardin@alpha.test");
    await eventually(async () => (await beta.follows())[0]?.state === "accepted");
    await publish("Après");
    for (const api of [beta, gamma]) await eventually(() => has(api, "Après"));
  });

  test.each([1280, 390] as const)("hiding, taking one's data along and reading what an erasure does (%d px)", async (width) => {
    const visitor = await Visitor.open(await world.browser(), { width });
    const { page } = visitor;
    await signIn(page, "beta.test");
    const [event] = await beta.events({ q: "Avant" });
    await visitor.visit(`http://beta.test/e/${event?.id}`);
    await visitor.screenshot(`own-event-${width}-${engine}`);
    await follow(page, "Masquer cet agenda");
    await visitor.screenshot(`own-about-${width}-${engine}`);
    await sound(visitor);
    expect(await submit(page)).toBeLessThan(400);
    expect(await text(page)).toContain("@jardin@alpha.test");
    await fill(page, { kind: "word", target: "corrida", level: "mute", days: "7" });
    await submit(page);
    await fill(page, { kind: "host", target: "pas un serveur", level: "block", days: "0" });
    expect(await submit(page)).toBe(422);
    await visitor.screenshot(`own-blocks-${width}-${engine}`);
    await sound(visitor);
    await visitor.visit("http://beta.test/");
    expect(await text(page)).not.toContain("Avant");
    await visitor.visit("http://beta.test/account/blocks");
    for (let left = await page.locator('form[action="/account/blocks/remove"]').count(); left > 0; left--) {
      await submit(page, page.locator('form[action="/account/blocks/remove"] button').first());
    }
    await visitor.visit("http://beta.test/");
    expect(await text(page)).toContain("Avant");
    await visitor.visit("http://beta.test/account");
    await visitor.screenshot(`own-account-${width}-${engine}`);

    await signIn(page, "alpha.test", EMAIL, PASSWORD);
    await visitor.visit(`${ALPHA}/account/export`);
    await visitor.screenshot(`own-export-${width}-${engine}`);
    await fill(page, { current: PASSWORD });
    expect(await submit(page)).toBeLessThan(400);
    await eventually(async () => {
      await visitor.visit(`${ALPHA}/account/export`);
      return (await page.locator("a[download]").count()) === 1;
    });
    await visitor.screenshot(`own-export-ready-${width}-${engine}`);
    await sound(visitor);
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("a[download]").click()]);
    const archive = join(mkdtempSync(join(tmpdir(), "own-")), "archive.zip");
    await download.saveAs(archive);
    // Another program reads it as well.
    const read = (name: string) => execFileSync("python3", ["-c", "import sys,zipfile;sys.stdout.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())", archive, name]).toString();
    expect(JSON.parse(read("account.json"))).toMatchObject({ email: EMAIL, name: "Zoé" });
    expect(JSON.parse(read("agendas/jardin@alpha.test/events.json")).totalItems).toBe(3);
    expect(read("agendas/jardin@alpha.test/events.ics")).toContain("SUMMARY:Pendant");
    expect(readFileSync(archive).length).toBeGreaterThan(1_000);

    await visitor.visit(`${ALPHA}/account/close`);
    expect(await text(page)).toContain("Le jardin sera supprimé, avec ses 3 événements.");
    await visitor.screenshot(`own-close-${width}-${engine}`);
    await sound(visitor);
    expect(visitor.thirdParty).toEqual([]);
    await visitor.close();
  });

  test("an erasure reaches the other server as Delete, and the name is gone for ever", async () => {
    const event = await publish("Pour la fin");
    await eventually(() => has(beta, "Pour la fin"));
    expect((await fetch(event.uri, AP)).status).toBe(200);
    const visitor = await Visitor.open(await world.browser(), { scripts: false });
    await signIn(visitor.page, "alpha.test", EMAIL, PASSWORD);
    await visitor.visit(`${ALPHA}/account/close`);
    await fill(visitor.page, { current: PASSWORD });
    expect(await submit(visitor.page)).toBeLessThan(400);
    expect(await text(visitor.page, "body")).toContain("Votre compte est fermé");
    await visitor.close();
    for (const api of [beta, gamma]) {
      await eventually(async () => (await api.events()).length === 0);
      await eventually(async () => (await api.follows())[0]?.state !== "accepted");
    }
    for (const gone of [event.uri, `${ALPHA}/@jardin`]) {
      const answer = await fetch(gone, AP);
      expect(answer.status, gone).toBe(410);
      expect(await answer.json()).toMatchObject({ type: "Tombstone", id: gone });
    }
    const admin = await world.instance("alpha.test").api();
    await expect(admin.createAgenda("jardin", "Un autre jardin")).rejects.toMatchObject({ status: 409 });
    await expect(ApiClient.signIn(ALPHA, EMAIL, PASSWORD)).rejects.toMatchObject({ status: 401 });
  });
});
