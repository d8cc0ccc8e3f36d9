/* What a check of a credit code costs, beside naive C and python3-stdnum. The rounds are interleaved, so that what else runs
 * on the machine hits all of them: trust the ratios. */
#include <registry/code.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CODES  4096
#define PASSES 500
#define ROUNDS 9

static char codes[CODES][REG_CODE_LEN];
static volatile unsigned sink; /* keeps the results, and so the work */

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Codes of many registrars and subjects; every eighth with another last character. */
static void make_codes(void)
{
    static const unsigned registrars[] = {341300, 341302, 341321, 110000, 310115, 440300, 350200, 100000};

    for (unsigned i = 0; i < CODES; i++) {
        char body[9], code[REG_CODE_LEN + 1];

        if (reg_code_pool_body("MA", (uint64_t)i * 104729, body) != 0 ||
            reg_code_make(i % 3 ? "91" : "92", registrars[i % 8], body, code) != 0) {
            fprintf(stderr, "cannot make code %u\n", i);
            exit(1);
        }
        if (i % 8 == 7)
            code[17] = code[17] == '0' ? '1' : '0';
        memcpy(codes[i], code, REG_CODE_LEN);
    }
}

/* The standard read aloud: both checks, by looking every character up; no prefixes, registrars or reasons. */
static bool naive_check(const char *code)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY", inner[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const int weights[] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28},
                     inner_weights[] = {3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0, check;

    for (int i = 0; i < 18; i++)
        if (!memchr(alphabet, code[i], 31))
            return false;
    for (int i = 0; i < 17; i++)
        sum += (int)(strchr(alphabet, code[i]) - alphabet) * weights[i];
    if (code[17] != alphabet[(31 - sum % 31) % 31])
        return false;
    sum = 0;
    for (int i = 0; i < 8; i++)
        sum += (int)(strchr(inner, code[8 + i]) - inner) * inner_weights[i];
    check = 11 - sum % 11;
    return code[16] == (check == 10 ? 'X' : check == 11 ? '0' : (char)('0' + check));
}

static unsigned run_ours(void)
{
    unsigned valid = 0;

    for (int i = 0; i < CODES; i++)
        valid += reg_code_check(codes[i], REG_CODE_LEN, NULL) == REG_VERDICT_VALID;
    return valid;
}

static unsigned run_naive(void)
{
    unsigned valid = 0;

    for (int i = 0; i < CODES; i++)
        valid += naive_check(codes[i]);
    return valid;
}

static double nanoseconds(unsigned (*run)(void), int passes)
{
    double start = now();

    for (int i = 0; i < passes; i++)
        sink += run();
    return (now() - start) / passes / CODES;
}

/* Nanoseconds of one check by python3-stdnum, measured in Python without its start; negative: it is not installed. */
static double python_nanoseconds(void)
{
    FILE *pipe = popen("/usr/bin/python3 -c \"\n"
                       "import time\n"
                       "from stdnum.cn import uscc\n"
                       "t = time.perf_counter_ns()\n"
                       "for i in range(5000): uscc.is_valid('91341302760810639A')\n"
                       "print((time.perf_counter_ns() - t) / 5000)\" 2>/dev/null",
                       "r");
    double ns;

    if (!pipe)
        return -1;
    if (fscanf(pipe, "%lf", &ns) != 1)
        ns = -1;
    pclose(pipe);
    return ns;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Prints minimum, median and maximum; returns the median. */
static double report(const char *name, double times[ROUNDS], double ours)
{
    double median;

    qsort(times, ROUNDS, sizeof *times, compare);
    median = times[ROUNDS / 2];
    printf("%-28s %9.2f %9.2f %9.2f", name, times[0], median, times[ROUNDS - 1]);
    if (ours > 0)
        printf(" %9.1f x", median / ours);
    putchar('\n');
    return median;
}

int main(void)
{
    double ours[ROUNDS], naive[ROUNDS], python[ROUNDS], median;
    bool with_python;

    make_codes();
    if (run_ours() != run_naive()) {
        fprintf(stderr, "the two do not agree\n");
        return 1;
    }
    with_python = python_nanoseconds() > 0;
    for (int i = 0; i < ROUNDS; i++) {
        ours[i] = nanoseconds(run_ours, PASSES);
        naive[i] = nanoseconds(run_naive, PASSES / 10);
        python[i] = with_python ? python_nanoseconds() : 0;
    }
    printf("ns a check (%d codes, %d rounds) %5s %9s %9s %9s\n", CODES, ROUNDS, "min", "median", "max", "ratio");
    median = report("reg_code_check", ours, 0);
    report("naive C", naive, median);
    if (with_python)
        report("python3-stdnum", python, median);
    else
        puts("python3-stdnum               absent: apt-get install python3-stdnum");
    return 0;
}
