import type { HelpPage } from './pages.ts'
import type { glossary } from './vi/glossary.ts'

/** Vietnamese is the source: the words it explains are those that every language explains. */
export type TermId = keyof typeof glossary

export interface Term {
  readonly word: string
  /** What it means, in one or two plain sentences. */
  readonly meaning: string
}

/** What helps on one page, written for somebody who was never shown it. */
export interface PageHelp {
  /** What the page is called. */
  readonly title: string
  /** What it is for, in one or two sentences. */
  readonly what: string
  /** What can be done here. */
  readonly todo: readonly string[]
  /** Words that stand on the page. */
  readonly words: readonly TermId[]
  /** What is asked most. */
  readonly questions: readonly (readonly [question: string, answer: string])[]
}

export interface HelpTexts {
  readonly pages: Readonly<Record<HelpPage, PageHelp>>
  readonly glossary: Readonly<Record<TermId, Term>>
}
