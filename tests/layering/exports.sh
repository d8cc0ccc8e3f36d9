#!/bin/sh
# exports.sh LIBRARY MAP HEADER…: what the library exports, what its version script names and what the headers declare with
# REG_EXPORT are one list.
set -eu
LC_ALL=C export LC_ALL
library=$1 map=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nm -D --defined-only "$library" | awk '$2 ~ /[TDBRV]/ { sub(/@.*/, "", $3); print $3 }' | sort -u > "$work/library"
awk '/global:/ { on = 1; next } /local:/ { on = 0 } on { gsub(/[ ;]/, ""); if ($0 != "") print }' "$map" | sort -u > "$work/map"
for header; do
    sed 's,/\*.*\*/,,' "$header" | tr '\n' ' ' | sed 's/REG_EXPORT/\n&/g' | grep '^REG_EXPORT' | grep -v '^REG_EXPORT __attribute' |
        sed -n 's/^REG_EXPORT *\(REG_MUST_CHECK\)\{0,1\}[^(]*[ *]\(reg_[a-z0-9_]*\)(.*/\2/p'
done | sort -u > "$work/headers"
for list in library map headers; do
    [ -s "$work/$list" ] || { echo "nothing was found of: $list"; exit 1; }
done
status=0
diff -u "$work/headers" "$work/map" || { echo "$map is not what the headers declare"; status=1; }
diff -u "$work/map" "$work/library" || { echo "$library does not export what $map names"; status=1; }
[ $status -ne 0 ] || echo "$(wc -l < "$work/map") exports, in all three"
exit $status
