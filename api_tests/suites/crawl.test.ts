/** Every page that an administrator who also runs an agenda can reach by links: none broken, none inaccessible. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Visitor } from "../harness/browser.ts";
import { engines } from "../harness/database.ts";
import { day } from "../harness/dates.ts";
import { signIn } from "../harness/pages.ts";
import { World } from "../harness/world.ts";

const ORIGIN = "http://alpha.test";

/** One page of each kind: the same page of another event, month or day says nothing new. */
const kindOf = (url: URL): string =>
  url.pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ":id").replace(/\d{4}-\d{2}(-\d{2})?/g, ":date").replace(/\/(tags?|places?)\/[^/]+/, "/$1/:name");

// What a page shows does not depend on the database.
describe.each(engines().slice(0, 1))("every page within reach on %s", (engine) => {
  let world: World;

  beforeAll(async () => {
    world = await World.start({ engine, peers: [{ host: "peer.test" }], instances: [{ sites: [{ host: "alpha.test", name: "Alpha" }] }] });
    const api = await world.instance("alpha.test").api();
    await api.createAgenda("raffinerie", "La Raffinerie", "Un lieu, une salle, un jardin.");
    await api.createEvent("raffinerie", { title: "Bal folk", start: `${day(6)}T20:00:00`, timezone: "Europe/Paris", tags: ["bal"], place: { name: "Salle" } });
    await api.follow(world.peer("peer.test").handle("guilde"));
    await world.peer("peer.test").follow("http://alpha.test/actor");
    const hook = await api.call<{ id: string }>("POST", "/hooks", { name: "Filtre", url: "http://peer.test/told", events: ["report.opened"] });
    await api.call("POST", `/hooks/${hook.id}/test`);
  });
  afterAll(() => world?.close());

  test.each([{ width: 1280 as const, dark: false }, { width: 390 as const, dark: true }])(
    "links lead somewhere, pages fit and have no serious finding ($width px, dark $dark)", { timeout: 240_000 }, async ({ width, dark }) => {
      const visitor = await Visitor.open(await world.browser(), { width, dark });
      await signIn(visitor.page, "alpha.test");
      const seen = new Set<string>();
      const waiting = [new URL(ORIGIN), new URL(`${ORIGIN}/account`), new URL(`${ORIGIN}/admin`)];
      const faults: string[] = [];
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const kind = kindOf(next);
        if (seen.has(kind)) continue;
        seen.add(kind);
        const response = await visitor.visit(next.href);
        if (response.status() >= 400) faults.push(`${kind}: ${response.status()}`);
        for (const finding of await visitor.seriousFindings()) faults.push(`${kind}: ${finding}`);
        if (await visitor.scrollsSideways()) faults.push(`${kind}: scrolls sideways`);
        await visitor.screenshot(`crawl-${kind.replace(/[^a-z0-9]+/gi, "_")}-${width}`);
        const links = await visitor.page.locator("a[href]").evaluateAll((found) =>
          found.filter((link) => !link.hasAttribute("download")).map((link) => (link as unknown as { href: string }).href));
        for (const link of links) {
          const url = URL.parse(link);
          const isPage = url && url.origin === ORIGIN && !/\.(ics|atom|xml|json|csv|zip|png|jpg|svg|webmanifest)$/.test(url.pathname) && !/^\/(api|media|assets|embed)\b/.test(url.pathname);
          if (isPage && !seen.has(kindOf(url))) waiting.push(url);
        }
      }
      expect(faults).toEqual([]);
      // What must have been reached, so that the silence means something.
      for (const page of ["/@raffinerie/new", "/following", "/admin/peers", "/admin/people", "/admin/site", "/admin/hooks/:id", "/account", "/agendas", "/about"]) expect([...seen]).toContain(page);
      expect(visitor.thirdParty).toEqual([]);
      await visitor.close();
    },
  );
});
