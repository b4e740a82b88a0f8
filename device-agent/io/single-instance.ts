import net from 'node:net'
import { hashBytes } from '#protocol/ids.ts'
import { isErrno } from './files.ts'

/**
 * Holds a name that only one process can hold, for as long as this process lives: a Linux abstract socket (unix(7)),
 * which vanishes with its owner whatever ended it. Two agents on one state directory would tear the ledger apart.
 */
export function claimStateDir(stateDir: string): Promise<'claimed' | 'taken'> {
  const server = net.createServer((socket) => socket.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      if (isErrno(cause, 'EADDRINUSE')) resolve('taken')
      else reject(cause)
    })
    server.listen(`\0loaxa-agent-${hashBytes(stateDir).slice(0, 32)}`, () => {
      // It must not keep the process alive.
      server.unref()
      resolve('claimed')
    })
  })
}
