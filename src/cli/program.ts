import yargs from "yargs";
import { UsageError } from "../model/errors.ts";
import { type Command, registration } from "./command.ts";
import { addAccessCommand } from "./commands/access.ts";
import countCommand from "./commands/count.ts";
import distinctCommand from "./commands/distinct.ts";
import { addFeedsCommand } from "./commands/feeds.ts";
import getCommand from "./commands/get.ts";
import importCommand from "./commands/import.ts";
import importsCommand from "./commands/imports.ts";
import infoCommand from "./commands/info.ts";
import { addKeyCommand } from "./commands/key.ts";
import mcpServerCommand from "./commands/mcp-server.ts";
import { addPluginsCommand } from "./commands/plugins.ts";
import schemaCommand from "./commands/schema.ts";
import sqlCommand from "./commands/sql.ts";
import topvaluesCommand from "./commands/topvalues.ts";
import { addUserCommand } from "./commands/user.ts";
import viewCommand from "./commands/view.ts";
import { SETTINGS_OPTIONS } from "./settings.ts";
import { type Known, usageMessage } from "./usage-message.ts";
import { guarded, unguarded } from "./words.ts";

/**
 * Runs the command that the words name and gives the exit code.
 * @throws UsageError when the words make no command; whatever the command throws.
 */
export async function program(words: readonly string[], version: string): Promise<number> {
  let code = 0;
  const finish = (result: number): void => {
    code = result;
  };
  const add = <T>(command: Command<T>) => registration(command)(cli, finish);

  const cli = yargs([])
    .scriptName("gadwall")
    .usage("$0 COMMAND\n\nScan results in one file, answered over MCP and at the terminal.")
    .locale("en")
    .version(version)
    .alias("help", "h")
    .parserConfiguration({
      "boolean-negation": true,
      "camel-case-expansion": false,
      "dot-notation": false,
      "greedy-arrays": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
      // `-service:ssh` shall be one unknown option, not seven.
      "short-option-groups": false,
    })
    .options(SETTINGS_OPTIONS)
    .exitProcess(false)
    .strict()
    .demandCommand(1, 1, "say what to do; gadwall --help lists the commands", "one command at a time");
  cli.wrap(Math.min(110, cli.terminalWidth()));
  add(importCommand);
  add(importsCommand);
  add(viewCommand);
  add(countCommand);
  add(getCommand);
  add(topvaluesCommand);
  add(distinctCommand);
  add(schemaCommand);
  add(infoCommand);
  add(sqlCommand);
  addFeedsCommand(cli, finish);
  addAccessCommand(cli, finish);
  add(mcpServerCommand);
  addUserCommand(cli, finish);
  addKeyCommand(cli, finish);
  addPluginsCommand(cli, finish);
  cli
    .completion("completion", "Print a script for shell completion (bash, zsh, fish)")
    .epilogue(
      "Exit codes: 0 done, 1 failed, 2 wrong command line. docs/query-language.md has the query language.",
    )
    .fail((message, error) => {
      if (error instanceof Error && error.name !== "YError") throw error;
      throw new UsageError(usageMessage(unguarded(message ?? error?.message ?? ""), words, known(cli)));
    });
  await cli.parseAsync(guarded(words));
  return code;
}

/** What yargs knows at the point of failure; its types leave these methods out. */
interface Internals {
  getOptions(): { key: Record<string, unknown> };
  getInternalMethods(): { getCommandInstance(): { getCommands(): string[] } };
}

function known(cli: unknown): Known {
  const internals = cli as Internals;
  return {
    options: Object.keys(internals.getOptions().key),
    commands: internals.getInternalMethods().getCommandInstance().getCommands(),
  };
}
