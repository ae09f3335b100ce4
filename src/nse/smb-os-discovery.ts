/**
 * `smb-os-discovery`: what SMB says of the system stays, what NTLM says of names becomes a result `ntlm-info`
 * of its own, as from the scripts that ask other protocols (spec ivre §7.2).
 */
import type { Script } from "../model/scan.ts";
import { computerName, ntlmScript } from "./ntlm-info.ts";
import { type Table, tableOf, textOf } from "./table.ts";
import { asWritten, type Treatment } from "./treatment.ts";

/** nmap's names, by those of NTLM ([MS-NLMP] 2.2.2.1). */
const NTLM_NAMES: readonly (readonly [name: string, nmap: string])[] = [
  ["NetBIOS_Domain_Name", "domain"],
  ["NetBIOS_Computer_Name", "server"],
  ["DNS_Computer_Name", "fqdn"],
  ["DNS_Domain_Name", "domain_dns"],
  ["DNS_Tree_Name", "forest_dns"],
  ["Workgroup", "workgroup"],
];

/** The revision of NTLM that all versions of Windows tell ([MS-NLMP] 2.2.2.10). */
const NTLM_VERSION = "15";

/** Versions of Windows NT by build: up to Windows 8.1, each build is of one version. */
const NT_VERSIONS: ReadonlyMap<number, string> = new Map([
  [2195, "5.0"],
  [2600, "5.1"],
  [3790, "5.2"],
  [6000, "6.0"],
  [6001, "6.0"],
  [6002, "6.0"],
  [6003, "6.0"],
  [7600, "6.1"],
  [7601, "6.1"],
  [9200, "6.2"],
  [9600, "6.3"],
]);

/** The first build of Windows 10; all later ones call themselves 10.0, too. */
const FIRST_10_0 = 10_240;

/**
 * `Windows 10 Enterprise 17134` → `10.0.17134`, `Windows 5.1` → `5.1.2600`: the version as NTLM tells it.
 * Undefined where the name leaves it open.
 */
function productVersion(os: string): string | undefined {
  if (!os.startsWith("Windows ")) return undefined;
  const [name] = os.split(" Service Pack ", 1);
  const last = name!.slice(name!.lastIndexOf(" ") + 1);
  if (/^\d{4,5}$/.test(last)) {
    const build = Number(last);
    const version = build >= FIRST_10_0 && build <= 0xffff ? "10.0" : NT_VERSIONS.get(build);
    return version && `${version}.${build}`;
  }
  const builds = [...NT_VERSIONS].filter(([, version]) => version === last);
  return builds.length === 1 ? `${last}.${builds[0]![0]}` : undefined;
}

/** Facts a line, as nmap prints a table. */
function linesOf(facts: Table): string {
  return Object.entries(facts)
    .map(([name, value]) => `\n  ${name}: ${value}`)
    .join("");
}

export const smbOsDiscovery: Treatment = (result) => {
  const { id, output } = result;
  const table = tableOf(result.data);
  if (table === undefined) return asWritten(result);
  const system: Table = { ...table };
  const facts: Table = {};
  for (const [name, nmap] of NTLM_NAMES) {
    const value = textOf(table[nmap]);
    if (value !== undefined) facts[name] = value;
    delete system[nmap];
  }
  const version = productVersion(textOf(table.os) ?? "");
  if (version !== undefined) facts.Product_Version = version;
  const scripts: Script[] = [{ id, output, key: id, data: system }];
  if (Object.keys(facts).length > 0) {
    facts.NTLM_Version = NTLM_VERSION;
    scripts.push(ntlmScript(linesOf({ ...facts, protocol: "smb" }), facts, "smb"));
  }
  // Samba calls its own short name a full one.
  const name = computerName(facts);
  const cpe = textOf(table.cpe);
  return {
    scripts,
    hostnames: name?.includes(".") ? [{ name, type: "smb" }] : [],
    cpes: cpe === undefined ? [] : [cpe],
  };
};
