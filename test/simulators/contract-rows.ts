/** What every row of Hub Source Contract v1 has, in a simulated vendor. */
export interface ContractRow {
  id: string
  /** Counts the changes, from 1. */
  version: number
  updatedAt: Date
  deletedAt: Date | null
}

/** What a simulated vendor with the contract knows, and how it writes it. */
export interface ContractRows<Row extends ContractRow> {
  /** The path: `appointments`, `orders`. */
  collection: string
  /** In the types of webhooks: `appointment` in `appointment.updated`. */
  noun: string
  token: string
  webhookSecrets: readonly string[]
  rows: readonly Row[]
  /** A row as it goes over the wire. */
  wire(row: Row): object
  /** What a row has instead when the API garbles it. */
  garbled: object
}

/** Oldest change first, then by id. */
export function byChange(one: ContractRow, other: ContractRow): number {
  return one.updatedAt.getTime() - other.updatedAt.getTime() || (one.id < other.id ? -1 : 1)
}
