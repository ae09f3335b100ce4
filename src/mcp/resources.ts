/** Texts a client can read: one guide, under IVRE's address and under ours. */
import { type ReadResourceResult, type Resource, ResourceNotFoundError } from "@modelcontextprotocol/server";
import { cap, clean } from "../model/text.ts";
import { SCOPE_DISCOVERY } from "./scope-discovery.ts";

const MIME_TYPE = "text/markdown";

const URIS = ["gadwall://guides/scope-discovery", "ivre://guides/scope-discovery"] as const;

export const RESOURCES: Resource[] = URIS.map((uri) => ({
  uri,
  name: "scope_discovery_guide",
  title: "Scope discovery guide",
  description: "How to find out what a set of scans is about, from the overview to single findings.",
  mimeType: MIME_TYPE,
  size: Buffer.byteLength(SCOPE_DISCOVERY),
}));

/** @throws ResourceNotFoundError, which the protocol answers with −32602 (2025 eras: −32002). */
export function readResource(uri: string): ReadResourceResult {
  if (!URIS.some((known) => known === uri)) throw new ResourceNotFoundError(cap(clean(uri), 200));
  return { contents: [{ uri, mimeType: MIME_TYPE, text: SCOPE_DISCOVERY }] };
}
