/* Post codes against divisions, data/postcodes.csv; where the data has no prefix only the form counts. */
#ifndef REG_FILING_POSTCODE_H
#define REG_FILING_POSTCODE_H

#include <stdbool.h>

/* Six digits that agree with the division's prefix. */
bool reg_postcode_fits(unsigned division, const char *postcode);

#endif
