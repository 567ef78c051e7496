/** WEB-04: two sites on one server see nothing of each other, and a name that is not a site is refused. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Visitor } from "../harness/browser.ts";
import { ApiClient, ApiError, type EventView } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day, instantOf } from "../harness/dates.ts";
import { eventually, never } from "../harness/eventually.ts";
import { adminEmail, ADMIN_PASSWORD } from "../harness/instance.ts";
import { signIn } from "../harness/pages.ts";
import { World } from "../harness/world.ts";
import { sendRaw } from "../network/raw.ts";

describe.each(engines())("two sites on one %s", (engine) => {
  let world: World;
  let alpha: ApiClient;
  let gamma: ApiClient;
  let event: EventView;
  const peer = () => world.peer("peer.test");
  const AP = { accept: "application/activity+json" };
  const HTML = { accept: "text/html" };

  beforeAll(async () => {
    world = await World.start({
      engine,
      peers: [{ host: "peer.test" }],
      instances: [{ sites: [{ host: "alpha.test", name: "Alpha" }, { host: "gamma.test", name: "Gamma", language: "en" }] }],
    });
    alpha = await world.instance("alpha.test").api("alpha.test");
    gamma = await world.instance("gamma.test").api("gamma.test");
    await alpha.createAgenda("raffinerie", "La Raffinerie");
    event = await alpha.createEvent("raffinerie", { title: "Seulement Alpha", start: `${day(14)}T18:00:00`, timezone: "Europe/Paris" });
  });
  afterAll(() => world?.close());

  test("WEB-04: each site shows its own name, language and events", async () => {
    const [a, g] = await Promise.all(["alpha.test", "gamma.test"].map(async (host) => await (await fetch(`http://${host}/`, { headers: HTML })).text()));
    expect(a).toContain("Seulement Alpha");
    expect(g).not.toContain("Seulement Alpha");
    expect(a).toMatch(/<html[^>]+lang="fr/);
    expect(g).toMatch(/<html[^>]+lang="en/);
    expect(a).not.toContain("gamma.test");
    expect(g).not.toContain("alpha.test");
  });

  test("WEB-04: no address of one site answers under the other's name", async () => {
    const paths = [`/e/${event.id}`, "/@raffinerie", "/@raffinerie.ics", "/@raffinerie/outbox", "/@raffinerie/events", new URL(event.uri).pathname];
    for (const path of paths) {
      const headers = path.startsWith("/e/") || path.endsWith(".ics") ? HTML : AP;
      expect((await fetch(`http://alpha.test${path}`, { headers })).status, `alpha ${path}`).toBe(200);
      expect((await fetch(`http://gamma.test${path}`, { headers })).status, `gamma ${path}`).toBe(404);
    }
    const finger = (host: string) => fetch(`http://${host}/.well-known/webfinger?resource=acct:raffinerie@alpha.test`);
    expect((await finger("alpha.test")).status).toBe(200);
    expect((await finger("gamma.test")).status).toBe(404);
    expect(await (await fetch("http://gamma.test/agenda.ics")).text()).not.toContain("Seulement Alpha");
    expect(await gamma.events({ q: "Seulement" })).toEqual([]);
    expect(await alpha.events({ q: "Seulement" })).toHaveLength(1);
  });

  test("WEB-04: the same user name on both sites is two agendas", async () => {
    await gamma.createAgenda("raffinerie", "The other Raffinerie");
    const [a, g] = await Promise.all(["alpha.test", "gamma.test"].map(async (host) => (await peer().readTyped(`http://${host}/@raffinerie`)).json));
    expect(a?.["id"]).not.toBe(g?.["id"]);
    expect((a?.["publicKey"] as { publicKeyPem: string }).publicKeyPem).not.toBe((g?.["publicKey"] as { publicKeyPem: string }).publicKeyPem);
    expect(g?.["name"]).toBe("The other Raffinerie");
    expect((await fetch("http://gamma.test/@raffinerie", { headers: HTML }).then((response) => response.text()))).not.toContain("Seulement Alpha");
  });

  test("WEB-04: what one site follows is not shown by the other", async () => {
    await alpha.follow(peer().handle("guilde"));
    await eventually(async () => (await alpha.follows())[0]?.state === "accepted");
    expect(peer().followerIds("guilde")).toEqual(["http://alpha.test/actor"]);
    await peer().publishEvent({ name: "Suivi par Alpha", startTime: instantOf(day(11), "18:00") });
    await eventually(async () => (await alpha.events({ q: "Suivi par" })).length === 1);
    expect(await gamma.follows()).toEqual([]);
    await never(async () => (await gamma.events({ q: "Suivi par" })).length > 0, { during: 500 });
    expect(await (await fetch("http://gamma.test/", { headers: HTML })).text()).not.toContain("Suivi par Alpha");
  });

  test("WEB-04: a token or a session of one site opens nothing on the other", async () => {
    const { token } = await new ApiClient("http://alpha.test").call<{ token: string }>("POST", "/session", { email: adminEmail("alpha.test"), password: ADMIN_PASSWORD });
    expect(await new ApiClient("http://alpha.test", token).follows()).toHaveLength(1);
    await expect(new ApiClient("http://gamma.test", token).follows()).rejects.toMatchObject({ status: expect.toSatisfy((status: number) => [401, 403].includes(status)) });
    await expect(new ApiClient("http://gamma.test", token).createAgenda("intrus")).rejects.toBeInstanceOf(ApiError);

    const visitor = await Visitor.open(await world.browser());
    await signIn(visitor.page, "alpha.test");
    expect((await visitor.visit("http://alpha.test/admin")).status()).toBe(200);
    const jar = await visitor.context.cookies("http://alpha.test/");
    expect(jar.length).toBeGreaterThan(0);
    // The same cookies, carried by hand to the other site.
    await visitor.context.addCookies(jar.map((cookie) => ({ ...cookie, domain: "gamma.test" })));
    const other = await visitor.visit("http://gamma.test/admin");
    expect(other.status() === 403 || other.status() === 401 || new URL(other.url()).pathname === "/login").toBe(true);
    await visitor.close();
  });

  test.each(["unknown.test", "alpha.test.evil.test", "127.0.0.1"])("WEB-04: Host %s is answered 421, with no cookie and no absolute link", async (host) => {
    for (const path of ["/", "/login", "/actor", "/.well-known/webfinger?resource=acct:a@b.test"]) {
      const answer = await sendRaw("alpha.test", `GET ${path} HTTP/1.1`, [`Host: ${host}`]);
      expect(answer.status).toBe(421);
      expect(answer.headers["set-cookie"]).toBeUndefined();
      expect(answer.text).not.toMatch(/https?:\/\//);
    }
    expect((await sendRaw("alpha.test", "GET /actor HTTP/1.1", ["Host: alpha.test", "Accept: application/activity+json"])).status).toBe(200);
  });
});
