import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { asked, found } from './match-child.ts'
import { modelNamed } from './match-models.ts'
import { generated, readLabelled, textOf } from './match-read.ts'

/** A file of the generator, to be written cleaned, so that others need not clean. */
export interface CleanAsk {
  file: string
  to: string
}

const { file, to } = asked<CleanAsk>()
const { table, truth } = await readLabelled(file, await modelNamed('reference'), generated)
const out = createWriteStream(to)
let text = 'id,first,last,email,phone,person\n'
for (let row = 0; row < table.count; row++) {
  const fields = ['first', 'last', 'email', 'phone'].map(
    field => `"${(textOf(table, field, row) ?? '').replaceAll('"', '""')}"`,
  )
  text += `${[row, ...fields, truth.personOf[row]].join(',')}\n`
  if (text.length < 1 << 18) continue
  if (!out.write(text)) await once(out, 'drain')
  text = ''
}
out.end(text)
await once(out, 'finish')
found({ rows: table.count })
