/**
 * Thirty prepared things, handled by moderators with a keyboard alone: a spam wave, wrong facts, harassment in replies, a
 * hijacked account, a hostile server, a mistaken block, appeals, held publications. Everything is prepared by API, mail and
 * a peer; from then on the moderators' browsers get key presses and nothing else.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient, type EventView } from "../harness/api.ts";
import { Visitor } from "../harness/browser.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { eventually, never } from "../harness/eventually.ts";
import { adminEmail } from "../harness/instance.ts";
import { Keyboard } from "../harness/keyboard.ts";
import { fill, signIn, submit, text } from "../harness/pages.ts";
import { World } from "../harness/world.ts";

const [ALPHA, BETA, PEER] = ["http://alpha.test", "http://beta.test", "peer.test"];
const AS = "https://www.w3.org/ns/activitystreams";
const PASSWORD = "une-phrase-de-passe-facile";
const AP = { headers: { accept: "application/activity+json" } };
const PEOPLE = ["lea", "pub", "nina", "noe", "ada", "zoe", "lou"] as const;
type Person = (typeof PEOPLE)[number];
const SPAM = 12;
const HIJACKED = ["Atelier couture", "Atelier tricot", "Atelier broderie"];
const FACTS = [
  { title: "Concert à la mauvaise date", field: "la date", text: "C’est le lendemain." },
  { title: "Concert au mauvais endroit", field: "le lieu", text: "C’est à la salle Mendès." },
  { title: "Concert au mauvais prix", field: "le prix", text: "C’est gratuit." },
  { title: "Concert sans erreur", field: "l’heure", text: "Je crois que c’est plus tôt." },
];

interface Line { source: string; id: string; title: string; about: string; reason: string; page: string; assigned_to: string | null }
interface Queue { counts: Record<string, number>; items: Line[] }
interface Case { id: string; state: string; outcome: string | null; assigned_to: string | null; entries: { kind: string; text: string }[]; reports: { field: string; text: string; source: string }[] }
interface Deed { seq: number; action: string; target_kind: string; target: string; previous: string; hash: string; by: string | null }
interface Taken { id: string; kind: string; title: string; host: string | null; reason: string; message: string; ends_at: string | null }

const plain = (words: string) => words.replace(/[\u00a0\u202f]/g, " ");
const email = (person: Person) => `${person}@exemple.test`;

describe.each(engines())("moderators with a keyboard, on %s", (engine) => {
  let world: World;
  let admin: ApiClient;
  let beta: ApiClient;
  let keys: Keyboard;
  let second: Keyboard;
  const people = new Map<Person, ApiClient>();
  const as = (person: Person) => people.get(person) as ApiClient;
  const spam: EventView[] = [];
  const workshops: EventView[] = [];
  const facts: EventView[] = [];
  let discussed: EventView;
  let honest: EventView;
  let accused: string;

  const peer = () => world.peer(PEER);
  const waiting = async (source = "") => await admin.call<Queue>("GET", `/queue?limit=200${source ? `&source=${source}` : ""}`);
  const line = async (title: string, source = "reports"): Promise<Line> => {
    const found = (await waiting(source)).items.find((one) => one.title.includes(title));
    if (!found) throw new Error(`nothing named ${title} waits among ${source}`);
    return found;
  };
  const caseOf = async (id: string) => await admin.call<Case>("GET", `/cases/${id}`);
  const measures = async () => (await admin.call<{ items: Taken[] }>("GET", "/measures?limit=200")).items;
  const titles = async (q: string, api = admin) => (await api.events({ q })).map((event) => event.title).sort();
  const status = async (url: string, how: RequestInit = {}) => (await fetch(url, how)).status;
  const page = async (url: string) => await (await fetch(url, { headers: { accept: "text/html" } })).text();
  const letters = (to: string, ...words: string[]) => world.mail.messages.filter((one) => one.to.includes(to) && words.every((word) => plain(one.text).includes(word)));
  const told = async (to: string, ...words: string[]) => await eventually(() => letters(to, ...words).at(-1));
  const draft = (title: string, ahead = 9) => ({ title, start: `${day(ahead)}T20:00:00`, timezone: "Europe/Paris" });
  const report = async (who: Person, about: string, reason: string, more: { field?: string; text?: string } = {}) =>
    await as(who).call("POST", "/reports", { about, reason, ...more });
  const flag = async (number: string, object: string, content: string) => {
    const body = { "@context": AS, id: `http://${PEER}/flags/${engine}/${number}`, type: "Flag", actor: peer().actorId(), object, content, tag: [{ type: "Hashtag", name: "spam" }] };
    expect((await peer().post(`${ALPHA}/inbox`, body)).status).toBe(202);
  };

  /** Signs somebody up by the pages and the letter, and in by the API. */
  const join = async (visitor: Visitor, person: Person) => {
    await visitor.visit(`${ALPHA}/signup`);
    await fill(visitor.page, { name: person, email: email(person), password: PASSWORD });
    expect(await submit(visitor.page)).toBeLessThan(400);
    const link = (await world.mail.lastMailTo(email(person))).links.find((one) => one.includes("confirm"));
    await visitor.visit(link ?? "");
    await fill(visitor.page, { password: PASSWORD });
    expect(await submit(visitor.page)).toBeLessThan(400);
    await visitor.context.clearCookies();
    people.set(person, await ApiClient.signIn(ALPHA, email(person), PASSWORD));
  };

  beforeAll(async () => {
    world = await World.start({
      engine, mail: true, peers: [{ host: PEER }],
      instances: [{ sites: [{ host: "alpha.test", name: "Alpha" }] }, { sites: [{ host: "beta.test", name: "Beta" }] }],
    });
    [admin, beta] = [await world.instance("alpha.test").api(), await world.instance("beta.test").api()];
    for (const api of [admin, beta]) await api.call("PATCH", "/follow-rules", { policy: "automatic" });
    const visitor = await Visitor.open(await world.browser(), { scripts: false });
    for (const person of PEOPLE) await join(visitor, person);
    await visitor.close();
    const { items } = await admin.call<{ items: { id: string; name: string }[] }>("GET", "/people");
    const zoe = items.find((one) => one.name === "zoe")?.id;
    await admin.call("PATCH", `/people/${zoe}`, { role: "moderator" });

    // Who follows whom.
    const bal = await as("lea").createAgenda("bal", "Le bal");
    await beta.createAgenda("salon", "Le salon");
    await beta.follow("@bal@alpha.test");
    await admin.follow("@salon@beta.test");
    await admin.follow(peer().handle("guilde"));
    await peer().follow(bal.uri);
    const followed = async (api: ApiClient) => (await api.follows()).every((one) => one.state === "accepted");
    await eventually(async () => (await followed(admin)) && (await followed(beta)) && peer().followState(bal.uri) === "accepted");

    // 12: a wave from one new account, reported by two people and a server.
    await as("pub").createAgenda("promo", "Promo");
    for (let number = 1; number <= SPAM; number++) {
      const event = await as("pub").createEvent("promo", draft(`Casino gratuit ${String(number).padStart(2, "0")}`));
      spam.push(event);
      if (number <= 6) await report("noe", event.uri, "spam", { text: "Une publicité." });
      else if (number <= 10) await report("ada", event.url, "spam");
      else await flag(`spam-${number}`, event.uri, "Encore de la publicité.");
    }
    // 4: wrong facts.
    for (const fact of FACTS) {
      const event = await as("lea").createEvent("bal", { ...draft(fact.title, 10), price: "12 €", place: { name: "Salle Jaurès", city: "Lille" } });
      facts.push(event);
      await report("noe", event.uri, "wrong_fact", { field: fact.field, text: fact.text });
    }
    // 5: harassment under an event; three replies were reported, two wait for a moderator because of their words.
    discussed = await as("lea").createEvent("bal", draft("Débat houleux", 11));
    for (const number of [1, 2, 3]) {
      const note = await peer().reply(discussed.uri, `<p>Disparaissez, affreux ${number}.</p>`, bal.uri);
      await eventually(async () => (await page(discussed.url)).includes(`affreux ${number}`));
      await report("ada", note.id?.href ?? "", "harassment");
    }
    // 1: an account whose events turned into advertising, reported twice.
    await as("nina").createAgenda("ateliers", "Les ateliers de Nina");
    for (const title of HIJACKED) workshops.push(await as("nina").createEvent("ateliers", draft(title, 12)));
    await eventually(async () => (await titles("Concert", beta)).length === FACTS.length);
    for (const [at, event] of workshops.entries()) await as("nina").updateEvent(event.id, { title: `Cryptomonnaie offerte ${at + 1}` });
    const [first] = workshops as [EventView];
    await report("noe", first.uri, "spam", { text: "Ce n’est plus Nina." });
    await report("ada", first.uri, "impersonation", { text: "Compte volé ?" });
    // 2: a hostile server; one of its events, and its own complaint about an honest one.
    const fair = await peer().publishEvent({ name: "Foire louche", startTime: `${day(13)}T10:00:00Z` });
    accused = fair.id?.href ?? "";
    await eventually(async () => (await titles("Foire")).length === 1);
    await report("noe", accused, "spam");
    honest = await as("lea").createEvent("bal", draft("Bal honnête", 14));
    await eventually(() => peer().state.arrivals.some((arrival) => arrival.body.includes(honest.uri)));
    await flag("hostile", honest.uri, "À supprimer immédiatement.");
    // 1: a block that should never have been.
    await beta.createEvent("salon", draft("Salon du livre", 15));
    await eventually(async () => (await titles("Salon")).length === 1);
    await admin.call("POST", "/measures", { kind: "block", target_kind: "host", target: "beta.test", reason: "spam", message: "Pris pour un autre." });
    // 2 replies and 3 publications that are read first.
    await admin.call("PUT", "/hold-rules", { first_publications: 5, words: ["crétin"] });
    for (const number of [1, 2]) await peer().reply(discussed.uri, `<p>Pauvre crétin ${number}.</p>`, bal.uri);
    await as("lou").createAgenda("lou", "Lou");
    for (const title of ["Lecture de Lou", "Jeux de Lou", "Loterie de Lou"]) await as("lou").createEvent("lou", draft(title, 16));
    await eventually(async () => (await waiting("comments")).items.length === 2);
    await eventually(async () => (await waiting("reports")).items.length === SPAM + 4 + 3 + 1 + 2);

    keys = new Keyboard(await Visitor.open(await world.browser()));
    await signIn(keys.page, "alpha.test");
    second = new Keyboard(await Visitor.open(await world.browser()));
    await signIn(second.page, "alpha.test", email("zoe"), PASSWORD);
  }, 180_000);
  afterAll(() => world?.close());

  test("thirty things are prepared: what waits stands in the queue, which the header leads to", async () => {
    const { counts } = await waiting();
    expect(counts).toMatchObject({ reports: 22, comments: 2, held: 3, appeals: 0, remote: 0, parked: 0, followers: 0 });
    expect((await measures()).map((one) => [one.kind, one.host])).toEqual([["block", "beta.test"]]);
    // 27 in the queue, a block to undo, and the two appeals that the decisions below will bring.
    expect(counts["reports"]! + counts["comments"]! + counts["held"]! + 1 + 2).toBe(30);
    await keys.visitor.visit(`${ALPHA}/`);
    await keys.queue();
    expect(new URL(keys.page.url()).pathname).toBe("/admin/queue");
    expect(await keys.page.locator('main input[name="line"]').count()).toBe(27);
    await keys.wellMade();
    // Arrows lead from line to line; one box chooses all of them, and none again.
    const lines = keys.page.locator('main input[name="line"]');
    await keys.to('main input[name="line"]');
    for (const key of ["ArrowDown", "ArrowDown", "ArrowUp", "Space"]) await keys.key(key);
    expect(await lines.evaluateAll((all) => all.map((one) => (one as HTMLInputElement).checked).indexOf(true))).toBe(1);
    await keys.to('main input[name="whole"]');
    for (const n of [27, 0]) {
      await keys.key("Space");
      expect(await keys.page.locator('main input[name="line"]:checked').count()).toBe(n);
    }
    for (const [show, n] of [["held", 3], ["comments", 2], ["appeals", 0], ["reports", 22]] as const) {
      await keys.filter(show);
      expect(await keys.page.locator('main input[name="line"]').count(), show).toBe(n);
    }
  });

  test("lines of two kinds cannot have one act: the page says so, and nothing is done", async () => {
    await keys.queue();
    expect(await keys.lines(["Lecture de Lou", "Foire louche"], "approve")).toBe(422);
    expect(await text(keys.page, "#errors")).toContain("Choisissez des lignes d’une même sorte");
    await keys.wellMade();
    expect((await waiting()).items).toHaveLength(27);
  });

  test("a spam wave: all lines at once, the author stopped, the events gone, the reporters told", async () => {
    const wave = spam.map((event) => event.title);
    await keys.queue("reports");
    expect(await keys.lines(wave, "take")).toBe(200);
    const preview = await text(keys.page);
    for (const title of wave) expect(preview).toContain(title);
    expect(preview).toContain("12 lignes seront traitées");
    expect(preview).toContain("M’en occuper");
    await keys.wellMade();
    expect((await waiting("reports")).items.filter((one) => one.assigned_to), "nothing before the confirmation").toEqual([]);
    await keys.confirm();
    expect((await waiting("reports")).items.filter((one) => one.assigned_to).map((one) => one.title).sort()).toEqual(wave);

    // One case decides for all of them.
    const first = await line(wave[0] as string);
    await keys.filter("mine");
    expect(await keys.page.locator('main input[name="line"]').count()).toBe(SPAM);
    await keys.open(first);
    await keys.wellMade();
    await keys.note("Douze annonces en une heure, un seul compte.");
    await keys.measure({ on: "actor", kind: "suspend", reason: "spam", words: "Ce site n’est pas un panneau publicitaire.", days: 90 });
    await keys.measure({ on: "account", kind: "freeze", reason: "spam", words: "Votre compte est gelé." });
    expect(await titles("Casino")).toEqual([]);
    for (const path of ["/", "/?q=Casino", "/agenda.ics", "/agenda.atom"]) expect(await page(ALPHA + path), path).not.toContain("Casino gratuit 0");
    for (const event of spam) expect(await status(event.url), event.title).toBe(404);
    await expect(as("pub").createEvent("promo", draft("Casino gratuit 13"))).rejects.toThrow(/: 40[34] /);
    await expect(as("pub").createAgenda("promo2"), "a frozen account starts nothing new").rejects.toMatchObject({ status: 403 });
    const taken = (await measures()).filter((one) => one.reason === "spam" && one.host === null);
    expect(taken.map((one) => one.kind).sort()).toEqual(["freeze", "suspend"]);
    const end = Date.parse(taken.find((one) => one.kind === "suspend")?.ends_at ?? "") - Date.now();
    expect(Math.round(end / 86_400_000)).toBe(90);
    for (const words of ["Ce site n’est pas un panneau publicitaire.", "Votre compte est gelé."]) {
      const letter = await told(email("pub"), words, "De la publicité");
      expect(letter.links.filter((link) => link.startsWith(`${ALPHA}/appeal?token=`))).toHaveLength(1);
    }
    await keys.close("acted", "Le compte est gelé.");
    // The other eleven have one answer: what they are about is removed, and each reporter is told.
    await keys.queue("mine");
    await keys.to('main input[name="whole"]');
    await keys.key("Space");
    await keys.choose('main select[name="act"]', "measure");
    expect(await keys.use('main form[method="post"] button.button:not(.quiet)')).toBe(200);
    expect(await text(keys.page)).toContain("11 lignes seront traitées");
    await keys.wellMade();
    await keys.pick('main form[action="/admin/queue"]', "kind", "remove");
    await keys.choose('main select[name="reason"]', "spam");
    await keys.confirm();
    for (const event of spam.slice(1)) expect(await status(event.url), event.title).toBeGreaterThanOrEqual(404);
    const entries = (await caseOf(first.id)).entries;
    expect(entries).toContainEqual(expect.objectContaining({ kind: "note", text: "Douze annonces en une heure, un seul compte." }));
    expect(await caseOf(first.id)).toMatchObject({ state: "closed", outcome: "acted" });
    expect((await waiting("reports")).items.filter((one) => one.title.startsWith("Casino"))).toEqual([]);
    await told(email("noe"), "« Casino gratuit 01 »", "Les modérateurs ont pris une décision", "Le compte est gelé.");
    await told(email("ada"), "« Casino gratuit 10 »", "Les modérateurs ont pris une décision");
    expect(letters(email("noe"), "« Casino gratuit 10 »")).toEqual([]);
  }, 300_000);

  test("wrong facts: the author is written to, corrects, and the event stays", async () => {
    const corrections = [{ start: `${day(17)}T20:00:00`, timezone: "Europe/Paris" }, { place: { name: "Salle Mendès", city: "Lille" } }, { price: "Gratuit" }];
    for (const [at, fact] of FACTS.entries()) {
      const event = facts[at] as EventView;
      await keys.queue("reports");
      const found = await line(fact.title);
      expect((await caseOf(found.id)).reports).toMatchObject([{ field: fact.field, text: fact.text }]);
      await keys.open(found);
      expect(await text(keys.page, "section[aria-labelledby=reports]")).toContain(fact.field);
      await keys.act("take");
      expect(await text(keys.page, "main .lede")).toContain("s’en occupe");
      const change = corrections[at];
      if (!change) {
        await keys.close("dismissed", "L’heure est la bonne.");
        await told(email("noe"), `« ${fact.title} »`, "n’y voient rien de contraire", "L’heure est la bonne.");
        continue;
      }
      // The form lies in a folded part, which Enter opens.
      await keys.to('main details:has(input[name="do"][value="write-subject"]) > summary');
      await keys.key("Enter");
      await keys.write('main form:has(> input[name="do"][value="write-subject"]) textarea', `Vérifiez ${fact.field}, s’il vous plaît.`);
      await keys.act("write-subject");
      const letter = await told(email("lea"), `« ${fact.title} »`, `Vérifiez ${fact.field}`);
      expect(`${letter.text}${letter.html}`, "nobody learns who reported").not.toMatch(/\bnoe\b/);
      await as("lea").updateEvent(event.id, change);
      await keys.close("corrected", "Merci d’avoir vu cela.");
      await told(email("noe"), `« ${fact.title} »`, "L’erreur est corrigée", "Merci d’avoir vu cela.");
    }
    expect(await titles("Concert")).toEqual(FACTS.map((fact) => fact.title).sort());
    for (const event of facts) expect(await status(event.url)).toBe(200);
    expect(await page((facts[1] as EventView).url)).toContain("Salle Mendès");
    expect(await page((facts[2] as EventView).url)).toContain("Gratuit");
  }, 180_000);

  test("harassment in replies: those shown are taken away, those held never appear", async () => {
    for (const number of [1, 2, 3]) {
      await keys.queue("reports");
      const found = await line(`affreux ${number}`);
      await keys.open(found);
      await keys.measure({ on: "comment", kind: "remove", reason: "harassment", words: "On ne parle pas ainsi." });
      await keys.close("acted");
      expect(await caseOf(found.id)).toMatchObject({ state: "closed", outcome: "acted" });
    }
    await keys.queue("comments");
    expect(await keys.lines(["crétin 1", "crétin 2"], "refuse")).toBe(200);
    expect(await text(keys.page)).toContain("2 lignes seront traitées");
    await keys.confirm();
    expect((await waiting("comments")).items).toEqual([]);
    const shown = await page(discussed.url);
    expect(shown).toContain("Débat houleux");
    expect(shown).not.toMatch(/affreux|crétin/);
    expect(letters(email("ada"), "Disparaissez, affreux", "Les modérateurs ont pris une décision")).toHaveLength(3);
  }, 180_000);

  test("a hijacked account is stopped for seven days, and its events are out of sight", async () => {
    await keys.queue("reports");
    const found = await line("Cryptomonnaie offerte 1");
    expect(found.about).toBe("× 2");
    await keys.open(found);
    expect(await text(keys.page, "section[aria-labelledby=reports]")).toContain("Compte volé ?");
    await keys.act("take");
    await keys.note("Nina publie d’habitude des ateliers : compte volé.");
    await keys.measure({ on: "account", kind: "suspend", reason: "impersonation", words: "Votre compte semble volé : écrivez-nous.", days: 7 });
    const held = (await measures()).find((one) => one.kind === "suspend" && one.title === "nina");
    expect(Math.round((Date.parse(held?.ends_at ?? "") - Date.now()) / 86_400_000)).toBe(7);
    expect(await text(keys.page, "section[aria-labelledby=history]")).toContain("Suspendu");
    await told(email("nina"), "« nina »", "plus rien n’en est montré", "Votre compte semble volé", "Cette décision prend fin le");
    await expect(as("nina").createEvent("ateliers", draft("Cryptomonnaie offerte 4"))).rejects.toThrow(/: 40[13] /);
    await keys.close("acted");
    for (const who of ["noe", "ada"] as const) await told(email(who), "« Cryptomonnaie offerte 1 »", "Les modérateurs ont pris une décision");
    // What the button and the letter both promise.
    expect.soft(await titles("Cryptomonnaie")).toEqual([]);
    for (const event of workshops) expect.soft(await status(event.url), event.url).toBe(404);
  }, 120_000);

  test("a hostile server: its complaint dismissed, what it publishes read first, then no traffic at all", async () => {
    await keys.queue("reports");
    const complaint = await line("Bal honnête");
    expect((await caseOf(complaint.id)).reports).toMatchObject([{ source: "server", text: "À supprimer immédiatement." }]);
    await keys.open(complaint);
    await keys.close("dismissed");
    expect(await status(honest.url)).toBe(200);

    await keys.queue("reports");
    const found = await line("Foire louche");
    await keys.open(found);
    await keys.measure({ on: "host", kind: "hold", reason: "spam", words: "Nous relisons d’abord.", days: 30 });
    for (const name of ["Kermesse voulue", "Kermesse refusée"]) await peer().publishEvent({ name, startTime: `${day(18)}T10:00:00Z` });
    await eventually(async () => (await waiting("remote")).items.length === 2);
    expect(await titles("Kermesse")).toEqual([]);
    for (const [title, act] of [["Kermesse voulue", "approve"], ["Kermesse refusée", "refuse"]] as const) {
      await keys.queue("remote");
      expect(await keys.lines([title], act)).toBe(200);
      await keys.confirm();
    }
    expect(await titles("Kermesse")).toEqual(["Kermesse voulue"]);
    expect((await waiting("remote")).items).toEqual([]);

    await keys.queue("reports");
    await keys.open(found);
    await keys.measure({ on: "host", kind: "block", reason: "spam", words: "Trop de publicité." });
    await keys.close("acted");
    const { items } = await admin.call<{ items: { host: string; reason?: string }[] }>("GET", "/blocks");
    expect(items).toContainEqual(expect.objectContaining({ host: PEER, reason: "Trop de publicité." }));
    const after = { "@context": AS, id: `http://${PEER}/flags/${engine}/after`, type: "Flag", actor: peer().actorId(), object: honest.uri, content: "Encore." };
    expect((await peer().post(`${ALPHA}/inbox`, after)).status).toBe(403);
    await told(email("noe"), "« Foire louche »", "Les modérateurs ont pris une décision");
    const event = await as("lea").createEvent("bal", draft("Bal sans le pair", 19));
    await never(() => peer().state.arrivals.some((arrival) => arrival.body.includes(event.uri)));
    await keys.administration("/admin/measures");
    expect(await text(keys.page, "main table")).toContain(PEER);
    await keys.wellMade();
  }, 180_000);

  test("held publications: two let through, one refused", async () => {
    await keys.queue("held");
    expect(await keys.lines(["Lecture de Lou", "Jeux de Lou"], "approve")).toBe(200);
    expect(await text(keys.page)).toContain("2 lignes seront traitées");
    await keys.confirm("Bienvenue !");
    await keys.filter("held");
    expect(await keys.lines(["Loterie de Lou"], "refuse")).toBe(200);
    await keys.confirm("Pas de loterie ici.");
    expect(await titles("Lou")).toEqual(["Jeux de Lou", "Lecture de Lou"]);
    expect(await page(`${ALPHA}/@lou`)).toContain("Lecture de Lou");
    expect(await page(`${ALPHA}/@lou`)).not.toContain("Loterie de Lou");
    expect((await waiting("held")).items).toEqual([]);
  }, 120_000);

  test("a mistaken block is undone from the list of measures, and the two servers speak again", async () => {
    const before = await beta.createEvent("salon", draft("Salon pendant le blocage", 20));
    await never(async () => (await titles("pendant le blocage")).length > 0);
    await keys.administration("/admin/measures");
    const taken = (await measures()).find((one) => one.host === "beta.test");
    expect(await keys.use(`main form[action="/admin/measures/undo"]:has(input[value="${taken?.id}"]) button`)).toBe(200);
    expect(await text(keys.page, ".flash.success")).toContain("Décision annulée");
    expect(await text(keys.page, "main table")).not.toContain("beta.test");
    expect((await admin.call<{ items: { host: string }[] }>("GET", "/blocks")).items.map((one) => one.host)).toEqual([PEER]);
    // A block ends follows both ways, and none comes back by itself: each side asks again.
    for (const old of await beta.follows()) await beta.unfollow(old.id);
    const [theirs, ours] = [await beta.follow("@bal@alpha.test"), await admin.follow("@salon@beta.test")];
    const stateOf = async (api: ApiClient, id: string) => (await api.follows()).find((one) => one.id === id)?.state;
    // The block is remembered as a person's refusal, which no page takes back: the API does.
    if ((await eventually(async () => { const state = await stateOf(beta, theirs.id); return state !== "pending" && state; })) === "refused") {
      const asking = (await admin.followers()).find((one) => one.actor.startsWith(BETA));
      await admin.answerFollower(asking?.id ?? "", "accept");
    }
    await eventually(async () => (await stateOf(beta, theirs.id)) === "accepted" && (await stateOf(admin, ours.id)) === "accepted");
    await as("lea").createEvent("bal", draft("Bal retrouvé", 21));
    await beta.createEvent("salon", draft("Salon retrouvé", 21));
    await eventually(async () => (await titles("Bal retrouvé", beta)).length === 1 && (await titles("Salon retrouvé")).length === 1);
    expect(await status(before.uri, AP)).toBe(200);
    expect(await status(`${BETA}/`)).toBe(200);
  }, 120_000);

  test("appeals come from the letter's link, and somebody else than who decided answers them", async () => {
    const link = async (person: Person, words: string) => (await told(email(person), words)).links.find((one) => one.includes("/appeal?token=")) ?? "";
    const browser = await world.browser();
    for (const [person, words, answer] of [
      ["pub", "panneau publicitaire", "Je veux gagner de l’argent."], ["nina", "semble volé", "On m’a volé mon mot de passe. Je l’ai changé."],
    ] as const) {
      const their = new Keyboard(await Visitor.open(browser));
      await their.visitor.visit(await link(person, words));
      await their.wellMade();
      expect(await text(their.page)).toContain(words);
      await their.write('main textarea[name="text"]', answer);
      expect(await their.use('main form[action="/appeal"] button')).toBe(200);
      expect(await text(their.page)).toContain("Votre contestation est arrivée");
      await their.end();
    }
    const appeals = (await waiting("appeals")).items;
    expect(appeals.map((one) => one.title).sort()).toEqual(["Promo", "nina"]);
    const [lifted, upheld] = ["nina", "Promo"].map((title) => appeals.find((one) => one.title === title) as Line) as [Line, Line];

    // Who took the measure is told that it is not theirs to answer.
    await keys.queue("appeals");
    await keys.open(upheld);
    await keys.wellMade();
    expect(await text(keys.page)).toContain("quelqu’un d’autre doit répondre");
    expect(await keys.use('main button[name="do"][value="uphold"]')).toBe(403);
    expect(await text(keys.page, "#errors")).toContain("quelqu’un d’autre doit décider");
    expect((await waiting("appeals")).items).toHaveLength(2);

    await second.visitor.visit(`${ALPHA}/`);
    for (const [appeal, answer, words] of [[upheld, "uphold", "La décision reste."], [lifted, "lift", "Vous avez raison."]] as const) {
      await second.queue("appeals");
      await second.open(appeal);
      await second.wellMade();
      await second.write('main textarea[name="text"]', words);
      expect(await second.use(`main button[name="do"][value="${answer}"]`, "Space")).toBe(200);
      expect(await text(second.page, ".flash.success")).toContain("Réponse envoyée");
    }
    await told(email("pub"), "est maintenue", "La décision reste.");
    await told(email("nina"), "est levée", "Vous avez raison.");
    expect(await titles("Casino")).toEqual([]);
    // The account is hers again, and so are her events, which she puts right.
    people.set("nina", await ApiClient.signIn(ALPHA, email("nina"), PASSWORD));
    expect(await titles("Cryptomonnaie")).toHaveLength(HIJACKED.length);
    for (const [at, event] of workshops.entries()) await as("nina").updateEvent(event.id, { title: HIJACKED[at] as string });
    expect(await titles("Atelier")).toEqual([...HIJACKED].sort());
    for (const event of workshops) expect(await status(event.url)).toBe(200);
  }, 180_000);

  test("nothing is left, and the record is whole", async () => {
    const { items, counts } = await waiting();
    expect(items).toEqual([]);
    expect(Object.values(counts).reduce((sum, n) => sum + n, 0)).toBe(0);
    await keys.queue();
    expect(await text(keys.page)).toContain("Rien n’attend. Bonne journée !");
    expect(await keys.page.locator("header details.me .count").count()).toBe(0);
    await keys.wellMade();
    await keys.administration("/admin/record");
    await keys.wellMade();

    const deeds = (await admin.call<{ items: Deed[] }>("GET", "/record?limit=200")).items.reverse();
    expect(deeds.map((deed) => deed.seq)).toEqual(deeds.map((_, at) => at + 1));
    for (const [at, deed] of deeds.entries()) expect(deed.previous, String(deed.seq)).toBe(at === 0 ? "" : deeds[at - 1]?.hash);
    expect(new Set(deeds.map((deed) => deed.hash)).size).toBe(deeds.length);
    const tally: Record<string, number> = {};
    for (const { action } of deeds) tally[action] = (tally[action] ?? 0) + 1;
    expect(tally).toEqual({
      case_opened: 22, case_closed: 22, measure_taken: 20, measure_undone: 2,
      appeal_made: 2, appeal_decided: 2, held_approved: 3, held_refused: 4,
    });
    const moderator = deeds.find((deed) => deed.action === "case_closed")?.by;
    const decided = deeds.filter((deed) => deed.action === "appeal_decided").map((deed) => deed.by);
    expect(decided.every((by) => by !== null && by !== moderator)).toBe(true);
    expect(letters(adminEmail("alpha.test")).length).toBeGreaterThan(0);
    await keys.end();
    await second.end();
    expect(keys.presses).toBeGreaterThan(1_000);
  }, 60_000);
});
