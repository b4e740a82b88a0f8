import { audit } from './audit.ts'
import { base } from './base.ts'

/** All words: what keys there are, and what the tests read. */
export const vi = { ...base, ...audit } as const
