-- The ledger and the views over it, for PostgreSQL. Migrations are numbered and append only; registryctl migrate applies them as
-- the role that owns the schema. Numbers are bigint throughout: one binary form on the wire. Keys and indexes that filling an empty
-- register does without stand in 002_indexes.sql.
-- Guarantees are unique keys: position; code; subject code (characters 9 to 17 of a code); serial; (caller, request_id); (authority, name_key) while live;
-- (subject, source, basis) of a restriction that stands.

-- One row: whose store this is, and the oldest schema that a program must know to use it.
CREATE TABLE meta (
  one bigint PRIMARY KEY CHECK (one = 1),
  registry_id bytea NOT NULL CHECK (length(registry_id) = 8),
  suite bigint NOT NULL,
  version bigint NOT NULL,
  oldest bigint NOT NULL,
  state bigint NOT NULL, -- 0: live; 1: a copy under way; 2: a backup; 3: a register is being taken over
  rebuilt bigint NOT NULL DEFAULT 0 -- how often the views were
);

-- Serials are leased from here.
CREATE TABLE counter (
  one bigint PRIMARY KEY CHECK (one = 1),
  next_serial bigint NOT NULL
);
INSERT INTO counter VALUES (1, 0);

-- The ledger. `case_number`: the case whose key seals the body.
CREATE TABLE entry (
  position bigint PRIMARY KEY,
  case_number bigint,
  header bytea NOT NULL,
  body bytea NOT NULL
);
ALTER TABLE entry ALTER COLUMN body SET STORAGE EXTERNAL; -- sealed bytes do not compress
ALTER TABLE entry SET (toast_tuple_target = 8160); -- a body of up to a page stands in its row: a look-up reads one page, not three

-- Inserted, never updated: the last row is the ledger's head.
CREATE TABLE batch (
  first_position bigint PRIMARY KEY,
  count bigint NOT NULL CHECK (count > 0),
  time_ms bigint NOT NULL,
  edge bytea NOT NULL
);

CREATE TABLE tile (
  level bigint NOT NULL,
  number bigint NOT NULL,
  hashes bytea NOT NULL CHECK (length(hashes) = 8192),
  PRIMARY KEY (level, number)
);
ALTER TABLE tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- Keys of cases, wrapped by the master key; NULL once destroyed.
CREATE TABLE case_key (
  case_number bigint PRIMARY KEY,
  wrapped bytea
);

CREATE TABLE checkpoint (
  size bigint PRIMARY KEY,
  note bytea NOT NULL
);

-- Subject codes: of the numbers [first, last] behind the prefix, [next, last] are free. Written when its entry is appended, and
-- beside the ledger for each lease.
CREATE TABLE pool (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  authority bigint NOT NULL,
  prefix text NOT NULL,
  first bigint NOT NULL,
  next bigint NOT NULL,
  last bigint NOT NULL,
  position bigint NOT NULL UNIQUE,
  UNIQUE (prefix, first)
);

-- ---- views: rebuilt from the entries at will (registryctl ledger check --repair-views) ----------------------------
-- All but the rows of `request` and `restriction` that come from sealed sections of erased cases: those are left standing.
-- Nothing above this line is rebuilt: what of a pool, or of the counter, was leased, no entry says.

CREATE TABLE licence (
  code text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  serial bigint NOT NULL,
  version bigint NOT NULL,
  revision bigint NOT NULL,
  state bigint NOT NULL,
  authority bigint NOT NULL,
  type bigint NOT NULL,
  name text NOT NULL,
  name_key text,
  parent text,     -- branches
  wake_day bigint, -- dormant: days since 1970-01-01 of the day on which the clock ends it
  industry bigint NOT NULL,    -- the four digits of its class; 0: none
  established bigint NOT NULL, -- days since 1970-01-01
  recorded bigint NOT NULL     -- the day of its latest entry
) WITH (fillfactor = 80);

-- What licences are found by: `term` is a kind and a value (engine/terms.h); of persons and old numbers a keyed digest.
CREATE TABLE licence_term (
  term bigint NOT NULL,
  code text COLLATE "C" NOT NULL
);

-- Names held, given up lately, or reserved; holder: a credit code or a reservation's id; position: of the entry that wrote the
-- row last.
CREATE TABLE name (
  number bigint GENERATED ALWAYS AS IDENTITY,
  holder text NOT NULL,
  name text NOT NULL,
  authority bigint NOT NULL,
  state bigint NOT NULL,
  until_day bigint, -- the first day on which it no longer counts, in days since 1970-01-01
  position bigint NOT NULL
);

-- Keys of those names; `industry`: bits, 0 for a name without one.
CREATE TABLE name_gram (
  authority bigint NOT NULL,
  gram bigint NOT NULL,
  number bigint NOT NULL,
  industry bigint NOT NULL
);

CREATE TABLE serial (
  serial bigint PRIMARY KEY,
  code text NOT NULL,
  position bigint NOT NULL,
  version bigint NOT NULL
);

CREATE TABLE "case" (
  number bigint PRIMARY KEY,
  position bigint NOT NULL,
  state bigint NOT NULL,
  authority bigint NOT NULL,
  code text NOT NULL
);

CREATE TABLE request (
  caller text NOT NULL,
  request_id text NOT NULL,
  digest bytea NOT NULL CHECK (length(digest) = 32),
  position bigint NOT NULL,
  PRIMARY KEY (caller, request_id)
);

-- Revisions of the catalogue. `effective`: days since 1970-01-01; 0: from the beginning.
CREATE TABLE catalogue (
  revision bigint PRIMARY KEY,
  position bigint NOT NULL,
  effective bigint NOT NULL
);

-- `subject`: a credit code, or the digest of a person's document, or empty where it was erased (and was lifted); days since 1970-01-01; `blocks`: bits of kinds of filing.
CREATE TABLE restriction (
  position bigint PRIMARY KEY,
  subject text NOT NULL,
  source bigint NOT NULL,
  since bigint NOT NULL,
  until bigint,    -- the last day; NULL: until it is lifted
  blocks bigint NOT NULL,
  unreachable bigint NOT NULL,
  basis text NOT NULL,
  lifted bigint    -- position of the entry that lifted it
);
CREATE UNIQUE INDEX restriction_key ON restriction (subject, source, basis) WHERE lifted IS NULL;
CREATE INDEX restriction_subject ON restriction (subject);

-- ---- the ledger is append-only ------------------------------------------------------------------------------------

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only';
END $$;
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entry EXECUTE FUNCTION append_only();
CREATE TRIGGER batch_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON batch EXECUTE FUNCTION append_only();
CREATE TRIGGER tile_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tile EXECUTE FUNCTION append_only();
