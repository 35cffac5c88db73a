/** How many connections there are from each network address. The empty address stands for nobody in particular and is not counted. */
export function addressBook(): {
  add(address: string): void
  remove(address: string): void
  count(address: string): number
} {
  const counts = new Map<string, number>()
  const count = (address: string): number => counts.get(address) ?? 0
  return {
    count,
    add: address => {
      if (address !== '') counts.set(address, count(address) + 1)
    },
    remove: address => {
      if (count(address) > 1) counts.set(address, count(address) - 1)
      else counts.delete(address)
    },
  }
}
