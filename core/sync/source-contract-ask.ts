import type { z } from 'zod'
import { VendorError } from '../model/errors.ts'
import type { ContractRow, SourceContract } from './source-contract-row.ts'

/** Whom to ask, and with which token. */
export type ContractVendor = Pick<SourceContract<ContractRow>, 'kit' | 'url' | 'token'>

/** Asks a vendor for one of the contract's routes. @throws VendorError; for a refused token one that says so, and that no repetition helps */
export async function ask<T>(vendor: ContractVendor, path: string, shape: z.ZodType<T>): Promise<T> {
  try {
    return await vendor.kit.http.json({ url: addressOf(vendor, path), bearer: vendor.token }, shape)
  } catch (error) {
    if (!hasStatus(error, 401, 403)) throw error
    throw new VendorError(`${error.message}; the token is not accepted: set a valid \`token\``, {
      cause: error,
      vendorStatus: error.vendorStatus,
      vendorCode: error.vendorCode,
    })
  }
}

/** The body of an answer whatever its status, for what errors do not carry; null when it is not JSON. @throws VendorError when no answer came */
export async function bodyOf(vendor: ContractVendor, path: string): Promise<unknown> {
  const { body } = await vendor.kit.http.send({ url: addressOf(vendor, path), bearer: vendor.token })
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

/** Whether a vendor answered with one of these. */
export function hasStatus(error: unknown, ...statuses: number[]): error is VendorError {
  return error instanceof VendorError && statuses.includes(error.vendorStatus ?? 0)
}

function addressOf({ url }: ContractVendor, path: string): string {
  return `${url.replace(/\/+$/, '')}/v1/${path}`
}
