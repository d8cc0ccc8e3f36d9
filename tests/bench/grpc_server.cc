// grpc_server CERT KEY ANSWER: gRPC C++'s callback server, with TLS on a free loopback port that it prints. It answers every
// GetLicence with the answer in the file, looked up by code in memory. What registryd's cache is measured against.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <unordered_map>

#include <grpcpp/grpcpp.h>

#include "registry/v1/licence_service.grpc.pb.h"

using registry::v1::GetLicenceRequest;
using registry::v1::GetLicenceResponse;

namespace {

std::string read(const char *name) {
  std::ifstream file(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class Service final : public registry::v1::LicenceService::CallbackService {
 public:
  explicit Service(const std::string &answer) {
    GetLicenceResponse licence;
    if (!licence.ParseFromString(answer)) std::abort();
    licences_[licence.status().credit_code()] = licence;
  }

  grpc::ServerUnaryReactor *GetLicence(grpc::CallbackServerContext *context, const GetLicenceRequest *request,
                                       GetLicenceResponse *response) override {
    grpc::ServerUnaryReactor *reactor = context->DefaultReactor();
    auto found = licences_.find(request->credit_code());
    if (found == licences_.end()) {
      reactor->Finish(grpc::Status(grpc::StatusCode::NOT_FOUND, "no such code"));
      return reactor;
    }
    *response = found->second;
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  std::unordered_map<std::string, GetLicenceResponse> licences_;
};

}  // namespace

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  Service service(read(argv[3]));
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({read(argv[2]), read(argv[1])});
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port);
  builder.RegisterService(&service);
  auto server = builder.BuildAndStart();
  if (!server) return 1;
  std::cout << port << std::endl;
  server->Wait();
}
