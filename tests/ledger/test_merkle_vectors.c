/* Proofs made by others: every case of tests/vectors/merkle.json, good and bad. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/base64.h"
#include "ledger/merkle.h"
#include "suite.h"

#define PROOF_MAX 80

static json_t *vectors;

static int load(void)
{
    vectors = json_load_file(REG_SOURCE_DIR "/tests/vectors/merkle.json", JSON_DECODE_INT_AS_REAL, NULL);
    return vectors ? 0 : 1;
}

static int unload(void)
{
    json_decref(vectors);
    return 0;
}

/* A hash of 32 bytes; false where it is longer or no base64. Cases that do not care have a few bytes of text: zeros follow.
 */
static bool get_hash(const json_t *text, uint8_t ret[REG_DIGEST_LEN])
{
    uint8_t bytes[512] = {0};
    size_t len;

    if (!json_is_string(text) || json_string_length(text) > 600 ||
        !base64_decode(json_string_value(text), json_string_length(text), bytes, &len) || len == 0 || len > REG_DIGEST_LEN)
        return false;
    memcpy(ret, bytes, REG_DIGEST_LEN);
    return true;
}

static bool get_proof(const json_t *list, uint8_t (*ret)[REG_DIGEST_LEN], size_t *ret_count)
{
    *ret_count = json_array_size(list);
    if (*ret_count > PROOF_MAX)
        return false;
    for (size_t i = 0; i < *ret_count; i++)
        if (!get_hash(json_array_get(list, i), ret[i]))
            return false;
    return true;
}

/* Indexes of the vectors go up to 2^64 - 1, which jansson reads as a real: everything from 2^63 on is that one. */
static uint64_t number(const json_t *item, const char *key)
{
    double value = json_real_value(json_object_get(item, key));

    return value < 9223372036854775808.0 ? (uint64_t)value : UINT64_MAX;
}

static bool inclusion_holds(const json_t *item)
{
    uint8_t leaf[REG_DIGEST_LEN], root[REG_DIGEST_LEN], proof[PROOF_MAX][REG_DIGEST_LEN];
    uint64_t index = number(item, "leafIdx"), size = number(item, "treeSize");
    size_t count;

    return get_hash(json_object_get(item, "leafHash"), leaf) && get_hash(json_object_get(item, "root"), root) &&
           get_proof(json_object_get(item, "proof"), proof, &count) &&
           reg_inclusion_verify(REG_SUITE_INTL, leaf, index, size, (const uint8_t(*)[REG_DIGEST_LEN])proof, count, root) ==
               0;
}

static bool consistency_holds(const json_t *item)
{
    uint8_t root1[REG_DIGEST_LEN], root2[REG_DIGEST_LEN], proof[PROOF_MAX][REG_DIGEST_LEN];
    uint64_t size1 = number(item, "size1"), size2 = number(item, "size2");
    size_t count;

    return get_hash(json_object_get(item, "root1"), root1) && get_hash(json_object_get(item, "root2"), root2) &&
           get_proof(json_object_get(item, "proof"), proof, &count) &&
           reg_consistency_verify(REG_SUITE_INTL, size1, root1, size2, root2, (const uint8_t(*)[REG_DIGEST_LEN])proof,
                                  count) == 0;
}

static void run(const char *kind, bool (*holds)(const json_t *item))
{
    const json_t *list = json_object_get(vectors, kind), *item;
    size_t i, good = 0;

    json_array_foreach(list, i, item)
    {
        bool bad = json_is_true(json_object_get(item, "wantErr"));

        good += !bad;
        CHECK_CASE(holds(item) == !bad, "%s (%s)", json_string_value(json_object_get(item, "case")),
                   json_string_value(json_object_get(item, "desc")));
    }
    CU_ASSERT_EQUAL(i, 98);
    CU_ASSERT(good > 0);
}

static void test_inclusion(void)
{
    run("inclusion", inclusion_holds);
}

static void test_consistency(void)
{
    run("consistency", consistency_holds);
}

static CU_TestInfo tests[] = {{"inclusion", test_inclusion}, {"consistency", test_consistency}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"merkle vectors", load, unload, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
