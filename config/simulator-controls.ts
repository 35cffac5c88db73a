/** Something a simulated vendor can be made to do over HTTP. */
export interface Control {
  method: 'GET' | 'POST' | 'PUT'
  /** Under `/simulator/`. */
  path: string
  /** What to send; none where nothing has to be said. */
  body?: object
  does: string
}

/** What a vendor can be made to do, with an example of each; those of its faults last. */
export function controlsOf(vendor: string): Control[] {
  return [...(controls[vendor] ?? []), ...faultControls]
}

const faultControls: readonly Control[] = [
  { method: 'GET', path: '/simulator/faults', does: 'shows the fault switches' },
  { method: 'PUT', path: '/simulator/faults', body: { status429: 0.2 }, does: 'one answer in five is a 429' },
  { method: 'POST', path: '/simulator/faults/cut', does: 'cuts the next connection' },
]

const controls: Readonly<Record<string, readonly Control[]>> = {
  appointjet: [
    {
      ...{ method: 'POST', path: '/simulator/appointments', body: { firstName: 'Ada', phone: '0491 570 006' } },
      does: 'somebody books; with an "id" that appointment changes, with "deleted": true it goes',
    },
  ],
  front: [
    {
      ...{ method: 'POST', path: '/simulator/messages', body: { from: 'ada@example.com', text: 'Is it ready?' } },
      does: 'somebody writes',
    },
    {
      ...{ method: 'POST', path: '/simulator/contacts', body: { name: 'Ada Byron', email: 'ada@example.com' } },
      does: 'somebody becomes a contact; with an "id" that contact changes',
    },
    { method: 'POST', path: '/simulator/webhooks', does: "saves the application's webhook anew" },
  ],
  salestools: [
    {
      ...{
        method: 'POST',
        path: '/simulator/orders',
        body: { name: 'BYRON Ada', phone: '0491 570 006', dollars: 120 },
      },
      does: 'somebody orders; with an "id" that order changes, with "deleted": true it goes',
    },
  ],
  shopify: [
    {
      ...{ method: 'POST', path: '/simulator/orders', body: { firstName: 'Ada', phone: '0491 570 006', dollars: 120 } },
      does: 'somebody orders; with an "id" that order changes, with "deleted": true it goes',
    },
    { method: 'PUT', path: '/simulator/pii', body: { hidden: true }, does: 'hides the customers from the app' },
    { method: 'POST', path: '/simulator/subscription', does: 'the shop sends webhooks again' },
  ],
  simplybookme: [
    {
      ...{ method: 'POST', path: '/simulator/bookings', body: { name: 'Ada Byron', phone: '0491 570 006' } },
      does: 'somebody books; with an "id" that booking changes, with "deleted": true it vanishes, and nobody is told',
    },
    {
      method: 'POST',
      path: '/simulator/tokens',
      body: { seconds: 60 },
      does: 'tokens end, and new ones live a minute',
    },
  ],
  twilio: [
    {
      method: 'POST',
      path: '/simulator/calls',
      body: { from: '+61491570006', hangUpAfterMs: 30_000 },
      does: 'somebody rings',
    },
    { method: 'GET', path: '/simulator/calls', does: 'shows the calls' },
    {
      method: 'POST',
      path: '/simulator/messages',
      body: { from: '+61491570006', body: 'Is it ready?' },
      does: 'somebody writes',
    },
  ],
}
