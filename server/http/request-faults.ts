import type { Language } from './language.ts'

/**
 * What is wrong with a request that fastify refuses before a route sees it, by fastify's code. Its own texts are
 * English and for programmers. What is not here is said as `other`.
 */
const requestFaults = {
  FST_ERR_CTP_INVALID_JSON_BODY: { vi: 'nội dung không phải là JSON đúng', en: 'the body is not proper JSON' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { vi: 'thiếu nội dung', en: 'the body is empty' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    vi: 'nội dung không dài như đã khai báo',
    en: 'the body is not as long as was declared',
  },
  FST_ERR_BAD_URL: { vi: 'địa chỉ viết sai', en: 'the address is not written properly' },
  FST_ERR_INVALID_URL: { vi: 'địa chỉ viết sai', en: 'the address is not written properly' },
  other: { vi: 'yêu cầu không đúng quy cách', en: 'the request is not well-formed' },
} as const satisfies Record<string, Record<Language, string>>

const isListed = (code: string): code is keyof typeof requestFaults => Object.hasOwn(requestFaults, code)

export const sayRequestFault = (code: string, language: Language): string =>
  requestFaults[isListed(code) ? code : 'other'][language]
