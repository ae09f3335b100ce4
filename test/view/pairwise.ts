/** IVRE's merging as its specification tells it (spec ivre §8.2, §8.3): two records at a time. */

export interface Listing {
  state: string;
  reason: string;
  /** name, product, version, tunnel; those that are known. */
  service: Record<string, string>;
  /** Output by id. */
  scripts: Record<string, string>;
}

export interface Sum {
  total: number;
  reasons: Record<string, number>;
}

export interface Doc {
  start?: number;
  end?: number;
  reason: string;
  names: string[];
  os?: string;
  /** Hops by protocol. */
  traces: Record<string, string>;
  ports: Map<number, Listing>;
  sums: Record<string, Sum>;
}

const SUMMED = ["closed", "filtered"];
const MANY = 200;

function service(a: Listing["service"], b: Listing["service"]): Listing["service"] {
  if (b.name === undefined) return { ...b, ...a };
  return a.name === b.name ? { ...a, ...b } : b;
}

function ports(a: Doc["ports"], b: Doc["ports"]): Doc["ports"] {
  const merged = new Map(b);
  for (const [number, old] of a) {
    const now = b.get(number);
    merged.set(
      number,
      now === undefined
        ? old
        : { ...now, service: service(old.service, now.service), scripts: { ...old.scripts, ...now.scripts } },
    );
  }
  return merged;
}

/** Listed ports of a state go into the sum of that state. */
function sumUp(doc: Doc): Doc {
  for (const state of SUMMED) {
    const listed = [...doc.ports].filter(([, port]) => port.state === state);
    if (listed.length === 0 || (listed.length < MANY && doc.sums[state] === undefined)) continue;
    const { total, reasons } = doc.sums[state] ?? { total: 0, reasons: {} };
    const sum: Sum = { total: total + listed.length, reasons: { ...reasons } };
    for (const [number, { reason }] of listed) {
      sum.reasons[reason] = (sum.reasons[reason] ?? 0) + 1;
      doc.ports.delete(number);
    }
    doc.sums = { ...doc.sums, [state]: sum };
  }
  return doc;
}

const most = (a: number | undefined, b: number | undefined, pick: (x: number, y: number) => number) =>
  a === undefined ? b : b === undefined ? a : pick(a, b);

function mergeTwo(first: Doc, second: Doc): Doc {
  const older = first.end !== undefined && second.end !== undefined && second.end < first.end;
  const [a, b] = older ? [second, first] : [first, second];
  const both = Object.keys(a.sums).length > 0 && Object.keys(b.sums).length > 0;
  return sumUp({
    start: most(a.start, b.start, Math.min),
    end: most(a.end, b.end, Math.max),
    reason: b.reason,
    names: [...new Set([...a.names, ...b.names])],
    os: b.os ?? a.os,
    traces: { ...a.traces, ...b.traces },
    ports: ports(a.ports, b.ports),
    sums: both ? {} : { ...a.sums, ...b.sums },
  });
}

/** The record of an address, of its records in the order of reading. */
export function mergePairwise(docs: readonly Doc[]): Doc {
  const [first, ...others] = docs;
  if (first === undefined) throw new Error("nothing to merge");
  return others.reduce(mergeTwo, sumUp({ ...first, ports: new Map(first.ports) }));
}
