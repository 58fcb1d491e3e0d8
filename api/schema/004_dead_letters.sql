-- Messages that could not be stored, with the reason, where the queue cannot keep them itself: SQS
-- can be asked for nothing by its name. (Redis keeps its own.)
CREATE TABLE dead_letter (
  number         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The queue's name for the message: it may be buried twice when the worker crashes in between.
  receipt        text        NOT NULL UNIQUE,
  -- None when the message could not be read. One transaction may have been sent twice.
  transaction_id uuid        UNIQUE,
  topic          text        NOT NULL,
  message        text        NOT NULL,
  accepted_at    timestamptz NOT NULL,
  traceparent    text        NOT NULL,
  tracestate     text        NOT NULL,
  reason         text        NOT NULL,
  deliveries     bigint      NOT NULL,
  buried_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);

COMMENT ON COLUMN dead_letter.message IS 'JSON, unless it is what could not be read';

-- remora-api securities: says that a transaction is dead, and why
GRANT SELECT ON dead_letter TO remora_reader;

-- remora-api worker, and remora-api dead-letters: bury, list, take away what was sent again
GRANT SELECT, INSERT, DELETE ON dead_letter TO remora_worker;
