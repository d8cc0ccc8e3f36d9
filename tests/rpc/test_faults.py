"""Faults between registryd and PostgreSQL, and of the database itself, under a stream of submissions. Beside
scripts/with-postgresql. REGISTRY_SEED says where the faults fall (341300), REGISTRY_KILLS how often the daemon is killed (12)."""
import itertools
import os
import random
import shutil
import signal
import subprocess
import time
import unittest
import urllib.parse

import grpc
from fault_proxy import STEPS, FaultProxy
from harness import REGISTRYCTL, ctl, submit, submit_raw, variant, wait_for
from stream import Streams, report, whole
from test_postgresql import CLUSTER, OnPostgresql

KILLS = int(os.environ.get("REGISTRY_KILLS", "12"))
SEED = int(os.environ.get("REGISTRY_SEED", "341300"))
SOCKET = urllib.parse.parse_qs(urllib.parse.urlsplit(CLUSTER).query)["host"][0] + "/.s.PGSQL.5432"


class Beside(unittest.TestCase):
    """A registry whose daemon reaches its database through the proxy; the tool and the count do not."""

    def setUp(self):
        self.random = random.Random(SEED)
        self.proxy = FaultProxy(SOCKET, SEED)
        self.addCleanup(self.proxy.close)
        self.registry = OnPostgresql("intl")
        self.addCleanup(self.registry.close)
        self.direct = self.registry.url
        self.through = self.proxy.url(self.registry.database)
        self.point(self.through)
        self.registry.start()

    def point(self, url):
        self.registry.configure(lambda text: "\n".join(f"store = {url}" if line.startswith("store = ") else line
                                                       for line in text.split("\n")))

    def check(self, what, streams):
        count = streams.count(self.registry)
        report(what, count)
        whole(self, self.registry, count)

    def second(self):
        """Another daemon on the same database, without the proxy."""
        made = object.__new__(OnPostgresql)
        made.root, made.process, made.channels, made.url = self.registry.root + "-second", None, [], self.direct
        made.dir = os.path.join(made.root, "registry")
        os.mkdir(made.root)
        shutil.copytree(self.registry.dir, made.dir)
        made.configure(lambda text: text.replace(self.through, self.direct))
        self.addCleanup(made.close)
        return made.start()


class Network(Beside):
    def one(self, streams, step, side, action):
        self.proxy.at(step, side, action, skip=self.random.randint(0, 2))
        wait_for(self.proxy.happened.is_set, f"{action.__name__} {side} {step}")
        streams.wait_for_answers(4)

    def test_cut(self):
        """Every step, before and after it: a reset, an end of file. COMMIT's lost answer is one of them."""
        streams = Streams([self.registry]).start()
        for step, side, action in itertools.product(STEPS, ("before", "after"), (self.proxy.reset, self.proxy.half_close)):
            self.one(streams, step, side, action)
        self.assertGreater(streams.repeats, 0)
        self.check("cut", streams)

    def test_slow(self):
        """Pieces of a few bytes, late; then silence: longer than an idle transaction may be, and for good."""
        streams = Streams([self.registry], deadline=60).start()
        self.proxy.everywhere(split=True, delay=0.005)
        streams.wait_for_answers(20)
        self.one(streams, "LOCK", "after", self.proxy.wait)
        self.proxy.everywhere()
        self.one(streams, "INSERT", "after", self.proxy.wait)
        self.one(streams, "COMMIT", "after", self.proxy.drop)
        self.check("slow", streams)

    def freeze(self):
        """Stops the daemon while it holds the lock. A flight that takes the lock may give it back, too: then at the next one."""
        for _ in range(50):
            self.proxy.at("LOCK", "after", self.proxy.kill(self.registry.process, signal.SIGSTOP))
            wait_for(self.proxy.happened.is_set, "freezing")
            time.sleep(0.1)  # whatever the server was doing
            held = OnPostgresql.psql(CLUSTER, "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                                     " WHERE locktype = 'advisory' AND granted AND state = 'idle in transaction'")
            if held == [(1,)]:
                return
            self.registry.process.send_signal(signal.SIGCONT)
        self.fail("the lock was never held")

    def test_frozen_daemon(self):
        """It holds the lock; the other goes on once the database has ended the idle transaction."""
        second = self.second()
        streams = Streams([self.registry], threads=2, deadline=60).start()
        streams.wait_for_answers(3)
        self.freeze()
        others, since = Streams([second], threads=2, first=10001).start(), time.monotonic()
        others.wait_for_answers(1)
        print(f"the other daemon went on after {time.monotonic() - since:.1f} s", flush=True)
        others.wait_for_answers(10)
        self.registry.process.send_signal(signal.SIGCONT)
        streams.wait_for_answers(5)
        others.stop()
        streams.stop()
        streams.answers.update(others.answers)
        self.check("frozen", streams)


class OfServer(Beside):
    def sql(self, statement):
        return OnPostgresql.psql(CLUSTER, statement)

    def backends(self, where):
        return [pid for pid, in self.sql(f"SELECT pid FROM pg_stat_activity WHERE datname = '{self.registry.database}'"
                                         f" AND {where}")]


class Server(OfServer):
    def test_round_trips(self):
        """The lock, with all that is read under it; the batch, with its COMMIT. Whether one waits, or many."""
        streams = Streams([self.registry]).start()
        streams.wait_for_answers(20)
        self.check("round trips", streams)
        self.assertGreater(len(self.proxy.trips), 2)
        self.assertEqual(set(self.proxy.trips), {2}, self.proxy.trips)

    def standby(self, name):
        self.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
        self.sql("SELECT pg_reload_conf()")

    def test_no_standby(self):
        """Nobody confirms, and an administrator cancels the waiting COMMIT: it is there, and nobody is told, not even who asks
        again, before a standby could have it."""
        window = self.registry.channel("window")
        before = {number: submit_raw(window, variant(number), f"request {number}") for number in range(1, 6)}
        self.addCleanup(self.standby, "")
        self.standby("nobody")
        streams = Streams([self.registry], threads=1, first=6, deadline=4).start()  # its numbers are leased already
        while self.registry.sql("SELECT count(*) FROM licence") == [(5,)]:
            self.cancel_commit()
        for _ in range(3):  # what settles it, and what reads for who asks again
            self.cancel_commit()
        self.assertEqual(streams.answered(), 0)
        self.standby("")
        streams.wait_for_answers(5)
        streams.answers.update(before)
        self.check("no standby", streams)

    def cancel_commit(self):
        wait_for(lambda: self.backends("wait_event = 'SyncRep'"), "waiting")
        for pid in self.backends("wait_event = 'SyncRep'"):
            self.sql(f"SELECT pg_cancel_backend({pid})")
        time.sleep(0.2)

    def test_refused(self):
        """No room on the server's disk (its error 53100, which a trigger raises), a database that may only be read: a text in both
        languages, and nothing of it is there; then it is written."""
        window, database = self.registry.channel("window"), self.registry.database
        first = submit(window, variant(1), "request 1")
        faults = (
            ("CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no space left' USING ERRCODE = '53100';"
             " END$$; CREATE TRIGGER no_room BEFORE INSERT ON entry EXECUTE FUNCTION no_room()", "DROP TRIGGER no_room ON entry",
             self.registry.sql, ("数据库磁盘已满，写入暂停", "the database's disk is full: writing is paused")),
            (f"ALTER DATABASE {database} SET default_transaction_read_only = on; SELECT pg_terminate_backend(pid)"
             f" FROM pg_stat_activity WHERE datname = '{database}' AND pid <> pg_backend_pid()",
             f"ALTER DATABASE {database} RESET default_transaction_read_only", self.sql, (" / ",)))
        for fault, end, where, texts in faults:
            self.registry.sql(fault)
            for _ in range(2):
                with self.assertRaises(grpc.RpcError) as caught:
                    submit(window, variant(2), "request 2")
                self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAVAILABLE, caught.exception.details())
                for text in texts:
                    self.assertIn(text, caught.exception.details())
            where(end)
            self.assertEqual(self.registry.sql("SELECT count(*) FROM licence"), [(1,)])
        streams = Streams([self.registry], first=2).start()
        streams.wait_for_answers(5)
        streams.answers[1] = first.SerializeToString()
        self.check("refused", streams)

    def test_foreign_order(self):
        """A database that orders texts as the Chinese do, not by bytes."""
        self.sql("CREATE DATABASE order_zh TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'zh' LOCALE 'C'")
        registry = OnPostgresql("intl", database="order_zh").start()
        self.addCleanup(registry.close)
        streams = Streams([registry]).start()
        streams.wait_for_answers(20)
        count = streams.count(registry)
        whole(self, registry, count)

    def test_wrong_encoding(self):
        self.sql("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
        done = ctl("init", os.path.join(self.registry.root, "latin"), "--store", CLUSTER.replace("/postgres?", "/latin?"))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("数据库编码为 LATIN1，应为 UTF8", done.stderr)
        self.assertIn("the database's encoding is LATIN1: it must be UTF8", done.stderr)

    def test_half_migrated(self):
        """kill -9 during migrate, at any time: the next one does what is left."""
        self.sql("CREATE DATABASE half TEMPLATE template0 ENCODING 'UTF8'")
        url = CLUSTER.replace("/postgres?", "/half?")
        for i in range(12):
            with subprocess.Popen([REGISTRYCTL, "migrate", "--store", url], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL) as process:
                time.sleep(0.02 + 0.02 * i)
                process.kill()
        done = ctl("migrate", "--store", url)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = ctl("init", os.path.join(self.registry.root, "half"), "--suite", "intl", "--store", url)
        self.assertEqual(done.returncode, 0, done.stderr)


class Crash(OfServer):
    def test_crash(self):
        """A backend dies of kill -9: the server takes itself down, recovers and goes on; so does the daemon. Ends of backends
        that an administrator asks for are nothing."""
        streams = Streams([self.registry]).start()
        for _ in range(3):
            streams.wait_for_answers(self.random.randint(3, 15))
            self.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.registry.database}'")
            streams.wait_for_answers(self.random.randint(3, 15))
            os.kill(self.backends("true")[0], signal.SIGKILL)
            streams.wait_for_answers(5)
        self.check("crash", streams)


class KillSteps(Beside):
    def test_kill(self):
        """kill -9 at each step of a batch in turn, and at any time."""
        streams = Streams([self.registry], deadline=5).start()
        steps = list(itertools.product(STEPS, ("before", "after")))
        for number in range(KILLS):
            streams.wait_for_answers(1)
            if number % (len(steps) + 2) < len(steps):
                self.proxy.at(*steps[number % (len(steps) + 2)], self.proxy.kill(self.registry.process),
                              skip=self.random.randint(0, 2))
                wait_for(self.proxy.happened.is_set, f"kill {number}")
            else:
                time.sleep(self.random.random())
                self.registry.process.kill()
            self.registry.process.wait()
            self.registry.start()
        streams.wait_for_answers(4)
        self.check(f"{KILLS} kills", streams)


if __name__ == "__main__":
    unittest.main()
