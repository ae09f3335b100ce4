/** Telling whether the process that wrote a lock file still runs, also when its pid was given to another. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A text that differs between two processes that had the same pid; null when the system does not tell. */
export function processStart(pid: number): string | null {
  if (process.platform === "linux") {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      // Field 22 (proc(5)), counted after the command name, which may itself hold spaces and parentheses.
      return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
    } catch {
      return null;
    }
  }
  if (process.platform === "win32") return null;
  const ps = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return ps.status === 0 ? ps.stdout.trim() || null : null;
}

/** Whether a process with this pid, started then, runs on this machine. */
export function isRunning(pid: number, start: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = processStart(pid);
  return start === null || now === null || now === start;
}
