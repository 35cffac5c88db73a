import { people } from '../../plugins/identity/engine/models/people.ts'
import { reference } from '../../plugins/identity/engine/models/reference.ts'
import type { Model } from '../../plugins/identity/engine/model.ts'
import { join } from 'node:path'

/** A model by its name: the two that ship, else `config/models/<name>.ts`. @throws when there is none */
export async function modelNamed(name: string): Promise<Model> {
  const shipped = { people, reference }[name]
  if (shipped) return shipped
  const module = (await import(join(import.meta.dirname, '../../config/models', `${name}.ts`))) as Record<string, Model>
  const model = module[name] ?? Object.values(module)[0]
  if (!model) throw new Error(`config/models/${name}.ts exports no model`)
  return model
}
