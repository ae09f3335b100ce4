import { UsageError } from "../../../model/errors.ts";
import { withAccounts } from "../../accounts.ts";
import { defineCommand } from "../../command.ts";
import { toJson } from "../../json.ts";
import { note, stdout } from "../../terminal.ts";

export default defineCommand({
  command: "link <email>",
  describe: "Print a link with which a user signs in once, within 15 minutes, to a server with --oauth",
  builder: (yargs) =>
    yargs
      .positional("email", { type: "string", demandOption: true, describe: "The user" })
      .option("public-url", {
        type: "string",
        requiresArg: true,
        describe: "What browsers call the server (what the server was told by variable or configuration)",
      })
      .option("json", { type: "boolean", describe: "Print the link as JSON" }),
  async run(args) {
    const [{ serverSettings }, { bindName, urlHost }, { publicUrl }] = await Promise.all([
      import("../../server-settings.ts"),
      import("../../../http/host-name.ts"),
      import("../../../http/public-origin.ts"),
    ]);
    const { bind, port, ...settings } = serverSettings({ ...args, http: true });
    if (settings["public-url"] === null && port === 0)
      throw new UsageError("name the server: --public-url http://127.0.0.1:PORT");
    const origin = publicUrl(settings["public-url"] ?? `http://${urlHost(bindName(bind))}:${port}`).origin;
    const { token, ...link } = await withAccounts(args, (accounts) => accounts.createLink(args.email));
    const url = `${origin}/sign-in/link?${new URLSearchParams({ token })}`;
    if (args.json === true) await stdout.line(toJson({ ...link, url }));
    else {
      await stdout.line(url);
      note(`signs ${link.email} in once, within 15 minutes: give it to nobody else`);
    }
    return 0;
  },
});
