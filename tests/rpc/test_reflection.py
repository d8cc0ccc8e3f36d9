"""What reflection serves equals the .proto files; health."""
import os
import subprocess
import tempfile
import unittest

import grpc
import health_pb2
import reflection_pb2
from google.protobuf import descriptor_pb2
from harness import PATIENCE, SOURCE, Registry, raw

PROTO = os.path.join(SOURCE, "proto")


def compiled():
    """FileDescriptorProtos of every .proto of the tree, by name."""
    names = [os.path.relpath(os.path.join(folder, name), PROTO) for folder, _, files in os.walk(PROTO)
             for name in sorted(files) if name.endswith(".proto")]
    with tempfile.TemporaryDirectory() as folder:
        made = os.path.join(folder, "set")
        subprocess.run(["protoc", "-I" + PROTO, "--include_imports", "--descriptor_set_out=" + made, *names], check=True)
        with open(made, "rb") as file:
            return {proto.name: proto for proto in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file}


class Serving(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.registry = Registry("gm").start()
        cls.addClassCleanup(cls.registry.close)
        cls.expected = compiled()

    def ask(self, version, *questions):
        method = self.registry.channel("tax").stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
            response_deserializer=reflection_pb2.ServerReflectionResponse.FromString)
        return list(method(iter([reflection_pb2.ServerReflectionRequest(**question) for question in questions]),
                           timeout=PATIENCE))

    def files(self, answer):
        protos = [descriptor_pb2.FileDescriptorProto.FromString(data)
                  for data in answer.file_descriptor_response.file_descriptor_proto]
        return {proto.name: proto for proto in protos}

    def test_equal(self):
        self.assertIn("registry/v1/ledger.proto", self.expected)
        for version in ("v1", "v1alpha"):
            answers = self.ask(version, *({"file_by_filename": name} for name in self.expected))
            for name, answer in zip(self.expected, answers, strict=True):
                with self.subTest(version=version, file=name):
                    served = self.files(answer)
                    self.assertIn(name, served)
                    for each, proto in served.items():
                        self.assertEqual(proto, self.expected[each])
                    imported = set(self.expected[name].dependency)
                    self.assertLessEqual(imported, set(served), "imports come along")

    def test_services_and_symbols(self):
        services = {f"{proto.package}.{service.name}": name for name, proto in self.expected.items()
                    for service in proto.service}
        for version in ("v1", "v1alpha"):
            listed, *answers = self.ask(version, {"list_services": ""},
                                        *({"file_containing_symbol": name} for name in services))
            self.assertEqual({service.name for service in listed.list_services_response.service}, set(services))
            for (name, file), answer in zip(services.items(), answers, strict=True):
                self.assertIn(file, self.files(answer), name)
            wrong, = self.ask(version, {"file_by_filename": "nothing.proto"})
            self.assertEqual(wrong.error_response.error_code, grpc.StatusCode.NOT_FOUND.value[0])

    def test_health(self):
        for caller in ("window", None):
            for service in ("", "registry.v1.FilingService", "registry.v1.LicenceService"):
                request = health_pb2.HealthCheckRequest(service=service).SerializeToString()
                answer = raw(self.registry.channel(caller), "/grpc.health.v1.Health/Check", request)
                self.assertEqual(health_pb2.HealthCheckResponse.FromString(answer).status,
                                 health_pb2.HealthCheckResponse.SERVING)
