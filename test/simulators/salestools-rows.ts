import type { SalesOrder } from './sales-orders.ts'

/** An order as Hub Source Contract v1 has it, with fields more than it says. */
export function salesRow(order: SalesOrder): object {
  return {
    id: order.id,
    number: order.number,
    version: order.version,
    status: order.status,
    ordered_at: order.way === 'counter' ? order.orderedAt.toISOString().slice(0, 10) : order.orderedAt.toISOString(),
    total: order.total,
    balance_due: order.balanceDue,
    customer: order.customer,
    staff: order.soldBy,
    lines: order.lines.map(({ title, quantity, price }) => ({ description: title, qty: quantity, unit_price: price })),
    created_at: order.orderedAt.toISOString(),
    updated_at: order.updatedAt.toISOString(),
    deleted_at: order.deletedAt?.toISOString() ?? null,
    taken_by: order.way,
  }
}
