#!/usr/bin/python3
"""The daemon as a process: how it refuses to start, what it says of itself, how it goes down.

test_daemon.py REGISTRYD REGISTRYCTL PROTO_DIR
"""
import concurrent.futures
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

import grpc

REGISTRYD, REGISTRYCTL, PROTO = sys.argv[1:4]
WORK = tempfile.mkdtemp(prefix="registryd-test-")
PATTERN = os.path.join(WORK, "pattern")  # a fresh registry, copied for each test
os.mkdir(os.path.join(WORK, "generated"))
# flat, since packages under grpc/ are hidden by the installed grpc
subprocess.run(["protoc", f"-I{PROTO}/grpc/health/v1", f"-I{PROTO}/grpc/reflection/v1", "--python_out=" + WORK + "/generated",
                "health.proto", "reflection.proto"], check=True)
subprocess.run(["protoc", f"-I{PROTO}", "--python_out=" + WORK + "/generated"] +
               [f"registry/v1/{name}.proto" for name in ("model", "ledger", "licence_service", "filing_service")], check=True)
sys.path.insert(0, os.path.join(WORK, "generated"))
import health_pb2  # noqa: E402
import reflection_pb2  # noqa: E402
from registry.v1 import filing_service_pb2, licence_service_pb2, model_pb2  # noqa: E402
from google.protobuf import descriptor_pb2  # noqa: E402


def registry():
    """A fresh registry with free ports."""
    if not os.path.exists(PATTERN):
        subprocess.run([REGISTRYCTL, "init", PATTERN], check=True, stdout=subprocess.DEVNULL)
        edit(PATTERN, "port = 7443", "port = 0")
        edit(PATTERN, "port = 7480", "port = 0")
    directory = tempfile.mkdtemp(dir=WORK)
    shutil.copytree(PATTERN, directory, dirs_exist_ok=True)
    return directory


def edit(directory, old, new):
    path = os.path.join(directory, "registry.conf")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert old in text, f"{old!r} is not in {path}"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(old, new, 1))


def append(directory, text):
    with open(os.path.join(directory, "registry.conf"), "a", encoding="utf-8") as file:
        file.write(text)


def run(*arguments):
    return subprocess.run([REGISTRYD, *arguments], capture_output=True, text=True, timeout=60, check=False)


def wait_for(condition, what):
    for _ in range(600):
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within half a minute")


class Daemon:
    def __init__(self, directory, *arguments):
        self.directory = directory
        self.process = subprocess.Popen([REGISTRYD, "--dir", directory, *arguments], stderr=subprocess.PIPE, text=True)
        self.lines = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stderr), daemon=True)
        self.reader.start()
        wait_for(lambda: os.path.exists(f"{directory}/run/port") or self.process.poll() is not None, "listening")
        if self.process.poll() is not None:
            raise AssertionError("registryd did not start: " + "".join(self.lines))
        self.port, self.ops_port = self.number("port"), self.number("ops-port")

    def number(self, name):
        with open(f"{self.directory}/run/{name}", encoding="ascii") as file:
            return int(file.read())

    def channel(self, caller=None):
        def read(name):
            with open(f"{self.directory}/tls/{name}", "rb") as file:
                return file.read()

        pair = (read(f"{caller}.key"), read(f"{caller}.crt")) if caller else (None, None)
        return grpc.secure_channel(f"127.0.0.1:{self.port}", grpc.ssl_channel_credentials(read("ca.crt"), *pair))

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ops_port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def end(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        self.reader.join()
        self.process.stderr.close()
        return code


def call(channel, path, message, response, timeout=30):
    return channel.unary_unary(path, response_deserializer=response.FromString)(message, timeout=timeout)


class Faults(unittest.TestCase):
    """A wrong set-up: one clear line, exit 2, nothing listens."""

    def refused(self, directory, expected, *arguments):
        done = run("--dir", directory, *arguments)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        self.assertIn(expected, done.stderr)
        self.assertIn(" / ", done.stderr, "both languages")
        self.assertFalse(os.path.exists(f"{directory}/run/port"))

    def test_configuration(self):
        directory = registry()
        append(directory, "\n[limits]\nmesage_bytes = 1000\n")
        for arguments in ((), ("--check-config",)):
            self.refused(directory, '[limits] has no option "mesage_bytes"', *arguments)

    def test_no_registry(self):
        self.refused(os.path.join(WORK, "nowhere"), "nowhere/registry.conf")

    def test_tls_key_that_others_can_read(self):
        directory = registry()
        os.chmod(f"{directory}/tls/server.key", 0o640)
        self.refused(directory, "chmod 600")

    def test_signing_key_that_others_can_read(self):
        directory = registry()
        os.chmod(f"{directory}/keys/issuer.key", 0o644)
        self.refused(directory, "issuer.key")

    def test_missing_store(self):
        directory = registry()
        edit(directory, "sqlite:registry.db", "sqlite:other.db")
        self.refused(directory, "other.db")

    def test_damaged_certificate(self):
        directory = registry()
        with open(f"{directory}/tls/server.crt", "w", encoding="ascii") as file:
            file.write("nothing")
        for arguments in ((), ("--check-config",)):
            self.refused(directory, "server.crt", *arguments)

    def test_port_in_use(self):
        for section, port in (("[listen]", 0), ("[ops]", 0)):
            with socket.socket() as taken:
                taken.bind(("127.0.0.1", 0))
                taken.listen()
                directory, number = registry(), taken.getsockname()[1]
                edit(directory, f"{section}\naddress = 127.0.0.1\nport = {port}", f"{section}\naddress = 127.0.0.1\nport = {number}")
                self.refused(directory, str(number))
                self.assertEqual(run("--dir", directory, "--check-config").returncode, 0, "checking needs no port")

    def test_insecure_beyond_this_machine(self):
        directory = registry()
        edit(directory, "address = 127.0.0.1", "address = 0.0.0.0")
        self.refused(directory, "0.0.0.0", "--insecure-caller", "registry:window")

    def test_insecure_caller_unknown(self):
        self.refused(registry(), "registry:nobody", "--insecure-caller", "registry:nobody")

    def test_command_line(self):
        self.assertEqual(run("--nonsense").returncode, 2)
        self.assertEqual(run("--dir", "x", "extra").returncode, 2)
        for argument, expected in (("--help", "--check-config"), ("--version", "registryd "), ("--list-options", "## [listen]")):
            done = run(argument)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(expected, done.stdout)

    def test_check_config_good(self):
        done = run("--dir", registry(), "--check-config")
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class Serving(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(registry())

    @classmethod
    def tearDownClass(cls):
        assert cls.daemon.end() == 0, cls.daemon.lines

    def status(self, caller, path, message=b""):
        with self.daemon.channel(caller) as channel, self.assertRaises(grpc.RpcError) as caught:
            channel.unary_unary(path)(message, timeout=30)
        self.assertTrue(caught.exception.details(), "every error says what to do")
        return caught.exception.code()

    def test_errors(self):
        code = grpc.StatusCode
        licence = licence_service_pb2.GetLicenceRequest(credit_code="91341300MA00000000").SerializeToString()
        for caller, path, message, expected in (
                (None, "/registry.v1.LicenceService/GetLicence", licence, code.UNAUTHENTICATED),
                ("tax", "/registry.v1.FilingService/SubmitFiling", b"", code.PERMISSION_DENIED),
                ("auditor", "/registry.v1.FilingService/GetCase", b"", code.PERMISSION_DENIED),
                ("window", "/registry.v1.FilingService/SubmitFiling", b"", code.INVALID_ARGUMENT),
                ("window", "/registry.v1.FilingService/SubmitFiling", b"\x0a\xff", code.INVALID_ARGUMENT),
                ("window", "/registry.v1.FilingService/SubmitFiling", b"\x0a\x02\xc3\x28", code.INVALID_ARGUMENT),
                ("window", "/registry.v1.FilingService/SubmitFiling", b"\x0a\x02a\x00", code.INVALID_ARGUMENT),
                ("window", "/registry.v1.FilingService/SubmitFiling", b"\xf8\x3f\x01", code.INVALID_ARGUMENT),
                ("window", "/registry.v1.FilingService/Nothing", b"", code.UNIMPLEMENTED),
                ("window", "/registry.v1.Nothing/SubmitFiling", b"", code.UNIMPLEMENTED),
                ("window", "/registry.v1.FilingService/GetCase", b"\x08\xe7\x07", code.NOT_FOUND)):
            with self.subTest(path=path, message=message):
                self.assertEqual(self.status(caller, path, message), expected)

    def test_health(self):
        for service, expected in (("", 1), ("registry.v1.FilingService", 1), ("grpc.health.v1.Health", 1)):
            with self.daemon.channel() as channel:
                request = health_pb2.HealthCheckRequest(service=service).SerializeToString()
                answer = call(channel, "/grpc.health.v1.Health/Check", request, health_pb2.HealthCheckResponse)
                self.assertEqual(answer.status, expected)
        self.assertEqual(self.status(None, "/grpc.health.v1.Health/Check", b"\x0a\x01x"), grpc.StatusCode.NOT_FOUND)

    def test_reflection_is_the_protos(self):
        made = os.path.join(WORK, "set.binpb")
        names = [os.path.relpath(os.path.join(folder, name), PROTO) for folder, _, files in os.walk(PROTO) for name in files
                 if name.endswith(".proto")]
        subprocess.run(["protoc", f"-I{PROTO}", "--include_imports", "--descriptor_set_out=" + made, *names], check=True)
        with open(made, "rb") as file:
            expected = {proto.name: proto for proto in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file}
        for version in ("v1", "v1alpha"):
            with self.daemon.channel("tax") as channel:
                ask = channel.stream_stream(f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
                                            request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
                                            response_deserializer=reflection_pb2.ServerReflectionResponse.FromString)
                questions = [reflection_pb2.ServerReflectionRequest(list_services="")]
                questions += [reflection_pb2.ServerReflectionRequest(file_by_filename=name) for name in sorted(expected)]
                answers = list(ask(iter(questions), timeout=30))
            services = {service.name for service in answers[0].list_services_response.service}
            self.assertEqual(services, {f"{proto.package}.{service.name}" for proto in expected.values() for service in proto.service})
            served = {}
            for answer in answers[1:]:
                for blob in answer.file_descriptor_response.file_descriptor_proto:
                    proto = descriptor_pb2.FileDescriptorProto.FromString(blob)
                    served[proto.name] = proto
            self.assertEqual(served, expected)

    def test_ops(self):
        status, text = self.daemon.get("/healthz")
        self.assertEqual(status, 200)
        self.assertRegex(text, r"^ok, tree size \d+\n$")
        with self.daemon.channel() as channel:
            call(channel, "/grpc.health.v1.Health/Check", b"", health_pb2.HealthCheckResponse)
        status, text = self.daemon.get("/metrics")
        self.assertEqual(status, 200)
        self.assertRegex(text, r'registry_build_info\{version="[0-9.]+",suite="gm",role="registrar"\} 1')
        self.assertRegex(text, r'registry_calls_total\{method="/grpc.health.v1.Health/Check",status="OK"\} [1-9]')
        self.assertRegex(text, r"registry_tree_size \d+\n")
        self.assertEqual(self.daemon.get("/registry.conf")[0], 404)


    def test_same_request_64_times(self):
        """A filing that lacks nearly everything is a case, filed once however often it is sent."""
        def submit(name):
            request = filing_service_pb2.SubmitFilingRequest(request_id="same")
            request.filing.kind, request.filing.authority = 1, 341300
            request.filing.entity.type, request.filing.entity.name.full = 1151, name
            request.filing.actor.staff_number = "A001"
            with self.daemon.channel("window") as channel:
                return call(channel, "/registry.v1.FilingService/SubmitFiling", request.SerializeToString(),
                            filing_service_pb2.SubmitFilingResponse)

        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            answers = list(pool.map(submit, ["宿州市示例科技有限公司"] * 64))
        self.assertEqual(len({answer.SerializeToString() for answer in answers}), 1)
        case = answers[0].filed_case
        self.assertEqual(case.state, model_pb2.CASE_STATE_RETURNED)
        self.assertGreater(len(case.findings), 1, "all findings at once")
        with self.daemon.channel("operator") as channel:
            request = filing_service_pb2.GetCaseRequest(number=case.number).SerializeToString()
            answer = call(channel, "/registry.v1.FilingService/GetCase", request, filing_service_pb2.GetCaseResponse)
        self.assertEqual(answer.filed_case.state, case.state)
        with self.assertRaises(grpc.RpcError) as caught:
            submit("宿州市别的科技有限公司")
        self.assertEqual(caught.exception.code(), grpc.StatusCode.ALREADY_EXISTS)


class GoingDown(unittest.TestCase):
    def test_sigterm(self):
        daemon = Daemon(registry())
        with daemon.channel() as channel:
            watch = channel.unary_stream("/grpc.health.v1.Health/Watch", response_deserializer=health_pb2.HealthCheckResponse.FromString)
            answers = watch(b"", timeout=60)
            self.assertEqual(next(answers).status, health_pb2.HealthCheckResponse.SERVING)
            daemon.process.send_signal(signal.SIGTERM)
            with self.assertRaises(grpc.RpcError) as caught:
                for answer in answers:
                    self.assertEqual(answer.status, health_pb2.HealthCheckResponse.NOT_SERVING)
            self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(daemon.end(), 0, daemon.lines)
        self.assertFalse(os.path.exists(f"{daemon.directory}/run/port"))

    def test_second_sigterm(self):
        """A writer that cannot finish holds the first SIGTERM up, not the second."""
        directory = registry()
        append(directory, "\n[limits]\ndrain_ms = 600000\n")
        daemon = Daemon(directory)
        store = sqlite3.connect(f"{directory}/registry.db", isolation_level=None)
        store.execute("BEGIN IMMEDIATE")
        with daemon.channel("window") as channel:
            submit = channel.unary_unary("/registry.v1.FilingService/SubmitFiling",
                                         response_deserializer=filing_service_pb2.SubmitFilingResponse.FromString)

            def waits():
                """One more filing; true once one of them is behind those that the writer holds."""
                request = filing_service_pb2.SubmitFilingRequest(request_id=f"held {len(held)}")
                request.filing.kind, request.filing.authority = 1, 341300
                request.filing.entity.type = 1151
                held.append(submit.future(request.SerializeToString(), timeout=60))
                return re.search(r"^registry_queue_length [1-9]", daemon.get("/metrics")[1], re.M)

            held = []
            wait_for(waits, "waiting")
            daemon.process.send_signal(signal.SIGTERM)
            wait_for(lambda: not os.path.exists(f"{directory}/run/port"), "going down")
            self.assertEqual(daemon.end(), 1, daemon.lines)
        store.close()
        self.assertFalse([line for line in daemon.lines if "cannot be written" in line], "nobody waited for the writer")

    def test_kill_and_start_again(self):
        directory = registry()
        Daemon(directory).end(signal.SIGKILL)
        self.assertTrue(os.path.exists(f"{directory}/run/port"))
        os.unlink(f"{directory}/run/port")
        self.assertEqual(Daemon(directory).end(), 0)

    def test_insecure(self):
        daemon = Daemon(registry(), "--insecure-caller", "registry:window")
        with grpc.insecure_channel(f"127.0.0.1:{daemon.port}") as channel, self.assertRaises(grpc.RpcError) as caught:
            call(channel, "/registry.v1.FilingService/SubmitFiling", b"", filing_service_pb2.SubmitFilingResponse)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
        self.assertEqual(daemon.end(signal.SIGINT), 0)


if __name__ == "__main__":
    try:
        unittest.main(argv=sys.argv[:1], verbosity=1)
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
