/**
 * The tools of moderation, row by row: what is told of it, to everybody, to whom it is done to, who may answer, to
 * moderators and to programs.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ApiClient, EventView } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { eventually } from "../harness/eventually.ts";
import { AP, Desk, tokenOf } from "../harness/moderation.ts";
import { fill, press, submit, text } from "../harness/pages.ts";
import { Program, type Told } from "../harness/program.ts";
import { World } from "../harness/world.ts";

const [ALPHA, PEER, HOOK] = ["http://alpha.test", "peer.test", "hook.test"];
interface HookView { id: string; url: string; asks: boolean }
interface Entry { step: string; measure: string; about: string; host: string | null; reason: string }

describe.each(engines())("what is told of moderation on %s", (engine) => {
  let world: World;
  let program: Program;
  let alpha: Desk;
  let lea: ApiClient;
  let noe: ApiClient;
  let zoe: ApiClient;

  beforeAll(async () => {
    program = await Program.start(HOOK);
    world = await World.start({ engine, mail: true, peers: [{ host: PEER }], instances: [{ sites: [{ host: "alpha.test" }] }] });
    alpha = await Desk.open(world, "alpha.test", engine);
    [lea, noe] = (await Promise.all(["lea", "noe", "tom", "zoe"].map((name) => alpha.join(name)))) as [ApiClient, ApiClient];
    await alpha.api.call("PATCH", `/people/${await alpha.account("zoe")}`, { role: "moderator" });
    zoe = await alpha.signIn("zoe");
    await lea.createAgenda("bal", "Le bal");
    await world.peer(PEER).follow(`${ALPHA}/@bal`, "ada");
    await eventually(() => world.peer(PEER).followState(`${ALPHA}/@bal`, "ada") === "accepted");
  });
  beforeEach(() => {
    program.told.length = 0;
    program.answer = () => ({ status: 204 });
  });
  afterAll(async () => {
    await world?.close();
    await program?.stop();
  });

  const heard = (uri: string) => world.peer(PEER).state.arrivals.some((one) => one.body.includes(uri));
  /** Which part of its moderation the site shows, by the form; `servers` stays with nobody. */
  const showByPage = async (fields: Record<string, string>) => await alpha.page(async ({ page }) => {
    const form = 'main form:has(> input[name="do"][value="shown"])';
    await page.goto(`${ALPHA}/admin/moderation`);
    await fill(page, fields, form);
    expect(await submit(page, `${form} button.button`)).toBe(200);
  });
  const showByApi = async (change: Record<string, unknown>) => {
    const settings = await alpha.api.call<Record<string, unknown>>("GET", "/moderation/settings");
    await alpha.api.call("PUT", "/moderation/settings", { ...settings, ...change });
  };
  /** What anybody gets, without a session. */
  const asked = async <T>(path: string): Promise<T> => (await (await fetch(`${ALPHA}/api/v1/moderation/${path}`)).json()) as T;
  const hooks = async () => (await alpha.api.call<{ items: HookView[] }>("GET", "/hooks")).items;
  const hookByPage = async (fields: Record<string, string>) => await alpha.page(async ({ page }) => {
    const form = 'main form[action="/admin/hooks"]';
    await page.goto(`${ALPHA}/admin/hooks`);
    await fill(page, fields, form);
    return await submit(page, `${form} button.button`);
  });
  const dropByPage = async () => await alpha.page(async ({ page }) => {
    await page.goto(`${ALPHA}/admin/hooks`);
    await submit(page, page.locator("main table a").first());
    expect(await submit(page, page.locator('main button[value="remove"]'))).toBe(200);
  });

  test('section 8, "public moderation log": off until switched on, by page or API, and then it names nobody', async () => {
    const event = await alpha.event(lea, "bal", "Bal du journal");
    const first = await alpha.takeByPage({ on: `object:${event.id}`, kind: "unlist", reason: "hate", words: "Mots pour Léa." });
    for (const path of ["/moderation", "/api/v1/moderation/log"]) expect(await alpha.status(path), path).toBe(404);
    await showByPage({ log: "on" });
    await alpha.undoByApi(first);
    const { items } = await asked<{ items: Entry[] }>("log");
    expect(items.map((one) => [one.step, one.measure, one.about, one.reason])).toEqual([["undone", "unlist", "publication", "hate"], ["taken", "unlist", "publication", "hate"]]);
    const page = await alpha.read("/moderation");
    for (const words of ["Retrait des listes", "De la haine", "Une publication", "Annulée"]) expect(page).toContain(words);
    for (const hidden of ["Bal du journal", "Mots pour", "lea", event.id]) expect(page + JSON.stringify(items), hidden).not.toContain(hidden);
    expect(await alpha.read("/about")).toContain('href="/moderation"');
    await showByApi({ log: false });
    for (const path of ["/moderation", "/api/v1/moderation/log"]) expect(await alpha.status(path), path).toBe(404);
    await showByApi({ log: true });
    expect(await alpha.status("/moderation")).toBe(200);
    await showByPage({ log: "" });
    expect(await alpha.status("/api/v1/moderation/log")).toBe(404);
    await expect(noe.call("PUT", "/moderation/settings", { log: true, figures: false, servers: "nobody", retention_months: 12 })).rejects.toMatchObject({ status: 403 });
  });

  test('section 8, "public moderation figures": counted by the year, rounded, and shown where the site says so', async () => {
    for (const path of ["/moderation", "/api/v1/moderation/figures"]) expect(await alpha.status(path), path).toBe(404);
    for (let n = 1; n <= 6; n++) {
      await noe.call("POST", "/reports", { about: (await alpha.event(lea, "bal", `Bal compté ${n}`)).uri, reason: "hate" });
      await alpha.decideByApi("reports", [`Bal compté ${n}`], "dismiss");
    }
    await alpha.takeByApi({ on: `object:${(await alpha.event(lea, "bal", "Bal compté à part")).id}`, kind: "sensitive" });
    await showByPage({ figures: "on" });
    const figures = await asked<{ reports_by_reason: unknown; measures_by_kind: unknown; cases_decided: number }>("figures");
    expect(figures).toMatchObject({ reports_by_reason: [{ name: "hate", count: 5 }], measures_by_kind: expect.arrayContaining([{ name: "sensitive", count: null }]), cases_decided: 5 });
    const page = await alpha.read("/moderation");
    expect(page).toContain("moins de 5");
    expect(page).not.toContain("Bal compté");
    await showByApi({ figures: false });
    for (const path of ["/moderation", "/api/v1/moderation/figures"]) expect(await alpha.status(path), path).toBe(404);
  });

  test('section 8, "internal audit log": each step with who, what and why, in a chain, for moderators alone', async () => {
    const event = await alpha.event(lea, "bal", "Bal consigné");
    await noe.call("POST", "/reports", { about: event.uri, reason: "privacy" });
    const { id } = await alpha.caseOf("Bal consigné");
    const measure = await alpha.takeByPage({ on: `object:${event.id}`, kind: "lock", reason: "privacy" });
    await alpha.undoByApi(measure);
    await alpha.onCase(id, "close", { outcome: "acted" });
    const deeds = (await alpha.record()).reverse();
    expect(deeds.filter((one) => one.target === event.uri).map((one) => one.action)).toEqual(["case_opened", "measure_taken", "measure_undone", "case_closed"]);
    const admin = (await alpha.people()).find((one) => one.role === "admin")?.id;
    expect(deeds.filter((one) => one.target === event.uri).slice(1).map((one) => one.by)).toEqual([admin, admin, admin]);
    expect(deeds.map((one) => one.seq)).toEqual(deeds.map((_, at) => at + 1));
    for (const [at, deed] of deeds.entries()) expect(deed.previous, String(deed.seq)).toBe(at === 0 ? "" : deeds[at - 1]?.hash);
    const shown = await alpha.page(async ({ page }) => { await page.goto(`${ALPHA}/admin/record`); return await text(page); });
    for (const words of ["Signalement reçu", "Décision prise", "Réponses fermées", "Décision annulée", "Dossier fermé", event.uri]) expect(shown).toContain(words);
    await expect(noe.call("GET", "/record")).rejects.toMatchObject({ status: 403 });
    expect(await alpha.page(async (visitor) => (await visitor.visit(`${ALPHA}/admin/record`)).status(), "noe")).toBe(403);
  });

  const made = async (title: string): Promise<EventView> => await alpha.event(lea, "bal", title);
  const letterTo = async (name: string, ...words: string[]) => await alpha.told(alpha.email(name), ...words);
  test('section 8, "statement of reasons to the person": what, why, until when, in whose words and how to answer', async () => {
    const [first, second] = [await made("Bal motivé"), await made("Bal immotivé")];
    const on = `object:${first.id}`;
    // "Other" alone says nothing to whom it is done to.
    await expect(alpha.takeByApi({ on, kind: "unlist", reason: "other" })).rejects.toMatchObject({ status: 422 });
    await alpha.page(async ({ page }) => {
      const form = 'main form[action="/admin/measures"]';
      await page.goto(`${ALPHA}/admin/measures/new?on=${on}`);
      await fill(page, { kind: "unlist", reason: "other", text: " " }, form);
      expect(await submit(page, `${form} button.button`)).toBe(422);
    });
    await alpha.takeByPage({ on, kind: "unlist", reason: "copyright", words: "L’affiche n’est pas à vous.", days: 7 });
    await alpha.takeByApi({ on: `object:${second.id}`, kind: "lock", reason: "hate", words: "Le débat déborde." });
    const letter = await letterTo("lea", "« Bal motivé »", "ne paraît plus dans les listes", "Une œuvre publiée sans autorisation", "L’affiche n’est pas à vous.", "Cette décision prend fin le");
    await letterTo("lea", "Les réponses à « Bal immotivé » sont fermées", "De la haine contre des personnes", "Le débat déborde.");
    const shown = await alpha.page(async ({ page }) => { await page.goto(`${ALPHA}/appeal?token=${tokenOf(letter, "/appeal")}`); return await text(page); }, null);
    for (const words of ["Bal motivé", "Une œuvre publiée sans autorisation", "L’affiche n’est pas à vous.", "Jusqu’au"]) expect(shown).toContain(words);
  });

  /** Taken by the administrator, contested by the link of the letter: the appeal as it waits. */
  const contested = async (title: string) => {
    const event = await made(title);
    await alpha.takeByApi({ on: `object:${event.id}`, kind: "remove", words: `À propos de ${title}.` });
    const letter = await letterTo("lea", `À propos de ${title}.`);
    await alpha.page(async ({ page }) => {
      await page.goto(`${ALPHA}/appeal?token=${tokenOf(letter, "/appeal")}`);
      await fill(page, { text: " " });
      expect(await submit(page), "an answer has words").toBe(422);
      await fill(page, { text: `Je conteste ${title}.` });
      expect(await submit(page)).toBe(200);
      expect(await text(page)).toContain("Votre contestation est arrivée");
    }, null);
    return { event, appeal: (await alpha.line(title, "appeals")).id };
  };
  const judge = async (who: string | undefined, appeal: string, answer: "lift" | "uphold", words: string) =>
    await alpha.page(async ({ page }) => {
      await page.goto(`${ALPHA}/admin/appeals/${appeal}`);
      expect(await text(page)).toContain("Je conteste");
      if ((await page.locator('main textarea[name="text"]').count()) > 0) await fill(page, { text: words });
      return await press(page, "do", answer);
    }, who);

  test('section 8, "appeal": the link of the letter, an answer on the page or by the API, and a letter back', async () => {
    const lifted = await contested("Bal contesté");
    const upheld = await contested("Bal mal contesté");
    expect((await alpha.queue("appeals")).map((one) => one.title).sort()).toEqual(["Bal contesté", "Bal mal contesté"]);
    expect(await judge("zoe", lifted.appeal, "lift", "Vous avez raison.")).toBe(200);
    await zoe.call("POST", `/appeals/${upheld.appeal}/uphold`, { text: "La décision reste." });
    await letterTo("lea", "« Bal contesté »", "est levée", "Vous avez raison.");
    await letterTo("lea", "« Bal mal contesté »", "est maintenue", "La décision reste.");
    expect(await alpha.titles("Bal contesté")).toEqual(["Bal contesté"]);
    expect(await alpha.titles("Bal mal contesté")).toEqual([]);
    await expect(zoe.call("POST", `/appeals/${upheld.appeal}/lift`, { text: "Finalement." })).rejects.toMatchObject({ status: 409 });
    expect(await alpha.status("/appeal?token=invented")).toBe(410);
    // A program may send the answer, with what the link holds.
    const event = await alpha.event(lea, "bal", "Bal contesté par programme");
    await alpha.takeByApi({ on: `object:${event.id}`, kind: "remove", reason: "spam" });
    const token = tokenOf(await letterTo("lea", "« Bal contesté par programme »"), "/appeal");
    const send = async (token: string) => (await fetch(`${ALPHA}/api/v1/appeals`, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ token, text: "C’est une erreur." }),
    })).status;
    expect([await send("invented"), await send(token), await send(token)]).toEqual([410, 204, 409]);
    const made = (await alpha.queue("appeals")).find((one) => one.title === "Bal contesté par programme");
    await zoe.call("POST", `/appeals/${made?.id}/lift`, { text: "C’en était une." });
    expect(await alpha.status(event.url)).toBe(200);
  });

  test('section 8, "appeal decided by another person": who decided may not answer, by neither way, and another does', async () => {
    const { event, appeal } = await contested("Bal deux fois jugé");
    expect(await judge(undefined, appeal, "uphold", "J’y tiens.")).toBe(403);
    await expect(alpha.api.call("POST", `/appeals/${appeal}/uphold`, { text: "J’y tiens." })).rejects.toMatchObject({ status: 403 });
    expect(await alpha.status(event.url)).toBe(404);
    await zoe.call("POST", `/appeals/${appeal}/lift`, { text: "Un autre regard." });
    await letterTo("lea", "« Bal deux fois jugé »", "Un autre regard.");
    expect(await alpha.status(event.url)).toBe(200);
    const decided = (await alpha.record()).find((one) => one.action === "appeal_decided");
    expect(decided?.by).toBe(await alpha.account("zoe"));
  });

  test('section 8, "strike history": what was decided of a person stands beside the next decision, without what was taken back', async () => {
    const tom = `account:${await alpha.account("tom")}`;
    expect(await alpha.history(tom)).toContain("Aucune décision");
    await alpha.takeByPage({ on: tom, kind: "warn", reason: "hate", words: "Première fois." });
    const mistaken = await alpha.takeByApi({ on: tom, kind: "freeze", words: "Par erreur." });
    await alpha.undoByApi(mistaken);
    const shown = await alpha.history(tom);
    expect(shown).toContain("De la haine");
    expect(shown).toMatch(/Gelé\s+annulée/);
    const { items } = await alpha.api.call<{ items: { kind: string; undone: boolean }[] }>("GET", `/measures?on=${tom}`);
    expect(items.map((one) => [one.kind, one.undone])).toEqual([["freeze", true], ["warn", false]]);
    const deeds = (await alpha.record()).filter((one) => one.target === tom);
    expect(deeds.map((one) => [one.action, one.detail["kind"]])).toEqual([["measure_undone", "freeze"], ["measure_taken", "freeze"], ["measure_taken", "warn"]]);
    for (const path of ["/record", `/measures?on=${tom}`]) await expect(noe.call("GET", path)).rejects.toMatchObject({ status: 403 });
    expect(await alpha.page(async (visitor) => (await visitor.visit(`${ALPHA}/admin/measures/new?on=${tom}`)).status(), "noe")).toBe(403);
  });

  /** A hook that is asked publishes what says yes and refuses what says no; the server that follows gets the one alone. */
  const decides = async (suffix: string) => {
    program.answer = (message: Told) => {
      const name = String((message.data["document"] as { name?: string } | undefined)?.name);
      if (name.includes("oui")) return { status: 200, body: { decision: "publish", reason: "connu" } };
      return { status: 200, body: name.includes("non") ? { decision: "refuse", reason: "spam" } : { decision: "hold" } };
    };
    const [no, wait, yes] = [await alpha.event(lea, "bal", `Bal non ${suffix}`), await alpha.event(lea, "bal", `Bal peut-être ${suffix}`), await alpha.event(lea, "bal", `Bal oui ${suffix}`)];
    await eventually(async () => (await alpha.status(yes.uri, AP)) === 200);
    await eventually(() => heard(yes.uri));
    await eventually(async () => (await alpha.queue("held")).map((one) => one.title).join() === `Bal peut-être ${suffix}`);
    for (const event of [no, wait]) expect([await alpha.status(event.url), heard(event.uri)], event.title).toEqual([404, false]);
    await alpha.decideByApi("held", [`Bal peut-être ${suffix}`], "approve");
    await eventually(() => heard(wait.uri));
  };

  test('section 8, "plugin hooks that accept or refuse": a program named on the page or by the API decides before anything is shown', async () => {
    expect(await hookByPage({ url: "http://127.0.0.1/x", asks: "on" })).toBe(422);
    expect(await hookByPage({ url: `http://${HOOK}/asked`, asks: "on" })).toBe(200);
    expect(await hooks()).toMatchObject([{ url: `http://${HOOK}/asked`, asks: true }]);
    await decides("page");
    await dropByPage();
    const { id } = await alpha.api.call<HookView>("POST", "/hooks", { url: `http://${HOOK}/asked`, events: [], asks: true });
    await decides("API");
    await alpha.api.call("DELETE", `/hooks/${id}`);
    expect(await hooks()).toEqual([]);
    const free = await alpha.event(lea, "bal", "Bal non relu");
    expect(await alpha.status(free.url), "nobody is asked any more").toBe(200);
    await expect(noe.call("POST", "/hooks", { url: `http://${HOOK}/asked`, events: [], asks: true })).rejects.toMatchObject({ status: 403 });
  });

  test('section 8, "webhooks of moderation events": programs named on the page or by the API hear what they asked for, signed', async () => {
    expect(await hookByPage({ url: `http://${HOOK}/told`, "report.opened": "on" })).toBe(200);
    const report = async (title: string) => {
      await noe.call("POST", "/reports", { about: (await alpha.event(lea, "bal", title)).uri, reason: "spam", text: "Mots privés." });
      return (await alpha.caseOf(title)).id;
    };
    const first = await report("Bal annoncé");
    const [message] = (await eventually(() => { const got = program.of("report.opened", first); return got.length === 1 && got; })) as Told[];
    expect(message?.signature).toMatch(/^v1,/);
    for (const hidden of ["Bal annoncé", "privés", "noe"]) expect(message?.text, hidden).not.toContain(hidden);
    await dropByPage();
    const hook = await alpha.api.call<HookView>("POST", "/hooks", { url: `http://${HOOK}/told`, events: ["case.closed"] });
    const second = await report("Bal tu");
    await alpha.onCase(second, "close", { outcome: "dismissed" });
    await eventually(() => program.of("case.closed", second).length === 1);
    expect(program.of("report.opened", second), "only what was asked for").toEqual([]);
    await expect(alpha.api.call("POST", "/hooks", { url: `http://${HOOK}/told`, events: ["everything"] })).rejects.toMatchObject({ status: 422 });
    await alpha.api.call("DELETE", `/hooks/${hook.id}`);
  });
});
