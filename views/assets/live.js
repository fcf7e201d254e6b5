// Says so when a page that refreshes itself no longer does: old numbers must not look alive.
const markStale = () => {
  const notice = document.getElementById('stale')
  if (notice)
    notice.textContent = 'Not refreshing: the admin does not answer. These are old figures.'
}

for (const failure of ['htmx:sendError', 'htmx:responseError', 'htmx:timeout'])
  document.addEventListener(failure, markStale)

// A refresh replaces the tables: what was scrolled sideways stays where it was.
let scrolled = []

document.addEventListener('htmx:beforeSwap', () => {
  scrolled = [...document.querySelectorAll('.scroll[id]')].map((table) => [
    table.id,
    table.scrollLeft,
  ])
})

document.addEventListener('htmx:afterSwap', () => {
  for (const [id, left] of scrolled) document.getElementById(id)?.scrollTo({ left })
})
