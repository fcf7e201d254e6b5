/** What the frame of a page has to know of who asks: the colours they chose, and where they are. */
import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import type { AssetUrls, Frame, Theme } from '../views/layout.tsx'

export type FrameOf = (c: Context) => Frame

export const themeCookie = 'pulse-theme'

export const makeFrameOf =
  (assets: AssetUrls): FrameOf =>
  (c) => {
    const { pathname, search } = new URL(c.req.url)
    return { assets, theme: themeIn(getCookie(c, themeCookie)), address: pathname + search }
  }

export const themeIn = (text: unknown): Theme =>
  text === 'light' || text === 'dark' ? text : 'auto'
