-- One role a program, each with what that program does and nothing more. They get their passwords
-- from `remora-api migrate`, never from a file of the schema; without one they cannot log in over
-- the network. Roles belong to the whole cluster, so another database may have made them already.
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['remora_reader', 'remora_scores', 'remora_worker'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT NOCREATEDB NOCREATEROLE NOREPLICATION', role_name);
    END IF;
  END LOOP;
  -- Nobody connects, makes temporary tables or anything else here by merely existing.
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO remora_reader, remora_scores, remora_worker',
                 current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO remora_reader, remora_scores, remora_worker;

-- remora-api securities
GRANT SELECT ON security, message TO remora_reader;

-- remora-api scores
GRANT SELECT ON security TO remora_scores;
GRANT SELECT, INSERT, UPDATE ON score TO remora_scores;

-- remora-api worker
GRANT SELECT ON security TO remora_worker;
GRANT SELECT, INSERT, UPDATE ON score TO remora_worker;
GRANT SELECT, INSERT ON message TO remora_worker;
