/** A frame as it came over the wire. */
export interface Frame {
  type?: string
  seq?: number
  re?: string
  ok?: boolean
  data?: Record<string, unknown>
  error?: { code: string; message: string }
}

/** A phone client of a stranger's making: plain HTTP and a plain WebSocket, nothing of ours. */
export interface Phone {
  frames: Frame[]
  /** The first frame, from now or before, that fits. @throws Error when none came in 20 s */
  heard(fits: (frame: Frame) => boolean): Promise<Frame>
  /** The next state the call comes to, by name. */
  state(name: string): Promise<Frame>
  send(type: string, data: object): Promise<Frame>
  close(): void
  /** How the connection ended. */
  closed: Promise<{ code: number; reason: string }>
}

const patienceMs = 60_000

/** Asks the API. @throws Error when it refuses */
export async function ask<T>(url: string, path: string, token: string | null, body?: object): Promise<T> {
  const response = await fetch(url + path, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`)
  return (text ? JSON.parse(text) : undefined) as T
}

/** Signs in. */
export async function signIn(url: string, email: string, password: string): Promise<string> {
  return (await ask<{ accessToken: string }>(url, '/api/sessions', null, { email, password })).accessToken
}

/** Connects a phone and waits for its welcome. */
export async function connectPhone(url: string, token: string): Promise<Phone> {
  const { ticket, url: gateway } = await ask<{ ticket: string; url: string }>(url, '/api/gateway/ticket', token, {})
  const socket = new WebSocket(gateway)
  const frames: Frame[] = []
  const ears = new Set<() => void>()
  const closed = new Promise<{ code: number; reason: string }>(resolve => {
    socket.onclose = ({ code, reason }) => resolve({ code, reason })
  })
  socket.onmessage = ({ data }) => {
    frames.push(JSON.parse(String(data)) as Frame)
    for (const ear of ears) ear()
  }
  socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', data: { ticket } }))
  const heard = (fits: (frame: Frame) => boolean): Promise<Frame> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = frames.find(fits)
        if (!found) return
        clearTimeout(timer)
        ears.delete(look)
        resolve(found)
      }
      const timer = setTimeout(
        () => reject(new Error(`not heard in ${patienceMs} ms; heard ${JSON.stringify(frames)}`)),
        patienceMs,
      )
      ears.add(look)
      look()
    })
  let count = 0
  await heard(({ type }) => type === 'welcome')
  return {
    frames,
    heard,
    state: name => heard(({ type, data }) => type === 'call.state' && data?.['state'] === name),
    send: (type, data) => {
      const id = String((count += 1))
      socket.send(JSON.stringify({ id, type, data }))
      return heard(({ re }) => re === id)
    },
    close: () => socket.close(1000),
    closed,
  }
}
