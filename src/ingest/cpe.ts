import type { Cpe } from "../model/scan.ts";

/**
 * A CPE name in either binding (`cpe:/a:vendor:product:version`, `cpe:2.3:a:…`; NISTIR 7695 §6) to its parts;
 * everything after the product is the version, as in IVRE (spec ivre §6.1). Null when it is none.
 */
export function parseCpe(text: string): Omit<Cpe, "origins"> | null {
  const name = text.trim();
  const body = name.startsWith("cpe:/") ? name.slice(5) : name.startsWith("cpe:2.3:") ? name.slice(8) : null;
  if (body === null) return null;
  const [type = "", vendor = "", product = "", ...rest] = body.split(":");
  if (type !== "a" && type !== "o" && type !== "h") return null;
  return { type, vendor, product, version: rest.join(":") };
}

/** The CPEs of one host: equal names are one entry with all the places it was found at. */
export class CpeSet {
  readonly #byName = new Map<string, Cpe>();

  add(text: string, origin: string): void {
    const known = this.#byName.get(text);
    if (known !== undefined) {
      if (!known.origins.includes(origin)) known.origins.push(origin);
      return;
    }
    const parts = parseCpe(text);
    if (parts === null) return;
    const name = `${parts.type}:${parts.vendor}:${parts.product}:${parts.version}`;
    const same = this.#byName.get(name);
    if (same === undefined) {
      const cpe: Cpe = { ...parts, origins: [origin] };
      this.#byName.set(name, cpe);
      this.#byName.set(text, cpe);
    } else {
      if (!same.origins.includes(origin)) same.origins.push(origin);
      this.#byName.set(text, same);
    }
  }

  list(): Cpe[] {
    if (this.#byName.size === 0) return [];
    const all = [...new Set(this.#byName.values())];
    for (const cpe of all) cpe.origins.sort();
    return all;
  }
}
