/**
 * A Kafka that asks who one is (SASL PLAIN) and has rights: ingest's may be given and taken away. On the other listener
 * everybody may do everything. Control may be read: that is what ingest needs of it, and no right to a group.
 */
import { join } from 'node:path'
import {
  AclOperations,
  AclPermissionTypes,
  Admin,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka'
import { controlTopic, rawTopic } from '../../contracts/topics.ts'
import { cacheFolder } from '../folders.ts'
import { freePort } from '../free-port.ts'
import { startKafka } from '../native/kafka.ts'
import { readyKafkaJars } from '../native/kafka-jars.ts'

const user = { name: 'ingest', password: 'ingest-password' } as const

/** Starts it in `dir`. Its URL is that of the listener without rights. */
export async function startGuardedKafka(dir: string) {
  const [port, inner, controller] = [await freePort(), await freePort(), await freePort()]
  const at = (name: string, port: number) => `${name}://127.0.0.1:${port}`
  const open = [at('PLAINTEXT', inner), at('SASL_PLAINTEXT', port)]
  const log = join(dir, 'kafka.log')
  const kafka = await startKafka({
    dir: join(dir, 'kafka'),
    port: inner,
    log,
    jars: await readyKafkaJars(cacheFolder(), log),
    settings: {
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      listeners: [...open, at('CONTROLLER', controller)].join(),
      'advertised.listeners': open.join(),
      'listener.security.protocol.map':
        'PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
      'sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.sasl_plaintext.plain.sasl.jaas.config':
        'org.apache.kafka.common.security.plain.PlainLoginModule required ' +
        `user_${user.name}="${user.password}";`,
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
    },
  })
  await withAdmin(kafka.url, (admin) =>
    admin.createAcls({ creations: [rule('READ', controlTopic.name)] }),
  )
  return {
    ...kafka,
    /** What ingest's environment needs to come as the user whose rights are looked at. */
    settings: {
      KAFKA_BROKERS: `127.0.0.1:${port}`,
      KAFKA_SASL_MECHANISM: 'PLAIN',
      KAFKA_SASL_USERNAME: user.name,
      KAFKA_SASL_PASSWORD: user.password,
    },
    /** Rights on the topic of control, which is to be changed by the same user. */
    letChange: (topic: string) =>
      withAdmin(kafka.url, (admin) =>
        admin.createAcls({
          creations: [
            rule('WRITE', topic),
            { ...rule('WRITE', topic), resourceType: ResourceTypes.TRANSACTIONAL_ID },
          ],
        }),
      ),
    /** Rights on every topic of events, also on those that are made later. */
    let: (right: Right) =>
      withAdmin(kafka.url, (admin) => admin.createAcls({ creations: [rule(right)] })),
    forbid: (right: Right) =>
      withAdmin(kafka.url, (admin) => admin.deleteAcls({ filters: [rule(right)] })),
  }
}

type Right = 'DESCRIBE' | 'READ' | 'WRITE'

const rule = (right: Right, topic = rawTopic.name) => ({
  resourceType: ResourceTypes.TOPIC,
  resourceName: topic,
  resourcePatternType: ResourcePatternTypes.PREFIXED,
  principal: `User:${user.name}`,
  host: '*',
  operation: AclOperations[right],
  permissionType: AclPermissionTypes.ALLOW,
})

async function withAdmin(broker: string, work: (admin: Admin) => Promise<unknown>): Promise<void> {
  const admin = new Admin({ clientId: 'pulse-test', bootstrapBrokers: [broker] })
  try {
    await work(admin)
  } finally {
    await admin.close()
  }
}
