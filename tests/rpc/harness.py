"""A registry in a temporary directory, registryd beside it, and a channel for every caller.

    registry = Registry("gm").start()
    answer = submit(registry.channel("window"), filing("01"), "request-1")
    registry.close()                # SIGTERM; fails unless registryd ends with 0

REGISTRYD and REGISTRYCTL name the programs; PYTHONPATH holds the message classes that protoc made of proto/.
"""
import copy
import glob
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.request

import grpc
from google.protobuf import json_format
from registry.v1 import filing_service_pb2 as filing_pb
from registry.v1 import ledger_pb2 as ledger_pb
from registry.v1 import licence_service_pb2 as licence_pb
from registry.v1 import model_pb2 as model_pb

REGISTRYD, REGISTRYCTL = os.environ["REGISTRYD"], os.environ["REGISTRYCTL"]
SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
FILINGS = os.path.join(SOURCE, "examples", "filings")
PATIENCE = 120  # seconds until a call or a process is given up; nothing is asserted on time


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen")
        time.sleep(0.02)


def run(*arguments, timeout=PATIENCE * 5, **options):
    return subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True, timeout=timeout,
                          check=False, **options)


def ctl(*arguments, **options):
    return run(REGISTRYCTL, *arguments, **options)


class Registry:
    def __init__(self, suite="gm", configuration="", options=()):
        self.suite, self.process, self.channels = suite, None, []
        self.root = tempfile.mkdtemp(prefix="registry-rpc-")
        self.dir = os.path.join(self.root, "registry")
        done = ctl("init", self.dir, "--suite", suite, *options)
        assert done.returncode == 0, done.stderr
        self.configure(lambda text: re.sub("^port = .*", "port = 0", text, flags=re.MULTILINE) + configuration)

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def read(self, *parts):
        with open(self.path(*parts), "rb") as file:
            return file.read()

    def configure(self, change):
        text = change(self.read("registry.conf").decode())
        with open(self.path("registry.conf"), "w", encoding="utf-8") as file:
            file.write(text)

    # ---- the daemon

    def start(self):
        if os.path.exists(self.path("run", "port")):
            os.unlink(self.path("run", "port"))  # a killed daemon leaves it
        with open(os.path.join(self.root, "log"), "ab") as log:
            self.process = subprocess.Popen([REGISTRYD, "--dir", self.dir], stdout=log, stderr=log)
        wait_for(lambda: os.path.exists(self.path("run", "port")) or self.process.poll() is not None, "listening")
        if self.process.poll() is not None:
            self.process = None
            raise AssertionError("registryd did not start: " + self.log())
        return self

    def log(self):
        with open(os.path.join(self.root, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def end(self, number=signal.SIGTERM):
        """The exit code; of a signal -number."""
        for channel in self.channels:
            channel.close()
        self.channels = []
        self.process.send_signal(number)
        code, self.process = self.process.wait(timeout=PATIENCE), None
        return code

    def close(self):
        try:
            if self.process:
                code = self.end()
                assert code == 0, f"registryd ended with {code}:\n{self.log()}"
        finally:
            shutil.rmtree(self.root, ignore_errors=True)

    def port(self, name="port"):
        return int(self.read("run", name))

    # ---- callers

    def certificate(self, name, alt):
        """A certificate NAME of the registry's CA with this subjectAltName; '' for none."""
        key, request, made = (self.path("tls", name + suffix) for suffix in (".key", ".csr", ".crt"))
        extensions = os.path.join(self.root, "extensions")
        with open(extensions, "w", encoding="ascii") as file:
            file.write("extendedKeyUsage = clientAuth\n" + (f"subjectAltName = {alt}\n" if alt else ""))
        for arguments in (
                ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                 "-keyout", key, "-out", request],
                ["x509", "-req", "-in", request, "-CA", self.path("tls", "ca.crt"), "-CAkey", self.path("tls", "ca.key"),
                 "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", made]):
            done = run("openssl", *arguments)
            assert done.returncode == 0, done.stderr

    def channel(self, caller=None):
        """A connection of its own; of nobody where no caller is named."""
        pair = (self.read("tls", f"{caller}.key"), self.read("tls", f"{caller}.crt")) if caller else (None, None)
        credentials = grpc.ssl_channel_credentials(self.read("tls", "ca.crt"), *pair)
        channel = grpc.secure_channel(f"127.0.0.1:{self.port()}", credentials,
                                      options=[("grpc.use_local_subchannel_pool", 1)])
        self.channels.append(channel)
        return channel

    # ---- the tool and the store

    def ctl(self, *arguments):
        return ctl("--dir", self.dir, *arguments)

    def head(self):
        done = self.ctl("--format", "json", "ledger", "head")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def sql(self, statement, *values):
        store = sqlite3.connect(self.path("registry.db"), timeout=PATIENCE)
        try:
            with store:
                return store.execute(statement, values).fetchall()
        finally:
            store.close()


# ---- filings ----------------------------------------------------------------------------------------------------------


def example_paths():
    return sorted(glob.glob(os.path.join(FILINGS, "*.json")))


def example_accepted(path):
    """Is this one of the examples that lead to a licence? The others come back."""
    return os.path.basename(path)[:2] not in ("09", "10")


def filing(prefix):
    """The example filing whose file name begins so."""
    path, = (path for path in example_paths() if os.path.basename(path).startswith(prefix))
    with open(path, encoding="utf-8") as file:
        return json_format.Parse(file.read(), model_pb.Filing())


HAN = "春夏秋冬东南西北山川江河湖海云雨风雪松竹梅兰"


def variant(number):
    """The limited company of example 01 under a name of its own."""
    made = copy.deepcopy(filing("01"))
    name = made.entity.name
    trade_name = "示例" + "".join(HAN[number // len(HAN) ** i % len(HAN)] for i in range(4))
    name.full = name.full.replace(name.trade_name, trade_name)
    name.trade_name = trade_name
    return made


# ---- calls ------------------------------------------------------------------------------------------------------------


def raw(channel, path, message):
    """Bytes in, bytes out: what was really sent is what is compared."""
    return channel.unary_unary(path)(message, timeout=PATIENCE)


def call(channel, path, request, response):
    return response.FromString(raw(channel, "/registry.v1." + path, request.SerializeToString()))


def submission(made, request_id):
    return filing_pb.SubmitFilingRequest(request_id=request_id, filing=made).SerializeToString()


def submit_raw(channel, made, request_id):
    return raw(channel, "/registry.v1.FilingService/SubmitFiling", submission(made, request_id))


def submit(channel, made, request_id):
    return filing_pb.SubmitFilingResponse.FromString(submit_raw(channel, made, request_id))


def validate(channel, made):
    return call(channel, "FilingService/ValidateFiling", filing_pb.ValidateFilingRequest(filing=made),
                filing_pb.ValidateFilingResponse)


def get_case(channel, number):
    answer = call(channel, "FilingService/GetCase", filing_pb.GetCaseRequest(number=number), filing_pb.GetCaseResponse)
    return answer.filed_case


def get_licence_raw(channel, code, at_least=None):
    return raw(channel, "/registry.v1.LicenceService/GetLicence",
               licence_pb.GetLicenceRequest(credit_code=code, at_least=at_least).SerializeToString())


def get_licence(channel, code, at_least=None):
    return licence_pb.GetLicenceResponse.FromString(get_licence_raw(channel, code, at_least))


def metric(registry, name):
    """The value of a metric without labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{registry.port('ops-port')}/metrics", timeout=PATIENCE) as answer:
        value, = (line.split()[1] for line in answer.read().decode().splitlines() if line.startswith(name + " "))
    return float(value)


def verify(channel, **credential):
    return call(channel, "LicenceService/VerifyCredential", licence_pb.VerifyCredentialRequest(**credential),
                licence_pb.VerifyCredentialResponse)


def record_of(entry):
    """Concatenating the sections' bytes merges them."""
    return ledger_pb.Record.FromString(b"".join(section.bytes for section in entry.sections))
