/**
 * `--ignore FILE`: observations that are not worth keeping, as data (spec ivre §7.5; IVRE's own file is
 * executed Python). A YAML or JSON file:
 *
 *     ignore:
 *       HTTP_CLIENT_HEADER: [10.0.0.0/8, 192.168.0.0/16]
 *       "*": [127.0.0.0/8]
 *     never-ignore:
 *       HTTP_CLIENT_HEADER: [USER-AGENT]
 *
 * An observation whose address lies in a network listed for its recontype (or for "*") is dropped, unless its
 * source is listed for its recontype under never-ignore.
 */
import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../model/errors.ts";
import { type AddressRange, parseNetwork } from "../model/ip.ts";
import { type Observation, RECONTYPES } from "../model/passive.ts";

const MAX_BYTES = 4 * 1024 * 1024;
const EVERY = "*";

const lists = z.record(z.string(), z.array(z.string()));
const fileSchema = z.strictObject({ ignore: lists.default({}), "never-ignore": lists.default({}) });

/** Tells whether an observation is to be dropped. */
export type Ignore = (observation: Observation) => boolean;

function checkRecontypes(path: string, names: readonly string[], every: boolean): void {
  const known: ReadonlySet<string> = new Set(RECONTYPES);
  for (const name of names) {
    if (known.has(name) || (every && name === EVERY)) continue;
    throw new UserError(`${path}: "${name}" is no recontype; known are ${RECONTYPES.join(", ")}`);
  }
}

/**
 * Reads an ignore file.
 * @throws UserError saying what is wrong with it.
 */
export function readIgnore(path: string): Ignore {
  let parsed: unknown;
  try {
    if (statSync(path).size > MAX_BYTES) throw new Error(`larger than ${MAX_BYTES} bytes`);
    parsed = Bun.YAML.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UserError(`cannot read the ignore file ${path}: ${(error as Error).message}`);
  }
  const checked = fileSchema.safeParse(parsed ?? {});
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new UserError(
      `the ignore file ${path} is wrong at "${issue?.path.join(".")}": ${issue?.message}; ` +
        `write for example {ignore: {DNS_ANSWER: [10.0.0.0/8]}, never-ignore: {HTTP_CLIENT_HEADER: [USER-AGENT]}}`,
    );
  }
  const { ignore, "never-ignore": never } = checked.data;
  checkRecontypes(path, Object.keys(ignore), true);
  checkRecontypes(path, Object.keys(never), false);
  const ranges = new Map<string, AddressRange[]>();
  for (const [recontype, networks] of Object.entries(ignore)) {
    ranges.set(
      recontype,
      networks.map((network) => {
        const range = parseNetwork(network);
        if (range === null) throw new UserError(`${path}: "${network}" is no address or network`);
        return range;
      }),
    );
  }
  const spared = new Map(Object.entries(never).map(([recontype, sources]) => [recontype, new Set(sources)]));
  const everywhere = ranges.get(EVERY) ?? [];
  return ({ addr, recontype, source }) => {
    if (addr === undefined) return false;
    const inside = (list: readonly AddressRange[] | undefined): boolean =>
      list?.some(({ first, last }) => addr >= first && addr <= last) ?? false;
    if (!inside(ranges.get(recontype)) && !inside(everywhere)) return false;
    return source === undefined || !spared.get(recontype)?.has(source);
  };
}
