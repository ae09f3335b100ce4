/** The table whose rows are the records of a purpose. */
import type { Purpose } from "../model/purpose.ts";

export interface Subject {
  /** What follows FROM, with the alias that conditions are written over. */
  from: string;
  /** The key of a record, over that alias. */
  id: string;
}

/** Hosts (alias `h`) for nmap and view, observations (alias `r`) for passive. */
export function subjectOf(purpose: Purpose): Subject {
  return purpose === "passive"
    ? { from: "passive.record AS r", id: "r.id" }
    : { from: `${purpose}.host AS h`, id: "h.id" };
}
