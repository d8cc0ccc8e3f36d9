#!/bin/sh
# test_package.sh SOURCE BUILD CMAKE CC LIBDIR SANITIZERS: installs the build into a folder of its own, builds the two C examples
# against it with pkg-config and with find_package, issues a licence and verifies its credential with each pair.
set -eu
source=$1 build=$2 cmake=$3 cc=$4 libdir=$5 sanitizers=$6
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
flags=
[ -z "$sanitizers" ] || flags="-fsanitize=$sanitizers -fno-omit-frame-pointer"

ASAN_OPTIONS=detect_leaks=0 export ASAN_OPTIONS # the examples leave freeing to the end of the process

fail() { echo "FAILED: $*"; exit 1; }

lines() { # the page says: in under so many
    [ "$(wc -l < "$source/examples/$1")" -lt "$2" ] || fail "examples/$1 takes $2 lines or more"
}

uses() { # PROGRAM: the libraries it needs, its libraries' own included
    LD_LIBRARY_PATH=$prefix/$libdir ldd "$1"
}

exercise() { # FOLDER with issue and verify
    echo "== issue and verify of $1"
    LD_LIBRARY_PATH=$prefix/$libdir "$1/issue" "$1/registry" "$source/examples/filings/01-one-person-llc.json" > "$1/answer.json" ||
        fail "$1/issue: exit $?"
    /usr/bin/python3 "$source/tests/package/answer.py" "$1/answer.json" > "$1/text" || fail "the answer of $1/issue"
    "$build/registryctl/registryctl" --dir "$1/registry" licence show "$(sed -n 2p "$1/text")" > /dev/null ||
        fail "the tool does not show what issue made"
    openssl pkey -in "$1/registry/keys/issuer.key" -pubout -out "$1/issuer.pem"
    LD_LIBRARY_PATH=$prefix/$libdir "$1/verify" "$1/issuer.pem" "$(sed -n 1p "$1/text")" > "$1/claims" ||
        fail "$1/verify does not verify what issue made"
    grep -q '^authentic: .*青禾' "$1/claims" || fail "$1/verify says: $(cat "$1/claims")"
    if LD_LIBRARY_PATH=$prefix/$libdir "$1/verify" "$1/issuer.pem" "$(sed -n 3p "$1/text")" > /dev/null 2>&1; then
        fail "$1/verify takes a credential with another digit"
    fi
    if uses "$1/verify" | grep -E 'libsqlite3|libpq|libregistry_store'; then fail "verify links a database"; fi
    uses "$1/issue" | grep -q libsqlite3 || fail "issue links no SQLite: ldd shows nothing"
    uses "$1/verify" | grep -q "$prefix/$libdir/libregistry.so.0" || fail "verify does not use the installed library"
}

lines issue/issue.c 60
lines verify/verify.c 25
"$cmake" --install "$build" --prefix "$prefix" > "$work/install.log" || { cat "$work/install.log"; fail "cmake --install"; }
for file in "$source"/include/registry/*.h; do
    cmp -s "$file" "$prefix/include/registry/$(basename "$file")" || fail "$(basename "$file") was not installed"
done
for file in "$source"/proto/registry/v1/*.proto; do
    cmp -s "$file" "$prefix/share/registry/proto/registry/v1/$(basename "$file")" || fail "$(basename "$file") was not installed"
done

echo "== pkg-config"
PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig export PKG_CONFIG_PATH
mkdir "$work/pc"
# shellcheck disable=SC2046,SC2086
"$cc" -std=gnu17 -Wall -Wextra -Werror $flags "$source/examples/issue/issue.c" $(pkg-config --cflags --libs registry registry-store) \
    -o "$work/pc/issue" || fail "issue.c with pkg-config"
# shellcheck disable=SC2046,SC2086
"$cc" -std=gnu17 -Wall -Wextra -Werror $flags "$source/examples/verify/verify.c" $(pkg-config --cflags --libs registry) \
    -o "$work/pc/verify" || fail "verify.c with pkg-config"
exercise "$work/pc"

echo "== find_package"
"$cmake" -G Ninja -S "$source/tests/package/consumer" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$cc" \
    -DCMAKE_C_FLAGS="$flags" -DEXAMPLES="$source/examples" > "$work/cmake.log" 2>&1 &&
    "$cmake" --build "$work/cmake" >> "$work/cmake.log" 2>&1 || { cat "$work/cmake.log"; fail "find_package"; }
exercise "$work/cmake"

echo "== a component that is not there"
mkdir "$work/none"
printf 'cmake_minimum_required(VERSION 3.25)\nproject(none LANGUAGES C)\nfind_package(registry REQUIRED COMPONENTS core oracle)\n' \
    > "$work/none/CMakeLists.txt"
if "$cmake" -G Ninja -S "$work/none" -B "$work/none/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$cc" > "$work/none.log" 2>&1; then
    fail "find_package(COMPONENTS oracle) is satisfied"
fi
grep -q 'no component oracle' "$work/none.log" || { cat "$work/none.log"; fail "the message for a missing component"; }
echo "installed, built and run with pkg-config and with find_package"
