"""Node's @grpc/grpc-js, unmodified, submits and reads (examples/node/client.js)."""
import json
import os
import unittest

from harness import SOURCE, Registry, example_accepted, example_paths, run

CLIENT = os.path.join(SOURCE, "examples", "node", "client.js")
MODULES = os.path.join(SOURCE, "tests", "clients", "node", "node_modules")


class Node(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not os.path.isdir(os.path.join(MODULES, "@grpc", "grpc-js")):
            print("SKIP: no @grpc/grpc-js; run `npm ci` in tests/clients/node", flush=True)
            raise unittest.SkipTest("no @grpc/grpc-js")
        cls.registry = Registry("gm").start()
        cls.addClassCleanup(cls.registry.close)

    def client(self, caller, *arguments):
        return run("node", CLIENT, "--tls", self.registry.path("tls"), "--port", self.registry.port(), "--as", caller,
                   *arguments, env={**os.environ, "NODE_PATH": MODULES})

    def test_submit_and_get(self):
        paths = example_paths()
        for path in (next(filter(example_accepted, paths)), next(path for path in paths if not example_accepted(path))):
            accepted = example_accepted(path)
            done = self.client("window", "submit", path, "node " + path[-40:])
            self.assertEqual(done.returncode, 0 if accepted else 1, done.stderr)
            case = json.loads(done.stdout)
            self.assertEqual(case["state"], "CASE_STATE_ACCEPTED" if accepted else "CASE_STATE_RETURNED")
            if not accepted:
                self.assertTrue(case["findings"])
                continue
            again = self.client("window", "submit", path, "node " + path[-40:])
            self.assertEqual(json.loads(again.stdout), case, "request_id arrived")
            for caller, sections in (("tax", [0, 3, 1026, 1027]), ("auditor", [0])):
                done = self.client(caller, "get", case["credit_code"])
                self.assertEqual(done.returncode, 0, done.stderr)
                licence = json.loads(done.stdout)
                self.assertEqual(licence["status"]["credit_code"], case["credit_code"])
                self.assertEqual(licence["sections"], sections)
                self.assertTrue(licence["digests"])

    def test_errors(self):
        done = self.client("tax", "submit", example_paths()[0])
        self.assertEqual(done.returncode, 2)
        self.assertIn("PERMISSION_DENIED", done.stderr)
