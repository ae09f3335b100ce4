/** What SSH servers tell: their keys, and the algorithms they offer with the HASSH fingerprint of these. */
import type { Json } from "../model/json.ts";
import { fingerprint } from "../passive/fingerprints.ts";
import { integerOf, type Table, tableOf, textsOf } from "./table.ts";
import { asWritten, type Treatment } from "./treatment.ts";

/** `ssh-hostkey`: the length of a key is a number. */
export const sshHostkey: Treatment = (result) => {
  if (!Array.isArray(result.data)) return asWritten(result);
  const keys = result.data.map((key): Json => {
    const table = tableOf(key);
    return table?.bits === undefined ? key : { ...table, bits: integerOf(table.bits) };
  });
  return asWritten({ ...result, data: keys });
};

/** Version of the HASSH specification (https://github.com/salesforce/hassh). */
const HASSH_VERSION = "1.1";

/** `ssh2-enum-algos`: the fingerprint is added to the data and to the text. */
export const ssh2EnumAlgos: Treatment = (result) => {
  const table = tableOf(result.data);
  const raw = table === undefined ? undefined : hasshOf(table);
  if (raw === undefined) return asWritten(result);
  const { md5, sha1, sha256 } = fingerprint(raw);
  const hassh = { version: HASSH_VERSION, raw, md5, sha1, sha256 };
  const lines = Object.entries(hassh).map(([name, value]) => `\n    ${name}: ${value}`);
  return asWritten({
    ...result,
    output: `${result.output}\n  HASSH${lines.join("")}`,
    data: { ...table, hassh },
  });
};

/** What a server's fingerprint is made of: all it offers in its own direction. */
function hasshOf(table: Table): string | undefined {
  // nmap lists the two directions apart only where they differ.
  const lists = ["encryption", "mac", "compression"].map(
    (kind) => table[`${kind}_algorithms`] ?? table[`${kind}_algorithms_server_to_client`],
  );
  const offered = [table.kex_algorithms, ...lists].flatMap((list) => {
    const names = textsOf(list);
    return names === undefined ? [] : [names.join(",")];
  });
  return offered.length === lists.length + 1 ? offered.join(";") : undefined;
}
