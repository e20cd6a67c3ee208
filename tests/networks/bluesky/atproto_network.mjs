// A whole Bluesky on loopback from @atproto/dev-env, with Jetstream's first wire made of its
// firehose. Run by test_atproto.py; prints its addresses as one line of JSON. A line "away" on
// standard input has Jetstream alone gone, and "back" has it back with all that happened.
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { Firehose } from '@atproto/sync'
import { TestNetwork } from '@atproto/dev-env'
import { WebSocketServer } from 'ws'

// Letters only, and new each time: what another run left in the database is not wanted.
const letters = Array.from({ length: 12 }, () => 'abcdefghij'[Math.floor(Math.random() * 10)])
const schema = process.env.DB_POSTGRES_SCHEMA ?? `devenv_${letters.join('')}`
const network = await TestNetwork.create({ dbPostgresSchema: schema })
const events = []
const sockets = new Set()
let latest = 0

function tell(did, kind, told) {
  latest = Math.max(latest + 1, Date.now() * 1000)
  const text = JSON.stringify({ did, time_us: latest, kind, [kind]: told })
  events.push([latest, text])
  for (const socket of sockets) socket.send(text)
}

// The library's own resolver refuses plain HTTP.
const resolve = async (did) => (await fetch(`${network.plc.url}/${did}`)).json()
const firehose = new Firehose({
  service: network.pds.url.replace('http', 'ws'),
  idResolver: { did: { resolve } },
  unauthenticatedCommits: true,
  unauthenticatedHandles: true,
  onError: (error) => console.error(error),
  handleEvent: (event) => {
    if (event.event === 'account') {
      tell(event.did, 'account', { active: event.active, did: event.did, status: event.status })
    } else if (event.event === 'identity') {
      tell(event.did, 'identity', { did: event.did, handle: event.handle })
    } else if (event.collection === 'app.bsky.feed.post') {
      const told = { rev: event.rev, operation: event.event, collection: event.collection }
      const record = event.record ? { record: event.record, cid: event.cid.toString() } : {}
      tell(event.did, 'commit', { ...told, rkey: event.rkey, ...record })
    }
  },
})
firehose.start()

let server
function serve(port) {
  server = createServer()
  new WebSocketServer({ server }).on('connection', (socket, request) => {
    const cursor = new URL(request.url, 'ws://localhost').searchParams.get('cursor')
    if (cursor !== null) {
      for (const [at, text] of events) if (at >= Number(cursor)) socket.send(text)
    }
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  return new Promise((done) => server.listen(port, '127.0.0.1', done))
}

await serve(0)
const port = server.address().port
const jetstream = `ws://127.0.0.1:${port}`
console.log(JSON.stringify({ pds: network.pds.url, appview: network.bsky.url, jetstream }))

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'away') {
    server.close()
    for (const socket of sockets) socket.terminate()
  } else if (line === 'back') {
    await serve(port)
  }
  console.log(line)
}
await firehose.destroy()
await network.close()
process.exit(0)
