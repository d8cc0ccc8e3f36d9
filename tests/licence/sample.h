/* An invented licence to make credentials of. */
#ifndef TESTS_LICENCE_SAMPLE_H
#define TESTS_LICENCE_SAMPLE_H

#include "licence/credential.h"

#define SAMPLE_IAT 1795500000

/* A licence with its parts; the parts are the struct's, so it must not be moved. */
struct sample {
    reg_pb_licence_record licence;
    reg_pb_name name;
    reg_pb_address address;
    reg_pb_money capital;
    reg_pb_term term;
    uint8_t nonce[REG_CREDENTIAL_NONCE_LEN];
    struct reg_item_set merged;
};

void sample_init(struct sample *sample);

/* Decode, encode, compare: parsing accepts one encoding of its claims. */
bool encodes_to_itself(struct reg_bytes bytes);

#endif
