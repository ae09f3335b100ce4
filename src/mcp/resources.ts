/** Texts a client can read: one guide, under IVRE's address and under ours, and those of plugins. */
import {
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
} from "@modelcontextprotocol/server";
import { UserError } from "../model/errors.ts";
import { cap, clean } from "../model/text.ts";
import type { ToolContext } from "./define.ts";
import { tellFailure } from "./failures.ts";
import { SCOPE_DISCOVERY } from "./scope-discovery.ts";

export interface ServedResource {
  resource: Resource;
  /** File of the plugin that it is of. */
  plugin?: string;
  read(context: ToolContext): ReadResourceResult | Promise<ReadResourceResult>;
}

const MIME_TYPE = "text/markdown";

const URIS = ["gadwall://guides/scope-discovery", "ivre://guides/scope-discovery"] as const;

/** Ours, by address. */
export const RESOURCES: ReadonlyMap<string, ServedResource> = new Map(
  URIS.map((uri) => [
    uri,
    {
      resource: {
        uri,
        name: "scope_discovery_guide",
        title: "Scope discovery guide",
        description: "How to find out what a set of scans is about, from the overview to single findings.",
        mimeType: MIME_TYPE,
        size: Buffer.byteLength(SCOPE_DISCOVERY),
      },
      read: () => ({ contents: [{ uri, mimeType: MIME_TYPE, text: SCOPE_DISCOVERY }] }),
    },
  ]),
);

/**
 * @throws ResourceNotFoundError, which the protocol answers with −32602 (2025 eras: −32002), and ProtocolError for one
 * that cannot be read.
 */
export async function readResource(
  uri: string,
  resources: ReadonlyMap<string, ServedResource>,
  context: ToolContext,
): Promise<ReadResourceResult> {
  const found = resources.get(uri);
  if (found === undefined) throw new ResourceNotFoundError(cap(clean(uri), 200));
  try {
    return await found.read(context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof UserError)
      throw new ProtocolError(ProtocolErrorCode.InternalError, cap(clean(error.message), 1000));
    tellFailure(uri, error, found.plugin);
    throw new ProtocolError(
      ProtocolErrorCode.InternalError,
      "internal error: the server's standard error has the details",
    );
  }
}
