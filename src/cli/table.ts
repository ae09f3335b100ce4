import { type Look, styled } from "./terminal.ts";

/** A column of a table for people. */
export interface Column {
  title: string;
  align?: "left" | "right";
}

const GAP = "  ";
/** No column is cut below this width. */
const MIN_WIDTH = 8;

/** Cuts a text to so many terminal cells, with … for what is missing. */
export function fit(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text;
  let used = 0;
  let kept = "";
  for (const { segment } of new Intl.Segmenter("en").segment(text)) {
    const cells = Bun.stringWidth(segment);
    if (used + cells > width - 1) break;
    kept += segment;
    used += cells;
  }
  return `${kept}…`;
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
  return align === "right" ? space + text : text + space;
}

/** Takes what is too much from the widest columns. */
function shrink(widths: number[], available: number): number[] {
  const out = [...widths];
  let excess = out.reduce((sum, width) => sum + width, 0) - available;
  while (excess > 0) {
    const widest = out.indexOf(Math.max(...out));
    if (out[widest]! <= MIN_WIDTH) break;
    out[widest]!--;
    excess--;
  }
  return out;
}

/**
 * Rows as aligned columns, one line each, with a heading. On a terminal long cells are cut with … so that no
 * line wraps; elsewhere nothing is cut. Cells must be cleaned (model/text.ts) and hold no line ends.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], look: Look): string {
  return new TableInParts(columns, look).part(rows);
}

/** A table of more rows than memory should hold: the first part has the heading and decides how wide columns are. */
export class TableInParts {
  readonly #columns: readonly Column[];
  readonly #look: Look;
  #widths: readonly number[] | null = null;

  constructor(columns: readonly Column[], look: Look) {
    this.#columns = columns;
    this.#look = look;
  }

  part(rows: readonly (readonly string[])[]): string {
    const lines: string[] = [];
    if (this.#widths === null) {
      this.#widths = this.#widthsOf(rows);
      lines.push(
        styled(this.#line(this.#columns.map(({ title }) => title.toUpperCase())), "bold", this.#look),
      );
    }
    for (const row of rows) lines.push(this.#line(row));
    return lines.map((text) => `${text}\n`).join("");
  }

  #widthsOf(rows: readonly (readonly string[])[]): number[] {
    const natural = this.#columns.map((column, i) =>
      rows.reduce(
        (width, row) => Math.max(width, Bun.stringWidth(row[i] ?? "")),
        Bun.stringWidth(column.title),
      ),
    );
    const { width } = this.#look;
    return width === null ? natural : shrink(natural, width - GAP.length * (this.#columns.length - 1));
  }

  #line(cells: readonly string[]): string {
    const cut = this.#look.width !== null;
    return this.#columns
      .map(({ align }, i) => {
        const [cell, width] = [cells[i] ?? "", this.#widths![i]!];
        return pad(cut ? fit(cell, width) : cell, width, align ?? "left");
      })
      .join(GAP)
      .trimEnd();
  }
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of at most `width` cells for `value` of `most`; anything above zero shows. */
export function bar(value: number, most: number, width: number): string {
  if (value <= 0 || most <= 0) return "";
  const eighths = Math.max(1, Math.round((value / most) * width * 8));
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}
