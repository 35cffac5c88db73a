/** What fixtures say instead of what a vendor told us. Nobody is called so, and nothing is there. */

export const firstNames = listed(`
  Ada, Alma, Anselm, Astrid, Aubrey, Basil, Beatrix, Bertram, Blythe, Briony, Caspian, Cecily, Clement, Cordelia, Cyril, Daphne, Delphine,
  Dexter, Dorian, Edwina, Elspeth, Emrys, Ephraim, Estelle, Fenella, Ferdinand, Fleur, Florian, Gideon, Greta, Gwendolyn, Hester, Horatio,
  Ianthe, Ignatius, Isolde, Jasper, Jemima, Jocasta, Juno, Kester, Lavinia, Leopold, Linnea, Lorcan, Lucinda, Lysander, Mabel, Magnus, Marigold,
  Merlin, Minerva, Morwenna, Ned, Odette, Olympia, Orlando, Osric, Ottilie, Percival, Perdita, Petra, Phineas, Quentin, Ramona, Roderick,
  Rosalind, Rowena, Rufus, Sabine, Saskia, Septimus, Sidonie, Silas, Tabitha, Thaddeus, Theodora, Tobias, Ursula, Verity, Violet, Wilfred,
  Winifred, Xanthe, Yolanda, Zelda`)

export const lastNames = listed(`
  Alderwick, Applegarth, Ashgrove, Barleycorn, Beckthorn, Birchall, Bramblewood, Brightwater, Broadmere, Buttersworth, Candlewick, Chesterly,
  Cloverdale, Copperfield, Cranbourne, Dandridge, Dewhurst, Dovecote, Elderberry, Evenlode, Fairbrook, Featherstone, Fernsby, Foxglove,
  Gooseberry, Grassmere, Greenhollow, Hackwood, Hartsbourne, Hazelmere, Heatherby, Hollyoake, Honeychurch, Inkpen, Juniper, Kettlewell,
  Kingsmead, Larkspur, Lavenderby, Lilywhite, Longacre, Mapleton, Marchbank, Meadowcroft, Merriweather, Millstone, Moonfleet, Mossgrove,
  Nettlefold, Nightingale, Oakhanger, Oldacre, Orchardson, Otterburn, Peasgood, Pennywell, Periwinkle, Pinecrest, Quickthorn, Rainsford,
  Rushbrook, Saltmarsh, Sedgewick, Silverdale, Snowdrop, Sparrowhawk, Springbett, Stillwater, Summerhayes, Swallowfield, Tanglewood,
  Thistledown, Thornycroft, Underhill, Vinefield, Wagtail, Waterlow, Whistlecraft, Wildgoose, Willowby, Windrush, Woodbine, Yarrow`)

export const streets = listed(`
  Wattle Lane, Quince Street, Lantern Road, Teapot Row, Sundial Avenue, Marble Walk, Pepper Close, Kite Street, Clockmaker Lane, Fiddle Road`)

export const towns = listed(`
  Wattlebrook, Quince Bay, Lanternford, Upper Teasel, Sundial Creek, Marblehurst, Pepperdene, Kitesbury, Clockmakers Hill, Fiddleton`)

/** Free text that somebody wrote. */
export const remarks = [
  'Prefers the afternoon.',
  'Asked to be told a day before.',
  'Will bring the shoes.',
  'Thank you very much!',
  'Has been here before.',
  'Please use the side door.',
  'Is looking forward to it.',
  'No further wishes.',
] as const

function listed(text: string): string[] {
  return text.trim().split(/,\s+/)
}
