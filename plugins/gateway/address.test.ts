import { test } from 'tap'
import { addressIn } from './address.ts'

const bytes = (...all: number[]): ArrayBuffer => new Uint8Array(all).buffer
const mapped = (...v4: number[]): ArrayBuffer => bytes(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...v4)
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0)

test('an address is written as everybody writes it', async t => {
  t.equal(addressIn(bytes(203, 0, 113, 7), ''), '203.0.113.7')
  t.equal(addressIn(mapped(203, 0, 113, 7), ''), '203.0.113.7')
  t.equal(addressIn(bytes(0x20, 0x01, 0x0d, 0xb8, ...zeros(11), 1), ''), '2001:db8::1')
})

test('a proxy nearby is taken at its word, a stranger is not', async t => {
  t.equal(addressIn(bytes(127, 0, 0, 1), '198.51.100.9'), '198.51.100.9')
  t.equal(addressIn(bytes(10, 0, 0, 4), '1.2.3.4, 198.51.100.9'), '198.51.100.9')
  t.equal(addressIn(bytes(203, 0, 113, 7), '198.51.100.9'), '203.0.113.7')
})

test('this machine itself is nobody in particular', async t => {
  t.equal(addressIn(bytes(127, 0, 0, 1), ''), '')
  t.equal(addressIn(mapped(127, 0, 0, 1), ''), '')
  t.equal(addressIn(bytes(...zeros(15), 1), ''), '')
})
