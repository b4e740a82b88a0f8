import type { Dictionary } from '../translate.ts'
import { airtime } from './airtime.ts'
import { areas } from './areas.ts'
import { audit } from './audit.ts'
import { base } from './base.ts'
import { libraryRoom } from './library-room.ts'
import { scheduleRoom } from './schedule-room.ts'
import { speakers } from './speakers.ts'

/** All words: what keys there are, and what the tests read. */
export const en: Dictionary = { ...base, ...areas, ...airtime, ...audit, ...libraryRoom, ...scheduleRoom, ...speakers }
