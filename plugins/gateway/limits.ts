/** What clients may do. `limits` in the options sets some of it otherwise. */
export const limits = {
  /** Time for the first frame. */
  helloMs: 5_000,
  frameBytes: 16 * 1024,
  framesPerSecond: 50,
  /** Frames that are not `{id, type, data}` before we stop listening. */
  malformed: 10,
  /** Commands under way at once. */
  running: 32,
  /** Answers kept in memory for repeated ids; longer ones are in the database only. */
  answers: 64,
  answerBytes: 1024,
  /** Connections of one person, over all hubs. */
  connectionsPerPerson: 50,
  /** Connections of one network address to this hub. */
  connectionsPerAddress: 1_000,
  /** Connections to this hub. */
  connections: 20_000,
  /** Bytes the client has not taken: above, it is too slow. */
  unsentBytes: 1024 * 1024,
  /** While catching up, the next frames are read only when less than this is unsent. */
  pauseBytes: 256 * 1024,
  /** How long catching up may wait for the client to take what was sent. */
  stallMs: 10_000,
  /** Frames read at once while catching up. */
  page: 32,
}

export type Limits = Readonly<typeof limits>
