/** `snmp-info`: the engine id of an SNMPv3 agent is made of one of its MAC addresses, or may be (RFC 3411 §5). */
import { tableOf, textOf } from "./table.ts";
import { asWritten, type Treatment } from "./treatment.ts";

const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;

/** A MAC address and one octet more, as some agents make up ids of their own kind. */
const MAC_AND_33 = /^([0-9a-f]{12})33$/i;

/** The MAC address in an engine id; undefined when it is of another kind, or one that no interface has. */
function macOf(format: string | undefined, data: string): string | undefined {
  let mac: string | undefined;
  if (format === "mac" && MAC.test(data)) mac = data;
  else if (format === "octets") mac = MAC_AND_33.exec(data)?.[1]?.replace(/..(?=.)/g, "$&:");
  if (mac === undefined || /^[0:]+$/.test(mac)) return undefined;
  const isGroup = Number.parseInt(mac.slice(0, 2), 16) % 2 === 1;
  return isGroup ? undefined : mac.toLowerCase();
}

export const snmpInfo: Treatment = (result) => {
  const engine = tableOf(result.data);
  const value = macOf(textOf(engine?.engineIDFormat), textOf(engine?.engineIDData) ?? "");
  return { ...asWritten(result), addresses: value === undefined ? [] : [{ type: "mac", value }] };
};
