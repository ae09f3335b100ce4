/** The records of plugins' importers, checked, as events of ours. */
import type { ImportRecord } from "gadwall";
import { z } from "zod";
import { parseAddress } from "../model/ip.ts";
import { RECONTYPES } from "../model/passive.ts";
import type { Host, Port, ScanEvent, Script } from "../model/scan.ts";
import { sentenceOf } from "../model/thrown.ts";
import { catchPromises } from "./promises.ts";

const address = z.string().refine((text) => parseAddress(text) !== null, "must be an IPv4 or IPv6 address");
/** Seconds, to the end of the year 9999. */
const time = z.number().min(0).max(253_402_300_799);
const text = z.string();
const word = z.string().min(1).max(255);

/** What holds itself is fine with z.json(), and would fail only where it is stored, with all files of the import. */
const json = z.json().refine((value) => {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}, "must be JSON, and not hold itself");

const script = z.strictObject({ id: word, output: text, data: json.optional() });

const port = z.strictObject({
  port: z.int().min(0).max(65_535),
  protocol: z.enum(["tcp", "udp", "sctp"]),
  state: word.optional(),
  service: z
    .strictObject({
      name: text.optional(),
      product: text.optional(),
      version: text.optional(),
      extrainfo: text.optional(),
      ostype: text.optional(),
      devicetype: text.optional(),
      hostname: text.optional(),
      tunnel: text.optional(),
    })
    .optional(),
  scripts: z.array(script).optional(),
});

const host = z.strictObject({
  addr: address,
  starttime: time.optional(),
  endtime: time.optional(),
  hostnames: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[^\s\p{Cc}]{1,255}$/u, "must be a host name"),
        type: word.optional(),
      }),
    )
    .optional(),
  ports: z.array(port).optional(),
  scripts: z.array(script).optional(),
  os: z
    .array(
      z.strictObject({
        type: text.optional(),
        vendor: text.optional(),
        osfamily: text.optional(),
        osgen: text.optional(),
        accuracy: text.optional(),
      }),
    )
    .optional(),
  macs: z
    .array(
      z.strictObject({
        addr: z.string().regex(/^(?:[\da-f]{2}:){5}[\da-f]{2}$/i, "must be a MAC address"),
        vendor: text.optional(),
      }),
    )
    .optional(),
  tags: z
    .array(z.strictObject({ value: word, type: word.optional(), info: z.array(text).optional() }))
    .optional(),
  categories: z.array(word).optional(),
  sources: z.array(word).optional(),
});

const observation = z
  .strictObject({
    addr: address.optional(),
    targetval: word.optional(),
    recontype: z.enum(RECONTYPES),
    source: text.optional(),
    value: text,
    sensor: word.optional(),
    port: z.int().min(0).max(65_535).optional(),
    firstseen: time.optional(),
    lastseen: time.optional(),
    count: z.int().min(1).optional(),
  })
  .refine(({ addr, targetval }) => addr !== undefined || targetval !== undefined, "needs addr or targetval");

const record = z.union([
  z.strictObject({ host }),
  z.strictObject({ observation }),
  z.strictObject({ warning: z.string(), line: z.int().min(1).optional() }),
]) satisfies z.ZodType<ImportRecord>;

/** The schema of each kind, for what is wrong with one: a union's own complaint says nothing. */
const KINDS = { host, observation } as const;

/** The event of a record, or what is wrong with it. Never throws. */
export function eventOf(given: unknown): ScanEvent | string {
  try {
    const event = read(given);
    if (typeof event === "string") catchPromises(given);
    return event;
  } catch (error) {
    // A getter, or what nests too deep.
    return sentenceOf(error);
  }
}

function read(given: unknown): ScanEvent | string {
  const parsed = record.safeParse(given);
  if (!parsed.success) return problem(given);
  const { data } = parsed;
  if ("warning" in data) return { kind: "warning", message: data.warning, line: data.line };
  if ("host" in data) return { kind: "host", host: hostOf(data.host) };
  const { addr, count = 1, ...rest } = data.observation;
  return {
    kind: "observation",
    observation: { ...rest, count, ...(addr !== undefined && { addr: parseAddress(addr)! }) },
  };
}

function problem(given: unknown): string {
  for (const [kind, schema] of Object.entries(KINDS)) {
    if (typeof given !== "object" || given === null || !(kind in given)) continue;
    const issue = schema.safeParse((given as Record<string, unknown>)[kind]).error?.issues[0];
    if (issue !== undefined) return `${[kind, ...issue.path.map(String)].join(".")}: ${issue.message}`;
  }
  return "it is none of host, observation and warning";
}

function hostOf(given: z.infer<typeof host>): Host {
  const { addr, starttime, endtime, hostnames = [], ports = [], scripts = [], os, macs = [] } = given;
  return {
    addr: parseAddress(addr)!,
    addresses: macs.map((mac) => ({ type: "mac", value: mac.addr.toLowerCase(), vendor: mac.vendor })),
    state: "up",
    starttime,
    endtime: endtime ?? starttime,
    timedout: false,
    hostnames: hostnames.map(({ name, type }) => ({ name: name.toLowerCase(), type })),
    ports: [
      ...ports.map(portOf),
      ...(scripts.length > 0 ? [{ port: -1, scripts: scripts.map(scriptOf) }] : []),
    ],
    extraports: [],
    ...(os !== undefined && { os: { matches: [], classes: os } }),
    cpes: [],
    traces: [],
    sources: given.sources,
    categories: given.categories,
    tags: given.tags,
  };
}

function portOf({ state = "open", scripts = [], ...rest }: z.infer<typeof port>): Port {
  return { ...rest, state, scripts: scripts.map(scriptOf) };
}

function scriptOf({ id, output, data }: z.infer<typeof script>): Script {
  return data === undefined ? { id, output } : { id, output, key: id, data };
}
