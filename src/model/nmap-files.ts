/** The data files of an installed nmap. They are read where they are, never shipped. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const FOLDERS = ["/usr/local/share/nmap", "/opt/nmap/share/nmap", "/usr/share/nmap"];
const MAX_PROBES_BYTES = 32 << 20;

/** The text (a character a byte) of a file that is not larger than the limit; null when there is none that can be read. */
export function readBounded(path: string, limit: number): string | null {
  try {
    const { size } = statSync(path);
    return size <= limit ? readFileSync(path, "latin1") : null;
  } catch {
    return null;
  }
}

/** Folders to look into: the one of GADWALL_NMAP_SHARE alone when that is set. */
export function nmapFolders(share: string | undefined = process.env.GADWALL_NMAP_SHARE): readonly string[] {
  return share ? [share] : FOLDERS;
}

/** The signatures of the nmap in a folder; null when there is none. */
export function serviceProbes(folder: string): string | null {
  return readBounded(join(folder, "nmap-service-probes"), MAX_PROBES_BYTES);
}
