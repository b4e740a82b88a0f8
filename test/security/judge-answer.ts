import { z } from 'zod'
import type { ProblemText } from '#server/http/problem-text.ts'
import { type ProblemCode, problemTexts } from '#server/http/problem-texts.ts'
import { INJECTED_HEADER } from './hostile.ts'
import type { Answer } from './running-server.ts'

/** What every refusal is (RFC 9457), and nothing else. */
export const problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.custom<ProblemCode>((code) => typeof code === 'string' && Object.hasOwn(problemTexts, code)),
  requestId: z.string(),
})

const pattern = (text: string): RegExp =>
  new RegExp(`^${text.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '.*')}$`, 's')
/** Field names of the API stand nowhere; the words that fastify, node and zod use may stand within what the reader wrote. */
const fieldName = /[a-z][A-Z]/
const foreign =
  /(?<!\p{L})(the|is|not|must|invalid|expected|received|required|input|request|body|bad|type|error|forbidden)(?!\p{L})/iu

/** What is wrong with this answer to wrong input; undefined when nothing is. */
export function judge(answer: Answer, language: 'vi' | 'en'): string | undefined {
  if (INJECTED_HEADER in answer.headers) return 'has a header that was sent as a value'
  if (answer.status < 400) return undefined
  if (answer.status >= 500) return `fails with ${answer.status}`
  if (!answer.type.startsWith('application/problem+json')) return `answers ${answer.type}`
  const parsed = problem.safeParse(JSON.parse(answer.text))
  if (!parsed.success) return 'is no problem of ours'
  const text: ProblemText = problemTexts[parsed.data.code]
  const { title } = parsed.data
  if (!pattern(text[language]).test(title)) return `is not in ${language}`
  // What the reader wrote is quoted as it was written, and may hold line ends and whatever else.
  const ours = title.replaceAll(/“[^”]*”/gs, '')
  if (language === 'vi' && (fieldName.test(ours) || foreign.test(ours))) {
    return 'has foreign words'
  }
  return undefined
}
