#!/bin/sh
# Installs the agent on a speaker that runs Debian or Raspberry Pi OS, or brings it to a new version.
#
#   sudo sh install.sh [DIRECTORY]     DIRECTORY holds device-agent.mjs and koffi/, as a build makes them (dist/)
#
# Safe to repeat. The identity and everything else in /var/lib/loaxa-agent stay as they are.
set -eu

fail() {
  echo "install: $*" >&2
  exit 1
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
from=${1:-$here/../../dist}
[ "$(id -u)" -eq 0 ] || fail 'run this as root: sudo sh install.sh'
[ -f "$from/device-agent.mjs" ] || fail "there is no device-agent.mjs in $from. Build it (npm run build), or name its directory."
command -v node >/dev/null 2>&1 || fail 'Node.js is missing. Install Node.js 20.19 or later.'
node "$from/device-agent.mjs" --version >/dev/null || fail 'the agent does not run with this Node.js. Install Node.js 20.19 or later.'
ldconfig -p | grep -q libasound.so.2 || echo 'install: libasound2 is missing; the agent will play through aplay. Install libasound2 for exact starts.' >&2

getent passwd loaxa-agent >/dev/null ||
  useradd --system --user-group --home-dir /var/lib/loaxa-agent --no-create-home --shell /usr/sbin/nologin loaxa-agent
install -d -o loaxa-agent -g loaxa-agent -m 700 /var/lib/loaxa-agent

# Each version has a directory of its own, and a link names the one in use: replacing the link is one step, so that a
# power cut leaves the old version or the new one, never half of either.
link=/usr/lib/loaxa-agent
version=$link-$(sha256sum "$from/device-agent.mjs" | cut -c 1-12)
before=$(readlink "$link" || true)
if [ ! -d "$version" ]; then
  rm -rf "$version.new"
  install -d "$version.new"
  install -m 644 "$from/device-agent.mjs" "$version.new/"
  if [ -d "$from/koffi" ]; then cp -R "$from/koffi" "$version.new/koffi"; fi
  sync
  mv "$version.new" "$version"
fi
ln -sfn "$version" "$link.new"
mv -T "$link.new" "$link"
if [ -n "$before" ] && [ "$before" != "$version" ]; then rm -rf "$before"; fi

# The technician enrols with the same command; root must not own what the agent has to write.
cat >/usr/bin/loaxa-agent <<'WRAPPER'
#!/bin/sh
if [ "$(id -u)" -eq 0 ]; then exec setpriv --reuid=loaxa-agent --regid=loaxa-agent --init-groups "$0" "$@"; fi
if [ -r /etc/loaxa-agent.env ]; then
  set -a
  . /etc/loaxa-agent.env
fi
exec node /usr/lib/loaxa-agent/device-agent.mjs "$@"
WRAPPER
chmod 755 /usr/bin/loaxa-agent
install -m 644 "$here/loaxa-agent.service" /etc/systemd/system/loaxa-agent.service

if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl enable loaxa-agent
  systemctl try-restart loaxa-agent
fi
if [ -f /var/lib/loaxa-agent/identity.json ]; then
  echo 'install: done.'
else
  echo 'install: done. Now enrol this speaker: sudo loaxa-agent enrol <server> <code>, then: sudo systemctl start loaxa-agent'
fi
