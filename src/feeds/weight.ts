/**
 * How much it means that an address is on a list, as a number from 0 to 100, so that what says most comes first:
 *
 *   100 × category × provenance × health × (0.5 + 0.5 × unique) × age
 *
 * - category: what the list accuses of; infrastructure of providers and lists of places accuse of nothing.
 * - provenance: who saw it themselves counts, who repeats others hardly adds anything.
 * - health: a list that nobody keeps up says little about today.
 * - unique: the share of the list that no unrelated list has (unknown: one half): it knows something of its own. What is
 *   made of other lists here does not.
 * - age: from 1 for a listing of today down to 0.5 for one of a year and more; unknown: 0.75.
 *
 * The factors are ours: a documented order, not a probability.
 */
import type { KnownFeed } from "./known.ts";

const CATEGORY: Readonly<Record<string, number>> = {
  intrusion: 1,
  malware_infrastructure: 1,
  messaging_abuse: 0.8,
  service_abuse: 0.8,
  anonymizers: 0.7,
  scanners: 0.6,
  policy_risk: 0.6,
  provider_infrastructure: 0.1,
  special_use: 0.1,
  geolocation: 0.1,
  asn: 0.1,
};
const OTHER_CATEGORY = 0.5;

const PROVENANCE: Readonly<Record<string, number>> = {
  primary: 1,
  secondary_upstream: 0.7,
  secondary_retention: 0.4,
  secondary_merge: 0.2,
};
const OTHER_PROVENANCE = 0.7;

const HEALTH: Readonly<Record<string, number>> = {
  healthy: 1,
  delayed: 0.8,
  risky: 0.5,
  unavailable: 0.3,
  unmaintained: 0.2,
  archived: 0.1,
  empty: 0.1,
};
const OTHER_HEALTH = 0.5;

const YEAR = 365 * 86_400_000;

/** What a feed's listings weigh, whatever their age. */
export function weightOfFeed(feed: KnownFeed): number {
  const unique = feed.inputNames.length > 0 ? 0 : (feed.exactShare ?? feed.uniqueShare ?? 50) / 100;
  return (
    100 *
    (CATEGORY[feed.category ?? ""] ?? OTHER_CATEGORY) *
    (PROVENANCE[feed.provenance ?? ""] ?? OTHER_PROVENANCE) *
    (HEALTH[feed.health ?? ""] ?? OTHER_HEALTH) *
    (0.5 + 0.5 * unique)
  );
}

/** The factor of a listing since then (milliseconds since 1970). */
export function ageFactor(since: number, now: number): number {
  return 1 - 0.5 * Math.min(1, Math.max(0, now - since) / YEAR);
}
