/** What a name of the query language is. */
import type { Filter } from "./ast.ts";
import type { Word } from "./lexer.ts";
import type { PortLeaf } from "./ports.ts";

export interface Term {
  name: string;
  aliases: readonly string[];
  /** How it is written; square brackets: may be left out. */
  syntax: string;
  example: string;
  description: string;
  parse(word: Word): Filter;
  /** What the name alone, without a value, means; absent when it means nothing. */
  alone?: Filter;
  /** Inside `[ ]`: the alternatives, each what one port has to satisfy. */
  bind?(word: Word): Partial<PortLeaf>[];
}
