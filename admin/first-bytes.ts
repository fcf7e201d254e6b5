/** The beginning of an answer as text: at most `most` bytes are read, and a few more of the last piece. */
export async function firstBytes(response: Response, most: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk)
    size += chunk.length
    if (size > most) break
  }
  return Buffer.concat(chunks).toString('utf8')
}
