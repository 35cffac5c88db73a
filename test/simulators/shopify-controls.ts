import type { Delivered } from './deliver.ts'
import type { BulkWish } from './shopify-state.ts'
import type { ShopCustomer } from './shopify-customers.ts'
import type { WorldOrder } from './world.ts'
import type { CustomerWish, OrderWish } from './shopify-changes.ts'
import type { SendSettings, Subscription } from './shopify-webhooks.ts'

/** An order after a change, and its webhook on the way. */
export interface OrderChange {
  order: WorldOrder
  delivered: Promise<Delivered>
}

/** A customer after a change, and the webhook on the way. */
export interface CustomerChange {
  customer: ShopCustomer
  delivered: Promise<Delivered>
}

/** How a shop's rows are changed. */
export interface ShopChanges {
  /** Every order the shop has now. */
  orders(): WorldOrder[]
  /** Everybody who has an account now. */
  customers(): ShopCustomer[]
  /** Somebody orders; by default the demo caller, with an account made for it. The webhook is on its way when this returns. */
  place(wish?: OrderWish): OrderChange
  /** Something about an order changes. @throws RangeError when there is no such order */
  change(id: string, wish: OrderWish): OrderChange
  /** The order is gone, as from the admin. @throws RangeError when there is no such order */
  remove(id: string): OrderChange
  /** Somebody makes an account. */
  join(wish?: CustomerWish): CustomerChange
  /** Something about a customer changes; orders keep what they say. @throws RangeError when there is no such customer */
  changeCustomer(id: string, wish: CustomerWish): CustomerChange
  /** The customer is gone. @throws RangeError when there is no such customer */
  removeCustomer(id: string): CustomerChange
}

/** What many changes did. */
export interface ManyChanges {
  /** How many there were: of one row each. */
  changes: number
  /** Global ids of the rows they were of, the deleted ones too, each once. */
  externalIds: string[]
  /** Those that are gone. */
  deletedIds: string[]
  /** How many of the webhooks were answered with 2xx. */
  delivered: number
}

/** What drives a shop besides its rows. */
export interface ShopControls extends ShopChanges {
  /** Every row it has now, by its global id, with the time of its last change. */
  rows(): { externalId: string; updatedAt: Date }[]
  /** Makes many seeded changes and waits for their webhooks. */
  many(count: number): Promise<ManyChanges>
  /** The API garbles this row from now on: an order by its number, anything by its global id. */
  spoil(id: string): void
  /** The app may, or may not, see who its customers are. */
  hidePii(isHidden: boolean): void
  /** The app has these permissions and no others. */
  allow(scopes: readonly string[]): void
  /** The API no longer takes the cursors it gave. */
  expireCursors(): void
  /** Uses up the query cost points: the API throttles until the clock has moved on. */
  drain(): void
  /** One question may not cost more than this. Default 1000. */
  limitCost(points: number): void
  /** A 429 no longer says how long to wait. */
  hideRetryAfter(): void
  /** The API answers with this version, whatever it is asked for. */
  serveVersion(version: string): void
  /** How bulk operations go from now on. */
  setBulk(wish: BulkWish): void
  /** The files of bulk operations can no longer be had. */
  expireFiles(): void
  /** How many bulk operations were begun. */
  bulkCount(): number
  /** Tokens that were granted stop being good, before their time. */
  revokeTokens(): void
  /** How many tokens were granted. */
  grantedTokens(): number
  /** Sends any webhook, signed. */
  send(topic: string, payload: object, settings?: SendSettings): Promise<Delivered>
  /** Asks for what privacy laws give people and shops; `onlyEmail`: the payload names nobody by id. */
  askPrivacy(
    topic: 'customers/data_request' | 'customers/redact' | 'shop/redact',
    customerId?: string,
    settings?: { onlyEmail: boolean },
  ): Promise<Delivered>
  /** Whether webhooks of a topic are still sent; without one, of every topic it sent at first. */
  isSubscribed(topic?: string): boolean
  subscriptions(): readonly Subscription[]
  /** Sends again every topic it sent at first. */
  subscribe(): void
  /** One more subscription of a topic, told apart by a name. Default: to the hub's address. */
  subscribeTwice(topic: string, name: string, uri?: string): void
  /** Somebody deletes the subscriptions of a topic. */
  unsubscribe(topic: string): void
  /** The app is no longer allowed to subscribe to these topics. */
  refuseTopics(topics: readonly string[]): void
  /** The next question with this field is acted on, and its answer cut off. */
  loseNextAnswer(field: string): void
}
