/**
 * Groups of one user alone. Where every user has one (Debian's adduser, Ubuntu, Fedora) what they make may be writable for
 * that group, which gives nobody anything.
 */
import { readFileSync } from "node:fs";

/** A user as the system knows him. */
export interface SystemUser {
  uid: number;
  gid: number;
}

/**
 * Whether a group is the user's first one, called as he is, and nobody else's.
 * @param passwd the text of /etc/passwd (passwd(5)).
 * @param group the text of /etc/group (group(5)). Who is in neither, as users of a directory service are, has none.
 */
export function isPrivateGroup(gid: number, user: SystemUser, passwd: string, group: string): boolean {
  if (gid !== user.gid) return false;
  const users = rowsOf(passwd).filter(([, , , first]) => first === String(gid));
  const groups = rowsOf(group).filter(([, , number]) => number === String(gid));
  const [name, , uid] = users[0] ?? [];
  const [called, , , members = ""] = groups[0] ?? [];
  return (
    users.length === 1 &&
    groups.length === 1 &&
    uid === String(user.uid) &&
    name === called &&
    (members === "" || members === name)
  );
}

function rowsOf(text: string): string[][] {
  return text.split("\n").map((line) => line.split(":"));
}

/** The same for whoever runs this; false where the system does not tell, and for root. */
export function isOwnPrivateGroup(gid: number): boolean {
  const [uid, first] = [process.getuid?.(), process.getgid?.()];
  if (uid === undefined || first === undefined || uid === 0) return false;
  try {
    const read = (path: string): string => readFileSync(path, "utf8");
    return isPrivateGroup(gid, { uid, gid: first }, read("/etc/passwd"), read("/etc/group"));
  } catch {
    return false;
  }
}
