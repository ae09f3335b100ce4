import { z } from "zod";
import { ANALYSIS_TYPES, asAnalysisType } from "../../feeds/analysis/types.ts";
import { ANSWER_LIMIT } from "../bounded.ts";
import { defineTool } from "../define.ts";

/** Tells of lists, not of hosts that were scanned, so no access scope applies. */
export default defineTool({
  name: "fetch_analysis",
  title: "Analysis of a feed, country, AS or maintainer",
  description:
    "Page about a threat feed (health, insights, places, changes, retention, overlap), or about what feeds list of a country or AS, or about a maintainer.",
  input: {
    type: z.enum(ANALYSIS_TYPES),
    name: z.string().describe("dshield; GR or Greece; AS13335; Abuse.ch"),
  },
  output: null,
  reads: "feeds",
  example: { type: "feed", name: "dshield" },
  meant(argument, value) {
    if (argument === "type") return asAnalysisType(value);
    return typeof value === "number" ? String(value) : value;
  },
  async handler({ type, name }, { read }) {
    const { analysis } = await import("../../feeds/analysis/analysis.ts");
    const options = { now: new Date(), limit: ANSWER_LIMIT };
    return { markdown: await read((query) => analysis(query, type, name, options)) };
  },
});
