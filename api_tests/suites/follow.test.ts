/** Following, both ways, with every answer there is. */
import { Application, Follow, Undo } from "@fedify/vocab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Visitor } from "../harness/browser.ts";
import { engines } from "../harness/database.ts";
import { day, instantOf } from "../harness/dates.ts";
import { eventually, never } from "../harness/eventually.ts";
import type { ApiClient } from "../harness/api.ts";
import { fill, signIn, submit, text } from "../harness/pages.ts";
import { World } from "../harness/world.ts";

const INSTANCE = "http://alpha.test/actor";
const AGENDA = "http://alpha.test/@raffinerie";

describe.each(engines())("follows on %s", (engine) => {
  let world: World;
  let api: ApiClient;

  beforeAll(async () => {
    world = await World.start({
      engine,
      peers: [{ host: "peer.test" }, { host: "ferme.test", onFollow: "manual" }],
      instances: [{ sites: [{ host: "alpha.test" }] }, { sites: [{ host: "beta.test" }] }],
    });
    api = await world.instance("alpha.test").api();
    await api.createAgenda("raffinerie", "La Raffinerie");
  });
  afterAll(() => world?.close());

  const stateOf = async (target: string) => (await api.follows()).find((follow) => follow.target === target)?.state;
  const waiting = async (actor: string) =>
    await eventually(async () => (await api.followers()).find((follower) => follower.actor === actor && follower.state === "pending"));

  test("a peer's follow of the instance waits for a person, who accepts it", async () => {
    const peer = world.peer("peer.test");
    expect(await peer.follow(INSTANCE)).toBeInstanceOf(Application);
    const request = await waiting(peer.actorId());
    expect(peer.followState(INSTANCE)).toBe("pending");
    await api.answerFollower(request.id, "accept");
    await eventually(() => peer.followState(INSTANCE) === "accepted");
    // R-AP-02: the Accept carries the Follow as it came, with its id.
    const sent = peer.state.actors.get("relay")?.following.get(INSTANCE)?.followId.href;
    expect((peer.receivedOf("Accept").at(-1)?.json["object"] as Record<string, unknown>)["id"]).toBe(sent);
  });

  test("another is refused, and asking again is refused at once", async () => {
    const peer = world.peer("ferme.test");
    await peer.follow(INSTANCE);
    await api.answerFollower((await waiting(peer.actorId())).id, "refuse");
    await eventually(() => peer.followState(INSTANCE) === "rejected");
    await peer.follow(INSTANCE);
    await eventually(() => peer.followState(INSTANCE) === "rejected");
    expect((await api.followers()).filter((follower) => follower.actor === peer.actorId() && follower.state === "pending")).toEqual([]);
  });

  test("a follow of an agenda is accepted without a person, and its end is noticed", async () => {
    const peer = world.peer("peer.test");
    await peer.follow(AGENDA, "ada");
    await eventually(() => peer.followState(AGENDA, "ada") === "accepted");
    const event = { title: "Avant le départ", start: `${day(20)}T18:00:00`, timezone: "Europe/Paris" };
    await api.createEvent("raffinerie", event);
    await eventually(() => peer.receivedOf("Create", (item) => JSON.stringify(item.json).includes("Avant le départ")).length === 1);
    await peer.unfollow(AGENDA, "ada");
    await eventually(async () => (await api.followers()).every((follower) => follower.actor !== peer.actorId("ada")));
    await api.createEvent("raffinerie", { ...event, title: "Après le départ" });
    await never(() => peer.receivedOf("Create", (item) => JSON.stringify(item.json).includes("Après le départ")).length > 0);
  });

  test("our follow of a peer that asks a person stays pending, then is accepted; AUT-05", async () => {
    const closed = world.peer("ferme.test");
    await api.follow(closed.handle("guilde"));
    const follow = await eventually(() => closed.receivedOf("Follow").at(-1)?.activity as Follow | undefined);
    expect(follow.actorId?.href).toBe(INSTANCE);
    expect(await stateOf(closed.actorId("guilde"))).toBe("pending");
    await closed.answerFollow(INSTANCE, "accept");
    await eventually(async () => (await stateOf(closed.actorId("guilde"))) === "accepted");
  });

  test("our follow can be refused", async () => {
    const closed = world.peer("ferme.test");
    await api.follow(closed.handle("ada"));
    await eventually(() => closed.receivedOf("Follow", (item) => item.objectId === closed.actorId("ada")).length === 1);
    await closed.answerFollow(INSTANCE, "reject");
    await eventually(async () => (await stateOf(closed.actorId("ada"))) === "refused");
  });

  test("AUT-04: an Accept from somebody who was not asked changes nothing, and from the right one it does", async () => {
    const [closed, stranger] = [world.peer("ferme.test"), world.peer("peer.test")];
    await api.follow(closed.handle());
    const asked = await eventually(() => closed.receivedOf("Follow", (item) => item.objectId === closed.actorId()).at(-1));
    const accept = (actor: string) => ({
      "@context": "https://www.w3.org/ns/activitystreams", id: `${actor}/answers/forged`, type: "Accept", actor, to: [INSTANCE], object: asked.id,
    });
    const response = await stranger.post("http://alpha.test/inbox", accept(stranger.actorId()));
    expect([202, 401, 403]).toContain(response.status);
    await never(async () => (await stateOf(closed.actorId())) === "accepted");
    expect((await closed.post("http://alpha.test/inbox", accept(closed.actorId()))).status).toBe(202);
    await eventually(async () => (await stateOf(closed.actorId())) === "accepted");
  });

  test("we unfollow: the peer gets an Undo with the Follow in it, and its events go from our pages", async () => {
    const peer = world.peer("peer.test");
    await api.follow(peer.handle("guilde"));
    await eventually(async () => (await stateOf(peer.actorId("guilde"))) === "accepted");
    await peer.publishEvent({ name: "Éphémère", startTime: instantOf(day(9), "18:00") });
    await eventually(async () => (await api.events({ q: "Éphémère" })).length === 1);
    const follow = (await api.follows()).find((item) => item.target === peer.actorId("guilde"));
    await api.unfollow(follow?.id ?? "");
    const undo = await eventually(() => peer.receivedOf("Undo").at(-1)?.activity as Undo | undefined);
    expect(await undo.getObject()).toBeInstanceOf(Follow);
    await eventually(() => peer.followerIds("guilde").length === 0);
    await eventually(async () => (await api.events({ q: "Éphémère" })).length === 0);
  });

  test("two Kiosques: a person follows by address on the page, the other side accepts, an event crosses", async () => {
    const visitor = await Visitor.open(await world.browser(), { scripts: false });
    await signIn(visitor.page, "alpha.test");
    await visitor.visit("http://alpha.test/following");
    await fill(visitor.page, { target: "beta.test" });
    await submit(visitor.page);
    expect(await text(visitor.page)).toContain("beta.test");
    const beta = await world.instance("beta.test").api();
    const request = await eventually(async () => (await beta.followers()).find((follower) => follower.actor === INSTANCE));
    await beta.answerFollower(request.id, "accept");
    await eventually(async () => (await stateOf("http://beta.test/actor")) === "accepted");
    await beta.createAgenda("fablab", "Fablab");
    await beta.createEvent("fablab", { title: "Atelier soudure", start: `${day(15)}T14:00:00`, timezone: "Europe/Paris" });
    const seen = await eventually(async () => (await api.events({ q: "soudure" }))[0]);
    expect(seen.uri).toMatch(/^http:\/\/beta\.test\/events\//);
    await visitor.visit("http://alpha.test/");
    expect(await text(visitor.page)).toContain("Atelier soudure");
    await visitor.close();
  });
});
