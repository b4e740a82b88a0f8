import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { changeEverything, type EveryChange } from './every-change.ts'
import { startWholeServer, type WholeServer } from './running-server.ts'

/** Secrets are known to who holds them and to nobody who reads the trail, the database or the log: those have hashes. */
let server: WholeServer
let all: EveryChange
const lines: string[] = []

beforeAll(async () => {
  server = await startWholeServer({ onLine: (line) => lines.push(line) })
  all = await changeEverything(server)
  // Refused ones too: what was typed in the wrong place is as secret.
  const headers = { 'content-type': 'application/json' }
  const wrong = { userName: 'quan.tri', password: all.secrets.get('newApprover') }
  await server.askAsStranger({ method: 'POST', path: '/api/session', headers, body: JSON.stringify(wrong) })
  for (const code of all.secrets.values()) {
    const bodies: readonly (readonly [string, object])[] = [
      ['/api/session/one-time', { code }],
      ['/api/enrol', { code, secret: code }],
      ['/api/areas', { parentId: code, password: code }],
    ]
    for (const [path, body] of bodies) {
      await server.askAsStranger({ method: 'POST', path, headers, body: JSON.stringify(body) })
    }
  }
}, 120_000)
afterAll(() => server?.close())

/** The forms in which a secret could stand somewhere: as it is, without its groups, in another case, encoded. */
function formsOf(secret: string): string[] {
  const bare = secret.replaceAll(/[\s.-]/g, '')
  const bytes = Buffer.from(secret)
  return [
    ...[secret, secret.toLowerCase(), bare, bare.toLowerCase(), encodeURIComponent(secret)],
    ...[JSON.stringify(secret).slice(1, -1), bytes.toString('base64url'), bytes.toString('hex')],
    bytes.toString('base64').replace(/=+$/, ''),
  ]
}

/** Which secrets stand in a text. */
function findIn(text: string, secrets: Iterable<readonly [string, string]>): string[] {
  return [...secrets].flatMap(([name, secret]) => {
    const form = formsOf(secret).find((one) => text.includes(one))
    return form === undefined ? [] : [`${name}: …${around(text, form)}…`]
  })
}
const around = (text: string, form: string): string => {
  const at = text.indexOf(form)
  return text.slice(Math.max(0, at - 80), at + form.length + 20)
}

/** What the server itself keeps: its signing key, what it seals second factors with, and so on. */
async function readOwnKeys(): Promise<[string, string][]> {
  const folder = path.join(server.dataDir, 'keys')
  const names = await readdir(folder)
  const keys = await Promise.all(
    names.map(async (name): Promise<[string, string][]> => {
      const bytes = await readFile(path.join(folder, name))
      const text = bytes.toString('latin1')
      const pem = /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+?)-----END/.exec(text)?.[1]
      if (pem !== undefined) return [[name, pem.replaceAll(/\s/g, '')]]
      if (/public|history|chain/i.test(name)) return []
      return [
        [name, bytes.toString('base64url')],
        [name, text.trim()],
      ]
    }),
  )
  return keys.flat().filter(([, secret]) => secret.length >= 16)
}

/** Every row of every table as text, and as the text in its columns of bytes. */
async function readDatabase(): Promise<{ table: string; text: string }[]> {
  const names = await server.database.query(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  )
  const tables: { table: string; text: string }[] = []
  for (const { name } of z.array(z.object({ name: z.string() })).parse(names.rows)) {
    const { rows } = await server.database.query(`SELECT row::text AS line, to_jsonb(row) AS fields FROM "${name}" row`)
    const parsed = z.array(z.object({ line: z.string(), fields: z.record(z.string(), z.unknown()) })).parse(rows)
    // PostgreSQL shows bytes as \x and hexadecimal digits.
    const shown = parsed.flatMap(({ line, fields }) => [line, ...Object.values(fields).map(readHex)])
    tables.push({ table: name, text: shown.join('\n') })
  }
  return tables
}
const readHex = (value: unknown): string =>
  typeof value === 'string' && value.startsWith('\\x') ? Buffer.from(value.slice(2), 'hex').toString('utf8') : ''

describe('no secret', () => {
  it('is missing from what is looked for', async () => {
    const names = [...all.secrets.keys()].join(', ')
    for (const kind of ['approver', 'loaxa_session', 'loaxa_browser', 'CSRF', 'sign-in code', 'recovery', 'TOTP']) {
      expect(names).toContain(kind)
    }
    expect(names).toContain('enrolment code')
    expect(names).toContain('device secret')
    expect(names).toContain('device private key')
    expect(all.secrets.size).toBeGreaterThan(40)
    expect([...all.secrets].filter(([, secret]) => secret.length < 12)).toEqual([])
    expect((await readOwnKeys()).length).toBeGreaterThan(1)
  })

  it('would be overlooked: what does stand there is found', async () => {
    const known: [string, string][] = [['name', 'Cụm loa bến xe']]
    const tables = await readDatabase()
    for (const name of ['audit_entry', 'device']) {
      expect(findIn(tables.find(({ table }) => table === name)?.text ?? '', known)).toHaveLength(1)
    }
    expect(findIn(lines.join(''), [['event', 'enrolment-code-made']])).toHaveLength(1)
  })

  it('stands in the audit trail or any other table', async () => {
    const tables = await readDatabase()
    const filled = tables.filter(({ text }) => text !== '').map(({ table }) => table)
    expect(filled).toEqual(expect.arrayContaining(['audit_entry', 'account', 'session', 'installation', 'invitation']))
    const secrets = [...all.secrets, ...(await readOwnKeys())]
    expect(tables.flatMap(({ table, text }) => findIn(text, secrets).map((found) => `${table}: ${found}`))).toEqual([])
  })

  it('stands in the log, however much of it is written', async () => {
    expect(lines.length).toBeGreaterThan(100)
    expect(findIn(lines.join(''), [...all.secrets, ...(await readOwnKeys())])).toEqual([])
  })
})
