/** Lists of files that a host shares: what all scripts that list files store under `ls` (spec ivre §7.2). */
import type { Json } from "../model/json.ts";
import { readFtpListing } from "./ftp-listing.ts";
import { bytesOf } from "./listed-files.ts";
import { readListing } from "./listing-text.ts";
import { integerOf, type Table, tableOf, textOf } from "./table.ts";
import type { Treatment } from "./treatment.ts";

/** A file of nmap's table: directories have a text in place of their size. */
function sized(file: Json): Json {
  const { size, ...others } = tableOf(file) ?? {};
  if (size === undefined) return file;
  const bytes = bytesOf(textOf(size) ?? "");
  return bytes === undefined ? others : { ...others, size: bytes };
}

/** nmap's table with numbers for sizes and sums. */
function numbered(data: Json): Json {
  const table = tableOf(data);
  if (table === undefined) return data;
  const listing: Table = { ...table };
  const total = tableOf(table.total);
  if (total !== undefined)
    listing.total = Object.fromEntries(Object.entries(total).map(([name, sum]) => [name, integerOf(sum)]));
  if (Array.isArray(table.volumes)) listing.volumes = table.volumes.map(volumeOf);
  return listing;
}

function volumeOf(volume: Json): Json {
  const table = tableOf(volume);
  return Array.isArray(table?.files) ? { ...table, files: table.files.map(sized) } : volume;
}

function listingBy(read: (text: string) => Table | undefined): Treatment {
  return ({ id, output, data }) => {
    const listing = data === undefined ? read(output) : numbered(data);
    return { scripts: [listing === undefined ? { id, output } : { id, output, key: "ls", data: listing }] };
  };
}

/** `afp-ls`, `http-ls`, `nfs-ls` and `smb-ls`: from nmap's table, else from the text. */
export const listing: Treatment = listingBy(readListing);

/** `ftp-anon`, which has no table. */
export const ftpListing: Treatment = listingBy(readFtpListing);
