#!/bin/sh
# Makes a machine ready for one purpose, and says what it installs and why. When all is there it prints nothing.
#
#   sh scripts/setup.sh demo|start|test|ci
#
# It brings: Debian packages (apt), npm packages (exactly the lockfile), and the generated database client.
# It uses no network but apt and npm. LOAXA_SETUP_APT=off leaves the Debian packages to somebody else.
set -eu

purpose=${1:-start}
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
# Prisma would download a native engine that nothing here uses, from a host of its own; this stands in for it.
export PRISMA_SCHEMA_ENGINE_BINARY="$root/tools/no-schema-engine"
export CHECKPOINT_DISABLE=1
PATH=$PATH:/usr/sbin:/sbin # mosquitto and ldconfig live there, and a normal user's PATH leaves it out
export PATH

say() { printf 'setup: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

# Runs a command whose output matters only when it fails.
quietly() {
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    status=$?
    tail -n 40 "$log" >&2
    rm -f "$log"
    return "$status"
  fi
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# --- Node -------------------------------------------------------------------------------------------------------

check_node() {
  command -v node >/dev/null 2>&1 || fail 'Node.js is missing. Install Node.js 20.19 or later with npm, then run this again.'
  node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' ||
    fail "Node.js $(node -p process.versions.node) is too old. Install Node.js 20.19 or later, then run this again."
  command -v npm >/dev/null 2>&1 || fail 'npm is missing. Install it (it normally comes with Node.js), then run this again.'
}

# --- Debian packages --------------------------------------------------------------------------------------------

# Each need is looked for by what it provides, not by its package: a machine may have it from elsewhere.
missing=''
reasons=''
need() { # package, why, probe…
  package=$1 why=$2
  shift 2
  if "$@" >/dev/null 2>&1; then return 0; fi
  missing="$missing $package"
  reasons="$reasons
setup:   $package - $why"
}
has_library() { ldconfig -p | grep -q "$1"; }
has_alsa_pulse() { ls /usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so; }
has_postgres_server() { ls /usr/lib/postgresql/*/bin/initdb; }

list_needs() {
  need ffmpeg 'reads and prepares audio' command -v ffmpeg
  need espeak-ng 'reads text out in Vietnamese' command -v espeak-ng
  case $purpose in
  demo | test | ci)
    need libasound2 'plays sound' has_library libasound.so.2
    need alsa-utils 'plays sound where the sound library cannot be loaded (aplay)' command -v aplay
    ;;
  esac
  case $purpose in
  test | ci)
    need pulseaudio 'a private sound server, so that tests hear what was played' command -v pulseaudio
    need pulseaudio-utils 'records what that sound server plays' command -v parecord
    need libasound2-plugins 'connects the player to that sound server' has_alsa_pulse
    need mosquitto 'the external MQTT broker that tests run against' command -v mosquitto
    need chromium 'the browser that tests the console' command -v chromium
    need faketime 'steps the clock of a device under test' command -v faketime
    need openssl 'makes certificates for tests' command -v openssl
    need rsyslog 'the syslog server that security events are sent to in tests' command -v rsyslogd
    ;;
  esac
  case $purpose in
  ci) need postgresql 'the external database that tests run against once more' has_postgres_server ;;
  esac
}

install_packages() {
  [ -n "$missing" ] || return 0
  [ "${LOAXA_SETUP_APT:-on}" = on ] || fail "missing on this machine:$missing. Install them, then run this again."
  command -v apt-get >/dev/null 2>&1 ||
    fail "this machine has no apt-get, so please install what these Debian packages bring, then run this again:$missing"
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
    fail "installing packages needs root or sudo. As root, run: apt-get update && apt-get install -y --no-install-recommends$missing"
  fi
  say "installing Debian packages:$reasons"
  # Some of them are servers (mosquitto on 1883, PostgreSQL on 5432). Only their programs are wanted: Debian asks
  # policy-rc.d before it starts a service, and 101 means no. Nothing of this stays on the machine.
  policy=/usr/sbin/policy-rc.d
  if [ -e "$policy" ]; then policy=''; else
    # The traps are set first, so that an interrupted installation leaves nothing behind either.
    trap 'as_root rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
    as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy"
  fi
  quietly as_root apt-get update -q || fail 'apt-get update failed (see above). Check the network and /etc/apt, then run this again.'
  # shellcheck disable=SC2086 # $missing is a list of words
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing ||
    fail "apt-get could not install:$missing (see above)."
  [ -z "$policy" ] || as_root rm -f "$policy"
  trap - EXIT INT TERM
  for service in mosquitto postgresql rsyslog; do
    case " $missing " in
    *" $service "*)
      # ... nor may they start at the next boot. Without systemd there is nothing to disable.
      if [ -d /run/systemd/system ]; then quietly as_root systemctl disable "$service"; fi
      say "$service is installed, but not started: only its programs are used, on ports of their own."
      ;;
    esac
  done
}

# --- npm packages and the generated database client ----------------------------------------------------------------

sha256_of() { node -e 'const { createHash } = require("node:crypto"); process.stdout.write(createHash("sha256").update(require("node:fs").readFileSync(process.argv[1])).digest("hex"))' "$1"; }
is_stamped() { [ -f "$2" ] && [ "$(cat "$2")" = "$1" ]; }

install_npm_packages() {
  wanted=$(sha256_of package-lock.json)
  stamp=node_modules/.loaxa-lock-sha256
  if is_stamped "$wanted" "$stamp"; then return 0; fi
  say 'installing npm packages, exactly as package-lock.json names them (a minute or so the first time)'
  quietly npm ci --no-audit --no-fund --loglevel=error ||
    fail 'npm ci failed (see above). Check the network and the free space on this disk, then run this again.'
  printf '%s' "$wanted" >"$stamp"
}

generate_database_client() {
  [ -f prisma/schema.prisma ] || return 0
  # The client depends on the schema and on the version of the generator, which the lockfile pins.
  wanted=$(sha256_of prisma/schema.prisma)-$(sha256_of package-lock.json)
  stamp=prisma/generated/.made-from
  if is_stamped "$wanted" "$stamp"; then return 0; fi
  quietly node node_modules/prisma/build/index.js generate --no-hints ||
    fail 'the database client could not be generated from prisma/schema.prisma (see above).'
  printf '%s' "$wanted" >"$stamp"
}

case $purpose in
demo | start | test | ci) ;;
*) fail "unknown purpose '$purpose'. Use: sh scripts/setup.sh demo|start|test|ci" ;;
esac
check_node
list_needs
install_packages
install_npm_packages
generate_database_client
