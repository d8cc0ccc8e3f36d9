#!/usr/bin/env node
// Files with registryd and looks licences up, over mutually authenticated gRPC.
//   node client.js --tls DIR --port PORT [--as window] submit FILE [REQUEST_ID]
//   node client.js --tls DIR --port PORT [--as tax] get CODE
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const protos = path.join(__dirname, '..', '..', 'proto');

// keepCase: without it request_id would silently be sent empty. defaults: section 0 would come without its id.
function services() {
  const definition = loader.loadSync(['registry/v1/filing_service.proto', 'registry/v1/licence_service.proto'],
    {keepCase: true, defaults: true, longs: String, enums: String, includeDirs: [protos]});
  return grpc.loadPackageDefinition(definition).registry.v1;
}

// The example filings are proto3 JSON (lowerCamelCase); proto-loader wants the names of the .proto.
function snakeCase(value) {
  if (Array.isArray(value)) return value.map(snakeCase);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) =>
    [key.replace(/[A-Z]/g, (letter) => '_' + letter.toLowerCase()), snakeCase(inner)]));
}

function credentials(tls, caller) {
  const read = (name) => fs.readFileSync(path.join(tls, name));
  return grpc.credentials.createSsl(read('ca.crt'), read(`${caller}.key`), read(`${caller}.crt`));
}

function call(client, name, request) {
  return new Promise((resolve, reject) =>
    client[name](request, {deadline: Date.now() + 30000}, (error, answer) => error ? reject(error) : resolve(answer)));
}

async function main(argv) {
  const options = {tls: 'demo/registry/tls', as: 'window'};
  while (argv.length && argv[0].startsWith('--')) options[argv.shift().slice(2)] = argv.shift();
  const [command, subject, requestId] = argv;
  const {FilingService, LicenceService} = services();
  const address = `127.0.0.1:${options.port}`, channel = credentials(options.tls, options.as);
  if (command === 'submit') {
    const filing = snakeCase(JSON.parse(fs.readFileSync(subject, 'utf8')));
    const answer = await call(new FilingService(address, channel), 'SubmitFiling',
      {request_id: requestId || crypto.randomUUID(), filing});
    console.log(JSON.stringify(answer.filed_case, null, 2));
    return answer.licence ? 0 : 1;
  }
  if (command === 'get') {
    const licence = await call(new LicenceService(address, channel), 'GetLicence', {credit_code: subject});
    console.log(JSON.stringify({
      status: licence.status,
      sections: licence.entry.sections.map((section) => section.id),
      digests: licence.entry.digests.map((digest) => digest.id),
    }, null, 2));
    return 0;
  }
  console.error('usage: client.js --tls DIR --port PORT [--as CALLER] submit FILE [REQUEST_ID] | get CODE');
  return 2;
}

main(process.argv.slice(2)).then((code) => { process.exitCode = code; }, (error) => {
  console.error(`${grpc.status[error.code] || 'ERROR'}: ${error.details || error.message}`);
  process.exitCode = 2;
});
