#!/usr/bin/env bash
# Compares the embedded runtime with outcomes that were recorded on the real Azure Functions host.
# Usage: tests/conformance.sh [run.py arguments, for instance --only http-routing]
# The scenarios live beside the checkout (../shared/conformance); without them everything counts as skipped.
# tests/conformance-differences lists the differences that are known: name<TAB>reason.
set -euo pipefail

root="$(cd "$(dirname "$0")/.." && pwd)"
source_dir="${CONFORMANCE_SOURCE:-$root/../shared/conformance}"
work="$root/artifacts/conformance"
differences="$root/tests/conformance-differences"

if [[ ! -f "$source_dir/run.py" ]]; then
  echo "conformance: $source_dir is not there, so nothing was compared"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi

# Whether the app's process runs: one that has ended but was not reaped by its parent doesn't.
is_running() { [[ -f "$work/pid" ]] && [[ "$(ps -o stat= -p "$(cat "$work/pid")" 2>/dev/null)" == [!Z]* ]]; }
is_listening() { (exec 3<>"/dev/tcp/127.0.0.1/$CONFORMANCE_PORT") 2>/dev/null; }

case "${1:-}" in
  control-start)
    if is_running; then exit 0; fi
    cd "$work/out"
    setsid dotnet Conformance.dll --urls "http://127.0.0.1:$CONFORMANCE_PORT" >>"$work/app.log" 2>&1 </dev/null &
    echo $! >"$work/pid"
    for _ in $(seq 300); do
      if is_listening; then exit 0; fi
      is_running || break
      sleep 0.1
    done
    echo "conformance: the app did not start, see $work/app.log" >&2
    exit 1 ;;
  control-kill)
    if is_running; then
      kill -9 "$(cat "$work/pid")" 2>/dev/null || true
      while is_running; do sleep 0.05; done
    fi
    rm -f "$work/pid"
    exit 0 ;;
esac

# The copied app must not take the repository's build settings: empty ones beside it end MSBuild's search.
"$root/tests/conformance.sh" control-kill
rm -rf "$work"
mkdir -p "$work"
cp -r "$source_dir/app" "$work/app"
rm -rf "$work/app/bin" "$work/app/obj"
for name in Directory.Build.props Directory.Build.targets Directory.Packages.props; do echo '<Project />' >"$work/app/$name"; done
echo 'root = true' >"$work/app/.editorconfig"
if ! dotnet build "$work/app" -v q --nologo -o "$work/out" \
  -p:EmbeddedRuntimeProject="$root/shared/EmbeddedRuntime/EmbeddedRuntime.csproj" >"$work/build.log" 2>&1; then
  grep -E "error" "$work/build.log" | sort -u | head -20 >&2 || cat "$work/build.log" >&2
  echo "conformance: the app does not build"
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi

CONFORMANCE_PORT="${CONFORMANCE_PORT:-$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')}"
export CONFORMANCE_PORT
export CONFORMANCE_DIR="$work/effects" EMBEDDED_RUNTIME_DIRECTORY="$work/data" TASKHUB_NAME="conformance"
export AzureWebJobsDisableHomepage=true EMBEDDED_RUNTIME_ROUTE_CONFLICTS=allow EMBEDDED_RUNTIME_FUNCTION_KEY=conformance-key
printf '#!/bin/sh\nexec "%s" "control-$1"\n' "$root/tests/conformance.sh" >"$work/control"
chmod +x "$work/control"
trap '"$root/tests/conformance.sh" control-kill' EXIT
"$root/tests/conformance.sh" control-start

python3 -B "$source_dir/run.py" --base "http://127.0.0.1:$CONFORMANCE_PORT" --compare --function-key conformance-key \
  --control "$work/control" "$@" | sed 's/^FAIL /fail /' | tee "$work/result.txt" | grep -v ' passed, ' || true

python3 - "$work/result.txt" "$differences" <<'PY'
import pathlib, re, sys
lines = pathlib.Path(sys.argv[1]).read_text().splitlines()
known = {}
for line in pathlib.Path(sys.argv[2]).read_text().splitlines():
    if line.strip() and not line.startswith("#"):
        name, reason = line.split("\t", 1)
        known[name] = reason
total = next((m for m in (re.match(r"(\d+) passed, (\d+) failed, (\d+) skipped", x) for x in reversed(lines)) if m), None)
if total is None:
    print("conformance: the runner broke off")
    print("0 passed, 1 failed, 0 skipped")
    sys.exit(1)
passed, failed, skipped = map(int, total.groups())
failing = {re.split(r"[ :]", x[5:], maxsplit=1)[0] for x in lines if x.startswith("fail ")}
listed = failing & set(known)
for name in sorted(listed):
    print(f"known difference {name}: {known[name]}")
failed, skipped = failed - len(listed), skipped + len(listed)
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed or not passed else 0)
PY
