"""Python's grpcio, unmodified, submits every example filing and reads the licence."""
import os
import unittest

from google.protobuf import json_format
from harness import (SOURCE, Registry, example_accepted, example_paths, get_case, get_licence, ledger_pb, model_pb,
                     record_of, run, submit, validate, variant)

CLIENT = os.path.join(SOURCE, "examples", "python", "client.py")


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.registry = Registry("gm").start()
        cls.addClassCleanup(cls.registry.close)
        cls.window = cls.registry.channel("window")

    def filings(self):
        for path in example_paths():
            with open(path, encoding="utf-8") as file:
                yield os.path.basename(path), json_format.Parse(file.read(), model_pb.Filing())

    def test_all(self):
        numbers = []
        for name, filing in self.filings():
            with self.subTest(name):
                numbers.append(int(name[:2]))
                advice = validate(self.window, filing)
                answer = submit(self.window, filing, name)
                self.assertEqual(answer.filed_case.findings, advice.findings)
                self.assertEqual(answer.filed_case.outcomes, advice.outcomes)
                if example_accepted(name):
                    self.accepted(filing, answer)
                else:
                    self.returned(answer)
                # what is answered later differs in the tree size alone
                now = get_case(self.window, answer.filed_case.number)
                self.assertGreaterEqual(now.as_of.size, answer.filed_case.as_of.size)
                now.as_of.CopyFrom(answer.filed_case.as_of)
                self.assertEqual(now, answer.filed_case)
        self.assertEqual(numbers, list(range(1, 21)))
        self.assertEqual(self.registry.ctl("ledger", "check").returncode, 0)

    def accepted(self, filing, answer):
        case = answer.filed_case
        self.assertEqual(case.state, model_pb.CASE_STATE_ACCEPTED, [finding.message_en for finding in case.findings])
        self.assertFalse([finding for finding in case.findings if finding.severity > model_pb.SEVERITY_WARNING])
        self.assertTrue(case.savings.forms > 0 and case.savings.visits > 0)
        items = [item for outcome in case.outcomes for item in outcome.items]
        self.assertEqual(sorted(items), list(range(1, 62)), "every item has its outcome, once")

        read = get_licence(self.window, case.credit_code)
        self.assertEqual(read.entry, answer.licence.entry)
        read.status.as_of.CopyFrom(answer.licence.status.as_of)
        self.assertEqual(read.status, answer.licence.status)

        header = ledger_pb.EntryHeader.FromString(read.entry.header)
        self.assertEqual((header.kind, header.credit_code, header.position),
                         (ledger_pb.ENTRY_KIND_LICENCE, case.credit_code, case.number))
        self.assertEqual(answer.licence.status.as_of.size, case.number + 1, "as of the entry's own commit")
        record = record_of(read.entry)
        self.assertEqual(record.licence.name.full, filing.entity.name.full)
        self.assertEqual(record.licence.credit_code, case.credit_code)
        self.assertEqual(record.administration.caller, "registry:window")
        self.assertEqual({identity.person for identity in record.identities},
                         {person.number for person in filing.persons if person.HasField("id") or person.verification})
        self.assertFalse(read.entry.digests, "a window sees every section")

    def returned(self, answer):
        case = answer.filed_case
        self.assertEqual(case.state, model_pb.CASE_STATE_RETURNED)
        self.assertFalse(answer.HasField("licence"))
        self.assertEqual(case.credit_code, "")
        errors = [finding for finding in case.findings if finding.severity == model_pb.SEVERITY_ERROR]
        self.assertGreater(len(errors), 1, "all findings at once")
        for finding in errors:
            for part in ("rule", "path", "message_zh", "message_en", "legal_basis"):
                self.assertTrue(getattr(finding, part), f"{finding.rule} lacks {part}")


class PythonClient(unittest.TestCase):
    """examples/python/client.py, which uses the .proto and nothing of ours."""

    def test_submit_and_get(self):
        registry = Registry("gm").start()
        self.addCleanup(registry.close)

        def client(caller, *arguments):
            return run("/usr/bin/python3", "-B", CLIENT, "--tls", registry.path("tls"), "--port", registry.port(),
                       "--as", caller, *arguments)

        done = client("window", "submit", example_paths()[0], "--request-id", "client", "--code-only")
        self.assertEqual(done.returncode, 0, done.stderr)
        code = done.stdout.strip()
        again = client("window", "submit", example_paths()[0], "--request-id", "client")
        self.assertIn(code, again.stdout)
        done = client("tax", "get", code)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("[0, 3, 1026, 1027]", done.stdout)
        returned = next(path for path in example_paths() if not example_accepted(path))
        self.assertEqual(client("window", "submit", returned).returncode, 1)
        done = client("auditor", "submit", example_paths()[0])
        self.assertEqual(done.returncode, 2)
        self.assertIn("PERMISSION_DENIED", done.stderr)


class Validating(unittest.TestCase):
    def test_writes_nothing(self):
        registry = Registry("gm").start()
        self.addCleanup(registry.close)
        before = registry.head()
        for number in range(3):
            validate(registry.channel("window"), variant(number))
        self.assertEqual(registry.head(), before)
