"""Holds the SM3 roots that print_roots prints against the recursive definition of RFC 9162 section 2.1.1."""
import subprocess
import sys

try:
    from cryptography.hazmat.primitives import hashes
except ImportError:
    print("SKIP: python3-cryptography is missing")
    sys.exit(77)

COUNT = 300


def sm3(data):
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def root(leaves):
    if not leaves:
        return sm3(b"")
    if len(leaves) == 1:
        return sm3(b"\x00" + leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sm3(b"\x01" + root(leaves[:split]) + root(leaves[split:]))


printed = subprocess.run([sys.argv[1], str(COUNT)], check=True, capture_output=True, text=True).stdout.split()
assert len(printed) == COUNT + 1, f"{len(printed)} roots were printed"
for size, got in enumerate(printed):
    expected = root([str(i).encode() for i in range(size)]).hex()
    assert got == expected, f"tree of {size} leaves: {got}, expected {expected}"
print(f"{len(printed)} roots agree")
