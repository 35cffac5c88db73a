/** Places the shop sends parcels to. */
export const places: readonly { city: string; region: string; zip: string; country: string }[] = [
  { city: 'Marrickville', region: 'NSW', zip: '2204', country: 'AU' },
  { city: 'Newtown', region: 'NSW', zip: '2042', country: 'AU' },
  { city: 'Parramatta', region: 'NSW', zip: '2150', country: 'AU' },
  { city: 'Fitzroy', region: 'VIC', zip: '3065', country: 'AU' },
  { city: 'Footscray', region: 'VIC', zip: '3011', country: 'AU' },
  { city: 'Paddington', region: 'QLD', zip: '4064', country: 'AU' },
  { city: 'Fremantle', region: 'WA', zip: '6160', country: 'AU' },
  { city: 'Glenelg', region: 'SA', zip: '5045', country: 'AU' },
  { city: 'Hobart', region: 'TAS', zip: '7000', country: 'AU' },
  { city: 'Wollongong', region: 'NSW', zip: '2500', country: 'AU' },
]

/** What the shop sells, in Australian dollars. */
export const wares: readonly { title: string; dollars: number }[] = [
  { title: 'Aurelia gown', dollars: 3290 },
  { title: 'Banksia gown', dollars: 2450 },
  { title: 'Coogee slip gown', dollars: 1480 },
  { title: 'Cathedral veil', dollars: 390 },
  { title: 'Fingertip veil', dollars: 210 },
  { title: 'Bridesmaid dress, sage', dollars: 289 },
  { title: 'Bridesmaid dress, dusk', dollars: 289 },
  { title: 'Satin heels', dollars: 185 },
  { title: 'Pearl comb', dollars: 79 },
  { title: 'Alterations', dollars: 260 },
  { title: 'Linen suit, three-piece', dollars: 980 },
  { title: 'Steam and press', dollars: 60 },
]

/** What people come to the shop for, and for how long. */
export const visits: readonly { type: string; minutes: number }[] = [
  { type: 'Bridal consultation', minutes: 90 },
  { type: 'First fitting', minutes: 60 },
  { type: 'Second fitting', minutes: 45 },
  { type: 'Final fitting', minutes: 45 },
  { type: 'Bridesmaids', minutes: 60 },
  { type: 'Menswear', minutes: 45 },
  { type: 'Pick-up', minutes: 30 },
]

/** Who works there, as the booking system knows them. */
export const stylists: readonly { id: string; name: string }[] = [
  { id: 'stf_1', name: 'Alex' },
  { id: 'stf_2', name: 'Sam' },
  { id: 'stf_3', name: 'Robin' },
]
