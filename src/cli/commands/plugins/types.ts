import { defineCommand } from "../../command.ts";
import { stdout } from "../../terminal.ts";

export default defineCommand({
  command: "types",
  describe: "Print the type declarations for writing a plugin: gadwall plugins types > gadwall.d.ts",
  builder: (yargs) => yargs,
  async run() {
    // As text; to the type checker it is declarations, which have no value.
    const { default: types } = (await import("../../../plugins/gadwall.d.ts" as string, {
      with: { type: "text" },
    })) as { default: string };
    await stdout.write(types);
    return 0;
  },
});
