import { z } from "zod";
import { aboutLater } from "../../model/errors.ts";
import { defineTool } from "../define.ts";
import { asList } from "../parameters.ts";

/** Networks of each part that fit an answer. */
const MOST = 500;

/** Reads the feeds only, so no access scope applies. */
export default defineTool({
  name: "compare_feeds",
  title: "Compare threat feeds",
  description:
    "What 2 to 10 feeds have in common and each alone, pair by pair and, with several versions, over time.",
  input: {
    feeds: z.array(z.string()).min(2).max(10).describe("Names"),
    limit: z.int().min(0).max(MOST).default(20).describe("CIDRs listed of each part"),
  },
  output: z.object({
    feeds: z.array(z.object({ feed: z.string() }).loose()),
    common: z.object({}).loose(),
    union: z.object({}).loose(),
    pairs: z.array(z.object({ feeds: z.array(z.string()) }).loose()),
    drift: z.array(z.object({ at: z.string() }).loose()),
  }),
  reads: "feeds",
  meant: (argument, value) => (argument === "feeds" ? asList(value) : value),
  example: { feeds: ["spamhaus_drop", "dshield"] },
  async handler({ feeds, limit }, { read }) {
    const { compare } = await import("../../feeds/compare.ts");
    const { comparedJson } = await import("../../feeds/answers.ts");
    const comparison = await read((query) => aboutLater("feeds", () => compare(query, feeds, new Date())));
    return { result: comparedJson(comparison, limit) };
  },
});
