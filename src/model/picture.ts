/** Pictures of what ports show: kept as they are, never decoded. */

/** Bytes of one picture; screenshots of browsers and remote desktops stay far below. */
export const MAX_PICTURE = 5 * 1024 * 1024;

/** Bytes of all pictures of one file of scans. */
export const MAX_PICTURES = 1024 * 1024 * 1024;

/** How the formats that are kept begin. */
const BEGINNINGS: readonly (readonly number[])[] = [
  // JPEG
  [0xff, 0xd8, 0xff],
  // PNG
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  // GIF8
  [0x47, 0x49, 0x46, 0x38],
];

/** Whether these bytes begin as a JPEG, PNG or GIF does. */
export function isPicture(bytes: Uint8Array): boolean {
  return BEGINNINGS.some((beginning) => beginning.every((byte, i) => bytes[i] === byte));
}
