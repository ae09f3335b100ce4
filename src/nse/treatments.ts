/**
 * Which script is treated how (spec ivre §7.2): the one table. A script that is not in it is stored as nmap wrote
 * it, under its own name.
 */
import { certificates } from "./certificates.ts";
import { httpHeaders } from "./http-headers.ts";
import { httpServerHeader } from "./http-server-header.ts";
import { fcrdns, httpDefaultAccounts, httpGit } from "./keyed-tables.ts";
import { ftpListing, listing } from "./listing.ts";
import { modbusDiscover } from "./modbus-discover.ts";
import { mongodbDatabases } from "./mongodb-databases.ts";
import { msSqlInfo } from "./ms-sql-info.ts";
import { saysNothing } from "./nothing-found.ts";
import { NTLM_SCRIPTS, ntlmInfo } from "./ntlm-info.ts";
import { rpcinfo } from "./rpcinfo.ts";
import { s7Info } from "./s7-info.ts";
import { SCREENSHOT_SCRIPTS, screenshot } from "./screenshot.ts";
import { smbEnumShares } from "./smb-enum-shares.ts";
import { smbOsDiscovery } from "./smb-os-discovery.ts";
import { snmpInfo } from "./snmp-info.ts";
import { ssh2EnumAlgos, sshHostkey } from "./ssh.ts";
import { asWritten, type Findings, type NseResult, type Treatment } from "./treatment.ts";
import { isVulnReport, vulns } from "./vulns.ts";
import { VULNS_FAMILY } from "./vulns-scripts.ts";

/** The text only: the table is nmap's printing lay-out and not data. */
const textOnly: Treatment = ({ id, output }) => ({ scripts: [{ id, output }] });

const TREATMENTS: ReadonlyMap<string, Treatment> = new Map<string, Treatment>([
  ...[...VULNS_FAMILY].map((id): [string, Treatment] => [id, vulns]),
  ...NTLM_SCRIPTS.map((id): [string, Treatment] => [id, ntlmInfo]),
  ...SCREENSHOT_SCRIPTS.map((id): [string, Treatment] => [id, screenshot]),
  ["afp-ls", listing],
  ["fcrdns", fcrdns],
  ["ftp-anon", ftpListing],
  ["http-default-accounts", httpDefaultAccounts],
  ["http-git", httpGit],
  ["http-headers", httpHeaders],
  ["http-ls", listing],
  ["http-server-header", httpServerHeader],
  ["modbus-discover", modbusDiscover],
  ["mongodb-databases", mongodbDatabases],
  ["ms-sql-info", msSqlInfo],
  ["nfs-ls", listing],
  ["rpcinfo", rpcinfo],
  ["s7-info", s7Info],
  ["smb-enum-shares", smbEnumShares],
  ["smb-ls", listing],
  ["smb-os-discovery", smbOsDiscovery],
  ["snmp-info", snmpInfo],
  ["ssh-hostkey", sshHostkey],
  ["ssh2-enum-algos", ssh2EnumAlgos],
  ["ssl-cacert", certificates],
  ["ssl-cert", certificates],
  ["sslv2", textOnly],
  ["sslv2-drown", textOnly],
  ["xmpp-info", textOnly],
]);

/** What is stored for a script result: nothing where it failed or found nothing. */
export function treat(result: NseResult): Findings {
  const treatment = TREATMENTS.get(result.id);
  // A result may be all table; one without both, or one whose text says that nothing was found, is none.
  const bare = result.data === undefined || treatment === textOnly;
  if (saysNothing(result.id, result.output) && (result.output !== "" || bare)) return { scripts: [] };
  if (treatment !== undefined) return treatment(result);
  // Scripts that are not nmap's own report through its library, too.
  return result.data !== undefined && isVulnReport(result.data) ? vulns(result) : asWritten(result);
}
