/**
 * Words that yargs-parser would change or lose: a lone `-`, what follows `--`, texts in quotes (it strips them, but to
 * the query language they mean something), and what would be options: the presets of set expressions
 * (feeds/expression.ts), SQL that begins with a comment. They pass it behind a NUL, which no argument can hold.
 */
const GUARD = "\u0000";

/** Two dashes and a space, or several lines that do not begin as an option with its value (`--name=`) does. */
const COMMENT = /^--(?:\s|(?![\w-]+=)[^\n]*\n)/;

const PRESET = /^-(?:private|bogons|critical)$/;

/** The words of the command line, guarded; `--` itself is done with. */
export function guarded(words: readonly string[]): string[] {
  // What the shell wants completed may be just `--`.
  if (words[0] === "--get-yargs-completions") return [...words];
  const end = words.indexOf("--");
  const before = end < 0 ? words : words.slice(0, end);
  const after = end < 0 ? [] : words.slice(end + 1);
  return [
    ...before.map((word) =>
      word === "-" || PRESET.test(word) || COMMENT.test(word) || /^["']/.test(word) ? GUARD + word : word,
    ),
    ...after.map((word) => GUARD + word),
  ];
}

/** A text as the user wrote it. */
export function unguarded(text: string): string {
  return text.replaceAll(GUARD, "");
}

/** The arguments that yargs made of guarded words, as the user wrote them. */
export function unguardedArguments<T extends object>(args: T): T {
  const restore = (value: unknown): unknown =>
    typeof value === "string" ? unguarded(value) : Array.isArray(value) ? value.map(restore) : value;
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, restore(value)])) as T;
}
