/** Of MPEG-1 layer III at 32 kbit/s and 32 kHz, mono: a header, and nothing to hear. Each frame lasts 36 ms. */
const frame = Buffer.concat([Buffer.from([0xff, 0xfb, 0x18, 0xc0]), Buffer.alloc(140)])
const framesPerSecond = 1000 / 36

/** An MP3 file of so many seconds in which nothing is heard. */
export function silentAudio(seconds: number): Buffer {
  const count = Math.max(1, Math.round(seconds * framesPerSecond))
  return Buffer.concat(Array.from({ length: count }, () => frame))
}
