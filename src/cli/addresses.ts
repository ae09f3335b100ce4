import { UsageError } from "../model/errors.ts";
import { parseAddress } from "../model/ip.ts";
import type { Json } from "../model/json.ts";

/**
 * One address a line, as `nmap -iL` reads them. Values that are missing are left out.
 * @throws UsageError when a value is no address: then the field is another one than `addr`.
 */
export function addressLines(values: readonly (Json | undefined)[], field: string): string {
  let lines = "";
  for (const value of values) {
    if (value === null || value === undefined) continue;
    if (typeof value !== "string" || parseAddress(value) === null)
      throw new UsageError(`-o ip prints addresses, which ${field} does not hold: ask for the field addr`);
    lines += `${value}\n`;
  }
  return lines;
}
