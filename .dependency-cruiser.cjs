/**
 * Who may import whom. `npm run check` runs this, and prints the comment of every rule that is broken.
 * Types count: a type import of something is a dependency on it like any other.
 */

/** Tests, and what only tests import. */
const tests = ['[.]test[.]ts$', '/testing[.]ts$', '/test-[^/]+[.]ts$', '^test/']

/** A package from the registry, wherever npm put it. */
const npm = names => `(^|/)node_modules/(${names})/`

/** One package that has one place. */
const place = (name, packages, places, comment) => ({
  name: `${name}-has-one-place`,
  severity: 'error',
  comment,
  from: { pathNot: places },
  to: { path: npm(packages) },
})

/** A floor of core, which stands on those below it only. */
const floor = (name, allowed, comment) => ({
  name: `core-${name}-stands-low`,
  severity: 'error',
  comment,
  from: { path: `^core/${name}/`, pathNot: tests },
  to: { path: '^core/.*[.]ts$', pathNot: allowed.map(path => `^core/${path}/`) },
})

module.exports = {
  forbidden: [
    {
      name: 'resolves',
      severity: 'error',
      comment:
        'This import leads nowhere, so no rule can say whether it is allowed. Is the file there, and does the package name it in its `exports`?',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      severity: 'error',
      comment:
        'This comes from a package that package.json does not name. It works by luck of hoisting; please name it where it is used.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      comment:
        'These files import each other in a circle, so none can be understood, tested or moved alone. Usually a type wants a file of its own, ' +
        'or the lower file can be handed what it needs instead of reaching for it.',
      from: {},
      to: { circular: true },
    },

    {
      name: 'core-knows-nobody',
      severity: 'error',
      comment:
        'Core is what everything else stands on, so it cannot lean on any of it. What it needs from outside is a port in core/ports.',
      from: { path: '^core/', pathNot: tests },
      to: { path: '^(adapters|plugins|config|migrations|test)/' },
    },
    floor(
      'model',
      ['model'],
      'The model is the ground floor: plain values and pure functions that import nothing else of ours.',
    ),
    floor(
      'ports',
      ['model', 'ports'],
      'A port is a promise in the words of the model. It knows nothing of how the promise is kept.',
    ),
    floor(
      'store',
      ['model', 'ports', 'store'],
      'The store keeps things. Whoever serves, pulls or runs them stands above it and calls it, never the other way round.',
    ),
    floor(
      'http',
      ['model', 'ports', 'store', 'http'],
      'HTTP stands on the store. What the hub knows is handed to it when it starts.',
    ),
    floor(
      'sync',
      ['model', 'ports', 'store', 'sync'],
      'Sync stands on the store. What the hub knows is handed to it when it starts.',
    ),
    floor(
      'hub',
      ['model', 'ports', 'store', 'http', 'sync', 'hub'],
      'The hub is the top floor; only the front door, core/index.ts, stands above it. Import the file itself instead of the front door.',
    ),
    {
      name: 'ports-are-types',
      severity: 'error',
      comment:
        'A port is a type and is gone at runtime. Use `import type` here; code that does something belongs on a floor above.',
      from: { path: '^core/ports/', pathNot: tests },
      to: { dependencyTypesNot: ['type-only'] },
    },

    {
      name: 'adapters-know-core-and-their-vendor',
      severity: 'error',
      comment:
        'An adapter translates one vendor into our ports. Anything else of ours that it imports ties that vendor to us for good.',
      from: { path: '^adapters/([^/]+)/', pathNot: tests },
      to: { path: '^(adapters|plugins|config|migrations|test)/', pathNot: '^adapters/$1/' },
    },
    {
      name: 'plugins-meet-through-ports',
      severity: 'error',
      comment:
        'A plugin imports core only, so that each can be switched off, tested and replaced alone. If it needs something of another plugin, ' +
        'ask for it through a port (`needs` or `wants`), or listen to its events.',
      from: { path: '^plugins/([^/]+)/', pathNot: [...tests, '^plugins/console/'] },
      to: { path: '^(adapters|plugins|config|migrations|test)/', pathNot: '^plugins/$1/' },
    },
    {
      name: 'console-is-a-client',
      severity: 'error',
      comment:
        'The console is a client of the hub like any other: of ours it imports core and the gateway client, and asks the API for the rest.',
      from: { path: '^plugins/console/', pathNot: tests },
      to: {
        path: '^(adapters|plugins|config|migrations|test)/',
        pathNot: ['^plugins/console/', '^plugins/gateway/client[.]ts$'],
      },
    },
    {
      name: 'migrations-stand-alone',
      severity: 'error',
      comment:
        'A migration is history: it must still run when the code it was written with is gone. Write the SQL out.',
      from: { path: '^migrations/', pathNot: tests },
      to: { path: '^(core|adapters|plugins|config|test)/' },
    },
    {
      name: 'nobody-imports-config',
      severity: 'error',
      comment:
        'Config puts the parts together and is imported by nobody but tests and drills of the whole. What you need of it is an option of your part.',
      from: { pathNot: ['^config/', '^test/'] },
      to: { path: '^config/' },
    },
    {
      name: 'tests-are-not-shipped',
      severity: 'error',
      comment:
        'The running hub does not import tests. The one exception are the simulators, which config starts for parts that say `simulate: true`.',
      from: { pathNot: tests },
      to: { path: tests, pathNot: '^test/simulators/' },
    },
    {
      name: 'only-config-simulates',
      severity: 'error',
      comment:
        'A simulator stands in for a vendor over HTTP. A part that imports one knows that it is being simulated, which defeats the purpose.',
      from: { pathNot: [...tests, '^config/'] },
      to: { path: '^test/simulators/' },
    },

    place(
      'twilio',
      'twilio',
      ['^adapters/twilio/', '^test/simulators/'],
      'Only adapters/twilio speaks Twilio (and its simulator, to sign). Elsewhere a call is a call: use TelephonyPort.',
    ),
    place(
      'agenda',
      'agenda|@agendajs/[^/]+|mongodb',
      ['^adapters/agenda/'],
      'Only adapters/agenda knows which scheduler runs the jobs. Elsewhere it is JobsPort.',
    ),
    place(
      'nats',
      '@nats-io/[^/]+',
      ['^adapters/nats/'],
      'Only adapters/nats knows what carries events beyond the hub. Elsewhere it is EventsPort, or hub.signals.',
    ),
    place(
      'redis',
      'ioredis|redis',
      ['^adapters/redis/'],
      'Only adapters/redis knows where the shared cache is. Elsewhere it is CachePort, which is there without it too.',
    ),
    place(
      'nodemailer',
      'nodemailer',
      ['^adapters/smtp/'],
      'Only adapters/smtp speaks to mail servers. Elsewhere it is MailerPort.',
    ),
    place(
      'uws',
      'uWebSockets[.]js|uws-pack',
      ['^plugins/gateway/server[.]ts$', '^test/bench/'],
      'Only plugins/gateway/server.ts touches sockets: their memory dies after the first await, and one file can be read with that in mind.',
    ),
    place(
      'libphonenumber',
      'libphonenumber-js',
      ['^core/model/phone([.]test)?[.]ts$'],
      'Phone numbers are cleaned in one place, core/model/phone.ts. Two places would sooner or later disagree about who is calling.',
    ),
    place(
      'mikro-orm',
      '@mikro-orm/[^/]+',
      ['/(entities|store)([.]test)?[.]ts$', '^core/store/', '^core/ports/store[.]ts$', '^migrations/'],
      'The ORM stays in files named entities.ts or store.ts, in core/store and in migrations, so that behaviour can be read without knowing it.',
    ),
    place(
      'kysely',
      'kysely',
      ['/(store|[^/]+-store)([.]test)?[.]ts$', '/store/', '^core/ports/store[.]ts$', '^core/(sync|hub)/'],
      'SQL is kept together, in files named store.ts or something-store.ts or in a folder named store. Give the query a name there and call it.',
    ),
    place(
      'pg',
      'pg',
      ['^core/store/', '^adapters/(agenda|postgres-embedded)/', ...tests],
      'Raw connections are opened by core/store and by the engines that need their own. Ask the store for a transaction instead.',
    ),
  ],

  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['(^|/)node_modules/.*/node_modules/', '^plugins/console/dist/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    preserveSymlinks: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'require', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json'],
    },
  },
}
