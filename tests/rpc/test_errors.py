"""Bad input: the right status, a text that says what to do, and nothing in the ledger."""
import socket
import ssl
import unittest

import grpc
from harness import PATIENCE, Registry, filing_pb, licence_pb, raw, submission, variant

SUBMIT = "/registry.v1.FilingService/SubmitFiling"
VALIDATE = "/registry.v1.FilingService/ValidateFiling"
CASE = "/registry.v1.FilingService/GetCase"
LICENCE = "/registry.v1.LicenceService/GetLicence"
VERIFY = "/registry.v1.LicenceService/VerifyCredential"
UNKNOWN_FIELD = b"\xba\x3e\x01x"  # number 999


def delimited(number, data):
    """A length-delimited field; the length in five bytes, which a decoder must take too."""
    length = len(data)
    return bytes([number << 3 | 2]) + bytes((length >> 7 * i & 0x7f) | (0x80 if i < 4 else 0) for i in range(5)) + data


def request(filing_bytes, request_id=b"bad"):
    return delimited(1, request_id) + delimited(2, filing_bytes)


class Errors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.registry = Registry("gm").start()
        cls.addClassCleanup(cls.registry.close)
        cls.head = cls.registry.head()
        good = variant(0)
        good.actor.staff_number = "STAFF-00001"
        cls.good = good.SerializeToString()

    def tearDown(self):
        self.assertEqual(self.registry.head(), self.head, "nothing in the ledger")

    def refused(self, expected, caller, path, message):
        with self.assertRaises(grpc.RpcError) as caught:
            raw(self.registry.channel(caller), path, message)
        error = caught.exception
        self.assertEqual(error.code(), expected, error.details())
        self.assertTrue(any("一" <= char <= "鿿" for char in error.details()), error.details())
        self.assertRegex(error.details(), "[a-z]{3}")

    def test_messages(self):
        name = variant(0).entity.name.trade_name.encode()
        invalid = {
            "nothing": b"",
            "cut off": request(self.good)[:-3],
            "undecodable": b"\x0a\xff",
            "wrong wire type": b"\x08\x01" + delimited(2, self.good),
            "not UTF-8": request(self.good.replace(name, b"\xff" * len(name))),
            "half a character": request(self.good.replace(name, name[:-1] + b"a")),
            "a surrogate": request(self.good.replace(name, b"\xed\xa0\x80" * (len(name) // 3))),
            "NUL": request(self.good.replace(name, b"\0" * len(name))),
            "NUL among ASCII": request(self.good.replace(b"STAFF-00001", b"STAFF-\x000001")),
            "unknown field in the filing": request(self.good + UNKNOWN_FIELD),
            "unknown field in the entity": request(self.good + delimited(4, UNKNOWN_FIELD)),
            "request_id empty": request(self.good, b""),
            "request_id too long": request(self.good, b"x" * 65),
            "request_id with NUL": request(self.good, b"a\0b"),
            "no filing": delimited(1, b"bad"),
        }
        for case, message in invalid.items():
            with self.subTest(case):
                self.refused(grpc.StatusCode.INVALID_ARGUMENT, "window", SUBMIT, message)
        for case in ("not UTF-8", "NUL", "unknown field in the filing"):
            with self.subTest(validate=case):
                self.refused(grpc.StatusCode.INVALID_ARGUMENT, "window", VALIDATE, invalid[case][len(delimited(1, b"bad")):])

    def test_the_good_one(self):
        """What the bad messages are made of is accepted: it is their fault alone that is refused."""
        registry = Registry("gm").start()
        self.addCleanup(registry.close)
        answer = raw(registry.channel("window"), SUBMIT, request(self.good))
        self.assertTrue(filing_pb.SubmitFilingResponse.FromString(answer).HasField("licence"))

    def test_oversize(self):
        big = variant(0)
        big.entity.address.text = "宿" * (2 << 20)
        self.refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "window", SUBMIT, submission(big, "big"))

    def test_too_many(self):
        many = variant(0)
        for number in range(300000):
            many.items_asked.append(number)
            many.entity.former_numbers.append("")
        self.assertLess(many.ByteSize(), 4 << 20)
        with self.assertRaises(grpc.RpcError) as caught:
            raw(self.registry.channel("window"), SUBMIT, submission(many, "many"))
        self.assertIn(caught.exception.code(), (grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.INVALID_ARGUMENT))

    def test_who_and_what(self):
        tls = self.registry
        tls.certificate("stranger", "URI:registry:stranger")
        tls.certificate("two", "URI:registry:window,URI:registry:operator")
        tls.certificate("unnamed", "")
        tls.certificate("dns", "DNS:registry.window")
        code = grpc.StatusCode
        good, look = submission(variant(0), "good"), licence_pb.GetLicenceRequest(credit_code="91341300MAY000009W")
        look = look.SerializeToString()
        table = [(code.UNAUTHENTICATED, caller, path, message) for caller in (None, "stranger", "two", "unnamed", "dns")
                 for path, message in ((SUBMIT, good), (LICENCE, look))]
        table += [(code.PERMISSION_DENIED, caller, path, message) for caller in ("tax", "auditor")
                  for path, message in ((SUBMIT, good), (VALIDATE, good), (CASE, b""))]
        table += [(code.NOT_FOUND, caller, LICENCE, look) for caller in ("window", "tax", "auditor", "operator")]
        table += [(code.NOT_FOUND, "window", CASE, b"\x08\xe7\x07"),
                  (code.NOT_FOUND, "window", CASE, b"\x08\x01"),  # an entry that is no case
                  (code.INVALID_ARGUMENT, "window", LICENCE, b"\x0a\x01\xff"),
                  (code.INVALID_ARGUMENT, "window", VERIFY, b""),
                  (code.UNIMPLEMENTED, "window", "/registry.v1.FilingService/Nothing", b""),
                  (code.UNIMPLEMENTED, "window", "/registry.v1.Nothing/SubmitFiling", good),
                  (code.UNIMPLEMENTED, "window", "/nothing", b"")]
        for expected, caller, path, message in table:
            with self.subTest(caller=caller, path=path, expected=expected):
                self.refused(expected, caller, path, message)

    def handshake(self, **versions):
        context = ssl.create_default_context(cafile=self.registry.path("tls", "ca.crt"))
        context.set_alpn_protocols(["h2"])
        for name, version in versions.items():
            setattr(context, name, version)
        with socket.create_connection(("127.0.0.1", self.registry.port()), timeout=PATIENCE) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                return secure.version(), secure.selected_alpn_protocol()

    def test_handshake(self):
        self.assertEqual(self.handshake(), ("TLSv1.3", "h2"), "completed without a client certificate")
        with self.assertRaises(ssl.SSLError):
            self.handshake(maximum_version=ssl.TLSVersion.TLSv1_2)

    def test_another_ca(self):
        """A certificate that this CA did not issue never gets as far as a call."""
        other = Registry("gm")
        self.addCleanup(other.close)
        for suffix in (".crt", ".key"):
            with open(self.registry.path("tls", "foreign" + suffix), "wb") as file:
                file.write(other.read("tls", "window" + suffix))
        with self.assertRaises(grpc.RpcError) as caught:
            raw(self.registry.channel("foreign"), SUBMIT, submission(variant(0), "foreign"))
        self.assertIn(caught.exception.code(), (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNAUTHENTICATED))
