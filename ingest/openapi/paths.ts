/** What there is, at which path. */
import { headersNamed } from './headers.ts'
import { about, answers } from './operation.ts'
import { type Limits, postBatch, postEvent } from './producing.ts'
import { refusalResponses } from './refusals.ts'
import { getStream } from './streaming.ts'

export const paths = (limits: Limits) => ({
  '/events': { post: postEvent(limits) },
  '/events/batch': { post: postBatch(limits) },
  '/stream': { get: getStream },
  '/health': { get: getHealth },
  '/ready': { get: getReady },
  '/metrics': { get: getMetrics },
  '/problems': { get: getProblems },
  '/problems/{name}': { get: getProblem },
})

const getHealth = {
  ...about('getHealth', 'Operation', 'Is the process alive?'),
  security: [],
  responses: { 200: answers('It is.', 'Health') },
}

const getReady = {
  ...about('getReady', 'Operation', 'Can events be taken now?'),
  description: 'Measured on asking. Without Redis they can: the ledger then removes repeats.',
  security: [],
  responses: {
    200: answers('They can.', 'Readiness'),
    503: answers('They cannot; the reasons say why.', 'Readiness'),
  },
}

const getMetrics = {
  ...about('getMetrics', 'Operation', 'What was counted and measured, for Prometheus'),
  security: [],
  responses: {
    200: {
      description: "Metrics in Prometheus' text format.",
      headers: headersNamed({ 'X-Request-Id': 'RequestId' }),
      content: { 'text/plain': { schema: { type: 'string' } } },
    },
  },
}

/** For a client that likes pages better than JSON. */
const page = { 'text/html': { schema: { type: 'string' } } }

const getProblems = {
  ...about('getProblems', 'Operation', 'Every kind of refusal, and what to do'),
  security: [],
  responses: { 200: withPage(answers('All of them.', 'ProblemTypes')) },
}

const getProblem = {
  ...about('getProblem', 'Operation', 'What one kind of refusal means, and what to do'),
  description: 'Where the `type` of a problem leads: a page for a browser, JSON for the others.',
  security: [],
  parameters: [
    {
      name: 'name',
      in: 'path',
      required: true,
      description: 'A code in lower case, with dashes.',
      schema: { type: 'string' },
      example: 'rate-limited',
    },
  ],
  responses: {
    200: withPage(answers('What it means.', 'ProblemType')),
    ...refusalResponses(['NOT_FOUND']),
  },
}

function withPage<T extends { readonly content: object }>(response: T) {
  return { ...response, content: { ...response.content, ...page } }
}
