#include "looks.h"

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"

#define LOOPS_MAX 16

struct side {
    const struct looks *looks;
    look_loop loop;
    struct drawing drawing;
    double rate;
    pthread_t thread;
};

static uint64_t want(const struct looks *looks, struct drawing *drawing)
{
    uint64_t number = draw(&drawing->state);

    if (!looks->zipf)
        return number % looks->size;
    return (uint64_t)(exp((double)(number >> 11) / 9007199254740992.0 * log((double)looks->size)) - 1) *
           UINT64_C(2654435761) % looks->size;
}

void draw_code(const struct looks *looks, struct drawing *drawing, size_t i)
{
    uint64_t wanted = want(looks, drawing);

    if (!looks->codes)
        code_of(wanted, drawing->codes[i]);
    else
        memcpy(drawing->codes[i], looks->codes + wanted * CODE_SIZE, CODE_SIZE - 1);
    drawing->codes[i][CODE_SIZE - 1] = '\0';
}

void draw_codes(const struct looks *looks, struct drawing *drawing)
{
    for (size_t i = 0; i < looks->in_flight; i++)
        draw_code(looks, drawing, i);
}

static void map_codes(const char *path, struct looks *looks)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat file;
    void *codes;

    must(fd < 0 || fstat(fd, &file) != 0 || file.st_size < CODE_SIZE, path);
    codes = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    must(codes == MAP_FAILED, path);
    close(fd);
    looks->codes = codes;
    looks->size = (uint64_t)file.st_size / CODE_SIZE;
}

static void *run(void *context)
{
    struct side *side = context;

    side->rate = side->loop(side->looks, &side->drawing);
    return NULL;
}

double look_all(struct looks looks, const char *codes_path, look_loop loop)
{
    static struct side sides[LOOPS_MAX];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t loops = processors < 1 ? 1 : processors > LOOPS_MAX ? LOOPS_MAX : (size_t)processors;
    double rate = 0;

    if (codes_path)
        map_codes(codes_path, &looks);
    must(looks.size == 0, "the store is empty");
    loops = loops < looks.in_flight ? loops : looks.in_flight;
    looks.in_flight /= loops;
    for (size_t i = 0; i < loops; i++) {
        sides[i] = (struct side){.looks = &looks, .loop = loop, .drawing.state = 20261124 + i};
        must(pthread_create(&sides[i].thread, NULL, run, &sides[i]), "thread");
    }
    for (size_t i = 0; i < loops; i++) {
        pthread_join(sides[i].thread, NULL);
        rate += sides[i].rate;
    }
    return rate;
}
