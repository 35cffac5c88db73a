/** First names and, behind each, what its bearers also write. Mixed origins, as in an Australian suburb. */
export const firstNames: readonly (readonly string[])[] = listed(`
  Elizabeth/Liz/Beth/Lizzie, Catherine/Cathy/Kate, Jessica/Jess, Samantha/Sam, Alexandra/Alex/Lexi,
  Isabella/Bella/Izzy, Charlotte/Charlie/Lottie, Nicole/Nic/Nikki, Jennifer/Jen/Jenny, Rebecca/Bec/Becky,
  Victoria/Vicky/Tori, Margaret/Maggie/Peg, Stephanie/Steph, Gabrielle/Gabby, Natalie/Nat, Danielle/Dani,
  Amelia/Millie, Georgina/George/Gina, Josephine/Josie/Jo, Matilda/Tilly, Thomas/Tom/Tommy, William/Will/Bill,
  James/Jim/Jimmy, Benjamin/Ben, Michael/Mick/Mike, Christopher/Chris, Daniel/Dan/Danny, Matthew/Matt,
  Nicholas/Nick, Joshua/Josh, Timothy/Tim, Andrew/Andy/Drew, Patrick/Paddy/Pat, Robert/Rob/Bob, Anthony/Tony,
  Nathaniel/Nate, Priya, Ananya/Anu, Meera, Kavita, Rohan, Arjun, Harpreet/Harry, Simran/Sim, Linh, Thuy, Minh,
  Quynh, Xiaoling/Ling, Wei, Jia, Haoran, Yuki, Hana, Kenji/Ken, Soo-Jin/Soojin, Min-Jun/Minjun, Layla, Fatima,
  Yasmin/Yas, Omar, Khalid, Zahra, Eleni/Helen, Despina/Dessie, Konstantinos/Kosta/Con, Giuseppe/Joe,
  Francesca/Fran/Chesca, Alessia/Ale, Marco, Katarzyna/Kasia, Agnieszka/Aga, Tomasz/Tom, Siobhán/Siobhan,
  Aoife, Niamh, Ciarán/Ciaran, Zoë/Zoe, Renée/Renee, Chloé/Chloe, Freya, Ingrid, Leilani/Lani, Sione, Mele,
  Tane, Aroha, Marisol/Mari, Valentina/Val, Mateo, Amara, Chidi, Ngozi, Thandiwe/Thandi, Grace, Ruby, Hazel,
  Imogen/Immy, Tahlia, Bronte, Lachlan/Lachie, Angus/Gus, Callum, Harrison/Harry
`).map(name => name.split('/'))

/** Last names; common ones are listed several times, so that some names belong to many people. */
export const lastNames: readonly string[] = [
  ...repeated(8, listed(`Smith, Nguyen, Brown, Wilson, Taylor`)),
  ...repeated(4, listed(`Jones, Williams, Tran, Singh, Chen, Kelly, Walker, Martin, White, Harris`)),
  ...repeated(2, listed(`Patel, Le, Pham, Wang, Li, Kaur, Ryan, Murphy, Kim, Khan, Wright, King`)),
  ...listed(`
  Abbott, Adeyemi, Ahmadi, Alvarez, Andersen, Antoniou, Baker, Banerjee, Barlow, Beaumont, Bianchi, Blackwood,
  Bose, Brennan, Byrne, Callaghan, Carmody, Castellano, Chaudhary, Cheung, Clifford, Conroy, Costa, Crawford,
  Cruickshank, D'Angelo, D'Souza, Dalgleish, Das, Davenport, de Groot, De Luca, de la Cruz, Delaney, Demir,
  Desai, Dimitriou, Doherty, Donaghue, Drummond, Duarte, Ellery, Endo, Esposito, Eze, Fairweather, Farrugia,
  Fernandez, Ferrari, Fitzgerald, Fonoti, Fraser, Gallagher, Garside, Georgiou, Ghosh, Gilchrist, Goldsmith,
  Gomez, Grimshaw, Haddad, Halloran, Hamilton, Hansen, Hasegawa, Hawthorne, Healy, Hernandez, Hobbs, Huang,
  Hughes-Parker, Ibrahim, Ioannou, Ivanova, Jansen, Jaworski, Jovanovic, Kapoor, Karagiannis, Kavanagh,
  Kirkpatrick, Knight, Kowalski, Krishnan, Laird, Langford, Lau, Leung, Lindqvist, Lombardi, Mac an tSaoir,
  Macdonald, Mackenzie, Mahmoud, Malik, Mancini, Marinkovic, Mbeki, McAllister, McGrath, Mehta, Mendoza,
  Mitchell, Moretti, Mwangi, Nakamura, Naidoo, Nasser, Novak, O'Brien, O'Connor, O'Sullivan, Okafor, Olsen,
  Osman, Papadopoulos, Park, Pereira, Petrov, Pham-Lewis, Pillai, Popescu, Prendergast, Quinn, Rahman, Ramirez,
  Rashid, Redmond, Reyes, Ricci, Rosenberg, Rossi, Rowntree, Saito, Salib, Santos, Sato, Savage, Schneider,
  Sharma, Sheehan, Sinclair, Stavropoulos, Sutherland, Suzuki, Takahashi, Tamihere, Tanaka, Thornbury, Tjandra,
  Tuilagi, van Dijk, van der Berg, Vasquez, Venter, Vella, Vukovic, Wainwright, Watanabe, Weatherall,
  Whitlam-Hayes, Widodo, Winterbourne, Wójcik, Wong, Yamamoto, Yilmaz, Zammit, Zhang, Zielinski
`),
]

/** Mail providers that cannot exist (RFC 2606). */
export const mailDomains: readonly string[] = listed(
  'example.com, example.net, example.org, mail.example.com, post.example.test',
)

function listed(text: string): string[] {
  return text.trim().split(/,\s+/)
}

function repeated(times: number, names: readonly string[]): string[] {
  return Array.from({ length: times }, () => names).flat()
}
