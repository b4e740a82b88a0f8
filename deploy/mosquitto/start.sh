#!/bin/sh
# start.sh DIRECTORY [LISTENER]
# What the mosquitto container of docker-compose.yml runs: mosquitto.conf with the places of that container, accounts
# and the server's password (made at random the first time) in DIRECTORY. LISTENER is as in mosquitto.conf, such as
# "1883 127.0.0.1"; port 1883 on all addresses of the container unless given.
# The server reads the password from DIRECTORY/server-password: MQTT_PASSWORD_FILE.
set -eu

directory=${1:?the directory that keeps accounts and password}
listener=${2:-1883}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

# Debian keeps the plugin in a directory named after the architecture, the official image in /usr/lib.
plugin=$(ls /usr/lib/*/mosquitto_dynamic_security.so /usr/lib/mosquitto_dynamic_security.so 2>/dev/null | head -n 1)
if [ -z "$plugin" ]; then
  echo 'The dynamic-security plugin of mosquitto is missing. Install it: apt-get install mosquitto' >&2
  exit 1
fi

# The group may read the password: in the container it is the server's too (docker-compose.yml, group_add).
umask 027
mkdir -p "$directory"
password_file=$directory/server-password
accounts=$directory/dynamic-security.json
if [ ! -s "$password_file" ]; then
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$password_file"
  # The accounts belong to the password that is gone: nobody could manage them any more.
  rm -f "$accounts"
fi
sh "$here/make-accounts.sh" "$accounts" loaxa-server <"$password_file"
sed -e "s|^plugin .*|plugin $plugin|" \
  -e "s|^plugin_opt_config_file .*|plugin_opt_config_file $accounts|" \
  -e "s|^listener 1883 .*|listener $listener|" "$here/mosquitto.conf" >"$directory/mosquitto.conf"
exec mosquitto -c "$directory/mosquitto.conf"
