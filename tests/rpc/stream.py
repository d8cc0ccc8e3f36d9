"""A stream of submissions through faults, and the count of what was lost.

    streams = Streams([registry])            # more than one daemon: each thread asks them in turn
    streams.start()
    streams.wait_for_answers(20)
    …                                        # a fault
    count = streams.count(registry)          # stops them; {"lost": 0, "doubled": 0, "missing": 0}

A thread is a caller as documented: what got no answer, or UNAVAILABLE, is asked again under the same request id until it is
answered. Nothing else may come back.
"""
import threading
import time

import grpc
from harness import PATIENCE, filing_pb, get_licence, submission, variant

AGAIN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED,
         grpc.StatusCode.RESOURCE_EXHAUSTED)
PATH = "/registry.v1.FilingService/SubmitFiling"


def look_up(channel, code):
    """Asked again like a filing, where the store was away for a moment."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return get_licence(channel, code)
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.UNAVAILABLE or time.monotonic() > end:
                raise
            time.sleep(0.1)


class Streams:
    def __init__(self, registries, threads=4, first=1, deadline=10, pause=0.0):
        self.registries, self.deadline, self.pause = registries, deadline, pause
        self.lock, self.next = threading.Lock(), first
        self.answers, self.times, self.faults, self.repeats = {}, [], [], 0  # by number; when each came, monotonic
        self.stopping, self.channels = threading.Event(), {}
        self.threads = [threading.Thread(target=self.run, args=(i,), daemon=True) for i in range(threads)]

    def start(self):
        for thread in self.threads:
            thread.start()
        return self

    def take(self):
        with self.lock:
            self.next += 1
            return self.next - 1

    def run(self, index):
        try:
            while not self.stopping.is_set():
                number = self.take()
                answer = self.ask(index, number)
                with self.lock:
                    self.answers[number] = answer
                    self.times.append(time.monotonic())
                time.sleep(self.pause)
        except Exception as error:  # pylint: disable=broad-except
            self.faults.append(error)

    def ask(self, index, number):
        """Until it is answered."""
        message, attempt = submission(variant(number), f"request {number}"), 0
        end = time.monotonic() + 10 * PATIENCE
        while time.monotonic() < end:
            registry = self.registries[(index + attempt) % len(self.registries)]
            try:
                return self.channel(index, registry).unary_unary(PATH)(message, timeout=self.deadline)
            except grpc.RpcError as error:
                if error.code() not in AGAIN:
                    raise AssertionError(f"request {number}: {error.code()} {error.details()}") from error
                self.hang_up(index)
            except (FileNotFoundError, ValueError):  # the daemon is not up, and has no port; it was ended, and its callers with it
                self.hang_up(index)
            attempt += 1
            self.repeats += 1
            time.sleep(0.1)
        raise AssertionError(f"request {number} was not answered")

    def channel(self, index, registry):
        """The thread's connection, until a call fails on it: a daemon that comes back has another port."""
        if index not in self.channels:
            self.channels[index] = registry, registry.channel("window")
        return self.channels[index][1]

    def hang_up(self, index):
        registry, channel = self.channels.pop(index, (None, None))
        if registry and channel in registry.channels:
            registry.channels.remove(channel)
            channel.close()

    def answered(self):
        with self.lock:
            return len(self.answers)

    def wait_for_answers(self, more, patience=PATIENCE * 3):
        """So many more answers, each of which came later than this call."""
        goal, end = self.answered() + more, time.monotonic() + patience
        while self.answered() < goal:
            assert not self.faults, self.faults
            assert time.monotonic() < end, f"{goal - self.answered()} of {more} answers did not come"
            time.sleep(0.02)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(10 * PATIENCE)
            assert not thread.is_alive(), "a call hangs"
        assert not self.faults, self.faults

    def gap(self, since):
        """The longest time without an answer that ended after `since`, in seconds."""
        with self.lock:
            times = sorted(self.times)
        return max(after - before for before, after in zip(times, times[1:]) if after > since)

    def count(self, registry):
        """Stops the streams, and counts in the store and through the daemon, which must run."""
        self.stop()
        parsed = {number: filing_pb.SubmitFilingResponse.FromString(answer) for number, answer in self.answers.items()}
        codes = [answer.filed_case.credit_code for answer in parsed.values()]
        stored = {code for code, in registry.sql("SELECT code FROM licence")}
        window = registry.channel("window")
        changed = [number for number, answer in parsed.items() if answer.filed_case.credit_code in stored
                   and look_up(window, answer.filed_case.credit_code).entry != answer.licence.entry]
        (entries, places, positions), = registry.sql("SELECT count(*), count(DISTINCT position), max(position) + 1 FROM entry")
        (serials, requests), = registry.sql("SELECT (SELECT count(*) FROM serial), (SELECT count(*) FROM request)")
        return {"acknowledged": len(codes), "lost": len(set(codes) - stored) + len(changed),
                "doubled": len(codes) - len(set(codes)) + abs(serials - len(stored)) + abs(requests - len(stored)),
                "missing": positions - places + entries - places, "licences": len(stored)}


def report(what, count):
    print(f"{what}: acknowledged {count['acknowledged']}, lost {count['lost']}, codes doubled {count['doubled']},"
          f" positions missing {count['missing']}", flush=True)


def whole(test, registry, count):
    """Nothing lost, nothing twice, no hole; the ledger's own check says so, too."""
    test.assertEqual((count["lost"], count["doubled"], count["missing"]), (0, 0, 0), count)
    test.assertEqual(count["acknowledged"], count["licences"], "every request was repeated until it was answered")
    done = registry.ctl("ledger", "check")
    test.assertEqual(done.returncode, 0, done.stdout + done.stderr)
