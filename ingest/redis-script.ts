import { type CommandParser, defineScript } from '@redis/client'

/** A Lua script as a command of the client: run by hash, sent in full when Redis has forgotten it. */
export const lua = (source: string, keys: number) =>
  defineScript({
    SCRIPT: source,
    NUMBER_OF_KEYS: keys,
    parseCommand(parser: CommandParser, keyNames: string[], values: string[]) {
      parser.pushKeys(keyNames)
      parser.push(...values)
    },
    transformReply: (reply: unknown) => reply,
  })
