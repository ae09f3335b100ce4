/** What feeds hold, out of the database: merged ranges of one or of several together. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Amount } from "../model/ip-amount.ts";
import { readBlocks, wideIntegers } from "../store/blocks.ts";
import { everListed } from "./ever-listed.ts";
import {
  combine4,
  combine6,
  count4,
  count6,
  merge4,
  merge6,
  type Operation,
  type Ranges4,
  type Ranges6,
} from "./ranges.ts";

/** Merged ranges of both families. */
export interface AddressSet {
  v4: Ranges4;
  v6: Ranges6;
}

export const NOTHING: AddressSet = {
  v4: { lo: new Uint32Array(), hi: new Uint32Array() },
  v6: { lo: [], hi: [] },
};

/**
 * All that some feeds list together.
 * @param at as of then; null is now.
 */
export async function storedRanges(
  connection: DuckDBConnection,
  feedIds: readonly number[],
  at: Date | null = null,
): Promise<AddressSet> {
  if (feedIds.length === 0) return NOTHING;
  const then = at === null ? "" : `make_timestamp_ms(${at.getTime()})`;
  const read = async (family: 4 | 6, width: number) => {
    const from =
      at === null
        ? `feed.range${family} WHERE`
        : `${everListed(family)} WHERE since <= ${then} AND (until IS NULL OR until > ${then}) AND`;
    const sql = `SELECT lo, hi FROM ${from} feed_id IN (${feedIds.join(", ")})`;
    return (await readBlocks(connection, sql, [], [width, width])).columns as [ArrayBuffer, ArrayBuffer];
  };
  const [lo4, hi4] = await read(4, 4);
  const [lo6, hi6] = await read(6, 16);
  return {
    v4: merge4({ lo: new Uint32Array(lo4), hi: new Uint32Array(hi4) }),
    v6: merge6({ lo: wideIntegers(lo6), hi: wideIntegers(hi6) }),
  };
}

/** Set algebra of both families. */
export function combine(operation: Operation, a: AddressSet, b: AddressSet): AddressSet {
  return { v4: combine4(operation, a.v4, b.v4), v6: combine6(operation, a.v6, b.v6) };
}

export function amountOf({ v4, v6 }: AddressSet): Amount {
  const { ranges, span } = count6(v6);
  return { ipv4: count4(v4), ipv6: BigInt(ranges) + span };
}
