import type { Logger } from 'pino'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { type SecurityCode, securityCodes } from './security/codes.ts'

/** The server's numbers for Prometheus. Each server has its own registry; the library's global one stays empty. */
export interface Metrics {
  countSecurityEvent(code: SecurityCode): void
  countAnswer(statusCode: number): void
  countLedgerEntries(count: number): void
  /** A number that is read when somebody asks for it; one that cannot be read is left out of that answer. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void
  /** Numbers that somebody else counts, by one label; read when somebody asks. */
  counts(name: string, help: string, label: string, read: () => Readonly<Record<string, number>>): void
  /** In the text format of Prometheus. */
  write(): Promise<{ contentType: string; text: string }>
}

const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const

/** `processMetrics`: memory, event loop and garbage collection too; they go on being measured for the life of the process. */
export function createMetrics(options: {
  version: string
  processMetrics: boolean
  log: Pick<Logger, 'warn'>
}): Metrics {
  const { log } = options
  const registry = new Registry()
  const registers = [registry]
  if (options.processMetrics) collectDefaultMetrics({ register: registry })

  const build = {
    name: 'loaxa_build_info',
    help: 'Always 1; the label says which version runs',
    labelNames: ['version'],
  }
  new Gauge({ ...build, registers }).set({ version: options.version }, 1)

  const securityEvents = new Counter({
    name: 'loaxa_security_events_total',
    help: 'Security events by code (docs/security.md), those of floods too',
    labelNames: ['code'] as const,
    registers,
  })
  const answers = new Counter({
    name: 'loaxa_http_requests_total',
    help: 'HTTP requests answered, by class of status',
    labelNames: ['status'] as const,
    registers,
  })
  const ledgerEntries = new Counter({
    name: 'loaxa_ledger_entries_total',
    help: 'Entries of devices’ ledgers taken in for the first time',
    registers,
  })
  // There from the start with 0, so that the first event is an increase that an alarm can see.
  for (const code of Object.keys(securityCodes)) securityEvents.inc({ code }, 0)
  for (const status of statusClasses) answers.inc({ status }, 0)

  return {
    countSecurityEvent: (code) => securityEvents.inc({ code }),
    countAnswer: (statusCode) => answers.inc({ status: `${Math.floor(statusCode / 100)}xx` }),
    countLedgerEntries: (count) => ledgerEntries.inc(count),
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          try {
            this.set(await read())
          } catch (error) {
            this.remove()
            log.warn({ err: error, metric: name }, 'a metric could not be read')
          }
        },
      })
    },
    counts(name, help, label, read) {
      new Counter({
        name,
        help,
        labelNames: [label],
        registers,
        collect() {
          this.reset()
          for (const [key, value] of Object.entries(read())) this.inc({ [label]: key }, value)
        },
      })
    },
    write: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}
