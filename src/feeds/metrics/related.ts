/**
 * Which feeds are made of the same lists. Every feed stands on its leaf ancestors: the parent of a history
 * derivative and the inputs that a merge adds, down to lists that are made of no others. Feeds with a common leaf
 * are related (spec feeds §3.4); what a merge subtracts does not count.
 */

/** What a feed is made of, by name. */
export interface Ancestry {
  name: string;
  parent: string | null;
  include: readonly string[];
}

/** The leaf ancestors of every feed; lists that are not among the feeds are leaves, too. */
export function leavesOf(feeds: readonly Ancestry[]): Map<string, ReadonlySet<string>> {
  const made = new Map<string, readonly string[]>();
  for (const { name, parent, include } of feeds) {
    const inputs = new Set(parent === null ? include : [parent, ...include]);
    inputs.delete(name);
    made.set(name, [...inputs]);
  }
  return new Map(feeds.map(({ name }) => [name, leaves(name, made)]));
}

function leaves(name: string, made: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set([name]);
  // The set grows while it is walked, and what is in it is not walked again: circles end.
  for (const ancestor of seen) {
    const inputs = made.get(ancestor) ?? [];
    if (inputs.length === 0) found.add(ancestor);
    for (const input of inputs) seen.add(input);
  }
  // Of feeds that are made of each other only, each stands for itself.
  if (found.size === 0) for (const ancestor of seen) found.add(ancestor);
  return found;
}
