#!/bin/sh
# One credential of a suite, checked by others; and the same with one flipped bit, which must fail.
#   run_check.sh MAKE_CREDENTIAL gm|intl
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

code=$("$1" "$2" "$work") || exit 2
"$here/check_credential.sh" "$work/credential.png" "$work/issuer.pem" "$2" "$code"
status=$?
[ $status -eq 0 ] || exit $status
if "$here/check_credential.sh" "$work/credential.png" "$work/issuer.pem" "$2" 91310115MA1H7K3C48 2>/dev/null; then
    echo "another code was accepted" >&2
    exit 1
fi
"$here/check_credential.sh" "$work/flipped.png" "$work/issuer.pem" "$2" "$code" 2>"$work/err"
status=$?
if [ $status -ne 1 ] || ! grep -qi 'verif' "$work/err"; then
    echo "one flipped bit: exit status $status" >&2
    cat "$work/err" >&2
    exit 1
fi
echo "one flipped bit is found"
