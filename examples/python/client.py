#!/usr/bin/python3
"""Files with registryd and looks licences up, over mutually authenticated gRPC."""
import argparse
import json
import sys
import uuid

import grpc
from google.protobuf import json_format

from registry.v1 import filing_service_pb2, ledger_pb2, licence_service_pb2, model_pb2


def connect(tls, port, caller, host="127.0.0.1"):
    """A channel that shows the certificate of `caller` from the directory `tls`."""
    def read(name):
        with open(f"{tls}/{name}", "rb") as file:
            return file.read()

    credentials = grpc.ssl_channel_credentials(read("ca.crt"), read(f"{caller}.key"), read(f"{caller}.crt"))
    return grpc.secure_channel(f"{host}:{port}", credentials)


def method(channel, service, name, request, response):
    """A callable for one method; what generated stubs would do."""
    return channel.unary_unary(f"/registry.v1.{service}/{name}", request_serializer=request.SerializeToString,
                               response_deserializer=response.FromString)


def submit(channel, filing_json, request_id):
    request = filing_service_pb2.SubmitFilingRequest(request_id=request_id)
    json_format.Parse(filing_json, request.filing)
    call = method(channel, "FilingService", "SubmitFiling", filing_service_pb2.SubmitFilingRequest,
                  filing_service_pb2.SubmitFilingResponse)
    return call(request, timeout=30)


def get_licence(channel, code):
    call = method(channel, "LicenceService", "GetLicence", licence_service_pb2.GetLicenceRequest,
                  licence_service_pb2.GetLicenceResponse)
    return call(licence_service_pb2.GetLicenceRequest(credit_code=code), timeout=30)


def record_of(licence):
    """The sections that came, merged: concatenating their bytes is merging."""
    return ledger_pb2.Record.FromString(b"".join(section.bytes for section in licence.entry.sections))


def show_case(answer):
    case = answer.filed_case
    print(f"办件 case {case.number}: {model_pb2.CaseState.Name(case.state)} {case.credit_code}")
    for finding in case.findings:
        print(f"  [{finding.rule}] {finding.path}: {finding.message_zh} / {finding.message_en} ({finding.legal_basis})")


def show_licence(licence):
    record = record_of(licence)
    face = record.licence
    print(f"{face.credit_code}  {face.name.full or '—'}  {face.representative}  成立 {face.established}")
    print(f"  {face.address.text}\n  {face.scope}")
    print(f"  可见信息段 sections seen: {[section.id for section in licence.entry.sections]}, "
          f"仅见摘要 digests only: {[digest.id for digest in licence.entry.digests]}")
    for item in record.items:
        print(f"  事项 item {item.item}: " + json.dumps(json_format.MessageToDict(item).get("facts", []), ensure_ascii=False))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tls", default="demo/registry/tls", help="directory with ca.crt and the caller's certificate")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--as", dest="caller", default="window", help="window, tax, auditor or operator")
    commands = parser.add_subparsers(dest="command", required=True)
    submit_parser = commands.add_parser("submit")
    submit_parser.add_argument("file")
    submit_parser.add_argument("--request-id", default=None)
    submit_parser.add_argument("--code-only", action="store_true", help="print the credit code and nothing else")
    get_parser = commands.add_parser("get")
    get_parser.add_argument("code")
    arguments = parser.parse_args()
    try:
        with connect(arguments.tls, arguments.port, arguments.caller) as channel:
            if arguments.command == "get":
                show_licence(get_licence(channel, arguments.code))
                return 0
            with open(arguments.file, encoding="utf-8") as file:
                answer = submit(channel, file.read(), arguments.request_id or str(uuid.uuid4()))
            if arguments.code_only:
                print(answer.filed_case.credit_code)
            else:
                show_case(answer)
                if answer.HasField("licence"):
                    show_licence(answer.licence)
            return 0 if answer.HasField("licence") else 1
    except grpc.RpcError as error:
        print(f"{error.code().name}: {error.details()}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
