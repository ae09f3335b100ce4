/** The data sets a question can be asked of: IVRE's names (spec §"Vocabulary"). */
export const PURPOSES = ["nmap", "passive", "view"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** `nmap` (one record a host and scan) and `view` (one merged record an address) share one record model. */
export const ACTIVE_PURPOSES = ["nmap", "view"] as const;
export type ActivePurpose = (typeof ACTIVE_PURPOSES)[number];
