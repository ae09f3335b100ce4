import { z } from "zod";
import { timeArgument } from "../../feeds/time-argument.ts";
import { about } from "../../model/errors.ts";
import { defineTool } from "../define.ts";
import { optionalText } from "../parameters.ts";

/** As many as one call takes, and as many as are told of at length. */
const MOST = 1000;
const FEW = 20;

/** Asks the feeds only: addresses are named as they were given, and nothing is read of scans, so no access scope applies. */
export default defineTool({
  name: "lookup_ip",
  title: "Which feeds list an address",
  description:
    "Which threat feeds list addresses or networks, since when, and did before; what means most first. A merge says from which inputs. Of more than 20, the three weightiest listings each.",
  input: {
    ips: z.array(z.string()).min(1).max(MOST).describe("Up to 1,000 IPv4 or IPv6 addresses or CIDRs"),
    at: optionalText.describe("Listed then, not now: 2026-01-31"),
    skip: z.int().min(0).default(0),
  },
  output: z.array(
    z
      .object({
        query: z.string(),
        listed_by: z.int(),
        country: z.string().nullable(),
        asn: z.int().nullable(),
        listings: z.array(
          z.object({ feed: z.string(), since: z.string().nullable(), weight: z.number() }).loose(),
        ),
      })
      .loose(),
  ),
  lists: true,
  reads: "feeds",
  example: { ips: ["192.0.2.1", "198.51.100.0/24"] },
  async handler({ ips, at, skip }, { read }) {
    const { beforeHistory, lookup, readTarget } = await import("../../feeds/lookup.ts");
    const { lookedUpJson, shortLookedUpJson } = await import("../../feeds/answers.ts");
    about("ips", () => ips.forEach(readTarget));
    const then = about("at", () => timeArgument(at));
    const options = { now: new Date(), at: then };
    const { found, hint } = await read(async (query) => ({
      found: await lookup(query, ips.slice(skip), options),
      hint: await beforeHistory(query, options),
    }));
    return {
      result: found.map(ips.length > FEW ? shortLookedUpJson : lookedUpJson),
      total: ips.length,
      skipped: Math.min(skip, ips.length),
      hint,
      rest: (returned) => ({
        next: { skip: skip + returned },
        advice: `ask again with the same ips and skip ${skip + returned}`,
      }),
    };
  },
});
