/**
 * Kafka with SASL_SSL (SCRAM-SHA-512), Postgres that takes connections with TLS only, and Redis on a TLS port with a
 * password, each with a certificate of an authority that openssl makes for the test. `settings` is what a service's
 * environment needs to reach them: addresses, the authority, and secrets in files.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runLogged } from '../bootstrap/run.mjs'
import { cacheFolder } from '../folders.ts'
import { freePort } from '../free-port.ts'
import { startKafka } from '../native/kafka.ts'
import { readyKafkaJars } from '../native/kafka-jars.ts'
import { startPostgres } from '../native/postgres.ts'
import { serverUser } from '../native/postgres-cluster.ts'
import { startRedis } from '../native/redis.ts'
import { pingRedis } from '../redis-ping.ts'
import { inDatabase, withSql } from '../sql.ts'

type Certificate = { readonly cert: string; readonly key: string; readonly ca: string }

export type Secured = Awaited<ReturnType<typeof startSecured>>

/** Starts the three in `dir`, which the server user has to be able to reach. */
export async function startSecured(dir: string) {
  const log = join(dir, 'servers.log')
  const tls = await makeCertificate(dir, log)
  const secret = (name: string, value: string) => {
    const file = join(dir, name)
    writeFileSync(file, `${value}\n`, { mode: 0o600 })
    return file
  }
  const kafkaPassword = crypto.randomUUID()
  const redisPassword = crypto.randomUUID()
  const [kafka, postgres, redis] = await Promise.all([
    securedKafka(dir, log, tls, kafkaPassword),
    securedPostgres(dir, log, tls),
    securedRedis(dir, log, tls, redisPassword),
  ])
  const databaseUrl = inDatabase(postgres.url, 'pulse')
  await withSql(
    { databaseUrl: postgres.url, databaseCaFile: tls.ca },
    (sql) => sql`create database pulse`,
  )
  const redisUrl = redis.url
  const settings = {
    KAFKA_BROKERS: kafka.url,
    KAFKA_TLS: 'on',
    KAFKA_TLS_CA_FILE: tls.ca,
    KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    KAFKA_SASL_USERNAME: 'pulse',
    KAFKA_SASL_PASSWORD_FILE: secret('kafka-password', kafkaPassword),
    DATABASE_URL_FILE: secret('database-url', databaseUrl),
    DATABASE_TLS_CA_FILE: tls.ca,
    REDIS_URL_FILE: secret('redis-url', redisUrl),
    REDIS_TLS_CA_FILE: tls.ca,
  }
  return {
    settings,
    databaseUrl,
    /** What may stand in no log. */
    secrets: [kafkaPassword, redisPassword, new URL(databaseUrl).password],
    secret,
    stop: () => Promise.all([kafka.stop(), postgres.stop(), redis.stop()]),
  }
}

/** An authority, and a certificate of it for this machine. */
async function makeCertificate(dir: string, log: string): Promise<Certificate> {
  const at = (name: string) => join(dir, name)
  const openssl = (...args: string[]) => runLogged('openssl', args, { log, cwd: dir })
  const days = ['-days', '2']
  const rsa = ['-newkey', 'rsa:2048', '-nodes']
  await openssl(
    'req',
    '-x509',
    ...rsa,
    ...days,
    '-subj',
    '/CN=Pulse test CA',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  )
  await openssl(
    'req',
    ...rsa,
    '-subj',
    '/CN=localhost',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  )
  writeFileSync(at('san'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n')
  const signedBy = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'san']
  await openssl('x509', '-req', '-in', 'server.csr', ...signedBy, ...days, '-out', 'server.pem')
  return { cert: at('server.pem'), key: at('server.key'), ca: at('ca.pem') }
}

async function securedKafka(dir: string, log: string, tls: Certificate, password: string) {
  const [port, inner, controller] = [await freePort(), await freePort(), await freePort()]
  const keystore = join(dir, 'kafka.pem')
  writeFileSync(keystore, readFileSync(tls.key, 'utf8') + readFileSync(tls.cert, 'utf8'), {
    mode: 0o600,
  })
  const at = (name: string, port: number) => `${name}://127.0.0.1:${port}`
  const kafka = await startKafka({
    dir: join(dir, 'kafka'),
    port: inner,
    log,
    jars: await readyKafkaJars(cacheFolder(), log),
    formatted: ['--add-scram', `SCRAM-SHA-512=[name=pulse,password=${password}]`],
    settings: {
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      listeners: [
        at('PLAINTEXT', inner),
        at('SASL_SSL', port),
        at('CONTROLLER', controller),
      ].join(),
      'advertised.listeners': [at('PLAINTEXT', inner), at('SASL_SSL', port)].join(),
      'listener.security.protocol.map':
        'PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT',
      'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
      'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config':
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': keystore,
    },
  })
  return { ...kafka, url: `127.0.0.1:${port}` }
}

async function securedPostgres(dir: string, log: string, tls: Certificate) {
  const place = join(dir, 'postgres')
  mkdirSync(place, { recursive: true })
  const own = { cert: join(dir, 'postgres.pem'), key: join(dir, 'postgres.key') }
  const rules = join(dir, 'pg_hba.conf')
  writeFileSync(own.cert, readFileSync(tls.cert))
  writeFileSync(own.key, readFileSync(tls.key), { mode: 0o600 })
  writeFileSync(rules, 'hostssl all all 127.0.0.1/32 scram-sha-256\n')
  if (serverUser()) spawnSync('chown', [`${serverUser()}:`, own.key])
  chmodSync(rules, 0o644)
  const port = await freePort()
  return startPostgres({
    dir: place,
    port,
    log,
    durable: false,
    settings: { ssl: 'on', ssl_cert_file: own.cert, ssl_key_file: own.key, hba_file: rules },
    // Its password is made with its cluster: that it asks for TLS is answer enough.
    ready: () => asksForTls(port),
  })
}

/** It refuses a connection without TLS by its rules, and not because it is still starting. */
const asksForTls = (port: number) =>
  withSql(
    `postgres://pulse:none@127.0.0.1:${port}/postgres?sslmode=disable`,
    (sql) => sql`select 1`,
  ).then(
    () => false,
    (error: Error) => /no encryption/.test(error.message),
  )

async function securedRedis(dir: string, log: string, tls: Certificate, password: string) {
  const port = await freePort()
  const redisUrl = `rediss://:${password}@127.0.0.1:${port}`
  const redis = await startRedis({
    dir: join(dir, 'redis'),
    port,
    log,
    settings: {
      port: '0',
      'tls-port': String(port),
      'tls-cert-file': tls.cert,
      'tls-key-file': tls.key,
      'tls-ca-cert-file': tls.ca,
      'tls-auth-clients': 'no',
      requirepass: password,
    },
    ready: () => pingRedis({ redisUrl, redisCaFile: tls.ca }, 1_000).then(() => true),
  })
  return { ...redis, url: redisUrl }
}
