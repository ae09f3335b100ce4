/** "1 line", "2 lines", "0 lines": a number with its noun. The plural is given where it is not made with an s. */
export function amount(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
