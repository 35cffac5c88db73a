/** Whoever asks for a key while it is being made waits for that one. `making` holds what is under way. */
export function madeOnce<T>(making: Map<string, Promise<unknown>>, key: string, make: () => Promise<T>): Promise<T> {
  const underWay = making.get(key)
  if (underWay) return underWay as Promise<T>
  const begun = make().finally(() => making.delete(key))
  making.set(key, begun)
  return begun
}
