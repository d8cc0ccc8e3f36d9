#!/bin/sh
# rules.sh SOURCE TOOL: docs/rules.md and docs/life.md are what the tool prints; a day leaves out what is not the law on it; and the
# same filing is judged by the law of the day that is named.
set -eu
tool=$2
unset REGISTRY_DIR
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "$1"; exit 1; }
"$tool" rules --markdown > "$work/rules.md"
[ "$(grep -c '^| [A-E][0-9][0-9] ' "$work/rules.md")" -ge 38 ] || fail "the rulebook was not printed"
diff -u "$1/docs/rules.md" "$work/rules.md" || fail "docs/rules.md: run registryctl rules --markdown > docs/rules.md"
"$tool" rules --life --markdown > "$work/life.md"
[ "$(grep -c '^| [^a-z]*<br>[a-z ]* |' "$work/life.md")" -eq 18 ] || fail "not every kind of filing was printed"
diff -u "$1/docs/life.md" "$work/life.md" || fail "docs/life.md: run registryctl rules --life --markdown > docs/life.md"
[ "$("$tool" --format json rules --life | grep -c '"kind": ')" -eq 18 ] || fail "the JSON lacks kinds of filing"
"$tool" rules --life --on 2024-07-01 > /dev/null 2>&1 && fail "--life has no day"

"$tool" rules --on 2024-06-30 > "$work/before"
"$tool" rules --on 2024-07-01 > "$work/after"
! grep -q '^C06 ' "$work/before" || fail "C06 is no law before 2024-07-01"
grep -q '^C06 ' "$work/after" || fail "C06 is the law from 2024-07-01 on"
"$tool" --format json rules > "$work/json"
grep -q '"id": "C06".*"since": "2024-07-01"' "$work/json" || fail "the JSON lacks C06 with its day"
for bad in 2024-02-30 2024-7-1 today ''; do
    "$tool" rules --on "$bad" > /dev/null 2>&1 && fail "--on $bad is no day"
done

# paid over more than five years: allowed until the company law of 2024 came into force
sed 's/"due": "2030-12-31"/"due": "2040-12-31"/' "$1"/examples/filings/01-*.json > "$work/long.json"
"$tool" filing check "$work/long.json" --on 2024-06-30 > "$work/out" || { cat "$work/out"; fail "good before the law"; }
"$tool" filing check "$work/long.json" --on 2024-07-01 > "$work/out" && fail "a fault since the law"
grep -q C06 "$work/out" || fail "C06 should be the reason"
