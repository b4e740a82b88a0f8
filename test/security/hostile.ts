/** Values that are wrong almost everywhere. Those that no JSON text can be made of are not here. */
export const hostileValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  1.5,
  2 ** 53,
  '',
  ' ',
  'x',
  '\0',
  'a\0b',
  '\ud800',
  'a\udc00b',
  '\u202e\u200b\ufeff',
  '😀'.repeat(50),
  'x'.repeat(30_000),
  "'; DROP TABLE area; --",
  '../../../../etc/passwd',
  '{{7*7}}',
  '__proto__',
  'constructor',
  '018F0000-0000-7000-8000-00000000ABCD',
  '9999-12-31T23:59:59Z',
  '0000-01-01',
  '2026-02-30',
  [],
  [[]],
  [null],
  {},
  { length: 1e9 },
  { toString: 1 },
]

const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth)

/** Bodies that are wrong for every route; some of them are no JSON. */
export const hostileBodies: readonly (string | undefined)[] = [
  undefined,
  '',
  ' ',
  'null',
  'true',
  '0',
  '"x"',
  '[]',
  '[{}]',
  '{}',
  '{',
  '{"a":1}}',
  '{"a":NaN}',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"\\u0000":1}',
  '{"\\ud800":"\\udfff"}',
  nested(15_000, '[', ']'),
  `${'{"a":'.repeat(12_000)}1${'}'.repeat(12_000)}`,
  `{"a":${'9'.repeat(5_000)}}`,
  `{${Array.from({ length: 2_000 }, (_, i) => `"k${i}":1`).join(',')}}`,
  '\ufeff{}',
]

/** What stands where an id belongs in an address. Encoded as it is sent. */
export const hostileIds: readonly string[] = [
  '018f0000-0000-7000-8000-00000000abcd',
  '018F0000-0000-7000-8000-00000000ABCD',
  '00000000-0000-0000-0000-000000000000',
  '018f0000-0000-7000-8000-00000000abcd@20260302T053000Z',
  '018f0000-0000-7000-8000-00000000abcd@20260230T053000Z',
  '018f0000-0000-7000-8000-00000000abcd@99991231T235959Z',
  'x',
  '0',
  '-1',
  'null',
  '__proto__',
  'constructor',
  '%00',
  '%ED%A0%80',
  '%FF%FE',
  '%E2%80%AE',
  '..%2f..%2fetc%2fpasswd',
  '%252e%252e',
  "'%20OR%20'1'='1",
  'x'.repeat(500),
]

/** The sample with one place changed, for every place in it and every hostile value. */
export function* mutate(sample: unknown): Generator<unknown> {
  if (Array.isArray(sample)) {
    for (const value of hostileValues) yield [value]
    yield Array.from({ length: 3_000 }, () => sample[0])
    for (const one of mutate(sample[0])) yield [one]
  } else if (typeof sample === 'object' && sample !== null) {
    for (const [key, value] of Object.entries(sample)) {
      const { [key]: _left, ...others } = sample as Record<string, unknown>
      yield others
      for (const changed of mutate(value)) yield { ...sample, [key]: changed }
    }
  } else yield* hostileValues
}
