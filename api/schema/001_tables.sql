-- What the service keeps. ISINs sort by their bytes, so that keyset pagination does not depend on
-- the cluster's locale.
CREATE TABLE security (
  isin     char(12) COLLATE "C" PRIMARY KEY CHECK (isin ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]$'),
  name     text    NOT NULL CHECK (name <> ''),
  country  char(2) NOT NULL,
  sector   text    NOT NULL,
  currency char(3) NOT NULL,
  source   text    NOT NULL
);

CREATE TABLE score (
  isin         char(12) COLLATE "C" PRIMARY KEY REFERENCES security,
  value        numeric(5, 2) NOT NULL CHECK (value BETWEEN 0 AND 100),
  as_of        timestamptz   NOT NULL,
  illustrative boolean       NOT NULL
);

COMMENT ON COLUMN score.illustrative IS 'made up for demonstration; true for every seeded score';

-- The primary key is what makes the effect of a message happen once, however often it is delivered.
CREATE TABLE message (
  transaction_id uuid PRIMARY KEY,
  topic          text        NOT NULL,
  message        jsonb       NOT NULL,
  accepted_at    timestamptz NOT NULL,
  stored_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  synthetic      boolean     NOT NULL
);
