/** `POST /theme`: keeps the viewer's choice of colours in a cookie, and goes back to where they were. */
import { Hono } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import { themeCookie, themeIn } from '../frame.ts'

const YEAR_SECONDS = 365 * 24 * 60 * 60

export function themeRoutes() {
  return new Hono().post('/theme', async (c) => {
    const form = await c.req.parseBody()
    const theme = themeIn(form.theme)
    const about = { path: '/', httpOnly: true, sameSite: 'Lax' } as const
    if (theme === 'auto') deleteCookie(c, themeCookie, about)
    else setCookie(c, themeCookie, theme, { ...about, maxAge: YEAR_SECONDS })
    return c.redirect(ownAddress(form.back), 303)
  })
}

/** A path of ours: nobody is sent to another site. */
const ownAddress = (text: unknown): string =>
  typeof text === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : '/'
