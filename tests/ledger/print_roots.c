/* Prints the SM3 roots of the trees over 0, 1, … N leaves, leaf i being its number in decimal; for merkle_sm3.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/merkle.h"

int main(int argc, char **argv)
{
    unsigned long count = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
    struct reg_edge edge = {0};

    for (unsigned long i = 0; i <= count; i++) {
        uint8_t root[REG_DIGEST_LEN], leaf[REG_DIGEST_LEN];
        char text[24];

        if (reg_edge_root(REG_SUITE_GM, &edge, root) != 0)
            return 1;
        for (size_t j = 0; j < sizeof root; j++)
            printf("%02x", root[j]);
        putchar('\n');
        snprintf(text, sizeof text, "%lu", i);
        if (reg_merkle_leaf(REG_SUITE_GM, (struct reg_bytes){(const uint8_t *)text, strlen(text)}, leaf) != 0 ||
            reg_edge_append(REG_SUITE_GM, &edge, leaf) != 0)
            return 1;
    }
    return 0;
}
