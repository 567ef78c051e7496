/** Signatures, both schemes in both directions, and every refusal beside the request that is accepted. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { day, instantOf } from "../harness/dates.ts";
import { eventually, never } from "../harness/eventually.ts";
import { World } from "../harness/world.ts";
import { sendRaw, type RawAnswer } from "../network/raw.ts";
import { cavageHeaders, digestOf, FULL_COVER, headerLines, type CavageParts } from "../peer/cavage.ts";
import { actorOf } from "../peer/state.ts";
import { rsaKeyPair } from "../peer/keys.ts";

const HOST = "alpha.test";
const AGENDA = `http://${HOST}/@raffinerie`;
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

describe.each(engines())("signatures on %s", (engine) => {
  let world: World;
  let api: ApiClient;
  const peer = () => world.peer("peer.test");

  beforeAll(async () => {
    world = await World.start({
      engine,
      peers: [
        { host: "peer.test", firstKnock: "draft-cavage-http-signatures-12" },
        { host: "moderne.test", firstKnock: "rfc9421", acceptsOnly: "rfc9421" },
        { host: "secret.test", authorizedFetch: true },
      ],
      instances: [{ sites: [{ host: HOST }] }],
    });
    api = await world.instance(HOST).api();
    await api.createAgenda("raffinerie", "La Raffinerie");
    for (const host of ["peer.test", "moderne.test", "secret.test"]) {
      await api.follow(world.peer(host).handle("guilde"));
      await eventually(async () => (await api.follows()).find((item) => item.target === world.peer(host).actorId("guilde"))?.state === "accepted");
    }
  });
  afterAll(() => world?.close());

  const shown = async (title: string) => (await api.events({ q: title })).length;
  let counter = 0;
  /** A Create of a fresh event by the peer's agenda; its title tells whether it had an effect. */
  const create = (extra: Record<string, unknown> = {}) => {
    const title = `Signé${++counter}x`;
    const id = `http://peer.test/hand/${engine}/${counter}`;
    const actor = peer().actorId("guilde");
    const object = {
      id, type: "Event", attributedTo: actor, name: title, content: `<p>${title}</p>`, startTime: instantOf(day(30), "18:00"),
      published: new Date().toISOString(), to: [PUBLIC], url: id,
    };
    peer().serve(new URL(id).pathname, { "@context": "https://www.w3.org/ns/activitystreams", ...object });
    const body = JSON.stringify({ "@context": "https://www.w3.org/ns/activitystreams", id: `${id}#create`, type: "Create", actor, to: [PUBLIC], object, ...extra });
    return { title, body };
  };
  const key = (): CryptoKey => (actorOf(peer().state, "guilde").keys[0] as CryptoKeyPair).privateKey;
  const parts = (body: string, change: Partial<CavageParts> = {}): CavageParts => ({
    method: "POST", path: "/inbox", host: HOST, body, keyId: `${peer().actorId("guilde")}#main-key`, key: key(), ...change,
  });
  const post = async (body: string, lines: string[], target = "/inbox"): Promise<RawAnswer> => await sendRaw(HOST, `POST ${target} HTTP/1.1`, lines, body);

  test("SIG-01: a valid delivery is answered 202 and has its effect", async () => {
    const { title, body } = create();
    expect((await post(body, headerLines(await cavageHeaders(parts(body))))).status).toBe(202);
    await eventually(async () => (await shown(title)) === 1);
  });

  test.each(["rfc9421", "draft-cavage-http-signatures-12"] as const)("a delivery signed with %s by Fedify is accepted", async (spec) => {
    const { title, body } = create();
    expect((await peer().post(`http://${HOST}/inbox`, body, { as: "guilde", spec })).status).toBe(202);
    await eventually(async () => (await shown(title)) === 1);
  });

  /** Sends a request with one fault, expects its refusal and no effect, then the same request without the fault. */
  async function refused(fault: (body: string) => Promise<{ lines: string[]; body?: string; target?: string }>, statuses = [401]): Promise<void> {
    const { title, body } = create();
    const faulty = await fault(body);
    const answer = await post(faulty.body ?? body, faulty.lines, faulty.target);
    expect(statuses).toContain(answer.status);
    await never(async () => (await shown(title)) > 0, { during: 300 });
    expect((await post(body, headerLines(await cavageHeaders(parts(body))))).status).toBe(202);
    await eventually(async () => (await shown(title)) === 1);
  }
  const without = (headers: Map<string, string>, ...names: string[]) => headerLines(new Map([...headers].filter(([name]) => !names.includes(name))));

  test.each([["none", null], ["empty", ""], ["garbage", "hello"], ["64 KiB", `keyId="${"a".repeat(65_536)}"`]])("SIG-02: Signature %s", async (_name, value) => {
    await refused(async (body) => {
      const lines = without(await cavageHeaders(parts(body)), "Signature");
      return { lines: value === null ? lines : [...lines, `Signature: ${value}`] };
    }, value !== null && value.length > 60_000 ? [400, 401, 431] : [401]);
  });

  test.each(["(request-target)", "host", "date", "digest"])("SIG-03: %s is not signed", async (left) => {
    await refused(async (body) => ({ lines: headerLines(await cavageHeaders(parts(body, { cover: FULL_COVER.filter((name) => name !== left) }))) }));
  });

  test("SIG-03: only the content type is signed", async () => {
    await refused(async (body) => ({ lines: headerLines(await cavageHeaders(parts(body, { cover: ["content-type"] }))) }));
  });

  test("SIG-04: the body is not the one of the digest", async () => {
    await refused(async (body) => ({ lines: headerLines(await cavageHeaders(parts(body))), body: body.replace("Signé", "Faux!") }));
  });
  test("SIG-04: the digest is missing, or has another label", async () => {
    await refused(async (body) => ({ lines: without(await cavageHeaders(parts(body)), "Digest") }));
    await refused(async (body) => ({ lines: [...without(await cavageHeaders(parts(body)), "Digest"), `Digest: MD5=${digestOf(body).slice(8)}`] }));
  });

  test.each(["Digest", "Host", "Date", "Signature", "Content-Type"])("SIG-05: %s twice", async (name) => {
    for (const first of [true, false]) {
      await refused(async (body) => {
        const headers = await cavageHeaders(parts(body));
        const second = name === "Host" ? "Host: beta.test" : name === "Date" ? `Date: ${new Date(Date.now() - 60_000).toUTCString()}` : `${name}: x`;
        return { lines: first ? [second, ...headerLines(headers)] : [...headerLines(headers), second] };
      }, [400, 401]);
    }
  });
  test("SIG-05: Signature beside Authorization", async () => {
    await refused(async (body) => ({ lines: [...headerLines(await cavageHeaders(parts(body))), "Authorization: Signature x"] }), [400, 401]);
  });

  test.each(["beta.test", "alpha.test.", "alpha.test:443", "127.0.0.1"])("SIG-06: Host %s", async (host) => {
    await refused(async (body) => ({ lines: headerLines(await cavageHeaders(parts(body, { host }))) }), [400, 421]);
  });
  test("SIG-06: a forwarded host does not stand in for the real one, and the case of the name does not matter", async () => {
    await refused(async (body) => ({ lines: [...headerLines(await cavageHeaders(parts(body, { host: "beta.test" }))), `X-Forwarded-Host: ${HOST}`] }), [400, 421]);
    const { title, body } = create();
    expect((await post(body, headerLines(await cavageHeaders(parts(body, { host: "Alpha.Test" }))))).status).toBe(202);
    await eventually(async () => (await shown(title)) === 1);
  });

  test.each([-61, 31])("SIG-07: a date %d minutes from now", async (minutes) => {
    await refused(async (body) => ({ lines: headerLines(await cavageHeaders(parts(body, { date: new Date(Date.now() + minutes * 60_000) }))) }));
  });
  test.each([-59, 13])("SIG-07: a date %d minutes from now is accepted", async (minutes) => {
    const { title, body } = create();
    expect((await post(body, headerLines(await cavageHeaders(parts(body, { date: new Date(Date.now() + minutes * 60_000) }))))).status).toBe(202);
    await eventually(async () => (await shown(title)) === 1);
  });

  test("SIG-08: an old signature with a fresh date that it does not cover", async () => {
    await refused(async (body) => {
      const old = await cavageHeaders(parts(body, { date: new Date(Date.now() - 7_200_000) }));
      return { lines: headerLines(old.set("Date", new Date().toUTCString())) };
    });
  });

  test("SIG-09: the same request on twenty connections, then after a restart, counts once", async () => {
    const { title, body } = create();
    const lines = headerLines(await cavageHeaders(parts(body)));
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(body, lines)));
    expect(answers.filter((answer) => answer.status === 202).length).toBeGreaterThan(0);
    expect(answers.filter((answer) => answer.status >= 500)).toEqual([]);
    await eventually(async () => (await shown(title)) === 1);
    await world.instance(HOST).restart();
    await post(body, lines);
    await never(async () => (await shown(title)) !== 1, { during: 600 });
  });

  test.each(["/@raffinerie/inbox", "/inbox?x=1", "//inbox", "/./inbox"])("SIG-10: signed for /inbox, sent to %s", async (target) => {
    await refused(async (body) => ({ lines: headerLines(await cavageHeaders(parts(body))), target }), [401, 404, 400, 308, 301]);
  });

  test("SIG-11: signed by one actor in the name of another, of the same host and of another", async () => {
    for (const actor of [peer().actorId("ada"), world.peer("secret.test").actorId("ada")]) {
      const { title, body } = create({ actor });
      expect((await post(body, headerLines(await cavageHeaders(parts(body))))).status).toBe(401);
      await never(async () => (await shown(title)) > 0, { during: 300 });
    }
  });

  test("SIG-12: a key that is nobody's, and a key of one host for an actor of another", async () => {
    const foreign = await rsaKeyPair();
    await refused(async (body) => ({ lines: headerLines(await cavageHeaders(parts(body, { key: foreign.privateKey }))) }));
    await refused(async (body) => ({
      lines: headerLines(await cavageHeaders(parts(body, { keyId: `${world.peer("secret.test").actorId()}#main-key` }))),
    }));
  });

  test("SIG-14: a key changed at its origin is fetched once more, and the delivery accepted", async () => {
    const { title, body } = create();
    const actor = actorOf(peer().state, "guilde");
    // An actor is read again at most once in a while; with `fast`, that is a second.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    actor.keys = [await rsaKeyPair(), ...actor.keys.slice(1)];
    expect((await post(body, headerLines(await cavageHeaders(parts(body))))).status).toBe(202);
    await eventually(async () => (await shown(title)) === 1);
  });

  describe("what we send", () => {
    const publish = (title: string) => api.createEvent("raffinerie", { title, start: `${day(10)}T18:00:00`, timezone: "Europe/Paris" });
    const arrivals = (host: string, title: string) => world.peer(host).arrivals.filter((item) => item.body.includes(title)).map((item) => [item.scheme, item.status]);

    beforeAll(async () => {
      for (const host of ["peer.test", "moderne.test"]) {
        await world.peer(host).follow(AGENDA);
        await eventually(() => world.peer(host).followState(AGENDA) === "accepted");
      }
    });

    test("R-SIG-01: draft-cavage is tried first, with the headers peers ask for", async () => {
      await publish("Premier essai");
      await eventually(() => arrivals("peer.test", "Premier essai").length === 1);
      expect(arrivals("peer.test", "Premier essai")).toEqual([["draft-cavage", 202]]);
      const headers = peer().arrivals.find((item) => item.body.includes("Premier essai"))?.headers ?? {};
      expect(headers["signature"]).toMatch(/algorithm="rsa-sha256"/);
      expect(headers["signature"]).toMatch(/headers="\(request-target\) host date digest content-type"/);
      expect(headers["signature"]).toMatch(/keyId="http:\/\/alpha\.test\/@raffinerie#main-key"/);
      expect(headers["digest"]).toMatch(/^SHA-256=/);
    });

    test("R-SIG-02: a refusal is answered in RFC 9421, and the host is remembered", async () => {
      // Whatever was sent to this host before (our Follow, our Accept) has taught it already.
      expect(world.peer("moderne.test").arrivals.slice(0, 2).map((item) => [item.scheme, item.status])).toEqual([["draft-cavage", 401], ["rfc9421", 202]]);
      await publish("Deuxième essai");
      await eventually(() => arrivals("moderne.test", "Deuxième essai").length > 0);
      expect(arrivals("moderne.test", "Deuxième essai")).toEqual([["rfc9421", 202]]);
    });

    test("R-SIG-03: our fetches are signed, so a server that asks for it lets us read", async () => {
      const event = await world.peer("secret.test").publishEvent({ name: "Huis clos", startTime: instantOf(day(8), "18:00") });
      expect((await fetch(event.id as URL, { headers: { accept: "application/activity+json" } })).status).toBe(401);
      await world.peer("secret.test").announce((event.id as URL).href, "guilde");
      await eventually(async () => (await shown("Huis clos")) === 1);
    });
  });
});
