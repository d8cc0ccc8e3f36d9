"""Takes a checkpoint apart and verifies it with nothing of ours: Ed25519 by Python's cryptography, SM2 by the openssl tool."""
import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import serialization
except ImportError:
    print("SKIP: python3-cryptography is missing")
    sys.exit(77)
if not shutil.which("openssl"):
    print("SKIP: the openssl tool is missing")
    sys.exit(77)

ORIGIN = "registry.example/0123456789abcdef"


def verify_intl(spki, text, signature):
    try:
        serialization.load_der_public_key(spki).verify(signature, text)
    except InvalidSignature:
        return False
    return True


def der_integer(raw):
    raw = raw.lstrip(b"\0") or b"\0"
    raw = b"\0" + raw if raw[0] & 0x80 else raw
    return bytes([2, len(raw)]) + raw


def verify_gm(spki, text, signature):
    both = der_integer(signature[:32]) + der_integer(signature[32:])
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("key", spki), ("text", text), ("signature", bytes([0x30, len(both)]) + both)):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        return subprocess.run(
            "openssl pkeyutl -verify -pubin -keyform DER -inkey key -in text -sigfile signature -rawin -digest sm3"
            " -pkeyopt distid:1234567812345678".split(), cwd=folder, capture_output=True).returncode == 0


for suite, kind, key_len, verify in (("intl", b"\x01", 32, verify_intl), ("gm", b"\xffSM2-SM3", 65, verify_gm)):
    printed = subprocess.run([sys.argv[1], suite], check=True, capture_output=True).stdout
    spki, note = printed.split(b"\n", 1)
    spki = bytes.fromhex(spki.decode())
    text, signatures = note.split(b"\n\n")
    text += b"\n"
    origin, size, root = text.decode().splitlines()
    assert (origin, size) == (ORIGIN, "12345"), text
    assert base64.b64decode(root, validate=True) == bytes(i * 7 % 256 for i in range(32)), root
    dash, name, blob = signatures.decode().removesuffix("\n").split(" ")
    assert (dash, name) == ("\N{EM DASH}", ORIGIN), signatures
    blob = base64.b64decode(blob, validate=True)
    key_id = hashlib.sha256(ORIGIN.encode() + b"\n" + kind + spki[-key_len:]).digest()[:4]
    assert blob[:4] == key_id and len(blob) == 68, f"{suite}: {blob.hex()}, expected key id {key_id.hex()}"
    assert verify(spki, text, blob[4:]), f"{suite}: the signature does not verify"
    assert not verify(spki, text.replace(b"12345", b"12346"), blob[4:]), f"{suite}: another text verifies"
print("both checkpoints verify")
