/* The conformance suite of the store port: written against struct reg_store_ops alone, run on every adapter. */
#ifndef TESTS_STORE_CONFORMANCE_H
#define TESTS_STORE_CONFORMANCE_H

#include <CUnit/CUnit.h>

extern CU_TestInfo conformance_rows[];      /* what is written is read */
extern CU_TestInfo conformance_names[];     /* names by their keys */
extern CU_TestInfo conformance_restrictions[]; /* by subject, from the newest back, lifted, forgotten */
extern CU_TestInfo conformance_search[];    /* licences by terms, by code, by day */
extern CU_TestInfo conformance_tables[];    /* tables as they stand; views emptied and written anew */
extern CU_TestInfo conformance_moved[];     /* copies, backups, what a restored store needs */
extern CU_TestInfo conformance_taken[];     /* what is taken is refused, what is undone was never there */
extern CU_TestInfo conformance_snapshots[]; /* all of a batch or nothing of it, in every query */
extern CU_TestInfo conformance_processes[]; /* several handles, several processes, and one that is killed */

#endif
