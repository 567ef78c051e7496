/** WEB rows: what another site's page, a forged form or a stale header must not be able to do. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Visitor } from "../harness/browser.ts";
import { engines } from "../harness/database.ts";
import { adminEmail, ADMIN_PASSWORD } from "../harness/instance.ts";
import { fill, signIn, submit } from "../harness/pages.ts";
import { World } from "../harness/world.ts";

const ORIGIN = "http://alpha.test";

describe.each(engines())("the web side on %s", (engine) => {
  let world: World;
  let cookie: string;
  let token: [string, string];

  beforeAll(async () => {
    world = await World.start({ engine, instances: [{ sites: [{ host: "alpha.test" }] }] });
    await (await world.instance("alpha.test").api()).createAgenda("raffinerie", "La Raffinerie");
    const visitor = await Visitor.open(await world.browser(), { scripts: false });
    await signIn(visitor.page, "alpha.test");
    cookie = (await visitor.context.cookies(ORIGIN)).map((item) => `${item.name}=${item.value}`).join("; ");
    // The form's own hidden field, whatever its name is.
    await visitor.visit(`${ORIGIN}/agendas/new`);
    const hidden = visitor.page.locator('main form input[type="hidden"]').first();
    token = [(await hidden.getAttribute("name")) ?? "", await hidden.inputValue()];
    await visitor.close();
  });
  afterAll(() => world?.close());

  let counter = 0;
  /** Posts the form that makes an agenda as the signed-in person would, with one thing changed. */
  const make = async (headers: Record<string, string> = {}, withToken = true) => {
    const username = `forge${++counter}`;
    const body = new URLSearchParams({ username, name: "Forgé", ...(withToken ? { [token[0]]: token[1] } : {}) });
    const response = await fetch(`${ORIGIN}/agendas/new`, {
      method: "POST", redirect: "manual", body: body.toString(),
      headers: { cookie, origin: ORIGIN, "sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded", ...headers },
    });
    const made = (await fetch(`${ORIGIN}/@${username}`, { headers: { accept: "text/html" } })).status === 200;
    return { status: response.status, made };
  };

  test("WEB-01: the person's own form is accepted: the control of what follows", async () => {
    expect(await make()).toEqual({ status: 303, made: true });
  });

  test.each([
    ["another site's Origin", { origin: "http://evil.test" }, true],
    ["Origin null", { origin: "null" }, true],
    ["Sec-Fetch-Site cross-site", { "sec-fetch-site": "cross-site" }, true],
    ["no token", {}, false],
    ["a body that is no form", { "content-type": "text/plain" }, true],
  ])("WEB-01: %s is refused", async (_name, headers, withToken) => {
    const { status, made } = await make(headers as Record<string, string>, withToken);
    expect([400, 403, 415]).toContain(status);
    expect(made).toBe(false);
  });

  test("WEB-01: no GET changes anything, nor does a method in disguise", async () => {
    const get = await fetch(`${ORIGIN}/agendas/new?username=parget&name=x&${token[0]}=${encodeURIComponent(token[1])}`, { headers: { cookie } });
    expect(get.status).toBeLessThan(500);
    expect((await fetch(`${ORIGIN}/@parget`)).status).toBe(404);
    await fetch(`${ORIGIN}/logout`, { headers: { cookie }, redirect: "manual" });
    await fetch(`${ORIGIN}/logout?_method=POST`, { headers: { cookie, "x-http-method-override": "POST" }, redirect: "manual" });
    expect((await fetch(`${ORIGIN}/account`, { headers: { cookie }, redirect: "manual" })).status).toBe(200);
  });

  test("WEB-02: no other site may read with the person's cookie", async () => {
    for (const origin of ["null", "http://evil.test"]) {
      for (const path of ["/account", "/admin", "/api/v1/follows", "/"]) {
        const response = await fetch(ORIGIN + path, { headers: { cookie, origin }, redirect: "manual" });
        expect(response.headers.get("access-control-allow-credentials"), path).toBeNull();
        expect(response.headers.get("access-control-allow-origin"), path).not.toBe(origin);
      }
    }
  });

  test("WEB-02: the JSON API takes a token and never the cookie", async () => {
    expect((await fetch(`${ORIGIN}/api/v1/follows`, { headers: { cookie } })).status).toBe(401);
    expect(await (await world.instance("alpha.test").api()).follows()).toEqual([]);
  });

  test.each(["//evil.test/x", "/\\evil.test", "https:evil.test", "http://evil.test/", "%2f%2fevil.test", "/%2f/evil.test", "javascript:alert(1)"])(
    "WEB-03: next=%s stays on this site", async (next) => {
      const visitor = await Visitor.open(await world.browser(), { scripts: false });
      await visitor.visit(`${ORIGIN}/login?next=${encodeURIComponent(next)}`);
      await fill(visitor.page, { email: adminEmail("alpha.test"), password: ADMIN_PASSWORD });
      await submit(visitor.page);
      expect(new URL(visitor.page.url()).host).toBe("alpha.test");
      await visitor.close();
    },
  );
  test("WEB-03: a page of this site is returned to", async () => {
    const visitor = await Visitor.open(await world.browser(), { scripts: false });
    await visitor.visit(`${ORIGIN}/login?next=${encodeURIComponent("/agendas/new")}`);
    await fill(visitor.page, { email: adminEmail("alpha.test"), password: ADMIN_PASSWORD });
    await submit(visitor.page);
    expect(new URL(visitor.page.url()).pathname).toBe("/agendas/new");
    await visitor.close();
  });

  test.each([
    ["a page", "/", "text/html", 200],
    ["a missing page", "/n-existe-pas", "text/html", 404],
    ["a redirect", "/account", "text/html", 303],
    ["an actor", "/actor", "application/activity+json", 200],
    ["an agenda as a document", "/@raffinerie", "application/activity+json", 200],
    ["an answer of the API", "/api/v1/follows", "application/json", 401],
  ])("WEB-05: %s carries the headers of security.md, section 5", async (_name, path, accept, status) => {
    const response = await fetch(ORIGIN + path, { headers: { accept }, redirect: "manual" });
    expect(response.status).toBe(status);
    const header = (name: string) => response.headers.get(name) ?? "";
    expect(header("x-content-type-options")).toBe("nosniff");
    expect(header("referrer-policy")).toBe("same-origin");
    expect(header("x-frame-options")).toBe("DENY");
    expect(header("cross-origin-opener-policy")).toBe("same-origin");
    expect(header("permissions-policy")).toContain("geolocation=()");
    expect(header("content-security-policy")).toMatch(/^default-src 'none'/);
    expect(header("content-security-policy")).not.toContain("unsafe-inline");
    expect(header("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(header("server")).not.toMatch(/\d/);
    if (accept === "text/html") expect(header("content-security-policy")).toContain("form-action 'self'");
    else expect(header("content-security-policy")).toContain("sandbox");
  });
});
