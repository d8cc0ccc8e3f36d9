#!/bin/sh
# configuration.sh SOURCE DAEMON: docs/configuration.md is what the daemon prints of its own table of options.
set -eu
work=$(mktemp)
trap 'rm -f "$work"' EXIT
"$2" --list-options > "$work"
[ -s "$work" ] || { echo "--list-options printed nothing"; exit 1; }
diff -u "$1/docs/configuration.md" "$work" || { echo "docs/configuration.md: run registryd --list-options > docs/configuration.md"; exit 1; }
