-- What a register that is being filled does without, and gets in the end (libregistry/store/postgresql/fill.c reads this). Each
-- statement begins as these do; its name is the index's. A later migration that changes one of them changes what a fill takes away
-- and makes, too.

-- What is unique of a licence: away only while one connection fills a register that was empty, and keeps them in memory (keys.c).
ALTER TABLE licence ADD CONSTRAINT licence_pkey PRIMARY KEY (code);
CREATE UNIQUE INDEX licence_subject ON licence (substr(code, 9, 9));
CREATE UNIQUE INDEX licence_name ON licence (authority, name_key) WHERE name_key IS NOT NULL;

-- What only readers look by, and the keys of what nobody reads until then.

ALTER TABLE licence_term ADD CONSTRAINT licence_term_pkey PRIMARY KEY (term, code);
ALTER TABLE name_gram ADD CONSTRAINT name_gram_pkey PRIMARY KEY (authority, gram, number) INCLUDE (industry);
ALTER TABLE name ADD CONSTRAINT name_pkey PRIMARY KEY (number);
ALTER TABLE name ADD CONSTRAINT name_holder_name_key UNIQUE (holder, name);
CREATE INDEX licence_parent ON licence (parent) WHERE parent IS NOT NULL;
CREATE INDEX licence_wake ON licence (wake_day) WHERE wake_day IS NOT NULL;
CREATE INDEX licence_established ON licence (established, code);
CREATE INDEX licence_recorded ON licence (recorded, code);
CREATE INDEX licence_authority ON licence (authority, code);
CREATE INDEX licence_type ON licence (type, code);
CREATE INDEX licence_industry ON licence (industry, code);
CREATE INDEX licence_state ON licence (state, code) WHERE state <> 1;
CREATE INDEX case_code ON "case" (code) WHERE code <> '';
