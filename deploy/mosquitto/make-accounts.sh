#!/bin/sh
# make-accounts.sh FILE USER < PASSWORD
# Makes the dynamic-security plugin's FILE (for mosquitto: plugin_opt_config_file) with one account, the Loa Xã server's.
# The password is read from standard input, so that it shows in no list of processes. Does nothing when FILE is there.
set -eu

file=${1:?the file to make, e.g. /var/lib/mosquitto/dynamic-security.json}
user=${2:?the user name of the Loa Xã server on this broker}

if [ -e "$file" ]; then
  echo "$file exists: its accounts stay as they are."
  exit 0
fi
IFS= read -r password || true
if [ -z "$password" ]; then
  echo 'No password came on standard input. Example: make-accounts.sh FILE USER < password-file' >&2
  exit 1
fi
if ! command -v mosquitto_ctrl > /dev/null; then
  echo 'mosquitto_ctrl is missing. Install it: apt-get install mosquitto' >&2
  exit 1
fi
umask 077
printf '%s\n%s\n' "$password" "$password" | mosquitto_ctrl dynsec init "$file" "$user" > /dev/null
if [ ! -s "$file" ]; then
  echo "mosquitto_ctrl made no $file." >&2
  exit 1
fi
# The broker runs under its own account, and writes this file when the server adds a device.
if [ "$(id -u)" = 0 ] && id mosquitto > /dev/null 2>&1; then
  chown mosquitto: "$file"
fi
echo "$file is made; the server signs in as $user."
