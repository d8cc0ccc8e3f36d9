#!/bin/sh
# includes.sh SOURCE: the #include lines of each room against includes.txt beside this script.
set -eu
LC_ALL=C export LC_ALL
table=$(dirname "$0")/includes.txt
cd "$1"
find libregistry -name '*.[ch]' -path '*/*/*' | sort | xargs grep -H '^ *# *include' | awk -v table="$table" '
    BEGIN {
        while ((getline line < table) > 0) {
            if (line ~ /^#/) continue
            n = split(line, words, " ")
            known[words[1]] = 1
            for (i = 2; i <= n; i++) may[words[1] " " words[i]] = 1
        }
        n = split("assert ctype errno inttypes limits setjmp stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib" \
                  " string", words, " ")
        for (i = 1; i <= n; i++) plain[words[i] ".h"] = 1
        n = split("fcntl.h libgen.h unistd.h sys/stat.h sys/file.h pthread.h", words, " ")
        for (i = 1; i <= n; i++) group[words[i]] = "files"
        group["poll.h"] = group["sys/socket.h"] = "sockets"
    }
    {
        file = $0; sub(/:.*/, "", file)
        split(file, part, "/"); room = part[2]
        header = $0; sub(/^[^"<]*["<]/, "", header); sub(/[">].*/, "", header)
        lines++
        if (!(room in known)) { print file ": no room " room " in includes.txt"; bad++; next }
        need = header
        if (header in plain || header ~ /^registry\/[a-z]*\.h$/ || header == "model.h" || header ~ /_table\.h$|\.inc$/)
            next
        if (header in group) need = group[header]
        else { sub(/\/.*/, "", need); sub(/\.h$/, "", need) }
        if (file ~ /\/make_[a-z_]*\.c$/) next # a program of the build
        if (!((room " " need) in may)) { print file ": room " room " may not include " header; bad++ }
    }
    END {
        if (lines < 100) { print "only " lines + 0 " include lines"; exit 1 }
        if (bad) exit 1
        print lines " include lines, all allowed"
    }'
