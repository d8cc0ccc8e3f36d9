#!/bin/sh
# symbols.sh ALLOWED ARCHIVE…: what a room's objects take from outside must be defined by the core or stand in ALLOWED, for that
# room, and not among those that ALLOWED refuses to all. The core opens no socket, reads no clock, environment or random bytes,
# writes to no stream and does not exit.
set -eu
LC_ALL=C export LC_ALL
allowed=$1
shift
for archive; do
    room=$(basename "$archive" .a | sed 's/^libroom_//')
    nm -g "$archive" | awk -v room="$room" '$1 == "U" { print "U", room, $2 } NF == 3 { print "D", room, $3 }'
done | awk -v allowed="$allowed" '
    BEGIN {
        while ((getline line < allowed) > 0) {
            if (line ~ /^#/ || line ~ /^ *$/) continue
            if (line ~ /^@/) { rooms = " " substr(line, 2) " "; continue }
            n = split(line, words, " ")
            for (i = 1; i <= n; i++)
                if (rooms == " ! ") refused[++refusals] = words[i]
                else { name[++count] = words[i]; where[count] = rooms }
        }
        if (count == 0 || refusals == 0) { print "the allow-list lacks what is allowed or what is refused"; failed = 1; exit 1 }
    }
    $1 == "D" { defined[$3] = 1 }
    $1 == "U" { used[$2 " " $3] = 1; seen++ }
    function fits(symbol, pattern) {
        if (pattern ~ /\*$/)
            return substr(symbol, 1, length(pattern) - 1) == substr(pattern, 1, length(pattern) - 1)
        return symbol == pattern
    }
    function is_refused(symbol, i) {
        for (i = 1; i <= refusals; i++)
            if (fits(symbol, refused[i])) return 1
        return 0
    }
    END {
        if (failed) exit 1
        for (i = 1; i <= count; i++)
            if (is_refused(name[i])) { print "the allow-list both allows and refuses " name[i]; bad++ }
        if (seen < 100) { print "only " seen + 0 " undefined symbols: nm shows too little"; exit 1 }
        for (key in used) {
            split(key, part, " ")
            symbol = part[2]
            if (symbol in defined || symbol ~ /^__(asan|ubsan|tsan|lsan|msan|sanitizer|gcov|llvm)_/)
                continue
            if (symbol ~ /^__.*_chk$/) # of _FORTIFY_SOURCE
                symbol = substr(symbol, 3, length(symbol) - 6)
            if (is_refused(symbol)) { print "room " part[1] " uses " part[2] ", which no room may"; bad++; continue }
            ok = 0
            for (i = 1; i <= count && !ok; i++)
                ok = fits(symbol, name[i]) && (where[i] == " * " || index(where[i], " " part[1] " "))
            if (!ok) { print "room " part[1] " uses " part[2] ", which the allow-list does not allow it"; bad++ }
        }
        if (bad) exit 1
        print seen " uses of symbols, all allowed"
    }'
