import type { ConsoleEvent, ConsoleEvents } from '#server/console-events.ts'

type ListEvent = Exclude<ConsoleEvent, { kind: 'clip-progress' }>

/** Gathers what the consoles are told: a commune's devices report the same start within the same second. */
export function createAnnouncer(
  events: ConsoleEvents,
  delayMs: number,
): { announce(event: ListEvent): void; flush(): void } {
  const gathered = new Map<string, ListEvent>()
  let timer: NodeJS.Timeout | undefined
  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    for (const event of gathered.values()) events.publish(event)
    gathered.clear()
  }
  return {
    announce(event) {
      gathered.set(`${event.kind} ${event.id ?? ''} ${event.areaPath.join()}`, event)
      timer ??= setTimeout(flush, delayMs)
    },
    flush,
  }
}
