import { hash, verify } from '@node-rs/argon2'
import { randomInt } from 'node:crypto'

/** OWASP's least for Argon2id (2023): 19 MiB, two passes, one lane. The library's algorithm is Argon2id unless told otherwise. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The hash of random bytes that nobody has, made at the same cost: checking against it takes as long as checking a real one. */
const nobodys = '$argon2id$v=19$m=19456,t=2,p=1$7FBpBExcp+qMs3JlNg5Hzg$E+lZr2tLoazb6Xr4wf1xoaNe0SYjmEOSMB7XVSpAAOM'

/** Letters and digits that cannot be taken for one another when read out. */
const readable = 'abcdefghjkmnpqrstuvwxyz23456789'

/** The hash to keep of a password, with its parameters and salt. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, cost)
}

/** Whether this is the password. Takes as long when there is no hash to compare with, so that nobody learns who exists. */
export async function isPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? nobodys, password)
  return matches && passwordHash !== null
}

/** A password to be typed from a screen: 16 random characters in groups of four, about 79 bits. */
export function readablePassword(): string {
  const group = () => Array.from({ length: 4 }, () => readable[randomInt(readable.length)]).join('')
  return Array.from({ length: 4 }, group).join('-')
}
