// What a page does besides being read: it stays live, tells times in the viewer's zone, and listens to keys.

// Live: a stream sends the content anew. Hidden pages close theirs: browsers open only six to a site.
const main = document.getElementById('main')
const stream = main?.dataset.stream
const silentMs = 10_000
let source
let paused = false
let silence

const say = (text) => {
  const notice = document.getElementById('stale')
  if (notice && notice.textContent !== text) notice.textContent = text
}

// A stream that is refused or breaks off comes back by itself; only what was heard says that all is well.
const wait = () => {
  clearTimeout(silence)
  silence = setTimeout(
    () => say('Not refreshing: the admin does not answer. These are old figures.'),
    silentMs,
  )
}

const heard = () => {
  wait()
  say('')
}

const troubled = ({ data }) => {
  wait()
  say(`Not refreshing: ${data}`)
}

const show = ({ data }) => {
  heard()
  // Unfolded details stay unfolded, whatever the server thinks of them.
  const open = [...main.querySelectorAll('details[open][id]')].map(({ id }) => id)
  htmx.swap(main, data, { swapStyle: 'morph:innerHTML' }, { contextElement: main })
  for (const id of open) document.getElementById(id)?.setAttribute('open', '')
}

const listen = () => {
  if (!stream || source || paused || document.hidden) return
  source = new EventSource(stream)
  source.addEventListener('content', show)
  source.addEventListener('row', addRows)
  source.addEventListener('partly', addSome)
  source.addEventListener('alive', heard)
  source.addEventListener('unknown', troubled)
  source.addEventListener('error', () => {
    // A stream that was refused does not try again by itself.
    if (source?.readyState !== EventSource.CLOSED) return
    source = undefined
    setTimeout(listen, 2000)
  })
  if (silence === undefined) wait()
}

const hush = () => {
  clearTimeout(silence)
  silence = undefined
  source?.close()
  source = undefined
}

const pause = () => {
  if (!stream) return
  paused = !paused
  if (paused) hush()
  else listen()
  say(paused ? 'Paused' : '')
  for (const button of document.querySelectorAll('[data-pause]')) {
    button.setAttribute('aria-pressed', String(paused))
    button.textContent = paused ? 'Go on' : 'Pause'
  }
}

// A tail: new rows come on top, the oldest go.
const mostRows = 200

const addRows = ({ data }) => {
  heard()
  putOnTop(data)
}

const addSome = ({ data }) => {
  wait()
  say('Not all of the last 15 seconds could be looked through in time: events may be missing.')
  putOnTop(data)
}

const putOnTop = (data) => {
  const rows = document.getElementById('rows')
  if (!rows || data === '') return
  document.getElementById('waiting')?.remove()
  const sent = document.createElement('template')
  sent.innerHTML = data
  // What is first sent reaches back to rows that the page came with: behind them there is nothing new.
  const isThere = (row) => document.getElementById(row.id) !== null
  const all = [...sent.content.children]
  const last = all.findLastIndex(isThere)
  const fresh = all.filter((row, i) => (last === -1 || i < last) && !isThere(row))
  rows.prepend(...fresh)
  tellTimes(rows)
  while (rows.children.length > mostRows) rows.lastElementChild.remove()
}

document.addEventListener('visibilitychange', () => (document.hidden ? hush() : listen()))
addEventListener('pagehide', hush)

// A list goes on below; an answer that is no list is gone to, as without a script: it says what is the matter.
const follow = ({ detail }) => {
  if (detail.xhr.status === 200 && detail.xhr.responseText.includes('id="pager"')) return
  detail.shouldSwap = false
  location.assign(detail.pathInfo.requestPath)
}

document.addEventListener('htmx:beforeSwap', follow)
document.addEventListener('htmx:sendError', follow)

// Times: the exact one in the viewer's zone, at hand.
const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' })

const tellTimes = (root) => {
  for (const time of root.querySelectorAll('time[datetime]')) {
    const text = local.format(new Date(time.dateTime))
    const title = `${text}\n${time.dateTime}`
    if (time.title !== title) time.title = title
  }
}

// How long ago it is goes on, as long as the page is open.
const agoEveryMs = 5_000

const since = (ms) => {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 90) return `${seconds} s ago`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min ago`
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h ago`
  return `${Math.round(seconds / 86_400)} d ago`
}

setInterval(() => {
  for (const time of document.querySelectorAll('time[data-ago]')) {
    const text = since(Date.now() - new Date(time.dateTime).getTime())
    if (time.textContent !== text) time.textContent = text
  }
}, agoEveryMs)

// Copying: the button is of no use without a script, so it is hidden without one.
const readyCopies = (root) => {
  for (const button of root.querySelectorAll('[data-copy][hidden]')) button.hidden = false
}

const copy = async (button) => {
  const text = document.getElementById(button.dataset.copy)?.textContent ?? ''
  const before = button.textContent
  try {
    await navigator.clipboard.writeText(text.trim())
    button.textContent = 'Copied'
  } catch {
    button.textContent = 'Select it and copy'
  }
  setTimeout(() => {
    button.textContent = before
  }, 1500)
}

// Keys: none while somebody types, and none with a modifier.
const places = { o: '/', p: '/pipeline', s: '/search', t: '/tail', d: '/dlq' }
let goes = 0

const isTyping = ({ target }) =>
  target.closest('input, select, textarea, [contenteditable]') !== null

const walk = (step) => {
  const links = [...main.querySelectorAll('[data-row] a[data-open]')]
  const at = links.indexOf(document.activeElement)
  links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus()
}

// Who speaks to their computer, or types by accident, can turn them off.
const listensTo = document.getElementById('keys-on')
const off = 'pulse-keys-off'

if (listensTo) {
  listensTo.checked = localStorage.getItem(off) === null
  listensTo.addEventListener('change', () =>
    listensTo.checked ? localStorage.removeItem(off) : localStorage.setItem(off, ''),
  )
}

const onKey = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return
  if (listensTo && !listensTo.checked) return
  const { key } = event
  if (performance.now() < goes && places[key]) {
    goes = 0
    location.assign(places[key])
    return
  }
  goes = 0
  if (key === 'g') goes = performance.now() + 1500
  else if (key === '/') document.getElementById('find')?.focus()
  else if (key === '?') document.getElementById('keys')?.showModal()
  else if (key === 'j') walk(1)
  else if (key === 'k') walk(-1)
  else if (key === 'p') pause()
  else return
  event.preventDefault()
}

document.addEventListener('keydown', onKey)
for (const button of document.querySelectorAll('[data-keys]')) {
  button.hidden = false
  button.addEventListener('click', () => document.getElementById('keys')?.showModal())
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest?.('[data-copy], [data-pause]')
  if (button?.dataset.copy) void copy(button)
  else if (button) pause()
})

const ready = (root) => {
  tellTimes(root)
  readyCopies(root)
  for (const button of root.querySelectorAll('[data-pause][hidden]')) button.hidden = false
}

document.addEventListener('htmx:afterSwap', () => ready(document))
ready(document)
listen()
