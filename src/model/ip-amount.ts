/** How many addresses there are of each family, exactly. */
export interface Amount {
  ipv4: number;
  ipv6: bigint;
}

export function less(a: Amount, b: Amount): Amount {
  return { ipv4: a.ipv4 - b.ipv4, ipv6: a.ipv6 - b.ipv6 };
}

export function totalOf({ ipv4, ipv6 }: Amount): bigint {
  return BigInt(ipv4) + ipv6;
}
