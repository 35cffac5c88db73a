/** Mailboxes of an office and not of a person: those of RFC 2142 that customers write from, and what shops call theirs. */
const roles: ReadonlySet<string> = new Set(
  [
    'info marketing sales support abuse security postmaster hostmaster webmaster www',
    'accounts accounting admin administration billing bookings contact enquiries enquiry feedback finance frontdesk hello help helpdesk hr inquiries jobs mail noreply office orders payments reception reservations service shop store team',
  ]
    .join(' ')
    .split(' '),
)

/** Whether an email is that of whoever is at the desk ("info@", "office@"), so that sharing it tells nobody apart. */
export function isRoleMailbox(email: string): boolean {
  const at = email.lastIndexOf('@')
  return at > 0 && roles.has(email.slice(0, at))
}
