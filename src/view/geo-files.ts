/** Where the country and AS reference data lies: in the executable, or built from node_modules. */
import { join } from "node:path";
import { cacheFolder } from "../store/cache.ts";
import { EMBEDDED } from "../store/embedded.ts";
import { extract } from "../store/native-extract.ts";

/** Paths of Parquet files; columns as in geo-build.ts. */
export interface GeoFiles {
  country: string;
  as: string;
  asName: string;
}

/** The files, extracted or built first when this is the first time. */
export async function geoFiles(): Promise<GeoFiles> {
  let folder: string;
  if (EMBEDDED !== null) {
    folder = cacheFolder();
    for (const file of EMBEDDED.geo) extract(file, folder);
  } else {
    const { ensureGeo } = await import("./geo-build.ts");
    folder = await ensureGeo();
  }
  return {
    country: join(folder, "geo-country.parquet"),
    as: join(folder, "geo-as.parquet"),
    asName: join(folder, "geo-as-name.parquet"),
  };
}

/** Names the data in use: when it differs from the one a database was enriched with, look up anew. */
export async function geoVersion(): Promise<string> {
  if (EMBEDDED !== null) return EMBEDDED.geoVersion;
  const { sourceVersion } = await import("./geo-build.ts");
  return sourceVersion();
}
