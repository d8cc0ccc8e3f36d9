"""Pools of subject codes through the daemon and the tool: to the last code, and the return to the code centre."""
import csv
import io
import json
import urllib.request

import grpc
from harness import call, submit, wait_for
from registry.v1 import admin_service_pb2 as admin_pb
from test_life import DEREGISTER, MOVE_IN, Base, change, company, renamed

COUNTY = 341302


class Pools(Base):
    def establish(self, trade_name):
        return self.accepted(self.at_county(trade_name)).status.credit_code

    def add(self, caller, request_id, **pool):
        return call(self.registry.channel(caller), "AdminService/AddPool",
                    admin_pb.AddPoolRequest(request_id=request_id, **pool), admin_pb.AddPoolResponse)

    def list(self, caller="operator"):
        return call(self.registry.channel(caller), "AdminService/ListPools", admin_pb.ListPoolsRequest(),
                    admin_pb.ListPoolsResponse).pools

    def refused(self, status, function, *arguments, **options):
        with self.assertRaises(grpc.RpcError) as caught:
            function(*arguments, **options)
        self.assertEqual(caught.exception.code(), status, caught.exception.details())
        return caught.exception.details()

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.registry.port('ops-port')}/metrics") as answer:
            return answer.read().decode()

    def test_county(self):
        codes = [self.establish("云天")]
        self.assertEqual(codes[0][8:16], "MAY00000", "a county without a pool uses the registry's")
        added = self.add("operator", "county", prefix="MB0", first=0, last=1, authority=COUNTY)
        self.assertEqual((added.pool.authority, added.pool.last), (COUNTY, 1))
        self.assertEqual(self.add("operator", "county", prefix="MB0", first=0, last=1, authority=COUNTY), added)
        overlap = self.registry.ctl("pool", "add", "MB0", "--first", "1", "--last", "7")
        self.assertEqual(overlap.returncode, 2)
        self.assertIn(f"entry {added.position}", overlap.stderr)
        for caller in ("window", "tax", "auditor"):
            self.refused(grpc.StatusCode.PERMISSION_DENIED, self.add, caller, "no", prefix="MAW", authority=COUNTY)

        first = self.accepted(self.at_county("云海"))
        codes.append(first.status.credit_code)
        ended = change(DEREGISTER, first)
        ended.authority = COUNTY
        self.accepted(ended, "DEREGISTERED")
        codes.append(self.establish("云山"))
        self.assertEqual([code[8:16] for code in codes[1:]], ["MB000000", "MB000001"], "not reused")
        self.assertEqual([(state.pool.prefix, state.used, state.current, state.low) for state in self.list("auditor")],
                         [("MAY", 1, True, False), ("MB0", 2, False, True)])
        told = self.refused(grpc.StatusCode.RESOURCE_EXHAUSTED, submit, self.window, self.at_county("云水"), "county-4")
        self.assertIn("341302", told)
        self.assertIn('registry_codes_used{authority="341302"} 2\n', self.metrics())
        self.assertIn('registry_codes_limit{authority="341302"} 2\n', self.metrics())
        listing = self.registry.ctl("pool", "list").stdout.splitlines()
        self.assertIn("MAY00001", listing[0])
        self.assertIn("100.0%", listing[1])
        self.assertIn("ask for a new pool", listing[1])

        more = self.registry.ctl("pool", "add", "MB0", "--first", "5", "--last", "5", "--authority", "341302")
        self.assertEqual(more.returncode, 0, more.stderr)
        codes.append(self.establish("云水"))
        self.assertEqual(codes[-1][8:16], "MB000005")
        self.export(codes)
        self.log()
        self.assertEqual(self.registry.ctl("ledger", "check").returncode, 0)

    def at_county(self, trade_name):
        made = company(trade_name)
        made.authority = COUNTY
        return made

    def export(self, codes):
        done = self.registry.ctl("export", "codes", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual([row["credit_code"] for row in rows], codes)
        self.assertEqual([row["subject_code"] for row in rows], [code[8:17] for code in codes])
        self.assertEqual([row["state"] for row in rows], ["existing", "deregistered", "existing", "existing"])
        self.assertTrue(all(row["name"].startswith("宿州市云") and row["authority"] == "341302" for row in rows))
        rest = self.registry.ctl("export", "codes", "--format", "json", "--from", rows[2]["position"], "--until",
                                 rows[3]["position"])
        self.assertEqual([json.loads(line)["creditCode"] for line in rest.stdout.splitlines()], codes[2:3])
        self.assertEqual(self.registry.ctl("export", "codes", "--format", "table").returncode, 2)

    def log(self):
        """A daemon that starts says at once what runs out."""
        self.registry.end()
        self.registry.start()
        wait_for(lambda: "subject codes of authority 341302: 3 of 3 are used" in self.registry.log(), "the warning")
        self.assertNotIn("subject codes of authority 341300", self.registry.log())

    def test_moved_in(self):
        """Who comes from elsewhere brings no code that is this registry's to allot; and such codes are in no new pool."""
        made = change(MOVE_IN)
        made.credit_code = self.registry_code("MAY00009")
        told = self.refused(grpc.StatusCode.INVALID_ARGUMENT, submit, self.window, made, "moved 1")
        self.assertIn("MAY", told)
        made.credit_code = self.registry_code("MA123456")
        code = submit(self.window, made, "moved 2").filed_case.credit_code
        self.assertEqual(code, made.credit_code)
        made = renamed(change(MOVE_IN), "云来")
        made.credit_code = self.registry_code("MA123456", 360100)
        told = self.refused(grpc.StatusCode.INVALID_ARGUMENT, submit, self.window, made, "moved 3")
        self.assertIn(code, told, "one subject code, two divisions")
        told = self.refused(grpc.StatusCode.INVALID_ARGUMENT, self.add, "operator", "over", prefix="MA12")
        self.assertIn(code, told)
        self.add("operator", "beside", prefix="MA13")

    def registry_code(self, body, division=340100):
        done = self.registry.ctl("code", "make", "91", str(division), body)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()
