#!/bin/sh
# Starts mosquitto as the external broker of Loa Xã, with the settings of loaxa.conf beside this file.
#
#   sh start.sh DIRECTORY [ADDRESS] [PORT]           runs in the foreground
#   sh start.sh --print DIRECTORY [ADDRESS] [PORT]   prints the configuration instead
#
# DIRECTORY keeps the accounts (dynamic-security.json) and the password of the server's own account (server-password,
# made at random the first time). Give the server that file as MQTT_PASSWORD_FILE.
# With TLS_CERT_FILE and TLS_KEY_FILE set, the port speaks TLS.
set -eu

fail() {
  echo "mosquitto/start.sh: $*" >&2
  exit 1
}

print_only=no
if [ "${1:-}" = --print ]; then
  print_only=yes
  shift
fi
directory=${1:?usage: start.sh [--print] DIRECTORY [ADDRESS] [PORT]}
address=${2:-127.0.0.1}
port=${3:-1883}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
PATH=$PATH:/usr/sbin
export PATH

# Debian keeps the plugin in a directory named after the architecture, the official container image in /usr/lib.
plugin=$(ls /usr/lib/*/mosquitto_dynamic_security.so /usr/lib/mosquitto_dynamic_security.so 2>/dev/null | head -n 1)
[ -n "$plugin" ] || fail 'the dynamic-security plugin is missing. Install the Debian package mosquitto.'

print_configuration() {
  echo "listener $port $address"
  if [ -n "${TLS_CERT_FILE:-}" ]; then
    echo "certfile $TLS_CERT_FILE"
    echo "keyfile ${TLS_KEY_FILE:?set TLS_KEY_FILE together with TLS_CERT_FILE}"
  fi
  echo "plugin $plugin"
  echo "plugin_opt_config_file $directory/dynamic-security.json"
}

if [ "$print_only" = yes ]; then
  print_configuration
  exit 0
fi

umask 027
mkdir -p "$directory"
password_file=$directory/server-password
if [ ! -s "$password_file" ]; then
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$password_file"
  # The accounts belong to that password: without it they are of no use to anybody.
  rm -f "$directory/dynamic-security.json"
fi
if [ ! -s "$directory/dynamic-security.json" ]; then
  mosquitto_ctrl dynsec init "$directory/dynamic-security.json" loaxa-server "$(cat "$password_file")" >/dev/null
fi
{
  print_configuration
  cat "$here/loaxa.conf"
} >"$directory/mosquitto.conf"
# Started by root, mosquitto goes on under its own account, which rewrites the accounts as devices come and go.
if [ "$(id -u)" -eq 0 ]; then chown -R mosquitto "$directory"; fi
exec mosquitto -c "$directory/mosquitto.conf"
