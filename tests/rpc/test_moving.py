"""A registry in another store, backed up, and restored: nothing is lost but what must be, and no number is issued twice."""
import os
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
import unittest

import grpc
from harness import PATIENCE, REGISTRYCTL, Registry, get_licence, model_pb, record_of, submit, variant, wait_for
from test_publish import files, publish, repeal, today
from test_restrictions import place

# What a copy has byte for byte. Views are made anew from the entries: `ledger check` compares them.
KEPT = {"entry": "position, case_number, header, body", "batch": "first_position, count, time_ms, edge",
        "tile": "level, number, hashes", "case_key": "case_number, wrapped", "checkpoint": "size, note",
        "pool": "position, authority, prefix, first, next, last", "request": "caller, request_id, digest, position",
        "restriction": "position, subject, source, since, until, blocks, unreachable, basis, lifted"}


def fill(registry, first, count):
    """The codes and the serials of `count` licences."""
    window, numbers = registry.channel("window"), []
    for number in range(first, first + count):
        licence = record_of(submit(window, variant(number), f"request {number}").licence.entry).licence
        numbers.append((licence.credit_code, licence.serial))
    return numbers


def tables(path):
    store = sqlite3.connect(path)
    try:
        kept = {table: store.execute(f"SELECT {columns} FROM {table} ORDER BY {columns}").fetchall()
                for table, columns in KEPT.items()}
        return kept | {"serial": store.execute("SELECT next_serial FROM meta").fetchall()}
    finally:
        store.close()


def full(registry):
    """Licences, a change, one that came back, an erased case, a revision of the catalogue, a pool, checkpoints."""
    registry.start()
    fill(registry, 0, 3)
    publish(registry.channel("operator"), request_id="revision", effective=today(), **files(repeal(8)))
    fill(registry, 3, 3)
    window = registry.channel("window")
    lacking = variant(90)
    del lacking.facts[:]
    submit(window, lacking, "lacking")
    code = submit(window, variant(1), "request 1").filed_case.credit_code
    change = model_pb.Filing(kind="FILING_KIND_RECORD", authority=341300, credit_code=code, base_revision=1,
                             replaces=["industry"], entity={"industry": "F5137"},
                             materials=[{"kind": "application_form", "digest": bytes(32)}])
    assert submit(window, change, "changed").licence.status.revision == 2
    assert registry.ctl("ledger", "head").returncode == 0
    number = submit(window, variant(2), "request 2").filed_case.number
    placed = place(registry.channel("operator"), "place", credit_code=code, source="RESTRICTION_SOURCE_PLEDGE",
                   since=today(-2), basis="质1号").position
    for arguments in (("restriction", "lift", str(placed), "--basis", "解除"), ("erase", str(placed), "--basis", "测试"),
                      ("erase", str(number), "--basis", "测试"), ("pool", "add", "MB0", "--last", "9999"),
                      ("ledger", "head")):
        done = registry.ctl(*arguments)
        assert done.returncode == 0, done.stderr
    return registry


class Copying(unittest.TestCase):
    def setUp(self):
        self.registry = full(Registry("intl"))
        self.addCleanup(self.registry.close)

    def copy(self, *arguments):
        return self.registry.ctl("store", "copy", *arguments)

    def copied(self, *arguments):
        done = self.copy(*arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_copy(self):
        """Byte for byte; the copy goes on as the registry; the old store cannot be copied over it any more."""
        registry, head = self.registry, self.registry.head()
        busy = self.copy("--to", "sqlite:copy.db")
        self.assertEqual(busy.returncode, 2)
        self.assertIn("stop registryd", busy.stderr)
        self.assertFalse(os.path.exists(registry.path("copy.db")))
        registry.end()
        self.assertIn(head["root"], self.copied("--to", "sqlite:copy.db"))
        before = tables(registry.path("registry.db"))
        self.assertEqual(tables(registry.path("copy.db")), before)
        self.assertTrue(all(before[table] for table in KEPT if table != "tile"), "each has rows")
        self.assertIn("this time 0", self.copied("--to", "sqlite:copy.db", "--switch", "sqlite:copy.db"))
        self.assertIn("\nstore = sqlite:copy.db\n", "\n" + registry.read("registry.conf").decode())
        self.assertEqual(registry.head(), head)
        registry.start()
        answer = submit(registry.channel("window"), variant(2), "request 2")
        self.assertEqual(answer.filed_case.state, model_pb.CASE_STATE_ACCEPTED)  # erased, and known as it was
        with self.assertRaises(grpc.RpcError) as caught:
            submit(registry.channel("window"), variant(3), "request 2")
        self.assertEqual(caught.exception.code(), grpc.StatusCode.ALREADY_EXISTS)
        fill(registry, 20, 2)
        registry.end()
        registry.configure(lambda text: text.replace("store = sqlite:copy.db", "store = sqlite:registry.db"))
        self.assertEqual(self.copy("--to", "sqlite:copy.db").returncode, 2, "it is in use")
        self.assertEqual(tables(registry.path("registry.db")), before)

    def test_killed(self):
        """kill -9 on the way, wherever: nobody takes the half for a registry, and the next run goes on."""
        self.registry.end()
        closed, delay = 0, 0.05
        for _ in range(40):
            tool = subprocess.Popen([REGISTRYCTL, "--dir", self.registry.dir, "store", "copy", "--to", "sqlite:copy.db"],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                self.assertEqual(tool.wait(timeout=delay), 0)
                break
            except subprocess.TimeoutExpired:
                tool.send_signal(signal.SIGKILL)
                tool.wait(timeout=PATIENCE)
            if os.path.exists(self.registry.path("copy.db")):
                self.registry.configure(lambda text: text.replace("sqlite:registry.db", "sqlite:copy.db"))
                done = self.registry.ctl("ledger", "head")
                self.registry.configure(lambda text: text.replace("sqlite:copy.db", "sqlite:registry.db"))
                closed += done.returncode == 2
            delay *= 1.15
        self.copied("--to", "sqlite:copy.db")
        self.assertGreater(closed, 0, "some run was killed between the first page and the last")
        self.assertEqual(tables(self.registry.path("copy.db")), tables(self.registry.path("registry.db")))

    def test_refused(self):
        """Another registry's store, and a source that the check would not pass, are said and left alone."""
        self.registry.end()
        other = Registry("intl")
        self.addCleanup(other.close)
        before = other.read("registry.db")
        done = self.copy("--to", "sqlite:" + other.path("registry.db"))
        self.assertEqual(done.returncode, 2)
        self.assertEqual(other.read("registry.db"), before)
        self.assertEqual(self.copy().returncode, 2)
        self.registry.sql("DROP TRIGGER entry_update")
        self.registry.sql("UPDATE entry SET body = CAST(body || x'00' AS BLOB) WHERE position = 3")
        done = self.copy("--to", "sqlite:copy.db")
        self.assertEqual(done.returncode, 2, done.stdout)
        self.registry.configure(lambda text: text.replace("sqlite:registry.db", "sqlite:copy.db"))
        self.assertEqual(self.registry.ctl("ledger", "head").returncode, 2, "it stays closed")


class Restoring(unittest.TestCase):
    """SQLite: an online backup, the loss of the disk, and what comes after."""

    def setUp(self):
        self.registry = full(Registry("intl"))
        self.addCleanup(self.registry.close)
        self.file = os.path.join(self.registry.root, "backup.db")

    def backup(self):
        done = self.registry.ctl("store", "backup", self.file)
        self.assertEqual(done.returncode, 0, done.stderr)

    def lose(self):
        self.registry.end(signal.SIGKILL)
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(self.registry.path("registry.db" + suffix)):
                os.unlink(self.registry.path("registry.db" + suffix))
        shutil.copy(self.file, self.registry.path("registry.db"))

    def restored(self, *arguments):
        done = self.registry.ctl("store", "restored", *arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_restore(self):
        """Beside a writer; what is in the backup is there, what was issued since is not issued again."""
        written, stop, faults = [], threading.Event(), []

        def write():
            try:
                while not stop.is_set():
                    written.extend(fill(self.registry, 100 + len(written), 1))
            except grpc.RpcError as error:
                faults.append(error)

        writer = threading.Thread(target=write)
        writer.start()
        wait_for(lambda: len(written) > 3, "writing")
        known = list(written)
        self.backup()
        late = len(written)
        wait_for(lambda: len(written) > late + 3 or not writer.is_alive(), "writing on")
        stop.set()
        writer.join(PATIENCE)
        self.assertEqual([str(fault) for fault in faults], [])
        self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o600)
        self.assertEqual(self.registry.ctl("store", "backup", self.file).returncode, 2, "it is there already")
        self.lose()
        with self.assertRaises(AssertionError) as caught:
            self.registry.start()
        self.assertIn("store restored", str(caught.exception))
        began = time.monotonic()
        said = self.restored("--lost", str(len(written)))
        self.registry.start()
        print(f"restored in {time.monotonic() - began:.2f} s", flush=True)
        self.assertIn("keys destroyed again 0", said)
        for code, _ in known:
            self.assertEqual(get_licence(self.registry.channel("window"), code).status.revision, 1)
        again = fill(self.registry, 500, 5)
        for column in range(2):
            self.assertFalse({pair[column] for pair in again} & {pair[column] for pair in written}, "issued twice")
        done = self.registry.ctl("ledger", "check")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.registry.end()
        self.restored()  # a guess of its own; it may run twice
        self.registry.start()

    def test_erased_again(self):
        """A key that came back with the backup is destroyed before anybody is served."""
        number = submit(self.registry.channel("window"), variant(4), "request 4").filed_case.number
        wrapped, = self.registry.sql("SELECT wrapped FROM case_key WHERE case_number = ?", number)[0]
        self.assertEqual(self.registry.ctl("erase", str(number), "--basis", "测试").returncode, 0)
        self.backup()
        self.lose()
        self.registry.sql("UPDATE case_key SET wrapped = ? WHERE case_number = ?", wrapped, number)
        self.assertIn("keys destroyed again 1", self.restored())
        self.assertEqual(self.registry.sql("SELECT wrapped FROM case_key WHERE case_number = ?", number), [(None,)])
        self.registry.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.assertNotIn(wrapped, self.registry.read("registry.db"))
        self.assertEqual(self.registry.ctl("ledger", "check").returncode, 0)
        self.registry.start()

    def test_damaged(self):
        """A backup that the check does not pass is not served; nor is anything restored beside a daemon."""
        busy = self.registry.ctl("store", "restored")
        self.assertEqual(busy.returncode, 2)
        self.assertIn("stop registryd", busy.stderr)
        self.assertEqual(self.registry.ctl("store", "restored", "--lost", "x").returncode, 2)
        self.backup()
        self.lose()
        self.registry.sql("UPDATE licence SET name = 'x' WHERE code = (SELECT min(code) FROM licence)")
        for _ in range(2):
            done = self.registry.ctl("store", "restored")
            self.assertEqual(done.returncode, 2, done.stdout)
            self.assertIn("stays closed", done.stderr)
        with self.assertRaises(AssertionError):
            self.registry.start()


if __name__ == "__main__":
    unittest.main()
