"""registryd on SQLite when the disk is full, fails or is damaged, when the clock goes back, and kill -9 at each step of a batch.

REGISTRY_KILLS says how often it is killed (11), REGISTRY_SEED where (341300).
"""
import errno
import itertools
import os
import random
import signal
import sqlite3
import time
import unittest
import urllib.error
import urllib.request

import grpc
from disk import SIDES, STEPS, Faults
from harness import Registry, get_licence, model_pb, submit, variant, wait_for
from stream import Streams, report, whole

KILLS = int(os.environ.get("REGISTRY_KILLS", "11"))
SEED = int(os.environ.get("REGISTRY_SEED", "341300"))
# half a sync there is none of
PLACES = [place for place in itertools.product(STEPS, SIDES) if not (place[0].endswith("sync") and place[1] == "half")] + [None]


class OnDisk(unittest.TestCase):
    def setUp(self):
        self.registry = Registry("intl")
        self.addCleanup(self.registry.close)
        self.faults = Faults(self.registry.root)
        self.faults.start(self.registry)
        self.random = random.Random(SEED)

    def check(self, what, streams):
        count = streams.count(self.registry)
        report(what, count)
        whole(self, self.registry, count)


class KillSteps(OnDisk):
    def test_kill(self):
        """At each step in turn, and at any time. The log is written into the database once it has a thousand pages."""
        streams = Streams([self.registry], threads=8, deadline=5).start()
        for number in range(KILLS):
            place = PLACES[number % len(PLACES)]
            streams.wait_for_answers(1)
            if place:
                self.faults.set(*place, skip=self.random.randint(0, 30 if place[0] == "log write" else 3 if place[0] == "log sync"
                                                                 else 0 if place[0] == "database sync" else 100))
                wait_for(self.faults.died, f"kill {number}, {place}")
            else:
                time.sleep(self.random.random())
                self.registry.process.kill()
            self.assertEqual(self.registry.process.wait(), -signal.SIGKILL)
            self.faults.set()
            self.faults.start(self.registry)
        streams.wait_for_answers(4)
        self.check(f"{KILLS} kills", streams)


class Refusals(OnDisk):
    def health(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.registry.port('ops-port')}/healthz", timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def refused(self, texts, **faults):
        """What cannot be written is refused with these texts and nothing of it is there; looking up goes on; then it is written."""
        window = self.registry.channel("window")
        first = submit(window, variant(1), "request 1")
        self.faults.set(**faults)
        for _ in range(2):
            with self.assertRaises(grpc.RpcError) as caught:
                submit(window, variant(2), "request 2")
            self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAVAILABLE, caught.exception.details())
            for text in texts:
                self.assertIn(text, caught.exception.details())
        self.assertEqual(self.health(), (503, "the store cannot be written\n"))
        self.assertEqual(get_licence(window, first.filed_case.credit_code).entry, first.licence.entry)
        self.faults.set()
        streams = Streams([self.registry], first=2).start()
        streams.wait_for_answers(5)
        wait_for(lambda: self.health()[0] == 200, "health")
        streams.answers[1] = first.SerializeToString()
        self.check(texts[-1], streams)

    def test_full(self):
        self.refused(["磁盘已满，写入暂停", "the disk is full: writing is paused"], write_errno=errno.ENOSPC)

    def test_write_fails(self):
        self.refused(["存储读写出错", "the store cannot be read or written"], write_errno=errno.EIO)

    def test_sync_fails(self):
        """A COMMIT whose log could not be synced was not acknowledged."""
        self.refused(["存储读写出错", "the store cannot be read or written"], sync_errno=errno.EIO)

    def test_full_while_many_write(self):
        streams = Streams([self.registry]).start()
        for fault in ("write_errno", "sync_errno") * 3:
            streams.wait_for_answers(self.random.randint(1, 10))
            self.faults.set(**{fault: errno.ENOSPC})
            time.sleep(self.random.random())
            self.faults.set()
        streams.wait_for_answers(5)
        self.check("a disk that is full now and then", streams)

    def test_clock(self):
        """It goes back by hours, forward, back by days: an entry's time is never before the one's before it."""
        window = self.registry.channel("window")
        for number, seconds in enumerate((0, -7200, 3600, -3 * 86400, 0)):
            self.faults.set(clock_s=seconds)
            answer = submit(window, variant(number), f"request {number}")
            self.assertEqual(answer.filed_case.state, model_pb.CASE_STATE_ACCEPTED,
                             [finding.message_en for finding in answer.filed_case.findings])
            self.assertEqual(submit(window, variant(number), f"request {number}"), answer)
        times = [time_ms for time_ms, in self.registry.sql("SELECT time_ms FROM batch ORDER BY first_position")]
        self.assertEqual(times, sorted(times))
        self.assertGreater(times[-1], time.time() * 1000 + 3000 * 1000, "the hour ahead was seen")
        done = self.registry.ctl("ledger", "check")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Damaged(unittest.TestCase):
    def setUp(self):
        self.registry = Registry("intl").start()
        self.addCleanup(self.registry.close)
        window = self.registry.channel("window")
        self.answers = [submit(window, variant(number), f"request {number}") for number in range(40)]
        self.assertEqual(self.registry.end(), 0)

    def pages(self, table):
        """Of its leaves, by number; None where SQLite cannot say."""
        store = sqlite3.connect(self.registry.path("registry.db"))
        try:
            size, = store.execute("PRAGMA page_size").fetchone()
            root, = store.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
            store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            store.close()
        with open(self.registry.path("registry.db"), "rb") as file:
            file.seek((root - 1) * size)
            page = file.read(size)
        if page[0] != 5:  # not an inner page: the root is the leaf
            return size, [root]
        count = int.from_bytes(page[3:5], "big")
        cells = [int.from_bytes(page[12 + 2 * i:14 + 2 * i], "big") for i in range(count)]
        return size, [int.from_bytes(page[cell:cell + 4], "big") for cell in cells]

    def ruin(self, table):
        size, pages = self.pages(table)
        with open(self.registry.path("registry.db"), "r+b") as file:
            file.seek((pages[len(pages) // 2] - 1) * size)
            file.write(b"\xa5" * size)

    def looked_up(self):
        """How many of the licences are answered, each as it was."""
        window, good = self.registry.channel("window"), 0
        for answer in self.answers:
            try:
                read = get_licence(window, answer.filed_case.credit_code)
            except grpc.RpcError as error:
                self.assertEqual(error.code(), grpc.StatusCode.INTERNAL, error.details())
            else:
                self.assertEqual(read.entry, answer.licence.entry)
                good += 1
        return good

    def test_entries(self):
        """One page of the ledger: what is on it is refused, the rest is answered; the check fails with a text."""
        self.ruin("entry")
        self.registry.start()
        good = self.looked_up()
        print(f"{good} of {len(self.answers)} licences are read beside a ruined page", flush=True)
        self.assertTrue(0 < good < len(self.answers), good)
        self.assertIn("stored bytes contradict themselves", self.registry.log())
        done = self.registry.ctl("ledger", "check")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("stored bytes contradict themselves", done.stderr)


if __name__ == "__main__":
    unittest.main()
