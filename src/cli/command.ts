import type { ArgumentsCamelCase, Argv } from "yargs";
import { unguardedArguments } from "./words.ts";

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

/** A command as it is told to yargs; `finish` is given the exit code. */
export type Registration = (yargs: Argv, finish: (code: number) => void) => void;

export function registration<T>(command: Command<T>): Registration {
  return (yargs, finish) => {
    yargs.command<T>({
      command: command.command,
      describe: command.describe,
      builder: (inner) => command.builder(inner),
      handler: async (args) => finish(await command.run(unguardedArguments(args))),
    });
  };
}

/** A command of several actions, each with options of its own. */
export function groupRegistration(
  name: string,
  describe: string,
  actions: readonly Registration[],
): Registration {
  return (yargs, finish) => {
    yargs.command(name, describe, (inner) => {
      for (const add of actions) add(inner, finish);
      return inner.demandCommand(1, 1, `say what to do; gadwall ${name} --help lists the actions`);
    });
  };
}
