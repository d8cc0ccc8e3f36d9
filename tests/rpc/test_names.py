"""CheckName and ReserveName: what the rules say of a name, which names are near it, and keeping one."""
import json
import unittest

import grpc
from harness import Registry, call, ctl, filing, filing_pb, model_pb, submit


class Names(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.registry = Registry("gm").start()
        cls.addClassCleanup(cls.registry.close)
        cls.channel = cls.registry.channel("window")
        cls.licence = submit(cls.channel, filing("02"), "names").licence

    def check(self, name, **more):
        request = filing_pb.CheckNameRequest(**{"authority": 341300, "name": name, "type": 1130, "industry": "F5229", **more})
        return call(self.channel, "FilingService/CheckName", request, filing_pb.CheckNameResponse)

    def test_near(self):
        """Rows: a name, how near it is to 宿州市云帆贸易有限责任公司, what B19 says: 3 an error, 2 to be reviewed, 1 a warning."""
        for name, rank, severity in (("宿州市云帆贸易有限公司", 5, 3), ("宿州市雲帆商贸有限公司", 4, 2), ("宿州市芸帆贸易有限公司", 3, 1),
                                     ("宿州市云帆达贸易有限公司", 2, 1), ("云帆（宿州）有限公司", 5, 3), ("宿州市云帆食品有限公司", 0, 0),
                                     ("宿州市青禾贸易有限公司", 0, 0)):
            with self.subTest(name):
                answer = self.check(name)
                self.assertEqual([s.rank for s in answer.similar], [rank] if rank else [])
                self.assertEqual([f.severity for f in answer.findings if f.rule == "B19"], [severity] if severity else [])
                for similar in answer.similar:
                    self.assertEqual(similar.code, self.licence.status.credit_code)
                    self.assertEqual(similar.name, "宿州市云帆贸易有限责任公司")
                    self.assertEqual(similar.hold, model_pb.NAME_HOLD_LIVE)
                    self.assertTrue(similar.reason_zh and similar.reason_en)
                self.assertEqual(str(answer.as_of.size), self.registry.head()["size"])

    def test_investor(self):
        answer = self.check("宿州市云帆商贸有限公司", investors=[self.licence.status.credit_code])
        self.assertEqual([s.rank for s in answer.similar], [5])
        self.assertEqual([f.rule for f in answer.findings if f.rule == "B19"], [])

    def test_rules_about_names_alone(self):
        answer = self.check("南京最佳贸易有限公司")
        self.assertIn("B18", [f.rule for f in answer.findings])
        self.assertEqual({f.rule[0] for f in answer.findings}, {"B"})
        parts = self.check("宿州市青禾贸易有限公司").parts
        self.assertEqual((parts.division, parts.trade_name, parts.industry, parts.form), ("宿州市", "青禾", "贸易", "有限公司"))

    def test_refused(self):
        for request in ({"name": ""}, {"name": "云" * 401}, {"name": "云帆", "authority": 110000}):
            with self.subTest(str(request)[:40]), self.assertRaises(grpc.RpcError) as caught:
                self.check(request.pop("name"), **request)
            self.assertEqual(caught.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)

    # ---- reserving

    def reserve(self, name, identifier, **more):
        request = filing_pb.ReserveNameRequest(**{"request_id": identifier, "authority": 341300, "name": name, "type": 1130,
                                                  "industry": "F5137", "applicant": "林晚", **more})
        return call(self.channel, "FilingService/ReserveName", request, filing_pb.ReserveNameResponse)

    def filed(self, trade, identifier, reservation=""):
        """Example 02 under another trade name."""
        form = filing("02")
        form.entity.name.full, form.entity.name.trade_name = f"宿州市{trade}贸易有限责任公司", trade
        form.name_reservation = str(reservation)
        return submit(self.channel, form, identifier)

    def test_reserved_and_taken(self):
        kept = self.reserve("宿州市远山贸易有限责任公司", "keep")
        self.assertGreater(kept.reservation, 0)
        self.assertRegex(kept.until, r"^\d{4}-\d{2}-\d{2}$")
        self.assertEqual(list(kept.findings), [])
        self.assertEqual(self.reserve("宿州市远山贸易有限责任公司", "keep"), kept)
        with self.assertRaises(grpc.RpcError) as caught:
            self.reserve("宿州市远山贸易有限责任公司", "keep", applicant="周青")
        self.assertEqual(caught.exception.code(), grpc.StatusCode.ALREADY_EXISTS)

        other = self.reserve("宿州市远山商贸有限公司", "other", applicant="周青")
        self.assertEqual((other.reservation, other.until), (0, ""))
        self.assertEqual([(s.code, s.hold) for s in other.similar], [(str(kept.reservation), model_pb.NAME_HOLD_RESERVED)])
        self.assertEqual([f.rule for f in other.findings if f.severity == 3], ["B19"])
        refused = self.filed("远山", "names-without")
        self.assertEqual([f.rule for f in refused.filed_case.findings if f.severity == 3], ["B19"])

        taken = self.filed("远山", "names-with", kept.reservation)
        self.assertEqual(taken.filed_case.state, model_pb.CASE_STATE_ACCEPTED)
        again = self.filed("远山", "names-again", kept.reservation)
        self.assertEqual({f.rule for f in again.filed_case.findings if f.severity == 3}, {"B19", "B20"})
        self.assertEqual(self.reserve("宿州市远山贸易有限责任公司", "keep"), kept)
        checked = self.registry.ctl("ledger", "check")
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_the_index_answers_for_its_entry(self):
        kept = self.reserve("宿州市长河贸易有限责任公司", "check", needs_approval=True)
        self.assertEqual(self.registry.ctl("ledger", "check").returncode, 0)
        for change, back in (("until_day = until_day + 1", "until_day = until_day - 1"), ("state = 1", "state = 3")):
            self.registry.sql(f"UPDATE name SET {change} WHERE holder = ?", str(kept.reservation))
            self.assertEqual(self.registry.ctl("ledger", "check").returncode, 1, change)
            self.registry.sql(f"UPDATE name SET {back} WHERE holder = ?", str(kept.reservation))

    def test_reservation_refused(self):
        for more in ({"applicant": ""}, {"type": 0}, {"type": 2130}, {"authority": 110000}, {"request_id": ""}):
            with self.subTest(str(more)), self.assertRaises(grpc.RpcError) as caught:
                self.reserve("宿州市青山贸易有限责任公司", "bad", **more)
            self.assertEqual(caught.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)

    # ---- the tool

    def test_tool(self):
        done = self.registry.ctl("name", "reserve", "宿州市晨光贸易有限责任公司", "--applicant", "林晚")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("名称保留", done.stdout)
        done = self.registry.ctl("name", "check", "宿州市晨光商贸有限公司")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("字号 trade name: 晨光", done.stdout)
        self.assertIn("[B19]", done.stdout)
        done = self.registry.ctl("--format", "json", "name", "reserve", "宿州市晨光商贸有限公司", "--applicant", "周青")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(json.loads(done.stdout)["similar"][0]["name"], "宿州市晨光贸易有限责任公司")
        alone = ctl("name", "check", "宿州市晨光商贸有限公司")
        self.assertEqual(alone.returncode, 0, alone.stderr)
        self.assertIn("by the rules alone", alone.stderr)


if __name__ == "__main__":
    unittest.main()
