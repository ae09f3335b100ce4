/** What the files of an import are, told by their names: lists, artifacts about lists, or nothing of ours. */
import { basename } from "node:path";
import type { Input } from "../load/files.ts";
import { isFeedName } from "./name.ts";
import { type ArtifactKind, artifactOf } from "./parse/artifact-files.ts";

export interface ListInput {
  kind: "list";
  input: Input;
  /** Null: the name of the file is no name of a feed. */
  feed: string | null;
}

export interface ArtifactInput {
  kind: "artifact";
  input: Input;
  artifact: ArtifactKind;
  feed: string | null;
}

export interface BadInput {
  kind: "bad";
  input: Input;
  error: string;
}

export type FeedInput = ListInput | ArtifactInput | BadInput;

const COMPRESSED = /\.(?:gz|bz2|xz|zst)$/;
const LIST = /\.(?:ipset|netset)$/;
const EXTENSION = /\.[A-Za-z0-9]{1,8}$/;

/**
 * Sorts files. Of a folder only what has the name of a list or an artifact is taken; a file that was named itself is
 * a list whatever it is called, unless it has the name of an artifact.
 * @param lists files that were named are lists even then.
 */
export function sortInputs(
  inputs: readonly Input[],
  lists: boolean,
): { inputs: FeedInput[]; passedOver: number } {
  const sorted: FeedInput[] = [];
  let passedOver = 0;
  for (const input of inputs) {
    if (input.error !== undefined) {
      sorted.push({ kind: "bad", input, error: input.error });
      continue;
    }
    const plain = basename(input.path).replace(COMPRESSED, "");
    const isNamed = input.inFolder !== true;
    const artifact = isNamed && lists ? null : artifactOf(plain);
    if (artifact !== null) {
      sorted.push({ kind: "artifact", input, artifact: artifact.kind, feed: artifact.feed });
    } else if (LIST.test(plain) || isNamed) {
      const feed = plain.replace(EXTENSION, "");
      sorted.push({ kind: "list", input, feed: isFeedName(feed) ? feed : null });
    } else passedOver++;
  }
  return { inputs: sorted, passedOver };
}
