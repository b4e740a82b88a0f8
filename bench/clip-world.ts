import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { type BlobRef, blobRef } from '#protocol/target.ts'
import { broadcast } from '#server/broadcasts/schemas.ts'
import { bulletin, clip, programme } from '#server/library/schemas.ts'
import type { Commune } from '../test/support/commune.ts'
import { waitFor } from '../tools/api-client.ts'

const PREPARE_TIMEOUT_MS = 150_000
const DAY_MS = 86_400_000

/** A long programme that every device of the commune is to play tomorrow morning; gives the clip that it needs. */
export async function planLongProgramme(commune: Commune, minutes: number, directory: string): Promise<BlobRef> {
  const { editor, approver, id: areaId } = commune
  const file = path.join(directory, 'programme.wav')
  // Two voices' worth of tones that never repeat: as many bytes as speech, made in a second.
  const sound = `aevalsrc=0.3*sin(2*PI*(300+200*sin(0.7*t))*t)+0.2*sin(2*PI*1100*t)*gt(mod(t\\,0.7)\\,0.3):s=16000:d=${minutes * 60}`
  await promisify(execFile)('ffmpeg', ['-nostdin', '-v', 'error', '-y', '-f', 'lavfi', '-i', sound, file])
  const wav = new Uint8Array(await readFile(file))
  const uploaded = await editor.upload(`/api/clips?areaId=${areaId}&name=programme`, wav, clip)
  const ready = await waitFor(editor, 'the clip', PREPARE_TIMEOUT_MS, async () => {
    const now = await editor.get(`/api/clips/${uploaded.id}`, clip)
    if (now.state === 'rejected') throw new Error(now.rejection?.text)
    return now.state === 'ready' ? now : undefined
  })
  const content = { areaId, title: 'Chương trình dài', topic: 'policy', language: 'vi', clipId: uploaded.id }
  const draft = await editor.post('/api/bulletins', content, bulletin)
  const { current } = await editor.post(`/api/bulletins/${draft.id}/submit`, {}, bulletin)
  const judged = { revisionId: current.id, contentHash: current.contentHash }
  await approver.post(`/api/bulletins/${draft.id}/approve`, judged, bulletin)
  const order = { areaId, title: content.title, bulletinIds: [draft.id] }
  const { id: programmeId } = await editor.post('/api/programmes', order, programme)
  const firstDate = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10)
  const when = { priority: 'normal', recurrence: 'once', firstDate, localTime: '09:00' }
  await editor.post('/api/broadcasts', { programmeId, areaId, ...when }, broadcast)
  return blobRef.parse({ sha256: ready.sha256, bytes: ready.bytes })
}
