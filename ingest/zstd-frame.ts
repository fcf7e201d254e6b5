/**
 * Whether bytes that come in chunks are one whole Zstandard frame (RFC 8878 section 3.1.1), told from its header and
 * the sizes of its blocks. Node's decoder takes a frame that breaks off for a whole one (nodejs/node issue 64592) and
 * drops what stands behind it. Whether the blocks can be decoded is the decoder's question.
 */
export class ZstdFrame {
  /** Bytes to pass before the next field. */
  #skip = magicBytes
  /** The field that comes then, and what of it has come. */
  #field: 'descriptor' | 'block header' | 'nothing' = 'descriptor'
  #value = 0
  #bytes = 0
  #checksum = 0

  write(chunk: Uint8Array): void {
    let i = 0
    while (i < chunk.length) {
      const passed = Math.min(this.#skip, chunk.length - i)
      this.#skip -= passed
      i += passed
      if (i < chunk.length) this.#take(chunk[i++] as number)
    }
  }

  /** Exactly one frame has been written, to its end. */
  whole(): boolean {
    return this.#field === 'nothing' && this.#skip === 0 && this.#bytes === 0
  }

  #take(byte: number): void {
    this.#value += byte * 256 ** this.#bytes++
    if (this.#field === 'descriptor')
      this.#next(this.#behindDescriptor(this.#value), 'block header')
    else if (this.#field === 'block header' && this.#bytes === 3)
      this.#behindBlockHeader(this.#value)
  }

  #behindDescriptor(descriptor: number): number {
    const singleSegment = (descriptor & 0x20) !== 0
    if ((descriptor & 0x04) !== 0) this.#checksum = 4
    const window = singleSegment ? 0 : 1
    const dictionaryId = [0, 1, 2, 4][descriptor & 0x03] ?? 0
    const contentSize = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0
    return window + dictionaryId + contentSize
  }

  #behindBlockHeader(header: number): void {
    const last = (header & 1) !== 0
    // A run is one byte, whatever its length.
    const isRun = ((header >> 1) & 3) === 1
    const bytes = isRun ? 1 : header >> 3
    if (last) this.#next(bytes + this.#checksum, 'nothing')
    else this.#next(bytes, 'block header')
  }

  #next(skip: number, field: 'block header' | 'nothing'): void {
    this.#skip = skip
    this.#field = field
    this.#value = 0
    this.#bytes = 0
  }
}

const magicBytes = 4
