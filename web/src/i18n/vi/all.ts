import { airtime } from './airtime.ts'
import { approvals } from './approvals.ts'
import { areas } from './areas.ts'
import { audit } from './audit.ts'
import { base } from './base.ts'
import { help } from './help.ts'
import { libraryRoom } from './library-room.ts'
import { moves } from './moves.ts'
import { people } from './people.ts'
import { scheduleRoom } from './schedule-room.ts'
import { speakers } from './speakers.ts'
import { suspend } from './suspend.ts'
import { together } from './together.ts'
import { trouble } from './trouble.ts'

/** All words: what keys there are, and what the tests read. */
export const vi = {
  ...base,
  ...areas,
  ...airtime,
  ...approvals,
  ...audit,
  ...help,
  ...libraryRoom,
  ...people,
  ...moves,
  ...scheduleRoom,
  ...speakers,
  ...suspend,
  ...together,
  ...trouble,
} as const
