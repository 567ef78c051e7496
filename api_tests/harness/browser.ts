/** Debian's Chromium, driven by playwright-core, with the run's names and nothing else to talk to. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContext, type Page, type Response } from "playwright-core";
import { mappedHosts } from "../network/names.ts";

export interface Visit {
  /** Width of the window in CSS pixels: 1280 is a desk, 390 a telephone. */
  width?: 1280 | 390;
  scripts?: boolean;
  dark?: boolean;
  locale?: "fr-FR" | "en-GB";
}

/** What one page load brought over the network. */
export interface Weight {
  /** Bytes received: header fields and bodies as sent, compressed. */
  total: number;
  byKind: Record<string, number>;
  requests: string[];
}

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const screenshots = join(import.meta.dirname, "../screenshots");

/** Starts the browser; call it once every server has its name, because the names are given at start. */
export async function launchBrowser(): Promise<Browser> {
  if (!executablePath) throw new Error("no Chromium: install the package chromium");
  const rules = Object.entries(mappedHosts()).map(([name, port]) => `MAP ${name} 127.0.0.1:${port}`);
  return await chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
      // The servers of a run speak HTTP only; without this Chromium tries https first on every name.
      "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
      // Any other name must fail at once, so that a third-party request can never succeed unseen.
      `--host-resolver-rules=${[...rules, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"].join(",")}`,
    ],
  });
}

/** How a person may come: with scripts or without, at a desk or with a telephone. Every flow runs in all four. */
export const SETTINGS = ([1280, 390] as const).flatMap((width) =>
  [true, false].map((scripts) => ({ scripts, width, tag: `${width}${scripts ? "" : "n"}` })),
);

/** A person's browser: its own cookies, a window, scripts on or off. */
export class Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Every request that left for a host other than the page's own. */
  readonly thirdParty: string[] = [];
  /** What the browser's console called an error, and errors thrown by scripts. */
  readonly consoleErrors: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    const navigations = new Set<string>();
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (request.isNavigationRequest()) navigations.add(url.href);
      const home = request.frame().url();
      const target = request.isNavigationRequest() ? null : new URL(home === "about:blank" ? url : home).host;
      if (/^https?:$/.test(url.protocol) && target !== null && url.host !== target) this.thirdParty.push(url.href);
    });
    // Over plain http, as in these tests, the browser says that it ignores this one header.
    const expected = (text: string) => text.startsWith("The Cross-Origin-Opener-Policy header has been ignored");
    page.on("console", (message) => {
      // A page that answers 404 or 422 is the test's own business; a part of a page that does is a fault.
      const ofPage = message.text().startsWith("Failed to load resource") && navigations.has(message.location().url);
      if (message.type() === "error" && !ofPage && !expected(message.text())) this.consoleErrors.push(message.text());
    });
    page.on("pageerror", (error) => void this.consoleErrors.push(error.message));
  }

  static async open(browser: Browser, visit: Visit = {}): Promise<Visitor> {
    const { width = 1280, scripts = true, dark = false, locale = "fr-FR" } = visit;
    const context = await browser.newContext({
      viewport: { width, height: width === 390 ? 844 : 900 },
      isMobile: width === 390,
      hasTouch: width === 390,
      javaScriptEnabled: scripts,
      colorScheme: dark ? "dark" : "light",
      reducedMotion: "reduce",
      locale,
      timezoneId: "Europe/Paris",
    });
    context.setDefaultTimeout(10_000);
    return new Visitor(context, await context.newPage());
  }

  /** Opens an address and expects a page, not an error of the browser. */
  async visit(url: string): Promise<Response> {
    const response = await this.page.goto(url);
    if (!response) throw new Error(`${url} gave no response`);
    return response;
  }

  async cookies(): Promise<string[]> {
    return (await this.context.cookies()).map((cookie) => cookie.name);
  }

  /** Serious and critical findings of axe-core, one line each; needs scripts, which axe is. */
  async seriousFindings(): Promise<string[]> {
    // Through the debugger and not a script element: the page's own policy on scripts stays in force.
    await this.page.evaluate(axe.source);
    const results = await this.page.evaluate(async () => {
      const { axe: engine } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Finding[] }> } };
      interface Finding { id: string; impact: string; help: string; nodes: { target: string[] }[] }
      return (await engine.run({ resultTypes: ["violations"] })).violations;
    });
    return results
      .filter((finding) => finding.impact === "serious" || finding.impact === "critical")
      .map((finding) => `${finding.id}: ${finding.help} (${finding.nodes.map((node) => node.target.join(" ")).join(", ")})`);
  }

  /** True when the page is wider than the window: on a telephone that is a fault of the page. */
  async scrollsSideways(): Promise<boolean> {
    return await this.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  }

  /** Saves a picture of the whole page into `screenshots/`, for a person to look at. */
  async screenshot(name: string): Promise<string> {
    await mkdir(screenshots, { recursive: true });
    const path = join(screenshots, `${name}.png`);
    await this.page.screenshot({ path, fullPage: true });
    return path;
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

/** Loads an address in a fresh context (empty cache) and weighs what came over the network. */
export async function weigh(browser: Browser, url: string, visit: Visit = {}): Promise<Weight> {
  const visitor = await Visitor.open(browser, visit);
  try {
    const session = await visitor.context.newCDPSession(visitor.page);
    await session.send("Network.enable");
    const kinds = new Map<string, string>();
    const weight: Weight = { total: 0, byKind: {}, requests: [] };
    session.on("Network.responseReceived", (event) => {
      kinds.set(event.requestId, event.type.toLowerCase());
      weight.requests.push(event.response.url);
    });
    session.on("Network.loadingFinished", (event) => {
      const kind = kinds.get(event.requestId) ?? "other";
      weight.total += event.encodedDataLength;
      weight.byKind[kind] = (weight.byKind[kind] ?? 0) + event.encodedDataLength;
    });
    await visitor.visit(url);
    await visitor.page.waitForLoadState("networkidle");
    return weight;
  } finally {
    await visitor.close();
  }
}
