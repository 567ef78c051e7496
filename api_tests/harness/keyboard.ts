import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Visitor } from "./browser.ts";
import { text } from "./pages.ts";

/** A browser that is touched by its keyboard alone. Each stop of the focus must be seen, on the screen and with a ring. */
export class Keyboard {
  readonly visitor: Visitor;
  presses = 0;
  private readonly unseen = new Set<string>();
  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }
  get page(): Page {
    return this.visitor.page;
  }

  async key(name: string): Promise<void> {
    this.presses++;
    await this.page.keyboard.press(name);
  }

  /** Where the focus is: whether there, whether seen, and what it is. Looks, and touches nothing. */
  private async focus(wanted: string): Promise<{ here: boolean; what: string }> {
    const found = await this.page.evaluate((selector) => {
      const at = document.activeElement;
      if (!at || at === document.body || at === document.documentElement) return { here: false, seen: true, what: "the page" };
      const [style, box] = [getComputedStyle(at), at.getBoundingClientRect()];
      const ring = (style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
      const onScreen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
      return { here: at.matches(selector), seen: ring && onScreen, what: at.outerHTML.slice(0, 200) };
    }, wanted);
    if (!found.seen) this.unseen.add(`${new URL(this.page.url()).pathname}: ${found.what}`);
    return found;
  }

  /** Tab, or Shift and Tab, until the focus is on what matches; never more presses than a page can have stops. */
  async to(selector: string, { back = false, most = 300 } = {}): Promise<void> {
    for (let pressed = 0; pressed <= most; pressed++) {
      if (pressed > 0) await this.key(back ? "Shift+Tab" : "Tab");
      if ((await this.focus(selector)).here && pressed > 0) {
        expect([...this.unseen], "the focus is seen at every stop").toEqual([]);
        return;
      }
    }
    throw new Error(`${most} presses of Tab do not reach ${selector} on ${this.page.url()}`);
  }

  /** A key that leads to another page; gives the status of that page. */
  async leave(name = "Enter"): Promise<number> {
    const [response] = await Promise.all([this.page.waitForNavigation({ waitUntil: "load" }), this.key(name)]);
    if (!response) throw new Error(`${this.page.url()} came without a response`);
    return response.status();
  }

  /** Goes to a link or a button and uses it. */
  async use(selector: string, name = "Enter"): Promise<number> {
    await this.to(selector);
    return await this.leave(name);
  }

  async write(selector: string, words: string): Promise<void> {
    await this.to(selector);
    this.presses += words.length;
    await this.page.keyboard.type(words);
  }

  private async value(): Promise<string> {
    return await this.page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.value ?? "");
  }

  /** One of a list that opens, by arrows. */
  async choose(selector: string, value: string): Promise<void> {
    await this.to(selector);
    await this.key("Home");
    for (let pressed = 0; pressed < 60; pressed++) {
      if ((await this.value()) === value) return;
      await this.key("ArrowDown");
    }
    throw new Error(`${selector} has no ${value}`);
  }

  /** One of a few, all visible, by arrows. */
  async pick(form: string, name: string, value: string): Promise<void> {
    await this.to(`${form} input[type="radio"][name="${name}"]`);
    await this.key("Space");
    for (let pressed = 0; pressed < 40; pressed++) {
      const at = await this.focus(`[name="${name}"][value="${value}"]:checked`);
      if (at.here) return;
      await this.key("ArrowDown");
    }
    throw new Error(`${form} has no ${name}=${value} in ${this.page.url()}`);
  }

  /** From wherever one is: the menu of the header, the administration, one of its entries. */
  async administration(entry: string): Promise<void> {
    await this.to("header details.me > summary");
    await this.key("Enter");
    expect(await this.use('header .menu a[href="/admin"]')).toBe(200);
    expect(await this.use(`main dl a[href="${entry}"]`)).toBe(200);
  }

  /** The queue from the header, filtered to one kind of work. */
  async queue(show = ""): Promise<void> {
    await this.administration("/admin/queue");
    if (show) await this.filter(show);
  }
  async filter(show: string): Promise<void> {
    await this.choose('main select[name="show"]', show);
    expect(await this.use('main form[action="/admin/queue"]:not([method="post"]) button')).toBe(200);
    expect(new URL(this.page.url()).searchParams.get("show")).toBe(show);
  }

  /** Marks the lines whose label has these words, each with the space bar, and goes on to the preview of one act. */
  async lines(words: string[], act: string): Promise<number> {
    for (const word of words) {
      const box = `main input[name="line"][aria-label*="${word}"]`;
      // The focus may stand below the line that comes next.
      await this.to(box, { back: await this.isAbove(box) });
      await this.key("Space");
    }
    expect(await this.page.locator('main input[name="line"]:checked').count()).toBe(words.length);
    await this.choose('main select[name="act"]', act);
    return await this.use('main form[method="post"] button.button:not(.quiet)');
  }
  private async isAbove(selector: string): Promise<boolean> {
    return await this.page.evaluate((wanted) => {
      const [at, there] = [document.activeElement, document.querySelector(wanted)];
      return at !== null && there !== null && at !== document.body && (at.compareDocumentPosition(there) & Node.DOCUMENT_POSITION_PRECEDING) !== 0 && !at.contains(there);
    }, selector);
  }
  async confirm(words = ""): Promise<void> {
    if (words) await this.write('main textarea[name="words"]', words);
    expect(await this.use('main form[action="/admin/queue"] button.button')).toBe(200);
    expect(await text(this.page, ".flash.success")).toContain("C’est fait");
  }

  /** A button of a case. */
  async act(act: string): Promise<void> {
    expect(await this.use(`main form:has(> input[name="do"][value="${act}"]) button`)).toBe(200);
  }
  async note(words: string): Promise<void> {
    await this.write('main form:has(> input[name="do"][value="note"]) textarea', words);
    await this.act("note");
    expect(await text(this.page)).toContain(words);
  }
  /** Reads what the list offers under the word of its first part, as `account:…`. */
  async offered(kind: string): Promise<string> {
    const value = await this.page.locator(`main select[name="on"] option[value^="${kind}:"]`).getAttribute("value");
    if (!value) throw new Error(`no measure on ${kind} is offered`);
    return value;
  }
  async measure(measure: { on: string; kind: string; reason: string; words: string; days?: number }): Promise<void> {
    const form = 'main form[action="/admin/measures"]';
    await this.choose(`${form} select[name="on"]`, await this.offered(measure.on));
    await this.pick(form, "kind", measure.kind);
    await this.choose(`${form} select[name="reason"]`, measure.reason);
    await this.write(`${form} textarea[name="text"]`, measure.words);
    if (measure.days !== undefined) await this.write(`${form} input[name="days"]`, String(measure.days));
    expect(await this.use(`${form} button.button`), await text(this.page)).toBe(200);
    expect(await text(this.page, ".flash.success")).toContain("Décision prise");
  }
  async close(outcome: string, words = ""): Promise<void> {
    const form = 'main form:has(> input[name="do"][value="close"])';
    await this.pick(form, "outcome", outcome);
    if (words) await this.write(`${form} textarea[name="words"]`, words);
    await this.act("close");
    expect(await text(this.page, ".flash.success")).toContain("Dossier fermé");
  }
  async open(line: { source: string; id: string; page: string }): Promise<void> {
    expect(await this.use(`main table a[href="${line.page}"]`)).toBe(200);
  }

  /** What holds for each page of the work. */
  async wellMade(): Promise<void> {
    expect.soft(await this.visitor.seriousFindings(), this.page.url()).toEqual([]);
    expect(await this.visitor.scrollsSideways(), this.page.url()).toBe(false);
  }
  async end(): Promise<void> {
    expect(this.visitor.consoleErrors).toEqual([]);
    expect(this.visitor.thirdParty).toEqual([]);
    await this.visitor.close();
  }
}
