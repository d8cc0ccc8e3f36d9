#!/bin/sh
# headers.sh SOURCE CC: every public header compiles alone, in C17 and in C++, and includes nothing but C and its like.
set -eu
cd "$1"
count=0 status=0
cxx=$(command -v g++ || command -v clang++ || true)
for header in include/registry/*.h; do
    count=$((count + 1))
    unit="#include \"$header\"
extern int unit;"
    echo "$unit" | "$2" -std=c17 -Wall -Wextra -Wpedantic -Werror -Iinclude -I. -fsyntax-only -x c - || status=1
    [ -z "$cxx" ] || echo "$unit" | "$cxx" -std=c++17 -Wall -Wextra -Wpedantic -Werror -Iinclude -I. -fsyntax-only -x c++ - || status=1
    if grep -n '^ *# *include' "$header" | grep -v -E '<(registry/[a-z]+|std(bool|def|int))\.h>'; then
        echo "$header shows a foreign header"
        status=1
    fi
done
[ $count -gt 0 ] || { echo "no headers"; exit 1; }
[ $status -eq 0 ] || exit 1
[ -n "$cxx" ] || { echo "SKIPPED in part: no C++ compiler; $count headers compile alone in C17"; exit 77; }
echo "$count headers compile alone, in C17 and C++"
