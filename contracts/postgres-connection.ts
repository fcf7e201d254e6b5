/** How to reach Postgres: a URL that holds the password, and TLS. */
import { readFileSync } from 'node:fs'
import { type } from 'arktype'
import { type Config, optional, readableFile, setting } from './env.ts'

const url = type(/^postgres(ql)?:\/\/\S+$/)

export const postgresSettings = {
  databaseUrl: setting('DATABASE_URL', (text) => url(text), undefined, {
    unit: 'postgres://user:password@host:port/database',
    reason: 'there is no safe guess at a database; ?sslmode=require asks for TLS',
    secret: true,
  }),
  databaseCaFile: setting('DATABASE_TLS_CA_FILE', optional(readableFile), '', {
    unit: 'a readable PEM file',
    reason: "turns TLS on and checks the server's certificate and name against this authority",
  }),
} as const

type Given = Config<typeof postgresSettings>
export type PostgresConnection = Pick<Given, 'databaseUrl'> & Partial<Given>

/** The `ssl` option of the `postgres` package; nothing when the URL alone decides. */
export function postgresTls({ databaseCaFile }: PostgresConnection) {
  return databaseCaFile === undefined
    ? {}
    : { ssl: { ca: readFileSync(databaseCaFile, 'utf8'), rejectUnauthorized: true } }
}
