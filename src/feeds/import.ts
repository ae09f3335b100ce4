/**
 * Importing feeds: files → parse → versions → metrics. One command is one change of the database, published when all
 * files were read; a file that fails does not stop the others, and its feed keeps the list it had.
 */
import { expandPaths } from "../load/files.ts";
import { UsageError, UserError } from "../model/errors.ts";
import { type FeedArtifacts, readArtifacts, storeArtifacts } from "./artifacts.ts";
import { type Changing, changeFeeds, type FeedSettings } from "./change.ts";
import { type FeedInput, type ListInput, sortInputs } from "./inputs.ts";
import { isFeedName } from "./name.ts";
import { DEFAULT_FEED_LIMITS, type FeedLimits } from "./parse/limits.ts";
import { peekSourceDate, readList } from "./read-list.ts";
import { type FeedFileResult, type FeedImportSummary, type FeedReporter, nothingOf } from "./results.ts";
import { artifactStates, headerStates, statedOf } from "./stated.ts";
import { storeList } from "./store-list.ts";

export interface FeedImportOptions extends FeedSettings {
  /** Name of the feed, for a single list. */
  name?: string | undefined;
  /** The column with the addresses, of CSV or JSON. */
  column?: string | undefined;
}

/**
 * Imports lists and what is published about them: folders (`.ipset`, `.netset` and artifacts in them), files, `-`.
 * @throws UserError when the database cannot be written; a file that cannot be read is a result, not an error.
 */
export async function importFeeds(
  paths: readonly string[],
  options: FeedImportOptions,
  reporter: FeedReporter = {},
): Promise<FeedImportSummary> {
  const started = performance.now();
  const limits = options.limits ?? DEFAULT_FEED_LIMITS;
  const found = await expandPaths(paths);
  // Who names a feed, or says where its addresses stand, means a list.
  const sorted = sortInputs(found, options.column !== undefined || options.name !== undefined);
  const inputs = await inOrder(named(sorted.inputs, options.name), limits);
  const summary: FeedImportSummary = {
    files: [],
    imported: 0,
    passedOver: sorted.passedOver,
    elapsed_ms: 0,
    steps: {},
  };
  let index = 0;
  const each = async (input: FeedInput, one: () => Promise<FeedFileResult>): Promise<void> => {
    reporter.fileStarted?.(input.input.path, index++, inputs.length);
    let result: FeedFileResult;
    try {
      result = await one();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      result = nothingOf(input.input.path, "feed" in input ? input.feed : null, "failed", error.message);
    }
    summary.files.push(result);
    if (result.status === "imported") summary.imported++;
    reporter.fileDone?.(result);
  };

  await changeFeeds(options, reporter, summary, async ({ connection, book, loader, now }) => {
    const artifacts: FeedArtifacts = await readArtifacts(inputs, book, limits, each);
    for (const input of inputs) {
      if (input.kind === "bad") {
        await each(input, async () => nothingOf(input.input.path, null, "failed", input.error));
      }
      if (input.kind !== "list") continue;
      await each(input, () => importList(input, { book, loader, now, artifacts }, options, limits));
    }
    return storeArtifacts(connection, book, artifacts, each, limits);
  });
  summary.elapsed_ms = performance.now() - started;
  return summary;
}

/** Gives a single list the name of the option. */
function named(inputs: readonly FeedInput[], name: string | undefined): FeedInput[] {
  if (name === undefined) return [...inputs];
  if (!isFeedName(name))
    throw new UsageError(
      `--name ${name}: the name of a feed has letters, digits, _ . and - only, at most 128`,
    );
  if (inputs.filter(({ kind }) => kind === "list").length > 1)
    throw new UsageError(
      "--name names one list, but there are several; leave it out, and they are named after their files",
    );
  return inputs.map((input) => (input.kind === "list" ? { ...input, feed: name } : input));
}

/** Several lists of one feed come in the order of their source dates, whatever the order of the command line. */
async function inOrder(inputs: readonly FeedInput[], limits: FeedLimits): Promise<FeedInput[]> {
  const groups = Map.groupBy(
    inputs.filter((input) => input.kind === "list" && input.feed !== null && !input.input.stdin),
    (input) => (input as ListInput).feed!,
  );
  const dates = new Map<FeedInput, number>();
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    for (const input of group)
      dates.set(input, (await peekSourceDate(input.input, limits)) ?? Number.MAX_VALUE);
  }
  return inputs.toSorted((a, b) => (dates.get(a) ?? 0) - (dates.get(b) ?? 0));
}

async function importList(
  { input, feed }: ListInput,
  { book, loader, now, artifacts }: Omit<Changing, "connection"> & { artifacts: FeedArtifacts },
  { column }: FeedImportOptions,
  limits: FeedLimits,
): Promise<FeedFileResult> {
  if (feed === null)
    throw new UserError(
      input.stdin
        ? "standard input has no name; name the feed with --name"
        : "a feed cannot have the name of this file; name the feed with --name",
    );
  const { list, bytes, fileDate } = await readList(input, column ?? null, limits);
  const record = book.get(feed) ?? book.create(feed);
  const artifact = artifacts.facts.get(feed);
  const { header } = list;
  const stored = await storeList(
    book,
    loader,
    record,
    {
      list,
      path: input.stdin ? "-" : input.path,
      bytes,
      sourceDate: header?.sourceDate ?? artifact?.updated ?? null,
      fileDate: header?.fileDate ?? artifact?.processed ?? fileDate,
    },
    now,
  );
  if ((stored.status === "imported" || stored.status === "current") && header !== null) {
    record.stated = JSON.stringify({ ...statedOf(record), header: headerStates(header) });
  }
  if (artifact !== undefined) {
    record.stated = JSON.stringify({ ...statedOf(record), artifact: artifactStates(artifact) });
  }
  return { path: input.path, feed, ...stored };
}
