/** Becoming someone here: the setup page, sign-up by mail, signing in and out, a forgotten password. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SETTINGS, Visitor } from "../harness/browser.ts";
import { engines } from "../harness/database.ts";
import { ADMIN_PASSWORD } from "../harness/instance.ts";
import type { Message } from "../harness/mail.ts";
import { fill, signIn, submit, text } from "../harness/pages.ts";
import { World } from "../harness/world.ts";

const PASSWORD = "une-phrase-de-passe-facile";
const OTHER = "une-autre-phrase-de-passe";

/** The one link of a message that leads to this site's page. */
function linkTo(message: Message, host: string, path: RegExp): string {
  const links = message.links.filter((link) => new URL(link).host === host && path.test(new URL(link).pathname));
  expect(new Set(links).size, message.text).toBe(1);
  return links[0] as string;
}

describe.each(engines())("people on %s", (engine) => {
  let world: World;

  beforeAll(async () => {
    world = await World.start({
      engine, mail: true, instances: [{ sites: [{ host: "alpha.test", name: "Alpha" }] }, { sites: [], extraHosts: ["neuf.test"] }],
    });
  });
  afterAll(() => world?.close());

  test.each(SETTINGS)(
    "sign up, confirm by the link of the mail, sign in, sign out ($width px, scripts $scripts)", async ({ scripts, width, tag }) => {
      const email = `ada-${tag}@example.org`;
      const visitor = await Visitor.open(await world.browser(), { scripts, width });
      await visitor.visit("http://alpha.test/signup");
      await fill(visitor.page, { name: "Ada", email, password: PASSWORD });
      expect(await submit(visitor.page)).toBeLessThan(400);

      // Not confirmed yet: no way in.
      await expect(signIn(visitor.page, "alpha.test", email, PASSWORD)).rejects.toThrow();

      const message = await world.mail.lastMailTo(email);
      expect(message.from).toBe("kiosque@alpha.test");
      const link = linkTo(message, "alpha.test", /confirm/);
      await visitor.visit(link);
      // A mail scanner opens links too: confirming takes a press of the button where there is one.
      const button = visitor.page.locator('main form button[type="submit"]');
      if ((await button.count()) > 0 && new URL(visitor.page.url()).pathname.includes("confirm")) {
        // Whoever signed up proves it is theirs: nobody confirms an account that somebody else made with their address.
        await fill(visitor.page, { password: PASSWORD });
        expect(await submit(visitor.page)).toBeLessThan(400);
      }
      await signIn(visitor.page, "alpha.test", email, PASSWORD);
      expect((await visitor.visit("http://alpha.test/account")).status()).toBe(200);
      expect(await text(visitor.page)).toContain("Ada");
      expect(await visitor.cookies()).not.toEqual([]);

      await submit(visitor.page, 'form[action="/logout"] button[type="submit"]');
      await visitor.visit("http://alpha.test/account");
      expect(new URL(visitor.page.url()).pathname).toBe("/login");
      expect(visitor.thirdParty).toEqual([]);
      await visitor.close();
    },
  );

  test("AUTH-05: an address that is known already gets the same answer, and its owner a message", async () => {
    const answers: string[] = [];
    for (const email of ["ada-1280@example.org", "nouveau@example.org"]) {
      const visitor = await Visitor.open(await world.browser(), { scripts: false });
      await visitor.visit("http://alpha.test/signup");
      await fill(visitor.page, { name: "Quelqu'un", email, password: PASSWORD });
      const status = await submit(visitor.page);
      answers.push(`${status} ${visitor.page.url()} ${(await text(visitor.page)).replaceAll(email, "…")}`);
      await visitor.close();
    }
    expect(answers[0]).toBe(answers[1]);
  });

  test("a forgotten password: the link works once, and ends the other sessions; AUTH-04, AUTH-06", async () => {
    const email = "ada-1280@example.org";
    const browser = await world.browser();
    const elsewhere = await Visitor.open(browser);
    await signIn(elsewhere.page, "alpha.test", email, PASSWORD);

    const visitor = await Visitor.open(browser, { scripts: false });
    const after = world.mail.messages.length;
    await visitor.visit("http://alpha.test/reset");
    await fill(visitor.page, { email });
    await submit(visitor.page);
    const link = linkTo(await world.mail.lastMailTo(email, { after }), "alpha.test", /reset/);
    await visitor.visit(link);
    await fill(visitor.page, { password: OTHER });
    expect(await submit(visitor.page)).toBeLessThan(400);

    await elsewhere.visit("http://alpha.test/account");
    expect(new URL(elsewhere.page.url()).pathname).toBe("/login");
    await expect(signIn(elsewhere.page, "alpha.test", email, PASSWORD)).rejects.toThrow();
    await signIn(elsewhere.page, "alpha.test", email, OTHER);

    // The second use of the link must not change the password again.
    await visitor.visit(link);
    if ((await visitor.page.locator('main form [name="password"]').count()) > 0) {
      await fill(visitor.page, { password: PASSWORD });
      await submit(visitor.page);
    }
    await visitor.context.clearCookies();
    await expect(signIn(visitor.page, "alpha.test", email, PASSWORD)).rejects.toThrow();
    await signIn(visitor.page, "alpha.test", email, OTHER);
    await Promise.all([visitor.close(), elsewhere.close()]);
  });

  test("an unknown address asks for a reset: the same words, and no message", async () => {
    const before = world.mail.messages.length;
    const words: string[] = [];
    for (const email of ["personne@example.org", "ada-390@example.org"]) {
      const visitor = await Visitor.open(await world.browser(), { scripts: false });
      await visitor.visit("http://alpha.test/reset");
      await fill(visitor.page, { email });
      await submit(visitor.page);
      words.push((await text(visitor.page)).replaceAll(email, "…"));
      await visitor.close();
    }
    expect(words[0]).toBe(words[1]);
    await world.mail.lastMailTo("ada-390@example.org", { after: before });
    expect(world.mail.messages.slice(before).map((message) => message.to.join())).toEqual(["ada-390@example.org"]);
  });

  test("a form with faults says what they are and keeps what was typed", async () => {
    const visitor = await Visitor.open(await world.browser(), { width: 390, scripts: false });
    await visitor.visit("http://alpha.test/signup");
    await fill(visitor.page, { name: "Ada Lovelace", email: "ada@example.org", password: "court" });
    expect(await submit(visitor.page)).toBe(422);
    expect(await visitor.page.locator('main form [name="name"]').inputValue()).toBe("Ada Lovelace");
    expect(await visitor.page.locator('main form [name="password"]').inputValue()).toBe("");
    expect(await visitor.page.locator('main form [name="password"]').getAttribute("aria-invalid")).toBe("true");
    await visitor.screenshot(`signup-errors-${engine}`);
    await visitor.close();
  });

  test("a new server leads to its setup page, and the setup closes behind the first administrator", async () => {
    const browser = await world.browser();
    const visitor = await Visitor.open(browser, { width: 390 });
    await visitor.visit("http://neuf.test/");
    expect(new URL(visitor.page.url()).pathname).toBe("/setup");
    expect(await visitor.seriousFindings()).toEqual([]);
    await visitor.screenshot(`setup-${engine}-390`);
    await fill(visitor.page, { site_name: "Kiosque neuf", name: "Camille", email: "camille@neuf.test", password: ADMIN_PASSWORD, language: "fr" });
    expect(await submit(visitor.page)).toBeLessThan(400);
    await visitor.visit("http://neuf.test/");
    expect(await visitor.page.locator("body").innerText()).toContain("Kiosque neuf");

    const stranger = await Visitor.open(browser);
    const again = await stranger.visit("http://neuf.test/setup");
    expect(again.status() >= 400 || new URL(stranger.page.url()).pathname !== "/setup").toBe(true);
    await signIn(stranger.page, "neuf.test", "camille@neuf.test", ADMIN_PASSWORD);
    expect((await stranger.visit("http://neuf.test/admin")).status()).toBe(200);
    await Promise.all([visitor.close(), stranger.close()]);
  });
});
