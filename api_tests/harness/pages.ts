/**
 * Kiosque's pages as the browser tests use them. Fields are found by their `name`, which is what a form sends and
 * does not change with the language; everything a person reads is checked by the tests themselves.
 */
import type { Page } from "playwright-core";
import { ADMIN_PASSWORD, adminEmail } from "./instance.ts";

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

/** Fills named fields of the page's main form, opening the folded group a field may lie in. */
export async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    const field = page.locator(`main form [name="${name}"]`).first();
    const folded = page.locator(`main form details:not([open]):has([name="${name}"]) > summary`);
    if ((await folded.count()) > 0) await folded.first().click();
    if ((await field.evaluate((element) => element.tagName)) === "SELECT") await field.selectOption(value);
    else await field.fill(value);
  }
}

/** Presses the form's main button and waits for the page that answers. */
export async function submit(page: Page, button = 'main form button[type="submit"]'): Promise<number> {
  const [response] = await Promise.all([
    page.waitForResponse((answer) => answer.request().isNavigationRequest() && ![301, 302, 303, 307, 308].includes(answer.status())),
    page.locator(button).first().click(),
  ]);
  await page.waitForLoadState("domcontentloaded");
  return response.status();
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
  await submit(page, 'main form button[name="do"][value="publish"]');
  return page.url();
}

/** The text of the page's main part. */
export async function text(page: Page): Promise<string> {
  return await page.locator("main").innerText();
}
