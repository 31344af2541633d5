-- A world of a name; life is never used again.
CREATE TABLE world (
  life INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  base INTEGER NOT NULL, -- the change up to which the records are in record
  used INTEGER NOT NULL  -- times are microseconds since 1970
);

-- The changes of a world, oldest first; those after base are its history.
CREATE TABLE change (
  life INTEGER NOT NULL REFERENCES world ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  time INTEGER NOT NULL,
  wall INTEGER NOT NULL,
  what TEXT NOT NULL,
  request TEXT NOT NULL,
  who TEXT NOT NULL,
  call BLOB NOT NULL,
  head BLOB NOT NULL,
  records BLOB NOT NULL,
  PRIMARY KEY (life, seq)
);

-- The records of a world as the change base left them.
CREATE TABLE record (
  life INTEGER NOT NULL REFERENCES world ON DELETE CASCADE,
  key TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (life, key)
) WITHOUT ROWID;

-- What is kept outside worlds.
CREATE TABLE item (
  key TEXT PRIMARY KEY,
  value BLOB NOT NULL,
  world TEXT NOT NULL,
  expires INTEGER, -- NULL: never
  seq INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX item_seq ON item (seq);
CREATE INDEX item_world ON item (world) WHERE world <> '';
CREATE INDEX item_expires ON item (expires) WHERE expires IS NOT NULL;
