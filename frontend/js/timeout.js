// Two minutes before a sign-in ends the page says so; when it ends, what was typed goes to the server, not lost.
const dialog = document.getElementById('time-out')

if (dialog) {
  const { left, warning, who, ask, stay, keep, signIn } = dialog.dataset
  const title = document.title
  // The server counts in whole seconds: the page gives over what was typed a little before.
  const EARLY = 8
  let ends = Date.now() + left * 1000
  let touched = null
  let timer

  document.addEventListener('input', (event) => {
    touched = event.target.form && event.target.form.method === 'post' ? event.target.form : touched
  })

  const seconds = () => Math.round((ends - Date.now()) / 1000)
  const wait = () => {
    clearTimeout(timer)
    timer = setTimeout(look, Math.max(1, Math.min(seconds() - warning, 3600)) * 1000)
  }
  const told = async (response) => {
    const answer = await response.json()
    ends = Date.now() + answer.left * 1000
    // Somebody else signed in on this device: their token must not send this person's words under their name.
    const mine = !answer.who || answer.who === who
    if (answer.token && mine) document.querySelectorAll('input[name="csrfmiddlewaretoken"]').forEach((field) => (field.value = answer.token))
    dialog.querySelectorAll('[data-idle]').forEach((part) => (part.hidden = answer.for_good))
    dialog.querySelectorAll('[data-for-good]').forEach((part) => (part.hidden = !answer.for_good))
  }
  const close = () => {
    dialog.close()
    document.title = title
    wait()
  }
  // Another window may have been used meanwhile: the server knows.
  const look = async () => {
    try {
      await told(await fetch(ask))
    } catch {
      // No network: count on.
    }
    if (seconds() > Number(warning) + 1) return dialog.open ? close() : wait()
    if (seconds() <= EARLY) return end()
    if (!dialog.open) {
      dialog.showModal()
      document.title = `Signed out soon – ${title}`
    }
    timer = setTimeout(look, Math.max(1, Math.min(15, seconds() - EARLY)) * 1000)
  }
  const end = () => {
    if (touched && !touched.dataset.draft && touched.isConnected) {
      const field = document.createElement('input')
      field.type = 'hidden'
      field.name = 'unsent_path'
      const target = new URL(touched.getAttribute('action') || location.href, location.href)
      field.value = target.pathname + target.search
      touched.querySelectorAll('input[type="file"]').forEach((file) => (file.disabled = true))
      touched.append(field)
      touched.noValidate = true
      touched.action = keep
      return HTMLFormElement.prototype.submit.call(touched)
    }
    location.href = `${signIn}?ended=1&next=${encodeURIComponent(location.pathname + location.search)}`
  }
  dialog.querySelector('form').addEventListener('submit', async (event) => {
    event.preventDefault()
    try {
      await told(await fetch(stay, { method: 'POST', body: new FormData(event.target), redirect: 'error' }))
      close()
    } catch {
      look()
    }
  })
  dialog.addEventListener('cancel', (event) => event.preventDefault())
  wait()
}
