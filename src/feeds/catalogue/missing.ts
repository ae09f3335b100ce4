import type { FeedFacts } from "./facts.ts";
import type { Field } from "./vocabulary.ts";

/** Facts that every feed should have, and how to tell that it lacks one. */
const WANTED = {
  official_name: (feed) => feed.officialName === null,
  maintainer: (feed) => feed.maintainer === null,
  maintainer_url: (feed) => feed.maintainerUrl === null,
  description: (feed) => feed.description === null,
  category: (feed) => feed.category === null,
  provenance: (feed) => feed.provenance === null,
  licence: (feed) => feed.licence === null,
  redistributable: (feed) => feed.redistributable === null,
  hash: (feed) => feed.hash === null,
  frequency: (feed) => feed.frequency === null,
  source_url: (feed) =>
    feed.sourceUrl === null && feed.ranges.length === 0 && feed.include.length === 0 && feed.parent === null,
  status: (feed) => feed.status === null && feed.include.length === 0 && feed.parent === null,
} as const satisfies Partial<Record<Field, (feed: FeedFacts) => boolean>>;

/** What a catalogue entry does not tell, by field name; [] when it is complete. */
export function missingFacts(feed: FeedFacts): Field[] {
  return (Object.keys(WANTED) as (keyof typeof WANTED)[]).filter((field) => WANTED[field](feed));
}
