/** The measuring instruments are checked first: each one must see the fault it is there to see. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FedifyPeer } from "../peer/peer.ts";
import { launchBrowser, Visitor, weigh } from "./browser.ts";
import { createDatabase, engines } from "./database.ts";
import { instantOf } from "./dates.ts";
import { eventually, never } from "./eventually.ts";
import { MailServer } from "./mail.ts";
import { fill, submit, text } from "./pages.ts";

describe("waiting", () => {
  test("eventually returns the first value and, too late, the probe's own failure", async () => {
    let calls = 0;
    expect(await eventually(() => (++calls === 3 ? "there" : undefined), { interval: 1 })).toBe("there");
    const failing = () => { throw new Error("not yet: two of three"); };
    await expect(eventually(failing, { timeout: 20, interval: 1 })).rejects.toThrow("two of three");
    await expect(eventually(() => undefined, { timeout: 20, interval: 1 })).rejects.toThrow("nothing happened");
  });

  test("never sees what happens late", async () => {
    let calls = 0;
    await expect(never(() => ++calls > 3, { during: 500, interval: 1 })).rejects.toThrow("should not");
    await expect(never(() => false, { during: 10, interval: 1 })).resolves.toBeUndefined();
  });
});

describe("databases", () => {
  test.each(engines())("%s: two databases are two, and can be dropped", async (engine) => {
    const directory = mkdtempSync(join(tmpdir(), "kiosque-test-"));
    const one = await createDatabase(engine, directory);
    const two = await createDatabase(engine, mkdtempSync(join(directory, "two-")));
    expect(one.url).not.toBe(two.url);
    expect(one.url).toMatch(engine === "sqlite" ? /^sqlite:\/\/\// : /^postgres:\/\//);
    await one.drop();
    await two.drop();
    if (engine === "postgres") await expect(one.drop()).rejects.toThrow("does not exist");
    rmSync(directory, { recursive: true });
  });
});

describe("mail", () => {
  test("the last message to an address is read, and its links are found in both parts", async () => {
    const mail = await MailServer.start();
    const sender = createTransport({ host: "127.0.0.1", port: mail.port, secure: false, ignoreTLS: true });
    const message = { from: "kiosque@alpha.test", to: "ada@example.org", subject: "Votre compte à l'agenda" };
    await sender.sendMail({ ...message, text: "Ouvrez http://alpha.test/old." });
    await sender.sendMail({
      ...message,
      text: "Ouvrez http://alpha.test/confirm?token=a&b=1, puis revenez.",
      html: '<a href="http://alpha.test/confirm?token=a&amp;b=1">Confirmer</a> <a href="http://alpha.test/about">À propos</a>',
    });
    const last = await mail.lastMailTo("ada@example.org");
    expect(last.subject).toBe("Votre compte à l'agenda");
    expect(last.links).toEqual(["http://alpha.test/confirm?token=a&b=1,".slice(0, -1), "http://alpha.test/about"]);
    expect(mail.messages).toHaveLength(2);
    await expect(mail.lastMailTo("bob@example.org", { timeout: 50 })).rejects.toThrow("no message to bob");
    sender.close();
    await mail.stop();
  });
});

describe("browser", () => {
  let peer: FedifyPeer;
  let other: FedifyPeer;
  let browser: Browser;
  const page = (body: string, head = "") =>
    `<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Agenda</title>${head}</head><body>${body}</body></html>`;

  beforeAll(async () => {
    peer = await FedifyPeer.start({ host: "page.test" });
    other = await FedifyPeer.start({ host: "ailleurs.test" });
    peer.serve("/good", page("<main><h1>Ce soir</h1><p>Un bal.</p></main>"), 200, "text/html");
    peer.serve("/bad", page('<main><h1>Ce soir</h1><img src="http://ailleurs.test/pixel.png"><div style="width:2000px">large</div></main>'), 200, "text/html");
    peer.serve("/script", page('<main><h1 id="h">sans</h1></main><script>document.getElementById("h").textContent = "avec"</script>'), 200, "text/html");
    peer.serve("/heavy", page(`<main><h1>Lourd</h1></main>`, '<link rel="stylesheet" href="/big.css">'), 200, "text/html");
    peer.serve("/big.css", `/*${"x".repeat(40_000)}*/`, 200, "text/css");
    other.serve("/pixel.png", "no picture", 200, "image/png");
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await peer.stop();
    await other.stop();
  });

  test("a page is opened by its name, and a clean one has no finding", async () => {
    const visitor = await Visitor.open(browser);
    expect((await visitor.visit("http://page.test/good")).status()).toBe(200);
    expect(await visitor.page.textContent("h1")).toBe("Ce soir");
    expect(await visitor.seriousFindings()).toEqual([]);
    expect(visitor.thirdParty).toEqual([]);
    expect(await visitor.cookies()).toEqual([]);
    expect(await visitor.scrollsSideways()).toBe(false);
    expect(existsSync(await visitor.screenshot("harness-good"))).toBe(true);
    await visitor.close();
  });

  test("a missing alternative text, a request elsewhere and a page too wide are seen", async () => {
    const visitor = await Visitor.open(browser, { width: 390 });
    await visitor.visit("http://page.test/bad");
    expect((await visitor.seriousFindings()).join()).toContain("image-alt");
    expect(visitor.thirdParty).toEqual(["http://ailleurs.test/pixel.png"]);
    expect(await visitor.scrollsSideways()).toBe(true);
    await visitor.close();
  });

  test("scripts run or not, as asked", async () => {
    for (const scripts of [true, false]) {
      const visitor = await Visitor.open(browser, { scripts });
      await visitor.visit("http://page.test/script");
      expect(await visitor.page.textContent("h1")).toBe(scripts ? "avec" : "sans");
      await visitor.close();
    }
  });

  test.each([true, false])("a form is filled, folded fields too, and sent (scripts %s)", async (scripts) => {
    peer.serve("/form", page(`<main><form action="/sent"><input name="title"><input type="date" name="start_date"><details><summary>Plus</summary>
      <select name="timezone"><option>Europe/Paris</option><option>Pacific/Noumea</option></select></details>
      <button name="action" value="draft">Brouillon</button><button type="submit" name="action" value="publish">Publier</button></form></main>`), 200, "text/html");
    peer.serve("/sent", page("<main>Reçu</main>"), 201, "text/html");
    const visitor = await Visitor.open(browser, { scripts, width: 390 });
    await visitor.visit("http://page.test/form");
    await fill(visitor.page, { title: "Bal", start_date: "2026-12-24", timezone: "Pacific/Noumea" });
    expect(await submit(visitor.page, 'main form button[name="action"][value="publish"]')).toBe(201);
    expect(new URL(visitor.page.url()).search).toBe("?title=Bal&start_date=2026-12-24&timezone=Pacific%2FNoumea&action=publish");
    expect(await text(visitor.page)).toBe("Reçu");
    await visitor.close();
  });

  test("a name outside the run does not open", async () => {
    const visitor = await Visitor.open(browser);
    await expect(visitor.visit("http://elsewhere.test/")).rejects.toThrow("ERR_NAME_NOT_RESOLVED");
    await visitor.close();
  });

  test("the weight of a page counts what it loads", async () => {
    const light = await weigh(browser, "http://page.test/good");
    const heavy = await weigh(browser, "http://page.test/heavy");
    expect(light.total).toBeGreaterThan(200);
    expect(light.total).toBeLessThan(5_000);
    expect(heavy.byKind["stylesheet"]).toBeGreaterThan(40_000);
    expect(heavy.total).toBeGreaterThan(light.total + 40_000);
    expect(heavy.requests).toContain("http://page.test/big.css");
  });
});

describe("dates", () => {
  test("a local time becomes the right instant, in winter, in summer and elsewhere", () => {
    expect(instantOf("2026-12-24", "19:30")).toBe("2026-12-24T18:30:00Z");
    expect(instantOf("2026-07-14", "00:30")).toBe("2026-07-13T22:30:00Z");
    expect(instantOf("2026-03-29", "04:00")).toBe("2026-03-29T02:00:00Z");
    expect(instantOf("2026-01-01", "00:00", "Pacific/Noumea")).toBe("2025-12-31T13:00:00Z");
  });
});
