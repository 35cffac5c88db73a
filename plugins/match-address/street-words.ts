/** What a street is, by its short forms: Australia Post's list (AS 4590) and what the USPS, Royal Mail and people write besides. */
export const streetTypes: ReadonlyMap<string, string> = expand(`
  alley: al aly ally, arcade: arc, avenue: av ave aven avn, boulevard: bvd blvd boul bld, circle: cir crcl, circuit: cct crct cct,
  close: cl, court: ct crt, crescent: cr cres crs, drive: dr drv, esplanade: esp espl, freeway: fwy, gardens: gdn gdns,
  green: grn, grove: gr gve grv, heights: hts, highway: hwy, lane: ln la, loop: lp, mews: mws, motorway: mwy, parade: pde,
  parkway: pkwy pkway pwy, place: pl, plaza: plz plza, point: pt, promenade: prom, quay: qy, ridge: rdge, rise: ri, road: rd,
  route: rte, square: sq, strasse: str, street: st strt, terrace: tce ter terr tc, track: trk, trail: trl, walk: wk wlk, way: wy`)

/** Words for a dwelling in a building. The word goes, what follows it stays: "Unit 3" and "Apt 3" are one. */
export const unitWords: ReadonlySet<string> = listed(
  'unit units u apartment apartments apt apts appt flat flats villa townhouse suite suites ste shop shp room rm studio penthouse ' +
    'office door duplex cottage lot',
)

/** Words for a floor; it matters where no dwelling on it is named. */
export const levelWords: ReadonlySet<string> = listed('level lvl lev l floor flr')

/** Directions, which stand before a street's name or after it. */
export const directions: ReadonlyMap<string, string> = expand(
  'north: n nth, south: s sth, east: e, west: w, northeast: ne, northwest: nw, southeast: se, southwest: sw',
)

/** What is written where an address belongs and is none. */
export const noStreets: ReadonlySet<string> = listed(
  'n a na none nil unknown tba tbc tbd null undefined pickup pick up collect collection same as above billing test address',
)

function expand(text: string): ReadonlyMap<string, string> {
  const entries = text.split(',').map(entry => entry.trim().split(/:?\s+/))
  return new Map(entries.flatMap(([long = '', ...short]) => [long, ...short].map(word => [word, long] as const)))
}

function listed(text: string): ReadonlySet<string> {
  return new Set(text.split(' '))
}
