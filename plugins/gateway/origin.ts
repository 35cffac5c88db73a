/**
 * Whether a page of this origin may connect. Programs that are no browsers send no origin and may: they need a ticket all the same.
 * @param allowed whole origins (`https://desk.example.com`) or host names, which allow any scheme and port
 */
export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  if (origin === '') return true
  const url = URL.parse(origin)
  return url !== null && (allowed.includes(url.origin) || allowed.includes(url.hostname))
}
