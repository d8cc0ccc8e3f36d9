/* Family A: codes, documents, contacts. */
#include "law.h"
#include "model.h"
#include "suite.h"

#define NODE(code) "assignedCode=" code "; entity.established=2026-11-20"
#define GOOD       NODE("91341300MAY000009W")

static const struct law_row rows[] = {
    /* 法人和其他组织统一社会信用代码编码规则 */
    {"A01", PASSES, "18 characters", LLC, TODAY, GOOD, SILENT, "GB 32100-2015"},
    {"A01", LAST_GOOD, "the last letter of the standard, Y", LLC, TODAY, NODE("91341300MAY000180Y"), SILENT,
     "GB 32100-2015"},
    {"A01", FIRST_BAD, "17 characters", LLC, TODAY, NODE("91341300MAY000009"), ERROR, "assignedCode", "GB 32100-2015"},
    {"A01", FIRST_BAD, "19 characters", LLC, TODAY, NODE("91341300MAY000009W0"), ERROR, "assignedCode", "GB 32100-2015"},
    {"A01", FAILS, "the letter I", LLC, TODAY, NODE("91341300MAI000009W"), ERROR, "assignedCode", "GB 32100-2015"},
    {"A01", FAILS, "a small letter", LLC, TODAY, NODE("91341300MAy000009W"), ERROR, "assignedCode", "GB 32100-2015"},
    {"A02", PASSES, "the check character follows", LLC, TODAY, GOOD, SILENT, "GB 32100-2015"},
    {"A02", LAST_GOOD, "the check character is 0", LLC, TODAY, NODE("91341300MAY00005X0"), SILENT, "GB 32100-2015"},
    {"A02", FIRST_BAD, "the next check character", LLC, TODAY, NODE("91341300MAY000009X"), ERROR, "assignedCode",
     "GB 32100-2015"},
    {"A02", FAILS, "a code of before 2016 that does not follow, newly issued", LLC, TODAY, NODE("91350203M0001FUE2P"), ERROR,
     "assignedCode", "GB 32100-2015"},
    {"A02", FAILS, "an investor's check character", JSC, TODAY, "persons[3].creditCode=91341300MAY000009X", ERROR,
     "persons[3].creditCode", "GB 32100-2015"},
    {"A02", FAILS, "an investor's code of before 2016 that does not follow", JSC, TODAY,
     "persons[3].creditCode=91350203M0001FUE2P", REVIEW, "persons[3].creditCode", "GB 32100-2015"},
    {"A02", FAILS, "a parent's code of before 2016 that does not follow", BRANCH, TODAY,
     "entity.parentCode=91350203M0001FUE2P", REVIEW, "entity.parentCode", "GB 32100-2015"},
    {"A03", PASSES, "character 17 follows", LLC, TODAY, GOOD, SILENT, "GB 11714-1997"},
    {"A03", LAST_GOOD, "the check is 10, written X", LLC, TODAY, NODE("91341300MAY00005X0"), SILENT, "GB 11714-1997"},
    {"A03", LAST_GOOD, "the check is 11, written 0", LLC, TODAY, NODE("91341300MAY000180Y"), SILENT, "GB 11714-1997"},
    {"A03", FIRST_BAD, "one less in the eight characters", LLC, TODAY, NODE("91341300MAY000008W"), ERROR, "assignedCode",
     "GB 11714-1997"},
    {"A03", FAILS, "another character 17", LLC, TODAY, NODE("91341300MAY000007W"), ERROR, "assignedCode", "GB 11714-1997"},
    {"A04", PASSES, "91: an enterprise at the market regulator", LLC, TODAY, GOOD, SILENT, "GB 32100-2015"},
    {"A04", LAST_GOOD, "93: a cooperative", COOPERATIVE, TODAY, NODE("93341300MAY000009N"), SILENT, "GB 32100-2015"},
    {"A04", FIRST_BAD, "94, which the market regulator does not have", LLC, TODAY, NODE("94341300MAY000009W"), ERROR,
     "assignedCode", "GB 32100-2015"},
    {"A04", FAILS, "11, a state organ", LLC, TODAY, NODE("11100000MB0143028R"), ERROR, "assignedCode", "GB 32100-2015"},
    {"A05", PASSES, "91 for a company", LLC, TODAY, GOOD, SILENT, "GB 32100-2015"},
    {"A05", PASSES, "92 for an individual business", INDIVIDUAL, TODAY, NODE("92341300MAY000009R"), SILENT, "GB 32100-2015"},
    {"A05", LAST_GOOD, "93 for a cooperative", COOPERATIVE, TODAY, NODE("93341300MAY000009N"), SILENT, "GB 32100-2015"},
    {"A05", FIRST_BAD, "91 for a cooperative", COOPERATIVE, TODAY, GOOD, ERROR, "assignedCode", "GB 32100-2015"},
    {"A05", FAILS, "92 for a company", LLC, TODAY, NODE("92341300MAY000009R"), ERROR, "assignedCode", "GB 32100-2015"},
    {"A06", PASSES, "a registrar of GB/T 2260", JSC, TODAY, "", SILENT, "GB/T 2260"},
    {"A06", LAST_GOOD, "a development zone, outside GB/T 2260", JSC, TODAY, "persons[3].creditCode=91320594MAY000009P",
     SILENT, "GB/T 2260"},
    {"A06", LAST_GOOD, "the State's registrar", JSC, TODAY, "persons[3].creditCode=91100000MAY0000093", SILENT, "GB/T 2260"},
    {"A06", FIRST_BAD, "an investor of a registrar that nobody knows", JSC, TODAY,
     "persons[3].creditCode=91999999MAY0000099", WARNING, "persons[3].creditCode", "GB/T 2260"},
    {"A06", FAILS, "a registrar that nobody knows issues", LLC, TODAY, NODE("91999999MAY0000099"), ERROR, "assignedCode",
     "GB/T 2260"},
    {"A07", PASSES, "a code that nobody has", LLC, TODAY, GOOD, SILENT, "国发〔2015〕33号"},
    {"A07", LAST_GOOD, "a registrar allots the code itself", LLC, TODAY, "", SILENT, "国发〔2015〕33号"},
    {"A07", FIRST_BAD, "a code that somebody has", LLC, TODAY, GOOD "; @code taken", ERROR, "assignedCode",
     "国发〔2015〕33号"},
    {"A07", FAILS, "a cooperative's code that somebody has", COOPERATIVE, TODAY, NODE("93341300MAY000009N") "; @code taken",
     ERROR, "assignedCode", "国发〔2015〕33号"},

    /* 公民身份号码 */
    {"A08", PASSES, "the standard's example", LLC, TODAY, "persons[0].id.number=11010519491231002X", SILENT,
     "GB 11643-1999"},
    {"A08", LAST_GOOD, "born on the day of the filing", LLC, TODAY, "persons[0].id.number=born 20261124", SILENT,
     "GB 11643-1999"},
    {"A08", FIRST_BAD, "born on the day after", LLC, TODAY, "persons[0].id.number=born 20261125", ERROR,
     "persons[0].id.number", "GB 11643-1999"},
    {"A08", FAILS, "another check character", LLC, TODAY, "persons[0].id.number=110105194912310021", ERROR,
     "persons[0].id.number", "GB 11643-1999"},
    {"A08", FAILS, "a small x", LLC, TODAY, "persons[0].id.number=11010519491231002x", ERROR, "persons[0].id.number",
     "GB 11643-1999"},
    {"A08", FAILS, "digits of full width", LLC, TODAY, "persons[0].id.number=１１０１０５１９４９１２３１００２X", ERROR,
     "persons[0].id.number", "GB 11643-1999"},
    {"A08", FAILS, "born on 30 February", LLC, TODAY, "persons[0].id.number=born 19900230", ERROR, "persons[0].id.number",
     "GB 11643-1999"},
    {"A08", PASSES, "a passport, which has no check", LLC, TODAY,
     "persons[0].id.kind=ID_KIND_PASSPORT; persons[0].id.number=E12345678", SILENT, "GB 11643-1999"},
    {"A08", FAILS, "a permit for residents of Hong Kong, Macao and Taiwan with a mainland number", LLC, TODAY,
     "persons[0].id.kind=ID_KIND_HMT_RESIDENCE", ERROR, "persons[0].id.number", "GB 11643-1999"},
    {"A09", PASSES, "18 digits", LLC, TODAY, "", SILENT, "居民身份证法"},
    {"A09", LAST_GOOD, "15 digits on the last day of 2012", LLC, "2012-12-31", "persons[0].id.number=341302900307123",
     SILENT, "居民身份证法"},
    {"A09", FIRST_BAD, "15 digits on the first day of 2013", LLC, "2013-01-01", "persons[0].id.number=341302900307123",
     ERROR, "persons[0].id.number", "居民身份证法"},
    {"A09", FAILS, "15 digits", LLC, TODAY, "persons[0].id.number=341302900307123", ERROR, "persons[0].id.number",
     "居民身份证法"},

    /* 工商行政管理注册号, 组织机构代码: of former days */
    {"A10", PASSES, "a registration number", LLC, TODAY, "entity.formerNumbers=[\"110108000000016\"]", SILENT, "GS 15-2006"},
    {"A10", PASSES, "an organisation code", LLC, TODAY, "entity.formerNumbers=[\"76081063-9\"]", SILENT, "GB 11714-1997"},
    {"A10", LAST_GOOD, "an organisation code's check is 10, written X", LLC, TODAY, "entity.formerNumbers=[\"76080006-X\"]",
     SILENT, "GB 11714-1997"},
    {"A10", FIRST_BAD, "the next check digit", LLC, TODAY, "entity.formerNumbers=[\"110108000000017\"]", ERROR,
     "entity.formerNumbers[0]", "GS 15-2006"},
    {"A10", FIRST_BAD, "14 digits", LLC, TODAY, "entity.formerNumbers=[\"11010800000001\"]", ERROR,
     "entity.formerNumbers[0]", "GS 15-2006"},
    {"A10", FAILS, "an organisation code's check digit", LLC, TODAY,
     "entity.formerNumbers=[\"110108000000016\", \"76081063-8\"]", ERROR, "entity.formerNumbers[1]", "GB 11714-1997"},

    /* 电话、邮政编码 */
    {"A11", PASSES, "a mobile from abroad", LLC, TODAY, "persons[0].contact.mobile=+4915112345678", SILENT, "通信编号规则"},
    {"A11", LAST_GOOD, "a mobile that begins with 13", LLC, TODAY, "persons[0].contact.mobile=13000000101", SILENT,
     "通信编号规则"},
    {"A11", FIRST_BAD, "a mobile that begins with 12", LLC, TODAY, "persons[0].contact.mobile=12900000101", WARNING,
     "persons[0].contact.mobile", "通信编号规则"},
    {"A11", FIRST_BAD, "a mobile of ten digits", LLC, TODAY, "persons[0].contact.mobile=1390000010", WARNING,
     "persons[0].contact.mobile", "通信编号规则"},
    {"A11", FIRST_BAD, "a mobile of twelve digits", LLC, TODAY, "persons[0].contact.mobile=139000001010", WARNING,
     "persons[0].contact.mobile", "通信编号规则"},
    {"A11", PASSES, "a landline with an extension", LLC, TODAY, "persons[0].contact.telephone=0557-3012345-801", SILENT,
     "通信编号规则"},
    {"A11", FAILS, "a landline without its 0", LLC, TODAY, "persons[0].contact.telephone=557-3012345", WARNING,
     "persons[0].contact.telephone", "通信编号规则"},
    {"A11", FAILS, "another county's post code", LLC, TODAY, "entity.address.postcode=235300", WARNING,
     "entity.address.postcode", "通信编号规则"},
    {"A11", PASSES, "a division whose post codes are not known", LLC, TODAY,
     "entity.address.division=341371; entity.address.postcode=999999", SILENT, "通信编号规则"},
};

static void test_rows(void)
{
    law_check(rows, sizeof rows / sizeof *rows);
}

static CU_TestInfo tests[] = {{"rows", test_rows}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"codes", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
