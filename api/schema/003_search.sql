-- Lists are filtered and then continued after an ISIN: each filter has an index in that order. The
-- part of a name is found by its trigrams (the extension is a trusted one: it needs no superuser).
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE INDEX security_by_country ON security (country, isin);
CREATE INDEX security_by_sector ON security (sector, isin);
CREATE INDEX security_by_name ON security USING gin (lower(name) gin_trgm_ops);
