/* Unified social credit code (GB 32100-2015 with XG1-2016).
 *
 * Characters: 1 department, 2 category, 3-8 registrar, 9-17 subject code (an organisation code, GB 11714), 18 check. Weights
 * 3^(i-1) mod 31; the whole code's weighted sum, check character included with weight 1, is 0 mod 31.
 *
 * One pass over a table (make_code_table.c) of what each character at each place adds to both sums: the credit code's in
 * bits 0-13 (at most 16 * 30 * 30 + 30), the organisation code's in bits 14-24 (at most 48 * 35 + 10), whether character 17
 * can be no check character in bit 25, the number of characters that cannot stand where they do in bits 26-31, the first four
 * digits of the registrar in bits 32-45 and its last two in bits 46-52. What is good is found without a branch that depends on the code; what is not is looked at again for the reason.
 */
#include <registry/code.h>

#include <string.h>

#include "code_table.h"
#include "identity/alphabet.h"

#define CREDIT_MASK   ((UINT32_C(1) << 14) - 1)
#define SUBJECT_SHIFT 14
#define SUBJECT_MASK  ((UINT32_C(1) << 11) - 1)
#define NO_CHECK      (UINT32_C(1) << 25)
#define BAD           (UINT64_C(63) << 26)
#define HUNDREDS(sum) ((unsigned)((sum) >> 32 & 16383))
#define REST(sum)     ((unsigned)((sum) >> 46))

const char reg_code_alphabet[REG_CODE_BASE + 1] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

int reg_code_value(char c)
{
    const char *at = c ? strchr(reg_code_alphabet, c) : NULL;

    return at ? (int)(at - reg_code_alphabet) : -1;
}

/* ---- departments and categories ------------------------------------------------------------------------------------ */

/* Both are of the alphabet. */
static bool prefix_known(char department, char category)
{
    return categories[(unsigned char)department] >> ((category - '0') & 63) & 1;
}

/* ---- checking ------------------------------------------------------------------------------------------------------ */

/* Codes of Fuzhou and Xiamen registered before 2016 whose last character does not follow from the rest. */
static bool is_legacy(const char *code)
{
    return memcmp(code + 2, "350", 3) == 0 && (code[5] == '1' || code[5] == '2') && memcmp(code + 8, "M000", 4) == 0;
}

/* What `count` characters of a code add up to. */
static inline uint64_t add_up(const char *code, int count)
{
    const unsigned char *at = (const unsigned char *)code;
    uint64_t sum = 0;

#pragma GCC unroll 18
    for (int i = 0; i < count; i++)
        sum += adds[i][at[i]];
    return sum;
}

static bool subject_fits(uint64_t sum)
{
    return (uint32_t)(sum >> SUBJECT_SHIFT & SUBJECT_MASK) % 11 == 0 && !(sum & NO_CHECK);
}

static bool credit_fits(uint64_t sum)
{
    return (uint32_t)(sum & CREDIT_MASK) % REG_CODE_BASE == 0;
}

/* The reason of a code of the right length and characters that is not good in every respect. */
static enum reg_code_reason find_reason(const char *code, uint64_t sum)
{
    if (!prefix_known(code[0], code[1]))
        return REG_CODE_PREFIX;
    if (!subject_fits(sum))
        return REG_CODE_SUBJECT_CHECK;
    if (!credit_fits(sum))
        return is_legacy(code) ? REG_CODE_LEGACY : REG_CODE_CHECK;
    return REG_CODE_REGISTRAR_UNKNOWN;
}

static enum reg_code_reason judge(const char *code, size_t len)
{
    uint64_t sum;

    if (len != REG_CODE_LEN)
        return REG_CODE_LENGTH;
    sum = add_up(code, REG_CODE_LEN);
    if (sum & BAD)
        return REG_CODE_CHARACTER;
    if ((int)prefix_known(code[0], code[1]) & (int)subject_fits(sum) & (int)credit_fits(sum) & (int)reg_division_listed(HUNDREDS(sum), REST(sum)))
        return REG_CODE_GOOD;
    return find_reason(code, sum);
}

enum reg_verdict reg_code_check(const char *code, size_t len, enum reg_code_reason *ret_reason)
{
    enum reg_code_reason reason = judge(code, len);

    if (ret_reason)
        *ret_reason = reason;
    if (reason == REG_CODE_GOOD || reason == REG_CODE_REGISTRAR_UNKNOWN)
        return REG_VERDICT_VALID;
    return reason == REG_CODE_LEGACY ? REG_VERDICT_LEGACY : REG_VERDICT_INVALID;
}

/* ---- making -------------------------------------------------------------------------------------------------------- */

int reg_code_make(const char prefix[2], unsigned registrar, const char body[8], char ret_code[REG_CODE_LEN + 1])
{
    char code[REG_CODE_LEN + 1] = {0}, organisation[REG_SUBJECT_LEN + 1];
    uint64_t sum;

    if (reg_code_value(prefix[0]) < 0 || reg_code_value(prefix[1]) < 0 || !prefix_known(prefix[0], prefix[1]) ||
        !reg_registrar_known(registrar) || reg_organisation_code_make(body, organisation) != 0)
        return REG_ERR_INVALID;
    memcpy(code, prefix, 2);
    for (int i = 7; i >= 2; i--, registrar /= 10)
        code[i] = (char)('0' + registrar % 10);
    memcpy(code + 8, organisation, REG_SUBJECT_LEN);
    sum = add_up(code, REG_CODE_LEN - 1);
    if (sum & BAD) /* a character of GB 11714 that a credit code does not have */
        return REG_ERR_INVALID;
    code[REG_CODE_LEN - 1] = reg_code_alphabet[(REG_CODE_BASE - (unsigned)(sum & CREDIT_MASK) % REG_CODE_BASE) % REG_CODE_BASE];
    memcpy(ret_code, code, sizeof code);
    return 0;
}

int reg_code_pool_body(const char *prefix, uint64_t n, char ret_body[9])
{
    size_t len = strlen(prefix);
    char body[9] = {0};

    if (len > 8)
        return REG_ERR_LIMIT;
    for (size_t i = 0; i < len; i++)
        if (reg_code_value(prefix[i]) < 0)
            return REG_ERR_INVALID;
    memcpy(body, prefix, len);
    for (size_t i = 8; i > len; i--, n /= REG_CODE_BASE)
        body[i - 1] = reg_code_alphabet[n % REG_CODE_BASE];
    if (n != 0)
        return REG_ERR_LIMIT;
    memcpy(ret_body, body, sizeof body);
    return 0;
}
