/**
 * The tables of schema `feed`, as data (like tables.ts). IPv4 ranges are 32-bit integers, IPv6 ranges 128-bit ones;
 * both ends of a range belong to it. Numbers of IPv6 addresses are kept as a number of ranges and a sum of
 * `hi - lo`, which together tell them exactly without overflowing (`::/0` has 2^128).
 */
import type { Columns } from "./tables.ts";

const RANGE4 = { lo: "UINTEGER", hi: "UINTEGER" } as const satisfies Columns;
const RANGE6 = { lo: "UHUGEINT", hi: "UHUGEINT" } as const satisfies Columns;

/** How much a list holds: merged ranges (`entries`), CIDR lines, addresses. */
const SIZE = {
  entries: "INTEGER",
  cidrs: "INTEGER",
  ips4: "BIGINT",
  ranges6: "BIGINT",
  span6: "UHUGEINT",
} as const satisfies Columns;

export const FEED_TABLES = {
  /** One row a feed: facts of its header, else of its artifact, else of the catalogue; and its current version. */
  feed: {
    id: "INTEGER",
    name: "VARCHAR",
    official_name: "VARCHAR",
    maintainer: "VARCHAR",
    maintainer_url: "VARCHAR",
    /** The maintainer as fetch_analysis names it: lower case, other characters as one hyphen. */
    maintainer_slug: "VARCHAR",
    description: "VARCHAR",
    /** The header's own text. */
    info: "VARCHAR",
    category: "VARCHAR",
    /** Category of the file's header, of FireHOL's older set. */
    legacy_category: "VARCHAR",
    provenance: "VARCHAR",
    license: "VARCHAR",
    redistributable: "BOOLEAN",
    /** hard, soft or contextual, for lists of critical infrastructure. */
    critical: "VARCHAR",
    /** ip or net. */
    hash: "VARCHAR",
    /** Minutes between two looks at the source. */
    frequency: "INTEGER",
    aggregation: "VARCHAR",
    source_url: "VARCHAR",
    /** active or discontinued. */
    status: "VARCHAR",
    /** Of a history derivative: the feed whose last minutes it holds. */
    parent: "VARCHAR",
    window_minutes: "INTEGER",
    /** Texts: roles, inputs that a merge adds, inputs that it subtracts. */
    roles: "JSON",
    include: "JSON",
    exclude: "JSON",
    /** The tags that hosts on this list get, and their infos: one a line. */
    tag_value: "VARCHAR",
    tag_info: "VARCHAR",
    version_id: "INTEGER",
    ...SIZE,
    /** When the source changed last, and when the list was made of it. */
    source_date: "TIMESTAMP",
    processed: "TIMESTAMP",
    /** First time the feed was imported or, of an artifact, tracked. */
    started: "TIMESTAMP",
    /** Last time that the source was looked at: by us, else as an artifact tells. */
    checked: "TIMESTAMP",
    /** Of our own downloads: failures in a row, since when, and how the last one ended. Null: never downloaded. */
    download_failures: "INTEGER",
    failing_since: "TIMESTAMP",
    last_status: "VARCHAR",
    /** What the server said of the copy that we have, for asking whether there is another one. */
    etag: "VARCHAR",
    last_modified: "VARCHAR",
    /** What the header and the artifact state, {header: {…}, artifact: {…}}: the catalogue fills in the rest. */
    stated: "JSON",
  },
  /** Every import of a feed that brought something new. */
  version: {
    id: "INTEGER",
    feed_id: "INTEGER",
    path: "VARCHAR",
    /** Of the merged ranges: the same content has the same one, however it is written. */
    sha256: "VARCHAR",
    bytes: "BIGINT",
    imported_at: "TIMESTAMP",
    /** From when on its content counts as listed (`since` and `until` of listings): the best date that is known. */
    at: "TIMESTAMP",
    source_date: "TIMESTAMP",
    file_date: "TIMESTAMP",
    /** The version number of the header. */
    header_version: "BIGINT",
    lines: "BIGINT",
    ...SIZE,
    /** What the header says: entries ("subnets") and unique IPs; and how that differs from what was read. */
    header_entries: "BIGINT",
    header_ips: "BIGINT",
    mismatch: "VARCHAR",
    /** {reason: number of lines}. */
    skipped: "JSON",
    /** IPv4 addresses and IPv6 ranges that came and left; null of the first. */
    added: "BIGINT",
    removed: "BIGINT",
    added6: "BIGINT",
    removed6: "BIGINT",
  },
  /** Lines as published, of current versions. */
  line4: { feed_id: "INTEGER", seq: "INTEGER", ...RANGE4 },
  line6: { feed_id: "INTEGER", seq: "INTEGER", ...RANGE6 },
  /** Merged ranges of current versions, disjoint and not adjacent, in the order of feed and address. */
  range4: { feed_id: "INTEGER", ...RANGE4 },
  range6: { feed_id: "INTEGER", ...RANGE6 },
  /** Since when ranges are listed that still are. */
  listing4: { feed_id: "INTEGER", ...RANGE4, since: "TIMESTAMP" },
  listing6: { feed_id: "INTEGER", ...RANGE6, since: "TIMESTAMP" },
  /** What was listed in [since, until) and then was not. In address order, but for what came lately. */
  listing_past4: { feed_id: "INTEGER", ...RANGE4, since: "TIMESTAMP", until: "TIMESTAMP" },
  listing_past6: { feed_id: "INTEGER", ...RANGE6, since: "TIMESTAMP", until: "TIMESTAMP" },
  /** Derived: listing4 and listing6 in address order, so who lists an address is found without reading all of it. */
  listed4: { ...RANGE4, feed_id: "INTEGER", since: "TIMESTAMP" },
  listed6: { ...RANGE6, feed_id: "INTEGER", since: "TIMESTAMP" },
  /** Derived: all ranges cut at all their ends, with the set of feeds that list each; in address order. */
  segment4: { ...RANGE4, set_id: "INTEGER" },
  segment6: { ...RANGE6, set_id: "INTEGER" },
  set_member: { set_id: "INTEGER", feed_id: "INTEGER" },
  /** Derived: number of feeds of a set, and how much its segments hold. */
  set_size: { set_id: "INTEGER", feeds: "INTEGER", ips4: "BIGINT", ranges6: "BIGINT", span6: "UHUGEINT" },
  /**
   * Derived: IPv4 addresses of a set by reserved network (null: none), country (null: unknown) and autonomous
   * system (0: unknown). Disjoint, so sums over sets are numbers of different addresses.
   */
  place: { set_id: "INTEGER", network: "VARCHAR", code: "VARCHAR", asn: "BIGINT", ips: "BIGINT" },
  /** Derived: addresses that two feeds have in common, both ways round, only where there are some. */
  overlap: {
    feed_id: "INTEGER",
    other_id: "INTEGER",
    common4: "BIGINT",
    ranges6: "BIGINT",
    span6: "UHUGEINT",
    related: "BOOLEAN",
  },
  /** Derived: IPv4 addresses of a feed by country, and without bogons by autonomous system (0 = unknown). */
  country: { feed_id: "INTEGER", code: "VARCHAR", ips: "BIGINT" },
  asn: { feed_id: "INTEGER", asn: "BIGINT", name: "VARCHAR", ips: "BIGINT" },
  /**
   * Derived: addresses of a feed in special networks, by network (provider rfc_reserved) and by lists of bogons
   * (network null); provider null: on any of them.
   */
  bogon: { feed_id: "INTEGER", provider: "VARCHAR", network: "VARCHAR", ips: "BIGINT" },
  /**
   * Derived: addresses of a feed on lists of critical infrastructure; provider null: on any of the tier; tier null,
   * too: on any at all.
   */
  critical: { feed_id: "INTEGER", provider_id: "INTEGER", tier: "VARCHAR", ips: "BIGINT" },
  /**
   * Content-changing updates (IPv4 addresses); `origin`: import (derived from the listings), or artifact. `ips` and
   * `entries` are after the update; of the first one nothing is known to be added or removed: null.
   */
  change: {
    feed_id: "INTEGER",
    at: "TIMESTAMP",
    added: "BIGINT",
    removed: "BIGINT",
    ips: "BIGINT",
    entries: "BIGINT",
    origin: "VARCHAR",
  },
  /** How long addresses have been listed (`current`) or had been when they left (`past`), in hours. */
  retention: { feed_id: "INTEGER", kind: "VARCHAR", hours: "INTEGER", ips: "BIGINT", origin: "VARCHAR" },
  /** Derived: one row a feed. */
  metric: {
    feed_id: "INTEGER",
    /** As of the last refresh: it ages. feeds/metrics/health.ts tells it for now. */
    health: "VARCHAR",
    /** Why, in a sentence; and which steps of the test could apply. */
    health_reason: "VARCHAR",
    /** Observed minutes between updates. */
    cadence_mean: "DOUBLE",
    cadence_min: "DOUBLE",
    cadence_max: "DOUBLE",
    updates: "INTEGER",
    /** Percent not on the largest unrelated peer (FireHOL's), with the number of peers that share something. */
    unique_share: "DOUBLE",
    unique_samples: "INTEGER",
    /** IPv4 addresses on no unrelated feed at all. */
    exact_unique: "BIGINT",
    exact_share: "DOUBLE",
    rotation_median: "DOUBLE",
    rotation_p75: "DOUBLE",
    change_ratio_median: "DOUBLE",
    change_ratio_p75: "DOUBLE",
    change_samples: "INTEGER",
    ips_min: "BIGINT",
    ips_max: "BIGINT",
    entries_min: "BIGINT",
    entries_max: "BIGINT",
    /** Which rows of `retention` look further back (import or artifact), how far, and whether that is not all. */
    retention_origin: "VARCHAR",
    observed_hours: "INTEGER",
    retention_incomplete: "BOOLEAN",
  },
} as const satisfies Record<string, Columns>;

export type FeedTable = keyof typeof FEED_TABLES;
