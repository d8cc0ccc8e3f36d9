"""VerifyCredential, and the tool's offline verification."""
import json
import unittest

from harness import Registry, ctl, filing, get_licence, licence_pb, record_of, submit, variant, verify


class Credentials:
    suite = None

    @classmethod
    def setUpClass(cls):
        cls.registry = Registry(cls.suite).start()
        cls.addClassCleanup(cls.registry.close)
        cls.code = submit(cls.registry.channel("window"), filing("01"), "credential").filed_case.credit_code
        cls.licence = record_of(get_licence(cls.registry.channel("auditor"), cls.code).entry).licence
        done = cls.registry.ctl("licence", "qr", cls.code)
        assert done.returncode == 0, done.stderr
        cls.text = done.stdout.split()[-1]

    def test_authentic(self):
        digits = self.text.rsplit("/", 1)[1]
        self.assertRegex(self.text, r"^https://localhost/v/[0-9]+$")
        for caller in ("window", "tax", "auditor", "operator"):
            for credential in ({"credential_bytes": self.licence.credential}, {"text": self.text}, {"text": digits}):
                answer = verify(self.registry.channel(caller), **credential)
                self.assertTrue(answer.authentic, answer.problem_en)
                self.assertEqual(answer.status, licence_pb.CREDENTIAL_STATUS_VALID)
                self.assertEqual(answer.as_of.size, int(self.registry.head()["size"]))
                claims = answer.claims
                for name in ("credit_code", "serial", "version", "type", "representative", "capital", "authority",
                             "catalogue_revision"):
                    self.assertEqual(getattr(claims, name), getattr(self.licence, name), name)
                self.assertEqual(claims.name, self.licence.name.full)

    def test_flipped(self):
        """Every 13th bit: in the signature, in the claims, in the headers."""
        channel = self.registry.channel("tax")
        for bit in range(0, len(self.licence.credential) * 8, 13):
            data = bytearray(self.licence.credential)
            data[bit // 8] ^= 1 << bit % 8
            answer = verify(channel, credential_bytes=bytes(data))
            self.assertFalse(answer.authentic, f"bit {bit}")
            self.assertEqual(answer.status, licence_pb.CREDENTIAL_STATUS_UNSPECIFIED)
            self.assertTrue(answer.problem_zh and answer.problem_en)

    def test_foreign(self):
        """Well signed, but by another registry."""
        other = Registry(self.suite).start()
        self.addCleanup(other.close)
        code = submit(other.channel("window"), variant(1), "other").filed_case.credit_code
        credential = record_of(get_licence(other.channel("window"), code).entry).licence.credential
        self.assertTrue(verify(other.channel("tax"), credential_bytes=credential).authentic)
        self.assertFalse(verify(self.registry.channel("tax"), credential_bytes=credential).authentic)
        done = other.ctl("licence", "qr", code)
        text = done.stdout.split()[-1]
        self.assertEqual(ctl("licence", "verify", text, "--trust", other.path("trust")).returncode, 0)
        self.assertEqual(ctl("licence", "verify", text, "--trust", self.registry.path("trust")).returncode, 1)

    def test_offline(self):
        trust = self.registry.path("trust")
        done = ctl("--format", "json", "licence", "verify", self.text, "--trust", trust)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(json.loads(done.stdout)["authentic"])
        at = len(self.text) // 2
        altered = self.text[:at] + ("1" if self.text[at] == "0" else "0") + self.text[at + 1:]
        for text in (altered, self.text[:-1], "https://localhost/v/", "nothing", self.text + "0"):
            self.assertEqual(ctl("licence", "verify", text, "--trust", trust).returncode, 1, text)
        self.assertEqual(ctl("licence", "verify", self.text, "--trust", "/nowhere").returncode, 2)
        self.assertEqual(ctl("licence", "verify").returncode, 2)


class Gm(Credentials, unittest.TestCase):
    suite = "gm"


class Intl(Credentials, unittest.TestCase):
    suite = "intl"
