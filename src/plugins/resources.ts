/** Resources of plugins. */
import type { Resource as PluginResource } from "gadwall";
import { ANSWER_LIMIT } from "../mcp/bounded.ts";
import type { ServedResource } from "../mcp/resources.ts";
import { clean } from "../model/text.ts";
import { readFor } from "./data.ts";

/** @param plugin its file. */
export function resourceOf(given: PluginResource, plugin: string): ServedResource {
  const { uri, name, title, description, mimeType } = given;
  return {
    plugin,
    resource: { uri, name, title, description, mimeType },
    async read(context) {
      const text: unknown = await given.read({
        signal: context.signal,
        read: (ask) => readFor(context, ask),
      });
      if (typeof text !== "string") throw new TypeError("it gave no text");
      return { contents: [{ uri, mimeType, text: bounded(clean(text)) }] };
    },
  };
}

/** What is too long ends between lines, and says so. */
function bounded(text: string): string {
  if (text.length <= ANSWER_LIMIT) return text;
  const end = text.lastIndexOf("\n", ANSWER_LIMIT);
  const kept = text.slice(0, end > 0 ? end : ANSWER_LIMIT);
  return `${kept}\n\n(cut off here: ${text.length - kept.length} more characters)\n`;
}
