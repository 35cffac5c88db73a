import { limits } from './limits.ts'
import { protocolVersions } from './protocol.ts'

/** What the page says between the frames, as HTML. */
export function pageWords(): {
  start: string
  counting: string
  commands: string
  errors: string
  closing: string
  end: string
} {
  return { start, counting, commands, errors, closing, end: end() }
}

const start = `<h2 id="start">Getting in</h2>
<ol>
<li><code>POST /api/sessions {"email", "password"}</code> answers <code>{"accessToken", "refreshToken", "expiresAt"}</code>. When the access token has expired,
<code>POST /api/sessions/refresh {"refreshToken"}</code> answers the next pair.</li>
<li><code>POST /api/gateway/ticket</code> with <code>Authorization: Bearer &lt;accessToken&gt;</code> answers <code>{"ticket", "url", "expiresAt"}</code>: for one connection, within 30 s.
With an API key of the role <code>admin</code>, say for whom: <code>{"staff": "&lt;email&gt;"}</code>.</li>
<li>Open a WebSocket to <code>url</code> (no subprotocol), and send <code>hello</code>. The hub sends <code>welcome</code>.</li>
</ol>
<p>Every frame is one JSON text. A page of another origin must be named in the hub's settings; programs send no origin and need none. This is a whole client:</p>
<pre class="program">const post = async (path, body, token) => {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: 'Bearer ' + token } : {}) }
  return (await fetch(hub + path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
}
let epoch, seq // of an earlier connection, to be told what was missed
const connect = async () => {
  const { accessToken } = await post('/api/sessions', { email, password })
  const { ticket, url } = await post('/api/gateway/ticket', {}, accessToken)
  const socket = new WebSocket(url)
  socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', data: { ticket, versions: [1], epoch, seq } }))
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data)
    if ('re' in frame) return hear(frame) // the answer to a command
    if (frame.type === 'welcome') epoch = frame.data.epoch
    seq = frame.seq
    hear(frame)
  }
  socket.onclose = () => setTimeout(connect, Math.random() * 2000)
  return socket
}</pre>`

const counting = `<h2 id="counting">Counting, and coming back</h2>
<p>What the hub sends by itself is <code>{"seq", "type", "at", "data"}</code>. Frames that happen to you have a <code>seq</code> one above the last: there is never a gap.
<code>welcome</code>, <code>reset</code> and <code>notice</code> do not count: their <code>seq</code> is that of the last frame that did.</p>
<p>Remember <code>epoch</code> (from <code>welcome</code>) and the last <code>seq</code>, and give both in your next <code>hello</code>. Then either <code>welcome</code> says
<code>"isResumed": true</code>, and exactly the frames that you missed follow, in order; or <code>reset</code> follows it, and you go by the welcome. Frames are kept for an hour, at most 1,000 of a person.
Should you ever see a frame again, its <code>seq</code> is not above your last: leave it out.</p>
<p>The hub pings at the level of WebSocket, which your library answers. To notice yourself that the line is dead, send <code>ping</code> when nothing came for a while.
Close with 1000 when your person leaves for good; any other end may be a lost network, and your person counts as connected, with their calls, for a grace time.</p>`

const commands = `<p>A command is <code>{"id", "type", "data"}</code>, answered by <code>{"re": id, "ok": true, "data"}</code> or <code>{"re": id, "ok": false, "error": {"code", "message"}}</code>.
Choose an <code>id</code> of your own for each, a UUID: given again, also over another connection and for an hour, it acts no second time and is answered the same. (An <code>id</code> of less than 16 characters
means the same on its connection only, and on one that resumed it within two minutes.) Commands of one connection are done one after the other; answers and
other frames come as they may. An answer says that the hub took it: how the call goes on is told by <code>call.state</code>. Fields you do not need may be left out where optional; those nobody knows are ignored.
Only what the parts of this hub do is listed.</p>`

const errors = `<p>Other codes are those of the HTTP API, listed at <a href="/docs#errors">/docs</a>. Treat one that you do not know like <code>internal</code>.</p>`

const closing = `<p>After 1012, 1013, 4008, 4010 and any code not listed: come back with a new ticket, <code>epoch</code> and <code>seq</code>, after the time of <code>notice</code>, else after a pause that grows and is spread by chance.
After 4001, 4003 and 4004 a new ticket helps when your person may still come in: <code>POST /api/gateway/ticket</code> says so. The others are mistakes of the client.</p>`

function end(): string {
  return `<h2 id="limits">Limits</h2>
<table>
<tr><td>time for <code>hello</code><td>${limits.helloMs / 1000} s
<tr><td>one frame of yours<td>${limits.frameBytes / 1024} KiB
<tr><td>frames a second<td>${limits.framesPerSecond}
<tr><td>commands under way at once<td>${limits.running}
<tr><td>connections of one person<td>${limits.connectionsPerPerson}, then 4009
<tr><td>bytes you have not read<td>${limits.unsentBytes / 1024 / 1024} MiB, then 4008: nothing is skipped, come back and resume
</table>
<h2 id="versions">Versions</h2>
<p>This hub speaks ${protocolVersions.join(', ')}. Say in <code>hello</code> which you speak (<code>"versions": [1]</code>, the default); <code>welcome</code> says which it is: the highest of both. With none in common
the hub closes with 4006. Within a version things are only added: ignore fields and types of frames that you do not know, but count the frames.</p>`
}
