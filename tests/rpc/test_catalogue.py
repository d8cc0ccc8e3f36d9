"""CatalogueService: the items, the one form, the rulebook."""
import json
import unittest

import grpc
from harness import Registry, call, ctl, filing, raw, submit, validate
from registry.v1 import catalogue_service_pb2 as catalogue_pb

PATH = "/registry.v1.CatalogueService/"
NOTICE = "示例目录"


def items(channel, **request):
    return call(channel, "CatalogueService/ListItems", catalogue_pb.ListItemsRequest(**request), catalogue_pb.ListItemsResponse)


def form(channel, **request):
    return call(channel, "CatalogueService/GetForm", catalogue_pb.GetFormRequest(**request), catalogue_pb.GetFormResponse)


def rules(channel, **request):
    return call(channel, "CatalogueService/ListRules", catalogue_pb.ListRulesRequest(**request), catalogue_pb.ListRulesResponse)


class Catalogue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.registry = Registry("gm").start()
        cls.addClassCleanup(cls.registry.close)
        cls.window = cls.registry.channel("window")

    def refused(self, expected, caller, method, request):
        with self.assertRaises(grpc.RpcError) as caught:
            raw(self.registry.channel(caller), PATH + method, request.SerializeToString())
        self.assertEqual(caught.exception.code(), expected, caught.exception.details())

    def test_items(self):
        listing = items(self.window)
        printed = json.loads(ctl("--format", "json", "catalogue", "items").stdout)["items"]
        self.assertEqual([item.number for item in listing.items], list(range(1, 62)))
        self.assertIn(NOTICE, listing.notice_zh)
        self.assertTrue(listing.notice_en)
        self.assertEqual(listing.catalogue_revision, 1)
        for item, row in zip(listing.items, printed, strict=True):
            self.assertEqual((item.name_zh, item.name_en, item.department_zh, item.legal_basis, item.provenance),
                             (row["nameZh"], row["nameEn"], row["department"]["nameZh"], row["legalBasis"], row["provenance"]))
            self.assertEqual(list(item.entity_letters), row["entityTypes"])
            self.assertEqual(catalogue_pb.ItemStatus.Name(item.status), "ITEM_STATUS_" + row["status"].upper())
            self.assertEqual(catalogue_pb.ItemWhen.Name(item.when), "ITEM_WHEN_" + row["when"].upper())

    def test_items_filtered(self):
        in_force = items(self.window, in_force=True).items
        self.assertEqual({number for number in range(1, 62)} - {item.number for item in in_force}, {13, 20, 25})
        branch = items(self.window, entity_type=2151).items
        self.assertTrue(0 < len(branch) < 61)
        self.assertTrue(all("B" in item.entity_letters for item in branch))
        self.refused(grpc.StatusCode.INVALID_ARGUMENT, "window", "ListItems", catalogue_pb.ListItemsRequest(entity_type=1))

    def test_form(self):
        made = filing("02")
        answer = form(self.window, entity_type=made.entity.type, kind=made.kind, items=made.items_asked,
                      scope_terms=[entry.term for entry in made.entity.scope.general], industry=made.entity.industry)
        schema = json.loads(answer.schema_json)
        self.assertIn(NOTICE, schema["$comment"])
        self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
        asked = set(schema["properties"]).union(*(part["then"].get("properties", {}) for part in schema["allOf"]))
        self.assertLessEqual({fact.key for fact in made.facts}, asked)
        judged = validate(self.window, made)
        self.assertEqual(answer.savings_with_staff, judged.savings, "what the form promises is what the filing saves")
        self.assertEqual(schema["x-savings"]["withStaff"]["visits"], judged.savings.visits)
        printed = ctl("--dir", self.registry.dir, "catalogue", "form", "--type", "1130", "--items",
                      ",".join(map(str, made.items_asked)), "--industry", made.entity.industry, "--scope",
                      ";".join(entry.term for entry in made.entity.scope.general))
        self.assertEqual(printed.stdout, answer.schema_json, printed.stderr)

    def test_form_held(self):
        answer = form(self.window, entity_type=1130, kind="FILING_KIND_CHANGE",
                      held=[{"key": "employees", "integer": 4}, {"key": "finance_head_name", "text": "郑若兰"}])
        schema = json.loads(answer.schema_json)
        self.assertEqual(schema["properties"]["finance_head_name"]["default"], "郑若兰")
        self.assertTrue(schema["properties"]["finance_head_name"]["readOnly"])
        self.assertIn("insured_headcount", schema["required"])
        self.assertEqual(answer.savings, answer.savings_with_staff)

    def test_form_of_a_licence(self):
        """What is recorded of a licence is shown for confirmation, and only to those who file for it."""
        code = submit(self.window, filing("02"), "form").filed_case.credit_code
        schema = json.loads(form(self.window, kind="FILING_KIND_CHANGE", credit_code=code).schema_json)
        name = schema["properties"]["entity.name"]
        self.assertEqual(name["default"]["full"], filing("02").entity.name.full)
        self.assertTrue(name["readOnly"] and name["x-confirm"])
        self.assertEqual(len(schema["properties"]["filing.persons"]["default"]), len(filing("02").persons))
        self.assertNotIn("employees", schema["required"], "what is held is not asked")
        self.assertEqual(schema["properties"]["employees"]["default"],
                         next(fact.integer for fact in filing("02").facts if fact.key == "employees"))
        request = catalogue_pb.GetFormRequest(kind="FILING_KIND_CHANGE", credit_code=code)
        self.refused(grpc.StatusCode.PERMISSION_DENIED, "tax", "GetForm", request)
        request.credit_code = "91341300MAY000009W"[:17] + "X"
        self.refused(grpc.StatusCode.NOT_FOUND, "window", "GetForm", request)

    def test_form_refused(self):
        for request, expected in (({"entity_type": 1130}, grpc.StatusCode.INVALID_ARGUMENT),
                                  ({"entity_type": 1000, "kind": 1}, grpc.StatusCode.INVALID_ARGUMENT),
                                  ({"entity_type": 1130, "kind": 1, "items": [62]}, grpc.StatusCode.INVALID_ARGUMENT)):
            with self.subTest(request):
                self.refused(expected, "window", "GetForm", catalogue_pb.GetFormRequest(**request))

    def test_rules(self):
        for day in ("", "2024-06-30", "2026-11-24"):
            printed = json.loads(ctl("--format", "json", "rules", *(["--on", day] if day else [])).stdout)["rules"]
            listed = rules(self.window, day=day).rules
            self.assertEqual(
                [(rule.id, list(rule.applies_to), rule.since, rule.until, rule.zh, rule.en, rule.legal_basis) for rule in listed],
                [(row["id"], row["appliesTo"], row.get("since", ""), row.get("until", ""), row["zh"], row["en"],
                  row["legalBasis"]) for row in printed])
        self.assertLess(len(rules(self.window, day="2020-01-01").rules), len(rules(self.window).rules))
        self.refused(grpc.StatusCode.INVALID_ARGUMENT, "window", "ListRules", catalogue_pb.ListRulesRequest(day="2026-02-30"))

    def test_who_may(self):
        for caller in ("window", "operator", "tax", "auditor"):
            self.assertEqual(len(items(self.registry.channel(caller)).items), 61, caller)
            self.assertTrue(rules(self.registry.channel(caller)).rules, caller)
        self.refused(grpc.StatusCode.UNAUTHENTICATED, None, "ListItems", catalogue_pb.ListItemsRequest())

    def test_nothing_stored(self):
        head = self.registry.head()
        items(self.window), form(self.window, entity_type=9500, kind=1), rules(self.window)
        self.assertEqual(self.registry.head(), head)


if __name__ == "__main__":
    unittest.main()
