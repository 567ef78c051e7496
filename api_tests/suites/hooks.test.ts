/** Hooks: a program is told what happens, signed and at least once, whatever the power does; and one is asked first. */
import { createHmac } from "node:crypto";
import type { Server } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { eventually, never } from "../harness/eventually.ts";
import { adminEmail } from "../harness/instance.ts";
import { World } from "../harness/world.ts";
import { freePort, mapHost, unmapHost } from "../network/names.ts";
import { close, listen } from "../peer/http.ts";

const HOOK = "hook.test";
const OTHER = "other-hook.test";
const PASSWORD = "sept nains et un orgue";

interface Answer { status: number; body?: unknown }
interface Message { id: string; timestamp: number; signature: string; text: string; type: string; data: Record<string, any> }
interface HookView { id: string; name: string; url: string; secret: string; failing_since: string | null; old_secret_until: string | null }
interface Sent { items: { id: string; event: string; state: string; status: number | null; answer: string | null; attempts: number }[] }

/** A program at an address of its own, that keeps what it is told. */
class Program {
  readonly port: number;
  readonly messages: Message[] = [];
  /** What it answers to a message. */
  answer: (message: Message) => Answer | Promise<Answer> = () => ({ status: 204 });
  private server: Server | null = null;

  constructor(port: number) {
    this.port = port;
  }

  async open(): Promise<void> {
    this.server ??= await listen(this.port, async (request, body) => {
      const text = new TextDecoder().decode(body);
      const header = (name: string) => request.headers.get(name) ?? "";
      const message = {
        ...JSON.parse(text), id: header("webhook-id"), timestamp: Number(header("webhook-timestamp")), signature: header("webhook-signature"), text,
      } as Message;
      this.messages.push(message);
      const { status, body: said } = await this.answer(message);
      return new Response(said === undefined ? null : JSON.stringify(said), { status, headers: { "content-type": "application/json" } });
    }, () => {});
  }
  async shut(): Promise<void> {
    if (this.server) await close(this.server);
    this.server = null;
  }
  of(type: string, with_ = ""): Message[] {
    return this.messages.filter((message) => message.type === type && message.text.includes(with_));
  }
}

/** As Standard Webhooks say, with the secret as it was shown. */
const signed = (message: Message, secret: string): string =>
  `v1,${createHmac("sha256", Buffer.from(secret.replace("whsec_", ""), "base64")).update(`${message.id}.${message.timestamp}.${message.text}`).digest("base64")}`;

describe.each(engines())("hooks on %s", (engine) => {
  let world: World;
  let admin: ApiClient;
  let lea: ApiClient;
  let program: Program;
  let other: Program;

  beforeAll(async () => {
    program = new Program(await freePort());
    mapHost(HOOK, program.port);
    await program.open();
    other = new Program(await freePort());
    mapHost(OTHER, other.port);
    await other.open();
    world = await World.start({ engine, mail: true, instances: [{ sites: [{ host: "alpha.test" }] }] });
    admin = await world.instance("alpha.test").api();
    const page = (path: string, fields: Record<string, string>) => fetch(`http://alpha.test${path}`, {
      method: "POST", redirect: "manual", body: new URLSearchParams(fields),
      headers: { origin: "http://alpha.test", "sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded" },
    });
    await page("/signup", { email: "lea@alpha.test", name: "Léa", password: PASSWORD });
    const letter = await world.mail.lastMailTo("lea@alpha.test");
    const token = /token=([\w-]+)/.exec(letter.text)?.[1] ?? "";
    await page("/confirm", { token, password: PASSWORD });
    lea = await ApiClient.signIn("http://alpha.test", "lea@alpha.test", PASSWORD);
    await lea.createAgenda("bal", "Le bal");
  });
  afterEach(async () => {
    for (const hook of (await admin.call<{ items: HookView[] }>("GET", "/hooks")).items) await admin.call("DELETE", `/hooks/${hook.id}`);
    program.answer = () => ({ status: 204 });
    program.messages.length = 0;
    await program.open();
  });
  afterAll(async () => {
    await world?.close();
    await program?.shut();
    await other?.shut();
    unmapHost(HOOK);
    unmapHost(OTHER);
  });

  const act = (hook: HookView, path: string) => admin.call("POST", `/hooks/${hook.id}/${path}`);
  const make = (events: string[], asks = false) => admin.call<HookView>("POST", "/hooks", { url: `http://${HOOK}/told`, events, asks });
  const sent = async (hook: HookView) => (await admin.call<Sent>("GET", `/hooks/${hook.id}/deliveries`)).items;
  const event = (title: string, more: Record<string, unknown> = {}) => lea.createEvent("bal", { title, start: `${day(9)}T20:00:00`, timezone: "Europe/Paris", ...more });
  const shown = async (uri: string) => (await fetch(uri, { headers: { accept: "application/activity+json" } })).status;

  test("a report, the measure and its undo are told with a signature that holds, and name nobody", async () => {
    const hook = await make(["report.opened", "measure.taken", "measure.ended", "case.closed"]);
    expect(hook.secret).toMatch(/^whsec_/);
    const about = await event("Bal secret");
    await admin.call("POST", "/reports", { about: about.uri, reason: "spam", text: "Mots privés." });
    const [opened] = await eventually(() => (program.of("report.opened").length === 1 ? program.of("report.opened") : undefined));
    expect(opened?.data).toMatchObject({ target_kind: "object", reason: "spam", site: "http://alpha.test" });
    expect(opened?.data["link"]).toBe(`http://alpha.test/admin/cases/${opened?.data["case"]}`);
    const measure = await admin.call<{ id: string }>("POST", "/measures", {
      kind: "unlist", target_kind: "object", target: about.id, reason: "spam", message: "Mots privés.",
    });
    await admin.call("DELETE", `/measures/${measure.id}`);
    await eventually(() => program.of("measure.ended", measure.id).length === 1);
    expect(program.of("measure.taken", measure.id)).toHaveLength(1);
    for (const message of program.messages) {
      expect(message.signature, message.text).toBe(signed(message, hook.secret));
      expect(Math.abs(message.timestamp - Date.now() / 1000)).toBeLessThan(60);
      for (const hidden of ["secret\"", "Bal", "bal", "privés", "Léa", adminEmail("alpha.test")]) expect(message.text).not.toContain(hidden);
    }
    expect((await sent(hook)).map((one) => one.state)).toEqual(["delivered", "delivered", "delivered"]);
    // The secret is told once.
    expect(JSON.stringify(await admin.call("GET", "/hooks"))).not.toContain("whsec_");
  });

  test("the power is cut between the commit and the message: it arrives after the restart, under one id", async () => {
    const hook = await make(["report.opened"]);
    await program.shut();
    const [first, second] = [await event("Coupure une"), await event("Coupure deux")];
    for (const about of [first, second]) {
      await admin.call("POST", "/reports", { about: about.uri, reason: "spam" });
      await world.instance("alpha.test").kill9();
      await world.instance("alpha.test").launch();
    }
    await program.open();
    // What was tried while the program was away is tried again after a minute.
    await eventually(async () => (await sent(hook)).filter((one) => one.state === "delivered").length === 2, { timeout: 150_000, interval: 500 });
    expect(new Set(program.of("report.opened").map((message) => message.id)).size).toBe(2);
    expect(new Set(program.of("report.opened").map((message) => message.data["case"])).size).toBe(2);
  }, 200_000);

  test("the program that is asked publishes, refuses or leaves it to the moderators; silence leaves it too", async () => {
    const hook = await make([], true);
    program.answer = (message) => {
      const name: string = message.data["document"]?.name ?? "";
      if (name.includes("oui")) return { status: 200, body: { decision: "publish", reason: "connu" } };
      if (name.includes("non")) return { status: 200, body: { decision: "refuse", reason: "spam" } };
      if (name.includes("attente")) return { status: 200, body: { decision: "hold" } };
      return { status: 200, body: "publish" };
    };
    const [yes, no, wait, odd] = [await event("Bal oui"), await event("Bal non"), await event("Bal en attente"), await event("Bal étrange")];
    await eventually(async () => (await sent(hook)).filter((one) => one.state === "delivered").length === 4);
    expect(program.messages[0]?.data["document"]).toMatchObject({ type: "Event", name: "Bal oui" });
    await eventually(async () => (await shown(yes.uri)) === 200);
    for (const held of [no, wait, odd]) expect(await shown(held.uri), held.title).toBe(404);
    const queue = await admin.call<{ items: { title: string }[] }>("GET", "/queue?source=held");
    expect(queue.items.map((item) => item.title).sort()).toEqual(["Bal en attente", "Bal étrange"]);
    expect((await sent(hook)).map((one) => one.answer).sort()).toEqual([null, "hold", "publish: connu", "refuse: spam"].sort());
    // The record names the hook and no person.
    const record = await admin.call<{ items: { action: string; by: string | null; detail: { hook?: string } }[] }>("GET", "/record?limit=10");
    const decided = record.items.filter((entry) => entry.action.startsWith("held_"));
    expect(decided.map((entry) => [entry.action, entry.by, entry.detail.hook]).sort()).toEqual([
      ["held_approved", null, hook.id], ["held_refused", null, hook.id],
    ]);
    // Moderators are not asked about.
    const own = await admin.call<{ uri: string }>("POST", "/agendas", { username: `adm_${engine}`, name: "Admin", summary: "" }).then(() =>
      admin.createEvent(`adm_${engine}`, { title: "Bal de l'équipe", start: `${day(9)}T20:00:00`, timezone: "Europe/Paris" }));
    expect(await shown(own.uri)).toBe(200);
    await never(() => program.of("publication.held").length > 4, { during: 500 });
  });

  test("a silent program holds up no other, and its message goes to the address that it is given, signed with both secrets", async () => {
    let speak = (_: Answer) => {};
    const silence = new Promise<Answer>((done) => { speak = done; });
    other.answer = () => silence;
    try {
      const silent = await admin.call<HookView>("POST", "/hooks", { name: "Muet", url: `http://${OTHER}/told`, events: ["report.opened"] });
      const hook = await make(["report.opened"]);
      for (const title of ["Une", "Deux", "Trois"]) await admin.call("POST", "/reports", { about: (await event(title)).uri, reason: "spam" });
      await eventually(async () => (await sent(hook)).filter((one) => one.state === "delivered").length === 3);
      expect((await sent(silent)).map((one) => one.state)).toEqual(["waiting", "waiting", "waiting"]);
      expect(new Set(other.messages.map((message) => message.id)).size).toBe(1);

      const renewed = await admin.call<HookView>("POST", `/hooks/${silent.id}/secret`);
      expect(renewed.secret).not.toBe(silent.secret);
      program.messages.length = 0;
      const changed = await admin.call<HookView>("PATCH", `/hooks/${silent.id}`, { url: `http://${HOOK}/other` });
      expect(changed).toMatchObject({ name: "Muet", url: `http://${HOOK}/other` });
      // The try under way ends when the silent one has had its time.
      await eventually(() => program.messages.length === 3, { timeout: 60_000 });
      expect(program.messages[0]?.id).toBe(other.messages[0]?.id);
      for (const message of program.messages) {
        expect(message.signature.split(" ")).toEqual([signed(message, renewed.secret), signed(message, silent.secret)]);
      }

      const [last] = await sent(silent);
      await act(silent, `deliveries/${last?.id}/again`);
      await eventually(() => program.messages.length === 4);
      expect(program.messages[3]?.id).toBe(last?.id);
      await act(silent, "test");
      await eventually(() => program.of("test").length === 1);
      await expect(lea.call("POST", `/hooks/${silent.id}/secret`)).rejects.toMatchObject({ status: 403 });
    } finally {
      speak({ status: 204 });
    }
  }, 120_000);

  test("an address inside is refused, and only who may change settings has hooks", async () => {
    for (const url of ["http://127.0.0.1/x", "http://alpha.test/x", "ftp://hook.test/x", "nope", "http://user:pass@hook.test/"]) {
      await expect(admin.call("POST", "/hooks", { url, events: ["report.opened"] }), url).rejects.toMatchObject({ status: 422 });
    }
    await expect(admin.call("POST", "/hooks", { url: `http://${HOOK}/`, events: ["everything"] })).rejects.toMatchObject({ status: 422 });
    await expect(lea.call("GET", "/hooks")).rejects.toMatchObject({ status: 403 });
    await expect(lea.call("POST", "/hooks", { url: `http://${HOOK}/`, events: ["report.opened"] })).rejects.toMatchObject({ status: 403 });
  });
});
