import { pino } from 'pino'
import { createAudit } from '#server/audit/audit.ts'
import { createChangesService } from '#server/broadcasts/changes-service.ts'
import { createCheckService } from '#server/broadcasts/check-service.ts'
import { createOccurrencesService } from '#server/broadcasts/occurrences-service.ts'
import { createBroadcastsService } from '#server/broadcasts/service.ts'
import { createConsoleEvents } from '#server/console-events.ts'
import type { TestDatabase } from '../../support/database.ts'
import type { TestClock } from './world.ts'

export const ZONE = 'Asia/Ho_Chi_Minh'

/** What the services need, with what they tell others kept in lists. */
export function makeDeps(db: TestDatabase, clock: TestClock) {
  const changedAreas: string[] = []
  const stops: { occurrenceId: string; deviceIds: readonly string[] }[] = []
  const deps = {
    db,
    clock,
    log: pino({ level: 'silent' }),
    events: createConsoleEvents(),
    zone: ZONE,
    horizonDays: 14,
    audit: createAudit({ db, clock }),
    plan: { areaChanged: (id: string) => void changedAreas.push(id), deviceChanged: () => {} },
    commands: {
      stopOccurrence: async (occurrenceId: string, deviceIds: readonly string[]) => {
        stops.push({ occurrenceId, deviceIds })
      },
    },
  }
  return { deps, changedAreas, stops }
}

export function makeServices(db: TestDatabase, clock: TestClock) {
  const { deps, ...told } = makeDeps(db, clock)
  const broadcasts = createBroadcastsService(deps)
  return {
    ...told,
    deps,
    broadcasts,
    changes: createChangesService({ ...deps, broadcasts }),
    checks: createCheckService(deps),
    occurrences: createOccurrencesService(deps),
  }
}
export type Services = ReturnType<typeof makeServices>
