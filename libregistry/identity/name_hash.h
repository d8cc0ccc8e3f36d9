/* How words are found in the tables of names: by the character at their edge, then by a hash of the whole. The generator
 * makes the tables with the same functions that read them. */
#ifndef REG_IDENTITY_NAME_HASH_H
#define REG_IDENTITY_NAME_HASH_H

#include <stddef.h>
#include <stdint.h>

#define NAME_EDGES     512 /* characters at the edge fold into so many */
#define NAME_WORD_LESS 64  /* a word has fewer bytes: one bit for each length */

static inline uint32_t name_hash(const char *text, size_t len)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash ^ hash >> 15;
}

/* Of the character that the text begins with; the text is not empty. */
static inline unsigned name_first_edge(const char *text, size_t len)
{
    size_t end = 1;

    while (end < len && end < 4 && ((unsigned char)text[end] & 0xc0) == 0x80)
        end++;
    return name_hash(text, end) % NAME_EDGES;
}

/* Of the character that ends at `end`; at least one of the `len` bytes in front of it is there. */
static inline unsigned name_last_edge(const char *end, size_t len)
{
    size_t start = 1;

    while (start < len && start < 4 && ((unsigned char)end[-(ptrdiff_t)start] & 0xc0) == 0x80)
        start++;
    return name_hash(end - start, start) % NAME_EDGES;
}

#endif
