import { defineCommand } from "../command.ts";
import { settingsOf } from "../settings.ts";

export default defineCommand({
  command: "mcp-server",
  describe: "Answer an agent over MCP on standard input and output",
  builder: (yargs) => yargs,
  async run(args) {
    const { serveMcpStdio } = await import("../../mcp/stdio.ts");
    await serveMcpStdio({ db: settingsOf(args).db });
    return 0;
  },
});
