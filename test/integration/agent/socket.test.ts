import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import tls from 'node:tls'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSocket } from '#agent/io/socket.ts'
import { makeFolder } from './fixtures.ts'

const run = promisify(execFile)

/** A certificate authority, and certificates of a broker that are valid, over, or for another name. */
async function makeCertificates() {
  const folder = await makeFolder()
  const file = (name: string): string => path.join(folder, name)
  const authority = async (name: string): Promise<void> => {
    const subject = ['-subj', `/CN=${name}`, '-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)]
    await run('openssl', ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '2', ...subject])
  }
  const issue = async (name: string, subjectAltName: string, days: string): Promise<void> => {
    const request = ['-newkey', 'ed25519', '-nodes', '-subj', `/CN=${name}`, '-keyout', file(`${name}.key`)]
    await run('openssl', [
      'req',
      ...request,
      '-addext',
      `subjectAltName=${subjectAltName}`,
      '-out',
      file(`${name}.csr`),
    ])
    const signed = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-copy_extensions', 'copy']
    await run('openssl', [
      'x509',
      '-req',
      '-in',
      file(`${name}.csr`),
      '-days',
      days,
      ...signed,
      '-out',
      file(`${name}.pem`),
    ])
  }
  await authority('ca')
  await authority('other-ca')
  await issue('valid', 'IP:127.0.0.1', '2')
  await issue('expired', 'IP:127.0.0.1', '-1')
  await issue('elsewhere', 'DNS:elsewhere.example', '-1')
  return (name: string) => readFile(file(name), 'utf8')
}

async function listen(certificate: string, key: string): Promise<number> {
  const server = tls.createServer({ cert: certificate, key }, (socket) => socket.on('error', () => {}))
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('the connection to the broker', () => {
  const cases = [
    ['valid', 'ca', true, 'connected'],
    ['valid', 'other-ca', true, 'refused'],
    ['expired', 'ca', true, 'refused'],
    ['expired', 'ca', false, 'connected'],
    ['expired', 'other-ca', false, 'refused'],
    ['elsewhere', 'ca', false, 'refused'],
  ] as const

  it('checks chain, name and dates; without a trusted clock chain and name', async () => {
    const read = await makeCertificates()
    const outcomes = []
    for (const [certificate, authority, isClockTrusted] of cases) {
      const port = await listen(await read(`${certificate}.pem`), await read(`${certificate}.key`))
      const options = { caPem: await read(`${authority}.pem`), isClockTrusted }
      const outcome = await openSocket({ isTls: true, host: '127.0.0.1', port }, options).then(
        (socket) => {
          socket.destroy()
          return 'connected'
        },
        () => 'refused',
      )
      outcomes.push([certificate, authority, isClockTrusted, outcome])
    }
    expect(outcomes).toEqual(cases)
  })
})
