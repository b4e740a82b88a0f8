import { execFile } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Clock } from '#server/clock.ts'
import { writeSecretFile, writeSecretFileOnce } from '#server/durable-file.ts'
import { readIfThere } from '#server/read-file.ts'
import { StartError } from '#server/start.ts'
import type { TlsFiles } from './embedded-listeners.ts'

const run = promisify(execFile)

const DAY_MS = 24 * 3_600_000
/** Devices are told it once, at enrolment: it must outlive them. */
const AUTHORITY_DAYS = 20 * 365
/** No longer than browsers and phones accept (CA/Browser Forum Ballot SC22). */
const CERTIFICATE_DAYS = 397
const RENEW_BEFORE_MS = 60 * DAY_MS

/** A private key and its certificate, in one file: there is never one without the other. */
interface Pair {
  readonly keyPem: string
  readonly certificatePem: string
}

const readPair = (text: string): Pair | undefined => {
  const [keyPem] = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----\n?/.exec(text) ?? []
  const [certificatePem] = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n?/.exec(text) ?? []
  return keyPem === undefined || certificatePem === undefined ? undefined : { keyPem, certificatePem }
}
const joinPair = ({ keyPem, certificatePem }: Pair): string => `${keyPem}${certificatePem}`

const makeKeyPem = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

async function runOpenssl(args: readonly string[]): Promise<void> {
  try {
    await run('openssl', [...args])
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new StartError(
      isMissing
        ? 'MQTT_TLS=dev-ca needs the program openssl. Install it (apt install openssl), or give a certificate of your own: MQTT_TLS_CERT_FILE and MQTT_TLS_KEY_FILE.'
        : `openssl could not make the broker’s certificate: ${detail}`,
      { cause },
    )
  }
}

/** Runs `work` in a folder of its own below `directory` (0700), which is gone afterwards. */
async function withWorkFolder<T>(directory: string, work: (file: (name: string) => string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(directory, '.tls-'))
  try {
    return await work((name) => path.join(folder, name))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const configOf = (extensions: readonly string[]): string =>
  ['[req]', 'distinguished_name = name', 'prompt = no', '[name]', 'CN = Loa Xa', '[ext]', ...extensions, ''].join('\n')

function makeAuthority(directory: string): Promise<Pair> {
  return withWorkFolder(directory, async (file) => {
    const keyPem = makeKeyPem()
    await writeFile(file('key.pem'), keyPem, { mode: 0o600 })
    const extensions = ['basicConstraints = critical,CA:TRUE,pathlen:0', 'keyUsage = critical,keyCertSign,cRLSign']
    await writeFile(file('config'), configOf([...extensions, 'subjectKeyIdentifier = hash']))
    // A name of its own, so that a device with two authorities never takes one for the other.
    const subject = `/CN=Loa Xa broker CA ${randomBytes(4).toString('hex')}`
    await runOpenssl(
      [
        ['req', '-x509', '-new', '-sha256', '-days', String(AUTHORITY_DAYS), '-subj', subject],
        ['-config', file('config'), '-extensions', 'ext', '-key', file('key.pem'), '-out', file('ca.pem')],
      ].flat(),
    )
    return { keyPem, certificatePem: await readFile(file('ca.pem'), 'utf8') }
  })
}

const nameAlternative = (name: string): string => (net.isIP(name) === 0 ? `DNS:${name}` : `IP:${name}`)

function issueCertificate(directory: string, authority: Pair, names: readonly string[]): Promise<Pair> {
  return withWorkFolder(directory, async (file) => {
    const keyPem = makeKeyPem()
    await writeFile(file('key.pem'), keyPem, { mode: 0o600 })
    await writeFile(file('ca-key.pem'), authority.keyPem, { mode: 0o600 })
    await writeFile(file('ca.pem'), authority.certificatePem)
    const extensions = [
      'basicConstraints = critical,CA:FALSE',
      'keyUsage = critical,digitalSignature',
      'extendedKeyUsage = serverAuth',
      `subjectAltName = ${names.map(nameAlternative).join(',')}`,
    ]
    await writeFile(file('config'), configOf(extensions))
    await runOpenssl(['req', '-new', '-config', file('config'), '-key', file('key.pem'), '-out', file('request.pem')])
    await runOpenssl(
      [
        ['x509', '-req', '-sha256', '-in', file('request.pem'), '-days', String(CERTIFICATE_DAYS)],
        ['-CA', file('ca.pem'), '-CAkey', file('ca-key.pem'), '-set_serial', `0x${randomBytes(8).toString('hex')}`],
        ['-extfile', file('config'), '-extensions', 'ext', '-out', file('certificate.pem')],
      ].flat(),
    )
    return { keyPem, certificatePem: await readFile(file('certificate.pem'), 'utf8') }
  })
}

/** Is it of this authority, for all these names, and good for a while yet? */
export function isStillGood(pair: Pair, caPem: string, names: readonly string[], now: number): boolean {
  const certificate = new X509Certificate(pair.certificatePem)
  const covers = (name: string): boolean =>
    (net.isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined
  return (
    certificate.checkPrivateKey(createPrivateKey(pair.keyPem)) &&
    certificate.verify(new X509Certificate(caPem).publicKey) &&
    names.every(covers) &&
    Date.parse(certificate.validTo) - now > RENEW_BEFORE_MS
  )
}

/**
 * The built-in certificate authority for the broker's TLS port, and a certificate for `names` (host names and addresses):
 * made at first start in `directory` with the openssl program (0600), the certificate renewed long before it ends. The
 * authority's certificate is what devices are told at enrolment.
 */
export async function loadDevCa(options: {
  readonly directory: string
  readonly names: readonly string[]
  readonly clock: Pick<Clock, 'now'>
}): Promise<TlsFiles & { readonly caPem: string }> {
  const { directory, names } = options
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const authorityFile = path.join(directory, 'broker-ca.pem')
  let text = await readIfThere(authorityFile)
  if (text === undefined) {
    text = joinPair(await makeAuthority(directory))
    await writeSecretFileOnce(authorityFile, text)
  }
  const authority = readPair(text)
  if (authority === undefined) {
    throw new StartError(`${authorityFile} is damaged. Restore it from a backup: devices know no other authority.`)
  }
  const caPem = authority.certificatePem
  const file = path.join(directory, 'broker-tls.pem')
  const known = await readIfThere(file)
  let pair = known === undefined ? undefined : readPair(known)
  if (pair === undefined || !isStillGood(pair, caPem, names, options.clock.now())) {
    pair = await issueCertificate(directory, authority, names)
    await writeSecretFile(file, joinPair(pair))
  }
  return { caPem, certificatePem: pair.certificatePem, privateKeyPem: pair.keyPem }
}
