#!/bin/sh
# Checks a credential from its QR code with nothing of this project: zbarimg reads the image, Python's cbor2 takes it apart,
# npm's sm-crypto (suite gm) and the openssl tool (both suites) verify the signature.
#
#   check_credential.sh PNG PEM gm|intl CODE     exit 0: authentic and of that code; 1: not; 77: a tool is missing
#
# sm-crypto is looked for in tests/clients/node/node_modules (`npm ci` there), or in NODE_PATH.
set -u
here=$(cd "$(dirname "$0")" && pwd)
png=$1 pem=$2 suite=$3 code=$4
python=${PYTHON:-/usr/bin/python3}
export NODE_PATH="${NODE_PATH:-$here/../clients/node/node_modules}"

skip()
{
    echo "SKIPPED: $*" >&2
    exit 77
}

command -v zbarimg >/dev/null || skip "zbarimg is not installed (zbar-tools)"
"$python" -c 'import cbor2' 2>/dev/null || skip "cbor2 is not installed (python3-cbor2)"
if [ "$suite" = gm ]; then
    node -e 'require("sm-crypto")' 2>/dev/null || skip "sm-crypto is not installed (npm ci in tests/clients/node)"
fi

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

zbarimg --nodbus -q --raw "$png" >"$work/text" || { echo "no QR code was read from $png" >&2; exit 1; }
"$python" "$here/take_apart.py" "$work" "$pem" "$suite" "$code" || exit 1
if [ "$suite" = gm ]; then
    node "$here/verify_sm2.js" "$work" || exit 1
    openssl pkeyutl -verify -pubin -inkey "$pem" -in "$work/signed" -sigfile "$work/signature.der" -rawin -digest sm3 \
        -pkeyopt distid:1234567812345678 >"$work/openssl" 2>&1 || { cat "$work/openssl" >&2; exit 1; }
else
    openssl dgst -sha256 -verify "$pem" -signature "$work/signature.der" "$work/signed" >"$work/openssl" 2>&1 ||
        { cat "$work/openssl" >&2; exit 1; }
fi
echo "authentic: $code"
