/**
 * The file that a run's attempts go to and the audit reads. Written a mebibyte at a time, kept under `folder`; the
 * newest five journals stay.
 */
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Attempt,
  attemptBytes,
  type Header,
  headerLine,
  readAttempt,
  writeAttempt,
} from './journal-format.ts'

export type Journal = {
  readonly file: string
  write(attempt: Attempt): void
  close(): void
}

const bufferBytes = 32_768 * attemptBytes
const kept = 5

export function openJournal(folder: string, header: Header): Journal {
  mkdirSync(folder, { recursive: true })
  removeOld(folder)
  const file = join(folder, `${header.run}.journal`)
  const descriptor = openSync(file, 'w', 0o600)
  writeSync(descriptor, headerLine(header))
  const buffer = new DataView(new ArrayBuffer(bufferBytes))
  let used = 0
  const flush = (): void => {
    const bytes = new Uint8Array(buffer.buffer, 0, used)
    for (let at = 0; at < used; ) at += writeSync(descriptor, bytes, at, used - at)
    used = 0
  }
  return {
    file,
    write(attempt) {
      writeAttempt(buffer, used, attempt)
      used += attemptBytes
      if (used === bufferBytes) flush()
    },
    close() {
      flush()
      closeSync(descriptor)
    },
  }
}

/** Names begin with the time in base 36, so that they sort by age. */
function removeOld(folder: string): void {
  const journals = readdirSync(folder).filter((name) => name.endsWith('.journal'))
  for (const name of journals.sort().slice(0, 1 - kept)) rmSync(join(folder, name))
}

/** Every attempt of a journal, in the order in which they ended. Reads a mebibyte at a time. */
export async function* readJournal(file: string): AsyncGenerator<Attempt> {
  let rest: Uint8Array = new Uint8Array(0)
  let headerRead = false
  for await (const chunk of Bun.file(file).stream()) {
    let bytes: Uint8Array = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    if (!headerRead) {
      const end = bytes.indexOf(0x0a)
      if (end < 0) {
        rest = bytes
        continue
      }
      bytes = bytes.subarray(end + 1)
      headerRead = true
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const whole = bytes.length - (bytes.length % attemptBytes)
    for (let at = 0; at < whole; at += attemptBytes) yield readAttempt(view, at)
    rest = bytes.slice(whole)
  }
}
