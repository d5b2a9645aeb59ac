# What run and test share: it checks the tools, installs Debian packages where it may, and builds only what has changed.
# To be sourced, with $root set to the repository.

say() { printf '%s\n' "$*" >&2; }
fail() { say "$(basename "$0"): $*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# Is the Debian package installed? True where there is no dpkg: the tools' own checks decide then.
installed() { ! have dpkg-query || [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# apt_install PACKAGE…: installs what is missing, or says what to install and returns 1.
apt_install() {
  local missing=()
  for package in "$@"; do installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  if have apt-get && { [ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }; then
    say "Installing ${missing[*]} …"
    { as_root apt-get update -q && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"; } >&2 && return 0
  fi
  say "Missing: ${missing[*]}. Install with: sudo apt-get install ${missing[*]}"
  return 1
}

need_dotnet() {
  if ! have dotnet && [ -x "$HOME/.dotnet/dotnet" ]; then export PATH="$HOME/.dotnet:$PATH" DOTNET_ROOT="$HOME/.dotnet"; fi
  if have dotnet && dotnet --list-sdks | grep -q '^10\.'; then return 0; fi
  if have apt-cache && apt-cache show dotnet-sdk-10.0 >/dev/null 2>&1 && apt_install dotnet-sdk-10.0; then return 0; fi
  fail 'needs the .NET 10 SDK: install it from https://dotnet.microsoft.com/download/dotnet/10.0 and start again.'
}

node_ok() { have node && have npm && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]; }

need_node() {
  node_ok && return 0
  have node || apt_install nodejs npm || true
  node_ok || fail 'needs Node.js 20 or newer with npm: install it from https://nodejs.org/en/download and start again.'
}

need_media() {
  apt_install ffmpeg libturbojpeg0 || exit 1
  have ffmpeg && have ffprobe || fail 'needs ffmpeg and ffprobe on the PATH: install ffmpeg and start again.'
}

# fingerprint PATH…: one line that changes whenever a source file below the paths does (also when one goes or gets an older date).
fingerprint() {
  find "$@" \( -name bin -o -name obj -o -name node_modules -o -name dist -o -name test-results -o -name screenshots -o -name __pycache__ \) -prune \
    -o -type f -printf '%p %s %T@\n' | LC_ALL=C sort | cksum
}

# changed STAMP PATH…: is the fingerprint another one than that which the stamp holds? Sets $print, to be written after the work.
changed() {
  local stamp=$1; shift
  print=$(fingerprint "$@")
  ! { [ -e "$stamp" ] && [ "$print" = "$(cat "$stamp")" ]; }
}

# logged NAME COMMAND…: runs it quietly; its output is shown only when it fails.
logged() {
  local log="$root/artifacts/$1.log"; shift
  mkdir -p "$root/artifacts"
  "$@" >"$log" 2>&1 || { cat "$log" >&2; fail "'$*' failed (see above)."; }
}

product="$root/functions/bin/Release/net10.0/CvatServerless.Functions.dll"

product_changed() {
  changed "$root/artifacts/functions.stamp" "$root"/functions "$root"/shared "$root"/host.json "$root"/Directory.*.props "$root"/global.json ||
    [ ! -e "$product" ]
}

# built NAME COMMAND…: builds with the command and remembers what the server was built from.
built() {
  local sources
  product_changed || true
  sources=$print
  logged "$@"
  echo "$sources" >"$root/artifacts/functions.stamp"
}

build_product() {
  product_changed || return 0
  say 'Building the server …'
  built build-functions dotnet build "$root/functions" -c Release -v q --nologo -nodeReuse:false
}

npm_packages() {
  local stamp="$root/static-web/node_modules/.fingerprint"
  changed "$stamp" "$root/static-web/package-lock.json" "$root/static-web/package.json" || return 0
  say 'Installing the web packages …'
  logged npm-ci npm --prefix "$root/static-web" ci --no-audit --no-fund
  echo "$print" >"$stamp"
}

build_web() {
  [ -e "$root/static-web/package-lock.json" ] || return 0
  local stamp="$root/static-web/dist/.fingerprint" sources
  changed "$stamp" "$root/static-web" "$root/shared/Contract" || return 0
  sources=$print
  need_node
  npm_packages
  say 'Building the web app …'
  logged build-web npm --prefix "$root/static-web" run build
  echo "$sources" >"$stamp"
}
