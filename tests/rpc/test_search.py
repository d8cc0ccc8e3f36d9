"""Licences by what is said of them, on either store. What is found is held against what each record says."""
import csv
import datetime
import io
import json
import os
import subprocess
import unittest

import grpc
from google.protobuf import json_format
from harness import (REGISTRYCTL, Registry, call, example_accepted, example_paths, filing, get_licence, ledger_pb, licence_pb,
                     model_pb, record_of, submit, variant)
from test_life import CHINA, CONVERT, GO_DORMANT, NAME_CHANGE, change, company, renamed

FORMER = "341300000012346"  # of the example that converts an old licence
HELD = (model_pb.OUTCOME_STATE_MERGED, model_pb.OUTCOME_STATE_DEFERRED)


def plain(name):
    """As names are compared: without spaces."""
    return "".join(name.split())


def search(channel, **conditions):
    return call(channel, "LicenceService/SearchLicences", licence_pb.SearchLicencesRequest(**conditions),
                licence_pb.SearchLicencesResponse)


def signers(record):
    """Those who represent, and their delegates."""
    numbers = {number for each in record.representatives for number in (each.person, each.delegate) if number}
    return {person.name for person in record.persons if person.number in numbers}


def held(record):
    return {item for outcome in record.outcomes if outcome.state in HELD for item in outcome.items}


# What a condition asks of a record, as whoever wrote it would say it.
ASKED = {
    "code": lambda record, value: record.credit_code.startswith(value),
    "former_number": lambda record, value: value in record.former_numbers,
    "name": lambda record, value: plain(record.name.full) == plain(value),
    "name_prefix": lambda record, value: plain(record.name.full).startswith(plain(value)),
    "name_part": lambda record, value: plain(value) in plain(record.name.full),
    "representative": lambda record, value: value in signers(record),
    "authority": lambda record, value: record.authority == value,
    "state": lambda record, value: record.state == value,
    "type": lambda record, value: record.type == value,
    "industry": lambda record, value: record.industry.lstrip("ABCDEFGHIJKLMNOPQRST").startswith(value),
    "items": lambda record, value: set(value) <= held(record),
    "established_from": lambda record, value: record.established >= value,
    "established_to": lambda record, value: record.established <= value,
}


class Searching:
    """Without a store: each class below makes its own."""

    @classmethod
    def make(cls):
        return Registry("gm")

    @classmethod
    def setUpClass(cls):
        cls.registry = cls.make().start()
        cls.addClassCleanup(cls.registry.close)
        window = cls.registry.channel("window")
        codes = []
        for path in example_paths():
            answer = submit(window, filing(os.path.basename(path)[:2]), os.path.basename(path))
            if example_accepted(path):
                codes.append(answer.filed_case.credit_code)
        for number in range(4):
            codes.append(submit(window, variant(number), f"variant {number}").filed_case.credit_code)
        for kind, name in ((NAME_CHANGE, "云雨"), (GO_DORMANT, "云雪")):
            licence = submit(window, company(name), name).licence
            changed = submit(window, change(kind, licence), name + " changed")
            assert changed.HasField("licence"), changed.filed_case
            codes.append(licence.status.credit_code)
        answer = submit(window, renamed(change(CONVERT), "松竹"), "an old licence")
        assert answer.HasField("licence"), answer.filed_case
        cls.codes = codes + [answer.filed_case.credit_code]

    def setUp(self):
        self.window = self.registry.channel("window")
        self.operator = self.registry.channel("operator")

    @property
    def records(self):
        return {code: record_of(get_licence(self.operator, code).entry).licence for code in self.codes}

    def found(self, **conditions):
        """Every page of a search."""
        licences, token, pages = [], b"", 0
        while True:
            answer = search(self.window, page_token=token, **conditions)
            licences += answer.licences
            token = answer.next_page_token
            pages += 1
            if not token:
                return licences
            self.assertLess(pages, 100, conditions)

    def refused(self, status, channel=None, **conditions):
        with self.assertRaises(grpc.RpcError) as caught:
            search(channel or self.window, **conditions)
        self.assertEqual(caught.exception.code(), status, caught.exception.details())

    def test_every_condition(self):
        """Each value that a record has, alone and with another, finds those and no others."""
        records = self.records
        asked = []
        for record in records.values():
            name = plain(record.name.full)
            asked += [{"code": record.credit_code}, {"code": record.credit_code[:2]}, {"code": record.credit_code[:13]},
                      {"authority": record.authority}, {"state": record.state}, {"type": record.type},
                      {"items": sorted(held(record))[:2]}, {"established_from": record.established},
                      {"established_to": record.established},
                      {"established_from": record.established, "established_to": record.established, "type": record.type}]
            asked += [{"representative": person} for person in signers(record)]
            asked += [{"representative": person, "type": record.type} for person in signers(record)]
            asked += [{"former_number": number} for number in record.former_numbers]
            if name:
                asked += [{"name": record.name.full}, {"name": " ".join(name)}, {"name_prefix": name[:6]},
                          {"name_part": name[3:6]}, {"name_part": name[-4:]}, {"name_part": name[4:8], "type": record.type}]
            if record.industry:
                digits = record.industry.lstrip("ABCDEFGHIJKLMNOPQRST")
                asked += [{"industry": digits[:count]} for count in (2, 3, 4)]
                asked += [{"industry": digits[:2], "type": record.type}, {"industry": digits, "authority": record.authority},
                          {"industry": digits[:3], "name_part": name[-4:]}]
        asked += [{"name_part": "天地无此"}, {"representative": "查无此人"}, {"former_number": "341300000099999"},
                  {"authority": 110000}, {"authority": 110000, "name_part": "公司"},
                  {"authority": 110000, "state": ledger_pb.LICENCE_STATE_DORMANT}, {"authority": 110000, "type": 1130}, {"code": "92"},
                  {"established_from": "2100-01-01"}, {}]
        nobody = 0
        for conditions in asked:
            expected = sorted(code for code, record in records.items()
                              if all(ASKED[field](record, value) for field, value in conditions.items()))
            nobody += not expected
            self.assertEqual(sorted(each.credit_code for each in self.found(**conditions)), expected, conditions)
        self.assertGreater(len(asked), 200)
        self.assertEqual(nobody, 8 + (not any(code.startswith("92") for code in records)), "and only those made to find nobody")

    def test_what_is_said(self):
        for code, record in self.records.items():
            each, = self.found(code=code)
            status = get_licence(self.window, code).status
            self.assertEqual((each.credit_code, each.name, each.type, each.state, each.authority, each.established),
                             (code, record.name.full, record.type, record.state, record.authority, record.established))
            self.assertEqual((each.serial, each.version, each.revision, each.position),
                             (status.serial, status.version, status.revision, status.position))
            self.assertEqual(each.industry, record.industry[-4:] if record.industry else "")
            self.assertEqual(each.recorded, datetime.datetime.now(CHINA).date().isoformat())

    def test_changes(self):
        """Who was renamed, or is dormant, is found as what he is, and no more as what he was."""
        self.assertFalse(self.found(name_part="云雨"))
        dormant, = self.found(state=ledger_pb.LICENCE_STATE_DORMANT)
        self.assertIn("云雪", dormant.name)
        self.assertNotIn(dormant.credit_code, [each.credit_code for each in self.found(state=ledger_pb.LICENCE_STATE_EXISTING)])

    def test_pages(self):
        """Pages of any size are the same licences in the same order, whatever leads."""
        today = datetime.datetime.now(CHINA).date().isoformat()
        for conditions in ({}, {"authority": 341300}, {"type": 1130}, {"name_part": "有限"}, {"items": [3]}, {"recorded_from": today},
                           {"established_from": "1990-01-01"}, {"established_from": today, "established_to": today},
                           {"recorded_from": today, "recorded_to": today, "type": 1130}):
            whole = [each.credit_code for each in self.found(page_size=100, **conditions)]
            self.assertGreater(len(whole), 2, conditions)
            self.assertEqual(len(set(whole)), len(whole))
            if "established_from" not in conditions:
                self.assertEqual(whole, sorted(whole), conditions)
            for size in (1, 3):
                self.assertEqual([each.credit_code for each in self.found(page_size=size, **conditions)], whole, conditions)
        answer = search(self.window, page_size=2)
        self.assertEqual(answer.as_of.size, int(self.registry.head()["size"]))

    def test_tokens(self):
        """A token is of its search in its registry, and of nobody's making."""
        token = search(self.window, authority=341300, page_size=1).next_page_token
        self.assertTrue(search(self.window, authority=341300, page_size=5, page_token=token).licences, "pages may differ in size")
        for wrong in ({"authority": 341301}, {}, {"authority": 341300, "type": 1130}):
            self.refused(grpc.StatusCode.INVALID_ARGUMENT, page_token=token, **wrong)
        for at in range(len(token)):
            changed = token[:at] + bytes([token[at] ^ 1]) + token[at + 1:]
            self.refused(grpc.StatusCode.INVALID_ARGUMENT, page_token=changed, authority=341300)
        for wrong in (b"x", token[:-1], token + b"x", bytes(len(token)), bytes(1000)):
            self.refused(grpc.StatusCode.INVALID_ARGUMENT, page_token=wrong, authority=341300)

    def test_refused(self):
        person = sorted(signers(next(iter(self.records.values()))))[0]
        tax, auditor = self.registry.channel("tax"), self.registry.channel("auditor")
        self.assertTrue(search(tax, representative=person).licences, "it has the class IDENTITY")
        self.refused(grpc.StatusCode.PERMISSION_DENIED, auditor, representative=person)
        self.assertTrue(search(auditor, authority=341300).licences)
        for wrong in ({"code": "9I"}, {"code": "9" * 19}, {"name": "一"}, {"name_part": "示 "}, {"name_part": "示" * 200},
                      {"industry": "F5"}, {"industry": "98"}, {"industry": "X51"}, {"items": [5000]}, {"items": list(range(1, 18))},
                      {"established_from": "2026-02-30"}, {"recorded_to": "yesterday"}, {"page_size": 101}):
            self.refused(grpc.StatusCode.INVALID_ARGUMENT, **wrong)
        self.refused(grpc.StatusCode.UNIMPLEMENTED, tree_size=3)

    def test_tool(self):
        done = self.registry.ctl("--format", "json", "licence", "search", "--authority", "341300", "--state", "dormant")
        self.assertEqual(done.returncode, 0, done.stderr)
        dormant, = [json_format.Parse(line, licence_pb.FoundLicence()) for line in done.stdout.splitlines()]
        self.assertEqual(dormant, self.found(state=ledger_pb.LICENCE_STATE_DORMANT)[0])
        done = self.registry.ctl("licence", "search", "--limit", "4")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([line.split()[0] for line in done.stdout.splitlines()[1:-1]], sorted(self.codes)[:4])
        done = self.registry.ctl("licence", "search", "--former", FORMER, "--type", "4540")
        self.assertEqual((done.returncode, done.stdout.splitlines()[1].split()[0]), (0, self.codes[-1]), done.stderr)
        done = self.registry.ctl("licence", "search", "--part", "天地无此")
        self.assertEqual((done.returncode, done.stdout.split()[0]), (1, "0"), done.stderr)
        for wrong in (("--state", "gone"), ("--type", "x"), ("--items", "3;4"), ("--limit", "0"), ("CODE",), ("--name", "一")):
            self.assertEqual(self.registry.ctl("licence", "search", *wrong).returncode, 2, wrong)


class OnSqlite(Searching, unittest.TestCase):
    def test_no_names(self):
        """Nobody's name is in the index; who was erased is found no more, and the check agrees."""
        record = self.records[self.codes[0]]
        person = sorted(signers(record))[0]
        tables = self.registry.sql("SELECT * FROM licence_term"), self.registry.sql("SELECT * FROM licence")
        self.assertNotIn(person, str(tables))
        self.assertNotIn(FORMER, str(tables))
        check = self.registry.ctl("ledger", "check")
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
        code = submit(self.window, company("云风"), "to be erased").filed_case.credit_code
        self.assertTrue(code)
        name = sorted(signers(record_of(get_licence(self.operator, code).entry).licence))
        self.assertIn(code, [each.credit_code for each in self.found(representative=name[0])])
        done = self.registry.ctl("erase", code, "--basis", "民法典 §1037 测试")
        self.assertEqual(done.returncode, 0, done.stderr)
        for each in name:
            self.assertNotIn(code, [found.credit_code for found in self.found(representative=each)])
        self.assertEqual(self.found(name_part="云风")[0].credit_code, code)
        check = self.registry.ctl("ledger", "check")
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)


class Imported(unittest.TestCase):
    """So many licences that a page of a search takes several reads; what is found is held against the file."""
    ROWS = 2500

    def test_pages(self):
        done = subprocess.run([REGISTRYCTL, "generate", "--rows", str(self.ROWS), "--seed", "7"], capture_output=True, check=True)
        rows = list(csv.DictReader(io.StringIO(done.stdout.decode())))
        registry = Registry("intl")
        self.addCleanup(registry.close)
        path = os.path.join(registry.root, "rows.csv")
        with open(path, "wb") as file:
            file.write(done.stdout)
        done = registry.ctl("import", "register", path)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        window = registry.start().channel("window")
        codes = [each[0] for each in registry.sql("SELECT code FROM licence")]
        asked = ({"name_part": "商贸"}, {"name_part": "有限公司"}, {"name_part": "餐饮", "type": 9500},
                 {"name_part": "有限公司", "authority": 341302, "established_from": "2010-01-01"})
        for conditions in asked:
            fits = lambda row: (conditions["name_part"] in row["name"]
                                and int(row["type"]) == conditions.get("type", int(row["type"]))
                                and int(row["authority"]) == conditions.get("authority", int(row["authority"]))
                                and row["established"] >= conditions.get("established_from", ""))
            expected = sorted(row["name"] for row in rows if fits(row))
            self.assertGreater(len(expected), 20, conditions)
            found, token, pages = [], b"", 0
            while pages == 0 or token:
                answer = search(window, page_size=100, page_token=token, **conditions)
                found, token, pages = found + list(answer.licences), answer.next_page_token, pages + 1
            self.assertEqual(sorted(each.name for each in found), expected, conditions)
            self.assertEqual(len({each.credit_code for each in found}), len(found))
            self.assertLessEqual({each.credit_code for each in found}, set(codes))


class OnPostgresql(Searching, unittest.TestCase):
    @classmethod
    def make(cls):
        import test_postgresql  # its module wants a cluster
        return test_postgresql.OnPostgresql("gm")

    def test_check(self):
        check = self.registry.ctl("ledger", "check")
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
