"""registryctl: formats and exit codes."""
import base64
import csv
import json
import os
import re
import unittest

from harness import SOURCE, Registry, ctl, example_accepted, example_paths

NOTICE = "示例目录，非宿州市公布目录"
UNKNOWN = "91341300MA0000007W"  # well-formed, never issued
CODES = os.path.join(SOURCE, "tests", "identity", "credit_codes.csv")


class Codes(unittest.TestCase):
    def test_check_file(self):
        with open(CODES, encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertGreater(len(rows), 50)
        done = ctl("code", "check", "-", input="".join(row["code"] + "\n" for row in rows))
        lines = [line.split("\t") for line in done.stdout.splitlines()]
        self.assertEqual([line[:2] for line in lines], [[row["code"], row["verdict"]] for row in rows])
        for code, verdict, reason in lines:
            self.assertEqual(reason == "good", verdict == "valid", (code, reason))
        self.assertEqual(done.returncode, 1, "some are invalid")

    def test_exit_codes(self):
        for text, expected in (("91341300MAY000009W\n", 0), ("91341300MAY000009X\n", 1), ("", 0), ("\n\r\n", 0)):
            self.assertEqual(ctl("code", "check", input=text).returncode, expected, repr(text))
        self.assertEqual(ctl("code", "check", "/nowhere").returncode, 2)
        self.assertEqual(ctl("code", "check", "/").returncode, 2, "a directory opens and cannot be read")
        self.assertEqual(ctl("code", "check", "a", "b").returncode, 2)

    def test_json(self):
        done = ctl("--format", "json", "code", "check", input='91341300MAY000009W\n"\\\n\x01\n代码\n')
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([line["verdict"] for line in lines], ["valid", "invalid", "invalid", "invalid"])
        self.assertEqual([line["code"] for line in lines], ["91341300MAY000009W", None, None, None])
        self.assertTrue(all(line["text"] for line in lines))

    def test_make(self):
        done = ctl("code", "make", "91", "341300", "MAY00000")
        self.assertEqual((done.returncode, done.stdout), (0, "91341300MAY000009W\n"))
        for wrong in (("91", "341300"), ("9", "341300", "MAY00000"), ("91", "34130x", "MAY00000"),
                      ("91", "341300", "MAY0000I")):
            self.assertEqual(ctl("code", "make", *wrong).returncode, 2, wrong)


class Alone(unittest.TestCase):
    """Without a registry."""

    def test_catalogue(self):
        table = ctl("catalogue", "items")
        self.assertEqual(table.returncode, 0)
        self.assertIn(NOTICE, table.stdout)
        listing = json.loads(ctl("--format", "json", "catalogue", "items").stdout)
        self.assertIn("示例目录", listing["notice"]["zh"])
        items = listing["items"]
        self.assertEqual([item["number"] for item in items], list(range(1, 62)))
        for item in items:
            self.assertIn(item["nameZh"], table.stdout)
            self.assertTrue(item["legalBasis"])

    def test_filing_check(self):
        for path in example_paths():
            accepted = example_accepted(path)
            done = ctl("filing", "check", path)
            self.assertEqual(done.returncode, 0 if accepted else 1, path + done.stdout + done.stderr)
            answer = json.loads(ctl("--format", "json", "filing", "check", path).stdout)
            worst = {finding["severity"] for finding in answer.get("findings", [])}
            self.assertEqual("SEVERITY_ERROR" not in worst, accepted)

    def test_filing_wrong(self):
        for text in ("", "{", "[]", '{"nothing": 1}', '{"entity": {"type": "x"}}',
                     '{"entity": {"name": {"full": "a\\u0000"}}}'):
            done = ctl("filing", "check", "-", input=text)
            self.assertEqual((done.returncode, done.stdout), (2, ""), text)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        self.assertEqual(ctl("filing", "check", "/nowhere").returncode, 2)

    def test_usage(self):
        self.assertEqual(ctl().returncode, 2)
        self.assertEqual(ctl("nothing").returncode, 2)
        self.assertEqual(ctl("--format", "xml", "catalogue", "items").returncode, 2)
        self.assertEqual(ctl("ledger", "head", env={}).returncode, 2, "no registry named")
        self.assertIn("ledger check", ctl("--help").stdout)
        self.assertRegex(ctl("--version").stdout, r"^registryctl [0-9.]+\n$")


class InRegistry(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.registry = Registry("gm")
        cls.addClassCleanup(cls.registry.close)
        done = cls.registry.ctl("--format", "json", "filing", "submit", example_paths()[0])
        assert done.returncode == 0, done.stderr + done.stdout
        cls.code = json.loads(done.stdout)["filedCase"]["creditCode"]

    def test_init_again(self):
        before = self.registry.head()
        self.assertEqual(ctl("init", self.registry.dir).returncode, 2)
        self.assertEqual(self.registry.head(), before)

    def test_submit_returned(self):
        done = self.registry.ctl("filing", "submit", next(path for path in example_paths() if not example_accepted(path)))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("依据 basis", done.stdout)

    def test_check_in_registry(self):
        """Against this register the name of the first filing is taken."""
        head = self.registry.head()
        self.assertEqual(self.registry.ctl("filing", "check", example_paths()[0]).returncode, 1)
        self.assertEqual(self.registry.head(), head)

    def test_show(self):
        done = self.registry.ctl("licence", "show", self.code)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(self.code, done.stdout)
        self.assertIn(NOTICE, done.stdout)
        with open(example_paths()[0], encoding="utf-8") as file:
            self.assertIn(json.load(file)["entity"]["name"]["full"], done.stdout)
        answer = json.loads(self.registry.ctl("--format", "json", "licence", "show", self.code).stdout)
        self.assertEqual(answer["status"]["creditCode"], self.code)
        self.assertEqual(self.registry.ctl("licence", "show", UNKNOWN).returncode, 1)
        self.assertEqual(self.registry.ctl("licence", "show", "nothing").returncode, 2)

    def test_head(self):
        note = self.registry.ctl("ledger", "head").stdout
        head = self.registry.head()
        match = re.fullmatch(r"(localhost/[0-9a-f]{16})\n(\d+)\n([A-Za-z0-9+/]{43}=)\n\n— (\S+) [A-Za-z0-9+/]+=*\n", note)
        self.assertTrue(match, note)
        self.assertEqual(match[1], match[4])
        self.assertEqual(match[2], head["size"])
        self.assertEqual(base64.b64decode(match[3]).hex(), head["root"])

    def test_environment(self):
        done = ctl("ledger", "check", env={**os.environ, "REGISTRY_DIR": self.registry.dir})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("台账完整", done.stdout)
        self.assertEqual(ctl("--dir", "/nowhere", "ledger", "check").returncode, 2)

    def test_damage_is_found(self):
        """A byte changed behind the ledger's back."""
        registry = Registry("intl")
        self.addCleanup(registry.close)
        registry.ctl("filing", "submit", example_paths()[0])
        registry.sql("DROP TRIGGER entry_update")
        (body,), = registry.sql("SELECT body FROM entry WHERE position = 2")
        body = bytearray(body)
        body[len(body) // 2] ^= 1
        registry.sql("UPDATE entry SET body = ? WHERE position = 2", bytes(body))
        done = registry.ctl("ledger", "check")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertTrue(done.stderr)
