"""PostgreSQL under Patroni with etcd, three nodes on loopback, as docs/high-availability.md configures it.

    cluster = Cluster()              # skips where Debian's patroni, etcd-server and postgresql are not installed
    leader = cluster.leader()
    cluster.kill(leader)             # kill -9: its patroni, its postmaster, every backend
    cluster.start(leader)            # it comes back as a standby
    cluster.close()

Nothing runs as root: there it is the user postgres. Ports are the kernel's choice, files in a directory that is made.
"""
import glob
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request

ETCD, PATRONI = "/usr/bin/etcd", "/usr/bin/patroni"
PATIENCE = 300

CONFIGURATION = """
scope: registry
name: {name}
restapi:
  listen: 127.0.0.1:{api}
  connect_address: 127.0.0.1:{api}
etcd:
  host: 127.0.0.1:{etcd}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 5
    retry_timeout: 5
    synchronous_mode: true
    synchronous_mode_strict: true
    postgresql:
      use_pg_rewind: true
      parameters:
        max_connections: 60
        wal_log_hints: "on"
  initdb:
    - encoding: UTF8
    - locale: C.UTF-8
    - data-checksums
  pg_hba:
    - host all all 127.0.0.1/32 trust
    - host replication all 127.0.0.1/32 trust
    - local all all trust
postgresql:
  listen: 127.0.0.1:{port}
  connect_address: 127.0.0.1:{port}
  data_dir: {place}/{name}/data
  bin_dir: {bin}
  pgpass: {place}/{name}/pgpass
  authentication:
    superuser: {{username: postgres}}
    replication: {{username: replicator}}
    rewind: {{username: postgres}}
  parameters:
    unix_socket_directories: {place}/{name}
"""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def children(pid):
    """The process and all below it."""
    done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [pid] + [below for child in done.stdout.split() for below in children(int(child))]


class Cluster:
    def __init__(self, nodes=3):
        binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: float(path.split("/")[-2]))
        if not binaries or not os.path.exists(ETCD) or not os.path.exists(PATRONI):
            raise unittest.SkipTest("SKIP: 没有安装 patroni、etcd-server 或 postgresql / patroni, etcd-server or postgresql"
                                    " is not installed")
        self.place, self.processes = tempfile.mkdtemp(prefix="registry-ha-"), {}
        self.user = pwd.getpwnam("postgres") if os.getuid() == 0 else None
        if self.user:
            os.chown(self.place, self.user.pw_uid, self.user.pw_gid)
        self.names = [f"node{i}" for i in range(1, nodes + 1)]
        ports = free_ports(2 * nodes + 2)
        self.etcd, peer = ports[:2]
        self.api, self.ports = dict(zip(self.names, ports[2::2])), dict(zip(self.names, ports[3::2]))
        client, other = f"http://127.0.0.1:{self.etcd}", f"http://127.0.0.1:{peer}"
        self.run("etcd", ETCD, "--enable-v2=true",  # why v2: docs/high-availability.md
                 "--data-dir", f"{self.place}/etcd", "--listen-client-urls", client, "--advertise-client-urls", client,
                 "--listen-peer-urls", other, "--initial-advertise-peer-urls", other, "--initial-cluster", f"default={other}")
        for name in self.names:
            os.mkdir(f"{self.place}/{name}", 0o700)
            if self.user:
                os.chown(f"{self.place}/{name}", self.user.pw_uid, self.user.pw_gid)
            with open(f"{self.place}/{name}.yml", "w", encoding="ascii") as file:
                file.write(CONFIGURATION.format(name=name, api=self.api[name], port=self.ports[name], etcd=self.etcd,
                                                place=self.place, bin=binaries[-1]))
            self.start(name)
        self.wait_whole()

    def run(self, name, *command):
        def become():
            if self.user:
                os.initgroups("postgres", self.user.pw_gid)
                os.setgid(self.user.pw_gid)
                os.setuid(self.user.pw_uid)

        with open(f"{self.place}/{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(  # pylint: disable=consider-using-with,subprocess-popen-preexec-fn
                command, stdout=log, stderr=log, preexec_fn=become, cwd=self.place, start_new_session=True,
                env={"PATH": os.environ["PATH"], "HOME": self.place, "LC_ALL": "C.UTF-8"})

    def start(self, name):
        self.run(name, "/usr/bin/python3", PATRONI, f"{self.place}/{name}.yml")

    def url(self, database):
        hosts = ",".join(f"127.0.0.1:{self.ports[name]}" for name in self.names)
        return f"postgresql://postgres@{hosts}/{database}?target_session_attrs=read-write&connect_timeout=2"

    def members(self):
        """What the first node that answers says of all: name, role, state."""
        for name in self.names:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.api[name]}/cluster", timeout=2) as answer:
                    return json.load(answer)["members"]
            except OSError:
                continue
        return []

    def leader(self):
        leaders = [member["name"] for member in self.members() if member["role"] == "leader" and member["state"] == "running"]
        return leaders[0] if len(leaders) == 1 else None

    def writable(self):
        """Who takes itself for the leader. A leader that was frozen does so, too, until its patroni has looked."""
        found = []
        for name in self.names:
            done = subprocess.run(["psql", "-X", "-A", "-t", "-c", "SELECT pg_is_in_recovery()",
                                   f"postgresql://postgres@127.0.0.1:{self.ports[name]}/postgres?connect_timeout=20"],
                                  capture_output=True, text=True, timeout=PATIENCE, check=False)
            if done.stdout.strip() != "t":
                found.append(name)
        return found

    def is_whole(self):
        """A leader, everybody runs, and one standby has every COMMIT that was answered."""
        members = self.members()
        return (len(members) == len(self.names) and all(member["state"] in ("running", "streaming") for member in members)
                and any(member["role"] == "sync_standby" for member in members) and self.leader() is not None
                and self.writable() == [self.leader()])

    def wait_whole(self):
        end = time.monotonic() + PATIENCE
        while not self.is_whole():
            assert time.monotonic() < end, f"the cluster is not whole: {self.members()}\n{self.logs()}"
            time.sleep(0.2)

    def logs(self):
        text = ""
        for path in sorted(glob.glob(f"{self.place}/*.log")):
            with open(path, encoding="utf-8", errors="replace") as file:
                text += f"---- {path}\n" + "".join(file.readlines()[-15:])
        return text

    def pids(self, name):
        """Its patroni, its postmaster, every backend. Patroni makes the postmaster no child of its own."""
        pids = children(self.processes[name].pid)
        try:
            with open(f"{self.place}/{name}/data/postmaster.pid", encoding="ascii") as file:
                pids += children(int(file.readline()))
        except FileNotFoundError:
            pass
        return list(dict.fromkeys(pids))

    def signal(self, name, number):
        for pid in self.pids(name):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def kill(self, name):
        self.signal(name, signal.SIGKILL)
        self.processes.pop(name).wait()

    def close(self):
        for name in list(self.processes):
            if name != "etcd":
                self.kill(name)
        if "etcd" in self.processes:
            self.processes["etcd"].kill()
            self.processes["etcd"].wait()
        shutil.rmtree(self.place, ignore_errors=True)
