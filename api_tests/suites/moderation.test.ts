/** Reports and measures between servers: what a peer complains of, what is sent on, and what is shown after. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { eventually, never } from "../harness/eventually.ts";
import { adminEmail } from "../harness/instance.ts";
import { png } from "../harness/png.ts";
import { World } from "../harness/world.ts";

const [ALPHA, BETA] = ["http://alpha.test", "http://beta.test"];
const PEER = "peer.test";
const AS = "https://www.w3.org/ns/activitystreams";

interface Line { source: string; id: string; title: string; reason: string; about: string; page: string }
interface Queue { counts: Record<string, number>; items: Line[] }
interface Case {
  id: string; state: string; outcome: string | null; target: string; target_id: string; target_kind: string; title: string;
  reports: { id: string; source: string; host: string; reason: string; text: string; times: number; copy: { title: string; text?: string }; forwarded_at: string | null }[];
}

describe.each(engines())("moderation between servers, on %s", (engine) => {
  let world: World;
  let alpha: ApiClient;
  let beta: ApiClient;

  beforeAll(async () => {
    world = await World.start({
      engine, mail: true, peers: [{ host: PEER }],
      instances: [{ sites: [{ host: "alpha.test" }] }, { sites: [{ host: "beta.test" }] }],
    });
    alpha = await world.instance("alpha.test").api();
    beta = await world.instance("beta.test").api();
    await alpha.createAgenda("bal", "Le bal");
    for (const api of [alpha, beta]) await api.call("PATCH", "/follow-rules", { policy: "automatic" });
    await beta.follow("@bal@alpha.test");
    await eventually(async () => (await beta.follows())[0]?.state === "accepted");
    await beta.follow(world.peer(PEER).handle("guilde"));
    await eventually(async () => (await beta.follows()).every((follow) => follow.state === "accepted"));
  });
  afterAll(() => world?.close());

  const queue = async (api: ApiClient, source = "reports") => (await api.call<Queue>("GET", `/queue?source=${source}`)).items;
  const caseOf = async (api: ApiClient, title: string): Promise<Case> => {
    const line = await eventually(async () => (await queue(api)).find((item) => item.title === title));
    return await api.call<Case>("GET", `/cases/${(line as Line).id}`);
  };
  const published = async (title: string) => {
    const event = await alpha.createEvent("bal", { title, start: `${day(9)}T20:00:00`, timezone: "Europe/Paris" });
    await eventually(async () => (await beta.events({ q: title })).length === 1);
    return event;
  };
  const titles = async (api: ApiClient, q: string) => (await api.events({ q })).map((event) => event.title);
  const flag = (number: number, more: Record<string, unknown>) => ({
    "@context": AS, id: `http://${PEER}/flags/${engine}/${number}`, type: "Flag", actor: `http://${PEER}/users/relay`, ...more,
  });

  test("R-MOD-02: a report is sent on to the server of origin, by the site and in the moderator's words", async () => {
    const event = await published("Bal dénoncé");
    await beta.call("POST", "/reports", { about: event.uri, reason: "spam", text: "Signé : moi-même" });
    const there = await caseOf(beta, "Bal dénoncé");
    expect(there.reports).toMatchObject([{ source: "account", reason: "spam", text: "Signé : moi-même", copy: { title: "Bal dénoncé" } }]);
    await beta.call("POST", `/cases/${there.id}/forward`, { report: there.reports[0]?.id, text: "C'est une publicité." });
    const here = await caseOf(alpha, "Bal dénoncé");
    expect(here.reports).toMatchObject([{ source: "server", host: "beta.test", text: "C'est une publicité." }]);
    expect(JSON.stringify(here)).not.toContain("moi-même");
    expect(JSON.stringify(here)).not.toContain(adminEmail("beta.test"));
    await expect(beta.call("POST", `/cases/${there.id}/forward`, { report: there.reports[0]?.id, text: "Encore." })).rejects.toMatchObject({ status: 409 });
  });

  test("what is removed here goes there as well, and comes back with the undo", async () => {
    const event = await published("Bal retiré");
    await beta.call("POST", "/reports", { about: event.uri, reason: "hate" });
    const removed = await alpha.call<{ id: string }>("POST", "/measures", {
      kind: "remove", target_kind: "object", target: event.id, reason: "hate", message: "Contraire aux règles.",
    });
    expect(await titles(alpha, "retiré")).toEqual([]);
    await eventually(async () => (await titles(beta, "retiré")).length === 0);
    expect((await fetch(event.uri, { headers: { accept: "application/activity+json" } })).status).toBeGreaterThanOrEqual(404);
    await alpha.call("DELETE", `/measures/${removed.id}`);
    expect(await titles(alpha, "retiré")).toEqual(["Bal retiré"]);
    await eventually(async () => (await titles(beta, "retiré")).length === 1);
    expect((await fetch(event.uri, { headers: { accept: "application/activity+json" } })).status).toBe(200);
  });

  test("a server, an actor and one thing of theirs are hidden here alone, and nothing is asked of them", async () => {
    const event = await world.peer(PEER).publishEvent({ name: "Foire", startTime: `${day(12)}T10:00:00Z` });
    await eventually(async () => (await titles(beta, "Foire")).length === 1);
    const [shown] = await beta.events({ q: "Foire" });
    await beta.call("POST", "/reports", { about: event.id?.href, reason: "other", text: "Hors sujet." });
    const seen = await caseOf(beta, "Foire");
    const before = world.peer(PEER).receipts.length;
    const hide = async (body: Record<string, unknown>, hidden: boolean) => {
      const measure = await beta.call<{ id: string }>("POST", "/measures", { reason: "spam", ...body });
      expect(await titles(beta, "Foire"), JSON.stringify(body)).toEqual([]);
      const page = await fetch(shown?.url.startsWith(BETA) ? shown.url : `${BETA}/e/${shown?.id}`);
      expect(page.status).toBe(hidden ? 404 : 200);
      await beta.call("DELETE", `/measures/${measure.id}`);
      expect(await titles(beta, "Foire")).toEqual(["Foire"]);
    };
    await hide({ kind: "remove", target_kind: "object", target: seen.target_id }, true);
    await hide({ kind: "unlist", target_kind: "object", target: seen.target_id }, false);
    await hide({ kind: "suspend", target_kind: "host", target: PEER }, true);
    await hide({ kind: "unlist", target_kind: "host", target: PEER.toUpperCase() }, false);
    await hide({ kind: "kinds", target_kind: "host", target: PEER, kinds: [] }, true);
    const events = await beta.call<{ id: string }>("POST", "/measures", { kind: "kinds", target_kind: "host", target: PEER, reason: "spam", kinds: ["event"] });
    expect(await titles(beta, "Foire")).toEqual(["Foire"]);
    await beta.call("DELETE", `/measures/${events.id}`);
    // A name that only ends the same is another server.
    const other = await beta.call<{ id: string }>("POST", "/measures", { kind: "suspend", target_kind: "host", target: "eer.test", reason: "spam" });
    expect(await titles(beta, "Foire")).toEqual(["Foire"]);
    await beta.call("DELETE", `/measures/${other.id}`);
    expect(world.peer(PEER).receipts.length).toBe(before);
  });

  test("what another server publishes is read first while a measure says so, and refused things stay away", async () => {
    const peer = world.peer(PEER);
    await peer.publishEvent({ name: "Kermesse ancienne", startTime: `${day(12)}T10:00:00Z` });
    await eventually(async () => (await titles(beta, "Kermesse")).length === 1);
    const held = await beta.call<{ id: string }>("POST", "/measures", { kind: "hold", target_kind: "host", target: PEER, reason: "spam" });
    for (const name of ["Kermesse voulue", "Kermesse refusée"]) await peer.publishEvent({ name, startTime: `${day(13)}T10:00:00Z` });
    const waiting = await eventually(async () => { const lines = await queue(beta, "remote"); return lines.length === 2 && lines; }) as Line[];
    expect(waiting.map((line) => line.title).sort()).toEqual(["Kermesse refusée", "Kermesse voulue"]);
    expect(await titles(beta, "Kermesse"), "what was there stays").toEqual(["Kermesse ancienne"]);
    const idOf = (title: string) => waiting.find((line) => line.title === title)?.id;
    for (const line of waiting) expect((await fetch(`${BETA}/e/${line.id}`)).status).toBe(404);
    await beta.call("POST", "/queue", { source: "remote", ids: [idOf("Kermesse voulue")], action: "approve" });
    await beta.call("POST", "/queue", { source: "remote", ids: [idOf("Kermesse refusée")], action: "refuse" });
    expect(await queue(beta, "remote")).toEqual([]);
    expect((await titles(beta, "Kermesse")).sort()).toEqual(["Kermesse ancienne", "Kermesse voulue"]);
    await beta.call("DELETE", `/measures/${held.id}`);
    expect((await titles(beta, "Kermesse")).sort(), "a refusal outlives the measure").toEqual(["Kermesse ancienne", "Kermesse voulue"]);
    expect((await fetch(`${BETA}/e/${idOf("Kermesse refusée")}`)).status).toBe(404);
  });

  test("a server's pictures are not taken, and a sensitive one is shown to who asks", async () => {
    const peer = world.peer(PEER);
    for (const name of ["affiche", "autre"]) peer.state.documents.set(`/${name}.png`, { status: 200, type: "image/png", headers: {}, body: png(640, 400) });
    const asked = (path: string) => peer.state.requests.filter((request) => request.path === path).length;
    await peer.publishEvent({ name: "Guinguette illustrée", startTime: `${day(14)}T10:00:00Z`, picture: new URL(`http://${PEER}/affiche.png`) });
    const [event] = await eventually(async () => { const found = await beta.events({ q: "Guinguette" }); return found.length === 1 && found; }) as { id: string }[];
    const page = async () => await (await fetch(`${BETA}/e/${event?.id}`)).text();
    await eventually(async () => /class="poster"/.test(await page()), { timeout: 40_000 });
    const file = /class="poster" src="([^"]+)"/.exec(await page())?.[1] ?? "";
    expect((await fetch(`${BETA}${file}`)).status).toBe(200);
    const sensitive = await beta.call<{ id: string }>("POST", "/measures", { kind: "sensitive", target_kind: "host", target: PEER, reason: "sensitive" });
    expect(await page()).toMatch(/<details><summary>[^<]+<\/summary><img class="poster"/);
    expect(await (await fetch(`${BETA}/?q=Guinguette`)).text(), "lists have no room to ask").not.toContain("class=\"thumb");
    await beta.call("DELETE", `/measures/${sensitive.id}`);
    const media = await beta.call<{ id: string }>("POST", "/measures", { kind: "media", target_kind: "host", target: PEER, reason: "sensitive" });
    expect(await page()).not.toContain("poster");
    expect((await fetch(`${BETA}${file}`)).status).toBe(404);
    await peer.publishEvent({ name: "Guinguette sans image", startTime: `${day(14)}T11:00:00Z`, picture: new URL(`http://${PEER}/autre.png`) });
    await eventually(async () => (await beta.events({ q: "sans image" })).length === 1);
    // The pictures' worker looks every twenty seconds: it has looked since.
    await new Promise((done) => setTimeout(done, 22_000));
    expect([asked("/affiche.png"), asked("/autre.png")]).toEqual([1, 0]);
    await beta.call("DELETE", `/measures/${media.id}`);
    expect(await page()).toContain("poster");
  }, 120_000);

  test("an event of ours marked as sensitive is so for its followers", async () => {
    const event = await published("Bal sensible");
    const marked = await alpha.call<{ id: string }>("POST", "/measures", { kind: "sensitive", target_kind: "object", target: event.id, reason: "sensitive" });
    const document = async () => await (await fetch(event.uri, { headers: { accept: "application/activity+json" } })).json() as { sensitive?: boolean };
    expect((await document()).sensitive).toBe(true);
    await alpha.call("DELETE", `/measures/${marked.id}`);
    expect((await document()).sensitive ?? false).toBe(false);
  });

  test("R-MOD-01: every form of a Flag is a report, one a server and target", async () => {
    const event = await published("Bal signalé");
    const actor = "http://alpha.test/@bal";
    const owner = (await (await fetch(event.uri, { headers: { accept: "application/activity+json" } })).json() as { attributedTo: string | string[] }).attributedTo;
    const agenda = Array.isArray(owner) ? owner[0] : owner;
    const forms = [
      { object: [agenda, event.uri], content: "Comme Mastodon." },
      { object: event.uri, content: "<p>Comme <b>PeerTube</b>.</p>", tag: [{ type: "Hashtag", name: "spamOrMisleading" }] },
      { object: [{ type: "Event", id: event.uri }], summary: "Comme Lemmy." },
      { object: event.url, content: "Par sa page." },
    ];
    for (const [number, form] of forms.entries()) {
      const answer = await world.peer(PEER).post(`${ALPHA}/inbox`, { ...flag(number, form), actor: world.peer(PEER).actorId() });
      expect(answer.status).toBe(202);
    }
    await eventually(async () => (await caseOf(alpha, "Bal signalé")).reports[0]?.times === forms.length);
    const seen = await caseOf(alpha, "Bal signalé");
    expect(seen.reports).toHaveLength(1);
    for (const words of ["Comme Mastodon.", "Comme PeerTube.", "Comme Lemmy.", "Par sa page."]) expect(seen.reports[0]?.text).toContain(words);
    expect(actor).toContain("bal");
  });

  test("AUT-14: a Flag that names what its sender may not see, or ten thousand things, is cut to the rest", async () => {
    const event = await published("Bal parmi d'autres");
    const hidden = await published("Bal caché");
    await alpha.call("POST", "/measures", { kind: "remove", target_kind: "object", target: hidden.id, reason: "spam" });
    const foreign = Array.from({ length: 10_000 }, (_, number) => `http://${PEER}/x/${number}`);
    const answer = await world.peer(PEER).post(`${ALPHA}/inbox`, {
      ...flag(100, { object: [event.uri, hidden.uri, ...foreign], content: "Tout." }), actor: world.peer(PEER).actorId(),
    });
    expect([202, 400, 413]).toContain(answer.status);
    if (answer.status === 202) await caseOf(alpha, "Bal parmi d'autres");
    await never(async () => (await queue(alpha)).some((line) => line.title === "Bal caché"));
  });

  test("the queue and the record are for moderators, by API as by page", async () => {
    const stranger = new ApiClient(ALPHA);
    for (const path of ["/queue", "/measures", "/record"]) await expect(stranger.call("GET", path)).rejects.toMatchObject({ status: 401 });
    const { items } = await alpha.call<{ items: { seq: number; action: string; hash: string; previous: string }[] }>("GET", "/record");
    expect(items.length).toBeGreaterThan(3);
    for (const [at, entry] of items.entries()) if (items[at + 1]) expect(entry.previous).toBe(items[at + 1]?.hash);
  });

  test("DOM-02: a block taken as a measure stops the traffic both ways, and its end lets it flow again", async () => {
    const event = await published("Bal avant blocage");
    const preview = await alpha.call<{ items: { host: string; followers: number; measures: string[] }[] }>("POST", "/block-lists/file", { csv: "beta.test,suspend\n" });
    expect(preview.items).toMatchObject([{ host: "beta.test", measures: ["block"] }]);
    expect(preview.items[0]?.followers).toBeGreaterThan(0);
    expect((await fetch(event.uri, { headers: { accept: "application/activity+json" } })).status).toBe(200);
    const ends = new Date(Date.now() + 3_000).toISOString();
    const block = await alpha.call<{ id: string }>("POST", "/measures", { kind: "block", target_kind: "host", target: "BETA.test", reason: "spam", message: "Trop.", ends_at: ends });
    expect(block.id).toBeTruthy();
    expect(await alpha.call<{ items: { host: string; reason?: string }[] }>("GET", "/blocks")).toMatchObject({ items: [{ host: "beta.test", reason: "Trop." }] });
    await alpha.createEvent("bal", { title: "Bal pendant blocage", start: `${day(9)}T20:00:00`, timezone: "Europe/Paris" });
    await eventually(async () => (await alpha.call<{ items: unknown[] }>("GET", "/blocks")).items.length === 0);
    await never(async () => (await titles(beta, "pendant blocage")).length > 0);
    const record = await alpha.call<{ items: { action: string; target: string }[] }>("GET", "/record");
    expect(record.items.filter((entry) => entry.target === "host:beta.test").map((entry) => entry.action)).toEqual(["measure_ended", "measure_taken"]);
  });
});
