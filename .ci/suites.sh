# The suites of ./test: each is a function suite_NAME which writes its reports to $reports and prints what happens.
# It sets $results to the report files that counts.py reads, or calls `skip REASON`. To be sourced.

# A suite that can't run here: counted as one skipped test, with the reason.
skip() { echo "skipped: $*"; counts='0 0 1'; }

# dotnet_tests PROJECT ARGUMENT…: runs an xunit.v3 test program, which the solution's build has made.
dotnet_tests() {
  local project=$1; shift
  results=("$reports/$project.junit.xml")
  dotnet "tests/$project/bin/Release/net10.0/CvatServerless.Tests.$project.dll" -noLogo -noColor -junit "${results[0]}" "$@"
}

suite_unit() { dotnet_tests Unit; }
suite_api() { dotnet_tests Api; }
suite_compliance() { need_node; alone compliance_packages; client_venv || true; dotnet_tests Compliance; }

compliance_packages() {
  [ -e tests/Compliance/package-lock.json ] || return 0
  need_node
  changed tests/Compliance/node_modules/.fingerprint tests/Compliance/package-lock.json || return 0
  npm --prefix tests/Compliance ci --no-audit --no-fund && echo "$print" >tests/Compliance/node_modules/.fingerprint
}

suite_format() {
  results=()
  if dotnet format CvatServerless.sln --verify-no-changes --no-restore --verbosity quiet; then counts='1 0 0'; else counts='0 1 0'; fi
}

# The templates compile and lint without a warning; nothing is asked of Azure.
suite_infra() {
  results=()
  export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
  local said
  infra/bicep.sh --version || { skip 'the Bicep compiler is not to be had'; return; }
  said=$(infra/bicep.sh build infra/main.bicep --stdout 2>&1 >/dev/null; infra/bicep.sh lint infra/main.bicep 2>&1)
  if [ -z "$said" ]; then counts='1 0 0'; else echo "$said"; counts='0 1 0'; fi
}

# The executable specification of the runtime; it lies beside the checkout, or the suite is skipped.
suite_conformance() {
  results=()
  [ -x tests/conformance.sh ] || { skip 'tests/conformance.sh is missing'; return; }
  [ -d ../shared/conformance ] || { skip '../shared/conformance is not beside the checkout'; return; }
  local line
  tests/conformance.sh | tee "$reports/conformance.log"
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped' "$reports/conformance.log" | tail -1)
  counts=$(sed -E 's/^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped.*/\1 \2 \3/' <<<"$line")
}

client_packages='cvat-cli==2.80.0 pycocotools==2.0.11 numpy==2.4.6 pytest==9.2.0 schemathesis==4.32.5 moto[s3]==5.2.5 flask flask-cors gcp-storage-emulator==2026.7.19'

# Makes .venv with the official clients and emulators of buckets: from the wheels beside the checkout, else by name from the index.
# alone COMMAND: suites that run side by side set up the same things one after the other.
alone() {
  (
    flock 9
    "$@"
  ) 9>"$root/artifacts/setup.lock"
}

client_venv() { alone make_client_venv; }

make_client_venv() {
  [ "$(cat .venv/.packages 2>/dev/null)" = "$client_packages" ] && return 0
  have python3 && python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3 python3-venv || return 1
  rm -rf .venv && python3 -m venv .venv || return 1
  local from=()
  [ -d ../shared/wheelhouse ] && from=(--no-index --find-links ../shared/wheelhouse)
  # shellcheck disable=SC2086 -- one word per package
  .venv/bin/pip install -q --disable-pip-version-check "${from[@]}" $client_packages || return 1
  echo "$client_packages" >.venv/.packages
}

# Media and where they come from; the rest of tests/clients is the suite `clients`. Two suites, so that they run side by side.
media_tests='append cloud_files cloud_storages cloud_tasks consensus data_contract_* downloads faults ground_truth honeypot_draws media point_clouds sources validation videos'

suite_media() { client_tests media $(of_media); }

suite_clients() {
  local others=()
  for file in $(of_media); do others+=("--ignore=$file"); done
  client_tests clients tests/clients "${others[@]}"
}

of_media() { for name in $media_tests; do ls tests/clients/test_$name.py; done; }

# client_tests SUITE ARGUMENT…: pytest with the official clients.
client_tests() {
  client_venv || { skip 'the official clients are neither in ../shared/wheelhouse nor to be had from the index'; return; }
  need_node
  alone compliance_packages || true
  alone build_web
  results=("$reports/$1.xml")
  .venv/bin/python -m pytest "${@:2}" -q --junitxml="${results[0]}"
}

suite_web() {
  [ -e static-web/package-lock.json ] || { skip 'there is no web app yet'; return; }
  need_node
  apt_install chromium || { skip 'chromium is missing'; return; }
  alone build_web
  npm_packages
  results=("$reports/vitest.json" "$reports/playwright.json")
  local ok=0
  (
    cd static-web
    npm run lint && npm run check:generated
  ) || ok=1
  (cd static-web && npx vitest run --reporter=default --reporter=json --outputFile.json="$reports/vitest.json") || ok=1
  (cd static-web && PLAYWRIGHT_JSON_OUTPUT_NAME="$reports/playwright.json" npx playwright test --reporter=list,json) || ok=1
  return $ok
}

suite_benchmarks() {
  results=()
  client_venv || { skip 'the official clients are neither in ../shared/wheelhouse nor to be had from the index'; return; }
  build_web
  local status=0 report="$reports/benchmarks.txt"
  .venv/bin/python tests/Benchmarks/benchmarks.py | tee "$report" || status=1
  counts="$(grep -c ' ok$' "$report") $(grep -c ' MISSED$' "$report") $(grep -c 'skipped, ' "$report")"
  return $status
}
