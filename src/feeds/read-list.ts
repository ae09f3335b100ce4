/** Reading one list from a file, compressed or not. */
import { stat } from "node:fs/promises";
import { decode } from "../ingest/decompress.ts";
import { DamagedInput, DEFAULT_LIMITS } from "../ingest/limits.ts";
import { type Input, openInput } from "../load/files.ts";
import { byteAmount } from "../model/amount.ts";
import { UserError } from "../model/errors.ts";
import { refuseGarbage } from "./no-address.ts";
import { readColumn } from "./parse/column.ts";
import { type FeedHeader, HEADER_LINES, parseHeader } from "./parse/header.ts";
import type { FeedLimits } from "./parse/limits.ts";
import { decodeText, type ListFile } from "./parse/list-builder.ts";
import { readListFile } from "./parse/list-file.ts";

export interface ReadList {
  list: ListFile;
  bytes: number;
  /** Of the header, else when the file was written; null for standard input. */
  fileDate: number | null;
}

/**
 * Reads a list.
 * @param column of CSV or JSON that holds the addresses.
 * @throws UserError when it cannot be read, is damaged, or holds lines but no address.
 */
export async function readList(input: Input, column: string | null, limits: FeedLimits): Promise<ReadList> {
  const path = input.stdin ? "standard input" : input.path;
  const opened = openInput(input);
  let list: ListFile;
  try {
    const { chunks } = await decode(opened.stream, caps(limits));
    list =
      column === null
        ? await readListFile(chunks, path, limits)
        : await readColumn(chunks, column, path, limits);
  } catch (error) {
    if (error instanceof DamagedInput) throw new UserError(`${error.message}`, { cause: error });
    throw error;
  }
  refuseGarbage(
    list,
    column,
    column === null ? "; if the addresses stand in a column of CSV or JSON, name it with --column" : "",
  );
  const fileDate =
    list.header?.fileDate ?? (input.stdin ? null : Math.floor((await stat(input.path)).mtimeMs / 1000));
  return { list, bytes: opened.bytesRead(), fileDate };
}

/** Bytes that a header may take up: many times what the longest one does. */
const HEAD = 64 * 1024;

/** The header of a file; null when it has none or cannot be read. */
export async function peekHeader(input: Input, limits: FeedLimits): Promise<FeedHeader | null> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    const { chunks } = await decode(openInput(input).stream, caps(limits));
    for await (const chunk of chunks) {
      pieces.push(chunk);
      size += chunk.length;
      if (size >= HEAD) break;
    }
  } catch {
    // Reading it will tell.
    return null;
  }
  const lines = decodeText(Buffer.concat(pieces)).split("\n", HEADER_LINES);
  const end = lines.findIndex((line) => !line.startsWith("#"));
  return parseHeader(lines.slice(0, end < 0 ? lines.length : end));
}

/** Artifacts are read as a whole. */
export async function readText(input: Input, limits: FeedLimits): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    const { chunks } = await decode(openInput(input).stream, caps(limits));
    for await (const chunk of chunks) {
      pieces.push(chunk);
      size += chunk.length;
      if (size > limits.maxDocument) {
        throw new UserError(`it is larger than ${byteAmount(limits.maxDocument)}, which no artifact is`);
      }
    }
  } catch (error) {
    if (error instanceof DamagedInput) throw new UserError(error.message, { cause: error });
    throw error;
  }
  return decodeText(Buffer.concat(pieces));
}

function caps({ maxSize, maxRatio }: FeedLimits): typeof DEFAULT_LIMITS {
  return { ...DEFAULT_LIMITS, maxSize, maxRatio };
}
