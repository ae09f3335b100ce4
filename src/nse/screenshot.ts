/** Scripts that save a picture of what a service shows: what they print is no finding, the file is. */
import type { Treatment } from "./treatment.ts";

export const SCREENSHOT_SCRIPTS: readonly string[] = "http mainframe rdp rtsp vnc x11"
  .split(" ")
  .map((service) => `${service}-screenshot`);

/** A name in one folder, of a kind of picture; the text is the host's to choose only in part, but may lie. */
const SAVED = /Saved to ([A-Za-z0-9_][A-Za-z0-9_.:%@+-]{0,250}\.(?:jpg|jpeg|png|gif))(?![^\s])/i;

export const screenshot: Treatment = ({ output }) => {
  const file = SAVED.exec(output)?.[1];
  return file === undefined ? { scripts: [] } : { scripts: [], screenshot: file };
};
