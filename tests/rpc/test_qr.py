"""The QR of a licence: zbar reads it, cbor2 takes it apart, sm-crypto (gm) and openssl verify it; and the tool's own way."""
import os
import unittest

from harness import SOURCE, Registry, ctl, filing, run, submit

CHECK = os.path.join(SOURCE, "tests", "licence", "check_credential.sh")


class Qr:
    suite = None

    @classmethod
    def setUpClass(cls):
        cls.registry = Registry(cls.suite).start()
        cls.addClassCleanup(cls.registry.close)
        cls.code = submit(cls.registry.channel("window"), filing("01"), "qr").filed_case.credit_code
        cls.png = os.path.join(cls.registry.root, "qr.png")
        done = cls.registry.ctl("licence", "qr", cls.code, "--out", cls.png)
        assert done.returncode == 0, done.stderr

    def check(self, code):
        return run(CHECK, self.png, self.registry.path("trust", "issuer.pem"), self.suite, code)

    def test_by_others(self):
        done = self.check(self.code)
        if done.returncode == 77:
            print("SKIP: " + done.stderr.strip(), flush=True)
            self.skipTest(done.stderr.strip())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(self.code, done.stdout)
        other = self.code[:-1] + ("0" if self.code[-1] != "0" else "1")
        self.assertEqual(self.check(other).returncode, 1)

    def test_by_the_tool(self):
        trust = self.registry.path("trust")
        done = ctl("licence", "verify", "--image", self.png, "--trust", trust)
        if done.returncode == 2 and "libzbar" in done.stderr:
            print("SKIP: " + done.stderr.strip(), flush=True)
            self.skipTest(done.stderr.strip())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(self.code, done.stdout)
        os.mkdir(os.path.join(self.registry.root, "empty"))
        self.assertEqual(ctl("licence", "verify", "--image", self.png, "--trust",
                             os.path.join(self.registry.root, "empty")).returncode, 1)
        self.assertEqual(ctl("licence", "verify", "--image", CHECK, "--trust", trust).returncode, 2)

    def test_svg_and_terminal(self):
        svg = os.path.join(self.registry.root, "qr.svg")
        self.assertEqual(self.registry.ctl("licence", "qr", self.code, "--out", svg).returncode, 0)
        with open(svg, encoding="utf-8") as file:
            self.assertIn("<svg", file.read())
        done = self.registry.ctl("licence", "qr", self.code)
        self.assertIn("█", done.stdout)
        self.assertRegex(done.stdout.splitlines()[-1], r"^https://localhost/v/[0-9]+$")
        self.assertEqual(self.registry.ctl("licence", "qr", "91341300MA0000007W").returncode, 1)


class Gm(Qr, unittest.TestCase):
    suite = "gm"


class Intl(Qr, unittest.TestCase):
    suite = "intl"
