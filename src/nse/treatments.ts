/**
 * Which script is treated how (spec ivre §7.2): the one table. A script that is not in it is stored as nmap wrote
 * it, under its own name.
 */
import { saysNothing } from "./nothing-found.ts";
import { asWritten, type Findings, type NseResult, type Treatment } from "./treatment.ts";
import { isVulnReport, vulns } from "./vulns.ts";
import { VULNS_FAMILY } from "./vulns-scripts.ts";

/** The text only: the table is nmap's printing lay-out and not data. */
const textOnly: Treatment = ({ id, output }) => ({ scripts: [{ id, output }] });

const TREATMENTS: ReadonlyMap<string, Treatment> = new Map<string, Treatment>([
  ...[...VULNS_FAMILY].map((id): [string, Treatment] => [id, vulns]),
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
