/** The tools of moderation, row by row: what people report, and what becomes of it. Each on the pages and by the API. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { eventually } from "../harness/eventually.ts";
import { Desk, plain, tokenOf } from "../harness/moderation.ts";
import { fill, follow, submit, text } from "../harness/pages.ts";
import { World } from "../harness/world.ts";

const [ALPHA, PEER] = ["http://alpha.test", "peer.test"];
const BAL = `${ALPHA}/@bal`;
const REASONS = ["wrong_fact", "spam", "harassment", "hate", "privacy", "impersonation", "copyright", "sensitive", "illegal", "other"];

describe.each(engines())("the tools of reports on %s", (engine) => {
  let world: World;
  let alpha: Desk;
  let beta: Desk;
  let lea: ApiClient;
  let noe: ApiClient;
  let ada: ApiClient;
  let zoe: ApiClient;

  beforeAll(async () => {
    world = await World.start({ engine, mail: true, peers: [{ host: PEER }], instances: [{ sites: [{ host: "alpha.test" }] }, { sites: [{ host: "beta.test" }] }] });
    [alpha, beta] = [await Desk.open(world, "alpha.test", engine), await Desk.open(world, "beta.test", engine)];
    for (const { api } of [alpha, beta]) await api.call("PATCH", "/follow-rules", { policy: "automatic" });
    [lea, noe, ada, zoe] = (await Promise.all(["lea", "noe", "ada", "zoe"].map((name) => alpha.join(name)))) as [ApiClient, ApiClient, ApiClient, ApiClient];
    await alpha.api.call("PATCH", `/people/${await alpha.account("zoe")}`, { role: "moderator" });
    zoe = await alpha.signIn("zoe");
    await lea.createAgenda("bal", "Le bal");
    await beta.api.follow("@bal@alpha.test");
    await beta.api.follow(world.peer(PEER).handle("guilde"));
    await eventually(async () => (await beta.api.follows()).every((one) => one.state === "accepted"));
  });
  afterAll(() => world?.close());

  const published = async (title: string) => await alpha.event(lea, "bal", title);
  const report = async (who: ApiClient, about: string, reason = "spam", more: Record<string, string> = {}) => await who.call("POST", "/reports", { about, reason, ...more });
  /** An event with one report of noé's: its case. */
  const reported = async (title: string) => {
    await report(noe, (await published(title)).uri);
    return await alpha.caseOf(title);
  };
  const casePage = async (id: string) => await alpha.page(async ({ page }) => { await page.goto(`${ALPHA}/admin/cases/${id}`); return await text(page); });

  test('section 8, "report an account": an agenda is reported by its page and by the API, and is one case', async () => {
    expect(await alpha.page(async (visitor) => { await visitor.visit(BAL); await follow(visitor.page, "Signaler"); return visitor.page.url(); }, "noe")).toContain("/report?about=");
    expect(await alpha.reportByPage(BAL, { reason: "impersonation", text: "Ce n’est pas le bal." }, "noe")).toBe(200);
    await report(ada, BAL, "impersonation", { text: "Un autre bal." });
    const seen = await alpha.caseOf("Le bal");
    expect(seen).toMatchObject({ target_kind: "actor", target: BAL });
    expect(seen.reports.map((one) => one.text).sort()).toEqual(["Ce n’est pas le bal.", "Un autre bal."]);
    expect(await casePage(seen.id)).toContain("Un autre bal.");
    // Whoever is not there cannot be reported.
    expect(await alpha.status(`/report?about=${encodeURIComponent(`${ALPHA}/@personne`)}`)).toBe(404);
    await expect(report(ada, `${ALPHA}/@personne`)).rejects.toMatchObject({ status: 404 });
  });

  test('section 8, "report content": an event from the link on its page, a reply from elsewhere by the API', async () => {
    const event = await published("Bal bruyant");
    await alpha.page(async ({ page }) => {
      await page.goto(event.url);
      await follow(page, "Signaler");
      expect(await text(page)).toContain("Bal bruyant");
      await fill(page, { reason: "sensitive" });
      expect(await submit(page)).toBe(200);
      expect(await text(page, ".flash.success")).toContain("Merci");
    }, "noe");
    expect((await alpha.caseOf("Bal bruyant")).reports).toMatchObject([{ source: "account", reason: "sensitive" }]);
    const note = await world.peer(PEER).reply(event.uri, "<p>Quel vacarme !</p>", BAL);
    await eventually(async () => (await alpha.read(event.url)).includes("Quel vacarme"));
    await report(ada, note.id?.href ?? "", "harassment");
    expect(await alpha.caseOf("Quel vacarme")).toMatchObject({ target_kind: "comment" });
    // What is taken away is not there to be reported.
    const gone = await published("Bal retiré");
    await alpha.takeByApi({ on: `object:${gone.id}`, kind: "remove" });
    expect(await alpha.status(`/report?about=${encodeURIComponent(gone.uri)}`)).toBe(404);
    await expect(report(noe, gone.uri)).rejects.toMatchObject({ status: 404 });
  });

  test('section 8, "report without an account": it counts once the link in the letter was used, and the API asks who one is', async () => {
    const [event, visitor] = [await published("Bal vu de la rue"), "passante@ailleurs.test"];
    expect(await alpha.reportByPage(event.uri, { reason: "hate", text: "Lisez l’affiche.", email: visitor }, null)).toBe(200);
    const letter = await alpha.told(visitor, "Bal vu de la rue");
    expect((await alpha.queue("reports")).filter((one) => one.title === "Bal vu de la rue")).toEqual([]);
    await alpha.page(async ({ page }) => {
      await page.goto(`${ALPHA}/report/confirm?token=${tokenOf(letter, "/report/confirm")}`);
      expect(await submit(page)).toBe(200);
      expect(await text(page)).toContain("Merci");
    }, null);
    const seen = await alpha.caseOf("Bal vu de la rue");
    expect(seen.reports).toMatchObject([{ source: "visitor", reason: "hate", text: "Lisez l’affiche." }]);
    expect(JSON.stringify(seen)).not.toContain(visitor);
    expect(await casePage(seen.id)).toContain("Par un visiteur, adresse confirmée");
    await expect(report(new ApiClient(ALPHA), event.uri)).rejects.toMatchObject({ status: 401 });
    await report(noe, event.uri);
    expect((await alpha.case(seen.id)).reports.map((one) => one.source).sort()).toEqual(["account", "visitor"]);
  });

  test('section 8, "predefined reasons": the page offers them, the API takes them, and neither takes another', async () => {
    const [first, second] = [await published("Bal du choix"), await published("Bal sans choix")];
    await alpha.page(async ({ page }) => {
      await page.goto(`${ALPHA}/report?about=${encodeURIComponent(first.uri)}`);
      const offered = await page.locator('main input[name="reason"]').evaluateAll((boxes) => boxes.map((one) => (one as unknown as { value: string }).value));
      expect(offered).toEqual(REASONS);
      // "Other" and a wrong fact say nothing without words.
      for (const wordless of ["other", "wrong_fact"]) {
        await fill(page, { reason: wordless, text: "" });
        expect(await submit(page), wordless).toBe(422);
      }
      await fill(page, { reason: "privacy" });
      expect(await submit(page)).toBe(200);
    }, "noe");
    expect(await casePage((await alpha.caseOf("Bal du choix")).id)).toContain("publiés contre le gré");
    for (const refused of ["boring", "", "other"]) await expect(report(ada, second.uri, refused), refused).rejects.toMatchObject({ status: 422 });
    for (const reason of REASONS.slice(1, -1)) await report(ada, second.uri, reason);
    await report(ada, second.uri, "other", { text: "Mes voisins." });
    // Who reports one thing again is one reporter, and what they said last is the reason.
    expect((await alpha.caseOf("Bal sans choix")).reports).toMatchObject([{ reason: "other", times: REASONS.length - 1, text: "Mes voisins." }]);
  });

  test('section 8, "forward the report to the origin (Flag)": by the page and by the API, in the moderator\'s words and the site\'s name', async () => {
    const peer = world.peer(PEER);
    const ours = await Promise.all(["Bal dénoncé là-bas", "Bal redénoncé"].map(published));
    const theirs = await peer.publishEvent({ name: "Foire douteuse", startTime: `${day(12)}T10:00:00Z` });
    for (const title of ["Bal dénoncé là-bas", "Bal redénoncé", "Foire douteuse"]) await eventually(async () => (await beta.titles(title)).length === 1);
    for (const uri of [...ours.map((one) => one.uri), theirs.id?.href ?? ""]) await report(beta.api, uri, "spam", { text: "Signé : moi-même" });
    const [first, second, third] = [await beta.caseOf("Bal dénoncé là-bas"), await beta.caseOf("Bal redénoncé"), await beta.caseOf("Foire douteuse")];
    await beta.onCase(first.id, "forward", { text: "Une publicité (page)." });
    await beta.api.call("POST", `/cases/${second.id}/forward`, { report: second.reports[0]?.id, text: "Une publicité (API)." });
    await beta.onCase(third.id, "forward", { text: "Une publicité de la foire." });
    for (const [title, words] of [["Bal dénoncé là-bas", "Une publicité (page)."], ["Bal redénoncé", "Une publicité (API)."]] as const) {
      const here = await alpha.caseOf(title);
      expect(here.reports).toMatchObject([{ source: "server", host: "beta.test", text: words }]);
      expect(JSON.stringify(here)).not.toMatch(/moi-même|admin@beta/);
      expect(await casePage(here.id)).toContain("Par l’instance beta.test");
    }
    const [flag] = await eventually(() => { const got = peer.receivedOf("Flag"); return got.length === 1 && got; }) as { actor: string | null; json: Record<string, unknown> }[];
    expect(flag?.actor).toBe("http://beta.test/actor");
    expect(flag?.json["content"]).toContain("Une publicité de la foire.");
    expect(JSON.stringify(flag?.json["object"])).toContain(theirs.id?.href);
    // Once is enough, and what is ours has no other origin.
    await expect(beta.api.call("POST", `/cases/${second.id}/forward`, { report: second.reports[0]?.id, text: "Encore." })).rejects.toMatchObject({ status: 409 });
    const own = await reported("Bal d’ici");
    await expect(alpha.api.call("POST", `/cases/${own.id}/forward`, { report: own.reports[0]?.id, text: "À nous." })).rejects.toMatchObject({ status: 422 });
    expect(await casePage(own.id)).not.toContain("Prévenir l’instance d’origine");
  });

  test('section 8, "copy of the content at report time": it stays as it was, whatever its author or its server changes', async () => {
    const [first, second] = [await published("Bal d’avant"), await published("Bal d’avant aussi")];
    await alpha.reportByPage(first.uri, { reason: "hate" }, "noe");
    await report(noe, second.uri, "hate");
    const cases = [await alpha.caseOf("Bal d’avant"), await alpha.caseOf("Bal d’avant aussi")];
    await lea.updateEvent(first.id, { title: "Bal innocent", description: "Rien à voir." });
    await lea.deleteEvent(second.id);
    const peer = world.peer(PEER);
    const fair = await peer.publishEvent({ name: "Fête d’avant", startTime: `${day(12)}T10:00:00Z` });
    await eventually(async () => (await beta.titles("Fête d’avant")).length === 1);
    await report(beta.api, fair.id?.href ?? "");
    const there = await beta.caseOf("Fête d’avant");
    await peer.updateEvent(fair.id as URL, { name: "Fête innocente" });
    await eventually(async () => (await beta.titles("Fête innocente")).length === 1);
    expect((await beta.case(there.id)).reports[0]?.copy.title).toBe("Fête d’avant");
    expect(await alpha.titles("Bal innocent")).toEqual(["Bal innocent"]);
    for (const [at, title] of ["Bal d’avant", "Bal d’avant aussi"].entries()) {
      const id = cases[at]?.id ?? "";
      expect((await alpha.case(id)).reports[0]?.copy.title, title).toBe(title);
      await alpha.page(async ({ page }) => {
        await page.goto(`${ALPHA}/admin/cases/${id}`);
        await page.locator("main summary", { hasText: "Le contenu tel qu’il était" }).click();
        expect(await text(page, "section[aria-labelledby=reports] details[open]")).toContain(title);
      });
    }
  });

  test('section 8, "outcome told to the reporter": a letter says what was decided, from the page and from the API', async () => {
    const [acted, dismissed] = [await reported("Bal jugé"), await reported("Bal acquitté")];
    expect(alpha.letters(alpha.email("noe"), "Bal jugé"), "nothing before it is decided").toEqual([]);
    await alpha.onCase(acted.id, "close", { outcome: "acted", words: "Merci de votre œil." });
    await alpha.api.call("POST", `/cases/${dismissed.id}/close`, { outcome: "dismissed", text: "C’est permis." });
    await alpha.told(alpha.email("noe"), "« Bal jugé »", "Les modérateurs ont pris une décision", "Merci de votre œil.");
    await alpha.told(alpha.email("noe"), "« Bal acquitté »", "n’y voient rien de contraire", "C’est permis.");
    for (const { id } of [acted, dismissed]) expect((await alpha.case(id)).reports[0]?.told_at).not.toBeNull();
    expect(alpha.letters(alpha.email("lea"), "Bal acquitté"), "its author hears nothing").toEqual([]);
    await expect(alpha.api.call("POST", `/cases/${dismissed.id}/close`, { outcome: "acted" })).rejects.toMatchObject({ status: 409 });
  });

  test('section 8, "internal notes on a report": moderators read and write them, and nobody else', async () => {
    const { id } = await reported("Bal annoté");
    await alpha.onCase(id, "note", { text: "Noté sur la page." });
    await zoe.call("POST", `/cases/${id}/note`, { text: "Noté par programme." });
    expect((await alpha.case(id)).entries.filter((one) => one.kind === "note").map((one) => one.text)).toEqual(["Noté sur la page.", "Noté par programme."]);
    const shown = await alpha.page(async ({ page }) => { await page.goto(`${ALPHA}/admin/cases/${id}`); return await text(page); }, "zoe");
    for (const words of ["Noté sur la page.", "Noté par programme."]) expect(shown).toContain(words);
    await expect(noe.call("POST", `/cases/${id}/note`, { text: "Moi aussi." })).rejects.toMatchObject({ status: 403 });
    await expect(noe.call("GET", `/cases/${id}`)).rejects.toMatchObject({ status: 403 });
    expect(await alpha.page(async (visitor) => (await visitor.visit(`${ALPHA}/admin/cases/${id}`)).status(), "noe")).toBe(403);
    await alpha.api.call("POST", `/cases/${id}/close`, { outcome: "dismissed" });
    await alpha.told(alpha.email("noe"), "« Bal annoté »");
    for (const name of ["noe", "lea"]) expect(alpha.letters(alpha.email(name), "Noté")).toEqual([]);
  });

  test('section 8, "assignment of a report": one looks after it, hands it back, and another takes it', async () => {
    const { id } = await reported("Bal suivi");
    await alpha.onCase(id, "take");
    const { assigned_to } = await alpha.case(id);
    expect(assigned_to).not.toBeNull();
    const mine = async (who: ApiClient) => (await who.call<{ items: { title: string }[] }>("GET", "/queue?mine=true")).items.map((one) => one.title);
    expect(await mine(alpha.api)).toContain("Bal suivi");
    expect(await mine(zoe)).not.toContain("Bal suivi");
    expect(await casePage(id)).toContain("s’en occupe");
    await alpha.onCase(id, "release");
    expect((await alpha.case(id)).assigned_to).toBeNull();
    await zoe.call("POST", `/cases/${id}/take`, {});
    expect((await alpha.case(id)).assigned_to).not.toBe(assigned_to);
    expect(await casePage(id)).toContain("zoe s’en occupe");
    const listed = await alpha.page(async ({ page }) => { await page.goto(`${ALPHA}/admin/queue?show=mine`); return await text(page); }, "zoe");
    expect(listed).toContain("Bal suivi");
    await expect(noe.call("POST", `/cases/${id}/take`, {})).rejects.toMatchObject({ status: 403 });
  });

  test('section 8, "bulk actions": several lines at once, shown first on the page, each by itself in the API', async () => {
    const titles = ["Réclame une", "Réclame deux", "Réclame trois", "Réclame quatre"];
    for (const title of titles) await reported(title);
    await alpha.decideByPage("reports", titles.slice(0, 2), "take");
    expect((await alpha.queue("reports")).filter((one) => one.assigned_to).map((one) => one.title)).toEqual(expect.arrayContaining(titles.slice(0, 2)));
    await alpha.decideByPage("reports", titles.slice(0, 2), "dismiss", "Vu ensemble.");
    for (const title of titles.slice(0, 2)) await alpha.told(alpha.email("noe"), `« ${title} »`, "Vu ensemble.");
    await alpha.decideByApi("reports", titles.slice(2), "dismiss", "Vu par programme.");
    for (const title of titles.slice(2)) await alpha.told(alpha.email("noe"), `« ${title} »`, "Vu par programme.");
    expect((await alpha.queue("reports")).filter((one) => one.title.startsWith("Réclame"))).toEqual([]);
    // Nothing that fits, nothing done.
    const { id } = await reported("Réclame seule");
    await expect(alpha.api.call("POST", "/queue", { source: "reports", ids: [id], action: "approve" })).rejects.toMatchObject({ status: 422 });
    expect((await alpha.case(id)).state).toBe("open");
  });

  test('section 8, "reports about wrong facts (date, place, licence)": the field is named, the author corrects, the reporter hears of it', async () => {
    const [hour, place] = [await published("Bal trop tôt"), await published("Bal ailleurs")];
    expect(await alpha.reportByPage(hour.uri, { reason: "wrong_fact", field: "start", text: "" }, "noe"), "words are needed").toBe(422);
    expect(await alpha.reportByPage(hour.uri, { reason: "wrong_fact", field: "start", text: "C’est à 21 h." }, "noe")).toBe(200);
    await report(noe, place.uri, "wrong_fact", { field: "le lieu", text: "À la salle Mendès." });
    const cases = [await alpha.caseOf("Bal trop tôt"), await alpha.caseOf("Bal ailleurs")];
    expect(cases.map((one) => one.reports[0]?.field)).toEqual(["start", "le lieu"]);
    expect(await casePage(cases[0]?.id ?? "")).toContain("Le début");
    await lea.updateEvent(hour.id, { start: `${day(9)}T21:00:00`, timezone: "Europe/Paris" });
    await lea.updateEvent(place.id, { place: { name: "Salle Mendès" } });
    await alpha.onCase(cases[0]?.id ?? "", "close", { outcome: "corrected" });
    await alpha.api.call("POST", `/cases/${cases[1]?.id}/close`, { outcome: "corrected" });
    for (const title of ["Bal trop tôt", "Bal ailleurs"]) await alpha.told(alpha.email("noe"), `« ${title} »`, "L’erreur est corrigée");
    // The correction is there, and on the server that follows.
    await eventually(async () => (await beta.api.events({ q: "Bal ailleurs" }))[0]?.place?.name === "Salle Mendès");
    expect(await alpha.read(hour.url)).toContain("21:00");
  });

  test('section 8, "reason tied to a server rule": the rule is a reason to report and to decide, and the letter names it', async () => {
    await alpha.page(async ({ page }) => {
      await page.goto(`${ALPHA}/admin/rules`);
      const form = page.locator("main form", { has: page.locator('button[value="set"]') }).last();
      await form.locator('[name="fr"]').fill("Une annonce par soirée.");
      await form.locator('[name="reason"]').selectOption("spam");
      expect(await submit(page, form.locator('button[value="set"]')), await text(page)).toBe(200);
    });
    await alpha.api.call("POST", "/rules", { reason: "hate", texts: { fr: "Personne n’est laissé dehors." } });
    const { items } = await alpha.api.call<{ items: { id: string; texts: { fr: string } }[] }>("GET", "/rules");
    const [once, everybody] = ["Une annonce par soirée.", "Personne n’est laissé dehors."].map((words) => `rule:${items.find((one) => one.texts.fr === words)?.id}`) as [string, string];
    for (const words of ["Une annonce par soirée.", "Personne n’est laissé dehors."]) expect(await alpha.read("/rules")).toContain(words);
    const [first, second] = [await published("Bal de trop"), await published("Bal fermé")];
    expect(await alpha.reportByPage(first.uri, { reason: once }, "noe")).toBe(200);
    await report(noe, second.uri, everybody);
    await expect(report(noe, second.uri, "rule:01900000-0000-7000-8000-000000000000")).rejects.toMatchObject({ status: 422 });
    expect(await casePage((await alpha.caseOf("Bal de trop")).id)).toContain("Une annonce par soirée.");
    expect(await casePage((await alpha.caseOf("Bal fermé")).id)).toContain("Personne n’est laissé dehors.");
    await alpha.takeByPage({ on: `object:${first.id}`, kind: "warn", reason: once });
    await alpha.takeByApi({ on: `object:${second.id}`, kind: "warn", reason: everybody });
    await alpha.told(alpha.email("lea"), "« Bal de trop »", "Une annonce par soirée.");
    await alpha.told(alpha.email("lea"), "« Bal fermé »", "Personne n’est laissé dehors.");
  });

  test('section 8, "messages with the reporter": moderators ask, by the page and by the API, and it stays in the case', async () => {
    const { id, reports } = await reported("Bal obscur");
    await alpha.onCase(id, "write-reporter", { text: "Où l’avez-vous vu ?" });
    await zoe.call("POST", `/cases/${id}/write-reporter`, { report: reports[0]?.id, text: "Et quand ?" });
    for (const words of ["Où l’avez-vous vu ?", "Et quand ?"]) await alpha.told(alpha.email("noe"), "« Bal obscur »", words);
    expect((await alpha.case(id)).entries.filter((one) => one.kind === "to_reporter").map((one) => one.text)).toEqual(["Où l’avez-vous vu ?", "Et quand ?"]);
    expect(alpha.letters(alpha.email("lea"), "Bal obscur")).toEqual([]);
    await expect(zoe.call("POST", `/cases/${id}/write-reporter`, { report: reports[0]?.id, text: " " })).rejects.toMatchObject({ status: 422 });
  });

  test('section 8, "messages with the reported person": they are written to, and never learn who reported', async () => {
    const { id } = await reported("Bal à corriger");
    await alpha.onCase(id, "write-subject", { text: "Vérifiez la salle." });
    await zoe.call("POST", `/cases/${id}/write-subject`, { text: "Et le prix." });
    for (const words of ["Vérifiez la salle.", "Et le prix."]) {
      const letter = await alpha.told(alpha.email("lea"), "« Bal à corriger »", words);
      expect(plain(`${letter.text}${letter.html}`)).not.toMatch(/\bnoe\b/);
    }
    expect(await casePage(id)).toContain("Vérifiez la salle.");
    expect(alpha.letters(alpha.email("noe"), "Bal à corriger")).toEqual([]);
    await expect(noe.call("POST", `/cases/${id}/write-subject`, { text: "De ma part." })).rejects.toMatchObject({ status: 403 });
  });
});
