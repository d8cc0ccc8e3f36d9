"""answer.py ANSWER.json: checks what examples/issue printed; prints the QR's text, the credit code and a text with one digit changed."""
import base64
import json
import re
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    answer = json.load(file)
case, licence = answer["filedCase"], answer["licence"]
assert case["state"] == "CASE_STATE_ACCEPTED", case
code = licence["status"]["creditCode"]
assert re.fullmatch("91341300MAY[0-9A-Z]{7}", code), code
assert licence["status"]["state"] == "LICENCE_STATE_EXISTING", licence["status"]
assert licence["status"]["asOf"], licence["status"]


def fields(data):
    """The length-delimited fields of an encoded message: number -> bytes."""
    found, at = {}, 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = varint()
        if key & 7 == 0:
            varint()
        else:
            assert key & 7 == 2, key
            length = varint()
            found.setdefault(key >> 3, data[at:at + length])
            at += length
    return found


public = next(section for section in licence["entry"]["sections"] if section.get("id", 0) == 0)
credential = fields(fields(base64.b64decode(public["bytes"]))[1])[27]
assert credential[0] == 0x84, credential.hex()  # COSE_Sign1
lengths = [0, 3, 5, 8, 10, 13, 15, 17]  # digits that stand for so many bytes, little endian
digits = "".join(str(int.from_bytes(credential[at:at + 7], "little")).zfill(lengths[len(credential[at:at + 7])])
                 for at in range(0, len(credential), 7))
text = "https://localhost/v/" + digits
print(text)
print(code)
print(text[:-2] + str((int(text[-2]) + 1) % 10) + text[-1])
