/** Pieces that several sections of a feed's page begin or end with. */
import { Markdown } from "./markdown.ts";
import { count, counted } from "./wording.ts";

/** "**12** IPs". */
export function addresses(number: number): string {
  return `**${count(number)}** ${number === 1 ? "IP" : "IPs"}`;
}

/** A note about what a section says. */
export function note(text: string): Markdown {
  return new Markdown(`> ${text}`);
}

/** How many rows a table left out. */
export function more(rest: number, noun: string, plural?: string): Markdown | null {
  return rest === 0 ? null : new Markdown(`${counted(rest, `more ${noun}`, plural && `more ${plural}`)}.`);
}
