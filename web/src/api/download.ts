import type { ApiSettings } from './client.ts'
import { requestHeaders } from './client.ts'
import { toFailure, toProblem } from './problem.ts'

/**
 * Fetches a file and hands it to the browser to keep. Unlike a plain link it comes in the reader's language, and a
 * refusal is an ApiProblem in words instead of a page of JSON.
 */
export async function downloadFile(settings: ApiSettings, address: string, fileName: string): Promise<void> {
  const fail = (error: unknown): never => {
    throw toFailure(error, settings, 'GET')
  }
  const request = { headers: requestHeaders(settings, 'GET'), signal: settings.readSignal() }
  const response = await fetch(address, { ...request, credentials: 'same-origin' }).catch(fail)
  if (!response.ok) {
    const problem = toProblem(
      await response.text().catch(fail),
      response.status,
      settings,
      'GET',
      response.headers.get('retry-after'),
    )
    if (problem.code === 'not-signed-in') settings.onSessionEnded()
    throw problem
  }
  const url = URL.createObjectURL(await response.blob().catch(fail))
  Object.assign(document.createElement('a'), { href: url, download: fileName }).click()
  URL.revokeObjectURL(url)
}
