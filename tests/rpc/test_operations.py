"""Setting up wrongly, watching, going down, and the tool beside the daemon."""
import concurrent.futures
import json
import os
import signal
import tempfile
import threading
import unittest
import urllib.request

import grpc
from google.protobuf import json_format
from harness import (REGISTRYD, Registry, example_paths, filing_pb, get_case, get_licence, model_pb,
                     record_of, run, submit_raw, variant, wait_for)


class Faults(unittest.TestCase):
    """One clear line and exit 2 before listening."""

    def setUp(self):
        self.registry = Registry("gm")
        self.addCleanup(self.registry.close)

    def refused(self, *expected, arguments=()):
        done = run(REGISTRYD, "--dir", self.registry.dir, *arguments, timeout=20)  # serving is failing
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        for text in expected:
            self.assertIn(text, done.stderr)
        self.assertFalse(os.path.exists(self.registry.path("run", "port")))

    def test_check_config(self):
        done = run(REGISTRYD, "--dir", self.registry.dir, "--check-config")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertFalse(os.path.exists(self.registry.path("run", "port")))

    def test_unknown_key(self):
        line = len(self.registry.read("registry.conf").decode().splitlines()) + 3
        self.registry.configure(lambda text: text + "\n[log]\nlouder = yes\n")
        for arguments in ((), ("--check-config",)):
            self.refused(f"registry.conf:{line}", "louder", arguments=arguments)

    def test_keys_that_others_can_read(self):
        for name in ("keys/issuer.key", "keys/log.key", "keys/receipt.key", "keys/master.key", "tls/server.key"):
            with self.subTest(name):
                os.chmod(self.registry.path(name), 0o644)
                for arguments in ((), ("--check-config",)):
                    self.refused(os.path.basename(name), arguments=arguments)
                os.chmod(self.registry.path(name), 0o600)

    def test_missing_key(self):
        os.unlink(self.registry.path("keys/issuer.key"))
        self.refused("issuer.key")

    def test_keys_of_another_registry(self):
        other = Registry("gm")
        self.addCleanup(other.close)
        for name in ("issuer", "log", "receipt"):
            with self.subTest(name):
                path = self.registry.path("keys", name + ".key")
                own = self.registry.read("keys", name + ".key")
                for data in (other.read("keys", name + ".key"), own):
                    with open(path, "wb") as file:
                        file.write(data)
                    if data != own:
                        self.refused("keys")

    def test_store_of_another_version_or_suite(self):
        for statement, word in (("UPDATE meta SET version = 9, oldest = 9", "版本"), ("UPDATE meta SET suite = 2", "套件")):
            with self.subTest(statement):
                self.registry = Registry("gm")
                self.addCleanup(self.registry.close)
                self.registry.sql(statement)
                for arguments in ((), ("--check-config",)):
                    self.refused(word, arguments=arguments)
                done = self.registry.ctl("ledger", "head")
                self.assertEqual(done.returncode, 2)
                self.assertIn(word, done.stderr)

    def test_store_of_another_registry(self):
        for suite in ("gm", "intl"):
            other = Registry(suite)
            self.addCleanup(other.close)
            with open(self.registry.path("registry.db"), "wb") as file:
                file.write(other.read("registry.db"))
            self.refused("keys")


class Setups(unittest.TestCase):
    def test_passphrase(self):
        with tempfile.NamedTemporaryFile("w", suffix=".passphrase") as file:
            file.write("a horse of the stable\n")
            file.flush()
            registry = Registry("gm", options=("--passphrase-file", file.name))
            self.addCleanup(registry.close)
            self.assertEqual(run(REGISTRYD, "--dir", registry.dir, "--check-config").returncode, 2, "not named yet")
            registry.configure(lambda text: text.replace("[listen]", f"passphrase_file = {file.name}\n\n[listen]"))
            registry.start()
            answer = filing_pb.SubmitFilingResponse.FromString(submit_raw(registry.channel("window"), variant(0), "sealed"))
            self.assertEqual(answer.filed_case.state, model_pb.CASE_STATE_ACCEPTED)
            self.assertEqual(registry.ctl("ledger", "check").returncode, 0)

    def test_node(self):
        """A node takes the code and the day that the province's system gave."""
        registry = Registry("gm", options=("--role", "node")).start()
        self.addCleanup(registry.close)
        made = variant(0)
        made.assigned_code, made.entity.established = "91341300MA0000007W", "2026-03-02"
        answer = filing_pb.SubmitFilingResponse.FromString(submit_raw(registry.channel("window"), made, "node"))
        self.assertEqual(answer.filed_case.credit_code, made.assigned_code,
                         [finding.message_en for finding in answer.filed_case.findings])
        record = record_of(answer.licence.entry).licence
        self.assertEqual((record.credit_code, record.established), (made.assigned_code, made.entity.established))
        again = filing_pb.SubmitFilingResponse.FromString(submit_raw(registry.channel("window"), made, "node again"))
        self.assertEqual(again.filed_case.state, model_pb.CASE_STATE_RETURNED, "the code is taken")


class Running(unittest.TestCase):
    def setUp(self):
        self.registry = Registry("gm").start()
        self.addCleanup(self.registry.close)

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.registry.port('ops-port')}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()

    def test_ops(self):
        submit_raw(self.registry.channel("window"), variant(0), "ops")
        self.assertEqual(self.get("/healthz"), (200, "ok, tree size 3\n"))
        status, text = self.get("/metrics")
        self.assertEqual(status, 200)
        self.assertIn('registry_calls_total{method="/registry.v1.FilingService/SubmitFiling",status="OK"} 1', text)
        self.assertIn("registry_tree_size 3\n", text)

    def test_tool_beside_the_daemon(self):
        """The tool is one more writer; each sees what the other wrote."""
        window, path = self.registry.channel("window"), example_paths()[0]
        submit_raw(window, variant(0), "first")
        done = self.registry.ctl("--format", "json", "filing", "submit", path, "--request-id", "by hand")
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout)
        code, number = answer["filedCase"]["creditCode"], int(answer["filedCase"].get("number", 0))
        self.assertEqual(number, 3)
        self.assertEqual(get_licence(window, code).status.position, number)
        self.assertEqual(get_case(window, number).credit_code, code)
        third = filing_pb.SubmitFilingResponse.FromString(submit_raw(window, variant(1), "third"))
        self.assertEqual(third.filed_case.number, number + 1)
        self.assertNotEqual(third.filed_case.credit_code, code)
        # one caller, one id: the operator's channel gets what the tool filed
        with open(path, encoding="utf-8") as file:
            same = filing_pb.SubmitFilingRequest(request_id="by hand")
            json_format.Parse(file.read(), same.filing)
        again = filing_pb.SubmitFilingResponse.FromString(
            submit_raw(self.registry.channel("operator"), same.filing, same.request_id))
        self.assertEqual(again.filed_case.number, number)
        wait_for(lambda: self.get("/healthz")[1] == "ok, tree size 5\n", "the daemon's tree size")
        self.assertEqual(self.registry.ctl("ledger", "check").returncode, 0)

    def test_both_write_at_once(self):
        window = self.registry.channel("window")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            calls = [pool.submit(submit_raw, window, variant(100 + i), f"daemon {i}") for i in range(40)]
            tools = [pool.submit(self.registry.ctl, "filing", "submit", example_paths()[i], "--request-id", f"tool {i}")
                     for i in range(4)]
            self.assertEqual([tool.result().returncode for tool in tools], [0] * 4, [tool.result().stderr for tool in tools])
            answers = [filing_pb.SubmitFilingResponse.FromString(each.result()) for each in calls]
        self.assertEqual({answer.filed_case.state for answer in answers}, {model_pb.CASE_STATE_ACCEPTED})
        self.assertEqual(self.registry.head()["size"], str(2 + 40 + 4))
        self.assertEqual(self.registry.ctl("ledger", "check").returncode, 0)

    def test_drain(self):
        """SIGTERM: what was begun is finished, the exit code is 0, and whoever was answered is in the ledger."""
        answers, started = {}, threading.Event()

        def stream(first):
            channel = self.registry.channel("window")
            for number in range(first, first + 10000):
                try:
                    answers[number] = submit_raw(channel, variant(number), f"drain {number}")
                except grpc.RpcError as error:
                    return error.code()
                if len(answers) > 20:
                    started.set()

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            streams = [pool.submit(stream, 10000 * i) for i in range(4)]
            self.assertTrue(started.wait(60))
            self.registry.process.send_signal(signal.SIGTERM)
            for each in streams:
                self.assertEqual(each.result(), grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(self.registry.process.wait(60), 0, self.registry.log())
        self.registry.start()
        window = self.registry.channel("window")
        for number, answer in answers.items():
            self.assertEqual(submit_raw(window, variant(number), f"drain {number}"), answer)
