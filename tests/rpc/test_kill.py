"""kill -9 during a stream of submissions: what was acknowledged is there, nothing is half-written.

REGISTRY_KILLS says how often (10).
"""
import os
import random
import signal
import threading
import unittest

import grpc
from harness import Registry, filing_pb, get_licence, model_pb, submit_raw, variant, wait_for

KILLS = int(os.environ.get("REGISTRY_KILLS", "10"))
STREAMS = 4


class Stream(threading.Thread):
    """Files one company after another until the daemon is gone. Remembers what was sent and what was answered."""

    def __init__(self, channel, take):
        super().__init__(daemon=True)
        self.channel, self.take, self.sent, self.answers, self.fault = channel, take, [], {}, None

    def run(self):
        try:
            while True:
                number = self.take()
                self.sent.append(number)
                self.answers[number] = submit_raw(self.channel, variant(number), f"request {number}")
        except grpc.RpcError as error:
            if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
                self.fault = error


class Killing(unittest.TestCase):
    def setUp(self):
        self.registry = Registry("gm")
        self.addCleanup(self.registry.close)
        self.lock, self.next, self.acknowledged = threading.Lock(), 0, {}
        self.random = random.Random(341300)

    def take(self):
        with self.lock:
            self.next += 1
            return self.next

    def stream_and_kill(self):
        """What was sent and has no answer."""
        streams = [Stream(self.registry.channel("window"), self.take) for _ in range(STREAMS)]
        enough = self.random.randint(1, 30)
        for stream in streams:
            stream.start()
        wait_for(lambda: sum(len(stream.answers) for stream in streams) >= enough, "answering")
        self.registry.process.send_signal(signal.SIGKILL)
        for stream in streams:
            stream.join(60)
            self.assertFalse(stream.is_alive())
            self.assertIsNone(stream.fault)
            self.acknowledged.update(stream.answers)
        self.assertEqual(self.registry.end(signal.SIGKILL), -signal.SIGKILL)
        return [number for stream in streams for number in stream.sent if number not in stream.answers]

    def check_answer(self, number, answer):
        parsed = filing_pb.SubmitFilingResponse.FromString(answer)
        self.assertEqual(parsed.filed_case.state, model_pb.CASE_STATE_ACCEPTED)
        read = get_licence(self.window, parsed.filed_case.credit_code)
        self.assertEqual(read.entry, parsed.licence.entry, f"licence of request {number}")

    def check_store(self):
        done = self.registry.ctl("ledger", "check")
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        (entries, head), = self.registry.sql("SELECT count(*), max(position) + 1 FROM entry")
        self.assertEqual(entries, head, "positions are dense")
        return entries

    def test_kill(self):
        self.registry.start()
        for _ in range(KILLS):
            before = set(self.acknowledged)
            open_ends = self.stream_and_kill()
            entries = self.check_store()
            self.registry.start()
            self.window = self.registry.channel("window")
            fresh = [number for number in self.acknowledged if number not in before]
            old = self.random.sample(sorted(before), min(5, len(before)))
            for number in fresh + old:
                again = submit_raw(self.window, variant(number), f"request {number}")
                self.assertEqual(again, self.acknowledged[number], "byte for byte")
                self.check_answer(number, again)
            self.assertEqual(self.check_store(), entries, "repeats write nothing")
            for number in open_ends:  # each is there whole or not at all: asked again, it is filed once
                self.acknowledged[number] = submit_raw(self.window, variant(number), f"request {number}")
                self.check_answer(number, self.acknowledged[number])
        self.assertGreaterEqual(len(self.acknowledged), KILLS)
        self.check_store()
        codes = {filing_pb.SubmitFilingResponse.FromString(answer).filed_case.credit_code
                 for answer in self.acknowledged.values()}
        self.assertEqual(len(codes), len(self.acknowledged))
        self.assertEqual(self.registry.sql("SELECT count(*) FROM licence"), [(len(codes),)])
        self.assertEqual(self.registry.sql("SELECT count(*) FROM request"), [(len(codes),)])
