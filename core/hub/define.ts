import type { z } from 'zod'
import type { AdapterDefinition } from '../ports/adapter.ts'
import type { GatewayCommand, Plugin, Route } from '../ports/plugin.ts'

/** Describes an adapter: ports for one vendor or engine. */
export function defineAdapter<Options extends z.ZodType>(
  definition: Omit<AdapterDefinition<Options>, 'kind'>,
): AdapterDefinition<Options> {
  return { kind: 'adapter', ...definition }
}

/** Describes a plugin: behaviour built on ports. What it leaves out is empty. */
export function definePlugin<Options extends z.ZodType>(
  definition: Omit<Plugin<Options>, 'kind' | 'needs' | 'wants' | 'provides' | 'entities'> &
    Partial<Pick<Plugin<Options>, 'needs' | 'wants' | 'provides' | 'entities'>>,
): Plugin<Options> {
  return { kind: 'plugin', needs: [], wants: [], provides: [], entities: [], ...definition }
}

/** A route whose handler knows its own shapes. */
export function route<Params, Query, Body, Answer>(route: Route<Params, Query, Body, Answer>): Route {
  return route as unknown as Route
}

/** A gateway command whose handler knows its own input. */
export function command<Input>(command: GatewayCommand<Input>): GatewayCommand {
  return command as unknown as GatewayCommand
}
