import { expect, test } from "bun:test";
import { treat } from "../../src/nse/treatments.ts";

test("fcrdns is a list of names, as they are", () => {
  const { scripts } = treat({
    id: "fcrdns",
    output: "PASS (a.example.com)",
    data: { a_example_com: { status: "pass", addresses: ["192.0.2.1"] } },
    keys: new Map([["a_example_com", "a.example.com"]]),
  });
  expect(scripts).toEqual([
    {
      id: "fcrdns",
      output: "PASS (a.example.com)",
      key: "fcrdns",
      data: [{ name: "a.example.com", status: "pass", addresses: ["192.0.2.1"] }],
    },
  ]);
});

test("http-default-accounts is a list of applications, their CPEs are the host's", () => {
  const credentials = [{ username: "admin", password: "admin" }];
  const { scripts, cpes } = treat({
    id: "http-default-accounts",
    output: "x",
    data: {
      Cacti: { cpe: "cpe:/a:cacti:cacti", path: "/", credentials },
      Router: { path: "/login", credentials: [] },
    },
  });
  expect(scripts[0]).toMatchObject({
    key: "http-default-accounts",
    data: [
      { name: "Cacti", cpe: "cpe:/a:cacti:cacti", path: "/", credentials },
      { name: "Router", path: "/login", credentials: [] },
    ],
  });
  expect(cpes).toEqual(["cpe:/a:cacti:cacti"]);
});

test("http-git is a list of repositories with the files that were found", () => {
  const { scripts } = treat({
    id: "http-git",
    output: "x",
    data: {
      "192_0_2_1:80/_git/": {
        remotes: ["https://git.example.com/a.git"],
        "files-found": { _git_config: "true", _gitignore: "false" },
        "interesting-matches": { _git_config: ["passw"] },
      },
    },
    keys: new Map([
      ["192_0_2_1:80/_git/", "192.0.2.1:80/.git/"],
      ["_git_config", ".git/config"],
    ]),
  });
  expect(scripts[0]).toMatchObject({
    key: "http-git",
    data: [
      {
        repository: "192.0.2.1:80/.git/",
        remotes: ["https://git.example.com/a.git"],
        "files-found": [".git/config"],
        "interesting-matches": [{ file: ".git/config", patterns: ["passw"] }],
      },
    ],
  });
});

test.each([["text"], [["a"]], [{ a: "b" }], [undefined]])(
  "what is of another form stays as it is (%j)",
  (data) => {
    for (const id of ["fcrdns", "http-default-accounts", "http-git"]) {
      const [script] = treat({ id, output: "x", ...(data === undefined ? {} : { data }) }).scripts;
      expect(script?.data).toEqual(data);
    }
  },
);

test("a table may have any key", () => {
  const data = JSON.parse('{"__proto__": {"status": "pass"}}');
  expect(treat({ id: "fcrdns", output: "x", data }).scripts[0]?.data).toEqual([
    { name: "__proto__", status: "pass" },
  ]);
});
