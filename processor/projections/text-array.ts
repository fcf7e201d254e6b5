/** A list of texts as Postgres writes a `text[]` (PostgreSQL documentation, "Array Input and Output Syntax"). */
export const textArray = (texts: readonly string[]): string =>
  `{${texts.map((text) => `"${text.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`
