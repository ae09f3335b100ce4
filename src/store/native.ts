/**
 * DuckDB's Node addon in the executable. build.ts resolves `@duckdb/node-bindings` to this module, because
 * the package picks its platform file by name at run time, which no bundler can follow. Importing it loads
 * DuckDB, so only what needs the database may import `@duckdb/node-api`.
 */
import { UserError } from "../model/errors.ts";
import { cacheFolders, noCacheFolder } from "./cache.ts";
import { EMBEDDED, type EmbeddedFiles } from "./embedded.ts";
import { extract } from "./native-extract.ts";

/** Loads the addon from a folder. The library lies beside it, where the addon's run path looks. */
function loadFrom(folder: string, files: EmbeddedFiles): unknown {
  extract(files.library, folder);
  const addon = extract(files.addon, folder);
  const module = { exports: {} as unknown };
  process.dlopen(module, addon);
  return module.exports;
}

function load(): unknown {
  if (EMBEDDED === null) throw new Error("src/store/native.ts is for the executable only");
  let reason: string | undefined;
  for (const folder of cacheFolders()) {
    try {
      return loadFrom(folder, EMBEDDED);
    } catch (error) {
      if (error instanceof UserError) throw error;
      // A full disk, or a file system mounted noexec: the next folder may serve.
      reason ??= error instanceof Error ? error.message : String(error);
    }
  }
  throw noCacheFolder(reason);
}

// The default export is what `require("@duckdb/node-bindings")` hands to @duckdb/node-api.
export default load();
