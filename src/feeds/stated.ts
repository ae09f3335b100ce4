/**
 * What is known of a feed, put together: its header says most, then the artifact that is published beside it, and the
 * catalogue knows the rest. What header and artifact said is kept, so that a newer catalogue can be laid under it.
 */
import type { FeedRecord } from "../store/feed-book.ts";
import type { FeedFacts } from "./catalogue/facts.ts";
import { CATEGORIES, LEGACY_CATEGORIES, PROVENANCES } from "./catalogue/vocabulary.ts";
import { duration } from "./metrics/wording.ts";
import { maintainerSlug } from "./name.ts";
import type { FeedArtifact } from "./parse/artifacts.ts";
import type { FeedHeader } from "./parse/header.ts";

/** Of a header. */
type StatedHeader = Pick<
  FeedHeader,
  | "hash"
  | "info"
  | "includes"
  | "maintainer"
  | "maintainerUrl"
  | "sourceUrl"
  | "category"
  | "frequency"
  | "aggregation"
> & { version: number | null };

/** Of `{feed}.json`. */
type StatedArtifact = Pick<
  FeedArtifact,
  | "officialName"
  | "maintainer"
  | "maintainerUrl"
  | "description"
  | "info"
  | "category"
  | "provenance"
  | "license"
  | "redistributable"
  | "hash"
  | "frequency"
  | "aggregation"
  | "sourceUrl"
  | "include"
  | "exclude"
>;

export interface Stated {
  header?: StatedHeader;
  artifact?: StatedArtifact;
}

export function headerStates(header: FeedHeader): StatedHeader {
  const { hash, info, includes, maintainer, maintainerUrl, sourceUrl } = header;
  const { category, frequency, aggregation, version } = header;
  return {
    hash,
    info,
    includes,
    maintainer,
    maintainerUrl,
    sourceUrl,
    category,
    frequency,
    aggregation,
    version,
  };
}

export function artifactStates(artifact: FeedArtifact): StatedArtifact {
  const { officialName, maintainer, maintainerUrl, description, info, category, provenance } = artifact;
  const { license, redistributable, hash, frequency, aggregation, sourceUrl, include, exclude } = artifact;
  return {
    officialName,
    maintainer,
    maintainerUrl,
    description,
    info,
    category,
    provenance,
    license,
    redistributable,
    hash,
    frequency,
    aggregation,
    sourceUrl,
    include,
    exclude,
  };
}

/** What a record says that header and artifact stated. */
export function statedOf(record: FeedRecord): Stated {
  return record.stated === null || record.stated === undefined
    ? {}
    : (JSON.parse(String(record.stated)) as Stated);
}

const LEGACY: ReadonlySet<string> = new Set(LEGACY_CATEGORIES);
const KNOWN: ReadonlySet<string> = new Set(CATEGORIES);

/** A category of the newer set only: `anonymizers` is in both, and a file does not say which one it means. */
function newer(category: string | null | undefined): string | null {
  return category != null && KNOWN.has(category) && !LEGACY.has(category) ? category : null;
}

/** One that a file states and that is not surely of the newer set. */
function older(category: string | null | undefined): string | null {
  return category == null || newer(category) !== null ? null : category;
}

function list(...texts: (readonly string[] | undefined)[]): string | null {
  const some = texts.find((names) => names !== undefined && names.length > 0);
  return some === undefined ? null : JSON.stringify(some);
}

/** Histories are named after the feed whose last days they hold. */
const HISTORY = /^(.+)_\d+[dh]$/;

/** Writes all facts of a feed into its record. */
export function fillFacts(record: FeedRecord, known: FeedFacts | undefined, stated: Stated): void {
  const { header, artifact } = stated;
  const maintainer = header?.maintainer ?? artifact?.maintainer ?? known?.maintainer ?? null;
  const legacy = older(header?.category) ?? older(artifact?.category) ?? known?.legacyCategory ?? null;
  const window = known?.windowMinutes ?? header?.aggregation ?? artifact?.aggregation ?? null;
  const include = list(header?.includes, artifact?.include, known?.include);
  const provenance =
    artifact?.provenance != null && Object.hasOwn(PROVENANCES, artifact.provenance)
      ? artifact.provenance
      : null;
  const parent = known?.parent ?? (window === null ? null : (HISTORY.exec(record.name)?.[1] ?? null));
  const category =
    newer(header?.category) ??
    newer(artifact?.category) ??
    known?.category ??
    (legacy !== null && KNOWN.has(legacy) ? legacy : null);
  Object.assign(record, {
    official_name: artifact?.officialName ?? known?.officialName ?? null,
    maintainer,
    maintainer_url: header?.maintainerUrl ?? artifact?.maintainerUrl ?? known?.maintainerUrl ?? null,
    maintainer_slug: maintainer === null ? null : maintainerSlug(maintainer),
    description: artifact?.description ?? known?.description ?? null,
    info: header?.info ?? artifact?.info ?? null,
    category,
    legacy_category: legacy,
    provenance:
      provenance ??
      known?.provenance ??
      (parent !== null ? "secondary_retention" : include !== null ? "secondary_merge" : null),
    license: artifact?.license ?? known?.licence ?? null,
    redistributable: artifact?.redistributable ?? known?.redistributable ?? null,
    critical: known?.critical ?? null,
    hash: header?.hash ?? artifact?.hash ?? known?.hash ?? null,
    frequency: header?.frequency ?? artifact?.frequency ?? known?.frequency ?? null,
    aggregation: window === null ? null : duration(window),
    source_url: header?.sourceUrl ?? artifact?.sourceUrl ?? known?.sourceUrl ?? null,
    status: known?.status ?? null,
    parent,
    window_minutes: parent === null ? null : window,
    roles: list(known?.roles),
    include,
    exclude: list(artifact?.exclude, known?.exclude),
    // A list may stand for several tags: one a line.
    tag_value: known?.tags.length ? known.tags.map(({ value }) => value).join("\n") : null,
    tag_info: known?.tags.length ? known.tags.map(({ info }) => info).join("\n") : null,
    stated: Object.keys(stated).length === 0 ? null : JSON.stringify(stated),
  } satisfies Partial<FeedRecord>);
}
