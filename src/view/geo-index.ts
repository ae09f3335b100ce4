/**
 * Country and autonomous system of single addresses, from memory: a microsecond each, where a query of the files
 * takes 10 ms. Connections that answer cannot read the files (store/open.ts), so they are read through one of its
 * own, once for the process (0.2 s, 90 MB), unless the process ends after a few addresses.
 */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { type AddressRange, fromV4, toV4 } from "../model/ip.ts";
import { readBlocks } from "../store/blocks.ts";
import { geoRelations } from "./geo.ts";
import { geoFiles } from "./geo-files.ts";

/** Null where the data knows nothing, or a network lies in several. */
export interface Place {
  country: { code: string; name: string } | null;
  as: { num: number; name: string | null } | null;
}

export interface GeoIndex {
  /** Where an address, or all of a network, lies. */
  locate(range: AddressRange): Place;
}

const V4_FIRST = fromV4(0);
const V4_LAST = fromV4(0xffff_ffff);
const V4_ROWS = `lo_high = 0 AND lo_low >= ${V4_FIRST} AND lo_low <= ${V4_LAST}`;

/** Disjoint ranges in order, with a number each. */
class Numbers {
  readonly #lo4: Uint32Array;
  readonly #hi4: Uint32Array;
  readonly #values4: Uint32Array;
  /** Upper halves and lower halves of 128-bit addresses. */
  readonly #ends: readonly [loHigh: BigUint64Array, loLow: BigUint64Array];
  readonly #tails: readonly [hiHigh: BigUint64Array, hiLow: BigUint64Array];
  readonly #values6: Uint32Array;

  private constructor(v4: readonly ArrayBuffer[], v6: readonly ArrayBuffer[]) {
    const [lo4, hi4, values4] = v4.map((bytes) => new Uint32Array(bytes));
    this.#lo4 = lo4!;
    this.#hi4 = hi4!;
    this.#values4 = values4!;
    const [loHigh, loLow, hiHigh, hiLow] = v6.slice(0, 4).map((bytes) => new BigUint64Array(bytes));
    this.#ends = [loHigh!, loLow!];
    this.#tails = [hiHigh!, hiLow!];
    this.#values6 = new Uint32Array(v6[4]!);
  }

  /** @param value SQL of the number, 0 to 2^32-1. */
  static async read(connection: DuckDBConnection, path: string, value: string): Promise<Numbers> {
    const from = `read_parquet('${path.replaceAll("'", "''")}')`;
    const v4 = await readBlocks(
      connection,
      `SELECT (lo_low - ${V4_FIRST})::UINTEGER, (hi_low - ${V4_FIRST})::UINTEGER, (${value})::UINTEGER
       FROM ${from} WHERE ${V4_ROWS}`,
      [],
      [4, 4, 4],
    );
    const v6 = await readBlocks(
      connection,
      `SELECT lo_high, lo_low, hi_high, hi_low, (${value})::UINTEGER FROM ${from} WHERE NOT (${V4_ROWS})`,
      [],
      [8, 8, 8, 8, 4],
    );
    return new Numbers(v4.columns, v6.columns);
  }

  /** The number of the range that holds all of it. */
  find({ first, last }: AddressRange): number | null {
    const lo = toV4(first);
    const hi = toV4(last);
    if (lo !== null && hi !== null) {
      const at = lastNotAfter(this.#lo4.length, (i) => this.#lo4[i]! <= lo);
      return at >= 0 && hi <= this.#hi4[at]! ? this.#values4[at]! : null;
    }
    const low = BigInt.asUintN(64, first);
    const high = first >> 64n;
    const [loHigh, loLow] = this.#ends;
    const at = lastNotAfter(
      loHigh.length,
      (i) => loHigh[i]! < high || (loHigh[i]! === high && loLow[i]! <= low),
    );
    if (at < 0) return null;
    const end = (this.#tails[0][at]! << 64n) | this.#tails[1][at]!;
    return last <= end ? this.#values6[at]! : null;
  }
}

/** The last index of which it holds, where it holds up to some index; -1 when it holds of none. */
function lastNotAfter(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** As many are asked of the files before the index is read. */
const FEW = 4;

let index: Promise<GeoIndex> | null = null;
let asked = false;

/** Where addresses and networks lie, in their order. The first question of a process, if small, goes to the files. */
export async function placesOf(ranges: readonly AddressRange[]): Promise<Place[]> {
  if (!asked && ranges.length <= FEW) {
    asked = true;
    return placesInFiles(ranges);
  }
  const { locate } = await geoIndex();
  return ranges.map((range) => locate(range));
}

/** The same out of the files: 10 ms each, and no memory. */
export async function placesInFiles(ranges: readonly AddressRange[]): Promise<Place[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const places: Place[] = [];
    for (const range of ranges) {
      await geoRelations(connection, range);
      const inside = `lo <= ${range.first}::UHUGEINT AND hi >= ${range.last}::UHUGEINT`;
      const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJS()[0];
      const country = await rows(`SELECT code, name FROM geo_country WHERE ${inside}`);
      const system = await rows(
        `SELECT num, name FROM (FROM geo_as_range WHERE ${inside}) LEFT JOIN geo_as_name USING (num)`,
      );
      places.push({
        country: country === undefined ? null : { code: String(country[0]), name: String(country[1]) },
        as:
          system === undefined
            ? null
            : { num: Number(system[0]), name: system[1] === null ? null : String(system[1]) },
      });
    }
    return places;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The index, read when it is first asked for. */
export function geoIndex(): Promise<GeoIndex> {
  index ??= read().catch((error) => {
    index = null;
    throw error;
  });
  return index;
}

async function read(): Promise<GeoIndex> {
  const files = await geoFiles();
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    // Two letters as one number.
    const countries = await Numbers.read(connection, files.country, "ascii(code[1]) * 256 + ascii(code[2])");
    const systems = await Numbers.read(connection, files.as, "num");
    const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJS();
    const path = (file: string): string => `read_parquet('${file.replaceAll("'", "''")}')`;
    const names = new Map(
      (await rows(`SELECT code, any_value(name) FROM ${path(files.country)} GROUP BY code`)).map(
        ([code, name]) => [String(code), String(name)],
      ),
    );
    const asNames = new Map(
      (await rows(`SELECT num, name FROM ${path(files.asName)}`)).map(([num, name]) => [
        Number(num),
        String(name),
      ]),
    );
    return {
      locate(range) {
        const packed = countries.find(range);
        const code = packed === null ? null : String.fromCharCode(packed >> 8, packed & 255);
        const num = systems.find(range);
        return {
          country: code === null ? null : { code, name: names.get(code) ?? code },
          as: num === null ? null : { num, name: asNames.get(num) ?? null },
        };
      },
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
