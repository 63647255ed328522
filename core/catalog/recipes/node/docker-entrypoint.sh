#!/bin/sh
set -e

# Options and files are for node; what is a command is run as it is.
if [ "${1#-}" != "$1" ] || ! command -v "$1" >/dev/null; then
	set -- node "$@"
fi
exec "$@"
