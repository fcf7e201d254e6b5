/** The packages of gRPC, and their only user: CommonJS that finds files of its own beside it, and so cannot be bundled. */
import { createRequire } from 'node:module'
import type * as Grpc from '@grpc/grpc-js'
import type * as Reflection from '@grpc/reflection'
import type * as HealthCheck from 'grpc-health-check'

const require = createRequire(import.meta.url)

export const grpc = require('@grpc/grpc-js') as typeof Grpc
export const reflection = require('@grpc/reflection') as typeof Reflection
export const healthCheck = require('grpc-health-check') as typeof HealthCheck

export type Metadata = Grpc.Metadata
export type Server = Grpc.Server
export type ServerCredentials = Grpc.ServerCredentials
export type ServerInterceptor = Grpc.ServerInterceptor
