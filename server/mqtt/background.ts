import type { Logger } from 'pino'
import { LinkError } from './link-error.ts'

/**
 * Work that goes on after its handler has returned: a slow link may take a minute to drain a message, and no handler of
 * other devices' messages may wait for that. Failures are logged; `idle` waits for all of it.
 */
export interface Background {
  run(what: string, task: () => Promise<void>): void
  idle(): Promise<void>
}

export function createBackground(log: Logger): Background {
  const tasks = new Set<Promise<void>>()
  return {
    run(what, task) {
      const running = task()
        .catch((error: unknown) => {
          // A device that went away asks again when it is back.
          if (error instanceof LinkError) log.debug({ err: error, what }, 'a message did not get through')
          else log.error({ err: error, what }, 'work in the background failed')
        })
        .finally(() => tasks.delete(running))
      tasks.add(running)
    },
    async idle() {
      while (tasks.size > 0) await Promise.all(tasks)
    },
  }
}
