#!/bin/sh
# coverage.sh SOURCE TOOL: what `registryctl rules --coverage` says is true. Every rule of the rulebook is in the list as coded or
# partly coded, and the other way round; each test that it names exists; and where the tests are tables of the law (tests/filing/law.h),
# a coded rule has rows that pass, that fail, and that stand on the boundary, and one of the day on which it became law.
set -eu
LC_ALL=C export LC_ALL
cd "$1"
tool=$2 status=0
unset REGISTRY_DIR
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fault() { echo "$1"; status=1; }
"$tool" rules --coverage > "$work/listing"
"$tool" --format json rules --coverage > "$work/json"
# RULE STATUS, and RULE TEST a line
sed -n 's/^\([A-Z][0-9][0-9]\)  \(coded\|partly\|waiting\|own\) .*/\1 \2/p' "$work/listing" > "$work/rules"
awk '/^[A-Z][0-9][0-9]  / { rule = $1 } /^     [a-z_]*\/[a-z_\/.]*:/ { sub(/^ */, ""); n = split($0, tests, ";"); for (i = 1; i <= n; i++) print rule, tests[i] }' \
    "$work/listing" > "$work/tests"
sed -n 's/^\([A-E][0-9][0-9]\),.*/\1/p' data/rules.csv | sort > "$work/csv"
[ "$(wc -l < "$work/csv")" -ge 114 ] || fault "data/rules.csv lacks rows"
[ -z "$(uniq -d "$work/csv")" ] || fault "twice in data/rules.csv: $(uniq -d "$work/csv")"
[ "$(grep -c '"status": "\(coded\|partly\|waiting\)"' "$work/json")" -eq "$(wc -l < "$work/csv")" ] || fault "the JSON lacks rules"

# the rulebook against the list
"$tool" --format json rules | sed -n 's/.*{"id": "\([A-Z][0-9][0-9]\)".*/\1/p' | sort -u > "$work/book"
[ "$(wc -l < "$work/book")" -ge 50 ] || fault "the rulebook was not printed"
while read -r rule; do
    grep -q -x -e "$rule coded" -e "$rule partly" -e "$rule own" "$work/rules" || fault "$rule: in the rulebook, not coded in data/rules.csv"
done < "$work/book"
while read -r rule state; do
    case $state in
    coded) grep -q -x "$rule" "$work/book" || fault "$rule: coded in data/rules.csv, not in the rulebook" ;;
    own) case $rule in S*) ;; *) fault "$rule: in the rulebook, not in data/rules.csv" ;; esac ;;
    partly) grep -A 4 "^$rule  partly" "$work/listing" | grep -q '^     [^ -~]' || fault "$rule: partly, for no reason" ;;
    waiting)
        ! grep -q -x "$rule" "$work/book" || fault "$rule: in the rulebook, and waits"
        grep -A 4 "^$rule  waiting" "$work/listing" | grep -q '^     [^ -~]' || fault "$rule: waits for no reason"
        ! grep -q "^$rule " "$work/tests" || fault "$rule: waits, and has tests"
        ;;
    esac
    [ "$state" != coded ] || grep -q "^$rule " "$work/tests" || fault "$rule: no test"
done < "$work/rules"

# the tests
while read -r rule test; do
    file=tests/${test%%:*} word=${test#*:}
    case $file in *.*) ;; *) file=$file.c ;; esac
    [ -f "$file" ] || { fault "$rule: there is no $file"; continue; }
    grep -q "$word" "$file" || { fault "$rule: $file does not say $word"; continue; }
    grep -q '^#include "law.h"' "$file" || continue
    for side in PASSES FAILS 'LAST_GOOD\|FIRST_BAD'; do
        grep -q "^    {\"$word\", \($side\)," "$file" || fault "$rule: $file has no row that $side"
    done
done < "$work/tests"

# a rule that became law on a day has a row of that day in its table
"$tool" --format json rules | sed -n 's/.*{"id": "\([A-Z][0-9][0-9]\)".*"since": "\([0-9-]*\)".*/\1 \2/p' > "$work/days"
[ -s "$work/days" ] || fault "no rule has a first day"
while read -r rule day; do
    for test in $(sed -n "s/^$rule //p" "$work/tests"); do
        file=tests/${test%%:*}.c
        [ -f "$file" ] && grep -q '^#include "law.h"' "$file" || continue
        tr '\n' ' ' < "$file" | grep -q "{\"$rule\", FIRST_BAD, [^{]*\"$day\"" || fault "$rule: no row of its first day, $day"
    done
done < "$work/days"
exit $status
