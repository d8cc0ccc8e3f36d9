#!/bin/sh
# programs.sh SOURCE: the daemon and the tool stand on the library's public headers alone; a foreign library stays in its folder.
set -eu
LC_ALL=C export LC_ALL
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
find registryd registryctl -name '*.[ch]' | sort | xargs grep -H '^ *# *include' > "$work/lines"
sed -n -E 's/^([^:]*): *# *include *(["<][^">]*).*/\1 \2/p' "$work/lines" > "$work/includes"
[ "$(wc -l < "$work/lines")" -eq "$(wc -l < "$work/includes")" ] || { echo "an #include line was not understood"; exit 1; }
[ "$(wc -l < "$work/includes")" -ge 100 ] || { echo "too few #include lines were found"; exit 1; }
status=0

wrong() { echo "$file may not include $header: $*"; status=1; }

# Which folders may include a foreign library: the one that wraps it, and the daemon's main, which prepares libevent's threads.
foreign() {
    case "$header" in
    openssl/*) echo registryd/tls registryctl ;;
    nghttp2/*) echo registryd/http2 ;;
    event2/*) echo registryd/loop registryd/ops registryd ;;
    ini.h) echo registryd/config registryctl ;;
    systemd/*) echo registryd/log ;;
    png.h | zbar.h) echo registryctl ;;
    sqlite3.h | libpq*.h | jansson.h | qrencode.h | protobuf-c*) ;; # the library does that
    */*.h)
        case "$header" in sys/* | arpa/* | netinet/*) echo "$folder" ;; esac ;;
    *) echo "$folder" ;; # of C and POSIX
    esac
}

while read -r file name; do
    header=${name#?} folder=${file%/*} program=${file%%/*}
    case "$name" in
    *..*) wrong "it leaves the folder" ;;
    '"'*.pb-c.h) [ -f "proto/${header%.pb-c.h}.proto" ] || wrong "proto/ has no such file" ;;
    '"'*) [ -f "$folder/$header" ] || [ -f "$program/$header" ] || wrong "$program has no such file" ;;
    '<registry/'*) [ -f "include/$header" ] || wrong "no public header" ;;
    '<'*)
        [ ! -f "libregistry/$header" ] || wrong "it is the library's own"
        case " $(foreign) " in *" $folder "*) ;; *) wrong "this folder does not wrap it" ;; esac ;;
    esac
done < "$work/includes"
[ $status -ne 0 ] || echo "$(wc -l < "$work/includes") include lines, all allowed"
exit $status
