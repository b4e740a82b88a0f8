/**
 * One reading for all who ask for the same at once. Whoever asks while one runs shares the one that begins after it, with
 * all others who came meanwhile: nobody is answered from before their question, and a busy answer is worked out by one at
 * a time, however many consoles are open.
 */
export function createShared<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  interface Lane {
    readonly running: Promise<T>
    next: Promise<T> | undefined
  }
  const lanes = new Map<string, Lane>()

  function begin(key: string, work: () => Promise<T>): Promise<T> {
    const lane: Lane = { running: work(), next: undefined }
    lanes.set(key, lane)
    const settle = (): void => {
      if (lane.next === undefined) lanes.delete(key)
    }
    lane.running.then(settle, settle)
    return lane.running
  }

  return (key, work) => {
    const lane = lanes.get(key)
    if (lane === undefined) return begin(key, work)
    const again = (): Promise<T> => begin(key, work)
    lane.next ??= lane.running.then(again, again)
    return lane.next
  }
}
