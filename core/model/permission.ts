import { AbilityBuilder, createMongoAbility, type MongoAbility } from '@casl/ability'
import { Forbidden } from './errors.ts'
import type { StaffId } from './id.ts'
import { atLeast, roles, type Role } from './role.ts'

/** What can be allowed, besides what a role stands for: `Own` is what concerns oneself, `Team` what concerns others. */
export const permissions = ['ViewOwn', 'ViewTeam', 'EditOwn', 'EditTeam', 'Delete', 'Export', 'ShareExternal'] as const
export type Permission = (typeof permissions)[number]

/** What a route or a command asks of whoever calls it: a least role, or a permission. */
export type Access = Role | Permission

/** Who wants something. `staffId` is null for a program, which has nothing of its own. */
export interface Asker {
  role: Role
  staffId: StaffId | null
}

/** What each role adds to those below it. */
const added: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['ViewOwn'],
  agent: ['EditOwn'],
  manager: ['ViewTeam', 'EditTeam', 'Export', 'ShareExternal'],
  admin: ['Delete'],
}

/** Everything a role is allowed. */
export function permissionsOf(role: Role): Permission[] {
  return roles.filter(below => atLeast(role, below)).flatMap(below => added[below])
}

/** Whether they may call what asks for this: the one place that decides it, for REST, GraphQL and the gateway alike. */
export function isAllowed({ role }: Pick<Asker, 'role'>, access: Access): boolean {
  const ability = abilities[role]
  return isRole(access) ? ability.can('be', access) : ability.can(access, 'hub')
}

/** As `isAllowed`. @throws Forbidden saying what it takes */
export function mustBeAllowed(asker: Pick<Asker, 'role'>, access: Access): void {
  if (isAllowed(asker, access)) return
  const what = isRole(access) ? `the role ${access}` : `the permission ${access}`
  throw new Forbidden(`this needs ${what}; your role is ${asker.role}`)
}

/** Whether they may view or edit what is `ownerId`'s; what is nobody's is the team's. */
export function isAllowedOn({ role, staffId }: Asker, deed: 'View' | 'Edit', ownerId: StaffId | null): boolean {
  const isOwn = staffId !== null && staffId === ownerId
  return isAllowed({ role }, `${deed}Team`) || (isOwn && isAllowed({ role }, `${deed}Own`))
}

/** The rules of each role, as CASL keeps them; made once, for they are asked thousands of times a second. */
const abilities: Readonly<Record<Role, MongoAbility>> = {
  viewer: abilityOf('viewer'),
  agent: abilityOf('agent'),
  manager: abilityOf('manager'),
  admin: abilityOf('admin'),
}

function abilityOf(role: Role): MongoAbility {
  const { can, build } = new AbilityBuilder<MongoAbility>(createMongoAbility)
  for (const below of roles) if (atLeast(role, below)) can('be', below)
  for (const permission of permissionsOf(role)) can(permission, 'hub')
  return build()
}

function isRole(access: Access): access is Role {
  return roles.some(role => role === access)
}
