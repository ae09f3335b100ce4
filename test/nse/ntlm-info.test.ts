import { expect, test } from "bun:test";
import { treat } from "../../src/nse/treatments.ts";

test.each(["http", "imap", "ms-sql", "nntp", "pop3", "rdp", "smtp", "telnet"])("%s-ntlm-info", (protocol) => {
  const data = {
    Target_Name: "W2016",
    DNS_Computer_Name: "W16GA-SRV01.W2016.example",
    Product_Version: "10.0.14393",
  };
  expect(treat({ id: `${protocol}-ntlm-info`, output: "\n  Target_Name: W2016", data })).toEqual({
    scripts: [
      { id: "ntlm-info", output: "\n  Target_Name: W2016", key: "ntlm-info", data: { ...data, protocol } },
    ],
    hostnames: [{ name: "W16GA-SRV01.W2016.example", type: "ntlm" }],
  });
});

test("without a table, or without a name", () => {
  expect(treat({ id: "rdp-ntlm-info", output: "x" }).scripts).toEqual([{ id: "ntlm-info", output: "x" }]);
  expect(treat({ id: "rdp-ntlm-info", output: "x", data: { DNS_Computer_Name: ["x"] } }).hostnames).toEqual(
    [],
  );
  expect(treat({ id: "rdp-ntlm-info", output: "ERROR: Script execution failed (use -d to debug)" })).toEqual({
    scripts: [],
  });
});
