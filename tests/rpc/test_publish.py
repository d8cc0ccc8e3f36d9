"""AdminService.PublishCatalogue, and a revision that the tool publishes beside the running daemon."""
import datetime
import pathlib
import tempfile
import unittest

import grpc
from harness import Registry, call, ledger_pb, raw, submit, variant
from registry.v1 import admin_service_pb2 as admin_pb
from registry.v1 import catalogue_service_pb2 as catalogue_pb

PATH = "/registry.v1.AdminService/PublishCatalogue"
DATA = pathlib.Path(__file__).resolve().parents[2] / "data"


def today(days=0):
    zone = datetime.timezone(datetime.timedelta(hours=8))
    return (datetime.datetime.now(zone).date() + datetime.timedelta(days=days)).isoformat()


def files(change=lambda items: items):
    made = {name + "_csv": (DATA / f"{name}.csv").read_bytes() for name in ("items", "facts", "materials", "scope_terms")}
    made["items_csv"] = change(made["items_csv"].decode()).encode()
    return made


def repeal(number):
    def change(items):
        rows = items.split("\n")
        return "\n".join(row.replace(",in_force,", ",repealed,", 1) if row.startswith(f"{number},") else row for row in rows)
    return change


def publish(channel, **request):
    return call(channel, "AdminService/PublishCatalogue", admin_pb.PublishCatalogueRequest(**request),
                admin_pb.PublishCatalogueResponse)


def items(channel, **request):
    return call(channel, "CatalogueService/ListItems", catalogue_pb.ListItemsRequest(**request),
                catalogue_pb.ListItemsResponse)


def status(listing, number):
    return next(catalogue_pb.ItemStatus.Name(item.status) for item in listing.items if item.number == number)


def merged(answer):
    return {item for outcome in answer.filed_case.outcomes if outcome.state == 1 for item in outcome.items}


class Publishing(unittest.TestCase):
    def setUp(self):
        self.registry = Registry("intl").start()
        self.addCleanup(self.registry.close)
        self.operator = self.registry.channel("operator")
        self.window = self.registry.channel("window")

    def refused(self, expected, caller, says, **request):
        with self.assertRaises(grpc.RpcError) as caught:
            raw(self.registry.channel(caller), PATH, admin_pb.PublishCatalogueRequest(**request).SerializeToString())
        self.assertEqual(caught.exception.code(), expected, caught.exception.details())
        self.assertIn(says, caught.exception.details())

    def test_publish(self):
        first = submit(self.window, variant(1), "before")
        self.assertIn(8, merged(first))
        request = {"request_id": "p1", "effective": today(), **files(repeal(8))}
        answer = publish(self.operator, **request)
        self.assertEqual((answer.revision, answer.effective, answer.position), (2, today(), 3))
        self.assertEqual(publish(self.operator, **request), answer, "a repeat is answered as the first time")
        self.assertEqual(self.registry.head()["size"], "4")
        header, = self.registry.sql("SELECT header FROM entry WHERE position = 3")[0]
        self.assertEqual(ledger_pb.EntryHeader.FromString(header).kind, ledger_pb.ENTRY_KIND_CATALOGUE)
        self.assertNotIn(8, merged(submit(self.window, variant(2), "after")))
        self.assertEqual(items(self.window).catalogue_revision, 2)
        self.assertEqual(status(items(self.window, catalogue_revision=1), 8), "ITEM_STATUS_IN_FORCE")
        self.assertEqual(self.registry.ctl("ledger", "check").returncode, 0)

    def test_refusals(self):
        good = {"request_id": "p1", "effective": today(), **files(repeal(8))}
        self.refused(grpc.StatusCode.PERMISSION_DENIED, "window", "", **good)
        self.refused(grpc.StatusCode.INVALID_ARGUMENT, "operator", "not before today", **{**good, "effective": today(-1)})
        gone = files(lambda text: "\n".join(row for row in text.split("\n") if not row.startswith("61,")))
        self.refused(grpc.StatusCode.INVALID_ARGUMENT, "operator", "item 61", request_id="p2", effective=today(), **gone)
        self.assertEqual(self.registry.head()["size"], "2")

    def test_beside(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files(repeal(8)).items():
                pathlib.Path(folder, name.replace("_csv", ".csv")).write_bytes(text)
            diff = self.registry.ctl("catalogue", "diff", "1", folder)
            self.assertEqual(diff.returncode, 1, diff.stderr)
            self.assertIn("－ 废止 repealed 事项 item 8", diff.stdout)
            done = self.registry.ctl("catalogue", "publish", folder, "--effective", today())
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("第 2 版", done.stdout)
        self.assertNotIn(8, merged(submit(self.window, variant(1), "the daemon has noticed")))
        self.assertEqual(status(items(self.window), 8), "ITEM_STATUS_REPEALED")
        later = self.registry.ctl("catalogue", "publish", str(DATA), "--effective", today(3))
        self.assertEqual(later.returncode, 0, later.stderr)
        self.assertEqual(items(self.window).catalogue_revision, 2, "in force from its day on")
        self.assertEqual(items(self.window, day=today(3)).catalogue_revision, 3, "read without a filing in between")


if __name__ == "__main__":
    unittest.main()
