const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth)
/** As deep as a body may be long; built without recursion. */
function buildDeep(depth: number): unknown {
  let value: unknown = 'x'
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

/** What would stand in an answer's head if a line end got there. */
export const INJECTED_HEADER = 'x-injected'

/** Texts that mean something to a terminal, a database, a shell, a file system, a spreadsheet or a header, and to us nothing. */
export const hostileTexts: readonly string[] = [
  'x'.repeat(200_000),
  'ặ'.normalize('NFD').repeat(60),
  `a${'\u0300'.repeat(150)}`,
  // Reversed, isolated, invisible, and alike: file names and people that are not what they look like.
  'nhạc\u202e3pm.exe',
  '\u2066\u2067\u2068\u2069',
  'quan\u200b.tri',
  'qu\u0430n.tri',
  'ｑｕａｎ．ｔｒｉ',
  '\u2028\u2029\u0085',
  '\ufffe\uffff',
  '\udbff\udfff\ud800',
  '\u001b[2J\u001b]0;x\u0007',
  `a\r\n${INJECTED_HEADER}: 1\r\n\r\n<p>`,
  `a\n${INJECTED_HEADER}: 1`,
  `a%0d%0a${INJECTED_HEADER}:1`,
  "' OR '1'='1",
  "1'; SELECT pg_sleep(60); --",
  '1) UNION SELECT password_hash FROM account --',
  '%\\_%',
  '\\x00\\',
  '$1',
  '{"$gt": ""}',
  '#{exit 1}<%= 1 %>',
  '$(reboot)',
  '`reboot`',
  '| reboot',
  '-rf',
  '--output=/etc/passwd',
  '=HYPERLINK("http://x","x")',
  '<script>alert(1)</script>',
  '..\\..\\windows\\win.ini',
  '/etc/passwd',
  'file:///etc/passwd',
  'a/../../keys/signing-key.pem',
  'http://169.254.169.254/latest/meta-data',
  'NaN',
  '1e999',
  '0x10',
  '١٢',
]

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
  buildDeep(1_000),
]

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
  `%0d%0a${INJECTED_HEADER}:%201`,
  '..;/..;/',
  '.%2e/keys/signing-key.pem',
  '%c0%ae%c0%ae%c0%af',
  '018f0000-0000-7000-8000-00000000abcd%00',
  '%D1%80',
  '018f0000-0000-7000-8000-00000000abcd;id=1',
]

/** The sample with one place changed, for every place in it and every value; `isPlace` says where. */
export function* mutate(
  sample: unknown,
  values: readonly unknown[] = hostileValues,
  isPlace: (value: unknown) => boolean = () => true,
): Generator<unknown> {
  if (Array.isArray(sample)) {
    for (const value of values) yield [value]
    yield Array.from({ length: 3_000 }, () => sample[0])
    for (const one of mutate(sample[0], values, isPlace)) yield [one]
  } else if (typeof sample === 'object' && sample !== null) {
    for (const [key, value] of Object.entries(sample)) {
      const { [key]: _left, ...others } = sample as Record<string, unknown>
      yield others
      for (const changed of mutate(value, values, isPlace)) yield { ...sample, [key]: changed }
    }
  } else if (isPlace(sample)) yield* values
}

/** Where people write what they like: of an id or a date any text is as wrong as any other. */
export const isFreeText = (value: unknown): boolean =>
  typeof value === 'string' && !/^[0-9a-f-]{8,}|^\d{4}-/.test(value)
