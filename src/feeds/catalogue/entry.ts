import type { Json } from "../../model/json.ts";
import type { FeedFacts } from "./facts.ts";
import type { Field } from "./vocabulary.ts";

/** Facts as an entry of feeds.yaml: what is not known, and what is left out there, is left out. */
export function entryOf(facts: FeedFacts): Record<string, Json> {
  const list = (values: readonly string[]): Json => (values.length === 0 ? null : [...values]);
  const merge =
    facts.include.length === 0
      ? null
      : {
          include: [...facts.include],
          ...(facts.exclude.length === 0 ? {} : { exclude: [...facts.exclude] }),
        };
  const fields: Record<Field, Json> = {
    name: facts.name,
    official_name: facts.officialName,
    maintainer: facts.maintainer,
    maintainer_url: facts.maintainerUrl,
    description: facts.description,
    category: facts.category,
    legacy_category: facts.legacyCategory,
    provenance: facts.provenance,
    licence: facts.licence,
    redistributable: facts.redistributable,
    critical: facts.critical,
    roles: list(facts.roles),
    family: facts.family === "v4" ? null : facts.family,
    hash: facts.hash,
    frequency: facts.frequency,
    source_url: facts.sourceUrl,
    ranges: list(facts.ranges),
    parse: list(facts.parse),
    merge,
    parent: facts.parent,
    window_minutes: facts.windowMinutes,
    status: facts.status,
    successor: facts.successor,
    tags:
      facts.tags.length === 0 ? null : Object.fromEntries(facts.tags.map(({ value, info }) => [value, info])),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
