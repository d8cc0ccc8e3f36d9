"""check_form.py REGISTRYCTL EXAMPLES: the forms that the tool prints, judged by jsonschema.

Each is a valid JSON Schema (2020-12); the examples' answers satisfy their forms; what is required is missed when it is
gone; answers out of format are refused."""
import copy
import glob
import json
import os
import subprocess
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("SKIP: python3-jsonschema is not installed: the one form is not checked by others")
    sys.exit(77)

TOOL, EXAMPLES = sys.argv[1:]
KINDS = ["establish", "change", "record", "go-dormant", "deregister", "simple_deregister", "reissue", "move_in", "convert",
         "upgrade", "annul", "restore", "revoke", "force_deregister", "order_closed", "move_out"]
TYPES = ["1130", "1151", "1210", "2151", "3100", "4533", "4540", "5110", "9100", "9500"]
SCOPE = "货物进出口;食品销售（仅销售预包装食品）;机动车修理和维护;房地产经纪;粮食仓储;诊所服务;托育服务"
failures = 0


def check(good, *what):
    global failures
    if not good:
        failures += 1
        print("FAILED:", *what)


def form(*options):
    environment = {name: value for name, value in os.environ.items() if name != "REGISTRY_DIR"}
    text = subprocess.run([TOOL, "catalogue", "form", *options], check=True, capture_output=True, env=environment).stdout
    schema = json.loads(text)
    Draft202012Validator.check_schema(schema)
    check("示例目录" in schema["$comment"], options, "is not called a sample")
    return schema


def number(text):
    return int(text) if isinstance(text, str) else text


def integers(value):
    """64-bit numbers travel as strings in the examples, a form has numbers."""
    if isinstance(value, dict):
        return {key: number(each) if key in ("minor", "size") else integers(each) for key, each in value.items()}
    return [integers(each) for each in value] if isinstance(value, list) else value


def fact_value(fact):
    if "list" in fact:
        return fact["list"]["values"]
    if "decimal" in fact:
        return float(fact["decimal"])
    return next(number(fact[kind]) if kind == "integer" else fact[kind]
                for kind in ("text", "integer", "flag") if kind in fact)


def answers(filing):
    """A filing as the answers of its form."""
    result = {"entity." + key: integers(value) for key, value in filing["entity"].items()}
    result["filing.persons"] = filing["persons"]
    result.update({fact["key"]: fact_value(fact) for fact in filing.get("facts", [])})
    result.update({f"item.{item}": True for item in filing.get("itemsAsked", [])})
    for material in filing.get("materials", []):
        held = {key: integers(value) if key != "size" else number(value) for key, value in material.items() if key != "kind"}
        result.setdefault("material." + material["kind"], []).append(held)
    return result


def form_of(filing):
    entity = filing["entity"]
    scope = entity.get("scope", {})
    terms = [entry["term"] for part in ("general", "licensed") for entry in scope.get(part, [])]
    return form("--type", str(entity["type"]), "--scope", ";".join(terms), "--industry", entity.get("industry", ""),
                "--items", ",".join(map(str, filing.get("itemsAsked", []))))


def faults(schema, answer):
    return [error.message[:160] for error in Draft202012Validator(schema).iter_errors(answer)]


def check_missing(name, schema, answer):
    """Everything required is missed, conditions included."""
    for key in schema["required"]:
        without = {each: value for each, value in answer.items() if each != key}
        check(faults(schema, without), name, "does not miss", key)
    for part in schema.get("allOf", []):
        if not Draft202012Validator({**part["if"], "$defs": schema["$defs"]}).is_valid(answer):
            continue
        for key in part["then"].get("required", []):
            without = {each: value for each, value in answer.items() if each != key}
            check(faults(schema, without), name, "does not miss", key, "under a condition")


def main():
    for kind in TYPES:
        for options in ([], ["--scope", SCOPE], ["--kind", "change", "--scope", SCOPE], ["--items", "19,30,45,55"]):
            form("--type", kind, *options)
    for kind in KINDS:
        for type_code in TYPES:
            form("--type", type_code, "--kind", kind, "--scope", SCOPE)
    examples = sorted(glob.glob(os.path.join(EXAMPLES, "[0-9]*.json")))
    examples = [path for path in examples if "returned" not in path]
    check(len(examples) > 15, "there are", len(examples), "examples")
    for path in examples:
        name = os.path.basename(path)
        with open(path, encoding="utf-8") as file:
            filing = json.load(file)
        schema, answer = form_of(filing), answers(filing)
        check(not faults(schema, answer), name, faults(schema, answer))
        check_missing(name, schema, answer)
        if name.startswith("02"):
            check_formats(schema, answer)
    return failures


def check_formats(schema, answer):
    """What is refused, and what is let through, in an answer that is good otherwise."""
    cases = [
        ("finance_head_mobile", ["13900000201", "+85291234567"], ["12900000201", "1390000020", "", 13900000201]),
        ("finance_head_id", ["341302198501223312", "E12345678", "H1234567890"], ["341302850122331", "34130219850122331A", "a"]),
        ("employees", [0, 3], [-1, 1.5, "3"]),
        ("seal_division", ["341302"], ["34130", "34130a"]),
        ("statistics_contact_telephone", ["0557-3021234", "05573021234", "400-123-4567", "12345", "13900000201"], ["3021234", ""]),
        ("accounting_method", ["独立核算"], ["别的", "Independent accounts"]),
        ("food_sales_modes", [["批发", "网络"]], [[], ["批发", "批发"], "批发", ["别的"]]),
        ("employment_start", ["2026-11"], ["2026-13", "2026-11-24"]),
        ("housing_fund_unit_rate", [5, 7.5, 12], [4.9, 13, "5"]),
        ("payday", [1, 31], [0, 32]),
        ("main_activity", ["零售"], ["", "  "]),
        ("seal_statutory_name", [True, False], ["true", 1]),
        ("customs_contact_email", ["a.b@example.cn"], ["a.example.cn", "a@b", "a@@b.cn"]),
        ("seal_shop_credit_code", ["91341300MAY000009W"], ["91341300MAY00000IW", "91341300"]),
        ("entity.type", [], [1151]),
        ("entity.name", [], [{"full": "某某有限公司"}]),
        ("entity.term", [{"unlimited": True}, {"from": "2026-11-24", "to": "2046-11-23"}],
         [{}, {"unlimited": True, "to": "2046-11-23"}, {"from": "2026-11-24"}]),
        ("entity.officers", [], [[{"person": 1, "position": "POSITION_MANAGER"}]]),
        ("material.application_form", [], [[{"deferredUntil": "2026-12-24"}], [], [{}]]),
        ("filing.persons", [], [[], [{"number": 1, "kind": "PERSON_KIND_NATURAL", "name": "某人"}]]),
    ]
    for key, good, bad in cases:
        for value in good:
            found = faults(schema, {**copy.deepcopy(answer), key: value})
            check(not found, key, value, found)
        for value in bad:
            check(faults(schema, {**copy.deepcopy(answer), key: value}), key, "takes", repr(value))


sys.exit(1 if main() else 0)
