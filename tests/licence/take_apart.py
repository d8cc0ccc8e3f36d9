"""Takes a credential apart as docs/credential.cddl says, independently of the library.

take_apart.py DIRECTORY PEM SUITE CODE: reads DIRECTORY/text, writes there what was signed (signed), the signature raw
(signature) and in DER (signature.der), and the public point (point) for the verifiers.
"""
import base64
import hashlib
import re
import sys

import cbor2

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
TAILS = {3: 1, 5: 2, 8: 3, 10: 4, 13: 5, 15: 6, 17: 7}
ALG = {"gm": -65537, "intl": -9}
DIGEST = {"gm": "sm3", "intl": "sha256"}


def check(condition, what):
    if not condition:
        sys.exit("not as docs/credential.cddl says: " + what)


def from_digits(digits):
    out = b""
    for at in range(0, len(digits), 17):
        group = digits[at:at + 17]
        check(len(group) in TAILS, "number of digits")
        value = int(group)
        check(value < 256 ** TAILS[len(group)], "group out of range")
        out += value.to_bytes(TAILS[len(group)], "little")
    return out


def load(data, what):
    value = cbor2.loads(data)
    check(cbor2.dumps(value, canonical=True) == data, what + " is not deterministic")
    return value


def code_of(claim):
    if isinstance(claim, str):
        return claim
    check(len(claim) == 11, "length of the code")
    value, chars = int.from_bytes(claim, "big"), ""
    for _ in range(17):
        value, digit = divmod(value, 31)
        chars = ALPHABET[digit] + chars
    check(value == 0, "code out of range")
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(chars))
    return chars + ALPHABET[-total % 31]


def der_integer(raw):
    raw = raw.lstrip(b"\0") or b"\0"
    if raw[0] & 0x80:
        raw = b"\0" + raw
    return b"\x02" + bytes([len(raw)]) + raw


def main(directory, pem, suite, code):
    text = open(directory + "/text", encoding="utf-8").read().rstrip("\n")
    match = re.fullmatch(r"https://[^/]+/v/([0-9]+)", text)
    check(match, "text of the QR code")
    outer = load(from_digits(match.group(1)), "COSE_Sign1")
    check(isinstance(outer, list) and len(outer) == 4, "COSE_Sign1")
    protected, unprotected, payload, signature = outer
    header = load(protected, "protected header")
    spki = base64.b64decode("".join(line for line in open(pem) if "-----" not in line))
    kid = hashlib.new(DIGEST[suite], spki).digest()[:4]
    check(header == {1: ALG[suite], 4: kid}, "protected header")
    check(unprotected == {}, "unprotected header")
    check(isinstance(signature, bytes) and len(signature) == 64, "signature")
    claims = load(payload, "claims")
    check(list(claims) == [6, -65537] and isinstance(claims[6], int), "claims")
    licence = claims[-65537]
    check(len(licence) == 15 and licence[0] == 1, "licence")
    check(code_of(licence[1]) == code, "code is %s, not %s" % (code_of(licence[1]), code))
    check(isinstance(licence[14], bytes) and len(licence[14]) == 16, "digest")

    files = {
        "signed": cbor2.dumps(["Signature1", protected, b"", payload], canonical=True),
        "signature": signature,
        "point": spki[-65:],
    }
    body = der_integer(signature[:32]) + der_integer(signature[32:])
    files["signature.der"] = b"\x30" + bytes([len(body)]) + body
    for name, data in files.items():
        with open(directory + "/" + name, "wb") as file:
            file.write(data)


main(*sys.argv[1:])
