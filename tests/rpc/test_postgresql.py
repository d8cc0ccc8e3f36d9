"""A registry on PostgreSQL: the same answers, two daemons on one database, and kill -9. Beside scripts/with-postgresql."""
import os
import shutil
import signal
import subprocess
import threading
import unittest

import grpc
import test_import
import test_kill
from harness import (PATIENCE, REGISTRYCTL, Registry, ctl, example_accepted, example_paths, filing, filing_pb, get_licence, metric,
                     model_pb, run, submit, submit_raw, variant, wait_for)
from test_import import generate

CLUSTER = os.environ["REGISTRY_POSTGRESQL"]


class OnPostgresql(Registry):
    """A registry in a database of its own."""

    count = 0

    def __init__(self, suite="intl", database=None):
        OnPostgresql.count += 1
        self.database = database or f"rpc_{os.getpid()}_{OnPostgresql.count}"
        if not database:
            self.psql(CLUSTER, f"CREATE DATABASE {self.database} TEMPLATE template0 ENCODING 'UTF8'")
        self.url = CLUSTER.replace("/postgres?", f"/{self.database}?")
        super().__init__(suite, options=("--store", self.url))

    @staticmethod
    def psql(url, statement):
        done = run("psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", url, "-c", statement)
        assert done.returncode == 0, done.stderr
        return [tuple(int(cell) if cell.lstrip("-").isdigit() else cell for cell in line.split("\t"))
                for line in done.stdout.splitlines()]

    def sql(self, statement, *values):
        assert not values
        return self.psql(self.url, statement)


class Kept(unittest.TestCase):
    def test_examples(self):
        """Every example, a change, a look-up, the check: as on SQLite."""
        registry = OnPostgresql("gm").start()
        self.addCleanup(registry.close)
        window = registry.channel("window")
        for path in example_paths():
            answer = submit(window, filing(os.path.basename(path)[:2]), os.path.basename(path))
            self.assertEqual(answer.filed_case.state == model_pb.CASE_STATE_ACCEPTED, example_accepted(path), path)
        code = submit(window, variant(7), "change me").filed_case.credit_code
        change = model_pb.Filing(kind="FILING_KIND_RECORD", authority=341300, credit_code=code, base_revision=1,
                                 replaces=["industry"], entity={"industry": "F5137"},
                                 materials=[{"kind": "application_form", "digest": bytes(32)}])
        self.assertEqual(submit(window, change, "changed").licence.status.revision, 2)
        self.assertEqual(get_licence(window, code).status.revision, 2)
        with self.assertRaises(grpc.RpcError) as caught:
            submit(window, filing("01"), "change me")
        self.assertEqual(caught.exception.code(), grpc.StatusCode.ALREADY_EXISTS)
        done = registry.ctl("ledger", "check")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = ctl("migrate", "--store", registry.url)
        self.assertEqual(done.returncode, 0, done.stderr)

    def two_daemons(self):
        first = OnPostgresql().start()
        self.addCleanup(first.close)
        second = object.__new__(OnPostgresql)
        second.root, second.dir = first.root + "-second", os.path.join(first.root + "-second", "registry")
        os.mkdir(second.root)
        shutil.copytree(first.dir, second.dir)
        second.process, second.channels, second.url = None, [], first.url
        second.start()
        self.addCleanup(second.close)
        return first, second

    def test_cache(self):
        """Changed through one daemon, read from the other: with the tree size of the change's answer it is there at once, and what
        was answered once is not gone back behind. Without, it arrives by the ledger's tail."""
        first, second = self.two_daemons()
        one, other = first.channel("window"), second.channel("window")
        code = submit(one, variant(7), "found").filed_case.credit_code
        for revision in range(1, 21):
            get_licence(other, code)
            change = model_pb.Filing(kind="FILING_KIND_RECORD", authority=341300, credit_code=code, base_revision=revision,
                                     replaces=["industry"], entity={"industry": ("F5137", "F5126")[revision % 2]},
                                     materials=[{"kind": "application_form", "digest": bytes(32)}])
            changed = submit(one, change, f"change {revision}").licence
            seen = get_licence(other, code, at_least=changed.status.as_of)
            self.assertEqual(seen.status.revision, revision + 1)
            self.assertGreaterEqual(seen.status.as_of.size, changed.status.as_of.size)
            self.assertEqual(get_licence(other, code).status.revision, revision + 1)
            self.assertEqual(get_licence(one, code).status.revision, revision + 1)
        submit(one, model_pb.Filing(kind="FILING_KIND_RECORD", authority=341300, credit_code=code, base_revision=21,
                                    replaces=["industry"], entity={"industry": "F5137"},
                                    materials=[{"kind": "application_form", "digest": bytes(32)}]), "the last")
        wait_for(lambda: get_licence(other, code).status.revision == 22, "the change's way by the ledger's tail")
        wait_for(lambda: (get_licence(other, code), metric(second, "registry_cache_hits_total"))[1] > 0, "an answer from the cache")
        done = second.ctl("erase", code, "--basis", "test")
        self.assertEqual(done.returncode, 0, done.stderr)
        wait_for(lambda: len(get_licence(one, code).entry.sections) == 1, "the erasure")

    def test_two_daemons(self):
        """Both write, positions stay dense, no code is given twice; a request id is one whoever is asked."""
        first, second = self.two_daemons()
        answers, faults = {}, []

        def file(registry, numbers):
            channel = registry.channel("window")
            for number in numbers:
                try:
                    answers[registry.root, number] = submit_raw(channel, variant(number), f"request {number}")
                except grpc.RpcError as error:
                    faults.append(error)

        threads = [threading.Thread(target=file, args=(registry, numbers))
                   for registry, numbers in ((first, range(1, 41)), (second, range(21, 61)), (first, range(61, 81)),
                                             (second, range(81, 101)))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(300)
        self.assertEqual([str(fault) for fault in faults], [])
        for number in range(21, 41):  # both asked for these
            self.assertEqual(answers[first.root, number], answers[second.root, number])
        codes = {filing_pb.SubmitFilingResponse.FromString(answer).filed_case.credit_code for answer in answers.values()}
        self.assertEqual(len(codes), 100)
        self.assertEqual(first.sql("SELECT count(*), max(position) + 1, count(DISTINCT position) FROM entry"), [(102, 102, 102)])
        self.assertEqual(first.sql("SELECT count(*) FROM licence"), [(100,)])
        done = second.ctl("ledger", "check")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Killing(test_kill.Killing):
    """The same, on PostgreSQL."""

    def setUp(self):
        super().setUp()
        self.registry.close()
        self.registry = OnPostgresql()
        self.addCleanup(self.registry.close)


class Importing(test_import.Importing):
    """The same, on PostgreSQL."""

    make = OnPostgresql

    def activity(self, query):
        return self.one(f"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%{query}%'") > 0

    def test_killed_indexing(self):
        """kill -9 while an index is built: the next run ends what this one began, and the schema is a new registry's."""
        schema = ("SELECT string_agg(d, ' ' ORDER BY d) FROM (SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL"
                  " SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace) s (d)")
        before, text = self.one(schema), generate(600, 6)  # more than is read before the filling begins
        with subprocess.Popen([REGISTRYCTL, "--dir", self.registry.dir, "import", "register", "-"], stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True) as importing:
            importing.stdin.write(text)
            importing.stdin.flush()
            wait_for(lambda: self.one("SELECT state FROM meta") == 3, "the filling")
            with subprocess.Popen(["psql", "-X", "-q", self.registry.url], stdin=subprocess.PIPE, text=True) as other:
                other.stdin.write('BEGIN; LOCK TABLE "case" IN ROW EXCLUSIVE MODE;\n')
                other.stdin.flush()
                wait_for(lambda: self.one("SELECT count(*) FROM pg_locks WHERE relation = '\"case\"'::regclass"
                                          " AND mode = 'RowExclusiveLock' AND granted") > 0, "the lock")
                importing.stdin.close()
                wait_for(lambda: self.activity("CREATE INDEX case_code"), "the index")
                importing.send_signal(signal.SIGKILL)
                importing.wait()
                self.assertEqual(self.one("SELECT count(*) FROM licence"), 600)
                self.assertNotEqual(self.one(schema), before)
                other.stdin.write("COMMIT;\n")
                other.stdin.close()
        self.run_import(self.write("rows.csv", text), known=600, imported=0)
        self.assertEqual(self.one(schema), before)
        self.check()


class Standing(unittest.TestCase):
    """Reads go to a standby, and nobody is answered with less than he has seen: the rest is asked of the primary."""

    def setUp(self):
        self.registry = OnPostgresql()
        self.addCleanup(self.registry.close)
        self.standby = os.environ["REGISTRY_POSTGRESQL_STANDBY"].replace("/postgres?", f"/{self.registry.database}?")
        self.registry.configure(lambda text: text.replace("[listen]", f"read_store = {self.standby}\n\n[listen]", 1) +
                                "\n[cache]\nlicence_bytes = 0\n")
        self.registry.start()

    def metric(self, name):
        return metric(self.registry, f"registry_standby_{name}_total")

    def replay(self, how):
        self.registry.psql(self.standby, f"SELECT pg_wal_replay_{how}()")

    def pause(self):
        self.addCleanup(self.replay, "resume")
        self.replay("pause")
        wait_for(lambda: self.registry.psql(self.standby, "SELECT pg_get_wal_replay_pause_state()") == [("paused",)], "the pause")

    def change(self, window, code, base):
        return submit(window, model_pb.Filing(kind="FILING_KIND_RECORD", authority=341300, credit_code=code, base_revision=base,
                                              replaces=["industry"], entity={"industry": ("F5137", "F5126")[base % 2]},
                                              materials=[{"kind": "application_form", "digest": bytes(32)}]),
                      f"change {base}").licence

    def test_reads(self):
        window = self.registry.channel("window")
        code = submit(window, variant(7), "found").filed_case.credit_code
        for base in range(1, 11):  # each is read at once, whether the standby has it already or not
            self.change(window, code, base)
            self.assertEqual(get_licence(window, code).status.revision, base + 1)
        wait_for(lambda: (get_licence(window, code), self.metric("answered"))[1] > 0, "an answer by the standby")
        self.pause()
        answered, behind = self.metric("answered"), self.metric("behind")
        seen = self.change(window, code, 11).status.as_of
        for _ in range(20):
            self.assertEqual(get_licence(window, code).status.revision, 12)
            self.assertEqual(get_licence(window, code, at_least=seen).status.revision, 12)
        self.assertEqual(self.metric("answered"), answered)
        self.assertEqual(self.metric("behind"), behind + 40)
        self.replay("resume")
        wait_for(lambda: (get_licence(window, code), self.metric("answered"))[1] > answered, "the standby's catching up")
        self.assertEqual(get_licence(window, code).status.revision, 12)
        done = self.registry.ctl("ledger", "check")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_applied(self):
        """Where the database says remote_apply, that stands: no answer before the standby has applied it, which is never behind."""
        self.addCleanup(self.registry.psql, CLUSTER, "SELECT pg_reload_conf()")
        for setting, value in (("synchronous_standby_names", "'*'"), ("synchronous_commit", "remote_apply")):
            self.addCleanup(self.registry.psql, CLUSTER, f"ALTER SYSTEM RESET {setting}")
            self.registry.psql(CLUSTER, f"ALTER SYSTEM SET {setting} = {value}")
        self.registry.psql(CLUSTER, "SELECT pg_reload_conf()")
        self.assertEqual(self.registry.end(), 0)
        window, answers = self.registry.start().channel("window"), []
        self.pause()
        asking = threading.Thread(target=lambda: answers.append(submit(window, variant(7), "applied")))
        asking.start()
        asking.join(2)
        self.assertEqual(answers, [])
        self.replay("resume")
        asking.join(PATIENCE)
        code = answers[0].filed_case.credit_code
        for base in range(1, 11):
            self.change(window, code, base)
            self.assertEqual(get_licence(window, code).status.revision, base + 1)
        self.assertEqual((self.metric("answered"), self.metric("behind")), (10, 0))

    def test_gone(self):
        """Without the standby everything is read from the primary."""
        self.assertEqual(self.registry.end(), 0)
        self.registry.configure(lambda text: text.replace("port=5433", "port=5434"))
        self.registry.start()
        window = self.registry.channel("window")
        code = submit(window, variant(7), "found").filed_case.credit_code
        for _ in range(20):
            self.assertEqual(get_licence(window, code).status.revision, 1)
        self.assertEqual(self.metric("answered"), 0)
        self.assertEqual(self.metric("failed"), 20)


if __name__ == "__main__":
    unittest.main()
