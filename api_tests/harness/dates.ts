/** Dates of the tests: always ahead of today, and converted without the code under test. */

/** A day so many days from now, `2026-12-24`. */
export function day(ahead: number): string {
  return new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
}

/**
 * The instant at which the clocks of a zone show a local date and time, as `2026-12-24T18:30:00Z`.
 * Not for a time that a change of clocks skips or repeats.
 */
export function instantOf(date: string, time: string, zone = "Europe/Paris"): string {
  const wanted = Date.parse(`${date}T${time}:00Z`);
  let guess = wanted;
  // Twice: the first correction may cross a change of clocks.
  for (let i = 0; i < 2; i++) guess += wanted - Date.parse(`${localOf(new Date(guess), zone)}Z`);
  return new Date(guess).toISOString().replace(".000Z", "Z");
}

/** What the clocks of a zone show at an instant, `2026-12-24T19:30:00`. */
export function localOf(moment: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).formatToParts(moment);
  const part = (type: string) => parts.find((item) => item.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}:${part("second")}`;
}
