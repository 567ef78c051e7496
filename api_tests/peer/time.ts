/** Instants as Fedify wants them: its own polyfill's values, under the types of the standard Temporal. */
import { Temporal as Polyfill } from "@js-temporal/polyfill";

export function instant(text: string): Temporal.Instant {
  return Polyfill.Instant.from(text) as unknown as Temporal.Instant;
}

export function now(): Temporal.Instant {
  return Polyfill.Now.instant() as unknown as Temporal.Instant;
}
