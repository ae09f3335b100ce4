/**
 * Promises where plain values are wanted. It is not enough to refuse them: one that fails, and that nobody awaits, ends
 * the process.
 */

/**
 * What a plugin gave, which must be there at once.
 * @param what names it: `a filter`.
 * @throws TypeError when it is or holds a promise, whatever becomes of that.
 */
export function atOnce(given: unknown, what: string): void {
  if (catchPromises(given)) throw new TypeError(`${what} must be given at once, not as a promise`);
}

/** The same promise, of which no failure ends the process when a plugin does not await it. */
export function unattended<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/**
 * Catches whatever the promises in a value will be rejected with; those inside of things that are no plain data are
 * not looked for. Never throws, does not recurse.
 * @returns whether there are any.
 */
export function catchPromises(given: unknown): boolean {
  const open: unknown[] = [given];
  const seen = new Set<unknown>();
  let isFound = false;
  while (open.length > 0) {
    const value = open.pop();
    if (value === null || (typeof value !== "object" && typeof value !== "function") || seen.has(value))
      continue;
    seen.add(value);
    try {
      if (typeof (value as { then?: unknown }).then === "function") {
        isFound = true;
        // Calls `then`, later; what that throws is caught as well.
        unattended(new Promise((resolve) => resolve(value)));
      } else if (isPlain(value)) for (const inner of Object.values(value)) open.push(inner);
    } catch {
      // What cannot be looked at fails where it is used.
    }
  }
  return isFound;
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
