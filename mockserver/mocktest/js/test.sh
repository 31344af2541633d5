#!/usr/bin/env bash
# Tests the npm package as its users get it: builds it, installs its tarballs
# without scripts and without the network in an empty project, and runs the
# tests of the commands, the kit, its types, Vitest and Playwright there.
#
#	bash mockserver/mocktest/js/test.sh            this platform
#	bash mockserver/mocktest/js/test.sh registry   all platforms, through a local registry, with npm, pnpm and yarn
#
# Playwright's part needs chromium.
set -euo pipefail
js=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [[ ${1:-} == registry ]]; then
  bash "$js/build.sh" all
  cd "$js/registrytest"
  [[ node_modules/.package-lock.json -nt package-lock.json ]] || npm ci --silent --ignore-scripts
  exec node --test registry.test.mjs
fi

bash "$js/build.sh" >"$work/built"
cat "$work/built"
dist=$(cd "$js/../../.." && pwd)
mapfile -t tarballs < <(sed "s#^#$dist/#" "$work/built")
mkdir "$work/app"
cd "$work/app"
echo '{"private": true}' >package.json
npm install --silent --save-dev --ignore-scripts --offline "${tarballs[@]}"
# The tools that the tests use, as a user's project has them.
for dependency in @playwright @types typescript vitest; do
  ln -s "$js/node_modules/$dependency" node_modules/
done
ln -sf "$js/node_modules/.bin/"{tsc,playwright,vitest} node_modules/.bin/
cp -r "$js/test" .

bash test/types/check.sh &
types=$!
node --test test/kit.test.mjs
wait "$types"

# fails runs a command that must fail, and checks what it prints.
fails() { # PATTERN COMMAND…
  local pattern=$1 out
  shift
  if out=$("$@" 2>&1); then
    printf '%s\nmust fail: %s\n' "$out" "$*"
    return 1
  fi
  grep -qE "$pattern" <<<"$out" || { printf '%s\ndoes not contain: %s\n' "$out" "$pattern"; return 1; }
}

npx --no-install vitest run test/vitest/world.test.ts
fails 'refused by: remove-payment-method/cdr-pending' npx --no-install vitest run test/vitest/failing.test.ts
fails 'bug report, .*/cdr-pending-report.yaml' npx --no-install vitest run test/vitest/failing.test.ts
fails 'cannot serve concurrent tests' npx --no-install vitest run test/vitest/concurrent.test.ts

CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
if [[ -z $CHROMIUM ]]; then
  echo 'the Playwright tests are skipped: chromium is not installed'
  exit
fi
export CHROMIUM
npx --no-install playwright test --config test/playwright/playwright.config.mts kit proxy
fails 'with the token mock\.cdr-pending-export' \
  npx --no-install playwright test --config test/playwright/playwright.config.mts failing
left=test/playwright/results/failing-fails-on-purpose
grep -q 'to clear it: ' "$left/cariqa-calls.txt"
grep -q '"rule": "remove-payment-method/cdr-pending"' "$left/cariqa-calls.json"
node_modules/.bin/cariqa-mock scenario check "$left/cdr-pending-export.yaml"
