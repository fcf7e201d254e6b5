import { reasonOf } from '../contracts/reason.ts'
import { type Answer, answerRejection } from './answer.ts'
import type { Exchange, Handler } from './exchange.ts'

/** A handler for answers that have to be waited for. The request may be read before the first wait only. */
export const later =
  (answer: (exchange: Exchange) => Promise<Answer>): Handler =>
  (exchange) => {
    answer(exchange).then(
      (ready) => exchange.answer(ready),
      (err) => {
        const message = reasonOf(err)
        exchange.answer(answerRejection({ code: 'UNAVAILABLE', message, retryAfterSeconds: 1 }))
      },
    )
  }
