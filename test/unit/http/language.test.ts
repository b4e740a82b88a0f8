import { describe, expect, it } from 'vitest'
import { fillText, readerLanguage } from '#server/http/language.ts'
import type { ProblemText } from '#server/http/problem-text.ts'
import { type ProblemCode, problemTexts } from '#server/http/problem-texts.ts'
import { sayValidationErrors } from '#server/http/validation-words.ts'

describe('the reader’s language', () => {
  it.each([
    [undefined, 'vi'],
    ['', 'vi'],
    ['vi-VN,vi;q=0.9,en;q=0.8', 'vi'],
    ['en-GB,en;q=0.9', 'en'],
    ['en;q=0.4, vi;q=0.5', 'vi'],
    ['fr-FR, en;q=0.3', 'en'],
    ['en;q=0', 'vi'],
    ['en, vi', 'vi'],
    ['EN-us', 'en'],
    ['de', 'vi'],
    [';;;q=x,,', 'vi'],
  ])('%s → %s', (header, expected) => {
    expect(readerLanguage(header)).toBe(expected)
  })

  it('fills in parameters and leaves unknown ones visible', () => {
    expect(fillText({ vi: 'mã {a} {b}', en: 'code {a}' }, { a: 7 }, 'vi')).toBe('mã 7 {b}')
  })
})

describe('every problem', () => {
  const codes = Object.keys(problemTexts).filter((code): code is ProblemCode => code in problemTexts)
  it.each(codes)('%s says the same things in both languages', (code) => {
    const text: ProblemText = problemTexts[code]
    const { vi, en, status, ofRead } = text
    // What is itself in words comes in both languages: {windowVi} in the one text, {windowEn} in the other.
    const parametersOf = (text: string, own: 'Vi' | 'En'): string[] =>
      [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => (name.endsWith(own) ? name.slice(0, -2) : name)).sort()
    expect(parametersOf(vi, 'Vi')).toEqual(parametersOf(en, 'En'))
    expect(vi).not.toBe(en)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(parametersOf(ofRead?.vi ?? '', 'Vi')).toEqual(parametersOf(ofRead?.en ?? '', 'En'))
  })
})

describe('validation errors in plain words', () => {
  const error = (keyword: string, path: string, params: object, message = ''): unknown => ({
    keyword,
    instancePath: path,
    message,
    params,
  })
  it.each([
    [error('too_small', '/password', { minimum: 12, origin: 'string' }), '“mật khẩu” phải từ 12 ký tự trở lên'],
    [error('too_big', '/volumePercent', { maximum: 100, origin: 'number' }), '“âm lượng” không được quá 100'],
    [error('invalid_type', '/name', {}, 'Invalid input: expected string, received undefined'), '“tên” còn thiếu'],
    [error('invalid_value', '/kind', { values: ['a', 'b'] }), '“loại” không nằm trong các giá trị cho phép'],
    [error('invalid_format', '/grants/0/areaId', {}), '“địa bàn” không hợp lệ'],
    [
      error('invalid_format', '/from', { format: 'datetime' }),
      '“từ lúc” phải là thời điểm theo giờ UTC, như 2026-03-02T00:00:00Z',
    ],
    [error('invalid_format', '/firstDate', { format: 'date' }), '“ngày bắt đầu” phải là ngày, như 2026-03-02'],
    [error('invalid_type', '/', {}), 'dữ liệu không đúng kiểu dữ liệu'],
    [error('custom', '/somethingElse', {}), 'dữ liệu không hợp lệ'],
  ])('%j', (issue, expected) => {
    expect(sayValidationErrors([issue], 'vi')).toBe(expected)
  })
})
