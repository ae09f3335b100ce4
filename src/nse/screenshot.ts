/** Scripts that save a picture of what a service shows: what they print is no finding, the file is. */
import type { Treatment } from "./treatment.ts";

export const SCREENSHOT_SCRIPTS: readonly string[] = "http mainframe rdp rtsp vnc x11"
  .split(" ")
  .map((service) => `${service}-screenshot`);

/** Of what follows "Saved to " in a line: up to the first suffix of a picture, else all of it. */
const SAVED = /Saved to (?:(\S[^\r\n]{0,250}?\.(?:jpg|jpeg|png|gif))(?!\S)|(\S[^\r\n]{0,250}))/i;

/** The name may lie: load/screenshots.ts refuses what is none of a picture beside the scan, and counts it. */
export const screenshot: Treatment = ({ output }) => {
  const [, picture, other] = SAVED.exec(output) ?? [];
  const file = picture ?? other;
  return file === undefined ? { scripts: [] } : { scripts: [], screenshot: file };
};
