import type { ServerResponse } from 'node:http'
import { HubError, type Code, type Issue } from '../model/errors.ts'

/** An error as the API answers it (RFC 9457). `code` is stable; `detail` says what to do. */
export interface Problem {
  /** Where the code is explained. */
  type: string
  title: string
  status: number
  code: Code
  detail: string
  requestId: string
  /** Each mistake on its own, when there are several to make. */
  issues?: Issue[]
}

/** The media type of a problem. */
export const problemType = 'application/problem+json'

/** What is answered for anything thrown. Only a `HubError` is meant to be read; of the rest nothing but the request id gets out. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (!(error instanceof HubError) || error.code === 'internal') {
    const detail = `this should not have happened; the log has it under request ${requestId}`
    return { type: '/docs#internal', title: titleOf('internal'), status: 500, code: 'internal', detail, requestId }
  }
  const { code, status, message, issues } = error
  const problem = { type: `/docs#${code}`, title: titleOf(code), status, code, detail: message, requestId }
  return issues.length > 0 ? { ...problem, issues } : problem
}

/** A code as a title: "bad_request" is "Bad request". */
export function titleOf(code: Code): string {
  return `${code[0]?.toUpperCase()}${code.slice(1).replaceAll('_', ' ')}`
}

/** The headers that go with a problem besides its type. */
export function problemHeaders({ status }: Problem): Record<string, string> {
  if (status === 401) return { 'www-authenticate': 'Bearer' }
  return status === 503 ? { 'retry-after': '5' } : {}
}

/** Answers with a problem, past any framework. */
export function writeProblem(response: ServerResponse, problem: Problem): void {
  const body = JSON.stringify(problem)
  const length = Buffer.byteLength(body)
  response.writeHead(problem.status, {
    'content-type': problemType,
    'content-length': length,
    ...problemHeaders(problem),
  })
  response.end(body)
}
