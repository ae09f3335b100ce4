/**
 * Lists of where addresses lie (all networks of a country, of a system), not of what they do: a clone of FireHOL's
 * repository holds hundreds. Every address is on one of them, so they are nobody's peers.
 */

/** A condition on a row of `feed.feed`. The older headers know the category, too, the nine newer ones do not. */
export function isPlaceList(alias: string): string {
  return `coalesce(${alias}.category, ${alias}.legacy_category, '') IN ('geolocation', 'asn')`;
}
