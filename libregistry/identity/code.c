/* Unified social credit code (GB 32100-2015 with XG1-2016).
 *
 * Characters: 1 department, 2 category, 3-8 registrar, 9-17 subject code (an organisation code, GB 11714), 18 check. Weights
 * 3^(i-1) mod 31; the whole code's weighted sum, check character included with weight 1, is 0 mod 31.
 *
 * One pass over a table of what each character at each place adds to both sums: the credit code's in bits 0-13 (at most
 * 17 * 30 * 30 + 30), the organisation code's in bits 14-25 (at most 8 * 35 * 10), and the number of characters that cannot
 * stand there from bit 26 on.
 */
#include <registry/code.h>

#include <string.h>

#include "identity/alphabet.h"

#define ORGANISATION_SHIFT 14
#define BAD_SHIFT 26
#define BAD (UINT32_C(1) << BAD_SHIFT)
#define CREDIT_MASK ((UINT32_C(1) << ORGANISATION_SHIFT) - 1)
#define ORGANISATION_MASK ((UINT32_C(1) << (BAD_SHIFT - ORGANISATION_SHIFT)) - 1)


/* What character `c` of value `v` (credit code) and `o` (organisation code) adds at a place of weights w and g. */
#define ADDS(v, o, w, g) ((uint32_t)((v) * (w)) + ((uint32_t)((o) * (g)) << ORGANISATION_SHIFT))
#define DIGITS(w, g) \
    ['0'] = ADDS(0, 0, w, g), ['1'] = ADDS(1, 1, w, g), ['2'] = ADDS(2, 2, w, g), ['3'] = ADDS(3, 3, w, g), ['4'] = ADDS(4, 4, w, g), \
    ['5'] = ADDS(5, 5, w, g), ['6'] = ADDS(6, 6, w, g), ['7'] = ADDS(7, 7, w, g), ['8'] = ADDS(8, 8, w, g), ['9'] = ADDS(9, 9, w, g)
#define LETTERS(w, g) \
    ['A'] = ADDS(10, 10, w, g), ['B'] = ADDS(11, 11, w, g), ['C'] = ADDS(12, 12, w, g), ['D'] = ADDS(13, 13, w, g), \
    ['E'] = ADDS(14, 14, w, g), ['F'] = ADDS(15, 15, w, g), ['G'] = ADDS(16, 16, w, g), ['H'] = ADDS(17, 17, w, g), \
    ['J'] = ADDS(18, 19, w, g), ['K'] = ADDS(19, 20, w, g), ['L'] = ADDS(20, 21, w, g), ['M'] = ADDS(21, 22, w, g), \
    ['N'] = ADDS(22, 23, w, g), ['P'] = ADDS(23, 25, w, g), ['Q'] = ADDS(24, 26, w, g), ['R'] = ADDS(25, 27, w, g), \
    ['T'] = ADDS(26, 29, w, g), ['U'] = ADDS(27, 30, w, g), ['W'] = ADDS(28, 32, w, g), ['X'] = ADDS(29, 33, w, g), \
    ['Y'] = ADDS(30, 34, w, g)
#define NONE [0 ... 255] = BAD
#define DIGIT_PLACE(w) {NONE, DIGITS(w, 0)}
#define PLACE(w, g) {NONE, DIGITS(w, g), LETTERS(w, g)}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#pragma GCC diagnostic ignored "-Wpedantic"
#ifdef __clang__
#pragma clang diagnostic ignored "-Winitializer-overrides"
#endif
static const uint32_t adds[REG_CODE_LEN][256] = {
    PLACE(1, 0),       PLACE(3, 0),       DIGIT_PLACE(9),   DIGIT_PLACE(27),  DIGIT_PLACE(19),  DIGIT_PLACE(26),
    DIGIT_PLACE(16),   DIGIT_PLACE(17),   PLACE(20, 3),     PLACE(29, 7),     PLACE(25, 9),     PLACE(13, 10),
    PLACE(8, 5),       PLACE(24, 8),      PLACE(10, 4),     PLACE(30, 2),     PLACE(28, 0),     PLACE(1, 0),
};
#pragma GCC diagnostic pop

const char reg_code_alphabet[REG_CODE_BASE + 1] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

int reg_code_value(char c)
{
    const char *at = c ? strchr(reg_code_alphabet, c) : NULL;

    return at ? (int)(at - reg_code_alphabet) : -1;
}

/* ---- departments and categories ------------------------------------------------------------------------------------ */

/* data/credit_code_prefixes.csv: the categories of each department. */
static bool prefix_known(char department, char category)
{
    switch (department) {
    case '1': return category == '1' || category == '2' || category == '3' || category == '9';
    case '2':
    case '4': return category == '1' || category == '9';
    case '3': return (category >= '1' && category <= '5') || category == '9';
    case '5':
    case 'N': return (category >= '1' && category <= '3') || category == '9';
    case '6':
    case '7': return category == '1' || category == '2' || category == '9';
    case '8':
    case 'A': return category == '1' || category == '9';
    case '9': return category >= '1' && category <= '3';
    case 'Y': return category == '1';
    default: return false;
    }
}

/* ---- checking ------------------------------------------------------------------------------------------------------ */

static unsigned registrar_of(const char *code)
{
    unsigned number = 0;

    for (int i = 2; i < 8; i++)
        number = number * 10 + (unsigned)(code[i] - '0');
    return number;
}

/* Codes of Fuzhou and Xiamen registered before 2016 whose last character does not follow from the rest. */
static bool is_legacy(const char *code)
{
    return memcmp(code + 2, "350", 3) == 0 && (code[5] == '1' || code[5] == '2') && memcmp(code + 8, "M000", 4) == 0;
}

static enum reg_code_reason judge(const char *code, size_t len)
{
    const unsigned char *at = (const unsigned char *)code;
    uint32_t sum = 0;

    if (len != REG_CODE_LEN)
        return REG_CODE_LENGTH;
    for (int i = 0; i < REG_CODE_LEN; i++)
        sum += adds[i][at[i]];
    if (sum >> BAD_SHIFT)
        return REG_CODE_CHARACTER;
    if (!prefix_known(code[0], code[1]))
        return REG_CODE_PREFIX;
    if (!reg_organisation_check_fits(sum >> ORGANISATION_SHIFT & ORGANISATION_MASK, code[16]))
        return REG_CODE_SUBJECT_CHECK;
    if ((sum & CREDIT_MASK) % REG_CODE_BASE != 0)
        return is_legacy(code) ? REG_CODE_LEGACY : REG_CODE_CHECK;
    return reg_registrar_known(registrar_of(code)) ? REG_CODE_GOOD : REG_CODE_REGISTRAR_UNKNOWN;
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
    uint32_t sum = 0;

    if (!prefix_known(prefix[0], prefix[1]) || !reg_registrar_known(registrar) || reg_organisation_code_make(body, organisation) != 0)
        return REG_ERR_INVALID;
    memcpy(code, prefix, 2);
    for (int i = 7; i >= 2; i--, registrar /= 10)
        code[i] = (char)('0' + registrar % 10);
    memcpy(code + 8, organisation, REG_SUBJECT_LEN);
    for (int i = 0; i < REG_CODE_LEN - 1; i++)
        sum += adds[i][(unsigned char)code[i]];
    if (sum >> BAD_SHIFT) /* a character of GB 11714 that a credit code does not have */
        return REG_ERR_INVALID;
    code[REG_CODE_LEN - 1] = reg_code_alphabet[(REG_CODE_BASE - (sum & CREDIT_MASK) % REG_CODE_BASE) % REG_CODE_BASE];
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
