/** What is compared of one person: cleaned and folded; null, or no phones, when missing. */
export interface Evidence {
  first: string | null
  last: string | null
  email: string | null
  /** E.164, in any order. */
  phones: readonly string[]
}

/** The text that people with the same evidence share, whatever the order of their phones. No cleaned field holds a line break. */
export function signatureOf({ first, last, email, phones }: Evidence): string {
  const many = phones.length > 1 ? phones.toSorted().join(' ') : (phones[0] ?? '')
  return `${first ?? ''}\n${last ?? ''}\n${email ?? ''}\n${many}`
}
