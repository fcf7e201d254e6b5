/** Where the page of a key is. */
export const keyPath = (tenant: string, key: string): string =>
  `/events?${new URLSearchParams({ tenant, key })}`
