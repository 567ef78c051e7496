/** The tools of moderation, row by row: who comes in, what is read first, what each moderator may do, what people hide. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { eventually } from "../harness/eventually.ts";
import { Desk, PASSWORD, tokenOf } from "../harness/moderation.ts";
import { fill, follow, signIn, submit, text } from "../harness/pages.ts";
import { World } from "../harness/world.ts";

const [ALPHA, PEER] = ["http://alpha.test", "peer.test"];

describe.each(engines())("the tools about people on %s", (engine) => {
  let world: World;
  let alpha: Desk;
  let val: Desk;
  let strict: Desk;
  let lea: ApiClient;
  let noe: ApiClient;
  const peer = () => world.peer(PEER);

  beforeAll(async () => {
    world = await World.start({
      engine, mail: true, peers: [{ host: PEER }],
      instances: [
        { sites: [{ host: "alpha.test" }, { host: "val.test", name: "Le Val", registration: "approval" }] },
        { sites: [{ host: "strict.test" }], env: { KIOSQUE__ACCOUNTS__LIMITS_FACTOR: "1" } },
      ],
    });
    [alpha, val, strict] = [await Desk.open(world, "alpha.test", engine), await Desk.open(world, "val.test", engine), await Desk.open(world, "strict.test", engine)];
    await alpha.api.call("PATCH", "/follow-rules", { policy: "automatic" });
    [lea, noe] = (await Promise.all(["lea", "noe", "zoe"].map((name) => alpha.join(name)))) as [ApiClient, ApiClient];
    await lea.createAgenda("bal", "Le bal");
    await alpha.api.follow(peer().handle("guilde"));
    await peer().follow(`${ALPHA}/@bal`, "ada");
    await eventually(async () => (await alpha.api.follows())[0]?.state === "accepted" && peer().followState(`${ALPHA}/@bal`, "ada") === "accepted");
  });
  afterAll(() => world?.close());

  const heard = (uri: string) => peer().state.arrivals.some((one) => one.body.includes(uri));
  const holdByPage = async (fields: Record<string, string>) => await alpha.page(async ({ page }) => {
    await page.goto(`${ALPHA}/admin/moderation`);
    await fill(page, fields, 'main form[action="/admin/moderation"]');
    return await submit(page, 'main form[action="/admin/moderation"] button.button');
  });
  const holdByApi = async (rules: Record<string, unknown>) => await alpha.api.call("PUT", "/hold-rules", rules);

  test('section 8, "sign-up approval with a motive": the motive is read, and a yes and a no are said by page and by API', async () => {
    const names = ["odile", "paul", "rene", "sam"] as const;
    for (const name of names) {
      const email = val.email(name);
      if (name === "odile") {
        await val.page(async ({ page }) => {
          await page.goto("http://val.test/signup");
          await fill(page, { name, email, password: PASSWORD, reason: `Motif de ${name}.` });
          expect(await submit(page)).toBe(200);
        }, null);
      } else expect((await val.form("/signup", { name, email, password: PASSWORD, reason: `Motif de ${name}.` })).status).toBe(200);
      const token = tokenOf(await world.mail.lastMailTo(email), "/confirm");
      expect((await val.form("/confirm", { token, password: PASSWORD })).status).toBe(200);
    }
    const waiting = await val.queue("sign-ups");
    expect(waiting.map((one) => one.title).sort()).toEqual([...names].sort());
    expect(JSON.stringify(waiting)).toContain("Motif de paul.");
    await expect(val.signIn("odile")).rejects.toMatchObject({ status: expect.toSatisfy((status: number) => status === 401 || status === 403) });
    await val.page(async ({ page }) => {
      await page.goto("http://val.test/admin/people");
      const row = (name: string) => page.locator("tr", { hasText: val.email(name) }).filter({ has: page.locator('button[value="approve"]') });
      expect(await row("odile").innerText()).toContain("Motif de odile.");
      expect(await submit(page, row("odile").locator('button[value="approve"]'))).toBe(200);
      await row("paul").locator('[name="reason"]').fill("Pas cette fois.");
      expect(await submit(page, row("paul").locator('button[value="refuse"]'))).toBe(200);
    });
    await val.decideByApi("sign-ups", ["rene"], "approve");
    await val.decideByApi("sign-ups", ["sam"], "refuse", "Ni celle-ci.");
    await val.told(val.email("paul"), "Pas cette fois.");
    await val.told(val.email("sam"), "Ni celle-ci.");
    for (const name of ["odile", "rene"]) await (await val.signIn(name)).createAgenda(name, name);
    for (const name of ["paul", "sam"]) await expect(val.signIn(name).then((who) => who.createAgenda(name, name))).rejects.toThrow(/: 40[13] /);
  });

  test('section 8, "e-mail domain rules": an address is refused or read first, as the page and the API say', async () => {
    const comes = async (email: string) => (await alpha.form("/signup", { name: email.split("@")[0] ?? "", email, password: PASSWORD })).status;
    expect(await comes("avant@jetable.example")).toBe(200);
    await alpha.page(async ({ page }) => {
      await page.goto(`${ALPHA}/admin/people`);
      const form = 'main form:has(> input[name="do"][value="domains"])';
      await fill(page, { refused: "jetable.example", read: "inconnu.example" }, form);
      expect(await submit(page, `${form} button`)).toBe(200);
    });
    expect(await comes("uno@jetable.example")).toBe(422);
    expect(await comes("due@sous.Jetable.example")).toBe(422);
    expect(await comes("tre@pasjetable.example")).toBe(200);
    expect(await alpha.api.call("GET", "/email-rules")).toMatchObject({ items: expect.arrayContaining([{ domain: "jetable.example", rule: "refuse" }]) });
    expect(await comes("quatre@inconnu.example")).toBe(200);
    const token = tokenOf(await world.mail.lastMailTo("quatre@inconnu.example"), "/confirm");
    await alpha.form("/confirm", { token, password: PASSWORD });
    await alpha.line("quatre", "sign-ups");
    await alpha.decideByApi("sign-ups", ["quatre"], "refuse");
    await alpha.api.call("PUT", "/email-rules", [{ domain: "Autre.example", rule: "refuse" }]);
    expect([await comes("cinq@autre.example"), await comes("six@jetable.example")]).toEqual([422, 200]);
    const shown = await alpha.page(async ({ page }) => { await page.goto(`${ALPHA}/admin/people`); return await page.locator('main [name="refused"]').inputValue(); });
    expect(shown).toBe("autre.example");
    await expect(alpha.api.call("PUT", "/email-rules", [{ domain: "pas-un-domaine", rule: "refuse" }])).rejects.toMatchObject({ status: 422 });
    await alpha.api.call("PUT", "/email-rules", []);
  });

  test('section 8, "rate limits adjustable": the operator\'s number and the site\'s decide how many reports one address or account sends', async () => {
    const inside = await strict.join("ida");
    await strict.api.createAgenda("cirque", "Cirque");
    const [few, many] = [await strict.event(strict.api, "cirque", "Cirque limité"), await alpha.event(lea, "bal", "Bal sans limite")];
    let letters = 0;
    const byForm = async (desk: Desk, about: string) => (await desk.form("/report", { about, reason: "spam", email: `passante${++letters}@ailleurs.test` })).status;
    const byApi = async (who: ApiClient, about: string) => await who.call("POST", "/reports", { about, reason: "spam" }).then(() => 204, (error: { status: number }) => error.status);
    for (let n = 1; n <= 11; n++) {
      const refused = n > 10;
      expect([await byForm(strict, few.uri), await byApi(inside, few.uri)], `the report ${n}`).toEqual(refused ? [429, 429] : [200, 204]);
      // Where the operator set a higher number, the eleventh goes through as well.
      expect([await byForm(alpha, many.uri), await byApi(noe, many.uri)]).toEqual([200, 204]);
    }
    const [status, words] = await strict.page(async ({ page }) => {
      await page.goto(`http://strict.test/report?about=${encodeURIComponent(few.uri)}`);
      await fill(page, { reason: "spam", email: "passante@ailleurs.test" });
      return [await submit(page), await text(page)] as const;
    }, null);
    expect(status).toBe(429);
    expect(words).toContain("Réessayez plus tard");
    // The site's administrators set them higher and lower as well, on the page and by the API.
    await strict.page(async ({ page }) => {
      await page.goto("http://strict.test/admin/moderation");
      await fill(page, { limits: "200" }, 'main form:has([name="limits"])');
      expect(await submit(page, page.locator('main form:has([name="limits"]) button'))).toBe(200);
    });
    expect([await byForm(strict, few.uri), await byApi(inside, few.uri)]).toEqual([200, 204]);
    const settings = await strict.api.call<Record<string, unknown>>("GET", "/moderation/settings");
    expect(settings).toMatchObject({ limits_percent: 200 });
    await expect(inside.call("PUT", "/moderation/settings", settings)).rejects.toMatchObject({ status: 403 });
    await strict.api.call("PUT", "/moderation/settings", { ...settings, limits_percent: 100 });
    expect([await byForm(strict, few.uri), await byApi(inside, few.uri)]).toEqual([429, 429]);
  });

  test('section 8, "quarantine before publication": seen by nobody, here or elsewhere, until somebody let it through', async () => {
    expect(await holdByPage({ first: "51" })).toBe(422);
    expect(await holdByPage({ first: "5" })).toBe(200);
    const [yes, no] = [await alpha.event(lea, "bal", "Bal à lire"), await alpha.event(lea, "bal", "Bal de trop")];
    for (const event of [yes, no]) expect(await alpha.status(event.url)).toBe(404);
    await alpha.decideByPage("held", ["Bal à lire"], "approve", "Bienvenue !");
    await eventually(() => heard(yes.uri));
    await alpha.decideByApi("held", ["Bal de trop"], "refuse", "Pas ici.");
    await expect(holdByApi({ first_publications: 51 })).rejects.toMatchObject({ status: 422 });
    await holdByApi({ first_publications: 5 });
    const third = await alpha.event(lea, "bal", "Bal par programme");
    expect(await alpha.titles("Bal par programme")).toEqual([]);
    await alpha.decideByApi("held", ["Bal par programme"], "approve");
    await eventually(() => heard(third.uri));
    expect(heard(no.uri), "what was refused went nowhere").toBe(false);
    for (const [event, status] of [[yes, 200], [no, 404], [third, 200]] as const) expect(await alpha.status(event.url), event.title).toBe(status);
    await alpha.told(alpha.email("lea"), "Pas ici.");
    await holdByApi({});
    expect(await alpha.status((await alpha.event(lea, "bal", "Bal libre")).url)).toBe(200);
  });

  test('section 8, "comments held for approval": a reply from elsewhere waits, then is shown or is not', async () => {
    await holdByApi({ words: ["crétin"] });
    const event = await alpha.event(lea, "bal", "Débat surveillé");
    const say = async (words: string) => await peer().reply(event.uri, `<p>${words}</p>`, `${ALPHA}/@bal`);
    for (const words of ["Pauvre crétin un.", "Pauvre crétin deux.", "Bonsoir à tous."]) await say(words);
    await eventually(async () => (await alpha.read(event.url)).includes("Bonsoir à tous."));
    expect(await alpha.read(event.url)).not.toContain("crétin");
    await alpha.decideByPage("comments", ["crétin un"], "approve");
    await alpha.decideByApi("comments", ["crétin deux"], "refuse");
    expect(await alpha.read(event.url)).toContain("Pauvre crétin un.");
    expect(await alpha.read(event.url)).not.toContain("crétin deux");
    await holdByApi({});
    await say("Encore un crétin.");
    await eventually(async () => (await alpha.read(event.url)).includes("Encore un crétin."));
  });

  test('section 8, "watched words that tag or hold": named on the page or by the API, in whatever letters they are written', async () => {
    expect(await holdByPage({ words: "casino\npari en ligne" })).toBe(200);
    const [plainly, disguised, longer] = [
      await alpha.event(lea, "bal", "Soirée casino"), await alpha.event(lea, "bal", "Soirée C\u0430SIN\u043e"), await alpha.event(lea, "bal", "Bal du casinotier"),
    ];
    expect([await alpha.status(plainly.url), await alpha.status(disguised.url), await alpha.status(longer.url)]).toEqual([404, 404, 200]);
    expect(await alpha.api.call("GET", "/hold-rules")).toMatchObject({ words: ["casino", "pari en ligne"] });
    await holdByApi({ words: ["loterie"] });
    const [lottery, freed] = [await alpha.event(lea, "bal", "Grande loterie"), await alpha.event(lea, "bal", "Casino libre")];
    expect([await alpha.status(lottery.url), await alpha.status(freed.url)]).toEqual([404, 200]);
    const typed = await alpha.page(async ({ page }) => { await page.goto(`${ALPHA}/admin/moderation`); return await page.locator('main [name="words"]').inputValue(); });
    expect(typed).toBe("loterie");
    await alpha.decideByPage("held", ["Soirée casino", "Grande loterie"], "approve");
    await holdByApi({});
  });

  test('section 8, "fine roles": a moderator does what an administrator left them, and no more, by page and by API', async () => {
    const id = await alpha.account("zoe");
    await alpha.api.call("PATCH", `/people/${id}`, { role: "moderator" });
    // What somebody may do ends their sessions: she signs in each time.
    const sees = async (paths: string[]) => await alpha.page(async (visitor) => {
      await signIn(visitor.page, "alpha.test", alpha.email("zoe"), PASSWORD);
      const found: number[] = [];
      for (const path of paths) found.push((await visitor.visit(ALPHA + path)).status());
      return found;
    }, null);
    const asks = async (paths: string[]) => {
      const zoe = await alpha.signIn("zoe");
      return await Promise.all(paths.map(async (path) => await zoe.call("GET", path).then(() => 200, (error: { status: number }) => error.status)));
    };
    const pages = ["/admin/queue", "/admin/people", "/admin/peers", "/admin/moderation", "/admin/record"];
    const paths = ["/queue", "/people", "/peers", "/hold-rules", "/record"];
    for (const found of [await sees(pages), await asks(paths)]) expect(found).toEqual([200, 200, 200, 403, 200]);
    await alpha.page(async ({ page }) => {
      await page.goto(`${ALPHA}/admin/people`);
      const form = page.locator(`main details:has(input[name="do"][value="permissions"]):has(input[name="id"][value="${id}"])`);
      await form.locator("summary").click();
      for (const word of ["publications", "accounts", "federation", "settings", "log"]) await form.locator(`input[name="${word}"]`).uncheck();
      expect(await submit(page, form.locator("button"))).toBe(200);
      expect(await text(page, ".flash.success")).toContain("se reconnecter");
    });
    for (const found of [await sees(pages), await asks(paths)]) expect(found).toEqual([200, 403, 403, 403, 403]);
    const event = await alpha.event(lea, "bal", "Bal hors d’atteinte");
    await expect(alpha.takeByApi({ on: `object:${event.id}`, kind: "remove" }, await alpha.signIn("zoe"))).rejects.toMatchObject({ status: 403 });
    await alpha.api.call("PATCH", `/people/${id}`, { permissions: ["publications", "settings"] });
    for (const found of [await sees(pages), await asks(paths)]) expect(found).toEqual([200, 403, 403, 200, 403]);
    await alpha.takeByApi({ on: `object:${event.id}`, kind: "remove" }, await alpha.signIn("zoe"));
    await expect((await alpha.signIn("zoe")).call("PATCH", `/people/${id}`, { permissions: ["log"] }), "nobody gives themselves more").rejects.toMatchObject({ status: 403 });
  });

  /** Whether the front page and the API list something to somebody. */
  const sees = async (who: "noe" | "lea", title: string): Promise<boolean> => {
    const page = await alpha.page(async (visitor) => { await visitor.visit(`${ALPHA}/`); return await text(visitor.page); }, who);
    const listed = (await (who === "noe" ? noe : lea).events({ q: title })).length === 1;
    expect(page.includes(title), `the page agrees with the API on ${title}`).toBe(listed);
    return listed;
  };
  const showAgain = async (who: string) => await alpha.page(async ({ page }) => {
    await page.goto(`${ALPHA}/account/blocks`);
    expect(await submit(page, page.locator('form[action="/account/blocks/remove"] button').first())).toBe(200);
  }, who);
  const hide = async (fields: Record<string, string>, who: string) => await alpha.page(async ({ page }) => {
    await page.goto(`${ALPHA}/account/blocks`);
    await fill(page, fields);
    return await submit(page);
  }, who);

  test('section 8, "person blocks and mutes account, domain": hidden from one alone; a block is felt on the other server', async () => {
    await peer().publishEvent({ name: "Foire de la guilde", startTime: `${day(5)}T10:00:00Z` });
    const [event] = (await eventually(async () => { const found = await alpha.api.events({ q: "Foire de la guilde" }); return found.length === 1 && found; })) as { id: string }[];
    // An account, from the event's page; then a server, by the API. Each is taken back the other way.
    await alpha.page(async ({ page }) => {
      await page.goto(`${ALPHA}/e/${event?.id}`);
      await follow(page, "Masquer cet agenda");
      expect(await submit(page)).toBe(200);
    }, "noe");
    expect(await sees("noe", "Foire de la guilde")).toBe(false);
    expect(await sees("lea", "Foire de la guilde")).toBe(true);
    const [rule] = (await noe.call<{ items: { id: string; kind: string; level: string }[] }>("GET", "/account/blocks")).items;
    expect(rule).toMatchObject({ kind: "actor", level: "mute" });
    await noe.call("DELETE", `/account/blocks/${rule?.id}`);
    expect(await sees("noe", "Foire de la guilde")).toBe(true);
    await noe.call("POST", "/account/blocks", { kind: "host", target: PEER, level: "mute" });
    expect(await sees("noe", "Foire de la guilde")).toBe(false);
    await showAgain("noe");
    expect(await sees("noe", "Foire de la guilde")).toBe(true);
    expect(await hide({ kind: "host", target: "pas un serveur", level: "block", days: "0" }, "lea")).toBe(422);
    await expect(lea.call("POST", "/account/blocks", { kind: "host", target: "alpha.test" })).rejects.toMatchObject({ status: 422 });

    // Who owns an agenda ends the follow of the other server, and refuses the next.
    const bal = `${ALPHA}/@bal`;
    const state = () => peer().followState(bal, "ada");
    const again = async (wanted: string) => { await peer().follow(bal, "ada"); await eventually(() => state() === wanted); };
    expect(await hide({ kind: "host", target: PEER, level: "block", days: "0" }, "lea")).toBe(200);
    await eventually(() => state() === "rejected");
    await again("rejected");
    const [block] = (await lea.call<{ items: { id: string }[] }>("GET", "/account/blocks")).items;
    await lea.call("DELETE", `/account/blocks/${block?.id}`);
    await again("accepted");
    await lea.call("POST", "/account/blocks", { kind: "actor", target: peer().actorId("ada"), level: "block" });
    await eventually(() => state() === "rejected");
    await showAgain("lea");
    await again("accepted");
  });

  test('section 8, "person\'s keyword filters": a word hides from one\'s own lists alone, by page and by API', async () => {
    await alpha.event(lea, "bal", "Grande Corrida", { start: `${day(4)}T20:00:00` });
    expect(await hide({ kind: "word", target: "CORRIDA", level: "mute", days: "7" }, "noe")).toBe(200);
    expect(await sees("noe", "Grande Corrida")).toBe(false);
    expect(await sees("lea", "Grande Corrida")).toBe(true);
    const { items } = await noe.call<{ items: { id: string; kind: string; value: string; until: string | null }[] }>("GET", "/account/blocks");
    expect(items).toMatchObject([{ kind: "word", value: "corrida" }]);
    expect(Math.round((Date.parse(items[0]?.until ?? "") - Date.now()) / 86_400_000)).toBe(7);
    await noe.call("DELETE", `/account/blocks/${items[0]?.id}`);
    expect(await sees("noe", "Grande Corrida")).toBe(true);
    await noe.call("POST", "/account/blocks", { kind: "word", target: "corrida" });
    expect(await sees("noe", "Grande Corrida")).toBe(false);
    await showAgain("noe");
    expect(await sees("noe", "Grande Corrida")).toBe(true);
    await expect(noe.call("POST", "/account/blocks", { kind: "word", target: " " })).rejects.toMatchObject({ status: 422 });
  });
});
