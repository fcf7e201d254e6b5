// Says so when a page that refreshes itself no longer does: old numbers must not look alive.
const markStale = () => {
  const notice = document.getElementById('stale')
  if (notice)
    notice.textContent = 'Not refreshing: the admin does not answer. These are old figures.'
}

for (const failure of ['htmx:sendError', 'htmx:responseError', 'htmx:timeout'])
  document.addEventListener(failure, markStale)
