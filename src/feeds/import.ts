/**
 * Importing feeds: files → parse → versions → metrics. One command is one change of the database, published when all
 * files were read; a file that fails does not stop the others, and its feed keeps the list it had.
 */
import { expandPaths } from "../load/files.ts";
import { UsageError, UserError } from "../model/errors.ts";
import { cap, clean } from "../model/text.ts";
import { type FeedArtifacts, readArtifacts, storeArtifacts } from "./artifacts.ts";
import { type Changing, changeFeeds, type FeedSettings } from "./change.ts";
import { Clashes, inOrder } from "./input-order.ts";
import { type FeedInput, type ListInput, sortInputs } from "./inputs.ts";
import { FEED_NAME_RULE, isFeedName } from "./name.ts";
import { DEFAULT_FEED_LIMITS, type FeedLimits } from "./parse/limits.ts";
import { readList } from "./read-list.ts";
import {
  type FeedFileResult,
  type FeedImportSummary,
  type FeedReporter,
  failureOf,
  nothingOf,
  storedResult,
} from "./results.ts";
import { artifactStates, headerStates, statedOf } from "./stated.ts";
import { recordOf, storeList } from "./store-list.ts";

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
  if (paths.includes(""))
    throw new UsageError("a path is empty: name a folder, a file, or - for standard input");
  let unlisted = 0;
  const found = await expandPaths(paths, () => unlisted++);
  // Who names a feed, or says where its addresses stand, means a list.
  const sorted = sortInputs(found, options.column !== undefined || options.name !== undefined);
  const inputs = await inOrder(named(sorted.inputs, options.name), limits);
  const clashes = new Clashes(inputs);
  const summary: FeedImportSummary = {
    files: [],
    imported: 0,
    passedOver: sorted.passedOver + unlisted,
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
      result = failureOf(input.input.path, "feed" in input ? input.feed : null, error);
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
      await each(input, () => importList(input, { book, loader, now, artifacts, clashes }, options, limits));
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
      `--name ${cap(clean(name).replaceAll(/\s+/g, " "), 100)}: the name of a feed has ${FEED_NAME_RULE}`,
    );
  if (inputs.filter(({ kind }) => kind === "list").length > 1)
    throw new UsageError(
      "--name names one list, but there are several; leave it out, and they are named after their files",
    );
  return inputs.map((input) => (input.kind === "list" ? { ...input, feed: name } : input));
}

async function importList(
  { input, feed }: ListInput,
  {
    book,
    loader,
    now,
    artifacts,
    clashes,
  }: Omit<Changing, "connection"> & { artifacts: FeedArtifacts; clashes: Clashes },
  { column }: FeedImportOptions,
  limits: FeedLimits,
): Promise<FeedFileResult> {
  if (feed === null)
    throw new UserError(
      input.stdin
        ? "standard input has no name; name the feed with --name"
        : `the name of this file cannot be that of a feed (${FEED_NAME_RULE}); name the feed with --name`,
    );
  const { list, bytes, fileDate } = await readList(input, column ?? null, limits);
  const artifact = artifacts.facts.get(feed);
  const { header } = list;
  const sourceDate = header?.sourceDate ?? artifact?.updated ?? null;
  clashes.check(feed, { path: input.path, list, sourceDate, fileDate });
  const record = recordOf(book, feed);
  const stored = await storeList(
    book,
    loader,
    record,
    {
      list,
      path: input.stdin ? "-" : input.path,
      bytes,
      sourceDate,
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
  return storedResult(input.path, feed, stored);
}
