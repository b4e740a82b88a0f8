import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type BlobRef, blobRef } from '#protocol/target.ts'
import { broadcast } from '#server/broadcasts/schemas.ts'
import { bulletin, clip, programme } from '#server/library/schemas.ts'
import type { Commune } from '../test/support/commune.ts'
import { waitFor } from '../tools/api-client.ts'
import { writeSpeech } from './speech.ts'

const PREPARE_TIMEOUT_MS = 150_000
const DAY_MS = 86_400_000

/** A long programme that every device of the commune is to play tomorrow morning; gives the clip that it needs. */
export async function planLongProgramme(commune: Commune, minutes: number, directory: string): Promise<BlobRef> {
  const { editor, approver, id: areaId } = commune
  const file = path.join(directory, 'programme.wav')
  await writeSpeech(file, { minutes, sampleRateHz: 22_050, channels: 1 })
  const wav = new Uint8Array(await readFile(file))
  const uploaded = await editor.upload(`/api/clips?areaId=${areaId}&name=programme`, wav, clip)
  const ready = await waitFor(editor, 'the clip', PREPARE_TIMEOUT_MS, async () => {
    const now = await editor.get(`/api/clips/${uploaded.id}`, clip)
    if (now.state === 'rejected') throw new Error(now.rejection?.text)
    return now.state === 'ready' ? now : undefined
  })
  const content = { areaId, title: 'Chương trình dài', topic: 'policy', language: 'vi', clipId: uploaded.id }
  const draft = await editor.post('/api/bulletins', content, bulletin)
  const { current } = await editor.post(`/api/bulletins/${draft.id}/submit`, { revisionId: draft.current.id }, bulletin)
  const judged = { revisionId: current.id, contentHash: current.contentHash }
  await approver.post(`/api/bulletins/${draft.id}/approve`, judged, bulletin)
  const order = { areaId, title: content.title, bulletinIds: [draft.id] }
  const { id: programmeId } = await editor.post('/api/programmes', order, programme)
  const firstDate = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10)
  const when = { priority: 'normal', rule: null, firstDate, localTimes: ['09:00'] }
  await editor.post('/api/broadcasts', { programmeId, areaId, ...when }, broadcast)
  return blobRef.parse({ sha256: ready.sha256, bytes: ready.bytes })
}
