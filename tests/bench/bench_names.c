/* What it costs to ask which names are near a name: the query of CheckName and the comparison of what it finds, over an
 * index of 10^6 generated names of one authority (or as many as the argument says) in a temporary SQLite store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <registry/store.h>

#include "engine/internal.h"
#include "bench.h"

#define AUTHORITY 341300
#define NAMES     1000000
#define BATCH     5000
#define WARM_UP   200
#define QUERIES   5000
#define DAY_MS    INT64_C(86400000)

/* Characters that trade names are made of, and words of industries. */
static const char characters[] =
    "云帆远山长河青禾晨光华盛泰和兴隆鑫源宏达恒通瑞丰祥安顺康宁福禄寿喜吉庆嘉佳美乐天海江湖川林森松柏竹梅兰"
    "菊春夏秋冬东南西北中正大立信诚义仁智勇文武博雅思远志高明亮星辰月阳日升腾飞跃龙凤虎豹麒麟鹏程万里金银铜"
    "铁玉珠宝翠珍奇妙蓝天白雪红枫紫荆绿洲黄河赤峰新创科技汇聚众合联盟共赢同德尚品优质卓越精工巧匠良辰美景如意"
    "舒心悦目清泉甘霖沃土沐霖润泽浩瀚宇宙乾坤坤元亨利贞启航扬帆锦绣前程似火凌霄望岳观澜听涛逸景翔羽皓轩子墨";
static const char *const industries[] = {"贸易",     "商贸",     "食品", "科技", "建筑工程", "餐饮管理", "物流",
                                         "农业",     "服装",     "医药", "广告", "装饰工程", "汽车销售", "电子商务",
                                         "教育咨询", "文化传媒", "机械", "化工", "家具",     "物业管理"};
static const char *const forms[] = {"有限公司", "有限责任公司"};

static uint64_t state = 20261124;

static uint32_t draw(uint32_t below)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((state >> 33) % below);
}

static void make_name(char *ret, size_t size)
{
    unsigned length = draw(20) < 9 ? 2 : draw(10) ? 3 : 4;
    char trade[4 * 3 + 1] = "";

    for (unsigned i = 0; i < length; i++)
        memcpy(trade + (size_t)3 * i, characters + (size_t)3 * draw((sizeof characters - 1) / 3), 3);
    snprintf(ret, size, "宿州市%s%s%s", trade, industries[draw(sizeof industries / sizeof *industries)], forms[draw(2)]);
}

static int64_t clock_of_day(void *context)
{
    (void)context;
    return 20781 * DAY_MS; /* 2026-11-24 */
}

/* ---- the index ------------------------------------------------------------------------------------------------------- */

/* One entry with `count` names. */
static void insert(const struct reg_engine *engine, struct reg_store *store, size_t first, size_t count)
{
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_name_row *rows = reg_arena_alloc(arena, count * sizeof *rows);
    struct reg_query query = {.kind = REG_QUERY_HEAD};
    struct reg_append append = {.names = rows, .name_count = count};
    struct reg_batch batch = {.appends = &append, .count = 1};
    uint8_t leaf[REG_DIGEST_LEN];
    char name[128];

    for (size_t i = 0; i < count; i++) {
        make_name(name, sizeof name);
        must(reg_name_row_fill(engine, reg_arena_printf(arena, "%018zu", first + i), reg_arena_strdup(arena, name),
                               AUTHORITY, REG_NAME_HELD, 0, arena, &rows[i]),
             "row");
    }
    must(store->ops->begin(store, NULL, NULL), "begin");
    must(store->ops->read(store, &query), "head");
    batch.head = query.head;
    append.entry = (struct reg_entry_row){
        .position = query.head.size, .header = {(const uint8_t *)"header", 6}, .body = {(const uint8_t *)"body", 4}};
    must(reg_merkle_leaf(store->identity.suite, append.entry.header, leaf), "leaf");
    must(reg_edge_append(store->identity.suite, &batch.head.edge, leaf), "edge");
    batch.head.size++;
    reg_query_clear(&query);
    must(store->ops->insert(store, &batch, NULL), "insert");
    must(store->ops->commit(store, NULL), "commit");
    reg_arena_free(arena);
}

static double fill(const struct reg_engine *engine, struct reg_store *store, size_t count)
{
    double start = now_us();

    for (size_t at = 0; at < count; at += BATCH)
        insert(engine, store, at, count - at < BATCH ? count - at : BATCH);
    return (now_us() - start) / 1e6;
}

/* ---- asking ---------------------------------------------------------------------------------------------------------- */

struct asked {
    double query, whole; /* microseconds */
    size_t found, similar;
};

static struct asked ask(const struct reg_engine *engine, struct reg_store_reader *reader, const char *name)
{
    struct reg_preparation prep = {.work = reg_arena_new(0)};
    struct reg_query query = {.kind = REG_QUERY_REGISTER, .authority = AUTHORITY};
    double start = now_us(), queried;
    struct asked asked;

    reg_name_need_fill(engine, name, 1130, &prep.name_need);
    reg_name_need_ask(&prep.name_need, false, &query);
    must(reg_query_wait(reader, &query), "query");
    queried = now_us();
    must(reg_name_view_fill(&prep, &query), "compare");
    asked = (struct asked){queried - start, now_us() - start, query.name_count, prep.view.similar_count};
    reg_query_clear(&query);
    reg_arena_free(prep.work);
    return asked;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void print(const char *what, double *values)
{
    qsort(values, QUERIES, sizeof *values, compare);
    printf("%-24s %10.1f %10.1f %10.1f %10.1f\n", what, values[0], values[QUERIES / 2], values[QUERIES * 99 / 100],
           values[QUERIES - 1]);
}

static void measure(const struct reg_engine *engine, struct reg_store *store)
{
    static double query[QUERIES], whole[QUERIES], found[QUERIES], similar[QUERIES];
    struct reg_store_reader *reader;
    char name[128];

    must(store->ops->reader_open(store, &reader, NULL), "reader");
    for (size_t i = 0; i < WARM_UP + QUERIES; i++) {
        struct asked asked;

        make_name(name, sizeof name);
        asked = ask(engine, reader, name);
        if (i < WARM_UP)
            continue;
        query[i - WARM_UP] = asked.query;
        whole[i - WARM_UP] = asked.whole;
        found[i - WARM_UP] = (double)asked.found;
        similar[i - WARM_UP] = (double)asked.similar;
    }
    reader->ops->reader_close(reader);
    printf("%-24s %10s %10s %10s %10s\n", "", "min", "median", "p99", "max");
    print("query, us", query);
    print("query and comparison, us", whole);
    print("names compared", found);
    print("names near, 20 at most", similar);
}

int main(int argc, char **argv)
{
    const struct reg_store_identity identity = {.registry_id = {1}, .suite = REG_SUITE_INTL};
    struct reg_engine engine = {.facts = {.authority = AUTHORITY}, .host = {.now = clock_of_day}};
    size_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : NAMES;
    char directory[] = "/tmp/bench-names-XXXXXX", command[64];
    struct reg_store *store;
    double seconds;

    if (!mkdtemp(directory))
        return 1;
    must(reg_store_open(directory, "sqlite:registry.db", &identity, &store, NULL), "store");
    seconds = fill(&engine, store, count);
    printf("%zu names, written in %.1f s (%.0f a second)\n", count, seconds, (double)count / seconds);
    measure(&engine, store);
    store->ops->close(store);
    snprintf(command, sizeof command, "rm -r %s", directory);
    return system(command) == 0 ? 0 : 1;
}
