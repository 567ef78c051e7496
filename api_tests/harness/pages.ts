/**
 * Kiosque's pages as the browser tests use them. Fields are found by their `name`, which is what a form sends and
 * does not change with the language; everything a person reads is checked by the tests themselves.
 */
import type { Locator, Page } from "playwright-core";
import { SETTINGS, Visitor } from "./browser.ts";
import { engines, type Engine } from "./database.ts";
import { ADMIN_PASSWORD, adminEmail } from "./instance.ts";
import type { World } from "./world.ts";

export interface EventForm {
  title: string;
  description?: string;
  startDate: string;
  startTime: string;
  endDate?: string;
  endTime?: string;
  timezone?: string;
  placeName?: string;
  tags?: string;
  price?: string;
}

const FIELD: Record<keyof EventForm, string> = {
  title: "title",
  description: "description",
  startDate: "start_date",
  startTime: "start_time",
  endDate: "end_date",
  endTime: "end_time",
  timezone: "time_zone",
  placeName: "place_name",
  tags: "tags",
  price: "price",
};

/** Fills named fields of a form of the page, opening the folded group a field may lie in; a box is `on` or empty. */
export async function fill(page: Page, values: Record<string, string>, form = "main form"): Promise<void> {
  const selector = (name: string) => `${form} [name="${name}"]`;
  const found = await page.evaluate((wanted) => wanted.map((one) => {
    const field = document.querySelector(one);
    const folded = field?.closest("details");
    return { kind: field?.tagName === "SELECT" ? "select" : ((field as { type?: string } | null)?.type ?? ""), folded: folded !== null && folded !== undefined && !folded.hasAttribute("open") };
  }), Object.keys(values).map(selector));
  for (const [i, [name, value]] of Object.entries(values).entries()) {
    const field = page.locator(selector(name)).first();
    const { kind, folded } = found[i] ?? { kind: "", folded: false };
    if (folded) {
      const group = page.locator(`${form} details:not([open]):has([name="${name}"]) > summary`);
      while ((await group.count()) > 0) await group.first().click();
    }
    if (kind === "select") await field.selectOption(value);
    else if (kind === "file") await field.setInputFiles(value);
    else if (kind === "radio") await page.locator(`${selector(name)}[value="${value}"]`).check();
    else if (kind === "checkbox") await field.setChecked(value !== "");
    else await field.fill(value);
  }
}

/** Presses the form's main button and waits for the page that answers; gives its status, after any redirect. */
export async function submit(page: Page, button: string | Locator = 'main form button[type="submit"]'): Promise<number> {
  return await leave(page, typeof button === "string" ? page.locator(button) : button);
}

/** Presses what leads to another page, and waits until that page stands in place of this one. */
async function leave(page: Page, way: Locator): Promise<number> {
  const [response] = await Promise.all([page.waitForNavigation({ waitUntil: "domcontentloaded" }), way.first().click()]);
  if (!response) throw new Error(`${page.url()} came without a response`);
  return response.status();
}

/** Presses the button of the main part that sends this value, as the forms with several buttons have. */
export async function press(page: Page, name: string, value: string): Promise<number> {
  return await submit(page, `main form button[name="${name}"][value="${value}"]`);
}

/** Follows a link by all that is read of it, or by a part. */
export async function follow(page: Page, link: string | RegExp): Promise<void> {
  await leave(page, page.getByRole("link", { name: link, exact: true }));
}

export async function signIn(page: Page, host: string, email = adminEmail(host), password = ADMIN_PASSWORD): Promise<void> {
  await page.goto(`http://${host}/login`);
  await fill(page, { email, password });
  await submit(page);
  if (new URL(page.url()).pathname === "/login") throw new Error(`signing in failed: ${await page.locator("main").innerText()}`);
}

/** Types an event into the form and publishes it; returns the address of the page that follows. */
export async function typeEvent(page: Page, host: string, agenda: string, event: EventForm): Promise<string> {
  await page.goto(`http://${host}/@${agenda}/new`);
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(event)) values[FIELD[key as keyof EventForm]] = value as string;
  await fill(page, values);
  await press(page, "do", "publish");
  return page.url();
}

/** The text of the page's main part, or of a part of it, its unbreakable spaces made plain ones. */
export async function text(page: Page, part: string | Locator = "main"): Promise<string> {
  return (await (typeof part === "string" ? page.locator(part) : part).first().innerText()).replace(/[\u00a0\u202f]/g, " ");
}

export type Setting = (typeof SETTINGS)[number];

/**
 * The settings to walk a flow in on an engine. What a browser does with a page does not depend on the database: with two
 * engines each takes two settings that differ in both ways, and together they take all four.
 */
export function settingsFor(engine: Engine): Setting[] {
  const all = engines();
  return SETTINGS.filter(({ width, scripts }) => all.length === 1 || ((width === 1280) === scripts) === (engine === all[0]));
}

type Person = { host: string; email?: string; password?: string };
type Cookies = Awaited<ReturnType<Visitor["context"]["cookies"]>>;

/**
 * The browsers of a world's people, one for each setting and person, and one without cookies; and the sessions of those
 * who signed in once. Opening a browser and signing in cost more than most flows: both have their tests elsewhere.
 */
const opened = new WeakMap<World, { visitors: Map<string, Visitor>; sessions: Map<string, Cookies> }>();

/** Hands over a person's browser in one setting, signed in if so wanted; nothing in it may have gone astray at the end. */
export async function visiting<T>(world: World, { scripts, width, tag }: Setting, steps: (visitor: Visitor) => Promise<T>, person?: Person): Promise<T> {
  const { visitors, sessions } = opened.get(world) ?? { visitors: new Map<string, Visitor>(), sessions: new Map<string, Cookies>() };
  opened.set(world, { visitors, sessions });
  const { host = "", email = adminEmail(host), password } = person ?? {};
  const [who, key] = [`${host} ${email}`, `${tag} ${person ? `${host} ${email}` : ""}`];
  const visitor = visitors.get(key) ?? (await Visitor.open(await world.browser(), { scripts, width }));
  visitors.set(key, visitor);
  visitor.thirdParty.length = visitor.consoleErrors.length = 0;
  await visitor.context.clearCookies();
  if (person) {
    const session = sessions.get(who);
    if (session) await visitor.context.addCookies(session);
    else await signIn(visitor.page, host, email, password);
    sessions.set(who, session ?? (await visitor.context.cookies()));
  }
  const result = await steps(visitor);
  const faults = await astray(visitor);
  if (faults.length > 0) throw new Error(`${visitor.page.url()} (${tag}):\n${faults.join("\n")}`);
  return result;
}

/** Requests to a third party, errors of the console, cookies of somebody who is not signed in. */
async function astray(visitor: Visitor): Promise<string[]> {
  const faults = visitor.thirdParty.map((request) => `third party: ${request}`);
  for (const error of visitor.consoleErrors) faults.push(`console: ${error}`);
  const signedIn = (await visitor.page.locator('form[action="/logout"]').count()) > 0;
  if (!signedIn) for (const cookie of await visitor.cookies()) faults.push(`cookie before signing in: ${cookie}`);
  return faults;
}

/**
 * What holds for the page at hand as for every page: nothing astray, within the window, open to everybody. Keeps a
 * picture of it under the name given, where scripts run.
 */
export async function tidy(visitor: Visitor, { scripts, tag }: Setting, picture?: string): Promise<void> {
  const faults = await astray(visitor);
  if (await visitor.scrollsSideways()) faults.push("scrolls sideways");
  if (scripts) faults.push(...(await visitor.seriousFindings()));
  if (scripts && picture) await visitor.screenshot(`flow-${picture}-${tag}`);
  if (faults.length > 0) throw new Error(`${visitor.page.url()} (${tag}):\n${faults.join("\n")}`);
}
