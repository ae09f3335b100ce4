import { defineCommand } from "../command.ts";
import { loadedPlugins, pluginOptions } from "../plugins.ts";
import { serverOptions, serverSettings } from "../server-settings.ts";
import { settingsOf } from "../settings.ts";
import { note } from "../terminal.ts";
import { unknownVariables } from "../unknown-variables.ts";

export default defineCommand({
  command: "mcp-server",
  describe: "Answer agents over MCP: one on standard input and output, or a team over HTTP",
  builder: (yargs) => pluginOptions(serverOptions(yargs)),
  async run(args) {
    const { db } = settingsOf(args);
    const server = serverSettings(args);
    for (const warning of unknownVariables(process.env)) note(`gadwall: ${warning}`);
    const plugins = await loadedPlugins(args);
    if (server.http) {
      const { runServer } = await import("../run-server.ts");
      await runServer(db, args, server, plugins);
    } else {
      const { serveMcpStdio } = await import("../../mcp/stdio.ts");
      await serveMcpStdio({ db, catalogue: plugins?.catalogue });
    }
    return 0;
  },
});
