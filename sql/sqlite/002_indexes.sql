-- What stands in the way while an empty register is filled (libregistry/store/sqlite/fill.c): it is taken away then, and built
-- from these statements in the end, one by one. All indexes of licences, names, cases and requests.
CREATE UNIQUE INDEX licence_code ON licence (code);
CREATE UNIQUE INDEX licence_subject ON licence (substr(code, 9, 9));
CREATE UNIQUE INDEX licence_name ON licence (authority, name_key) WHERE name_key IS NOT NULL;
CREATE INDEX licence_parent ON licence (parent) WHERE parent IS NOT NULL;
CREATE INDEX licence_wake ON licence (wake_day) WHERE wake_day IS NOT NULL;
CREATE INDEX licence_established ON licence (established, code);
CREATE INDEX licence_recorded ON licence (recorded, code);
CREATE INDEX licence_authority ON licence (authority, code);
CREATE INDEX licence_type ON licence (type, code);
CREATE INDEX licence_industry ON licence (industry, code);
CREATE INDEX licence_state ON licence (state, code) WHERE state <> 1; -- 1: existing, which most are in
CREATE UNIQUE INDEX name_holder ON name (holder, name);
CREATE INDEX case_code ON "case" (code) WHERE code <> '';
CREATE UNIQUE INDEX request_key ON request (caller, request_id);
