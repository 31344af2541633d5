#!/usr/bin/env bash
# Builds the npm packages into dist/npm at the top of the clone:
#
#	bash mockserver/mocktest/js/build.sh [PLATFORM…]
#
# The wrapper, cariqa-mock-VERSION.tgz, has the commands and the test kit; each
# cariqa-mock-PLATFORM-VERSION.tgz has the programs for one platform. PLATFORM
# is linux-x64, linux-arm64, darwin-x64, darwin-arm64, win32-x64, win32-arm64 or
# all; by default this machine's. The wrapper names as optional dependencies the
# platforms that dist/npm has in its version, so that nothing is asked of a
# registry that does not have it. BINARIES=FOLDER takes the programs from
# FOLDER/PLATFORM instead of building them.
set -euo pipefail
js=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$js/../../.."
known='linux-x64 linux-arm64 darwin-x64 darwin-arm64 win32-x64 win32-arm64'
out=$PWD/dist/npm

for tool in node npm go; do
  command -v "$tool" >/dev/null || { echo "build.sh: $tool is not installed" >&2; exit 1; }
done
platforms=${*:-$(node -p 'process.platform + "-" + process.arch')}
[[ $platforms == all ]] && platforms=$known
for p in $platforms; do
  [[ " $known " == *" $p "* ]] || { echo "build.sh: unknown platform $p (known: $known, all)" >&2; exit 2; }
done
while IFS= read -r line; do declare "$line"; done < <(bash .ci/version)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

pack() { # FOLDER
  cp LICENSE "$1/"
  npm pack --silent --ignore-scripts --pack-destination "$out" "$1" | sed "s#^#dist/npm/#"
}

platform() { # PLATFORM
  local goos=${1%-*} goarch=${1#*-} to=$work/$1 stamp=cariqamock/cmd/internal/cli
  [[ $goos == win32 ]] && goos=windows
  [[ $goarch == x64 ]] && goarch=amd64
  mkdir -p "$to/bin"
  if [[ -n ${BINARIES:-} ]]; then
    cp "$BINARIES/$1"/cariqa-{mock,contract}* "$to/bin/"
  else
    CGO_ENABLED=0 GOOS=$goos GOARCH=$goarch go build -trimpath \
      -ldflags "-s -w -X $stamp.version=$VERSION -X $stamp.commit=${COMMIT:-} -X $stamp.date=${DATE:-}" \
      -o "$to/bin/" ./cmd/cariqa-mock ./cmd/cariqa-contract
  fi
  chmod 755 "$to"/bin/*
  cp "$work/NOTICES" "$to/"
  node "$js/scripts/pack.mjs" platform "$VERSION" "$1" "$to"
  pack "$to"
}

# The types of both APIs are generated from their descriptions.
compile() {
  [[ node_modules/.package-lock.json -nt package-lock.json ]] || npm ci --silent --ignore-scripts --no-fund --no-audit
  rm -rf build
  npx --no-install openapi-typescript ../../../openapi.yaml --default-non-nullable=false -o src/api.ts >/dev/null
  npx --no-install openapi-typescript ../../internal/admin/openapi.yaml --default-non-nullable=false -o src/admin.ts >/dev/null
  npx --no-install tsc
}

wrapper() {
  local to=$work/wrapper built=() p
  (cd "$js" && compile)
  mkdir -p "$to"
  cp -r "$js/bin" "$js/build/lib" "$js/README.md" "$to/"
  for p in $known; do
    [[ ! -e $out/cariqa-mock-$p-$VERSION.tgz ]] || built+=("$p")
  done
  node "$js/scripts/pack.mjs" wrapper "$VERSION" "$to" "${built[@]}"
  pack "$to"
}

sh .ci/notices >"$work/NOTICES"
for p in $platforms; do
  platform "$p"
done
wrapper
