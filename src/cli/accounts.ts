import type { Accounts } from "../accounts/accounts.ts";
import { settingsOf } from "./settings.ts";

/**
 * Runs something on the accounts beside the database.
 * @param create makes the file when there is none: for the first user.
 * @throws UserError when there are no accounts, or they cannot be used.
 */
export async function withAccounts<T>(
  args: { readonly [option: string]: unknown },
  work: (accounts: Accounts) => T | Promise<T>,
  { create = false }: { create?: boolean } = {},
): Promise<T> {
  const { Accounts, accountsPath } = await import("../accounts/accounts.ts");
  const accounts = Accounts.open(accountsPath(settingsOf(args).db), { create });
  try {
    return await work(accounts);
  } finally {
    accounts.close();
  }
}

/** The same for what only reads: `none` where there are no accounts yet. */
export async function readAccounts<T>(
  args: { readonly [option: string]: unknown },
  work: (accounts: Accounts) => T,
  none: T,
): Promise<T> {
  const { Accounts, accountsPath } = await import("../accounts/accounts.ts");
  return Accounts.exists(accountsPath(settingsOf(args).db)) ? await withAccounts(args, work) : none;
}
