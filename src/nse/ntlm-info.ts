/** What NTLM says of a host, by whichever protocol it was asked: one name for all of nmap's scripts (spec ivre §7.2). */
import type { Script } from "../model/scan.ts";
import { type Table, tableOf, textOf } from "./table.ts";
import type { Treatment } from "./treatment.ts";

const SUFFIX = "-ntlm-info";

/** nmap's scripts that ask for NTLM, each named by its protocol (spec ivre §2.4). */
export const NTLM_SCRIPTS: readonly string[] = "http imap ms-sql nntp pop3 rdp smtp telnet"
  .split(" ")
  .map((protocol) => `${protocol}${SUFFIX}`);

/** A result `ntlm-info` with these facts, learnt by this protocol. */
export function ntlmScript(output: string, facts: Table, protocol: string): Script {
  return { id: "ntlm-info", output, key: "ntlm-info", data: { ...facts, protocol } };
}

/** The full name of the host among these facts, without the NUL that some servers end it with. */
export function computerName({ DNS_Computer_Name: name }: Table): string | undefined {
  const text = textOf(name);
  return text?.endsWith("\\x00") ? text.slice(0, -"\\x00".length) : text;
}

export const ntlmInfo: Treatment = ({ id, output, data }) => {
  const facts = tableOf(data);
  if (facts === undefined) return { scripts: [{ id: "ntlm-info", output }] };
  const name = computerName(facts);
  return {
    scripts: [ntlmScript(output, facts, id.slice(0, -SUFFIX.length))],
    hostnames: name === undefined ? [] : [{ name, type: "ntlm" }],
  };
};
