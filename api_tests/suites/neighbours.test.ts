/** Neighbours in a browser: following from one's own server, whom the site follows, replies from the fediverse, the page "about". */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api.ts";
import { SETTINGS } from "../harness/browser.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { eventually } from "../harness/eventually.ts";
import { fill, follow, press, settingsFor, submit, text, tidy, visiting } from "../harness/pages.ts";
import { World } from "../harness/world.ts";
import type { ActorKind } from "../peer/state.ts";

const ORIGIN = "http://alpha.test";
const AGENDA = `${ORIGIN}/@raffinerie`;
const ADMIN = { host: "alpha.test" };

describe.each(engines())("neighbours on %s", (engine) => {
  let world: World;
  let api: ApiClient;

  beforeAll(async () => {
    const actors: Record<string, ActorKind> = { relay: "Application", ada: "Person" };
    for (const { tag } of SETTINGS) actors[`salle${tag}`] = "Group";
    world = await World.start({
      engine,
      peers: [{ host: "peer.test", actors }, { host: "ferme.test", actors, onFollow: "manual" }, { host: "chezmoi.test" }],
      instances: [{ sites: [{ host: "alpha.test", name: "Alpha" }] }],
    });
    api = await world.instance("alpha.test").api();
    await api.createAgenda("raffinerie", "La Raffinerie");
    await api.createEvent("raffinerie", { title: "Bal folk", start: `${day(6)}T20:00:00`, timezone: "Europe/Paris" });
    // A server that was met says itself where it follows others.
    const home = world.peer("chezmoi.test");
    await home.follow(AGENDA, "ada");
    await eventually(() => home.followState(AGENDA, "ada") === "accepted");
    home.serve("/.well-known/webfinger", {
      subject: "acct:ada@chezmoi.test", links: [{ rel: "http://ostatus.org/schema/1.0/subscribe", template: "http://chezmoi.test/suivre?adresse={uri}" }],
    }, 200, "application/jrd+json");
    for (const [host, path] of [["chezmoi.test", "/suivre"], ["ferme.test", "/authorize_interaction"]] as const) {
      world.peer(host).serve(path, '<!doctype html><title>Suivre ?</title><link rel="icon" href="data:,"><main>Suivre ?</main>', 200, "text/html");
    }
  });
  afterAll(() => world?.close());

  test.each(settingsFor(engine))("from an account elsewhere to the page of its server that follows ($width px, scripts $scripts)", async (setting) => {
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      const box = ".follow form";
      await visitor.visit(AGENDA);
      expect(await text(page, ".follow .handle")).toContain("@raffinerie@alpha.test");
      await fill(page, { account: "@ada@chezmoi.test" }, box);
      expect(await submit(page, `${box} button[type=submit]`)).toBe(200);
      await tidy(visitor, setting);
      await follow(page, "Continuer sur chezmoi.test");
      expect(page.url()).toBe(`http://chezmoi.test/suivre?adresse=${encodeURIComponent(AGENDA)}`);

      // What is no account is said so; a server never met gets the address that most have, and is not asked.
      await visitor.visit(AGENDA);
      await follow(page, "Bal folk");
      await fill(page, { account: "ada" }, box);
      expect(await submit(page, `${box} button[type=submit]`)).toBe(422);
      expect(await text(page)).toContain("Écrivez une adresse complète");
      const asked = world.peer("ferme.test").fetchesOf("/.well-known/webfinger");
      await fill(page, { account: "ada@ferme.test" }, box);
      await submit(page, `${box} button[type=submit]`);
      await follow(page, "Continuer sur ferme.test");
      expect(page.url()).toBe(`http://ferme.test/authorize_interaction?uri=${encodeURIComponent(AGENDA)}`);
      expect(world.peer("ferme.test").fetchesOf("/.well-known/webfinger")).toBe(asked);
    });
  });

  test.each(settingsFor(engine))("the site follows an agenda and an instance, waits, is refused, and stops following ($width px, scripts $scripts)", async (setting) => {
    const name = `salle${setting.tag}`;
    const [open, closed] = [world.peer("peer.test"), world.peer("ferme.test")];
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      const ask = async (target: string) => {
        await fill(page, { target });
        return await submit(page, page.locator('main .panel form:has([name="target"]) button[type=submit]'));
      };
      const row = (handle: string) => page.locator("section[aria-labelledby=following] tr", { hasText: handle });
      const becomes = async (handle: string, words: string) =>
        await eventually(async () => {
          await visitor.visit(`${ORIGIN}/following`);
          return (await text(page, row(handle))).includes(words);
        });
      await visitor.visit(`${ORIGIN}/following`);
      expect(await ask("nulle part")).toBe(422);
      expect(await text(page)).toContain("Écrivez une adresse web ou un identifiant");
      expect(await page.locator('main [name="target"]:visible').inputValue()).toBe("nulle part");

      expect(await ask(open.handle(name))).toBe(200);
      expect(await text(page)).toContain("Demande d’abonnement envoyée.");
      await becomes(open.handle(name), "Accepté");
      expect(open.followerIds(name)).toEqual([`${ORIGIN}/actor`]);
      expect(await text(page, row(open.handle(name)))).toContain("Agenda");

      await ask("peer.test");
      await becomes(open.handle(), "Accepté");
      expect(await text(page, row(open.handle()))).toContain("Instance");

      await ask(closed.handle(name));
      await becomes(closed.handle(name), "En attente");
      expect(await text(page, row(closed.handle(name)))).toContain("Certaines le font à la main");
      await eventually(() => closed.receivedOf("Follow", (item) => item.objectId === closed.actorId(name)).length === 1);
      await closed.answerFollow(`${ORIGIN}/actor`, "reject");
      await becomes(closed.handle(name), "Refusé");

      for (const handle of [open.handle(name), open.handle(), closed.handle(name)]) {
        expect(await submit(page, row(handle).locator('button[value="unfollow"]'))).toBe(200);
        expect(await text(page)).toContain("Abonnement retiré.");
      }
      expect(await row(open.handle()).count()).toBe(0);
      await eventually(() => open.followerIds(name).length === 0 && open.followerIds().length === 0);
    }, ADMIN);
    // A visitor sees no form, and nothing of what was refused.
    await visiting(world, setting, async (visitor) => {
      await visitor.visit(`${ORIGIN}/following`);
      expect(await visitor.page.locator('main [name="target"]:visible').count()).toBe(0);
      expect(await text(visitor.page)).not.toContain("ferme.test");
    });
  });

  test.each(settingsFor(engine))("a reply from the fediverse shows, waits where it must, and an organiser takes it away ($width px, scripts $scripts)", async (setting) => {
    const peer = world.peer("peer.test");
    const agenda = `lectures${setting.tag}`;
    const { uri } = await api.createAgenda(agenda, "Lectures");
    const [free, read] = await Promise.all([10, 11].map((ahead) =>
      api.createEvent(agenda, { title: `Lecture ${ahead} ${setting.tag}`, start: `${day(ahead)}T18:00:00`, timezone: "Europe/Paris" })));
    if (!free || !read) throw new Error("no events");

    await peer.reply(free.uri, "<p>Y aura-t-il <b>du thé</b> ?</p>", uri);
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await eventually(async () => (await visitor.visit(free.url)) && (await page.locator(".comments").count()) === 1);
      expect(await text(page, ".comments")).toContain("1 réponse");
      expect(await text(page, ".comments")).toContain("Y aura-t-il du thé ?");
      expect(await text(page, ".comments")).toContain("@ada@peer.test");
      expect(await page.locator(".comments button").count()).toBe(0);
      await tidy(visitor, setting, "comment");
    });
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(free.url);
      await press(page, "do", "hide");
      expect(await text(page)).toContain("La réponse est masquée.");
      // From now on somebody reads replies first.
      await visitor.visit(`${ORIGIN}/agendas/${agenda}`);
      await fill(page, { comments: "moderated" });
      expect(await submit(page)).toBe(200);
    }, ADMIN);

    await peer.reply(read.uri, "<p>Puis-je apporter un livre ?</p>", uri);
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await eventually(async () => {
        await visitor.visit(`${ORIGIN}/@${agenda}`);
        return (await text(page)).includes("Réponses à relire");
      });
      await visiting(world, setting, async (stranger) => {
        for (const event of [free, read]) {
          await stranger.visit(event.url);
          expect(await stranger.page.locator(".comments li").count()).toBe(0);
        }
      });
      await submit(page, page.locator("[aria-labelledby=waiting] a"));
      expect(await text(page, ".comments")).toContain("En attente de modération");
      await tidy(visitor, setting, "comment-held");
      await press(page, "do", "show");
      expect(await text(page)).toContain("La réponse est visible.");
    }, ADMIN);
    await visiting(world, setting, async (visitor) => {
      await visitor.visit(read.url);
      expect(await text(visitor.page, ".comments")).toContain("Puis-je apporter un livre ?");
    });
  });

  test.each(settingsFor(engine))("nine answers, written by the administrator, on the page and in the actor ($width px, scripts $scripts)", async (setting) => {
    const about = {
      administrator: "Un collectif de six personnes.", creation_reason: "Se passer des réseaux fermés.", categories: "concerts, ateliers", languages: "fr, en",
      code_of_conduct: "Être **aimable**.", moderation_information: "À deux, chaque soir.", maintenance_lifetime: "Dix ans.", business_model: "Des dons.",
      hardware_information: `Un petit serveur dans une cave (${setting.tag}).`,
    };
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ORIGIN}/admin/site`);
      await fill(page, { ...about, description: `Les sorties du canton (${setting.tag}).`, tagline: "Sortir près de chez soi." });
      expect(await submit(page)).toBe(200);
      expect(await text(page)).toContain("Enregistré.");
      expect(await page.locator('main [name="business_model"]').inputValue()).toBe("Des dons.");
    }, ADMIN);
    await visiting(world, setting, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(`${ORIGIN}/`);
      await submit(page, 'footer a[href="/about"]');
      const shown = await text(page);
      for (const answer of Object.values(about)) expect(shown).toContain(answer.replaceAll("*", ""));
      expect(shown).toContain(`Les sorties du canton (${setting.tag}).`);
      expect(shown).not.toContain("Pas encore de réponse.");
      await tidy(visitor, setting);
      // Before somebody asks for an account, the rules.
      await visitor.visit(`${ORIGIN}/signup`);
      expect(await text(page)).toContain("Être aimable.");
    });
    const actor = await (await fetch(`${ORIGIN}/actor`, { headers: { accept: "application/activity+json" } })).json();
    expect(actor).toMatchObject({
      categories: ["concerts", "ateliers"], languages: ["fr", "en"], codeOfConduct: about.code_of_conduct, moderationInformation: about.moderation_information,
      administrator: about.administrator, creationReason: about.creation_reason, maintenanceLifetime: about.maintenance_lifetime,
      businessModel: about.business_model, hardwareInformation: about.hardware_information,
    });
  });
});
