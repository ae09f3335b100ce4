import type { ArgumentsCamelCase, Argv } from "yargs";

/** A command of the program. Command files stay light: what `run` needs of other rooms it imports itself. */
export interface Command<T> {
  /** yargs' command string: name and positional arguments. */
  command: string;
  describe: string;
  /** Its options. Synchronous, so that shell completion and help know them. */
  builder(yargs: Argv): Argv<T>;
  /** Does the work and gives the exit code: 0, or 1 when something failed that was already told. */
  run(args: ArgumentsCamelCase<T>): Promise<number>;
}

/** Gives a command its types. */
export function defineCommand<T>(command: Command<T>): Command<T> {
  return command;
}
