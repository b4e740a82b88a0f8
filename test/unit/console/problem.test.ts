import { expect, test } from 'vitest'
import { type FailureWords, noConnection, toProblem } from '../../../web/src/api/problem.ts'

const words: FailureWords = { wordsFor: (failure, asked) => `${failure} ${asked}` }

test.each([
  ['GET', 'read'],
  ['HEAD', 'read'],
  ['POST', 'change'],
  ['DELETE', 'change'],
])('a %s without an answer is worded as a %s', (method, asked) => {
  expect(noConnection(words, method).message).toBe(`no-connection ${asked}`)
  expect(toProblem('<html>502 Bad Gateway</html>', 502, words, method)).toMatchObject({
    code: 'no-answer',
    status: 502,
    message: `no-answer ${asked}`,
  })
})

test('a refusal of our server keeps its own words', () => {
  const body = JSON.stringify({ title: 'Không tìm thấy nội dung này.', code: 'not-found' })
  expect(toProblem(body, 404, words, 'POST').message).toBe('Không tìm thấy nội dung này.')
})
