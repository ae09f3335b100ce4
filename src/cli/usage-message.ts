import { didYouMean } from "../model/nearest.ts";

/** What there is at the point of the command line where yargs stopped. */
export interface Known {
  /** Names of options, without dashes. */
  options: readonly string[];
  commands: readonly string[];
}

/** What `imports remove` says of an ID that is none. */
export const NO_ID = "ID must be a whole number, as gadwall imports list shows it";

/** The commands that take words of the query language. */
const QUESTIONS: ReadonlySet<string> = new Set(["count", "get", "topvalues", "distinct"]);

/** yargs' complaint about the command line as one sentence that says what to do. */
export function usageMessage(complaint: string, words: readonly string[], known: Known): string {
  const unknown = /^Unknown (?:argument|command)s?: ([\s\S]*)$/.exec(complaint);
  if (unknown !== null) return unknownWord(unknown[1]!.split(", "), words, known);
  const choice = /Argument: ([^,]*), Given: (.*), Choices: (.*)/.exec(complaint);
  if (choice !== null) {
    const [, name, given, choices] = choice as unknown as [string, string, string, string];
    const option = words.some((word) => /^--?/.test(word) && word.includes(name)) || name === "output";
    return `${option ? `--${name}` : name} cannot be ${given.replaceAll('"', "")}: it is one of ${choices.replaceAll('"', "")}`;
  }
  const empty = /^Not enough arguments following: (.*)$/.exec(complaint);
  if (empty !== null) return valueMissing(empty[1]!, words);
  if (complaint.startsWith("Not enough non-option arguments"))
    return "something is missing after the command; --help after it says what";
  if (complaint.startsWith("Too many non-option arguments"))
    return "there is a word too many after the command; --help after it says what it takes";
  return complaint;
}

function valueMissing(name: string, words: readonly string[]): string {
  const next = words[words.findIndex((word) => word.startsWith("-") && word.includes(name)) + 1];
  return next?.startsWith("-") === true && !next.startsWith("--")
    ? `--${name} needs a value; one that begins with - is written --${name}=${next}`
    : `--${name} needs a value`;
}

function unknownWord(names: readonly string[], words: readonly string[], known: Known): string {
  for (const word of words) {
    const option = /^(--?)(?:no-)?([^=]*)/.exec(word);
    if (option === null || !names.includes(option[2]!)) continue;
    if (option[1] === "-") {
      if (words.includes("imports") && /^-\d+$/.test(word)) return NO_ID;
      return words.some((other) => QUESTIONS.has(other))
        ? `${word} is no option; a word of a query cannot begin with -: write ! for not`
        : `${word} is no option. --help lists them.`;
    }
    return `${word} is no option.${didYouMean(option[2]!, known.options, "--") || " --help lists them."}`;
  }
  const name = names[0]!;
  return known.commands.length === 0
    ? `${name} is a word too many; --help after the command says what it takes`
    : `${name} is no command.${didYouMean(name, known.commands) || " gadwall --help lists them."}`;
}
