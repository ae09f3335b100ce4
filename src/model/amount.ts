/** "1 line", "2 lines", "0 lines": a number with its noun. The plural is given where it is not made with an s. */
export function amount(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** "256 MB", "2 GB" (binary), or in bytes what is less than one MB. */
export function byteAmount(bytes: number): string {
  const mb = 1024 * 1024;
  const [unit, name] = bytes < 1024 * mb ? [mb, "MB"] : [1024 * mb, "GB"];
  return bytes < mb ? amount(bytes, "byte") : `${Math.round((bytes / unit) * 10) / 10} ${name}`;
}
