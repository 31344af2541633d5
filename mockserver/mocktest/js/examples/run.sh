#!/usr/bin/env bash
# Runs the examples and the recipes with the newest npm package in dist/npm:
#
#	bash mockserver/mocktest/js/build.sh
#	bash mockserver/mocktest/js/examples/run.sh [react-playwright | vitest-backend | recipes]...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
dist=$(cd ../../../.. && pwd)/dist/npm
wrapper=$(ls -t "$dist"/cariqa-mock-[0-9]*.tgz 2>/dev/null | head -n 1)
[[ -n $wrapper ]] || { echo "run.sh: no package in dist/npm; run build.sh first" >&2; exit 1; }
version=${wrapper##*/cariqa-mock-}
packages=("$wrapper" "$dist/cariqa-mock-$(node -p 'process.platform + "-" + process.arch')-$version")

export npm_config_audit=false npm_config_fund=false npm_config_ignore_scripts=true npm_config_prefer_offline=true
if [[ -z ${CHROMIUM:-} ]] && command -v chromium >/dev/null; then
  CHROMIUM=$(command -v chromium)
  export CHROMIUM
fi

# Installs what the lockfile says, unless it is there already, and the package.
install() {
  if ! cmp -s package-lock.json node_modules/.lock; then
    npm ci
    cp package-lock.json node_modules/.lock
  fi
  npm install --no-save "${packages[@]}"
}

example() {
  cd "$1"
  install
  npm run --silent typecheck
  npm run --silent test
}

# Every document of the repository with blocks that readme.mjs executes.
recipes() {
  local documents
  mapfile -t documents < <(grep -rlE --include='*.md' --exclude-dir={.git,node_modules,dist} '^ *```.* skip: executed by readme.mjs$' ../../../.. | sort)
  node readme.mjs "${documents[@]}" "${packages[@]}"
}

[[ $# -gt 0 ]] || set -- react-playwright vitest-backend recipes
for name in "$@"; do
  printf -- '-- %s\n' "$name"
  from=$SECONDS
  case $name in
    recipes) recipes ;;
    react-playwright | vitest-backend) (example "$name") ;;
    *) echo "run.sh: unknown example $name" >&2; exit 2 ;;
  esac
  printf -- '-- %s: %ds\n' "$name" $((SECONDS - from))
done
