import { UsageError } from "../../model/errors.ts";
import { defineCommand } from "../command.ts";
import { formatOf, questionOptions, sumOption } from "../question.ts";
import { stdout } from "../terminal.ts";

export default defineCommand({
  command: "count [query..]",
  describe: "Count the records that a query matches",
  builder: (yargs) =>
    sumOption(questionOptions(yargs, ["table", "json", "jsonl", "csv"]))
      .example("$0 count service:ssh country:DE", "hosts in Germany that run SSH")
      .example(
        "$0 count --purpose passive --sum dns:example.com seen:7d",
        "DNS answers for a domain, seen in the last week",
      ),
  async run(args) {
    if (formatOf(args) === "ip") throw new UsageError("count has no addresses to print: use get -o ip");
    const { ask, filterOf, noteWhyNothing, printExplanation } = await import("../ask.ts");
    const filter = filterOf(args);
    const options = { sum: args.sum };
    if (args.explain === true) {
      const { explain } = await import("../../query/explain.ts");
      await printExplanation(explain("count", args.purpose, filter, options));
      return 0;
    }
    const { count } = await import("../../query/count.ts");
    await ask(args, async (context) => {
      const number = await count(context, args.purpose, filter, options);
      await stdout.line(String(number));
      if (number === 0) await noteWhyNothing(context, args.purpose, filter);
    });
    return 0;
  },
});
