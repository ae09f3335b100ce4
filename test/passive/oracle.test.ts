import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatAddress, parseAddress } from "../../src/model/ip.ts";
import type { Observation } from "../../src/model/passive.ts";
import { infosOf } from "../../src/passive/infos.ts";
import { installedSignatures } from "../../src/passive/nmap-signatures.ts";
import { normalise } from "../../src/passive/normalise.ts";

/** IVRE's answers over one of its own logs; where they are not at hand, nothing is compared. */
const SHARED = join(import.meta.dir, "../../../shared");
const LOG = join(SHARED, "data/passive/passive_recon_synthetic.log");
const ANSWERS = join(SHARED, "oracle/queries.json");

interface Answer {
  id: string;
  result: { value: unknown; count: number }[] & { [key: string]: unknown }[];
}

function records(): Map<string, Observation> {
  const unset = (text: string | undefined) => (text === "-" ? undefined : text === "(empty)" ? "" : text);
  const stored = new Map<string, Observation>();
  for (const line of readFileSync(LOG, "utf8").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, , host, port, type = "", source, value = "", targetval] = line.split("\t").map(unset);
    const said: Observation = {
      addr: host === undefined ? undefined : parseAddress(host)!,
      port: port === undefined ? undefined : Number(port),
      recontype: type.replace("PassiveRecon::", ""),
      source,
      value,
      targetval,
      firstseen: 0,
      lastseen: 0,
      count: 1,
    };
    for (const o of normalise(said))
      stored.set([o.addr, o.port, o.recontype, o.source, o.value, o.targetval].join("\n"), o);
  }
  return stored;
}

describe.skipIf(!existsSync(LOG) || !existsSync(ANSWERS))("IVRE's answers", () => {
  const answers: Answer[] = existsSync(ANSWERS) ? JSON.parse(readFileSync(ANSWERS, "utf8")) : [];
  const answer = (id: string) => answers.find((one) => one.id === id)!.result;
  const counted = (values: unknown[]) => {
    const counts = new Map<string, number>();
    for (const value of values)
      counts.set(JSON.stringify(value), (counts.get(JSON.stringify(value)) ?? 0) + 1);
    return counts;
  };
  const expected = (id: string) =>
    new Map(answer(id).map(({ value, count }) => [JSON.stringify(value), count]));

  test("have the same values and sources", () => {
    const stored = [...records().values()];
    expect(stored).toHaveLength(221);
    // Asked with a limit of 50: values seen once are cut off arbitrarily.
    const often = [...expected("q830")].filter(([, count]) => count > 1);
    const values = counted(stored.map(({ value }) => value));
    expect(often.map(([value]) => [value, values.get(value)])).toEqual(often);
    for (const value of expected("q830").keys()) expect(values.has(value)).toBe(true);
    expect(counted(stored.map(({ recontype, source }) => [recontype, source ?? null]))).toEqual(
      expected("q827"),
    );
    expect(
      counted(stored.filter(({ recontype }) => recontype === "HTTP_CLIENT_HEADER").map(({ value }) => value)),
    ).toEqual(expected("q859"));
  });

  test.skipIf(installedSignatures() === null)("have the same infos", () => {
    const stored = [...records().values()];
    for (const id of ["q873", "q874", "q876"]) {
      for (const { addr, recontype, source, value, infos } of answer(id)) {
        const own = stored.find(
          (o) =>
            o.addr !== undefined &&
            formatAddress(o.addr) === addr &&
            o.recontype === recontype &&
            o.source === source &&
            o.value === value,
        );
        expect(own && infosOf(own)).toEqual(infos as never);
      }
    }
    const products = stored.flatMap((o) => infosOf(o)?.service_product ?? []);
    expect(counted(products)).toEqual(expected("q838"));
  });
});
