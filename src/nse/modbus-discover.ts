/** `modbus-discover`: the identification of the device beside the answers of its units. */
import { type Table, tableOf, textOf } from "./table.ts";
import { asWritten, type Treatment } from "./treatment.ts";

/** In nmap's table, and in the text from before nmap had tables. */
const LABEL = "device identification";

/** What the first unit that says so is. */
function identified(units: Table): string | undefined {
  for (const unit of Object.values(units))
    for (const [label, value] of Object.entries(tableOf(unit) ?? {}))
      if (label.toLowerCase() === LABEL) return textOf(value);
  return undefined;
}

function printed(output: string): string | undefined {
  const line = output
    .split("\n")
    .map((text) => text.trim())
    .find((text) => text.toLowerCase().startsWith(`${LABEL}:`));
  return line?.slice(LABEL.length + 1).trim();
}

export const modbusDiscover: Treatment = (result) => {
  const units = tableOf(result.data) ?? {};
  const deviceid = identified(units) ?? printed(result.output);
  return asWritten(deviceid ? { ...result, data: { ...units, deviceid } } : result);
};
