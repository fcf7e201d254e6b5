/** kafkajs, idempotent. It makes one request of each send, and gathers nothing by itself. */
import { Kafka, logLevel, Partitioners } from 'kafkajs'

type Message = {
  readonly key: string
  readonly value: Buffer
  readonly headers: Readonly<Record<string, string>>
}

export type TeamProducer = { send(message: Message): Promise<void> }

type Waiting = {
  readonly message: Message
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** With `gathered`, what comes while a request is on its way goes out together when it is answered. */
export async function openProducer(
  broker: string,
  topic: string,
  gathered: boolean,
): Promise<TeamProducer> {
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.ERROR, requestTimeout: 5000 })
  const producer = kafka.producer({
    idempotent: true,
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  })
  await producer.connect()
  const send = async (messages: readonly Message[]): Promise<void> => {
    await producer.send({ topic, acks: -1, messages: [...messages] })
  }
  return gathered ? gathering(send) : { send: (message) => send([message]) }
}

function gathering(send: (messages: readonly Message[]) => Promise<void>): TeamProducer {
  let waiting: Waiting[] = []
  let sending = false
  const sendWaiting = async () => {
    sending = true
    while (waiting.length > 0) {
      const now = waiting
      waiting = []
      await send(now.map(({ message }) => message)).then(
        () => {
          for (const { resolve } of now) resolve()
        },
        (error) => {
          for (const { reject } of now) reject(error)
        },
      )
    }
    sending = false
  }
  return {
    send: (message) =>
      new Promise((resolve, reject) => {
        waiting.push({ message, resolve, reject })
        // After this turn of the event loop, so that what arrived in it goes together.
        if (!sending) {
          sending = true
          setImmediate(() => void sendWaiting())
        }
      }),
  }
}
