"""Erasing beside the running daemon: digests are left, and every proof."""
import json
import unittest

from harness import Registry, get_case, get_licence, ledger_pb, licence_pb, model_pb, record_of, submit, variant, verify
from proofs import body_digest, root

BASIS = "民法典 §1037 测试"


class Erasing(unittest.TestCase):
    def setUp(self):
        self.registry = Registry("intl").start()
        self.addCleanup(self.registry.close)
        self.window = self.registry.channel("window")
        self.cases = [submit(self.window, variant(number), f"request {number}").filed_case for number in range(3)]

    def headers(self, size):
        rows = self.registry.sql("SELECT header FROM entry WHERE position < ? ORDER BY position", size)
        return [header for header, in rows]

    def test_erase(self):
        case, other = self.cases[1], self.cases[2]
        before, entry = self.registry.head(), get_licence(self.window, case.credit_code).entry
        size = int(before["size"])

        done = self.registry.ctl("--format", "json", "erase", str(case.number), "--basis", BASIS)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(int(json.loads(done.stdout)["position"]), size)

        for caller in ("tax", "auditor", "window", "operator"):
            erased = get_licence(self.registry.channel(caller), case.credit_code).entry
            self.assertEqual([section.id for section in erased.sections], [0], caller)
            self.assertEqual([closed.id for closed in erased.digests], [section.id for section in entry.sections[1:]])
            self.assertEqual(erased.header, entry.header)
            self.assertEqual(body_digest("intl", erased), ledger_pb.EntryHeader.FromString(erased.header).body_digest)
        self.assertFalse(get_licence(self.window, other.credit_code).entry.digests, "another case keeps its sections")

        self.assertEqual(root("intl", self.headers(size)).hex(), before["root"], "the old tree is as it was")
        self.assertEqual(self.registry.head()["root"], root("intl", self.headers(size + 1)).hex())
        self.assertEqual(ledger_pb.EntryHeader.FromString(self.headers(size + 1)[-1]).kind, ledger_pb.ENTRY_KIND_ERASE)
        check = self.registry.ctl("--format", "json", "ledger", "check")
        self.assertEqual(check.returncode, 0, check.stderr)
        self.assertEqual(json.loads(check.stdout)["erasedSections"], str(len(entry.sections) - 1))

        again = self.registry.ctl("erase", str(case.number), "--basis", BASIS)
        self.assertEqual(again.returncode, 1, again.stderr)
        self.assertEqual(self.registry.head()["size"], str(size + 1), "erased once")
        # the daemon goes on writing behind the tool
        self.assertEqual(submit(self.window, variant(9), "after").filed_case.number, size + 1)
        repeated = submit(self.window, variant(1), "request 1")
        self.assertEqual(repeated.filed_case.credit_code, case.credit_code, "the same request is still the same case")
        self.assertEqual(get_case(self.window, case.number).state, model_pb.CASE_STATE_ACCEPTED)
        credential = record_of(entry).licence.credential
        answer = verify(self.window, credential_bytes=credential)
        self.assertEqual((answer.authentic, answer.status), (True, licence_pb.CREDENTIAL_STATUS_VALID))
        self.assertEqual(self.registry.ctl("licence", "show", case.credit_code).returncode, 0)
        self.assertEqual(self.registry.ctl("ledger", "check").returncode, 0)

    def test_by_code_and_returned(self):
        lacking = variant(7)
        del lacking.facts[:]
        returned = submit(self.window, lacking, "lacking").filed_case
        for target in (self.cases[0].credit_code, str(returned.number)):
            self.assertEqual(self.registry.ctl("erase", target, "--basis", BASIS).returncode, 0)
            self.assertEqual(self.registry.ctl("erase", target, "--basis", BASIS).returncode, 1)
        self.assertEqual(get_case(self.window, returned.number).state, model_pb.CASE_STATE_RETURNED)
        self.assertEqual(submit(self.window, lacking, "lacking").filed_case.number, returned.number)
        self.assertFalse(record_of(get_licence(self.window, self.cases[0].credit_code).entry).identities)
        self.assertEqual(self.registry.ctl("ledger", "check").returncode, 0)

    def test_refused(self):
        size = self.registry.head()["size"]
        for arguments, expected in ((("erase", "4711", "--basis", BASIS), 1), (("erase", "9134130", "--basis", ""), 2),
                                    (("erase", str(self.cases[0].number)), 2), (("erase", "nothing", "--basis", BASIS), 2)):
            done = self.registry.ctl(*arguments)
            self.assertEqual(done.returncode, expected, arguments)
            self.assertTrue(done.stderr)
        self.assertEqual(self.registry.head()["size"], size)
