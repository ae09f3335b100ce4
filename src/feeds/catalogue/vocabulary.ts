/** The closed sets of the feed catalogue and the meaning of its fields: the one truth for code, checks and docs. */

export const CATEGORIES = [
  "intrusion",
  "malware_infrastructure",
  "messaging_abuse",
  "service_abuse",
  "anonymizers",
  "scanners",
  "policy_risk",
  "provider_infrastructure",
  "special_use",
] as const;
export type Category = (typeof CATEGORIES)[number];

/** Of the headers of the files that FireHOL published. */
export const LEGACY_CATEGORIES = [
  "abuse",
  "anonymizers",
  "attacks",
  "malware",
  "organizations",
  "reputation",
  "spam",
  "unroutable",
] as const;
export type LegacyCategory = (typeof LEGACY_CATEGORIES)[number];

export const PROVENANCES = {
  primary: "made by who publishes it",
  secondary_upstream: "extracted, repackaged or collected from lists of others",
  secondary_merge: "union (and difference) of feeds of the catalogue",
  secondary_retention: "history window over a feed of the catalogue",
} as const satisfies Record<string, string>;
export type Provenance = keyof typeof PROVENANCES;

export const CRITICAL_TIERS = ["hard", "soft", "contextual"] as const;
export type CriticalTier = (typeof CRITICAL_TIERS)[number];

export const ROLES = {
  bogons: "addresses that must not appear on the internet; taken off before AS statistics",
  critical_infrastructure: "see critical",
  provider_context: "ranges of a provider; explains an address, accuses nobody",
} as const satisfies Record<string, string>;
export type Role = keyof typeof ROLES;

export const FAMILIES = ["v4", "v6", "both"] as const;
export type Family = (typeof FAMILIES)[number];

export const HASHES = ["ip", "net"] as const;
export type Hash = (typeof HASHES)[number];

export const STATUSES = ["active", "discontinued"] as const;
export type Status = (typeof STATUSES)[number];

export const TAGS = ["TOR", "CDN", "CLOUD", "WAF", "Scanner", "GovCloud"] as const;
export type FeedTag = (typeof TAGS)[number];

/** The fields of an entry, in the order of the files. */
export const FIELDS = {
  name: "key: the name of the .ipset or .netset file where one is published; lower case letters, digits, underscores",
  official_name: "what its maintainer calls it, or a plain name",
  maintainer: "who publishes the list that source_url names",
  maintainer_url: "page of the maintainer or of the list",
  description: "one short sentence",
  category: `one of ${CATEGORIES.join(", ")}`,
  legacy_category: "category in the header of the file that FireHOL published",
  provenance: `one of ${Object.keys(PROVENANCES).join(", ")}`,
  licence: 'SPDX-like name or short words; "no licence stated" where the maintainer states none',
  redistributable:
    "false where the terms forbid it, or those of a member or parent do; true where they allow it, or FireHOL redistributes it and no term against it is known; left out where the terms were not looked up",
  critical: `tier (${CRITICAL_TIERS.join(", ")}), only on lists of infrastructure that must not be blocked lightly`,
  roles: `what the list is used for besides being looked up: ${Object.keys(ROLES).join(", ")}`,
  family: "v4 (also when left out), v6 or both",
  hash: "ip (single addresses) or net (ranges)",
  frequency: "minutes between polls; 0 is never; history derivatives follow their parent",
  source_url:
    "where the list is, or for a discontinued one was; left out where a key or another protocol is needed",
  ranges: "the whole content, for the few lists that are fixed",
  parse:
    "steps from the body of source_url to addresses, in order; afterwards each line is one address, network or range",
  merge: "content is the union of include less the union of exclude",
  parent: "this is everything that the parent listed within window_minutes",
  window_minutes: "see parent",
  status: "active or discontinued, where known",
  successor: "feed to use instead",
  tags: "host tag and its info, given to hosts in the list; only where the list says so itself",
} as const satisfies Record<string, string>;
export type Field = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as Field[];
