/** The sums of unlisted ports in nmap's XML, `extraports` with their `extrareasons`: those of one state are one. */
import type { ExtraPorts } from "../model/scan.ts";
import { type Attributes, filled, type ReadInteger } from "./nmap-values.ts";

const MAX_COUNT = 2_147_483_647;
const WHAT = "count of unlisted ports";

export class ExtraPortsReader {
  readonly #sums: ExtraPorts[];
  readonly #integer: ReadInteger;
  #open: ExtraPorts | null = null;

  /** @param sums where they are added. */
  constructor(sums: ExtraPorts[], readInteger: ReadInteger) {
    this.#sums = sums;
    this.#integer = readInteger;
  }

  open(a: Attributes): void {
    const state = filled(a.state);
    const count = this.#integer(a.count, 0, MAX_COUNT, WHAT);
    if (state === undefined || count === undefined) return;
    const known = this.#sums.find((extra) => extra.state === state);
    if (known !== undefined) {
      known.total += count;
      this.#open = known;
    } else {
      this.#open = { state, total: count, reasons: [] };
      this.#sums.push(this.#open);
    }
  }

  reason(a: Attributes): void {
    const count = this.#integer(a.count, 0, MAX_COUNT, WHAT);
    if (this.#open === null || count === undefined) return;
    const reason: ExtraPorts["reasons"][number] = { reason: a.reason ?? "", count };
    if (filled(a.proto) !== undefined) reason.protocol = a.proto;
    if (filled(a.ports) !== undefined) reason.ports = a.ports;
    this.#open.reasons.push(reason);
  }

  close(): void {
    this.#open = null;
  }
}
