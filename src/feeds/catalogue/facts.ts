import type {
  Category,
  CriticalTier,
  Family,
  FeedTag,
  Hash,
  LegacyCategory,
  Provenance,
  Role,
  Status,
} from "./vocabulary.ts";

/** What is known of a feed before any of its lists is read; null where nothing is. vocabulary.ts tells the meanings. */
export interface FeedFacts {
  name: string;
  officialName: string | null;
  maintainer: string | null;
  maintainerUrl: string | null;
  description: string | null;
  category: Category | null;
  legacyCategory: LegacyCategory | null;
  provenance: Provenance | null;
  licence: string | null;
  redistributable: boolean | null;
  critical: CriticalTier | null;
  roles: readonly Role[];
  family: Family;
  hash: Hash | null;
  /** Minutes. */
  frequency: number | null;
  sourceUrl: string | null;
  ranges: readonly string[];
  /** Steps for parseSteps(). */
  parse: readonly string[];
  include: readonly string[];
  exclude: readonly string[];
  parent: string | null;
  windowMinutes: number | null;
  status: Status | null;
  successor: string | null;
  /** Tags that hosts on the list get, and their infos. */
  tags: readonly { value: FeedTag; info: string }[];
}

/** The merge that makes a feed, or the feed whose history it is: what it is made of. */
export function madeOf(facts: FeedFacts): string[] {
  return [...facts.include, ...facts.exclude, ...(facts.parent === null ? [] : [facts.parent])];
}
