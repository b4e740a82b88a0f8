import { z } from 'zod'
import { nameField } from './field-names.ts'
import type { Language } from './language.ts'

/** The part of fastify's validation error that tells which zod issue it was (fastify-type-provider-zod). */
const issue = z.object({
  keyword: z.string(),
  instancePath: z.string(),
  message: z.string().optional(),
  params: z.record(z.string(), z.unknown()),
})

type Said = readonly [vi: string, en: string]

const unitOf: Readonly<Record<string, Said>> = {
  string: [' ký tự', ' characters'],
  array: [' mục', ' items'],
}

const formatWords: Readonly<Record<string, Said>> = {
  datetime: [
    'phải là thời điểm theo giờ UTC, như 2026-03-02T00:00:00Z',
    'must be an instant in UTC, such as 2026-03-02T00:00:00Z',
  ],
  date: ['phải là ngày, như 2026-03-02', 'must be a day, such as 2026-03-02'],
}

function sayIssue(keyword: string, message: string, params: Readonly<Record<string, unknown>>): Said {
  const [viUnit, enUnit] = unitOf[String(params.origin)] ?? ['', '']
  switch (keyword) {
    case 'invalid_type':
      return message.endsWith('received undefined')
        ? ['còn thiếu', 'is missing']
        : ['không đúng kiểu dữ liệu', 'is of the wrong type']
    case 'too_small':
      return [`phải từ ${params.minimum}${viUnit} trở lên`, `must be at least ${params.minimum}${enUnit}`]
    case 'too_big':
      return [`không được quá ${params.maximum}${viUnit}`, `must be at most ${params.maximum}${enUnit}`]
    case 'invalid_value':
      // The values are words of the API, which say nothing to a person who reads Vietnamese.
      return Array.isArray(params.values)
        ? ['không nằm trong các giá trị cho phép', `must be one of: ${params.values.join(', ')}`]
        : ['không hợp lệ', 'is not valid']
    case 'invalid_format':
      return formatWords[String(params.format)] ?? ['không hợp lệ', 'is not valid']
    case 'unrecognized_keys':
      return ['có mục không được phép', 'has entries that are not allowed']
    default:
      return ['không hợp lệ', 'is not valid']
  }
}

const MOST_ISSUES_SAID = 3

/** What is wrong with a request, in plain words that name the fields; never echoes what was sent. */
export function sayValidationErrors(errors: readonly unknown[], language: Language): string {
  const sentences = errors.map((error) => {
    const { keyword, instancePath, message = '', params } = issue.parse(error)
    const [vi, en] = sayIssue(keyword, message, params)
    const steps = instancePath.split('/').filter((step) => step !== '')
    const field = steps.findLast((step) => !/^\d+$/.test(step))
    const said = language === 'vi' ? vi : en
    const name = field === undefined ? undefined : nameField(field, language)
    if (name === undefined) return language === 'vi' ? `dữ liệu ${said}` : `the data ${said}`
    return `“${name}” ${said}`
  })
  return [...new Set(sentences)].slice(0, MOST_ISSUES_SAID).join('; ')
}
