import { expect, test } from "bun:test";
import { isPrivateGroup } from "../../src/model/private-group.ts";

const ANN = { uid: 1000, gid: 1000 };
const PASSWD = "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000:Ann,,,:/home/ann:/bin/bash\n";
const GROUP = "root:x:0:\nusers:x:100:\nann:x:1000:\n";

test("her own group, with nobody or herself in it", () => {
  expect(isPrivateGroup(1000, ANN, PASSWD, GROUP)).toBe(true);
  expect(isPrivateGroup(1000, ANN, PASSWD, GROUP.replace("ann:x:1000:", "ann:x:1000:ann"))).toBe(true);
});

test.each([
  ["another group", 100, PASSWD, GROUP],
  ["another member", 1000, PASSWD, GROUP.replace("ann:x:1000:", "ann:x:1000:ann,bob")],
  ["somebody else's first group", 1000, `${PASSWD}bob:x:1001:1000::/home/bob:/bin/sh\n`, GROUP],
  ["a group of another name", 1000, PASSWD, GROUP.replace("ann:x:1000:", "staff:x:1000:")],
  ["two names for it", 1000, PASSWD, `${GROUP}staff:x:1000:bob\n`],
  ["a user of another number", 1000, PASSWD.replace("ann:x:1000:1000", "ann:x:1001:1000"), GROUP],
  ["a user who is not there", 1000, "", GROUP],
  ["a group that is not there", 1000, PASSWD, ""],
])("%s", (_, gid, passwd, group) => expect(isPrivateGroup(gid, ANN, passwd, group)).toBe(false));
