import { z } from "zod";
import { timeArgument } from "../../feeds/time-argument.ts";
import { amount } from "../../model/amount.ts";
import { about } from "../../model/errors.ts";
import { defineTool } from "../define.ts";
import { asList, optionalText } from "../parameters.ts";

/** As many as one call takes, and as many as are told of at length. */
const MOST = 1000;
const FEW = 20;

/** Asks the feeds only: addresses are named as they were given, and nothing is read of scans, so no access scope applies. */
export default defineTool({
  name: "lookup_ip",
  title: "Which feeds list an address",
  description:
    "Which threat feeds list addresses or networks, since when, and did before; what means most first. A merge says from which inputs. More than 20 in short: the three weightiest listings each, without inputs and source dates.",
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
  meant: (argument, value) => (argument === "ips" ? asList(value) : value),
  example: { ips: ["192.0.2.1", "198.51.100.0/24"] },
  async handler({ ips, at, skip }, { read }) {
    const { lookup, notKnownThen, readTarget } = await import("../../feeds/lookup.ts");
    const { lookedUpJson, shortLookedUpJson } = await import("../../feeds/answers.ts");
    about("ips", () => ips.forEach(readTarget));
    const now = new Date();
    const options = { now, at: about("at", () => timeArgument(at, now)) };
    const { found, notKnown } = await read(async (query) => ({
      found: await lookup(query, ips.slice(skip), options),
      notKnown: await notKnownThen(query, options),
    }));
    const inForm = ips.length > FEW ? shortLookedUpJson : lookedUpJson;
    const behind =
      skip >= ips.length
        ? `skip ${skip} is behind the last of ${amount(ips.length, "address", "addresses")}`
        : null;
    return {
      result: found.map((one) => inForm(one, notKnown)),
      total: ips.length,
      skipped: Math.min(skip, ips.length),
      hint: behind ?? notKnown?.sentence ?? null,
      rest: (returned) => ({
        next: { skip: skip + returned },
        advice: `ask again with the same ips and skip ${skip + returned}`,
      }),
    };
  },
});
