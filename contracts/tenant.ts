/** A tenant's name: `[a-z0-9_-]{1,64}`. It holds no colon, so `tenant:key` splits at the first one. */
export const isTenantId = (text: string): boolean => tenantId.test(text)

const tenantId = /^[a-z0-9_-]{1,64}$/
