// Builds static/build/: one style sheet, the scripts, the typeface and the few pictures the styles name.
// Nothing of other people's code is kept in the repository: all of it comes from npm at build time.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from 'sass'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const modules = join(root, 'node_modules')
const target = join(root, 'static', 'build')

rmSync(target, { recursive: true, force: true })
for (const folder of ['fonts', 'images']) mkdirSync(join(target, folder), { recursive: true })

const compiled = compile(join(root, 'frontend', 'scss', 'main.scss'), {
  loadPaths: [root],
  style: 'compressed',
  quietDeps: true
})
// The rules that draw the crown's crest go too: it is not ours to show, and collectstatic would look for it.
const css = compiled.css.replace(/[^{};]*\{[^{}]*govuk-crest[^{}]*\}/g, '')
if (css.includes('govuk-crest')) throw new Error('The style sheet still names the crest.')
if (css.includes('GDS Transport')) throw new Error('The style sheet names a typeface we may not use.')
writeFileSync(join(target, 'main.css'), css)

// A pack's sheet stays readable: its HTML twin carries it, and an inspector may look at it.
const pack = compile(join(root, 'frontend', 'scss', 'pack.scss'), { style: 'expanded' })
writeFileSync(join(target, 'pack.css'), pack.css)

const fonts = join(modules, '@fontsource', 'atkinson-hyperlegible', 'files')
for (const file of readdirSync(fonts)) {
  if (/-latin(-ext)?-(400|700)-(normal|italic)\.woff2$/.test(file)) cpSync(join(fonts, file), join(target, 'fonts', file))
}

const images = join(modules, '@ministryofjustice', 'frontend', 'moj', 'assets', 'images')
for (const file of readdirSync(images)) {
  if (/^icon-.*\.(svg|png)$/.test(file)) cpSync(join(images, file), join(target, 'images', file))
}

// The source-map comment is dropped: the map is not shipped, and a strict static-file storage would look for it.
const script = (from, to) =>
  writeFileSync(join(target, to), readFileSync(from, 'utf8').replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n'))
script(join(modules, 'govuk-frontend', 'dist', 'govuk', 'govuk-frontend.min.js'), 'govuk-frontend.js')
script(join(modules, 'htmx.org', 'dist', 'htmx.min.js'), 'htmx.js')
for (const file of readdirSync(join(root, 'frontend', 'js'))) cpSync(join(root, 'frontend', 'js', file), join(target, file))
