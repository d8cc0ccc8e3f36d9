-- The ledger and the views over it, for SQLite. Migrations are numbered and append only.
-- Guarantees are unique keys: position; code; subject code (characters 9 to 17 of a code); serial; (caller, request_id); (authority, name_key) while live; (subject,
-- source, basis) of a restriction that stands.

-- One row: whose store this is, and the oldest schema that a program must know to use it.
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  registry_id BLOB NOT NULL CHECK (length(registry_id) = 8),
  suite INTEGER NOT NULL,
  version INTEGER NOT NULL,
  oldest INTEGER NOT NULL,
  next_serial INTEGER NOT NULL DEFAULT 0,
  state INTEGER NOT NULL, -- 0: live; 1: a copy under way; 2: a backup; 3: a register is being taken over
  rebuilt INTEGER NOT NULL DEFAULT 0 -- how often the views were
) STRICT;

-- The ledger. `case_number`: the case whose key seals the body.
CREATE TABLE entry (
  position INTEGER PRIMARY KEY,
  case_number INTEGER,
  header BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT;

-- Inserted, never updated: the last row is the ledger's head.
CREATE TABLE batch (
  first_position INTEGER PRIMARY KEY,
  count INTEGER NOT NULL CHECK (count > 0),
  time_ms INTEGER NOT NULL,
  edge BLOB NOT NULL
) STRICT;

CREATE TABLE tile (
  level INTEGER NOT NULL,
  number INTEGER NOT NULL,
  hashes BLOB NOT NULL CHECK (length(hashes) = 8192)
) STRICT;
CREATE UNIQUE INDEX tile_key ON tile (level, number);

-- Keys of cases, wrapped by the master key; NULL once destroyed.
CREATE TABLE case_key (
  case_number INTEGER PRIMARY KEY,
  wrapped BLOB
) STRICT;

CREATE TABLE checkpoint (
  size INTEGER PRIMARY KEY,
  note BLOB NOT NULL
) STRICT;

-- Subject codes: of the numbers [first, last] behind the prefix, [next, last] are free. Written when its entry is appended, and
-- beside the ledger for each lease.
CREATE TABLE pool (
  number INTEGER PRIMARY KEY,
  authority INTEGER NOT NULL,
  prefix TEXT NOT NULL,
  first INTEGER NOT NULL,
  next INTEGER NOT NULL,
  last INTEGER NOT NULL,
  position INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX pool_key ON pool (prefix, first);
CREATE UNIQUE INDEX pool_position ON pool (position);

-- ---- views: rebuilt from the entries at will (registryctl ledger check --repair-views) ----------------------------
-- All but the rows of `request` and `restriction` that come from sealed sections of erased cases: those are left standing.
-- Nothing above this line is rebuilt: what of a pool, or of next_serial, was leased, no entry says.

-- Indexes of licences, names, cases and requests are in 002_indexes.sql.
CREATE TABLE licence (
  number INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  position INTEGER NOT NULL,
  serial INTEGER NOT NULL,
  version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  state INTEGER NOT NULL,
  authority INTEGER NOT NULL,
  type INTEGER NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT,
  parent TEXT,      -- branches
  wake_day INTEGER, -- dormant: days since 1970-01-01 of the day on which the clock ends it
  industry INTEGER NOT NULL,    -- the four digits of its class; 0: none
  established INTEGER NOT NULL, -- days since 1970-01-01
  recorded INTEGER NOT NULL     -- the day of its latest entry
) STRICT;

-- What licences are found by: `term` is a kind and a value (engine/terms.h); of persons and old numbers a keyed digest.
CREATE TABLE licence_term (
  term INTEGER NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (term, code)
) STRICT, WITHOUT ROWID;

-- Names held, given up lately, or reserved; holder: a credit code or a reservation's id; position: of the entry that wrote the
-- row last.
CREATE TABLE name (
  number INTEGER PRIMARY KEY,
  holder TEXT NOT NULL,
  name TEXT NOT NULL,
  authority INTEGER NOT NULL,
  state INTEGER NOT NULL,
  until_day INTEGER, -- the first day on which it no longer counts, in days since 1970-01-01
  position INTEGER NOT NULL
) STRICT;

-- Keys of those names; `industry`: bits, 0 for a name without one. Without rowids: it is nothing but its key.
CREATE TABLE name_gram (
  authority INTEGER NOT NULL,
  gram INTEGER NOT NULL,
  number INTEGER NOT NULL,
  industry INTEGER NOT NULL,
  PRIMARY KEY (authority, gram, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE serial (
  serial INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  position INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE TABLE "case" (
  number INTEGER PRIMARY KEY,
  position INTEGER NOT NULL,
  state INTEGER NOT NULL,
  authority INTEGER NOT NULL,
  code TEXT NOT NULL
) STRICT;

CREATE TABLE request (
  number INTEGER PRIMARY KEY,
  caller TEXT NOT NULL,
  request_id TEXT NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  position INTEGER NOT NULL
) STRICT;

-- Revisions of the catalogue. `effective`: days since 1970-01-01; 0: from the beginning.
CREATE TABLE catalogue (
  revision INTEGER PRIMARY KEY,
  position INTEGER NOT NULL,
  effective INTEGER NOT NULL
) STRICT;
-- `subject`: a credit code, or the digest of a person's document, or empty where it was erased (and was lifted); days since 1970-01-01; `blocks`: bits of kinds of filing.
CREATE TABLE restriction (
  position INTEGER PRIMARY KEY,
  subject TEXT NOT NULL,
  source INTEGER NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER,    -- the last day; NULL: until it is lifted
  blocks INTEGER NOT NULL,
  unreachable INTEGER NOT NULL,
  basis TEXT NOT NULL,
  lifted INTEGER    -- position of the entry that lifted it
) STRICT;
CREATE UNIQUE INDEX restriction_key ON restriction (subject, source, basis) WHERE lifted IS NULL;
CREATE INDEX restriction_subject ON restriction (subject);

-- ---- the ledger is append-only ------------------------------------------------------------------------------------

CREATE TRIGGER entry_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_replace BEFORE INSERT ON entry WHEN EXISTS (SELECT 1 FROM entry WHERE position = NEW.position)
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END; -- INSERT OR REPLACE fires no delete trigger
CREATE TRIGGER batch_replace BEFORE INSERT ON batch WHEN EXISTS (SELECT 1 FROM batch WHERE first_position = NEW.first_position)
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER batch_update BEFORE UPDATE ON batch BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER batch_delete BEFORE DELETE ON batch BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
