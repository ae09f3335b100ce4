/**
 * The filter language as data: a tree that tools build, tokens carry, and one compiler turns into SQL.
 * Immutable and validated by zod, also after decoding a token: possession of a token is never authorisation.
 *
 * A leaf is true or false for every record; a missing value never satisfies a leaf, so
 * `count(f) + count(not f)` is the number of all records. Leaves combined by `and` are independent of each
 * other (spec ivre §2.2); conditions that must hold for one and the same port sit together in one `port` leaf,
 * those for one script in one `script` leaf, those for one tag in one `tag` leaf.
 */
import { z } from "zod";
import { UserError } from "../model/errors.ts";
import { formatAddress, parseAddress, parseNetwork } from "../model/ip.ts";
import { patternProblem } from "./pattern.ts";
import { type Values, valuesProblem } from "./values.ts";

/** Characters of a text that is compared. */
export const MAX_TEXT = 10_000;

/**
 * How a text is compared: `is` = equal; `re` = unanchored RE2 search, `flags` a sorted subset of "ims";
 * `has` = contains, case-sensitive.
 */
export const matcherSchema = z.union([
  z.strictObject({ is: z.string().max(MAX_TEXT) }),
  z.strictObject({
    re: z.string().refine((pattern) => patternProblem(pattern) === null),
    flags: z
      .string()
      .regex(/^i?m?s?$/)
      .optional(),
  }),
  z.strictObject({ has: z.string().max(MAX_TEXT) }),
]);
export type Matcher = z.infer<typeof matcherSchema>;

/** An inclusive range of integers; one side may be open. */
export const rangeSchema = z.strictObject({ min: z.int().optional(), max: z.int().optional() });
export type Range = z.infer<typeof rangeSchema>;

const port = z.int().min(0).max(65535);
/** One port, or an inclusive range of ports. */
const ports = z.array(z.union([port, z.tuple([port, port])])).min(1);
export type PortRange = z.infer<typeof ports>[number];

const address = z.string().refine((text) => {
  const value = parseAddress(text);
  return value !== null && formatAddress(value) === text;
});

/** Whole seconds since the epoch, to the end of the year 9999. */
export const MAX_INSTANT = 253_402_300_800;
const instant = z.int().min(0).max(MAX_INSTANT);
/** A thousand years. */
export const MAX_AGO = 31_557_600_000;

/** Leaves that every purpose has a meaning for, or refuses by name when the filter is built. */
const leaves = [
  /** Address inside a network; `net` is canonical (address/length). */
  z.strictObject({ k: z.literal("net"), net: z.string().refine((text) => parseNetwork(text) !== null) }),
  /** Address is one of these (canonical texts). */
  z.strictObject({ k: z.literal("host"), addrs: z.array(address).min(1) }),
  /** Address between two (canonical texts, inclusive). */
  z.strictObject({ k: z.literal("range"), first: address, last: address }),
  /** IPv4 or IPv6 address. */
  z.strictObject({ k: z.literal("family"), version: z.union([z.literal(4), z.literal(6)]) }),
  /** A name; `dns` (passive only): names of DNS answers alone, not those of HTTP, TLS and of what an answer leads to. */
  z.strictObject({ k: z.literal("hostname"), name: matcherSchema, dns: z.literal(true).optional() }),
  /** A name or a parent of one. */
  z.strictObject({ k: z.literal("domain"), name: matcherSchema, dns: z.literal(true).optional() }),
  /** One port satisfies all that is given; with nothing but the kind: there is a port. */
  z.strictObject({
    k: z.literal("port"),
    port: ports.optional(),
    protocol: z.string().optional(),
    state: z.string().optional(),
    service: matcherSchema.optional(),
    product: matcherSchema.optional(),
    version: matcherSchema.optional(),
    extrainfo: matcherSchema.optional(),
    devicetype: matcherSchema.optional(),
    ostype: matcherSchema.optional(),
    tunnel: matcherSchema.optional(),
  }),
  /** Number of open ports. */
  z.strictObject({ k: z.literal("countports"), count: rangeSchema }),
  /** Upper-case ISO 3166 alpha-2 codes, aliases already resolved. */
  z.strictObject({ k: z.literal("country"), codes: z.array(z.string().regex(/^[A-Z]{2}$/)).min(1) }),
  z.strictObject({ k: z.literal("city"), name: matcherSchema }),
  z.strictObject({ k: z.literal("asnum"), nums: z.array(z.int().min(0).max(0xffffffff)).min(1) }),
  z.strictObject({ k: z.literal("asname"), name: matcherSchema }),
  /** Some OS class has it as vendor, family, generation or type. */
  z.strictObject({ k: z.literal("os"), name: matcherSchema }),
  /**
   * One script result satisfies all that is given; `port` -1 = host scripts. `values`: dotted paths into the
   * structured output (spec §2.4), each with a JSON value or an object of operators (values.ts).
   */
  z.strictObject({
    k: z.literal("script"),
    name: matcherSchema.optional(),
    output: matcherSchema.optional(),
    port: z.int().min(-1).max(65535).optional(),
    protocol: z.string().optional(),
    // Not z.record, which drops a member called "__proto__" and with it a condition.
    values: z.custom<Values>((values) => valuesProblem(values) === null).optional(),
  }),
  /** Tag "Vulnerable", or "Likely vulnerable" by vulners and vulscan, with a matching info. */
  z.strictObject({ k: z.literal("cve"), info: matcherSchema }),
  /** On passive records: the sensor, so that one access filter serves all purposes (spec ivre §1.5). */
  z.strictObject({ k: z.literal("category"), name: matcherSchema }),
  z.strictObject({ k: z.literal("source"), name: matcherSchema }),
  /** One tag satisfies both; with neither: there is a tag. */
  z.strictObject({ k: z.literal("tag"), value: matcherSchema.optional(), info: matcherSchema.optional() }),
  z.strictObject({
    k: z.literal("cpe"),
    type: matcherSchema.optional(),
    vendor: matcherSchema.optional(),
    product: matcherSchema.optional(),
    version: matcherSchema.optional(),
  }),
  /** A hop of some trace has this address, optionally at this distance. */
  z.strictObject({
    k: z.literal("hop"),
    addr: address.optional(),
    host: matcherSchema.optional(),
    ttl: z.int().min(0).max(65535).optional(),
  }),
  z.strictObject({ k: z.literal("mac"), addr: matcherSchema }),
  /**
   * When it was seen: some time between first and last lies in [from, to) (seconds since the epoch, either may be
   * open); `at`: the first or the last time itself does. `ago` stands in for `from`: so many seconds before the
   * question is asked, which keeps tokens stable.
   */
  z
    .strictObject({
      k: z.literal("seen"),
      at: z.enum(["first", "last"]).optional(),
      from: instant.optional(),
      to: instant.optional(),
      ago: z.int().min(0).max(MAX_AGO).optional(),
    })
    .refine(({ from, ago }) => from === undefined || ago === undefined),
  /** Passive purpose only. */
  z.strictObject({ k: z.literal("recontype"), name: matcherSchema }),
  z.strictObject({ k: z.literal("sensor"), name: matcherSchema }),
  /** What was observed. */
  z.strictObject({ k: z.literal("value"), text: matcherSchema }),
  /** What a DNS answer leads to that is no address (CNAME, NS, MX), and second values of others. */
  z.strictObject({ k: z.literal("targetval"), text: matcherSchema }),
  /** Every record. */
  z.strictObject({ k: z.literal("all") }),
] as const;

export const leafSchema = z.discriminatedUnion("k", leaves);
export type Leaf = z.infer<typeof leafSchema>;
export type LeafKind = Leaf["k"];

export type Filter = Leaf | { k: "and"; of: Filter[] } | { k: "or"; of: Filter[] } | { k: "not"; of: Filter };

/** The filter that every record satisfies (IVRE's `flt_empty`). */
export const ALL: Filter = { k: "all" };

/** The shape of a whole tree. It recurses: bound what comes from outside with `readFilter`. */
export const filterSchema: z.ZodType<Filter> = z.lazy(() =>
  z.discriminatedUnion("k", [
    ...leaves,
    z.strictObject({ k: z.literal("and"), of: z.array(filterSchema) }),
    z.strictObject({ k: z.literal("or"), of: z.array(filterSchema) }),
    z.strictObject({ k: z.literal("not"), of: filterSchema }),
  ]),
);

/** How many conditions and combinations a filter may hold, and how deep they may sit inside each other. */
export const MAX_NODES = 250;
export const MAX_DEPTH = 32;
/** Containers inside each other in one JSON value: two for each level, and what a leaf may hold. */
const MAX_NESTING = 2 * MAX_DEPTH + 32;

/**
 * Throws UserError when a filter is larger or deeper than the compiler and the database are meant to take.
 * Does not recurse, so that it may be asked about anything.
 */
export function checkSize(filter: unknown): void {
  const open: { value: unknown; nesting: number; depth: number }[] = [
    { value: filter, nesting: 0, depth: 0 },
  ];
  let nodes = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, nesting, depth } = next;
    if (typeof value !== "object" || value === null) continue;
    const isNode = "k" in value;
    if (isNode) nodes++;
    if (nodes > MAX_NODES)
      throw new UserError(
        `The filter has more than ${MAX_NODES} conditions: use lists (port:80,443), networks or /regex/ instead of many single conditions.`,
      );
    if (depth > MAX_DEPTH || nesting > MAX_NESTING)
      throw new UserError(`The filter is nested more than ${MAX_DEPTH} levels deep: simplify it.`);
    for (const child of Object.values(value))
      open.push({ value: child, nesting: nesting + 1, depth: depth + (isNode ? 1 : 0) });
  }
}

/** A filter from outside (a decoded token), bounded and validated; null when it is none. Throws UserError when too large. */
export function readFilter(value: unknown): Filter | null {
  checkSize(value);
  const parsed = filterSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
