/**
 * A site's moderation as the tests of the tools use it: each thing is done on the page in a browser and by the JSON API,
 * and what is shown afterwards is asked of both.
 */
import { expect } from "vitest";
import { ApiClient, type EventInput, type EventView } from "./api.ts";
import type { Visitor } from "./browser.ts";
import type { Engine } from "./database.ts";
import { day } from "./dates.ts";
import { eventually } from "./eventually.ts";
import { adminEmail } from "./instance.ts";
import type { Message } from "./mail.ts";
import { fill, settingsFor, submit, text, visiting } from "./pages.ts";
import type { World } from "./world.ts";

export const PASSWORD = "une-phrase-de-passe-facile";
export const AP = { headers: { accept: "application/activity+json" } };

export interface Line { source: string; id: string; title: string; reason: string; about: string; page: string; assigned_to: string | null }
export interface Report {
  id: string; source: string; host: string; reason: string; field: string; text: string; times: number;
  copy: { title: string; text?: string }; forwarded_at: string | null; told_at: string | null;
}
export interface Case {
  id: string; state: string; outcome: string | null; assigned_to: string | null; target: string; target_id: string; target_kind: string; title: string;
  reports: Report[]; entries: { kind: string; text: string; account: string | null }[];
}
export interface Measure { id: string; kind: string; title: string; host: string | null; reason: string; message: string; ends_at: string | null }
export interface Deed { seq: number; action: string; target_kind: string; target: string; by: string | null; reason: string; previous: string; hash: string; detail: Record<string, unknown> }
export interface Person { id: string; name: string; role: string; permissions: string[]; trusted: boolean }

/** A measure as both the form and the API are told of it; `on` is the kind of the target and its key. */
export interface Taking { on: string; kind: string; reason?: string; words?: string; days?: number; kinds?: string[] }

type Signer = { host: string; email?: string; password?: string };

export class Desk {
  readonly world: World;
  readonly host: string;
  readonly origin: string;
  readonly api: ApiClient;
  private readonly engine: Engine;

  private constructor(world: World, host: string, engine: Engine, api: ApiClient) {
    this.world = world;
    this.host = host;
    this.origin = `http://${host}`;
    this.engine = engine;
    this.api = api;
  }

  static async open(world: World, host: string, engine: Engine): Promise<Desk> {
    return new Desk(world, host, engine, await world.instance(host).api(host));
  }

  email(name: string): string {
    return `${name}@exemple.test`;
  }
  /** Somebody who joined, as the browser signs them in. */
  person(name: string): Signer {
    return { host: this.host, email: this.email(name), password: PASSWORD };
  }

  /**
   * Steps in a browser: the administrator's, somebody's, or with `null` a stranger's. The administrator comes in one of
   * the engine's settings and everybody else in the other: a window opened for each in both would cost more than the steps.
   */
  async page<T>(steps: (visitor: Visitor) => Promise<T>, who: Signer | string | null = { host: this.host }): Promise<T> {
    const settings = settingsFor(this.engine);
    const setting = typeof who === "string" || who === null ? settings.at(-1) : settings[0];
    if (!setting) throw new Error("no setting");
    const person = typeof who === "string" ? this.person(who) : (who ?? undefined);
    return await visiting(this.world, setting, steps, person);
  }

  /** A form as a browser without a session sends it. */
  async form(path: string, fields: Record<string, string>): Promise<Response> {
    return await fetch(this.origin + path, {
      method: "POST", redirect: "manual", body: new URLSearchParams(fields),
      headers: { origin: this.origin, "sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded", accept: "text/html" },
    });
  }

  /** Signs somebody up by the forms and the letter, and in by the API. */
  async join(name: string): Promise<ApiClient> {
    const email = this.email(name);
    expect((await this.form("/signup", { name, email, password: PASSWORD })).status).toBe(200);
    const letter = await this.world.mail.lastMailTo(email);
    expect((await this.form("/confirm", { token: tokenOf(letter, "/confirm"), password: PASSWORD })).status).toBeLessThan(400);
    return await this.signIn(name);
  }
  async signIn(name: string): Promise<ApiClient> {
    return await ApiClient.signIn(this.origin, this.email(name), PASSWORD);
  }

  async people(): Promise<Person[]> {
    return (await this.api.call<{ items: Person[] }>("GET", "/people")).items;
  }
  async account(name: string): Promise<string> {
    return (await this.people()).find((one) => one.name === name)?.id ?? "";
  }

  async queue(source = ""): Promise<Line[]> {
    return (await this.api.call<{ items: Line[] }>("GET", `/queue?limit=200${source ? `&source=${source}` : ""}`)).items;
  }
  async line(title: string, source = "reports"): Promise<Line> {
    return await eventually(async () => {
      const found = (await this.queue(source)).find((one) => one.title.includes(title));
      if (!found) throw new Error(`nothing named ${title} waits among ${source}`);
      return found;
    });
  }
  async caseOf(title: string): Promise<Case> {
    return await this.case((await this.line(title)).id);
  }
  async case(id: string): Promise<Case> {
    return await this.api.call<Case>("GET", `/cases/${id}`);
  }
  async measures(): Promise<Measure[]> {
    return (await this.api.call<{ items: Measure[] }>("GET", "/measures?limit=200")).items;
  }
  async record(): Promise<Deed[]> {
    return (await this.api.call<{ items: Deed[] }>("GET", "/record?limit=200")).items;
  }

  /** What the site lists under these words, for everybody: the API and the page agree. */
  async titles(q: string): Promise<string[]> {
    const listed = (await new ApiClient(this.origin).events({ q })).map((event) => event.title).sort();
    // The word stands in the field of the search as well: whole titles are looked for.
    const shown = await this.read(`/?q=${encodeURIComponent(q)}`);
    for (const title of listed) expect(shown, `the page lists ${title}`).toContain(title);
    return listed;
  }
  /** A page as a visitor gets it, unbreakable spaces made plain ones. */
  async read(path: string): Promise<string> {
    const page = await fetch(this.at(path), { headers: { accept: "text/html" } });
    return plain(await page.text());
  }
  async status(path: string, how: RequestInit = { headers: { accept: "text/html" } }): Promise<number> {
    return (await fetch(this.at(path), how)).status;
  }
  private at(path: string): string {
    return path.startsWith("http") ? path : this.origin + path;
  }

  async event(api: ApiClient, agenda: string, title: string, more: Partial<EventInput> = {}): Promise<EventView> {
    return await api.createEvent(agenda, { title, start: `${day(9)}T20:00:00`, timezone: "Europe/Paris", ...more });
  }

  /** The newest letter to somebody that has all of these words. */
  async told(to: string, ...words: string[]): Promise<Message> {
    return await eventually(() => {
      const found = this.letters(to, ...words).at(-1);
      if (!found) throw new Error(`no letter to ${to} says ${words.join(", ")}:\n${this.letters(to).map((one) => plain(one.text)).join("\n---\n")}`);
      return found;
    });
  }
  letters(to: string, ...words: string[]): Message[] {
    return this.world.mail.messages.filter((one) => one.to.includes(to) && words.every((word) => plain(`${one.subject}\n${one.text}`).includes(word)));
  }
  get admin(): string {
    return adminEmail(this.host);
  }

  /** Fills the form of a report; gives the status of the page that answers. */
  async reportByPage(about: string, fields: Record<string, string>, who: string | null): Promise<number> {
    return await this.page(async ({ page }) => {
      await page.goto(`${this.origin}/report?about=${encodeURIComponent(about)}`);
      await fill(page, fields);
      return await submit(page);
    }, who);
  }

  /** A measure taken on its page. */
  async takeByPage({ on, kind, reason = "spam", words = "", days }: Taking, who: Signer | string = { host: this.host }): Promise<string> {
    return await this.page(async ({ page }) => {
      await page.goto(`${this.origin}/admin/measures/new?on=${encodeURIComponent(on)}`);
      const form = 'main form[action="/admin/measures"]';
      await fill(page, { on, kind, reason, text: words, ...(days === undefined ? {} : { days: String(days) }) }, form);
      expect(await submit(page, `${form} button.button`), await text(page)).toBe(200);
      expect(await text(page, ".flash.success")).toContain("Décision prise");
      return await this.newest(kind);
    }, who);
  }
  /** Of a measure that is done once no row is listed: its key stands in the record. */
  private async newest(kind: string): Promise<string> {
    const deed = (await this.record()).find((one) => one.action === "measure_taken" && one.detail["kind"] === kind);
    return String(deed?.detail["measure"]);
  }
  async takeByApi({ on, kind, reason = "spam", words = "", days, kinds }: Taking, api = this.api): Promise<string> {
    const [target_kind, target] = [on.slice(0, on.indexOf(":")), on.slice(on.indexOf(":") + 1)];
    const ends_at = days === undefined ? {} : { ends_at: new Date(Date.now() + days * 86_400_000).toISOString() };
    return (await api.call<Measure>("POST", "/measures", { kind, target_kind, target, reason, message: words, ...ends_at, ...(kinds ? { kinds } : {}) })).id;
  }
  async undoByPage(id: string): Promise<void> {
    await this.page(async ({ page }) => {
      await page.goto(`${this.origin}/admin/measures`);
      expect(await submit(page, `main form[action="/admin/measures/undo"]:has(input[value="${id}"]) button`)).toBe(200);
      expect(await text(page, ".flash.success")).toContain("Décision annulée");
    });
  }
  async undoByApi(id: string): Promise<void> {
    await this.api.call("DELETE", `/measures/${id}`);
  }

  /** What was decided before, as it stands beside the form of a new decision. */
  async history(on: string): Promise<string> {
    return await this.page(async ({ page }) => {
      await page.goto(`${this.origin}/admin/measures/new?on=${encodeURIComponent(on)}`);
      return await text(page, "section[aria-labelledby=history]");
    });
  }

  /** Taken on the page and lifted by the API, then the other way round; what is seen is asked before, meanwhile and after. */
  async bothWays(taking: Taking, seen: (holds: boolean) => Promise<void>): Promise<void> {
    await seen(false);
    const first = await this.takeByPage(taking);
    await seen(true);
    await this.undoByApi(first);
    await seen(false);
    const second = await this.takeByApi(taking);
    await seen(true);
    await this.undoByPage(second);
    await seen(false);
  }

  /** One act on lines of the queue on its page: chosen, shown, confirmed. */
  async decideByPage(source: string, titles: string[], act: string, words = ""): Promise<void> {
    await this.page(async ({ page }) => {
      await page.goto(`${this.origin}/admin/queue?show=${source}`);
      for (const title of titles) await page.locator(`main input[name="line"][aria-label*="${title}"]`).check();
      await page.locator('main select[name="act"]').selectOption(act);
      expect(await submit(page, 'main form[method="post"] button.button:not(.quiet)'), await text(page)).toBe(200);
      for (const title of titles) expect(await text(page)).toContain(title);
      if (words) await page.locator('main textarea[name="words"]').fill(words);
      expect(await submit(page, 'main form[action="/admin/queue"] button.button'), await text(page)).toBe(200);
      expect(await text(page, ".flash.success")).toContain("C’est fait");
    });
  }
  async decideByApi(source: string, titles: string[], action: string, words = ""): Promise<void> {
    const ids = await Promise.all(titles.map(async (title) => (await this.line(title, source)).id));
    const { items } = await this.api.call<{ items: { error: string }[] }>("POST", "/queue", { source, ids, action, words });
    expect(items.map((one) => one.error)).toEqual(titles.map(() => ""));
  }

  /** A form of a case, found by what it does. */
  async onCase(id: string, act: string, fields: Record<string, string> = {}): Promise<void> {
    await this.page(async ({ page }) => {
      await page.goto(`${this.origin}/admin/cases/${id}`);
      const form = `main form:has(> input[name="do"][value="${act}"])`;
      const folded = page.locator(`main details:not([open]):has(input[name="do"][value="${act}"]) > summary`);
      while ((await folded.count()) > 0) await folded.first().click();
      await fill(page, fields, form);
      expect(await submit(page, `${form} button`), await text(page)).toBe(200);
      expect(await page.locator(".flash.success").count(), await text(page)).toBe(1);
    });
  }
}

export function plain(words: string): string {
  return words.replace(/[\u00a0\u202f]|&nbsp;/g, " ").replaceAll("&#39;", "'");
}

/** The token of a letter's link to a path. */
export function tokenOf(letter: Message, path: string): string {
  const link = letter.links.find((one) => new URL(one).pathname === path);
  if (!link) throw new Error(`no link to ${path} in ${letter.text}`);
  return new URL(link).searchParams.get("token") ?? "";
}
