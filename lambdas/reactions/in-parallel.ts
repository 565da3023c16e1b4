/** Does some work for each item, eight at a time, as they come. The work must not throw. */
export async function inParallel<T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  for await (const item of items) {
    const one = work(item).finally(() => running.delete(one));
    running.add(one);
    if (running.size >= 8) await Promise.race(running);
  }
  await Promise.all(running);
}
