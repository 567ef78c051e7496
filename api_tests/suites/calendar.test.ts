/** A real calendar becomes events here, on a second instance and at the peer; changes and deletions follow. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Event, type Create } from "@fedify/vocab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient, EventView } from "../harness/api.ts";
import { engines } from "../harness/database.ts";
import { instantOf, localOf } from "../harness/dates.ts";
import { eventually } from "../harness/eventually.ts";
import { sharedFile } from "../harness/fixtures.ts";
import { World } from "../harness/world.ts";

const AGENDA = "http://alpha.test/@raffinerie";
const ALL = { from: "2000-01-01", to: "2100-01-01" };

interface Wanted {
  uid: string;
  title: string;
  allDay: boolean;
  /** The instant it starts, or the date when it lasts whole days. */
  start: string;
  repeats: boolean;
}

/** Reads just enough of the file to know what must arrive, with none of the code under test. */
function wantedOf(ics: string): Wanted[] {
  const text = ics.replace(/\r?\n[ \t]/g, "");
  return text.split("BEGIN:VEVENT").slice(1).map((block) => {
    const line = (name: string) => block.match(new RegExp(`^${name}([^:\\n]*):(.*?)\\r?$`, "m"));
    const start = line("DTSTART");
    const value = start?.[2] ?? "";
    const date = `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6, 8)}`;
    const allDay = start?.[1]?.includes("VALUE=DATE") ?? false;
    return {
      uid: line("UID")?.[2] ?? "",
      title: (line("SUMMARY")?.[2] ?? "").replace(/\\([,;\\])/g, "$1"),
      allDay,
      start: allDay ? date : instantOf(date, `${value.slice(9, 11)}:${value.slice(11, 13)}`, "Europe/Berlin"),
      repeats: line("RRULE") !== null,
    };
  });
}

/** The first Saturday of the month after next, `20270102`: the file's one series starts on a first Saturday. */
function firstSaturday(): string {
  const now = new Date();
  const date = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2, 1));
  date.setUTCDate(1 + ((6 - date.getUTCDay() + 7) % 7));
  return date.toISOString().slice(0, 10).replaceAll("-", "");
}

/** Makes the past file one of events to come: single events move by whole years, the series starts soon. */
function moved(ics: string, years: number): string {
  return ics.split(/(?=BEGIN:VEVENT)/).map((block) => block.replace(
    /^((?:DTSTART|DTEND)[^:\n]*:)(\d{4})(\d{4})/gm,
    (_all, head: string, year: string, rest: string) =>
      !block.startsWith("BEGIN:VEVENT") ? _all : head + (block.includes("RRULE:") ? firstSaturday() : `${Number(year) + years}${rest}`),
  )).join("");
}

const key = (event: { title: string; start: string }): string => `${event.title} @ ${event.start}`;
const instant = (text: string): string => new Date(text).toISOString().replace(".000Z", "Z");

describe.each(engines())("a calendar on %s", (engine) => {
  const path = sharedFile("domain/ics/fablab_cottbus.ics");
  if (!path) return;
  let world: World;
  let alpha: ApiClient;
  let beta: ApiClient;
  let folder: string;
  let upcoming: string;

  const imported = async (text: string): Promise<string> => {
    const file = join(folder, "calendar.ics");
    await writeFile(file, text);
    return await world.instance("alpha.test").importCalendar("raffinerie@alpha.test", file);
  };
  /** Events of the peer's inbox, by their address, in their newest form. */
  const atPeer = (): Map<string, Record<string, unknown>> => {
    const found = new Map<string, Record<string, unknown>>();
    for (const receipt of world.peer("peer.test").receipts) {
      if (receipt.type !== "Create" && receipt.type !== "Update") continue;
      const object = receipt.json["object"] as Record<string, unknown>;
      if (object?.["type"] === "Event") found.set(object["id"] as string, object);
    }
    return found;
  };
  const allOf = async (api: ApiClient): Promise<EventView[]> => await api.events(ALL);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kiosque-ics-"));
    world = await World.start({
      engine,
      peers: [{ host: "peer.test" }],
      instances: [{ sites: [{ host: "alpha.test" }] }, { sites: [{ host: "beta.test" }] }],
    });
    alpha = await world.instance("alpha.test").api();
    beta = await world.instance("beta.test").api();
    await alpha.createAgenda("raffinerie", "La Raffinerie");
    await world.peer("peer.test").follow(AGENDA);
    await beta.follow("@raffinerie@alpha.test");
    await eventually(() => world.peer("peer.test").followState(AGENDA) === "accepted");
    await eventually(async () => (await beta.follows())[0]?.state === "accepted");
    // Eleven years: 2016 becomes 2027, after today, and no single event shares a year with the series' window.
    upcoming = moved(await readFile(path, "utf8"), 11);
  });
  afterAll(async () => {
    await world?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  test("all 28 are imported, and the summary says so", async () => {
    expect(await imported(upcoming)).toMatch(/\b28\b/);
    const wanted = wantedOf(upcoming);
    expect(wanted).toHaveLength(28);
    const here = await allOf(alpha);
    for (const event of wanted.filter((item) => !item.repeats)) {
      const found = here.find((item) => item.title === event.title && (event.allDay ? item.start.startsWith(event.start) : instant(item.start) === event.start));
      expect(found, key(event)).toBeDefined();
      expect(found?.all_day ?? false).toBe(event.allDay);
      // The zone is kept and not only the instant: a clock in Berlin shows the same time as the file.
      if (!event.allDay) expect(localOf(new Date(found?.start ?? ""), found?.timezone ?? "")).toBe(localOf(new Date(event.start), "Europe/Berlin"));
    }
    expect(here.map((event) => event.title).join()).toContain("Pflanzenüberwachung");
    // The series: one event for each first Saturday of the window, all at 14:00 in Berlin.
    const series = here.filter((event) => event.title === "Repair Café" && instant(event.start) >= (wanted.find((item) => item.repeats)?.start ?? "") && event.start < "2028");
    expect(series.length).toBeGreaterThanOrEqual(3);
    for (const event of series) expect(localOf(new Date(event.start), "Europe/Berlin")).toMatch(/-0[1-7]T14:00:00$/);
  });

  test("every event arrives at the peer, verified and typed, at the same instant", async () => {
    const ours = new Map((await allOf(alpha)).map((event) => [event.uri, event]));
    await eventually(() => expect([...atPeer().keys()].sort()).toEqual([...ours.keys()].sort()) ?? true, { timeout: 40_000 });
    for (const [uri, object] of atPeer()) {
      expect(object["name"]).toBe(ours.get(uri)?.title);
      if (!ours.get(uri)?.all_day) expect(instant(object["startTime"] as string)).toBe(instant(ours.get(uri)?.start ?? ""));
      expect(object["timezone"]).toBe("Europe/Berlin");
    }
    const create = world.peer("peer.test").receivedOf("Create")[0]?.activity as Create;
    expect(await create.getObject()).toBeInstanceOf(Event);
  });

  test("every event arrives at the second instance, at the same instant", async () => {
    const ours = (await allOf(alpha)).map((event) => `${event.uri} ${instant(event.start)} ${event.title}`).sort();
    await eventually(async () => expect((await allOf(beta)).map((event) => `${event.uri} ${instant(event.start)} ${event.title}`).sort()).toEqual(ours) ?? true, { timeout: 40_000 });
  });

  test("a second import changes nothing and sends nothing", async () => {
    const before = await allOf(alpha);
    const arrivals = world.peer("peer.test").arrivals.length;
    await imported(upcoming);
    expect(await allOf(alpha)).toEqual(before);
    // A change that does travel, so that the silence before it means something.
    await alpha.createEvent("raffinerie", { title: "Témoin", start: "2029-05-01T18:00:00", timezone: "Europe/Berlin" });
    await eventually(() => world.peer("peer.test").arrivals.length > arrivals);
    expect(world.peer("peer.test").arrivals.slice(arrivals).map((item) => JSON.parse(item.body).object.name)).toEqual(["Témoin"]);
  });

  test("an edited title arrives as an Update, a cancellation as CANCELLED", async () => {
    const target = (await allOf(alpha)).find((event) => event.title === "Let’s play: Kompass");
    expect(target).toBeDefined();
    const edited = upcoming.replace("SUMMARY:Let’s play: Kompass", "SUMMARY:Let’s play: Karte");
    await imported(edited);
    await eventually(() => atPeer().get(target?.uri ?? "")?.["name"] === "Let’s play: Karte");
    await eventually(async () => (await allOf(beta)).some((event) => event.uri === target?.uri && event.title === "Let’s play: Karte"));
    expect(world.peer("peer.test").receivedOf("Update")).toHaveLength(1);

    const cancelled = edited.replace("SUMMARY:Let’s play: Karte", "STATUS:CANCELLED\r\nSUMMARY:Let’s play: Karte");
    await imported(cancelled);
    await eventually(() => atPeer().get(target?.uri ?? "")?.["status"] === "CANCELLED");
    await eventually(async () => (await allOf(beta)).find((event) => event.uri === target?.uri)?.status === "cancelled");
  });

  test("a deletion arrives as a Tombstone, and the address answers 410", async () => {
    const target = (await allOf(alpha)).find((event) => event.title === "LaTeX für Einsteigende");
    await alpha.deleteEvent(target?.id ?? "");
    const remove = await eventually(() => world.peer("peer.test").receivedOf("Delete", (item) => JSON.stringify(item.json).includes(target?.uri ?? "?"))[0]);
    expect(remove.json["object"]).toMatchObject({ type: "Tombstone", formerType: "Event", id: target?.uri });
    expect((await fetch(target?.uri ?? "", { headers: { accept: "application/activity+json" } })).status).toBe(410);
    await eventually(async () => (await allOf(beta)).every((event) => event.uri !== target?.uri));
  });

  test("the file as it is, all of it past: an archive that both followers share, and every change of it", async () => {
    const archive = "http://alpha.test/@archive";
    await alpha.createAgenda("archive", "Archive");
    await world.peer("peer.test").follow(archive);
    await beta.follow("@archive@alpha.test");
    await eventually(() => world.peer("peer.test").followState(archive) === "accepted");
    await eventually(async () => (await beta.follows()).every((follow) => follow.state === "accepted"));
    const before = new Set((await allOf(alpha)).map((event) => event.uri));
    const file = join(folder, "archive.ics");
    const text = await readFile(path, "utf8");
    const run = async (calendar: string) => {
      await writeFile(file, calendar);
      return await world.instance("alpha.test").importCalendar("archive@alpha.test", file);
    };
    expect(await run(text)).toMatch(/\b28\b/);
    const here = async () => (await allOf(alpha)).filter((event) => !before.has(event.uri));
    const ours = await here();
    const lines = (events: EventView[]) => events.map((event) => `${event.uri} ${instant(event.start)} ${event.timezone} ${event.title}`).sort();
    const there = () => [...atPeer()].filter(([, object]) => object["attributedTo"] === archive);
    for (const event of wantedOf(text).filter((item) => !item.repeats)) {
      const found = ours.find((item) => item.title === event.title && (event.allDay ? item.start.startsWith(event.start) : instant(item.start) === event.start));
      expect(found, key(event)).toBeDefined();
    }

    // All of them, at the same instants and on the same clock, at both.
    await eventually(() => expect(there().map(([uri]) => uri).sort()).toEqual(ours.map((event) => event.uri).sort()) ?? true, { timeout: 40_000 });
    for (const [uri, object] of there()) {
      const event = ours.find((item) => item.uri === uri);
      expect(object["name"]).toBe(event?.title);
      expect(object["timezone"]).toBe("Europe/Berlin");
      if (!event?.all_day) expect(instant(object["startTime"] as string)).toBe(instant(event?.start ?? ""));
    }
    await eventually(async () => expect(lines((await allOf(beta)).filter((event) => !before.has(event.uri)))).toEqual(lines(ours)) ?? true, { timeout: 40_000 });

    // A second import changes nothing.
    await run(text);
    expect(await here()).toEqual(ours);

    // An edited title is an Update, a cancellation says so, a deletion is a Tombstone and 410.
    const target = ours.find((event) => event.title === "Let’s play: Kompass");
    expect(target).toBeDefined();
    const edited = text.replace("SUMMARY:Let’s play: Kompass", "SUMMARY:Let’s play: Karte");
    await run(edited);
    await eventually(() => atPeer().get(target?.uri ?? "")?.["name"] === "Let’s play: Karte");
    await eventually(async () => (await allOf(beta)).some((event) => event.uri === target?.uri && event.title === "Let’s play: Karte"));
    const updates = world.peer("peer.test").receivedOf("Update", (item) => JSON.stringify(item.json).includes(target?.uri ?? "?"));
    expect(updates).toHaveLength(1);
    await run(edited.replace("SUMMARY:Let’s play: Karte", "STATUS:CANCELLED\r\nSUMMARY:Let’s play: Karte"));
    await eventually(() => atPeer().get(target?.uri ?? "")?.["status"] === "CANCELLED");
    await eventually(async () => (await allOf(beta)).find((event) => event.uri === target?.uri)?.status === "cancelled");
    await alpha.deleteEvent(target?.id ?? "");
    const remove = await eventually(() => world.peer("peer.test").receivedOf("Delete", (item) => JSON.stringify(item.json).includes(target?.uri ?? "?"))[0]);
    expect(remove.json["object"]).toMatchObject({ type: "Tombstone", formerType: "Event", id: target?.uri });
    expect((await fetch(target?.uri ?? "", { headers: { accept: "application/activity+json" } })).status).toBe(410);
    await eventually(async () => (await allOf(beta)).every((event) => event.uri !== target?.uri));
  }, 120_000);
});
