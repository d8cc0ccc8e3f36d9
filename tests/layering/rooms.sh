#!/bin/sh
# rooms.sh SOURCE: every room has a README.md, and docs/architecture.md's table names the folders of libregistry and no other.
set -eu
LC_ALL=C export LC_ALL
cd "$1"
status=0
for folder in libregistry/*/ registryd/ registryd/*/ registryctl/; do
    [ -s "$folder/README.md" ] || { echo "$folder has no README.md"; status=1; }
done
in_table=$(sed -n 's,^| `\(libregistry/[a-z_]*\)/` |.*,\1,p' docs/architecture.md | sort)
in_tree=$(find libregistry -mindepth 1 -maxdepth 1 -type d | sort)
if [ "$in_table" != "$in_tree" ]; then
    printf 'docs/architecture.md names:\n%s\nthe tree has:\n%s\n' "$in_table" "$in_tree"
    status=1
fi
[ "$(sed -n 's/^\([a-z]*\) .*/libregistry\/\1/p' tests/layering/includes.txt | sort)" = "$in_tree" ] || {
    echo "tests/layering/includes.txt does not name the folders of libregistry"
    status=1
}
for folder in $(sed -n 's,^| `\([a-z/0-9_]*\)/` |.*,\1,p' docs/architecture.md); do
    [ -d "$folder" ] || { echo "docs/architecture.md names $folder, which is not there"; status=1; }
done
exit $status
