"""The same with PostgreSQL: there and back, kill -9 on the way, and pgBackRest to a second place."""
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from harness import PATIENCE, REGISTRYCTL, Registry, get_licence, submit, variant
from test_moving import fill, full, tables
from test_postgresql import OnPostgresql


class Empty(OnPostgresql):
    """A database alone; the registry beside it is another one's."""

    def __init__(self):  # pylint: disable=super-init-not-called
        OnPostgresql.count += 1
        self.database = f"rpc_{os.getpid()}_{OnPostgresql.count}"
        cluster = os.environ["REGISTRY_POSTGRESQL"]
        self.psql(cluster, f"CREATE DATABASE {self.database} TEMPLATE template0 ENCODING 'UTF8'")
        self.url = cluster.replace("/postgres?", f"/{self.database}?")


class Copying(unittest.TestCase):
    def setUp(self):
        self.registry, self.database = full(Registry("gm")), Empty()
        self.addCleanup(self.registry.close)

    def copy(self, *arguments):
        return self.registry.ctl("store", "copy", *arguments)

    def test_there_and_back(self):
        """From SQLite to PostgreSQL, a day's work, and back: byte for byte both times."""
        registry, url, head = self.registry, self.database.url, self.registry.head()
        before = tables(registry.path("registry.db"))
        registry.end()
        done = self.copy("--to", url, "--switch", url)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(head["root"], done.stdout)
        self.assertEqual(registry.head(), head)
        self.assertEqual(self.database.psql(url, "SELECT count(*), min(next_serial) FROM entry, counter"),
                         [(len(before["entry"]), before["serial"][0][0])])
        done = self.copy("--to", "sqlite:back.db")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(tables(registry.path("back.db")), before)
        registry.start()
        first = fill(registry, 20, 3)
        registry.end()
        self.assertEqual(self.copy("--to", "sqlite:back.db").returncode, 2, "it is another history's by now")
        done = self.copy("--to", "sqlite:again.db", "--switch", "sqlite:again.db")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        registry.start()
        for code, _ in first:
            self.assertEqual(get_licence(registry.channel("window"), code).status.revision, 1)
        self.assertFalse(set(first) & set(fill(registry, 30, 3)))
        done = registry.ctl("ledger", "check")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_killed(self):
        """kill -9 on the way to PostgreSQL: the next run goes on."""
        self.registry.end()
        delay = 0.1
        for _ in range(30):
            tool = subprocess.Popen([REGISTRYCTL, "--dir", self.registry.dir, "store", "copy", "--to", self.database.url],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                self.assertEqual(tool.wait(timeout=delay), 0)
                break
            except subprocess.TimeoutExpired:
                tool.send_signal(signal.SIGKILL)
                tool.wait(timeout=PATIENCE)
            delay *= 1.2
        done = self.copy("--to", self.database.url)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = self.registry.ctl("ledger", "head")
        self.assertEqual(done.returncode, 0)


class Cluster:
    """A cluster of its own, which sends its log to a second place."""

    def __init__(self):
        self.place = tempfile.mkdtemp(prefix="registry-pgbackrest-")
        self.bin = sorted(path.path for path in os.scandir("/usr/lib/postgresql"))[-1] + "/bin/"
        self.url = f"postgresql:///postgres?host={self.place}&user=registry"
        os.chmod(self.place, 0o755)
        if os.getuid() == 0:
            shutil.chown(self.place, "postgres")
        self.tool("mkdir", self.path("repo"), self.path("log"), self.path("lock"))
        self.write("pgbackrest.conf", f"[global]\nrepo1-path={self.path('repo')}\nlog-path={self.path('log')}\n"
                   f"lock-path={self.path('lock')}\nlog-level-console=warn\nstart-fast=y\n"
                   f"[registry]\npg1-path={self.path('data')}\npg1-socket-path={self.place}\npg1-user=registry\n")
        self.tool(self.bin + "initdb", "-D", self.path("data"), "-U", "registry", "--auth=trust", "--encoding=UTF8",
                  "--locale=C.UTF-8")
        self.write("data/postgresql.auto.conf",
                   f"listen_addresses = ''\nunix_socket_directories = '{self.place}'\nunix_socket_permissions = 0777\n"
                   "archive_mode = on\n"
                   f"archive_command = 'pgbackrest --config={self.path('pgbackrest.conf')} --stanza=registry archive-push %p'\n")
        self.start()

    def path(self, name):
        return os.path.join(self.place, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        if os.getuid() == 0:
            shutil.chown(self.path(name), "postgres")

    def tool(self, *arguments):
        prefix = []
        if os.getuid() == 0:
            prefix = ["setpriv", f"--reuid={pwd.getpwnam('postgres').pw_uid}", "--regid=postgres", "--init-groups", "env",
                      f"HOME={self.place}"]
        # into a file: a server would keep a pipe open
        with open(self.path("output") if os.access(self.place, os.W_OK) else os.devnull, "wb+") as output:
            done = subprocess.run(prefix + list(arguments), stdout=output, stderr=output, stdin=subprocess.DEVNULL, check=False,
                                  cwd=self.place, timeout=PATIENCE * 5)
            output.seek(0)
            assert done.returncode == 0, (arguments, output.read().decode())

    def backrest(self, *arguments):
        self.tool("pgbackrest", f"--config={self.path('pgbackrest.conf')}", "--stanza=registry", *arguments)

    def start(self):
        self.tool(self.bin + "pg_ctl", "-D", self.path("data"), "-w", "-l", self.path("server.log"), "start")

    def sql(self, statement):
        return OnPostgresql.psql(self.url, statement)

    def stop(self):
        self.tool(self.bin + "pg_ctl", "-D", self.path("data"), "-m", "immediate", "stop")

    def close(self):
        try:
            self.stop()
        except AssertionError:
            pass
        shutil.rmtree(self.place, ignore_errors=True)


class PgBackRest(unittest.TestCase):
    def setUp(self):
        if not shutil.which("pgbackrest"):
            print("SKIP: 没有安装 pgbackrest / pgbackrest is not installed", flush=True)
            self.skipTest("pgbackrest is not installed")
        self.cluster = Cluster()
        self.addCleanup(self.cluster.close)
        self.registry = Registry("intl", options=("--store", self.cluster.url)).start()
        self.addCleanup(self.registry.close)

    def test_restore(self):
        """The disk is lost: what had reached the second place is there, erased is erased, and no number is issued twice."""
        cluster, registry = self.cluster, self.registry
        cluster.backrest("stanza-create")
        before = fill(registry, 0, 5)
        cluster.backrest("backup")
        number = submit(registry.channel("window"), variant(3), "request 3").filed_case.number
        self.assertEqual(registry.ctl("erase", str(number), "--basis", "测试").returncode, 0)
        kept = fill(registry, 20, 5)
        segment, = cluster.sql("SELECT 'wal ' || pg_walfile_name(pg_switch_wal())")[0]  # never read as a number
        end = time.monotonic() + PATIENCE
        while cluster.sql("SELECT 'wal ' || coalesce(last_archived_wal, '') FROM pg_stat_archiver")[0][0] < segment:
            self.assertLess(time.monotonic(), end, "the log reaches the second place")
            time.sleep(0.05)
        lost = fill(registry, 40, 5)
        self.registry.end(signal.SIGKILL)
        cluster.stop()
        shutil.rmtree(cluster.path("data"))
        began = time.monotonic()
        cluster.tool("mkdir", "-m", "700", cluster.path("data"))
        cluster.backrest("restore")
        cluster.start()
        while cluster.sql("SELECT pg_is_in_recovery()")[0][0] == "t":
            self.assertLess(time.monotonic(), began + PATIENCE, "recovery ends")
            time.sleep(0.05)
        done = registry.ctl("store", "restored", "--lost", "5", "--store", cluster.url)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        registry.start()
        print(f"restored in {time.monotonic() - began:.2f} s", flush=True)
        window = registry.channel("window")
        for code, _ in before + kept:
            self.assertEqual(get_licence(window, code).status.revision, 1)
        self.assertEqual(cluster.sql(f"SELECT wrapped IS NULL FROM case_key WHERE case_number = {number}"), [("t",)])
        again = fill(registry, 60, 5)
        for column in range(2):
            self.assertFalse({pair[column] for pair in again} & {pair[column] for pair in before + kept + lost}, "issued twice")
        done = registry.ctl("ledger", "check")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
