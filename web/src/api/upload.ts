import { type ApiSettings, requestHeaders } from './client.ts'
import { cancelled, noConnection, toProblem } from './problem.ts'
import type { Clip } from './types.ts'

export interface Upload {
  readonly done: Promise<Clip>
  cancel(): void
}

/**
 * Sends a file as it is and reports how much has left (0…1). XMLHttpRequest, because fetch tells nothing of
 * what was sent so far.
 */
export function uploadClip(
  file: File,
  areaId: string,
  settings: ApiSettings,
  onProgress: (fraction: number) => void,
): Upload {
  const request = new XMLHttpRequest()
  const done = new Promise<Clip>((resolve, reject) => {
    request.open('POST', `/api/clips?${new URLSearchParams({ areaId, name: file.name })}`)
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    for (const [name, value] of Object.entries(requestHeaders(settings, 'POST'))) request.setRequestHeader(name, value)
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total)
    }
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) return resolve(JSON.parse(request.responseText))
      const problem = toProblem(request.responseText, request.status, settings, 'POST')
      if (problem.code === 'not-signed-in') settings.onSessionEnded()
      reject(problem)
    }
    request.onerror = () => reject(noConnection(settings, 'POST'))
    request.onabort = () => reject(cancelled())
    request.send(file)
  })
  return { done, cancel: () => request.abort() }
}
