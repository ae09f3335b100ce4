/** The section on a feed's page about the lists that it is made of (spec feeds §4.1). */
import type { KnownFeed, KnownFeeds } from "../known.ts";
import type { PageFacts } from "./feed-facts.ts";
import { blocks, type Markdown, md, table } from "./markdown.ts";

interface Made {
  feed: KnownFeed;
  known: KnownFeeds;
  facts: PageFacts;
}

/** What a merge is made of, with what is here of it. */
export function compositionSection({ facts, known, feed }: Made): Markdown | null {
  const byName = new Map([...known.all].map((one) => [one.name, one]));
  const state = (name: string): string => {
    const input = byName.get(name);
    return input === undefined ? "not imported" : (input.health ?? "unknown");
  };
  const inputs = feed.parent === null ? facts.include : [feed.parent];
  if (inputs.length === 0 && facts.exclude.length === 0) return null;
  const role = feed.parent === null ? "added" : "window over";
  const forbidden = [...inputs, ...facts.exclude].filter(
    (name) => byName.get(name)?.redistributable === false,
  );
  return blocks([
    md`### Merge Composition`,
    table(
      [{ title: "Input" }, { title: "Role" }, { title: "Health" }],
      [
        ...inputs.map((name) => [name, role, state(name)]),
        ...facts.exclude.map((name) => [name, "subtracted", state(name)]),
      ],
    ),
    forbidden.length === 0 ? null : md`Not to be redistributed, because of ${forbidden.join(", ")}.`,
  ]);
}
