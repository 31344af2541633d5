#!/usr/bin/env bash
# Type-checks the same file as ESM, CommonJS and a bundler's module, in the
# folder of an installed package. The Vitest part is for ESM only.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p types
for extension in mts cts ts; do
  cp "$here/use.txt" "types/use.$extension"
done
for extension in mts ts; do
  printf "import { useWorld } from 'cariqa-mock/vitest';\nexport const { token } = useWorld('debt', { start: { strict: true } });\n" >"types/vitest.$extension"
done
common='--strict --noEmit --exactOptionalPropertyTypes --noUncheckedIndexedAccess --target es2022 --lib es2022,dom --types node'
npx --no-install tsc $common --module node16 --moduleResolution node16 types/use.mts types/use.cts types/vitest.mts &
nodes=$!
npx --no-install tsc $common --module esnext --moduleResolution bundler types/use.ts types/vitest.ts
wait "$nodes"
