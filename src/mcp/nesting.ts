/** How deep values are nested, without recursion: what others sent may be deeper than the stack. */

/** Levels that an argument may have; ours have one or two, and plugins take what they like. */
export const DEEPEST = 64;

/** Whether arrays and objects are nested in more levels than `most`. */
export function isDeeperThan(value: unknown, most: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const one of level)
      if (typeof one === "object" && one !== null) {
        if (depth === most) return true;
        // Not by spreading: there may be more members than a call has room for.
        for (const member of Object.values(one)) next.push(member);
      }
    level = next;
  }
  return false;
}
