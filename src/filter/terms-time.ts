/** Names of the query language about when something was seen. */

import type { Term } from "./term.ts";
import { items, wrong } from "./term-readers.ts";
import { readDuration, readEpochRange, readTimes, type SeenLeaf } from "./times.ts";

/** `seen:` and its like: any of the times. */
function times(name: string, at?: SeenLeaf["at"]): Term["parse"] {
  return items((item, word) => {
    const leaf = readTimes(item, at);
    if (leaf === null)
      throw wrong(
        word,
        `a time is written ${name}:2026-01-15, ${name}:>2026-01-15T12:00Z, ${name}:<2026-01-15, ${name}:2026-01-01..2026-02-01 or ${name}:7d (the last seven days).`,
      );
    return leaf;
  });
}

export const TIME_TERMS: readonly Term[] = [
  {
    name: "seen",
    aliases: [],
    syntax: "seen:TIME, >TIME, <TIME, TIME..TIME, 7d [,…]",
    example: "seen:>2026-01-01",
    description: "seen at some time in the range: from first to last seen, or from start to end of the scan",
    parse: times("seen"),
  },
  {
    name: "firstseen",
    aliases: [],
    syntax: "firstseen: as seen:",
    example: "firstseen:2026-01-01..2026-02-01",
    description: "first seen (or scanning begun) in the range",
    parse: times("firstseen", "first"),
  },
  {
    name: "lastseen",
    aliases: [],
    syntax: "lastseen: as seen:",
    example: "lastseen:<2026-02-01T12:00Z",
    description: "last seen (or scanning ended) in the range",
    parse: times("lastseen", "last"),
  },
  {
    name: "timeago",
    aliases: [],
    syntax: "timeago:N[s|m|h|d|y]",
    example: "timeago:7d",
    description: "seen in the last N seconds, minutes, hours, days or years",
    parse: items((item, word) => {
      const ago = readDuration(item);
      if (ago === null)
        throw wrong(word, "a duration is a number and s, m, h, d or y: timeago:7d, timeago:12h.");
      return { k: "seen", ago };
    }),
  },
  {
    name: "timerange",
    aliases: [],
    syntax: "timerange:EPOCH-EPOCH",
    example: "timerange:1767225600-1769904000",
    description: "seen at some time in the range, given in seconds since 1970, both included",
    parse: items((item, word) => {
      const range = readEpochRange(item);
      if (range === null)
        throw wrong(
          word,
          "a range is two times in seconds since 1970: timerange:1767225600-1769904000; dates go with seen:2026-01-01..2026-02-01.",
        );
      return { k: "seen", ...range };
    }),
  },
];
