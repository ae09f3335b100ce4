/**
 * Run by publish.test.ts in a process of its own: adds one import row to a database, and kills itself at the
 * publishing step named on the command line, or waits to be killed.
 */
import { PUBLISH_STEPS, type PublishStep, publish } from "../../src/store/publish.ts";

const [db, at, id] = process.argv.slice(2);
if (db === undefined) throw new Error("usage: crash-writer.ts DB [STEP] [ID]");

await publish(
  db,
  async (connection) => {
    await connection.run("INSERT INTO main.import (id, path) VALUES (?, 'crash')", [Number(id ?? 99)]);
    // Enough rows that killing at a random moment hits every phase.
    await connection.run("INSERT INTO nmap.host (id) SELECT range FROM range(200000)");
    return true;
  },
  {
    onStep: (step: PublishStep) => {
      if (step === at) process.kill(process.pid, "SIGKILL");
    },
  },
);
if (at !== undefined && PUBLISH_STEPS.includes(at as PublishStep)) throw new Error(`step ${at} never came`);
