// `npm run lock`: pin the packages anew and take every address out of package-lock.json (registries and
// funding pages are no business of the repository; versions and hashes are what pins).
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

execFileSync('npm', ['install', '--package-lock-only'], { stdio: 'inherit' })
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
for (const one of Object.values(lock.packages)) {
  delete one.funding
  delete one.resolved
}
writeFileSync('package-lock.json', JSON.stringify(lock, null, 2) + '\n')
