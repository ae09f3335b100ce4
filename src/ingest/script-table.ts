/** One script element of nmap's XML: its `table` and `elem` elements to plain JSON (spec ivre §7.2). */
import type { Json } from "../model/json.ts";
import type { NseResult } from "../nse/treatment.ts";

type JsonObject = { [key: string]: Json };

/**
 * One level while it is being read: an array until a child has a key, then an object. Where nmap mixes both,
 * children without a key are named by their position, as in Lua's own tables (counting from 1).
 */
class Level {
  readonly key: string | undefined;
  /** Of all levels: keys as nmap wrote them, by what they are without dots. */
  readonly #dotted: Map<string, string>;
  #array: Json[] = [];
  #object: JsonObject | null = null;
  #unnamed = 0;

  constructor(key: string | undefined, dotted: Map<string, string>) {
    this.key = key;
    this.#dotted = dotted;
  }

  add(key: string | undefined, value: Json): void {
    if (key === undefined || key === "") {
      this.#unnamed++;
      if (this.#object === null) this.#array.push(value);
      else this.#object[String(this.#unnamed)] = value;
      return;
    }
    if (this.#object === null) {
      // No prototype: a key may be anything, "__proto__" too.
      this.#object = Object.create(null) as JsonObject;
      for (const [index, item] of this.#array.entries()) this.#object[String(index + 1)] = item;
      this.#array = [];
    }
    this.#object[key.includes(".") ? this.#withoutDots(key) : key] = value;
  }

  #withoutDots(key: string): string {
    const name = key.replaceAll(".", "_");
    this.#dotted.set(name, key);
    return name;
  }

  value(): Json {
    return this.#object ?? this.#array;
  }

  get empty(): boolean {
    return this.#object === null && this.#array.length === 0;
  }
}

/** Collects one script element. */
export class ScriptReader {
  readonly #id: string;
  readonly #output: string;
  readonly #dotted = new Map<string, string>();
  readonly #levels: Level[] = [new Level(undefined, this.#dotted)];
  #elemKey: string | undefined;

  constructor(id: string, output: string) {
    this.#id = id;
    this.#output = output;
  }

  openTable(key: string | undefined): void {
    this.#levels.push(new Level(key, this.#dotted));
  }

  closeTable(): void {
    if (this.#levels.length < 2) return;
    const level = this.#levels.pop()!;
    this.#levels.at(-1)!.add(level.key, level.value());
  }

  openElem(key: string | undefined): void {
    this.#elemKey = key;
  }

  closeElem(text: string): void {
    this.#levels.at(-1)!.add(this.#elemKey, text);
  }

  /** The result as nmap wrote it; leaf values are texts. */
  finish(): NseResult {
    const top = this.#levels[0]!;
    const result: NseResult = { id: this.#id, output: this.#output };
    if (!top.empty) result.data = top.value();
    if (this.#dotted.size > 0) result.keys = this.#dotted;
    return result;
  }
}
