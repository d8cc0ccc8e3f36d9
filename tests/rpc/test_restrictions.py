"""AdminService: restrictions that the operator places and lifts, and what they are in the way of."""
import json
import unittest

import grpc
from harness import Registry, call, raw, submit, variant
from registry.v1 import admin_service_pb2 as admin_pb
from registry.v1 import model_pb2 as model_pb

PATH = "/registry.v1.AdminService/"
SOURCES = "\n[restrictions]\nsources = disqualified, dishonest_debtor, abnormal_list\n"


def place(channel, request_id, **restriction):
    request = admin_pb.PlaceRestrictionRequest(request_id=request_id, restriction=model_pb.Restriction(**restriction))
    return call(channel, "AdminService/PlaceRestriction", request, admin_pb.RestrictionResponse)


def lift(channel, request_id, position, basis="移出决定〔2026〕2号"):
    request = admin_pb.LiftRestrictionRequest(request_id=request_id, position=position, basis=basis)
    return call(channel, "AdminService/LiftRestriction", request, admin_pb.RestrictionResponse)


def listing(channel, **request):
    return call(channel, "AdminService/ListRestrictions", admin_pb.ListRestrictionsRequest(**request),
                admin_pb.ListRestrictionsResponse)


class Restrictions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.registry = Registry("gm", SOURCES).start()
        cls.addClassCleanup(cls.registry.close)
        cls.window, cls.operator = cls.registry.channel("window"), cls.registry.channel("operator")

    def refused(self, expected, caller, method, request):
        with self.assertRaises(grpc.RpcError) as caught:
            raw(self.registry.channel(caller), PATH + method, request.SerializeToString())
        self.assertEqual(caught.exception.code(), expected, caught.exception.details())

    def change(self, code, request_id):
        made = model_pb.Filing(kind=model_pb.FILING_KIND_CHANGE, authority=341300, credit_code=code, base_revision=1,
                               replaces=["scope"])
        made.entity.scope.general.add(term="软件开发")
        made.particulars.licence_returned = True
        for kind in ("application_form", "articles", "change_resolution"):
            made.materials.add(kind=kind, digest=bytes(32))
        return submit(self.window, made, request_id).filed_case

    def test_entity(self):
        code = submit(self.window, variant(1), "entity").filed_case.credit_code
        listed = {"source": model_pb.RESTRICTION_SOURCE_ABNORMAL_LIST, "credit_code": code, "basis": "列入决定〔2026〕1号",
                  "since": "2024-01-01", "address_unreachable": True}
        placed = place(self.operator, "list", **listed)
        self.assertEqual(place(self.operator, "list", **listed), placed, "a repeat")
        self.refused(grpc.StatusCode.ALREADY_EXISTS, "operator", "PlaceRestriction", admin_pb.PlaceRestrictionRequest(
            request_id="again", restriction=model_pb.Restriction(**listed)))
        case = self.change(code, "change 1")
        self.assertEqual(case.state, model_pb.CASE_STATE_RETURNED)
        self.assertIn(("E19", "entity.address"), {(finding.rule, finding.path) for finding in case.findings})

        stands = listing(self.window, credit_code=code).restrictions
        self.assertEqual([(one.restriction.position, one.restriction.basis) for one in stands],
                         [(placed.position, "列入决定〔2026〕1号")])
        lifted = lift(self.operator, "lift", placed.position)
        self.assertGreater(lifted.position, placed.position)
        self.assertEqual(lift(self.operator, "lift", placed.position), lifted)
        self.assertFalse(listing(self.window, credit_code=code).restrictions)
        self.assertEqual(listing(self.window, credit_code=code, lifted=True).restrictions[0].lifted_by, lifted.position)
        case = self.change(code, "change 2")
        self.assertEqual(case.state, model_pb.CASE_STATE_ACCEPTED, case.findings)

    def test_person(self):
        made = variant(2)
        person = model_pb.IdDocument(kind=made.persons[0].id.kind, number=made.persons[0].id.number)
        placed = place(self.operator, "bar", source=model_pb.RESTRICTION_SOURCE_DISQUALIFIED, person=person,
                       basis="判决〔2026〕3号", since="2024-01-01")
        case = submit(self.window, made, "barred").filed_case
        self.assertIn("C15", {finding.rule for finding in case.findings if finding.severity == model_pb.SEVERITY_ERROR})
        lift(self.operator, "free", placed.position)
        self.assertEqual(submit(self.window, made, "free again").filed_case.state, model_pb.CASE_STATE_ACCEPTED)

    def test_unconnected(self):
        case = submit(self.window, variant(3), "unconnected").filed_case
        warnings = {finding.rule: finding.message_zh for finding in case.findings}
        self.assertIn("虚假登记责任人未核验", warnings["C34"])
        self.assertNotIn("C15", warnings)

    def test_rights(self):
        self.refused(grpc.StatusCode.PERMISSION_DENIED, "window", "PlaceRestriction", admin_pb.PlaceRestrictionRequest())
        self.refused(grpc.StatusCode.PERMISSION_DENIED, "window", "LiftRestriction", admin_pb.LiftRestrictionRequest())
        self.refused(grpc.StatusCode.PERMISSION_DENIED, "auditor", "ListRestrictions", admin_pb.ListRestrictionsRequest())
        self.refused(grpc.StatusCode.INVALID_ARGUMENT, "operator", "PlaceRestriction",
                     admin_pb.PlaceRestrictionRequest(request_id="empty"))

    def test_tool(self):
        path = self.registry.path("list.csv")
        with open(path, "w", encoding="gb18030") as file:
            file.write("source,credit_code,id_kind,id_number,basis,since,until,blocks,note\n"
                       "股权冻结,91341300MAY000009W,,,（2026）皖13执1号,2026-01-01,2028-12-31,change,测试\n"
                       "没有这种,91341300MAY000009W,,,（2026）皖13执2号,2026-01-01,,,\n")
        done = self.registry.ctl("--format", "json", "restriction", "import", path)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(json.loads(done.stdout), {"rows": 2, "placed": 1, "known": 0, "refused": 1})
        with open(path + ".errors.csv", encoding="utf-8") as file:
            header, row = file.read().splitlines()
        self.assertTrue(header.endswith(",line,reason_zh,reason_en"))
        self.assertIn("（2026）皖13执2号", row)
        shown = json.loads(self.registry.ctl("--format", "json", "restriction", "list", "--code", "91341300MAY000009W").stdout)
        position = shown["restrictions"][0]["restriction"]["position"]
        self.assertEqual(shown["restrictions"][0]["restriction"]["blocks"], ["FILING_KIND_CHANGE"])
        self.assertEqual(self.registry.ctl("restriction", "lift", position, "--basis", "解除").returncode, 0)
        self.assertEqual(self.registry.ctl("restriction", "lift", position, "--basis", "解除").returncode, 1)
        done = self.registry.ctl("restriction", "place", "--source", "pledge", "--code", "91341300MAY000009W", "--basis", "质1号",
                                 "--since", "2026-01-01", "--blocks", "deregister,change")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.registry.ctl("ledger", "check")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
