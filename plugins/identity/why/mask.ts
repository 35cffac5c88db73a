/** An email with its name partly hidden: "j•••e@example.com". */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf('@')
  if (at < 1) return '•••'
  const name = email.slice(0, at)
  const shown = name.length > 3 ? `${name[0]}•••${name.at(-1)}` : `${name[0]}•••`
  return `${shown}${email.slice(at)}`
}

/** A phone of which only the beginning and the last three digits are shown: "+614•••678". */
export function maskedPhone(phone: string): string {
  return phone.length > 7 ? `${phone.slice(0, 4)}•••${phone.slice(-3)}` : '•••'
}

/** A field's value as it may hang on a wall. */
export function masked(field: string, value: string): string {
  if (field === 'email') return maskedEmail(value)
  return field === 'phone' ? value.split(', ').map(maskedPhone).join(', ') : value
}
