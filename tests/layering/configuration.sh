#!/bin/sh
# configuration.sh SOURCE DAEMON: docs/configuration.md is what the daemon prints of its own table of options, and the daemon's
# --help names every option that a README or a page writes down behind `registryd`.
set -eu
work=$(mktemp)
trap 'rm -f "$work"' EXIT
"$2" --list-options > "$work"
[ -s "$work" ] || { echo "--list-options printed nothing"; exit 1; }
diff -u "$1/docs/configuration.md" "$work" || { echo "docs/configuration.md: run registryd --list-options > docs/configuration.md"; exit 1; }
written=$(cd "$1" && grep -h -o -E '(^ *|`)registryd( +-{2}[a-z-]+( [^ `-][^ `]*)?)+' README*.md docs/*.md registryd/README.md |
    grep -o -E -e '--[a-z-]+' | sort -u)
[ -n "$written" ] || { echo "no option is written down anywhere"; exit 1; }
"$2" --help > "$work"
for option in $written; do
    grep -q -e "^  $option " "$work" || { echo "written down, but no option: registryd $option"; exit 1; }
done
