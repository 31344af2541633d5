-- A world of a name; life is never used again.
CREATE TABLE @world (
  life bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  base bigint NOT NULL, -- the change up to which the records are in record
  used bigint NOT NULL  -- times are microseconds since 1970
);

-- The changes of a world, oldest first; those after base are its history.
CREATE TABLE @change (
  life bigint NOT NULL REFERENCES @world ON DELETE CASCADE,
  seq bigint NOT NULL,
  time bigint NOT NULL,
  wall bigint NOT NULL,
  what text NOT NULL,
  request text NOT NULL,
  who text NOT NULL,
  call bytea NOT NULL,
  head bytea NOT NULL,
  records bytea NOT NULL,
  PRIMARY KEY (life, seq)
);

-- The records of a world as the change base left them.
CREATE TABLE @record (
  life bigint NOT NULL REFERENCES @world ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  value bytea NOT NULL,
  PRIMARY KEY (life, key)
);

-- What is kept outside worlds.
CREATE SEQUENCE @item_seq;
CREATE TABLE @item (
  key text COLLATE "C" PRIMARY KEY,
  value bytea NOT NULL,
  world text COLLATE "C" NOT NULL,
  expires bigint, -- NULL: never
  seq bigint NOT NULL
);
CREATE INDEX ON @item (world) WHERE world <> '';
CREATE INDEX ON @item (expires) WHERE expires IS NOT NULL;
