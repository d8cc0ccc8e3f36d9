#!/bin/sh
# commands.sh SOURCE TOOL: every command of the tool's table stands in --help, and every command that a README or a
# page writes down is in the table.
set -eu
LC_ALL=C export LC_ALL
cd "$1"
tool=$2 status=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$tool" --help > "$work/help"
sed -n '/^const struct ctl_command ctl_commands/,/^};/p' registryctl/main.c |
    sed -n 's/^    {"\([a-z]*\)", "\([a-z]*\)".*/\1 \2/p' | sed 's/ $//' > "$work/table"
[ "$(wc -l < "$work/table")" -ge 10 ] || { echo "the table of commands was not found"; exit 1; }
while read -r command; do
    grep -q "^  $command\( \|$\)" "$work/help" || { echo "--help does not name: $command"; status=1; }
done < "$work/table"
# what is written down as code: `registryctl [--options] group verb`
grep -h -o -E '(^|`)registryctl( --[a-z-]+ [^ `]+)* [a-z]+( [a-z]+)?' README*.md docs/*.md examples/*/README.md registryctl/README.md |
    sed -E 's/^`?registryctl( --[a-z-]+ [^ ]+)* //' | sort -u > "$work/written"
[ -s "$work/written" ] || { echo "no command is written down anywhere"; exit 1; }
while read -r group verb; do
    grep -q -x -e "$group" -e "$group $verb" "$work/table" || {
        echo "written down, but no command: registryctl $group $verb"
        status=1
    }
done < "$work/written"
# the commands of the README's table exist too: `licence qr CODE` without the tool's name
for written in $(sed -n 's/^| `\(registryctl .*\)` |.*/\1/p' README.md | grep -o '`[a-z]* [a-z]*' | tr -d '`' | tr ' ' '_'); do
    grep -q -x "$(echo "$written" | tr '_' ' ')" "$work/table" || { echo "README.md names: $written"; status=1; }
done
exit $status
