"""kill -9 of the leader under a stream of submissions, three times: nothing that was acknowledged is lost.

REGISTRY_SEED says when the leader dies (341300), REGISTRY_KILLS how often (3).
"""
import os
import random
import shutil
import signal
import time
import unittest

from cluster import Cluster
from harness import Registry, run
from stream import Streams, report, whole

KILLS = int(os.environ.get("REGISTRY_KILLS", "3"))
SEED = int(os.environ.get("REGISTRY_SEED", "341300"))


def psql(url, statement):
    done = run("psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", url, "-c", statement)
    assert done.returncode == 0, done.stderr
    return [tuple(int(cell) if cell.lstrip("-").isdigit() else cell for cell in line.split("\t"))
            for line in done.stdout.splitlines()]


class OnCluster(Registry):
    """A registry in a database of the cluster; `beside`: another daemon of that one's."""

    def __init__(self, cluster, beside=None):
        self.cluster, self.store_url = cluster, cluster.url("registry")
        if beside is None:
            psql(cluster.url("postgres"), "CREATE DATABASE registry TEMPLATE template0 ENCODING 'UTF8'")
            super().__init__("gm", options=("--store", self.store_url))
            return
        self.process, self.channels, self.root = None, [], beside.root + "-second"
        self.dir = os.path.join(self.root, "registry")
        os.mkdir(self.root)
        shutil.copytree(beside.dir, self.dir)

    def sql(self, statement, *values):
        assert not values
        return psql(self.store_url, statement)


class Promotion(unittest.TestCase):
    def setUp(self):
        self.cluster = Cluster()
        self.addCleanup(self.cluster.close)
        first = OnCluster(self.cluster).start()
        self.addCleanup(first.close)
        second = OnCluster(self.cluster, beside=first).start()
        self.addCleanup(second.close)
        self.registries = [first, second]
        self.random = random.Random(SEED)
        print(f"seed {SEED}", flush=True)

    def wait_for_leader(self, but):
        end = time.monotonic() + 120
        while self.cluster.leader() in (None, but):
            self.assertLess(time.monotonic(), end, self.cluster.logs())
            time.sleep(0.1)
        return self.cluster.leader()

    def one(self, number, fault):
        streams = Streams(self.registries, first=number * 10000 + 1, pause=0.02).start()
        streams.wait_for_answers(self.random.randint(10, 60))
        time.sleep(self.random.random())
        leader, when = self.cluster.leader(), time.monotonic()
        fault(leader)
        promoted = self.wait_for_leader(leader)
        streams.wait_for_answers(30)
        streams.stop()
        print(f"{fault.__name__} {leader} -> {promoted}: {streams.gap(when):.1f} s without writes,"
              f" {streams.repeats} calls repeated", flush=True)
        return streams, leader

    def check(self, all_streams):
        total = Streams(self.registries, threads=0)
        for streams in all_streams:
            total.answers.update(streams.answers)
        count = total.count(self.registries[0])
        report("promotions", count)
        whole(self, self.registries[0], count)

    def test_kill(self):
        done = []
        for number in range(KILLS):
            streams, leader = self.one(number, self.cluster.kill)
            done.append(streams)
            self.check(done)
            self.cluster.start(leader)
            self.cluster.wait_whole()

    def test_freeze(self):
        """A leader that stops without dying: its connections stay open, and nobody answers on them."""
        streams, leader = self.one(0, self.freeze)
        self.cluster.signal(leader, signal.SIGCONT)
        self.cluster.wait_whole()
        self.check([streams])

    def freeze(self, leader):
        self.cluster.signal(leader, signal.SIGSTOP)


if __name__ == "__main__":
    unittest.main()
