"""The life of an enterprise through the daemon: every kind of filing, the cases that a person decides, and what an old credential
says. Days are relative to today: the examples' are those of 2026-11-24."""
import datetime
import json
import os
import re
import unittest

import grpc
from google.protobuf import json_format
from harness import (SOURCE, Registry, call, ctl, filing, filing_pb, get_case, get_licence, ledger_pb, licence_pb, model_pb,
                     raw, record_of, submit, submit_raw, verify)

CHANGES = os.path.join(SOURCE, "examples", "changes")
DAY = datetime.date(2026, 11, 24)  # of the examples
CHINA = datetime.timezone(datetime.timedelta(hours=8))


def shifted(text):
    """Every day of the particulars as far from today as it is from the examples' day."""
    moved = datetime.datetime.now(CHINA).date() - DAY
    return re.sub(r"\d{4}-\d\d-\d\d", lambda day: (datetime.date.fromisoformat(day[0]) + moved).isoformat(), text)


def change(number, licence=None):
    """The example change of that number, about the licence as it is."""
    name, = (name for name in os.listdir(CHANGES) if name.startswith(f"{number:02}-"))
    with open(os.path.join(CHANGES, name), encoding="utf-8") as file:
        made = json.load(file)
    if "particulars" in made:
        made["particulars"] = json.loads(shifted(json.dumps(made["particulars"])))
    made = json_format.ParseDict(made, model_pb.Filing())
    if licence:
        made.credit_code, made.base_revision = licence.status.credit_code, licence.status.revision
    return made


def company(trade_name):
    """The company of filing 02 under a name of its own."""
    return renamed(filing("02"), trade_name)


def renamed(made, trade_name):
    name = made.entity.name
    name.full = name.full.replace(name.trade_name, trade_name)
    name.trade_name = trade_name
    return made


def credential(licence):
    return record_of(licence.entry).licence.credential


NAME_CHANGE, RECORD, GO_DORMANT, REISSUE, MOVE_OUT, SIMPLE, DEREGISTER, BY_RULING, REVOKE, CLOSE, FORCE, ANNUL, RESTORE, \
    MOVE_IN, CONVERT, UPGRADE = range(1, 17)


class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.registry = Registry("gm").start()
        cls.addClassCleanup(cls.registry.close)
        cls.requests = 0

    def setUp(self):
        self.window = self.registry.channel("window")

    def request_id(self):
        type(self).requests += 1
        return f"{type(self).__name__} {self.requests}"

    def file(self, made):
        return submit(self.window, made, self.request_id())

    def accepted(self, made, state="EXISTING"):
        """Files what is accepted; the licence."""
        answer = self.file(made)
        self.assertEqual(answer.filed_case.state, model_pb.CASE_STATE_ACCEPTED,
                         [(finding.rule, finding.path, finding.message_en) for finding in answer.filed_case.findings])
        self.assertEqual(answer.licence.status.state, ledger_pb.LicenceState.Value(f"LICENCE_STATE_{state}"))
        return answer.licence

    def returned(self, made, rule):
        answer = self.file(made)
        self.assertEqual(answer.filed_case.state, model_pb.CASE_STATE_RETURNED)
        self.assertIn(rule, [finding.rule for finding in answer.filed_case.findings
                             if finding.severity == model_pb.SEVERITY_ERROR])
        return answer.filed_case

    def says(self, licence, status):
        """What the credential of that licence verifies as."""
        answer = verify(self.window, credential_bytes=credential(licence))
        self.assertTrue(answer.authentic, answer.problem_en)
        self.assertEqual(licence_pb.CredentialStatus.Name(answer.status), f"CREDENTIAL_STATUS_{status}")

    def resume(self, code):
        return call(self.window, "FilingService/ReportResumption",
                    filing_pb.ReportResumptionRequest(request_id=self.request_id(), credit_code=code),
                    filing_pb.SubmitFilingResponse)


class Living(Base):
    def test_a_life(self):
        first = self.accepted(company("云天"))
        recorded = self.accepted(change(RECORD, first))
        self.assertEqual((recorded.status.revision, recorded.status.version), (2, 1))
        self.assertEqual(credential(recorded), credential(first), "nothing that is printed changed")
        self.says(first, "VALID")

        made = change(NAME_CHANGE, recorded)
        answers = [submit_raw(self.window, made, "the change") for _ in range(2)]
        self.assertEqual(answers[0], answers[1], "byte for byte")
        named = filing_pb.SubmitFilingResponse.FromString(answers[0]).licence
        self.assertEqual((named.status.revision, named.status.version), (3, 2))
        self.says(first, "SUPERSEDED")
        self.says(named, "VALID")
        case = self.returned(change(RECORD, recorded), "S02")
        self.assertIn("name", next(found.message_en for found in case.findings if found.rule == "S02"))

        reissued = self.accepted(change(REISSUE, named))
        self.assertEqual((reissued.status.revision, reissued.status.version), (4, 3))
        self.says(named, "SUPERSEDED")

        ended = self.accepted(change(SIMPLE, reissued), "DEREGISTERED")
        self.says(ended, "DEREGISTERED")
        self.says(first, "DEREGISTERED")
        self.returned(change(RECORD, ended), "S01")
        self.returned(renamed(company("云天"), "云海"), "B19")  # for a year (名称规定 §17(2))

    def test_dormancy(self):
        asleep = self.accepted(change(GO_DORMANT, self.accepted(company("云眠"))), "DORMANT")
        code = asleep.status.credit_code
        self.says(asleep, "DORMANT")
        self.assertEqual(self.registry.end(), 0)
        self.registry.start()  # the clock looks as soon as the daemon is up
        self.window = self.registry.channel("window")
        self.assertEqual(get_licence(self.window, code).status.state, ledger_pb.LICENCE_STATE_DORMANT, "not before its day")
        awake = self.resume(code)
        self.assertEqual(awake.licence.status.state, ledger_pb.LICENCE_STATE_EXISTING)
        self.assertEqual(ledger_pb.EntryHeader.FromString(awake.licence.entry.header).kind, ledger_pb.ENTRY_KIND_WAKE)
        self.says(asleep, "VALID")
        again = self.resume(code).filed_case
        self.assertEqual(again.state, model_pb.CASE_STATE_RETURNED)
        self.assertEqual([finding.rule for finding in again.findings], ["S01"])


class Ending(Base):
    def test_deregistered(self):
        self.accepted(change(DEREGISTER, self.accepted(company("云归"))), "DEREGISTERED")

    def test_closed_and_ended_by_a_court(self):
        closed = self.accepted(change(CLOSE, self.accepted(company("云闭"))), "ORDERED_CLOSED")
        self.returned(change(SIMPLE, closed), "S01")
        self.accepted(change(BY_RULING, closed), "DEREGISTERED")

    def test_revoked(self):
        revoked = self.accepted(change(REVOKE, self.accepted(company("云销"))), "REVOKED")
        self.says(revoked, "REVOKED")
        self.returned(change(FORCE, revoked), "E17")
        self.returned(change(NAME_CHANGE, revoked), "S01")

    def test_annulled_and_restored(self):
        whole = self.accepted(company("云伪"))
        annulled = self.accepted(change(ANNUL, whole), "ANNULLED")
        self.says(whole, "ANNULLED")
        self.accepted(change(RESTORE, annulled))
        self.says(whole, "VALID")

    def test_annulled_in_part(self):
        first = self.accepted(company("云半"))
        made = renamed(change(NAME_CHANGE, first), "云全")
        named = self.accepted(made)
        undo = change(ANNUL, named)
        undo.particulars.undoes = named.status.position
        back = self.accepted(undo)
        self.assertEqual(record_of(back.entry).licence.name.full, record_of(first.entry).licence.name.full)
        self.says(named, "SUPERSEDED")
        self.says(back, "VALID")

    def test_moved_and_back(self):
        away = self.accepted(change(MOVE_OUT, self.accepted(company("云游"))), "MOVED_OUT")
        self.says(away, "MOVED_OUT")
        made = renamed(change(MOVE_IN, away), "云游")
        back = self.accepted(made)
        self.assertEqual((back.status.credit_code, back.status.version), (away.status.credit_code, 2))


class Coming(Base):
    def test_moved_in(self):
        made = renamed(change(MOVE_IN), "云来")
        made.credit_code = ctl("code", "make", "91", "340100", "MA2T0011").stdout.strip()
        here = self.accepted(made)
        self.assertEqual(here.status.credit_code, made.credit_code, "the code stays for life")
        self.assertEqual(record_of(here.entry).licence.established, "2020-03-16")

    def test_converted(self):
        here = self.accepted(change(CONVERT))
        licence = record_of(here.entry).licence
        self.assertEqual((licence.established, list(licence.former_numbers)), ("2010-05-17", ["341300000012346"]))

    def test_upgraded(self):
        individual = self.accepted(filing("08"))
        made = renamed(change(UPGRADE, individual), "云升")
        here = self.accepted(made)
        ended = get_licence(self.window, individual.status.credit_code)
        self.assertNotEqual(here.status.credit_code, individual.status.credit_code)
        self.assertEqual(ended.status.state, ledger_pb.LICENCE_STATE_DEREGISTERED)
        self.assertEqual(record_of(ended.entry).licence.life.successor, here.status.credit_code)
        self.assertEqual(record_of(here.entry).licence.life.predecessor, individual.status.credit_code)
        self.says(individual, "DEREGISTERED")

    def test_by_the_tool(self):
        """registryctl names the licence and its revision for an example that does not."""
        code = self.accepted(company("云具")).status.credit_code
        path = os.path.join(CHANGES, "05-move-out.json")
        self.assertEqual(self.registry.ctl("filing", "submit", path).returncode, 2, "about no licence")
        done = self.registry.ctl("filing", "submit", path, "--code", code)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        self.assertEqual(get_licence(self.window, code).status.state, ledger_pb.LICENCE_STATE_MOVED_OUT)
        self.assertEqual(self.registry.ctl("filing", "submit", path, "--code", code).returncode, 1, "it moved out")
        self.assertEqual(self.registry.ctl("filing", "submit", path, "--code", "91341300MA0000007W").returncode, 2)


class Reviewing(Base):
    """Names with 中华 in them ask for a person."""

    def in_review(self, trade_name):
        case = self.file(company(trade_name)).filed_case
        self.assertEqual(case.state, model_pb.CASE_STATE_IN_REVIEW)
        return case.number

    def decide(self, number, decision, **more):
        return call(self.window, "FilingService/DecideTask",
                    filing_pb.DecideTaskRequest(request_id=self.request_id(), number=number,
                                                decision=filing_pb.Decision.Value(f"DECISION_{decision}"), **more),
                    filing_pb.SubmitFilingResponse)

    def test_accepted(self):
        number = self.in_review("新中华")
        request = filing_pb.DecideTaskRequest(request_id="decided", number=number,
                                              decision=filing_pb.DECISION_ACCEPT).SerializeToString()
        answers = [raw(self.window, "/registry.v1.FilingService/DecideTask", request) for _ in range(2)]
        self.assertEqual(answers[0], answers[1], "byte for byte")
        answer = filing_pb.SubmitFilingResponse.FromString(answers[0])
        self.assertEqual(answer.filed_case.state, model_pb.CASE_STATE_ACCEPTED)
        self.assertEqual(answer.filed_case.number, number)
        self.assertEqual(get_licence(self.window, answer.filed_case.credit_code).entry, answer.licence.entry)
        with self.assertRaises(grpc.RpcError) as caught:
            self.decide(number, "REFUSE", reason="不符", basis="条例 §20")
        self.assertEqual(caught.exception.code(), grpc.StatusCode.INVALID_ARGUMENT, "decided once")

    def test_refused_and_returned(self):
        number = self.in_review("老中华")
        with self.assertRaises(grpc.RpcError) as caught:
            self.decide(number, "REFUSE", reason="不符")
        self.assertEqual(caught.exception.code(), grpc.StatusCode.INVALID_ARGUMENT, "a refusal names its law")
        self.assertEqual(self.decide(number, "REFUSE", reason="不符", basis="条例 §20").filed_case.state,
                         model_pb.CASE_STATE_REFUSED)
        self.assertEqual(get_case(self.window, number).state, model_pb.CASE_STATE_REFUSED)

        number = self.in_review("大中华")
        self.assertEqual(self.decide(number, "RETURN", reason="名称").filed_case.state, model_pb.CASE_STATE_RETURNED)
        again = model_pb.Filing(kind=model_pb.FILING_KIND_ESTABLISH, authority=341300, replaces=["name"],
                                previous_case=number)
        again.entity.name.CopyFrom(company("云续").entity.name)
        self.accepted(again)  # the rest is carried over

    def test_supplemented_and_withdrawn(self):
        number = self.in_review("小中华")
        added = model_pb.Filing(replaces=["name"])
        added.entity.name.CopyFrom(company("云补").entity.name)
        answer = call(self.window, "FilingService/SupplementCase",
                      filing_pb.SupplementCaseRequest(request_id=self.request_id(), number=number, filing=added),
                      filing_pb.SubmitFilingResponse)
        self.assertEqual((answer.filed_case.state, answer.filed_case.number), (model_pb.CASE_STATE_ACCEPTED, number))

        number = self.in_review("好中华")
        answer = call(self.window, "FilingService/WithdrawCase",
                      filing_pb.WithdrawCaseRequest(request_id=self.request_id(), number=number),
                      filing_pb.SubmitFilingResponse)
        self.assertEqual(answer.filed_case.state, model_pb.CASE_STATE_WITHDRAWN)

    def test_list(self):
        def cases(**asked):
            return call(self.window, "FilingService/ListCases", filing_pb.ListCasesRequest(**asked),
                        filing_pb.ListCasesResponse)

        waiting = [self.in_review(f"{first}中华") for first in "甲乙丙"]
        licence = self.accepted(company("云列"))
        self.accepted(change(RECORD, licence))
        page = cases(state=model_pb.CASE_STATE_IN_REVIEW, page_size=2)
        self.assertEqual([case.number for case in page.cases], waiting[:0:-1], "from the newest back")
        self.assertEqual(page.next_before, waiting[1])
        rest = cases(state=model_pb.CASE_STATE_IN_REVIEW, page_size=2, before=page.next_before)
        self.assertEqual(rest.cases[0].number, waiting[0])
        self.assertEqual(rest.next_before, 0)
        of_one = cases(credit_code=licence.status.credit_code).cases
        self.assertEqual([case.state for case in of_one], [model_pb.CASE_STATE_ACCEPTED] * 2)
        self.assertFalse(cases(authority=340100).cases)
        everything = [case.number for case in cases(page_size=500).cases]
        self.assertEqual(everything, sorted(everything, reverse=True))
        self.assertLessEqual({*waiting}, {*everything})
        self.assertEqual(self.registry.ctl("ledger", "check").returncode, 0)
