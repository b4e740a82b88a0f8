import openapiTypes, { astToString } from 'openapi-typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(async () => {
  await server?.stop()
})

/** The console knows the server by these types only. `vitest run test/browser/contract.test.ts -u` writes them anew. */
test('the console’s types are those of the server’s OpenAPI document', async () => {
  const document = await (await fetch(`${server.url}/api/docs/json`)).text()
  const head = '/** Written from /api/docs/json by test/browser/contract.test.ts; not to be edited. */\n'
  const types = head + astToString(await openapiTypes(document))
  await expect(types).toMatchFileSnapshot('../../web/src/api/schema.d.ts')
})
