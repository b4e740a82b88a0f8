/** Keeps what was used last, up to a total weight; the longest unused goes first. */
export interface Lru<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): void
}

export function createLru<V>(maxWeight: number, weigh: (value: V) => number): Lru<V> {
  // A Map iterates in the order of insertion; what is used is put in again, at the end.
  const entries = new Map<string, V>()
  let weight = 0
  function drop(key: string): V | undefined {
    const value = entries.get(key)
    if (value === undefined) return undefined
    entries.delete(key)
    weight -= weigh(value)
    return value
  }
  return {
    get(key) {
      const value = drop(key)
      if (value === undefined) return undefined
      entries.set(key, value)
      weight += weigh(value)
      return value
    },
    set(key, value) {
      drop(key)
      entries.set(key, value)
      weight += weigh(value)
      for (const oldest of entries.keys()) {
        if (weight <= maxWeight) break
        drop(oldest)
      }
    },
    delete(key) {
      drop(key)
    },
  }
}
