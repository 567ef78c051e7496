/** The tools of moderation, row by row: what a site decides of other servers. Each on the pages and by the API. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { eventually } from "../harness/eventually.ts";
import { ADMIN_PASSWORD } from "../harness/instance.ts";
import { Desk } from "../harness/moderation.ts";
import { fill, submit, text } from "../harness/pages.ts";
import { png } from "../harness/png.ts";
import { World } from "../harness/world.ts";
import type { FedifyPeer } from "../peer/peer.ts";
import type { ActorKind } from "../peer/state.ts";

const ALPHA = "http://alpha.test";
const BAL = `${ALPHA}/@bal`;
const [PEER, FARM, WILD] = ["peer.test", "ferme.test", "sauvage.test"];
/** A server of which only the instance itself matters. */
const INSTANCE: Record<string, ActorKind> = { relay: "Application" };
const FILE = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate";

describe.each(engines())("the tools about servers on %s", (engine) => {
  let world: World;
  let alpha: Desk;
  let beta: Desk;
  let lea: ApiClient;
  const wild = () => world.peer(WILD);

  beforeAll(async () => {
    world = await World.start({
      engine, mail: true,
      peers: [
        ...[PEER, FARM, WILD].map((host) => ({ host })),
        ...["une.test", "deux.test", "trois.test", "quatre.test"].map((host) => ({ host, actors: INSTANCE })),
        { host: "non.test", actors: INSTANCE, onFollow: "reject" as const },
      ],
      instances: [{ sites: [{ host: "alpha.test" }] }, { sites: [{ host: "beta.test" }] }],
    });
    [alpha, beta] = [await Desk.open(world, "alpha.test", engine), await Desk.open(world, "beta.test", engine)];
    for (const { api } of [alpha, beta]) await api.call("PATCH", "/follow-rules", { policy: "automatic" });
    lea = await alpha.join("lea");
    await lea.createAgenda("bal", "Le bal");
    for (const host of [PEER, FARM]) await alpha.api.follow(world.peer(host).handle("guilde"));
    for (const host of [FARM, WILD]) await world.peer(host).follow(BAL, "ada");
    await eventually(async () => (await alpha.api.follows()).every((one) => one.state === "accepted"));
    await eventually(() => [FARM, WILD].every((host) => world.peer(host).followState(BAL, "ada") === "accepted"));
  });
  afterAll(() => world?.close());

  let flags = 0;
  /** What the door of a site answers to an activity of this server. */
  const knock = async (peer: FedifyPeer, desk = alpha): Promise<number> => {
    const flag = { "@context": "https://www.w3.org/ns/activitystreams", id: `http://${peer.host}/flags/${++flags}`, type: "Flag", actor: peer.actorId(), object: `${ALPHA}/@personne`, content: "Toc, toc." };
    return (await peer.post(`${desk.origin}/inbox`, flag)).status;
  };
  const shown = async (host: string, title: string, picture?: string): Promise<string> => {
    await world.peer(host).publishEvent({ name: title, startTime: `${day(12)}T10:00:00Z`, ...(picture ? { picture: new URL(`http://${host}${picture}`) } : {}) });
    const [event] = (await eventually(async () => { const found = await alpha.api.events({ q: title }); return found.length === 1 && found; })) as { id: string }[];
    return `/e/${event?.id}`;
  };
  const onBlocks = async (fields: Record<string, string>, form: string, desk = alpha): Promise<number> =>
    await desk.page(async ({ page }) => {
      await page.goto(`${desk.origin}/admin/blocks`);
      await fill(page, fields, form);
      return await submit(page, `${form} button.button`);
    });

  test('section 8, "block a domain": no word goes either way while it holds, and it knocks again afterwards', async () => {
    const told = (host: string, uri: string) => world.peer(host).state.arrivals.some((one) => one.body.includes(uri));
    await alpha.bothWays({ on: `host:${WILD}`, kind: "block", words: "Trop de publicité." }, async (holds) => {
      expect(await knock(wild())).toBe(holds ? 403 : 202);
      const { items } = await alpha.api.call<{ items: { host: string; reason?: string }[] }>("GET", "/blocks");
      expect(items).toMatchObject(holds ? [{ host: WILD, reason: "Trop de publicité." }] : []);
      if (!holds) return;
      const event = await alpha.event(lea, "bal", `Sans les sauvages ${flags}`);
      await eventually(() => told(FARM, event.uri));
      expect(told(WILD, event.uri)).toBe(false);
    });
    // A block ended the follow, and is remembered as a person's no, which the API takes back.
    await wild().follow(BAL, "ada");
    await eventually(() => wild().followState(BAL, "ada") === "rejected");
    const asking = (await alpha.api.followers()).find((one) => one.actor === wild().actorId("ada"));
    await alpha.api.answerFollower(asking?.id ?? "", "accept");
    await eventually(() => wild().followState(BAL, "ada") === "accepted");
    const event = await alpha.event(lea, "bal", "Avec les sauvages");
    await eventually(() => told(WILD, event.uri));
    await expect(alpha.takeByApi({ on: "host:alpha.test", kind: "block" }), "never oneself").rejects.toMatchObject({ status: 422 });
  });

  test('section 8, "block with an end date": the page takes days and the API an instant, and the door opens by itself', async () => {
    const id = await alpha.takeByPage({ on: `host:${WILD}`, kind: "block", days: 1 });
    expect(await knock(wild())).toBe(403);
    const held = (await alpha.measures()).find((one) => one.id === id);
    expect(Math.round((Date.parse(held?.ends_at ?? "") - Date.now()) / 3_600_000)).toBe(24);
    await alpha.undoByApi(id);
    await alpha.takeByApi({ on: `host:${WILD}`, kind: "block", days: 4 / 86_400 });
    expect(await knock(wild())).toBe(403);
    await eventually(async () => (await knock(wild())) === 202);
    expect((await alpha.record()).find((one) => one.target === `host:${WILD}`)?.action).toBe("measure_ended");
    await expect(alpha.takeByApi({ on: `host:${WILD}`, kind: "block", days: -1 })).rejects.toMatchObject({ status: 422 });
  });

  test('section 8, "reject media only": its events stay without their pictures, and no new picture is fetched', async () => {
    const asked = (host: string, path: string) => world.peer(host).state.requests.filter((one) => one.path === path).length;
    for (const host of [PEER, FARM]) for (const name of ["affiche", "autre"]) world.peer(host).state.documents.set(`/${name}.png`, { status: 200, type: "image/png", headers: {}, body: png(64, 40) });
    const page = await shown(PEER, "Guinguette illustrée", "/affiche.png");
    // Who fetches pictures looks at once when the server starts.
    await world.instance("alpha.test").restart();
    await eventually(async () => (await alpha.read(page)).includes('class="poster"'));
    const file = /class="poster" src="([^"]+)"/.exec(await alpha.read(page))?.[1] ?? "";
    await alpha.bothWays({ on: `host:${PEER}`, kind: "media", reason: "sensitive" }, async (holds) => {
      expect(await alpha.titles("Guinguette illustrée")).toEqual(["Guinguette illustrée"]);
      expect((await alpha.read(page)).includes('class="poster"')).toBe(!holds);
      expect(await alpha.status(file)).toBe(holds ? 404 : 200);
    });
    const id = await alpha.takeByApi({ on: `host:${PEER}`, kind: "media", reason: "sensitive" });
    const pages = [await shown(PEER, "Guinguette nue", "/autre.png"), await shown(FARM, "Ferme illustrée", "/autre.png")] as const;
    await world.instance("alpha.test").restart();
    await eventually(async () => (await alpha.read(pages[1])).includes('class="poster"'));
    expect([asked(PEER, "/affiche.png"), asked(PEER, "/autre.png"), asked(FARM, "/autre.png")]).toEqual([1, 0, 1]);
    expect(await alpha.read(pages[0])).not.toContain("poster");
    await alpha.undoByApi(id);
  });

  test('section 8, "limit a domain": its events are in no list, and their pages stay for whoever has the address', async () => {
    const page = await shown(PEER, "Foire discrète");
    await alpha.bothWays({ on: `host:${PEER}`, kind: "unlist" }, async (holds) => {
      expect(await alpha.titles("Foire discrète")).toEqual(holds ? [] : ["Foire discrète"]);
      for (const path of ["/", "/agenda.ics", "/agenda.atom"]) expect((await alpha.read(path)).includes("Foire discrète"), path).toBe(!holds);
      expect(await alpha.status(page)).toBe(200);
      expect(await knock(world.peer(PEER)), "it may speak").toBe(202);
    });
  });

  test('section 8, "limit a domain to some object kinds": its events stay by the page\'s choice, and go by one without them', async () => {
    const page = await shown(PEER, "Foire choisie");
    const some = await alpha.takeByPage({ on: `host:${PEER}`, kind: "kinds" });
    expect(await alpha.titles("Foire choisie")).toEqual(["Foire choisie"]);
    await alpha.undoByApi(some);
    await expect(alpha.takeByApi({ on: `host:${PEER}`, kind: "kinds", kinds: ["potato"] })).rejects.toMatchObject({ status: 422 });
    const none = await alpha.takeByApi({ on: `host:${PEER}`, kind: "kinds", kinds: [] });
    expect(await alpha.titles("Foire choisie")).toEqual([]);
    expect(await alpha.status(page)).toBe(404);
    await alpha.undoByPage(none);
    expect(await alpha.titles("Foire choisie")).toEqual(["Foire choisie"]);
  });

  test('section 8, "allow-list federation": named servers are heard and no other, until it is off again', async () => {
    const form = 'main form[action="/admin/blocks/allowed"]';
    const heard = async (only: boolean) => {
      expect([await knock(world.peer(PEER)), await knock(wild())]).toEqual([202, only ? 403 : 202]);
      expect((await alpha.api.call<{ only: boolean }>("GET", "/allow-list")).only).toBe(only);
    };
    await heard(false);
    const hosts = [PEER, FARM, "beta.test"];
    expect(await onBlocks({ only: "on", hosts: "pas un hôte/" }, form)).toBe(422);
    expect(await onBlocks({ only: "on", hosts: hosts.join("\n") }, form)).toBe(200);
    await heard(true);
    await alpha.api.call("PUT", "/allow-list", { only: false, hosts });
    await heard(false);
    await expect(alpha.api.call("PUT", "/allow-list", { only: true, hosts: ["pas un hôte/"] })).rejects.toMatchObject({ status: 422 });
    await alpha.api.call("PUT", "/allow-list", { only: true, hosts });
    await heard(true);
    expect(await onBlocks({ only: "" }, form)).toBe(200);
    await heard(false);
  });

  const takeAll = async (desk: Desk, csv: string) => await desk.page(async ({ page }) => {
    await page.goto(`${desk.origin}/admin/blocks`);
    await fill(page, { text: csv }, 'main form[action="/admin/blocks/preview"]');
    expect(await submit(page, 'main form[action="/admin/blocks/preview"] button.button')).toBe(200);
    const offered = await page.locator('main input[name="line"]').count();
    if (offered > 0) expect(await submit(page, 'main form[action="/admin/blocks/take"] button.button')).toBe(200);
    return offered;
  });
  const liftAll = async (desk: Desk) => { for (const one of await desk.measures()) await desk.undoByApi(one.id); };
  /** The file as the API gives it, which is no JSON. */
  const exported = async (desk: Desk): Promise<string> => {
    const { token } = await desk.api.call<{ token: string }>("POST", "/session", { email: desk.admin, password: ADMIN_PASSWORD });
    return await (await fetch(`${desk.origin}/api/v1/block-lists/file`, { headers: { authorization: `Bearer ${token}` } })).text();
  };

  test('section 8, "import and export block lists": shown first and taken after, and one site\'s file is another\'s', async () => {
    const csv = [FILE, `${WILD},suspend,false,false,spam,false`, "bruyant.example,silence,true,false,bruit,false", "alpha.test,suspend,false,false,nous,false"].join("\n");
    const looked = await alpha.api.call<{ items: { host: string; measures: string[]; own: boolean }[] }>("POST", "/block-lists/file", { csv });
    expect(looked.items.map((one) => [one.host, one.measures, one.own])).toEqual([[WILD, ["block"], false], ["bruyant.example", ["unlist", "media"], false], ["alpha.test", ["block"], true]]);
    expect(await alpha.measures(), "looking decides nothing").toEqual([]);
    expect(await takeAll(alpha, csv)).toBe(2);
    expect(await knock(wild())).toBe(403);
    expect((await alpha.measures()).map((one) => `${one.host} ${one.kind}`).sort()).toEqual(["bruyant.example media", "bruyant.example unlist", `${WILD} block`]);
    const file = await exported(alpha);
    const saved = await alpha.page(async ({ page }) => {
      await page.goto(`${ALPHA}/admin/blocks`);
      const [download] = await Promise.all([page.waitForEvent("download"), page.locator('main a[href="/admin/blocks.csv"]').click()]);
      return readFileSync(await download.path(), "utf8");
    });
    expect(saved, "the page gives the file of the API").toBe(file);
    for (const line of [`${WILD},suspend,false,false,spam,false`, "bruyant.example,silence,true,false,bruit,false"]) expect(file).toContain(line);
    // Another site takes the file by the API, and what it gives out is the same.
    expect(await knock(wild(), beta)).toBe(202);
    await beta.api.call("POST", "/block-lists/file", { csv: file, take: true });
    expect(await knock(wild(), beta)).toBe(403);
    expect(await exported(beta)).toBe(file);
    expect(await takeAll(beta, file), "all of it is decided").toBe(0);
    await expect(beta.api.call("POST", "/block-lists/file", { csv: "rien" })).rejects.toMatchObject({ status: 422 });
    for (const desk of [alpha, beta]) await liftAll(desk);
    for (const desk of [alpha, beta]) expect(await knock(wild(), desk)).toBe(202);
  });

  test('section 8, "subscribe to a block list, propose mode": a list proposes, a person says yes or no, and a no is remembered', async () => {
    const rows = (...lines: string[]) => [FILE, ...lines.map((host) => `${host},suspend,false,false,spam,false`)].join("\n");
    const serve = (name: string, ...hosts: string[]) => world.peer(PEER).serve(name, rows(...hosts), 200, "text/csv");
    const form = 'main form:has(> input[name="do"][value="subscribe"])';
    expect(await onBlocks({ url: "https://127.0.0.1/x" }, form)).toBe(422);
    expect(await onBlocks({ url: serve("/premiere.csv", WILD, "refuse.example") }, form)).toBe(200);
    await alpha.line(WILD, "proposals");
    expect(await knock(wild()), "nothing before somebody said yes").toBe(202);
    await alpha.decideByPage("proposals", [WILD], "approve");
    await alpha.decideByApi("proposals", ["refuse.example"], "refuse");
    expect(await knock(wild())).toBe(403);
    // The list says it again, and one name more.
    serve("/premiere.csv", WILD, "refuse.example", "neuf.example");
    await alpha.page(async ({ page }) => {
      await page.goto(`${ALPHA}/admin/blocks`);
      expect(await submit(page, 'main form:has(> input[name="do"][value="read"]) button')).toBe(200);
    });
    await alpha.line("neuf.example", "proposals");
    expect((await alpha.queue("proposals")).map((one) => one.title)).toEqual(["neuf.example"]);
    // Another list, by the API.
    await expect(alpha.api.call("POST", "/block-lists", { url: "https://127.0.0.1/x" })).rejects.toMatchObject({ status: 422 });
    await alpha.api.call("POST", "/block-lists", { url: serve("/seconde.csv", "autre.example") });
    await alpha.decideByApi("proposals", ["autre.example"], "approve");
    expect((await alpha.measures()).map((one) => one.host).sort()).toEqual(["autre.example", WILD].sort());
    const { items, refused } = await alpha.api.call<{ items: { id: string; url: string }[]; refused: string[] }>("GET", "/block-lists");
    expect(refused).toEqual(["refuse.example"]);
    for (const list of items) await alpha.api.call("DELETE", `/block-lists/${list.id}?lift=true`);
    expect(await alpha.measures()).toEqual([]);
    expect(await knock(wild())).toBe(202);
  });

  test('section 8, "public list of blocks with motives": off until a site says to whom, by page and by API', async () => {
    const id = await alpha.takeByApi({ on: "host:bruyant.example", kind: "block", reason: "hate", words: "Mots entre nous." });
    for (const path of ["/moderation", "/api/v1/moderation/servers"]) expect(await alpha.status(path), path).toBe(404);
    await alpha.page(async ({ page }) => {
      await page.goto(`${ALPHA}/admin/moderation`);
      const form = 'main form:has(> input[name="do"][value="shown"])';
      await fill(page, { servers: "everybody" }, form);
      expect(await submit(page, `${form} button.button`)).toBe(200);
    });
    const shownPage = await alpha.read("/moderation");
    for (const words of ["bruyant.example", "De la haine"]) expect(shownPage).toContain(words);
    const list = await (await fetch(`${ALPHA}/api/v1/moderation/servers`)).json();
    expect(list).toEqual({ items: [{ host: "bruyant.example", measures: ["block"], reasons: ["hate"] }] });
    expect(shownPage + JSON.stringify(list)).not.toContain("entre nous");
    const settings = await alpha.api.call<Record<string, unknown>>("GET", "/moderation/settings");
    await alpha.api.call("PUT", "/moderation/settings", { ...settings, servers: "signed_in" });
    expect(await alpha.status("/api/v1/moderation/servers")).toBe(404);
    expect(await lea.call("GET", "/moderation/servers")).toEqual(list);
    await alpha.api.call("PUT", "/moderation/settings", { ...settings, servers: "nobody" });
    await expect(lea.call("GET", "/moderation/servers")).rejects.toMatchObject({ status: 404 });
    await alpha.undoByApi(id);
  });

  test('section 8, "approve followers of the instance": they wait, one is let in by the page, another by the API, a third is refused', async () => {
    await beta.api.call("PATCH", "/follow-rules", { policy: "manual" });
    const [une, deux, actor] = [world.peer("une.test"), world.peer("deux.test"), "http://beta.test/actor"];
    for (const peer of [une, deux]) await peer.follow(actor);
    await alpha.api.follow("beta.test");
    const ask = async (host: string) => await eventually(async () => (await beta.api.followers()).find((one) => one.actor.includes(host) && one.state === "pending"));
    const [, second, third] = [await ask("une.test"), await ask("alpha.test"), await ask("deux.test")];
    expect([une.followState(actor), deux.followState(actor)]).toEqual(["pending", "pending"]);
    await beta.page(async ({ page }) => {
      await page.goto("http://beta.test/admin/peers?show=waiting");
      expect(await text(page)).toContain("une.test");
      expect(await submit(page, 'main form:has(input[name="host"][value="une.test"]) button[value="approve"]')).toBe(200);
    });
    await beta.api.answerFollower(second.id, "accept");
    await beta.api.answerFollower(third.id, "refuse");
    await eventually(() => une.followState(actor) === "accepted" && deux.followState(actor) === "rejected");
    await eventually(async () => (await alpha.api.follows()).find((one) => one.target === actor)?.state === "accepted");
    await beta.api.createAgenda("salon", "Le salon");
    const { uri } = await beta.event(beta.api, "salon", "Salon suivi");
    await eventually(async () => (await alpha.titles("Salon suivi")).length === 1);
    await eventually(() => une.state.arrivals.some((one) => one.body.includes(uri)));
    expect(deux.state.arrivals.some((one) => one.body.includes(uri))).toBe(false);
  });

  const settings = async (fields: Record<string, string>, desk: Desk) => await desk.page(async ({ page }) => {
    await page.goto(`${desk.origin}/admin/peers/settings`);
    await fill(page, fields);
    return await submit(page);
  });
  const follows = async (desk: Desk, host: string) => (await desk.api.follows()).find((one) => one.target.startsWith(`http://${host}/`))?.state;
  const asks = (host: string, of: string) => world.peer(host).receivedOf("Follow", (one) => one.actor === `http://${of}/actor`).length;

  test('section 8, "automatic follow, back or from an index": chosen on the page and by the API, between servers', async () => {
    const index = (name: string, ...hosts: string[]) => world.peer(PEER).serve(name, hosts.join("\n"), 200, "text/plain");
    // From an index, set on the page; back, set by the API.
    expect(await settings({ index_url: "ftp://x" }, alpha)).toBe(422);
    expect(await settings({ index_url: index("/un.txt", "une.test") }, alpha)).toBe(200);
    await eventually(async () => (await follows(alpha, "une.test")) === "accepted");
    expect(await follows(alpha, "deux.test")).toBeUndefined();
    await alpha.api.call("PATCH", "/follow-rules", { follow_back: true });
    await world.peer("deux.test").follow(`${ALPHA}/actor`);
    await eventually(async () => (await follows(alpha, "deux.test")) === "accepted");
    // The other way round, on the other site; who follows it is another Kiosque.
    expect(await settings({ policy: "automatic", follow_back: "on" }, beta)).toBe(200);
    await beta.api.call("PATCH", "/follow-rules", { index_url: index("/deux.txt", "trois.test") });
    await eventually(async () => (await follows(beta, "trois.test")) === "accepted");
    await world.peer("trois.test").follow("http://beta.test/actor");
    await beta.api.follow("alpha.test");
    await eventually(async () => (await follows(beta, "alpha.test")) === "accepted");
    expect(await asks("trois.test", "beta.test"), "whom one follows already is not asked again").toBe(1);
  });

  test('section 8, "automatic follow that remembers refusals": who said no, and whom a person let go, is not asked again', async () => {
    const index = (name: string, ...hosts: string[]) => world.peer(PEER).serve(name, hosts.join("\n"), 200, "text/plain");
    expect(await settings({ index_url: index("/trois.txt", "non.test") }, alpha)).toBe(200);
    await eventually(async () => (await follows(alpha, "non.test")) === "refused");
    // Let go by a person on the page and by the API.
    await alpha.page(async ({ page }) => {
      await page.goto(`${ALPHA}/admin/peers`);
      expect(await submit(page, 'main form:has(input[name="host"][value="une.test"]) button[value="unfollow"]')).toBe(200);
    });
    await alpha.api.call("POST", "/peers/deux.test/unfollow");
    const before = ["non.test", "une.test", "deux.test"].map((host) => asks(host, "alpha.test"));
    await alpha.api.call("PATCH", "/follow-rules", { index_url: index("/quatre.txt", "non.test", "une.test", "deux.test", "trois.test") });
    // The last of the list is followed: those before it were passed over.
    await eventually(async () => (await follows(alpha, "trois.test")) === "accepted");
    await world.peer("deux.test").unfollow(`${ALPHA}/actor`);
    await world.peer("deux.test").follow(`${ALPHA}/actor`);
    await eventually(() => world.peer("deux.test").followState(`${ALPHA}/actor`) === "accepted");
    await world.peer("quatre.test").follow(`${ALPHA}/actor`);
    await eventually(async () => (await follows(alpha, "quatre.test")) === "accepted");
    expect(["non.test", "une.test", "deux.test"].map((host) => asks(host, "alpha.test"))).toEqual(before);
    // A person may change their mind.
    await alpha.api.follow("une.test");
    await eventually(async () => (await follows(alpha, "une.test")) === "accepted");
  });
});
