import os from 'node:os'
import type { Logger } from 'pino'
import type { Clock } from '#server/clock.ts'
import type { Config } from '#server/config.ts'
import { readSettingFile } from '#server/start.ts'
import type { SecurityCode } from './codes.ts'
import { createSecurityEvents, type SecurityReporter } from './events.ts'
import { openSyslog } from './syslog.ts'
import { formatSyslog } from './syslog-format.ts'

interface Deps {
  readonly log: Logger
  readonly clock: Clock
  /** Counts each event. */
  count(code: SecurityCode): void
}

export interface OpenSecurity {
  readonly security: SecurityReporter
  /** Says what was still left out, and sends what waits. */
  close(): Promise<void>
}

/** Security events as the settings want them: logged, counted, and sent to the SOC where there is one. */
export async function openSecurity(config: Pick<Config, 'syslog'>, deps: Deps): Promise<OpenSecurity> {
  const { log, clock, count } = deps
  const { syslog } = config
  if (syslog === undefined) {
    const security = createSecurityEvents({ log, clock, sinks: [count] })
    return { security, close: async () => security.close() }
  }
  const { protocol, host, port, facility, caFile } = syslog
  const caPem = caFile === undefined ? undefined : await readSettingFile('SYSLOG_CA_FILE', caFile)
  const origin = { facility, hostName: os.hostname(), processId: process.pid }
  const sender = openSyslog({
    target: { protocol, host, port, caPem },
    log,
    onLost: (lost) => security.report('events-lost', { detail: String(lost) }),
  })
  const security: SecurityReporter = createSecurityEvents({
    log,
    clock,
    sinks: [count],
    channels: [(event) => sender.send(formatSyslog(event, clock.now(), origin))],
  })
  return {
    security,
    async close() {
      security.close()
      await sender.close()
    },
  }
}
