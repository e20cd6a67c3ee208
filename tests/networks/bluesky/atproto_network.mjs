// A whole Bluesky on loopback from @atproto/dev-env, with Jetstream's first wire made of its
// firehose. Run by test_bluesky_atproto.py; prints its addresses as one line of JSON.
import { createServer } from 'node:http'
import { Firehose } from '@atproto/sync'
import { IdResolver } from '@atproto/identity'
import { TestNetwork } from '@atproto/dev-env'
import { WebSocketServer } from 'ws'

const network = await TestNetwork.create({})
const events = []
const sockets = new Set()
let latest = 0

function tell(did, kind, told) {
  latest = Math.max(latest + 1, Date.now() * 1000)
  const text = JSON.stringify({ did, time_us: latest, kind, [kind]: told })
  events.push([latest, text])
  for (const socket of sockets) socket.send(text)
}

const firehose = new Firehose({
  service: network.pds.url.replace('http', 'ws'),
  idResolver: new IdResolver({ plcUrl: network.plc.url }),
  unauthenticatedCommits: true,
  excludeIdentity: true,
  onError: (error) => console.error(error),
  handleEvent: (event) => {
    if (event.event === 'account') {
      tell(event.did, 'account', { active: event.active, did: event.did, status: event.status })
    } else if (event.collection === 'app.bsky.feed.post') {
      const told = { rev: event.rev, operation: event.event, collection: event.collection }
      const record = event.record ? { record: event.record, cid: event.cid.toString() } : {}
      tell(event.did, 'commit', { ...told, rkey: event.rkey, ...record })
    }
  },
})
firehose.start()

const server = createServer()
new WebSocketServer({ server }).on('connection', (socket, request) => {
  const cursor = new URL(request.url, 'ws://localhost').searchParams.get('cursor')
  if (cursor !== null) {
    for (const [at, text] of events) if (at >= Number(cursor)) socket.send(text)
  }
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket))
})
server.listen(0, '127.0.0.1', () => {
  const jetstream = `ws://127.0.0.1:${server.address().port}`
  console.log(JSON.stringify({ pds: network.pds.url, appview: network.bsky.url, jetstream }))
})

process.stdin.resume()
process.stdin.on('end', async () => {
  await firehose.destroy()
  await network.close()
  process.exit(0)
})
