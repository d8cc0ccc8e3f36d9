"""One request_id is one filing, however often and however many at once."""
import concurrent.futures
import threading
import unittest

import grpc
from harness import Registry, filing_pb, model_pb, submit_raw, variant

CLIENTS = 64


class Repeating(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.registry = Registry("gm").start()
        cls.addClassCleanup(cls.registry.close)

    def at_once(self, jobs):
        """Every job on a connection of its own, all let go together."""
        channels = [self.registry.channel("window") for _ in jobs]
        for channel in channels:
            grpc.channel_ready_future(channel).result(timeout=60)
        gate = threading.Barrier(len(jobs))

        def one(channel, made, request_id):
            gate.wait()
            return submit_raw(channel, made, request_id)

        with concurrent.futures.ThreadPoolExecutor(len(jobs)) as pool:
            return [future.result() for future in
                    [pool.submit(one, channel, *job) for channel, job in zip(channels, jobs, strict=True)]]

    def test_64_equal(self):
        before = int(self.registry.head()["size"])
        answers = self.at_once([(variant(0), "the same")] * CLIENTS)
        self.assertEqual(len(answers), CLIENTS)
        self.assertEqual(len(set(answers)), 1, "byte for byte")
        case = filing_pb.SubmitFilingResponse.FromString(answers[0]).filed_case
        self.assertEqual(case.state, model_pb.CASE_STATE_ACCEPTED)
        self.assertEqual(int(self.registry.head()["size"]), before + 1, "one entry")
        rows = self.registry.sql("SELECT code FROM licence WHERE position = ?", case.number)
        self.assertEqual(rows, [(case.credit_code,)])

        with self.assertRaises(grpc.RpcError) as caught:
            submit_raw(self.registry.channel("window"), variant(1), "the same")
        self.assertEqual(caught.exception.code(), grpc.StatusCode.ALREADY_EXISTS)
        # ids are each caller's own
        other = filing_pb.SubmitFilingResponse.FromString(
            submit_raw(self.registry.channel("operator"), variant(1), "the same"))
        self.assertEqual(other.filed_case.state, model_pb.CASE_STATE_ACCEPTED)

    def test_64_different(self):
        """Batches: as many licences, codes, serials and positions, none twice."""
        answers = self.at_once([(variant(100 + i), f"different {i}") for i in range(CLIENTS)])
        parsed = [filing_pb.SubmitFilingResponse.FromString(answer) for answer in answers]
        for count in ({answer.filed_case.credit_code for answer in parsed}, {answer.filed_case.number for answer in parsed},
                      {answer.licence.status.serial for answer in parsed}):
            self.assertEqual(len(count), CLIENTS)
        self.assertEqual(self.registry.ctl("ledger", "check").returncode, 0)

    def test_one_name_at_once(self):
        """Many filings of one name: one is accepted, the others are returned with a finding."""
        answers = self.at_once([(variant(500), f"rival {i}") for i in range(8)])
        cases = [filing_pb.SubmitFilingResponse.FromString(answer).filed_case for answer in answers]
        accepted = [case for case in cases if case.state == model_pb.CASE_STATE_ACCEPTED]
        self.assertEqual(len(accepted), 1)
        for case in cases:
            if case is not accepted[0]:
                self.assertEqual(case.state, model_pb.CASE_STATE_RETURNED)
                self.assertTrue(case.findings)
