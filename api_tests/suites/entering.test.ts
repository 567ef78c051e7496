/** Coming in, in a browser: sign-up by approval, closed doors, a new password, an invitation, a new server. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { ADMIN_PASSWORD, adminEmail } from "../harness/instance.ts";
import { fill, follow, settingsFor, signIn, submit, text, tidy, typeEvent, visiting, type Setting } from "../harness/pages.ts";
import { World } from "../harness/world.ts";

const PASSWORD = "une-phrase-de-passe-facile";
const OTHER = "une-autre-phrase-de-passe";

describe.each(engines())("entering on %s", (engine) => {
  let world: World;

  beforeAll(async () => {
    world = await World.start({
      engine, mail: true,
      instances: [
        { sites: [{ host: "alpha.test", name: "Alpha" }, { host: "val.test", name: "Le Val", registration: "approval" }, { host: "clos.test", name: "Le Clos", registration: "closed" }] },
        // A setup page closes behind the first who comes: one new server for each setting.
        ...settingsFor(engine).map(({ tag }) => ({ sites: [], extraHosts: [`neuf${tag}.test`] })),
      ],
    });
    await (await world.instance("alpha.test").api()).createAgenda("raffinerie", "La Raffinerie");
  });
  afterAll(() => world?.close());

  /** The address of this site in the newest message to somebody. */
  const linkTo = async (email: string, path: RegExp, after = 0): Promise<string> => {
    const message = await world.mail.lastMailTo(email, { after });
    const links = message.links.filter((link) => path.test(new URL(link).pathname));
    expect(new Set(links).size, message.text).toBe(1);
    return links[0] as string;
  };
  /** Asks for an account where accounts are approved one by one, and proves the address. */
  const apply = async (setting: Setting, name: string, email: string, reason: string): Promise<void> =>
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit("http://val.test/signup");
      expect(await text(page)).toContain("Les modérateurs lisent chaque demande");
      if (name === "Odile") await tidy(visitor, setting, "signup-approval");
      await fill(page, { name, email, password: PASSWORD, reason });
      expect(await submit(page)).toBe(200);
      await visitor.visit(await linkTo(email, /confirm/));
      await fill(page, { password: PASSWORD });
      expect(await submit(page)).toBe(200);
      expect(await text(page)).toContain("demande transmise");
      // Waiting is said, and is not yet a way in.
      if (name === "Odile") await expect(signIn(page, "val.test", email, PASSWORD)).rejects.toThrow("attend une réponse des modérateurs");
      expect(await visitor.cookies()).toEqual([]);
    });

  test.each(settingsFor(engine))("by approval: an administrator says yes to one and no to the other ($width px, scripts $scripts)", async (setting) => {
    const [yes, no] = [`oui-${setting.tag}@example.org`, `non-${setting.tag}@example.org`];
    const before = world.mail.messages.length;
    await apply(setting, "Odile", yes, "Le café des Deux Rives.");
    await apply(setting, "Norbert", no, "Vendre des montres.");
    // The administrator is told, by a link that leads to the page where one decides.
    expect(await linkTo(adminEmail("val.test"), /people/, before)).toBe("http://val.test/admin/people");

    // From here on, so that nobody's message of confirmation is taken for the answer.
    const decided = world.mail.messages.length;
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit("http://val.test/admin/people");
      await tidy(visitor, setting, "admin-people");
      const asked = (email: string) => page.locator("tr", { hasText: email }).filter({ has: page.locator('button[value="approve"]') });
      expect(await asked(yes).innerText()).toContain("Le café des Deux Rives.");
      expect(await submit(page, asked(yes).locator('button[value="approve"]'))).toBe(200);
      expect(await text(page)).toContain("Compte accepté");
      expect(await asked(yes).count()).toBe(0);
      await asked(no).locator('[name="reason"]').fill("Ce site annonce des événements.");
      expect(await submit(page, asked(no).locator('button[value="refuse"]'))).toBe(200);
      expect(await text(page)).toContain("Demande refusée");
      expect(await page.locator("tr", { hasText: yes }).innerText()).toContain("Membre");
    }, { host: "val.test" });

    expect((await world.mail.lastMailTo(no, { after: decided })).text).toContain("Ce site annonce des événements.");
    await visiting(world, setting, async (visitor) => {
      const welcome = await world.mail.lastMailTo(yes, { after: decided });
      expect(welcome.subject).toBe("Bienvenue sur Le Val");
      expect(welcome.links).toContain("http://val.test/login");
      await signIn(visitor.page, "val.test", yes, PASSWORD);
      await visitor.visit("http://val.test/account");
      expect(await text(visitor.page)).toContain("Odile");
    });
  });

  test.each(settingsFor(engine))("where registration is closed, the page says so and has no form ($width px, scripts $scripts)", async (setting) => {
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit("http://clos.test/login");
      expect(await page.locator('a[href="/signup"]').count()).toBe(0);
      await visitor.visit("http://clos.test/signup");
      expect(await text(page)).toContain("Inscriptions fermées");
      expect(await page.locator("main form").count()).toBe(0);
      await tidy(visitor, setting);
      await follow(page, "Se connecter");
      expect(new URL(page.url()).pathname).toBe("/login");
    });
  });

  test.each(settingsFor(engine))("a forgotten password, from the sign-in page to a new one ($width px, scripts $scripts)", async (setting) => {
    const email = `oui-${setting.tag}@example.org`;
    const after = world.mail.messages.length;
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit("http://val.test/login");
      await follow(page, "Mot de passe oublié ?");
      await fill(page, { email });
      expect(await submit(page)).toBe(200);
      expect(await text(page)).toContain("Regardez vos courriels");
      const link = await linkTo(email, /reset/, after);
      await visitor.visit(link);
      await tidy(visitor, setting);
      await fill(page, { password: OTHER });
      expect(await submit(page)).toBe(200);
      expect(await text(page)).toContain("Mot de passe changé");
      await signIn(page, "val.test", email, OTHER);
      // The link was for one time.
      expect((await visitor.visit(link)).status()).toBe(410);
      expect(await text(page)).toContain("Ce lien ne marche plus");
    });
  });

  test.each(settingsFor(engine))("invited by mail, a person accepts with a new account and publishes in that agenda ($width px, scripts $scripts)", async (setting) => {
    const email = `aide-${setting.tag}@example.org`;
    const after = world.mail.messages.length;
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit("http://alpha.test/agendas/raffinerie");
      await follow(page, /Organisateurs/);
      await fill(page, { email }, "#invite form, section[aria-labelledby=invite] form");
      expect(await submit(page, page.locator('button[value="invite"]'))).toBe(200);
      expect(await text(page)).toContain("Invitation envoyée");
      expect(await page.locator("tr", { hasText: email }).innerText()).toContain("Invité, n’a pas encore répondu");
      await tidy(visitor, setting, "organisers");
    }, { host: "alpha.test" });
    const link = await linkTo(email, /invitation/, after);
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(link);
      expect(await text(page)).toContain("Organiser La Raffinerie");
      await tidy(visitor, setting);
      await fill(page, { name: `Aide ${setting.tag}`, password: PASSWORD });
      expect(await submit(page)).toBe(200);
      expect(await text(page)).toContain("La Raffinerie");
      const address = await typeEvent(page, "alpha.test", "raffinerie", { title: `Vide-grenier ${setting.tag}`, startDate: day(9), startTime: "09:00" });
      expect(await text(page)).toContain("Publié. L’événement est visible dans l’agenda.");
      expect(new URL(address).pathname).toMatch(/^\/e\//);
      expect((await visitor.visit(link)).status()).toBe(410);
    });
    await visiting(world, setting, async (visitor) => {
      await visitor.visit("http://alpha.test/@raffinerie");
      expect(await text(visitor.page)).toContain(`Vide-grenier ${setting.tag}`);
    });
  });

  test.each(settingsFor(engine))("a new server is set up by whoever comes first, and by nobody after ($width px, scripts $scripts)", async (setting) => {
    const host = `neuf${setting.tag}.test`;
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`http://${host}/`);
      expect(new URL(page.url()).pathname).toBe("/setup");
      await tidy(visitor, setting, "setup");
      // A fault first: everything typed stays, but the password.
      await fill(page, { site_name: "Kiosque neuf", tagline: "Les sorties du canton.", name: "Camille", email: "camille@example.org", password: "court", language: "fr", registrations: "closed", creation_reason: "Se passer des réseaux fermés." });
      await page.locator("main form").first().evaluate((form) => form.setAttribute("novalidate", ""));
      expect(await submit(page)).toBe(422);
      expect(await page.locator('main [name="site_name"]').inputValue()).toBe("Kiosque neuf");
      await fill(page, { password: ADMIN_PASSWORD, agenda_handle: "canton" });
      expect(await submit(page)).toBe(200);
      await visitor.visit(`http://${host}/about`);
      expect(await text(page)).toContain("Se passer des réseaux fermés.");
      expect((await visitor.visit(`http://${host}/@canton`)).status()).toBe(200);
    });
    await visiting(world, setting, async (visitor) => {
      const again = await visitor.visit(`http://${host}/setup`);
      expect(again.status() >= 400 || new URL(visitor.page.url()).pathname !== "/setup").toBe(true);
      await visitor.visit(`http://${host}/signup`);
      expect(await text(visitor.page)).toContain("Inscriptions fermées");
      await signIn(visitor.page, host, "camille@example.org", ADMIN_PASSWORD);
      expect((await visitor.visit(`http://${host}/admin`)).status()).toBe(200);
    });
  });
});
