/** Polling: federation is asynchronous, so a test waits for a condition instead of sleeping. */

/**
 * Calls `probe` until it returns something other than `undefined` or `false`, or no longer throws.
 * On time-out it throws the last failure of `probe`, so that the assertion inside tells what was missing.
 */
export async function eventually<T>(
  probe: () => T | Promise<T>, { timeout = 15_000, interval = 50 }: { timeout?: number; interval?: number } = {},
): Promise<Exclude<T, undefined | false>> {
  const end = Date.now() + timeout;
  let failure: unknown = new Error(`nothing happened within ${timeout} ms`);
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > end) throw failure;
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}

/**
 * Checks that something stays untrue for a while. It proves little on its own: use it only after an event that
 * shows the other way works, never as the only assertion.
 */
export async function never(probe: () => boolean | Promise<boolean>, { during = 1_500, interval = 100 } = {}): Promise<void> {
  const end = Date.now() + during;
  while (Date.now() < end) {
    if (await probe()) throw new Error("it happened, and should not have");
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}
