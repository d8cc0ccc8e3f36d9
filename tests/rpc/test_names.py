"""CheckName: what the rules say of a name, and which names are near it."""
import unittest

import grpc
from harness import Registry, call, filing, filing_pb, submit


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
                    self.assertEqual(similar.hold, filing_pb.NAME_HOLD_LIVE)
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


if __name__ == "__main__":
    unittest.main()
