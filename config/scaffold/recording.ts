import { z, type Http } from '@switchboard/core'

/** The way out to a vendor, with the JSON that was answered, as it came. */
export interface Recording {
  http: Http
  answers: unknown[]
}

/** Notes what a vendor answers well. What is neither JSON nor lines of it is not noted. */
export function recording(http: Http): Recording {
  const answers: unknown[] = []
  return {
    answers,
    http: {
      async send(request) {
        const answer = await http.send(request)
        if (answer.status >= 200 && answer.status < 300) answers.push(...parsed(answer.body))
        return answer
      },
      json(request, schema) {
        const noted = z.unknown().transform(value => {
          answers.push(value)
          return value
        })
        return http.json(request, noted.pipe(schema as z.ZodType<never>) as typeof schema)
      },
    },
  }
}

/** One value, or the rows of a file with one on each line as a list. */
function parsed(body: string): unknown[] {
  const rows = (): unknown => body.split('\n').flatMap(line => (line.trim() === '' ? [] : [JSON.parse(line)]))
  for (const read of [(): unknown => JSON.parse(body), rows])
    try {
      return [read()]
    } catch {
      continue
    }
  return []
}
