"""What became of a licence, as everybody who may look sees it; and many licences at once."""
import datetime
import json
import unittest

import grpc
from harness import call, get_licence, ledger_pb, licence_pb, model_pb, record_of
from test_life import CHINA, GO_DORMANT, NAME_CHANGE, RECORD, Base, change, company

UNKNOWN = "91341300MA0000007W"  # well-formed, never issued

def history(channel, code, **options):
    return call(channel, "LicenceService/GetLicenceHistory",
                licence_pb.GetLicenceHistoryRequest(credit_code=code, **options), licence_pb.GetLicenceHistoryResponse)

def batch(channel, codes):
    return call(channel, "LicenceService/BatchGetLicences", licence_pb.BatchGetLicencesRequest(credit_codes=codes),
                licence_pb.BatchGetLicencesResponse)

def move():
    """Another address."""
    made = change(NAME_CHANGE)
    made.replaces[:] = ["address"]
    address = made.entity.address
    made.entity.ClearField("name")
    address.division, address.text, address.postcode = 341302, "安徽省宿州市埇桥区示例大道88号", "234000"
    made.materials.add(kind="address_proof", digest=bytes(32))
    return made


class History(Base):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls("life")
        self.setUp()
        cls.licences = [self.accepted(company("云雨"))]
        for i, made in enumerate((change(RECORD), change(NAME_CHANGE), move(), change(GO_DORMANT))):
            cls.other = self.accepted(company("松竹梅兰"[i] * 2))  # between two revisions: another's entry
            status = cls.licences[-1].status
            made.credit_code, made.base_revision = status.credit_code, status.revision
            cls.licences.append(self.accepted(made, "DORMANT" if i == 3 else "EXISTING"))
        cls.code = cls.licences[0].status.credit_code

    def life(self):
        """A name for the case that sets the class up."""

    def fails(self, status, function, *arguments, **options):
        with self.assertRaises(grpc.RpcError) as caught:
            function(self.window, *arguments, **options)
        self.assertEqual(caught.exception.code(), status, caught.exception.details())

    def test_life(self):
        answer = history(self.window, self.code)
        self.assertEqual([(each.revision, each.version, model_pb.FilingKind.Name(each.kind)[12:],
                           ledger_pb.LicenceState.Name(each.state)[14:]) for each in answer.revisions],
                         [(5, 3, "GO_DORMANT", "DORMANT"), (4, 3, "CHANGE", "EXISTING"), (3, 2, "CHANGE", "EXISTING"),
                          (2, 1, "RECORD", "EXISTING"), (1, 1, "ESTABLISH", "EXISTING")])
        self.assertEqual([each.position for each in answer.revisions],
                         [licence.status.position for licence in reversed(self.licences)])
        self.assertEqual([each.serial for each in answer.revisions],
                         [licence.status.serial for licence in reversed(self.licences)])
        self.assertEqual({each.day for each in answer.revisions}, {datetime.datetime.now(CHINA).date().isoformat()})
        renamed = {changed.path: json.loads(changed.before) for changed in answer.revisions[2].changes}
        self.assertIn("云雨", json.dumps(renamed, ensure_ascii=False))
        self.assertEqual([changed.path for changed in answer.revisions[1].changes], ["address"])
        self.assertIn(("liaison", ""), [(changed.path, changed.before) for changed in answer.revisions[3].changes])
        self.assertFalse(answer.revisions[4].changes)
        self.assertFalse(any(each.HasField("entry") for each in answer.revisions))
        self.assertEqual(answer.next_position, 0)
        self.assertEqual(answer.as_of.size, int(self.registry.head()["size"]))

    def test_pages(self):
        seen, position = [], 0
        while True:
            answer = history(self.window, self.code, page_size=3, from_position=position)
            seen.append([each.revision for each in answer.revisions])
            position = answer.next_position
            if not position:
                break
        self.assertEqual(seen, [[5, 4, 3], [2, 1]])
        self.fails(grpc.StatusCode.INVALID_ARGUMENT, history, self.code, page_size=101)
        self.fails(grpc.StatusCode.INVALID_ARGUMENT, history, self.code, from_position=self.other.status.position)
        self.fails(grpc.StatusCode.INVALID_ARGUMENT, history, self.code, from_position=1)  # the catalogue
        self.fails(grpc.StatusCode.NOT_FOUND, history, self.code, from_position=2 ** 63)

    def test_callers(self):
        """Each gets of every revision what GetLicence would have given it then."""
        opened = {}
        for caller in ("window", "tax", "auditor", "operator"):
            answer = history(self.registry.channel(caller), self.code, with_entries=True)
            opened[caller] = [[section.id for section in each.entry.sections] for each in answer.revisions]
            now = get_licence(self.registry.channel(caller), self.code)
            self.assertEqual(answer.revisions[0].entry, now.entry)
            for each in answer.revisions:
                licence = record_of(each.entry).licence
                self.assertEqual((licence.revision, licence.state), (each.revision, each.state))
                header = ledger_pb.EntryHeader.FromString(each.entry.header)
                self.assertEqual((header.position, header.time_ms), (each.position, each.time_ms))
        self.assertEqual(opened["window"], opened["operator"])
        self.assertEqual(opened["auditor"], [[0]] * 5)
        self.assertTrue(all(len(sections) > 5 for sections in opened["window"]))
        self.assertEqual(opened["tax"][4], [0, 3, 1026, 1027])

    def test_then(self):
        """As of sizes and times between the revisions."""
        positions = [licence.status.position for licence in self.licences]
        for revision, position in enumerate(positions, 1):
            for size in (position + 1, positions[revision] if revision < 5 else 2 ** 40):
                answer = history(self.window, self.code, tree_size=size, page_size=1)
                self.assertEqual([each.revision for each in answer.revisions], [revision], size)
                self.assertEqual(answer.next_position, positions[revision - 2] if revision > 1 else 0)
        times = [each.time_ms for each in reversed(history(self.window, self.code).revisions)]
        for revision, time_ms in enumerate(times, 1):
            latest = max(number for number, each in enumerate(times, 1) if each == time_ms)
            first = history(self.window, self.code, time_ms=time_ms).revisions[0]
            self.assertEqual(first.revision, latest, revision)
        self.fails(grpc.StatusCode.NOT_FOUND, history, self.code, tree_size=positions[0])
        self.fails(grpc.StatusCode.NOT_FOUND, history, self.code, tree_size=0)
        self.fails(grpc.StatusCode.NOT_FOUND, history, self.code, time_ms=times[0] - 1)
        self.fails(grpc.StatusCode.NOT_FOUND, history, UNKNOWN)
        self.fails(grpc.StatusCode.INVALID_ARGUMENT, history, "91341300MA0000007X")

    def test_batch(self):
        codes = [self.other.status.credit_code, UNKNOWN, self.code, self.code]
        for caller in ("window", "tax", "auditor"):
            channel = self.registry.channel(caller)
            answer = batch(channel, codes)
            self.assertEqual([(each.credit_code, each.found, each.HasField("licence")) for each in answer.licences],
                             [(code, code != UNKNOWN, code != UNKNOWN) for code in codes])
            for each in answer.licences:
                if each.found:
                    self.assertEqual(each.licence, get_licence(channel, each.credit_code))
            self.assertEqual(answer.as_of.size, int(self.registry.head()["size"]))
        self.assertEqual(len(batch(self.window, [UNKNOWN] * 100).licences), 100)
        for wrong in ([], [UNKNOWN] * 101, [self.code, "91341300MA0000007X"]):
            self.fails(grpc.StatusCode.INVALID_ARGUMENT, batch, wrong)

    def test_tool(self):
        lines = self.registry.ctl("--format", "json", "licence", "history", self.code).stdout.splitlines()
        self.assertEqual([json.loads(line)["revision"] for line in lines], ["5", "4", "3", "2", "1"])
        size = self.licences[2].status.position
        done = self.registry.ctl("licence", "history", self.code, "--at", str(size))
        self.assertEqual([line.split()[0] for line in done.stdout.splitlines() if "→" in line], ["2", "1"])
        today = datetime.datetime.now(CHINA).date()
        done = self.registry.ctl("licence", "history", self.code, "--at", today.isoformat())
        self.assertIn("歇业 go dormant", done.stdout.splitlines()[0])
        self.assertIn("before", done.stdout)
        before = today - datetime.timedelta(days=1)
        self.assertEqual(self.registry.ctl("licence", "history", self.code, "--at", before.isoformat()).returncode, 1)
        self.assertEqual(self.registry.ctl("licence", "history", self.code, "--at", "someday").returncode, 2)

if __name__ == "__main__":
    unittest.main()
