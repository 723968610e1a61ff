// Everything works without this file; it only makes pages quicker and kinder.
import { initAll } from './govuk-frontend.js'
import './timeout.js'

initAll()

// A radio button may not carry aria-expanded (axe: aria-allowed-attr); the revealed question follows it at once.
const tidy = () => document.querySelectorAll('input[type="radio"][aria-expanded]').forEach((radio) => radio.removeAttribute('aria-expanded'))
tidy()
document.addEventListener('click', tidy)
window.addEventListener('pageshow', tidy)

// Long answers grow where the browser cannot do it by style alone.
if (!CSS.supports('field-sizing', 'content')) {
  const grow = (area) => {
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight + 4}px`
  }
  document.querySelectorAll('textarea.stp-grows').forEach((area) => {
    grow(area)
    area.addEventListener('input', () => grow(area))
  })
}

// A draft is kept while it is typed: the form is sent as it stands a moment after the last key, and the page
// says whether the server has it. What cannot be sent is tried again until it is.
document.querySelectorAll('form[data-draft]').forEach((form) => {
  const note = form.querySelector('[data-draft-note]')
  if (!note) return
  let timer
  const say = (text, state) => {
    note.textContent = text
    note.dataset.state = state
  }
  const save = async () => {
    const data = new FormData(form)
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name)
    data.set('keep', '1')
    try {
      const response = await fetch(form.dataset.draft, { method: 'POST', body: data, redirect: 'error' })
      if (!response.ok) throw new Error(String(response.status))
      const place = response.headers.get('Draft-Location')
      if (place && form.dataset.draft !== place) {
        form.dataset.draft = place
        form.action = place
        history.replaceState(null, '', place)
      }
      say(await response.text(), 'saved')
    } catch {
      say('Not saved yet. Trying again.', 'waiting')
      timer = setTimeout(save, 5000)
    }
  }
  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(save, 1200)
  })
  form.addEventListener('submit', () => clearTimeout(timer))
})
