import { showPhone, type Caller } from '@switchboard/core'
import type { ClientEvents } from '@switchboard/gateway/client'
import { box, columns, cut, safe, styled, wrap, type BoxPart, type Look } from './box.ts'
import { amount, certainty, relative, when } from './phrases.ts'

type Ringing = Pick<ClientEvents['call.ringing'], 'call' | 'caller'>

/** How a card is drawn. Between 40 and 120 columns are used. */
export interface CardLook extends Look {
  now: Date
}

/** Who is calling, on one glance of a terminal. */
export function renderCard({ call, caller }: Ringing, { now, ...wanted }: CardLook): string {
  const look = { ...wanted, width: widthFor(wanted.width) }
  const parts: BoxPart[] = [
    { heading: `Incoming call on ${showPhone(safe(call.to))}`, rows: ['', ...whoRows(caller, look), ''] },
    ...(caller.profileId ? [{ heading: 'Last orders', rows: orderRows(caller, look, now) }] : []),
    ...(caller.bookings.length > 0 ? [{ heading: 'Appointments', rows: bookingRows(caller, look, now) }] : []),
    { rows: [keys(look)] },
  ]
  return box(look, parts)
}

/** How many of these columns a card uses. */
export function widthFor(columns: number): number {
  return Math.min(120, Math.max(40, columns))
}

function whoRows(caller: Caller, look: Look): string[] {
  const inner = look.width - 6
  const indent = (row: string): string => ` ${row}`
  const name = cut(nameOf(caller), inner - 2)
  const phone = caller.phone ? showPhone(safe(caller.phone)) : 'number withheld'
  const reasons = wrap(safe(caller.reasons.join('; ')), inner, 2).map(row => styled(look, 'dim', row))
  const isKnown = caller.profileId !== null
  return [
    isKnown ? styled(look, ['bold', 'inverse'], ` ${name} `) : styled(look, 'bold', name),
    isKnown && caller.place ? `${phone} · ${safe(caller.place)}` : phone,
    ...(isKnown ? ['', styled(look, 'green', certainty(caller.confidence))] : []),
    ...(caller.reasons.length > 0 ? reasons : []),
    ...caller.household.flatMap(one => wrap(safe(householdLine(one)), inner, 1)),
  ].map(indent)
}

/** What to call the caller, safe for a terminal. */
export function nameOf({ displayName, place, phone }: Caller): string {
  if (displayName) return safe(displayName)
  return `Unknown caller${place ? ` · ${safe(place)}` : phone ? '' : ' · number withheld'}`
}

const sharing: Readonly<Record<string, string>> = { phone: 'this phone', email: 'an email' }

function householdLine({ displayName, shares }: Caller['household'][number]): string {
  const what = shares.map(share => sharing[share] ?? `an ${share}`.replace(/^an (?![aeiou])/, 'a '))
  return `Shares ${new Intl.ListFormat('en').format(what)} with ${displayName}`
}

function orderRows({ orders }: Caller, look: Look, now: Date): string[] {
  if (orders.length === 0) return [styled(look, 'dim', ' none yet')]
  const rows = orders.map(({ number, placedAt, total, status }) =>
    [number, relative(placedAt, now), amount(total), status].map(safe),
  )
  return columns(rows, [2]).map(row => ` ${row}`)
}

function bookingRows({ bookings }: Caller, look: Look, now: Date): string[] {
  return bookings.flatMap(booking => {
    const label = booking.when === 'next' ? 'Next' : 'Last'
    const who = booking.with ? `${booking.title} with ${booking.with}` : booking.title
    const details = safe([who, booking.location, booking.status].filter(Boolean).join(' · '))
    return [
      ` ${styled(look, 'bold', label)}  ${safe(when(booking, now))} · ${relative(booking.startsAt, now)}`,
      styled(look, 'dim', cut(`       ${details}`, look.width - 4)),
    ]
  })
}

function keys(look: Look): string {
  const all = ['[a] answer', '[d] decline', '[h] hang up', '[q] quit']
  return ` ${all.map(key => styled(look, 'cyan', key)).join('  ')}`
}
