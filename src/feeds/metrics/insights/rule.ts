/** What a rule about a feed looks at and says (spec feeds §3.12), and how its sentences write numbers. */
import type { Update } from "../changes.ts";
import type { Retention } from "../retention.ts";
import { duration, shortCount } from "../wording.ts";

export type InsightSection =
  | "overview"
  | "composition"
  | "retention"
  | "trends"
  | "relationships"
  | "freshness";

export interface Insight {
  code: string;
  section: InsightSection;
  /** One sentence without full stop. */
  headline: string;
  /** The numbers behind it. */
  evidence: string;
  /** How it is found. */
  methodology: string;
}

/** Another list that shares addresses with the feed. */
export interface Peer {
  name: string;
  category: string | null;
  common: number;
  related: boolean;
  /** The earliest time that is known of it. */
  started: Date | null;
}

/** Counts are of IPv4 addresses. */
export interface InsightFacts {
  category: string | null;
  ips: number;
  /** The earliest time that is known of it. */
  started: Date | null;
  /** Those with something in common. */
  peers: readonly Peer[];
  /** Unrelated lists that hold addresses, whether in common or not. */
  compared: number;
  retention: Retention;
  /** Oldest first. */
  history: readonly Update[];
  countries: readonly { code: string; ips: number }[];
  /** By provider. */
  bogons: readonly { provider: string; ips: number }[];
  /** By tier, addresses on several lists counted once. */
  critical: readonly { tier: string; ips: number }[];
  /** Addresses on any list of critical infrastructure. */
  criticalIps: number;
}

/** A rule says nothing, or something. */
export type Rule = (facts: InsightFacts) => Insight | null;

/** Below, shares are mostly accident. */
export const FEW_IPS = 100;
export const FEW_REMOVALS = 1000;
export const FEW_UPDATES = 50;
export const FEW_PEERS = 5;

export function share(part: number, all: number): number {
  return all > 0 ? (100 * part) / all : 0;
}

export function ips(count: number): string {
  return `${shortCount(count)} ${count === 1 ? "IP" : "IPs"}`;
}

export function hours(count: number): string {
  return count === 0 ? "less than an hour" : duration(count * 60);
}
