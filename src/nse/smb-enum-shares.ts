/** `smb-enum-shares`: `{account_used, "\\\\host\\name": {…}}` to `{account_used, shares: [{Share, …}]}`. */
import { type Table, tableOf } from "./table.ts";
import { asWritten, type Treatment } from "./treatment.ts";

export const smbEnumShares: Treatment = (result) => {
  const entries = Object.entries(tableOf(result.data) ?? {});
  const shares = entries.flatMap(([key, value]): (Table & { Share: string })[] => {
    const share = tableOf(value);
    return share === undefined ? [] : [{ ...share, Share: result.keys?.get(key) ?? key }];
  });
  if (shares.length === 0) return asWritten(result);
  shares.sort((a, b) => (a.Share < b.Share ? -1 : a.Share > b.Share ? 1 : 0));
  const facts: Table = Object.fromEntries(entries.filter(([, value]) => tableOf(value) === undefined));
  return asWritten({ ...result, data: { ...facts, shares } });
};
