/** Every role, from least to most. */
export const roles = ['viewer', 'agent', 'manager', 'admin'] as const

/** What a principal may do: a viewer looks, an agent answers people, a manager leads agents, an admin sets the hub up. */
export type Role = (typeof roles)[number]

/** Whether `role` may do what needs `needed`: each role may do everything the ones below it may. */
export function atLeast(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed)
}
