/** The table whose rows are the records of a purpose. */
import type { Purpose } from "../model/purpose.ts";

export interface Subject {
  /** What follows FROM, with the alias that conditions are written over. */
  from: string;
  /** The key of a record, over that alias. */
  id: string;
  /**
   * What records are in order by, over that alias. Those of scans and sensors as they were imported; of the view by
   * address, since its ids tell what was folded anew when, which imports of other records may have caused.
   */
  order: string;
}

/** Hosts (alias `h`) for nmap and view, observations (alias `r`) for passive. */
export function subjectOf(purpose: Purpose): Subject {
  if (purpose === "passive") return { from: "passive.record AS r", id: "r.id", order: "r.id" };
  return { from: `${purpose}.host AS h`, id: "h.id", order: purpose === "view" ? "h.addr, h.id" : "h.id" };
}
