/** iCalendar as small as the tests need it, written and read without the code under test. */

export interface Entry {
  uid: string;
  summary: string;
  /** Every line of the event by its name, without parameters. */
  lines: Map<string, string>;
}

/** The events of a calendar; throws on what no calendar program would take. */
export function readCalendar(text: string): Entry[] {
  if (!text.startsWith("BEGIN:VCALENDAR\r\n") || !text.endsWith("END:VCALENDAR\r\n")) throw new Error("not a whole calendar");
  if (!/\r\nVERSION:2\.0\r\n/.test(text) || !/\r\nPRODID:/.test(text)) throw new Error("no version or no producer");
  for (const line of text.split("\r\n")) if (Buffer.byteLength(line) > 75) throw new Error(`a line longer than 75 bytes: ${line}`);
  const blocks = text.replace(/\r\n[ \t]/g, "").split("BEGIN:VEVENT\r\n").slice(1);
  return blocks.map((block) => {
    const lines = new Map<string, string>();
    for (const line of (block.split("END:VEVENT\r\n")[0] ?? "").split("\r\n")) {
      const found = line.match(/^([A-Z-]+)[^:]*?:(.*)$/);
      if (found) lines.set(found[1] ?? "", (found[2] ?? "").replace(/\\([,;\\])/g, "$1"));
    }
    for (const name of ["UID", "DTSTAMP", "DTSTART"]) if (!lines.has(name)) throw new Error(`an event without ${name}: ${block}`);
    return { uid: lines.get("UID") ?? "", summary: lines.get("SUMMARY") ?? "", lines };
  });
}

/** A calendar of these blocks of lines; the kind of block is its first line's `BEGIN`. */
export function writeCalendar(...blocks: string[][]): string {
  return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kiosque//tests//FR", ...blocks.flat(), "END:VCALENDAR", ""].join("\r\n");
}

/** An event for {@link writeCalendar}, in Paris, of one hour. */
export function entry(uid: string, summary: string, date: string, time = "20:00", more: string[] = []): string[] {
  const [compact, clock] = [date.replaceAll("-", ""), time.replace(":", "")];
  return [
    "BEGIN:VEVENT", `UID:${uid}`, "DTSTAMP:20260101T000000Z", `DTSTART;TZID=Europe/Paris:${compact}T${clock}00`, "DURATION:PT1H", `SUMMARY:${summary}`, ...more, "END:VEVENT",
  ];
}
