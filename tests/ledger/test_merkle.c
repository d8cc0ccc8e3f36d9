/* The tree: known roots, the edge against the definition, proofs of every position and size. */
#include <stdio.h>
#include <string.h>

#include "ledger/merkle.h"
#include "suite.h"

#define SUITE  REG_SUITE_INTL
#define LEAVES 600

static uint8_t leaves[LEAVES][REG_DIGEST_LEN];

/* RFC 9162 section 2.1.1, word for word. */
static void definition(size_t from, size_t count, uint8_t ret[REG_DIGEST_LEN])
{
    uint8_t left[REG_DIGEST_LEN], right[REG_DIGEST_LEN];
    size_t k = 1;

    if (count == 1) {
        memcpy(ret, leaves[from], REG_DIGEST_LEN);
        return;
    }
    while (k * 2 < count)
        k *= 2;
    definition(from, k, left);
    definition(from + k, count - k, right);
    CU_ASSERT_EQUAL(reg_merkle_node(SUITE, left, right, ret), 0);
}

static int make_leaves(void)
{
    for (size_t i = 0; i < LEAVES; i++) {
        char text[16];

        snprintf(text, sizeof text, "leaf %zu", i);
        if (reg_merkle_leaf(SUITE, (struct reg_bytes){(const uint8_t *)text, strlen(text)}, leaves[i]) != 0)
            return 1;
    }
    return 0;
}

static void edge_of(uint64_t size, struct reg_edge *ret)
{
    *ret = (struct reg_edge){0};
    for (uint64_t i = 0; i < size; i++)
        CU_ASSERT_EQUAL(reg_edge_append(SUITE, ret, leaves[i]), 0);
}

static void root_of(uint64_t size, uint8_t ret[REG_DIGEST_LEN])
{
    struct reg_edge edge;

    edge_of(size, &edge);
    CU_ASSERT_EQUAL(reg_edge_root(SUITE, &edge, ret), 0);
}

/* The leaves of certificate transparency's own test tree and its roots for 0 to 8 of them. */
static void test_known_roots(void)
{
    static const struct {
        size_t len;
        const char *leaf;
    } data[] = {{0, ""},
                {1, "\x00"},
                {1, "\x10"},
                {2, "\x20\x21"},
                {2, "\x30\x31"},
                {4, "\x40\x41\x42\x43"},
                {8, "\x50\x51\x52\x53\x54\x55\x56\x57"},
                {16, "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"}};
    static const char *const roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    struct reg_edge edge = {0};

    for (size_t size = 0; size <= 8; size++) {
        uint8_t root[REG_DIGEST_LEN], leaf[REG_DIGEST_LEN];
        char hex[2 * REG_DIGEST_LEN + 1];

        CU_ASSERT_EQUAL(reg_edge_root(SUITE, &edge, root), 0);
        for (size_t i = 0; i < sizeof root; i++)
            snprintf(hex + 2 * i, 3, "%02x", root[i]);
        CHECK_CASE(strcmp(hex, roots[size]) == 0, "%zu leaves: %s", size, hex);
        if (size == 8)
            break;
        CU_ASSERT_EQUAL(reg_merkle_leaf(SUITE, (struct reg_bytes){(const uint8_t *)data[size].leaf, data[size].len}, leaf),
                        0);
        CU_ASSERT_EQUAL(reg_edge_append(SUITE, &edge, leaf), 0);
    }
}

static void test_edge_is_the_definition(void)
{
    struct reg_edge edge = {0}, again;
    struct reg_buf buf = REG_BUF_INIT;

    for (size_t size = 1; size <= LEAVES; size++) {
        uint8_t expected[REG_DIGEST_LEN], root[REG_DIGEST_LEN];

        CU_ASSERT_EQUAL(reg_edge_append(SUITE, &edge, leaves[size - 1]), 0);
        definition(0, size, expected);
        buf.len = 0;
        reg_edge_encode(&edge, &buf);
        CU_ASSERT_EQUAL(reg_edge_decode(size, reg_buf_bytes(&buf), &again), 0);
        CU_ASSERT_EQUAL(reg_edge_root(SUITE, &again, root), 0);
        CHECK_CASE(memcmp(root, expected, sizeof root) == 0, "size %zu", size);
    }
    CU_ASSERT_EQUAL(reg_edge_decode(LEAVES - 1, reg_buf_bytes(&buf), &again), REG_ERR_CORRUPT);
    reg_buf_clear(&buf);
}

/* Hashes of whole subtrees, as tiles would give them. */
static int hash_at(void *context, unsigned level, uint64_t index, uint8_t ret[REG_DIGEST_LEN])
{
    size_t width = (size_t)1 << 8 * level;

    (void)context;
    CU_ASSERT_TRUE_FATAL((index + 1) * width <= LEAVES);
    definition((size_t)index * width, width, ret);
    return 0;
}

static const struct reg_tile_source source = {NULL, hash_at};
static const uint64_t sizes[] = {1, 2, 3, 4, 7, 8, 9, 64, 255, 256, 257, 300, 511, 512, 513, 600};
#define SIZE_COUNT (sizeof sizes / sizeof *sizes)

static void test_inclusion(void)
{
    for (size_t s = 0; s < SIZE_COUNT; s++) {
        uint8_t root[REG_DIGEST_LEN];

        root_of(sizes[s], root);
        for (uint64_t index = 0; index<sizes[s]; index += sizes[s]> 64 ? 13 : 1) {
            struct reg_buf proof = REG_BUF_INIT;
            const uint8_t(*hashes)[REG_DIGEST_LEN];
            size_t count;

            CU_ASSERT_EQUAL(reg_inclusion_prove(SUITE, &source, index, sizes[s], &proof), 0);
            hashes = (const uint8_t(*)[REG_DIGEST_LEN])proof.data;
            count = proof.len / REG_DIGEST_LEN;
            CHECK_CASE(reg_inclusion_verify(SUITE, leaves[index], index, sizes[s], hashes, count, root) == 0, "%lu of %lu",
                       (unsigned long)index, (unsigned long)sizes[s]);
            CHECK_CASE(reg_inclusion_verify(SUITE, leaves[index], index + 1, sizes[s], hashes, count, root) ==
                           REG_ERR_SIGNATURE,
                       "%lu of %lu at the next index", (unsigned long)index, (unsigned long)sizes[s]);
            if (count > 0) {
                proof.data[proof.len - 1] ^= 1;
                CHECK_CASE(reg_inclusion_verify(SUITE, leaves[index], index, sizes[s], hashes, count, root) ==
                               REG_ERR_SIGNATURE,
                           "%lu of %lu with a changed hash", (unsigned long)index, (unsigned long)sizes[s]);
            }
            reg_buf_clear(&proof);
        }
    }
    CU_ASSERT_EQUAL(reg_inclusion_prove(SUITE, &source, 5, 5, &(struct reg_buf){0}), REG_ERR_INVALID);
}

static void test_consistency(void)
{
    for (size_t o = 0; o < SIZE_COUNT; o++)
        for (size_t n = o; n < SIZE_COUNT; n++) {
            uint8_t old_root[REG_DIGEST_LEN], new_root[REG_DIGEST_LEN];
            struct reg_buf proof = REG_BUF_INIT;
            const uint8_t(*hashes)[REG_DIGEST_LEN];
            size_t count;

            root_of(sizes[o], old_root);
            root_of(sizes[n], new_root);
            CU_ASSERT_EQUAL(reg_consistency_prove(SUITE, &source, sizes[o], sizes[n], &proof), 0);
            hashes = (const uint8_t(*)[REG_DIGEST_LEN])proof.data;
            count = proof.len / REG_DIGEST_LEN;
            CHECK_CASE(reg_consistency_verify(SUITE, sizes[o], old_root, sizes[n], new_root, hashes, count) == 0,
                       "%lu to %lu", (unsigned long)sizes[o], (unsigned long)sizes[n]);
            if (o < n)
                CHECK_CASE(reg_consistency_verify(SUITE, sizes[o], new_root, sizes[n], new_root, hashes, count) ==
                               REG_ERR_SIGNATURE,
                           "%lu to %lu with another old root", (unsigned long)sizes[o], (unsigned long)sizes[n]);
            reg_buf_clear(&proof);
        }
    CU_ASSERT_EQUAL(reg_consistency_prove(SUITE, &source, 6, 5, &(struct reg_buf){0}), REG_ERR_INVALID);
}

static CU_TestInfo tests[] = {{"known roots", test_known_roots},
                              {"the edge is the definition", test_edge_is_the_definition},
                              {"inclusion", test_inclusion},
                              {"consistency", test_consistency},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"merkle", make_leaves, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
