import type { HelpTexts } from '../types.ts'
import { glossary } from './glossary.ts'
import { running } from './running.ts'
import { work } from './work.ts'

export const help: HelpTexts = { pages: { ...work, ...running }, glossary }
