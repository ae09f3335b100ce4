/**
 * All listings of a family, as what follows FROM: (feed_id, lo, hi, since, until). Those that go on (until is NULL) and
 * those that ended are in tables of their own.
 */
export function everListed(family: 4 | 6): string {
  return `(SELECT feed_id, lo, hi, since, NULL::TIMESTAMP AS until FROM feed.listing${family}
   UNION ALL SELECT feed_id, lo, hi, since, until FROM feed.listing_past${family})`;
}
