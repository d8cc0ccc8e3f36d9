"""What a receiver computes by itself: section and body digests, the Merkle tree. Nothing of ours is used."""
import hashlib

NAMES = {"gm": "sm3", "intl": "sha256"}


def digest(suite, data):
    return hashlib.new(NAMES[suite], data).digest()


def section_digest(suite, section):
    return digest(suite, section.salt + section.bytes)


def body_digest(suite, entry):
    """Over the id (2 bytes, big-endian) and the digest of every section, ids ascending."""
    digests = [(section.id, section_digest(suite, section)) for section in entry.sections]
    digests += [(closed.id, closed.digest) for closed in entry.digests]
    ids = [number for number, _ in digests]
    assert len(set(ids)) == len(ids), "a section was sent twice"
    return digest(suite, b"".join(number.to_bytes(2, "big") + value for number, value in sorted(digests)))


def root(suite, headers):
    """RFC 6962's tree head."""
    if len(headers) < 2:
        return digest(suite, b"\0" + headers[0]) if headers else digest(suite, b"")
    half = 1
    while half * 2 < len(headers):
        half *= 2
    return digest(suite, b"\1" + root(suite, headers[:half]) + root(suite, headers[half:]))
