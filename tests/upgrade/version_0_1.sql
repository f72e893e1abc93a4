CREATE FUNCTION public.fold_name(given text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN replace(replace(replace(replace(translate(regexp_replace(NORMALIZE(lower((given COLLATE pg_c_utf8)), NFKD), '[\u0300-\u036f]'::text, ''::text, 'g'::text), 'øđðłħŧŋı@._+-''’'::text, 'oddlhtni       '::text), 'ß'::text, 'ss'::text), 'æ'::text, 'ae'::text), 'œ'::text, 'oe'::text), 'þ'::text, 'th'::text);
CREATE FUNCTION public.keep_deadline() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NEW.paused_at IS NULL AND NEW.breached_at IS NULL AND NEW.met_at IS NULL AND NEW.stopped_at IS NULL THEN
    INSERT INTO sla_deadline (clock_id, desk_id, due_at, warn_at)
    VALUES (NEW.id, NEW.desk_id, NEW.due_at, NEW.warn_at)
    ON CONFLICT (clock_id) DO UPDATE SET due_at = excluded.due_at, warn_at = excluded.warn_at;
  ELSE
    DELETE FROM sla_deadline WHERE clock_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.keep_queue_row() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO tickets_queuerow AS q (ticket_id, response_due_at, desk_id, number, subject, channel, status, is_open, is_unverified, level, priority_id, department_id, assignee_id, owner_id, product_id, contact_id, account_id, created_at, updated_at, due_at, due_kind, first_responded_at, unanswered_since, hold_until, waiting_since, remind_at, close_at, reopen_until, closed_at, close_reason, has_details)
VALUES (NEW.id, CASE WHEN NEW.due_kind = 'first_response' THEN NEW.due_at END, NEW.desk_id, NEW.number, NEW.subject, NEW.channel, NEW.status, NEW.status <> 'closed', NEW.is_unverified, NEW.level, NEW.priority_id, NEW.department_id, COALESCE(NEW.assignee_id, 0), NEW.owner_id, NEW.product_id, NEW.contact_id, NEW.account_id, NEW.created_at, NEW.updated_at, NEW.due_at, NEW.due_kind, NEW.first_responded_at, NEW.unanswered_since, NEW.hold_until, NEW.waiting_since, NEW.remind_at, NEW.close_at, NEW.reopen_until, NEW.closed_at, NEW.close_reason, NEW.fields <> '{}' OR NEW.uncovered <> '{}');
  ELSE
    INSERT INTO tickets_queuerow AS q (ticket_id, response_due_at, desk_id, number, subject, channel, status, is_open, is_unverified, level, priority_id, department_id, assignee_id, owner_id, product_id, contact_id, account_id, created_at, updated_at, due_at, due_kind, first_responded_at, unanswered_since, hold_until, waiting_since, remind_at, close_at, reopen_until, closed_at, close_reason, has_details)
VALUES (NEW.id, CASE WHEN NEW.due_kind = 'first_response' THEN NEW.due_at END, NEW.desk_id, NEW.number, NEW.subject, NEW.channel, NEW.status, NEW.status <> 'closed', NEW.is_unverified, NEW.level, NEW.priority_id, NEW.department_id, COALESCE(NEW.assignee_id, 0), NEW.owner_id, NEW.product_id, NEW.contact_id, NEW.account_id, NEW.created_at, NEW.updated_at, NEW.due_at, NEW.due_kind, NEW.first_responded_at, NEW.unanswered_since, NEW.hold_until, NEW.waiting_since, NEW.remind_at, NEW.close_at, NEW.reopen_until, NEW.closed_at, NEW.close_reason, NEW.fields <> '{}' OR NEW.uncovered <> '{}')
ON CONFLICT (ticket_id) DO UPDATE SET
  response_due_at = COALESCE(excluded.response_due_at, q.response_due_at),
  desk_id = excluded.desk_id, number = excluded.number, subject = excluded.subject, channel = excluded.channel, status = excluded.status, is_open = excluded.is_open, is_unverified = excluded.is_unverified, level = excluded.level, priority_id = excluded.priority_id, department_id = excluded.department_id, assignee_id = excluded.assignee_id, owner_id = excluded.owner_id, product_id = excluded.product_id, contact_id = excluded.contact_id, account_id = excluded.account_id, created_at = excluded.created_at, updated_at = excluded.updated_at, due_at = excluded.due_at, due_kind = excluded.due_kind, first_responded_at = excluded.first_responded_at, unanswered_since = excluded.unanswered_since, hold_until = excluded.hold_until, waiting_since = excluded.waiting_since, remind_at = excluded.remind_at, close_at = excluded.close_at, reopen_until = excluded.reopen_until, closed_at = excluded.closed_at, close_reason = excluded.close_reason, has_details = excluded.has_details;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.keep_unsent_mail() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NEW.state = 'queued' THEN
    INSERT INTO channels_intake_unsentmail (mail_id, desk_id, urgency, next_try_at)
    VALUES (NEW.id, NEW.desk_id, CASE WHEN NEW.kind IN ('reply', 'phone', 'side') THEN 0 WHEN NEW.kind IN ('receipt', 'copy') THEN 1 ELSE 2
      END, NEW.next_try_at)
    ON CONFLICT (mail_id) DO UPDATE SET next_try_at = excluded.next_try_at;
  ELSE
    DELETE FROM channels_intake_unsentmail WHERE mail_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.mark_defect_document() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO tickets_defectdocument (defect_id, desk_id, version, document, is_stale)
    VALUES (NEW.id, NEW.desk_id, 0, '', TRUE);
  ELSE
    UPDATE tickets_defectdocument SET is_stale = TRUE WHERE defect_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.mark_defects_to_rank() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_TABLE_NAME = 'tickets_defectlink' THEN
    INSERT INTO tickets_defectmark (desk_id, defect_id, work)
    SELECT desk_id, id, 'rank' FROM tickets_defect
    WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.defect_id ELSE NEW.defect_id END;
  ELSIF TG_TABLE_NAME = 'tickets_ticket' THEN
    INSERT INTO tickets_defectmark (desk_id, defect_id, work)
    SELECT desk_id, defect_id, 'rank' FROM tickets_defectlink WHERE ticket_id = NEW.id;
  ELSE
    INSERT INTO tickets_defectmark (desk_id, defect_id, work)
    SELECT DISTINCT l.desk_id, l.defect_id, 'rank'
    FROM tickets_defectlink l JOIN tickets_ticket t ON t.id = l.ticket_id
    WHERE t.account_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.mark_defects_to_tell() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_TABLE_NAME = 'tickets_ticket' THEN
    INSERT INTO tickets_defectmark (desk_id, defect_id, work)
    SELECT d.desk_id, d.id, w.work
    FROM tickets_defectlink l JOIN tickets_defect d ON d.id = l.defect_id
    CROSS JOIN (VALUES ('tell'), ('rank')) w(work)
    WHERE l.ticket_id = NEW.id AND d.stage IN ('released', 'verified');
  ELSE
    INSERT INTO tickets_defectmark (desk_id, defect_id, work)
    SELECT DISTINCT d.desk_id, d.id, w.work
    FROM tickets_defectlink l JOIN tickets_ticket t ON t.id = l.ticket_id
    JOIN tickets_defect d ON d.id = l.defect_id
    CROSS JOIN (VALUES ('tell'), ('rank')) w(work)
    WHERE t.account_id = NEW.id AND d.stage IN ('released', 'verified');
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.mark_document_of_linked() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE tickets_defectdocument SET is_stale = TRUE
  WHERE defect_id = CASE TG_OP WHEN 'DELETE' THEN OLD.defect_id ELSE NEW.defect_id END
    AND NOT is_stale;
  RETURN NULL;
END $$;
CREATE FUNCTION public.mark_documents_of_ticket() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE tickets_defectdocument SET is_stale = TRUE
  WHERE defect_id IN (SELECT defect_id FROM tickets_defectlink WHERE ticket_id = NEW.id)
    AND NOT is_stale;
  RETURN NULL;
END $$;
CREATE FUNCTION public.mark_open_defects_to_rank() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO tickets_defectmark (desk_id, defect_id, work)
  SELECT desk_id, id, 'rank' FROM tickets_defect
  WHERE stage IN ('reported', 'confirmed', 'planned', 'in_progress', 'tested')
    AND desk_id = coalesce((to_jsonb(NEW) ->> 'desk_id')::bigint, NEW.id);
  RETURN NULL;
END $$;
CREATE FUNCTION public.mark_search_of_account() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO tickets_searchrefresh (desk_id, ticket_id)
  SELECT t.desk_id, t.id FROM tickets_ticket t WHERE t.account_id = NEW.id;
  RETURN NULL;
END $$;
CREATE FUNCTION public.mark_search_of_contact() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO tickets_searchrefresh (desk_id, ticket_id)
  SELECT t.desk_id, t.id FROM tickets_ticket t WHERE t.contact_id = NEW.id;
  RETURN NULL;
END $$;
CREATE FUNCTION public.mark_search_of_file() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO tickets_searchrefresh (desk_id, ticket_id)
  SELECT m.desk_id, m.ticket_id FROM tickets_message m WHERE m.id = NEW.message_id
  UNION ALL
  SELECT n.desk_id, n.ticket_id FROM tickets_note n WHERE n.id = NEW.note_id;
  RETURN NULL;
END $$;
CREATE FUNCTION public.mark_search_of_text() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO tickets_searchrefresh (desk_id, ticket_id) VALUES (NEW.desk_id, NEW.ticket_id);
  RETURN NULL;
END $$;
CREATE FUNCTION public.mark_search_of_ticket() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO tickets_searchrefresh (desk_id, ticket_id) VALUES (NEW.desk_id, NEW.id);
  RETURN NULL;
END $$;
CREATE FUNCTION public.renew_desk_version() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.config_version := gen_random_uuid();
  RETURN NEW;
END $$;
CREATE FUNCTION public.renew_version_of_desk() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE accounts_desk SET config_version = config_version WHERE id = NEW.desk_id;
  RETURN NULL;
END $$;
CREATE FUNCTION public.renew_version_of_desks() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE accounts_desk SET config_version = config_version
    WHERE id IN (SELECT desk_id FROM changed);
  RETURN NULL;
END $$;
CREATE FUNCTION public.search_accounts(in_desk bigint, in_names text, most integer) RETURNS TABLE(id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT o.id FROM accounts_account o
  WHERE in_desk = NULLIF(current_setting('helpdesk.desk', true), '')::bigint
    AND o.desk_id = in_desk
    AND to_tsvector('simple', fold_name(o.name)) @@ to_tsquery('simple', in_names)
  ORDER BY o.name LIMIT most
$$;
CREATE FUNCTION public.search_blocks(desk bigint, number bigint) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(ARRAY[((to_hex(desk) || '@^a'::text) || to_hex((number >> 12))), ((to_hex(desk) || '@^b'::text) || to_hex((number >> 16)))]);
CREATE FUNCTION public.search_contacts(in_desk bigint, in_names text, most integer) RETURNS TABLE(id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT o.id FROM accounts_contact o
  WHERE in_desk = NULLIF(current_setting('helpdesk.desk', true), '')::bigint
    AND o.desk_id = in_desk
    AND to_tsvector('simple', fold_name(o.name || ' ' || o.email)) @@ to_tsquery('simple', in_names)
  ORDER BY o.email LIMIT most
$$;
CREATE FUNCTION public.search_defects(in_desk bigint, in_words tsquery, most integer) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
BEGIN
  IF in_desk IS DISTINCT FROM NULLIF(current_setting('helpdesk.desk', true), '')::bigint THEN
    RETURN;
  END IF;
  RETURN QUERY
    SELECT d.id FROM tickets_defectdocument w JOIN tickets_defect d ON d.id = w.defect_id
    WHERE w.document @@ in_words AND w.desk_id = in_desk
    ORDER BY d.stage NOT IN ('reported', 'confirmed', 'planned', 'in_progress', 'tested'),
      d.rank DESC, d.id
    LIMIT most;
END $$;
CREATE FUNCTION public.search_documents(in_desk bigint, in_words tsquery, in_rows tsquery, in_before bigint, in_hidden bigint[], in_agent bigint, in_tickets bigint[], most integer) RETURNS TABLE(ticket_ids bigint[], unchecked_before bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET max_parallel_workers_per_gather TO '0'
    SET work_mem TO '32MB'
    AS $$
DECLARE
  few CONSTANT integer := 2000;  -- tickets whose documents are read one by one
  spare CONSTANT integer := 50;  -- further documents of tickets that have several
  max_checked CONSTANT integer := 2000;  -- documents read for the places of words
  slice CONSTANT integer := 250;
  most_fetched integer := CASE WHEN in_rows IS NOT NULL THEN max_checked
    WHEN in_hidden IS NOT NULL THEN most * 4 ELSE most + spare END;
  space CONSTANT text := to_hex(in_desk) || '@^';
  last bigint;
  before bigint;
  lowest bigint;
  block bigint;
  size text;
  bits integer;
  fetched integer;
  found_here integer := 0;
  rate double precision;  -- hits per number in the newest block
  wanted tsquery;
  hits bigint[];
  numbers bigint[];
BEGIN
  IF in_desk IS DISTINCT FROM NULLIF(current_setting('helpdesk.desk', true), '')::bigint THEN
    RETURN;
  END IF;
  ticket_ids := '{}';
  IF cardinality(in_tickets) <= few THEN
    ticket_ids := ARRAY(
      SELECT d.ticket_id FROM unnest(in_tickets) mine (id)
      JOIN tickets_searchdocument d ON d.ticket_id = mine.id
      WHERE d.desk_id = in_desk AND d.document @@ coalesce(in_rows, in_words)
      GROUP BY d.ticket_id, d.number ORDER BY d.number DESC LIMIT most);
    RETURN NEXT;
    RETURN;
  END IF;
  last := least(in_before - 1, (SELECT t.number FROM tickets_ticket t WHERE t.desk_id = in_desk
                                ORDER BY t.number DESC LIMIT 1));
  before := last + 1;
  <<levels>>
  FOR size, bits IN VALUES ('a', 12), ('b', 16), ('', 62) LOOP
    block := greatest((last >> bits) - 1, 0);
    lowest := block << bits;
    wanted := in_words;
    IF size = 'b' AND lowest > 0 AND rate * (last - lowest) < most THEN
      CONTINUE;
    ELSIF lowest > 0 THEN
      wanted := in_words && format('''%s'' | ''%s''', space || size || to_hex(block),
        space || size || to_hex(block + 1))::tsquery;
    END IF;
    WHILE before > lowest LOOP
      SELECT array_agg(h.id ORDER BY h.number DESC), array_agg(h.number ORDER BY h.number DESC)
      INTO hits, numbers FROM (
        SELECT d.id, d.number FROM tickets_searchdocument d
        WHERE d.document @@ wanted AND d.desk_id = in_desk
          AND d.number >= lowest AND d.number < before
          AND (in_tickets IS NULL OR d.ticket_id IN (SELECT unnest(in_tickets)))
        ORDER BY d.number DESC FETCH FIRST most_fetched ROWS WITH TIES
      ) h;
      fetched := coalesce(cardinality(hits), 0);
      found_here := found_here + fetched;
      before := CASE WHEN fetched < most_fetched THEN lowest ELSE numbers[fetched] END;
      FOR place IN 1 .. fetched BY slice LOOP
        ticket_ids := ticket_ids || ARRAY(
          SELECT d.ticket_id FROM unnest(hits[place : place + slice - 1]) h (id)
          JOIN tickets_searchdocument d ON d.id = h.id
          WHERE d.ticket_id IS DISTINCT FROM ticket_ids[cardinality(ticket_ids)]
            AND (in_rows IS NULL OR d.document @@ in_rows)
            AND (in_hidden IS NULL OR (
              SELECT q.department_id IS NULL OR q.department_id <> ALL (in_hidden)
                OR q.assignee_id = in_agent
              FROM tickets_queuerow q WHERE q.ticket_id = d.ticket_id))
          GROUP BY d.ticket_id, d.number ORDER BY d.number DESC);
        EXIT levels WHEN cardinality(ticket_ids) >= most;
      END LOOP;
      IF in_rows IS NOT NULL THEN
        most_fetched := most_fetched - fetched;
        IF most_fetched <= 0 THEN
          unchecked_before := before;
          EXIT levels;
        END IF;
      ELSE
        most_fetched := most_fetched * 4;  -- each time reads all hits of the block again
      END IF;
    END LOOP;
    rate := found_here::double precision / (last + 1 - lowest);
  END LOOP;
  ticket_ids := ticket_ids[1:most];
  RETURN NEXT;
END $$;
CREATE FUNCTION public.suggest_defects(in_desk bigint, in_words text[], in_forms text[], in_stages text[], min_shared integer, most integer) RETURNS TABLE(defect_id bigint, shared text[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
BEGIN
  IF in_desk IS DISTINCT FROM NULLIF(current_setting('helpdesk.desk', true), '')::bigint THEN
    RETURN;
  END IF;
  RETURN QUERY
    WITH hits AS (
      SELECT DISTINCT term.word, w.defect_id FROM unnest(in_words, in_forms) term (word, form)
      JOIN tickets_defectdocument w
        ON w.document @@ quote_literal(term.form)::tsquery AND w.desk_id = in_desk
      JOIN tickets_defect d ON d.id = w.defect_id AND d.stage = ANY (in_stages)
    ), amount AS (
      SELECT count(*) AS n FROM tickets_defect WHERE desk_id = in_desk AND stage = ANY (in_stages)
    ), weights AS (
      SELECT word, ln((n + 1.0) / count(*)) AS weight FROM hits, amount GROUP BY word, n
    )
    SELECT h.defect_id, array_agg(h.word ORDER BY w.weight DESC, h.word)
    FROM hits h JOIN weights w ON w.word = h.word
    GROUP BY h.defect_id HAVING count(*) >= min_shared
    ORDER BY sum(w.weight) DESC, h.defect_id LIMIT most;
END $$;
CREATE FUNCTION public.write_field_values() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
BEGIN
  DELETE FROM tickets_fieldvalue WHERE ticket_id = NEW.id;
  IF jsonb_typeof(NEW.fields) = 'object' THEN
    INSERT INTO tickets_fieldvalue (desk_id, ticket_id, field_id, text, number, day, sorted_as)
    SELECT NEW.desk_id, NEW.id, f.id, left(given.value, 200),
      CASE WHEN f.kind = 'number' AND given.value ~ '^-?[0-9]{1,14}(\.[0-9]{1,4})?$'
        THEN given.value::numeric END,
      CASE WHEN f.kind = 'date' AND given.value ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
        THEN given.value::date END,
      CASE WHEN f.kind = 'version' THEN coalesce((
        SELECT left(string_agg(lpad(part.number, 8, '0'), '.' ORDER BY part.place), 80)
        FROM unnest(string_to_array(substring(given.value from '^[0-9]+(?:\.[0-9]+)*'), '.'))
          WITH ORDINALITY part (number, place)
      ), '') ELSE '' END
    FROM jsonb_each_text(NEW.fields) given
    JOIN tickets_formfield f ON f.desk_id = NEW.desk_id AND f.key = given.key
    WHERE given.value <> '';
  END IF;
  RETURN NULL;
END $_$;
CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);
ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_account (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    status character varying(14) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    account_manager_id bigint,
    success_manager_id bigint,
    desk_id bigint NOT NULL,
    plan_id bigint,
    country character varying(2) DEFAULT ''::character varying NOT NULL,
    home_region_id bigint,
    named_engineer_id bigint,
    product_line_id bigint
);
ALTER TABLE ONLY public.accounts_account FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_account ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_accountdomain (
    id bigint NOT NULL,
    domain character varying(253) NOT NULL,
    include_subdomains boolean NOT NULL,
    account_id bigint NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.accounts_accountdomain FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_accountdomain ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_accountdomain_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_accountnote (
    id bigint NOT NULL,
    text text NOT NULL,
    edited_at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    edited_by_id bigint
);
ALTER TABLE ONLY public.accounts_accountnote FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_accountnote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_accountnote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_accountproduct (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    product_id bigint NOT NULL
);
ALTER TABLE ONLY public.accounts_accountproduct FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_accountproduct ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_accountproduct_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_agent (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    role character varying(10) NOT NULL,
    level character varying(4) NOT NULL,
    is_active boolean NOT NULL,
    user_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    capacity smallint,
    country character varying(2) NOT NULL,
    subdivision character varying(10) NOT NULL,
    region_id bigint,
    signature text DEFAULT ''::text NOT NULL,
    needs_approval boolean DEFAULT false NOT NULL,
    CONSTRAINT accounts_agent_capacity_check CHECK ((capacity >= 0))
);
ALTER TABLE ONLY public.accounts_agent FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_agent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_agent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_agentdepartment (
    id bigint NOT NULL,
    agent_id bigint NOT NULL,
    department_id bigint NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.accounts_agentdepartment FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_agentdepartment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_agentdepartment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_auditentry (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor character varying(254) NOT NULL,
    action character varying(40) NOT NULL,
    target character varying(254) NOT NULL,
    detail jsonb NOT NULL,
    user_id bigint,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.accounts_auditentry FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_auditentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_auditentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_contact (
    id bigint NOT NULL,
    email character varying(254) NOT NULL,
    name character varying(120) NOT NULL,
    role character varying(18) NOT NULL,
    may_log_in boolean NOT NULL,
    language character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    account_id bigint,
    user_id bigint,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.accounts_contact FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_contact ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_contact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_contacthandle (
    id bigint NOT NULL,
    network character varying(12) NOT NULL,
    scope character varying(100) NOT NULL,
    external_id character varying(190) NOT NULL,
    name character varying(120) NOT NULL,
    proof character varying(6) NOT NULL,
    proven_at timestamp with time zone,
    reason character varying(250) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    contact_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    proven_by_id bigint
);
ALTER TABLE ONLY public.accounts_contacthandle FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_contacthandle ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_contacthandle_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_crmconnection (
    id bigint NOT NULL,
    provider character varying(10) NOT NULL,
    accounts_url character varying(200) NOT NULL,
    api_url character varying(200) NOT NULL,
    client_id character varying(100) NOT NULL,
    sealed_client_secret text NOT NULL,
    sealed_refresh_token text NOT NULL,
    sealed_access_token text NOT NULL,
    access_token_until timestamp with time zone,
    mapping jsonb NOT NULL,
    state character varying(8) NOT NULL,
    error character varying(40) NOT NULL,
    since timestamp with time zone,
    next_try_at timestamp with time zone,
    notify_url character varying(200) NOT NULL,
    channel_id character varying(20) NOT NULL,
    sealed_channel_token text NOT NULL,
    channel_until timestamp with time zone,
    desk_id bigint NOT NULL,
    error_data jsonb NOT NULL
);
ALTER TABLE ONLY public.accounts_crmconnection FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_crmconnection ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_crmconnection_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_crmlink (
    id bigint NOT NULL,
    module character varying(20) NOT NULL,
    record_id character varying(40) NOT NULL,
    given jsonb NOT NULL,
    account_id bigint,
    connection_id bigint NOT NULL,
    contact_id bigint,
    desk_id bigint NOT NULL,
    CONSTRAINT crm_link_one_target CHECK ((((account_id IS NOT NULL) OR (contact_id IS NOT NULL)) AND (1 = (
CASE
    WHEN (account_id IS NOT NULL) THEN 1
    ELSE 0
END +
CASE
    WHEN (contact_id IS NOT NULL) THEN 1
    ELSE 0
END))))
);
ALTER TABLE ONLY public.accounts_crmlink FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_crmlink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_crmlink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_crmmark (
    id bigint NOT NULL,
    module character varying(20) NOT NULL,
    record_id character varying(40) NOT NULL,
    marked_at timestamp with time zone NOT NULL,
    connection_id bigint NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.accounts_crmmark FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_crmmark ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_crmmark_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_crmpull (
    id bigint NOT NULL,
    state character varying(8) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    since timestamp with time zone,
    step smallint NOT NULL,
    page_token character varying(500) NOT NULL,
    pages integer NOT NULL,
    tries smallint NOT NULL,
    created integer NOT NULL,
    changed integer NOT NULL,
    unchanged integer NOT NULL,
    set_aside integer NOT NULL,
    error character varying(40) NOT NULL,
    report jsonb NOT NULL,
    connection_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    error_data jsonb NOT NULL,
    CONSTRAINT accounts_crmpull_changed_check CHECK ((changed >= 0)),
    CONSTRAINT accounts_crmpull_created_check CHECK ((created >= 0)),
    CONSTRAINT accounts_crmpull_pages_check CHECK ((pages >= 0)),
    CONSTRAINT accounts_crmpull_set_aside_check CHECK ((set_aside >= 0)),
    CONSTRAINT accounts_crmpull_step_check CHECK ((step >= 0)),
    CONSTRAINT accounts_crmpull_tries_check CHECK ((tries >= 0)),
    CONSTRAINT accounts_crmpull_unchanged_check CHECK ((unchanged >= 0))
);
ALTER TABLE ONLY public.accounts_crmpull FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_crmpull ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_crmpull_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_crmsetaside (
    id bigint NOT NULL,
    module character varying(20) NOT NULL,
    record_id character varying(40) NOT NULL,
    name character varying(254) NOT NULL,
    reason character varying(40) NOT NULL,
    may_heal boolean NOT NULL,
    first_at timestamp with time zone NOT NULL,
    connection_id bigint NOT NULL,
    pull_id bigint,
    desk_id bigint NOT NULL,
    reason_data jsonb NOT NULL
);
ALTER TABLE ONLY public.accounts_crmsetaside FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_crmsetaside ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_crmsetaside_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_customercard (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    subject character varying(7) NOT NULL,
    url character varying(200) NOT NULL,
    sealed_secret text NOT NULL,
    cache_minutes smallint NOT NULL,
    "position" smallint NOT NULL,
    is_active boolean NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT accounts_customercard_cache_minutes_check CHECK ((cache_minutes >= 0)),
    CONSTRAINT accounts_customercard_position_check CHECK (("position" >= 0))
);
ALTER TABLE ONLY public.accounts_customercard FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_customercard ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_customercard_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_department (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    kind character varying(10) NOT NULL,
    visibility character varying(8) NOT NULL,
    "position" smallint NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT accounts_department_position_check CHECK (("position" >= 0))
);
ALTER TABLE ONLY public.accounts_department FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_department ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_department_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_desk (
    id bigint NOT NULL,
    slug character varying(40) NOT NULL,
    name character varying(80) NOT NULL,
    domain character varying(253) NOT NULL,
    language character varying(10) NOT NULL,
    time_zone character varying(64) NOT NULL,
    accent character varying(10) NOT NULL,
    logo character varying(200) NOT NULL,
    ticket_prefix character varying(6) NOT NULL,
    state_words jsonb NOT NULL,
    state_sentences jsonb NOT NULL,
    translations jsonb NOT NULL,
    hotline character varying(40) NOT NULL,
    silence_days smallint NOT NULL,
    reminder_days smallint NOT NULL,
    reopen_days smallint NOT NULL,
    free_domains jsonb NOT NULL,
    require_two_factor boolean NOT NULL,
    is_suspended boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    config_version uuid NOT NULL,
    email_source_days smallint NOT NULL,
    notification_days smallint NOT NULL,
    emergency_accepted_minutes smallint NOT NULL,
    emergency_courtesy_minutes smallint NOT NULL,
    emergency_decision_minutes smallint NOT NULL,
    emergency_downgraded_minutes smallint NOT NULL,
    emergency_information_minutes smallint NOT NULL,
    emergency_texts jsonb NOT NULL,
    level_sentences jsonb NOT NULL,
    level_words jsonb NOT NULL,
    idle_minutes smallint NOT NULL,
    missing_minutes smallint NOT NULL,
    quiet_minutes smallint NOT NULL,
    warn_points smallint[] NOT NULL,
    pause_states character varying(14)[] NOT NULL,
    agent_capacity smallint,
    offer_minutes smallint DEFAULT 0 NOT NULL,
    prefers_last_agent boolean DEFAULT false NOT NULL,
    major_impact smallint DEFAULT 5 NOT NULL,
    release_action character varying(7) DEFAULT 'confirm'::character varying NOT NULL,
    undo_seconds smallint DEFAULT 0 NOT NULL,
    CONSTRAINT accounts_desk_agent_capacity_check CHECK ((agent_capacity >= 0)),
    CONSTRAINT accounts_desk_email_source_days_check CHECK ((email_source_days >= 0)),
    CONSTRAINT accounts_desk_emergency_accepted_minutes_check CHECK ((emergency_accepted_minutes >= 0)),
    CONSTRAINT accounts_desk_emergency_courtesy_minutes_check CHECK ((emergency_courtesy_minutes >= 0)),
    CONSTRAINT accounts_desk_emergency_decision_minutes_check CHECK ((emergency_decision_minutes >= 0)),
    CONSTRAINT accounts_desk_emergency_downgraded_minutes_check CHECK ((emergency_downgraded_minutes >= 0)),
    CONSTRAINT accounts_desk_emergency_information_minutes_check CHECK ((emergency_information_minutes >= 0)),
    CONSTRAINT accounts_desk_idle_minutes_check CHECK ((idle_minutes >= 0)),
    CONSTRAINT accounts_desk_major_impact_check CHECK ((major_impact >= 0)),
    CONSTRAINT accounts_desk_missing_minutes_check CHECK ((missing_minutes >= 0)),
    CONSTRAINT accounts_desk_notification_days_check CHECK ((notification_days >= 0)),
    CONSTRAINT accounts_desk_offer_minutes_check CHECK ((offer_minutes >= 0)),
    CONSTRAINT accounts_desk_quiet_minutes_check CHECK ((quiet_minutes >= 0)),
    CONSTRAINT accounts_desk_reminder_days_check CHECK ((reminder_days >= 0)),
    CONSTRAINT accounts_desk_reopen_days_check CHECK ((reopen_days >= 0)),
    CONSTRAINT accounts_desk_silence_days_check CHECK ((silence_days >= 0)),
    CONSTRAINT accounts_desk_undo_seconds_check CHECK ((undo_seconds >= 0))
);
ALTER TABLE public.accounts_desk ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_desk_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_eraseddesk (
    id bigint NOT NULL,
    number bigint NOT NULL,
    slug character varying(40) NOT NULL,
    erased_at timestamp with time zone NOT NULL,
    erased_by character varying(254) NOT NULL,
    counts jsonb NOT NULL
);
ALTER TABLE public.accounts_eraseddesk ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_eraseddesk_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_grouprole (
    id bigint NOT NULL,
    "group" character varying(200) NOT NULL,
    role character varying(10) NOT NULL,
    level character varying(4) NOT NULL,
    desk_id bigint NOT NULL,
    provider_id bigint NOT NULL
);
ALTER TABLE ONLY public.accounts_grouprole FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_grouprole ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_grouprole_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_identity (
    id bigint NOT NULL,
    subject character varying(255) NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    provider_id bigint NOT NULL
);
ALTER TABLE ONLY public.accounts_identity FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_identity ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_identity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_identityprovider (
    id bigint NOT NULL,
    kind character varying(4) NOT NULL,
    name character varying(60) NOT NULL,
    server_url character varying(200) NOT NULL,
    client_id character varying(200) NOT NULL,
    sealed_client_secret text NOT NULL,
    entity_id character varying(500) NOT NULL,
    sso_url character varying(500) NOT NULL,
    certificates text NOT NULL,
    email_attribute character varying(200) NOT NULL,
    name_attribute character varying(200) NOT NULL,
    is_email_trusted boolean NOT NULL,
    group_claim character varying(200) NOT NULL,
    is_active boolean NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.accounts_identityprovider FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_identityprovider ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_identityprovider_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_invitation (
    id bigint NOT NULL,
    email character varying(254) NOT NULL,
    name character varying(120) NOT NULL,
    kind character varying(8) NOT NULL,
    role character varying(18) NOT NULL,
    level character varying(4) NOT NULL,
    token_hash character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    account_id bigint,
    desk_id bigint NOT NULL,
    invited_by_id bigint,
    CONSTRAINT invitation_has_email CHECK ((NOT ((email)::text = ''::text)))
);
ALTER TABLE ONLY public.accounts_invitation FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_invitation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_invitation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_plan (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    description text NOT NULL,
    "position" smallint NOT NULL,
    allows_portal boolean NOT NULL,
    allows_mail boolean NOT NULL,
    allows_hotline boolean NOT NULL,
    is_self_service boolean NOT NULL,
    has_success_manager boolean NOT NULL,
    points_of_contact smallint,
    is_retired boolean NOT NULL,
    desk_id bigint NOT NULL,
    only_points_of_contact boolean NOT NULL,
    allows_emergencies boolean NOT NULL,
    impact_weight smallint DEFAULT 1 NOT NULL,
    CONSTRAINT accounts_plan_impact_weight_check CHECK ((impact_weight >= 0)),
    CONSTRAINT accounts_plan_points_of_contact_check CHECK ((points_of_contact >= 0)),
    CONSTRAINT accounts_plan_position_check CHECK (("position" >= 0))
);
ALTER TABLE ONLY public.accounts_plan FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_plan ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_plan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_planproduct (
    id bigint NOT NULL,
    desk_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    product_id bigint NOT NULL
);
ALTER TABLE ONLY public.accounts_planproduct FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_planproduct ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_planproduct_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_product (
    id bigint NOT NULL,
    name character varying(80) NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.accounts_product FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_product ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_product_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_productline (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    "position" smallint NOT NULL,
    is_supported boolean NOT NULL,
    desk_id bigint NOT NULL,
    product_id bigint NOT NULL,
    CONSTRAINT accounts_productline_position_check CHECK (("position" >= 0))
);
ALTER TABLE ONLY public.accounts_productline FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_productline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_productline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_region (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    time_zone character varying(64) NOT NULL,
    "position" smallint NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT accounts_region_position_check CHECK (("position" >= 0))
);
ALTER TABLE ONLY public.accounts_region FORCE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_region ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_region_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_user (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    email character varying(254) NOT NULL,
    name character varying(120) NOT NULL,
    is_active boolean NOT NULL,
    is_staff boolean NOT NULL,
    language character varying(10) NOT NULL,
    time_zone character varying(64) NOT NULL,
    date_joined timestamp with time zone NOT NULL,
    shortcuts jsonb NOT NULL,
    CONSTRAINT user_has_email CHECK ((NOT ((email)::text = ''::text)))
);
CREATE TABLE public.accounts_user_groups (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    group_id integer NOT NULL
);
ALTER TABLE public.accounts_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE public.accounts_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_user_user_permissions (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.accounts_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);
ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);
ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_blockedsender (
    id bigint NOT NULL,
    value character varying(254) NOT NULL,
    why character varying(200) NOT NULL,
    blocked_at timestamp with time zone NOT NULL,
    blocked_by_id bigint,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.channels_intake_blockedsender FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_blockedsender ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_blockedsender_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_channelevent (
    id bigint NOT NULL,
    event_id character varying(190) NOT NULL,
    raw bytea NOT NULL,
    sha256 character varying(64) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    state character varying(9) NOT NULL,
    reason character varying(40) NOT NULL,
    reason_data jsonb NOT NULL,
    attempts smallint NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL,
    connection_id bigint NOT NULL,
    CONSTRAINT channels_intake_channelevent_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE ONLY public.channels_intake_channelevent FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_channelevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_channelevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_channelmessage (
    id bigint NOT NULL,
    direction character varying(3) NOT NULL,
    external_id character varying(190) NOT NULL,
    part smallint NOT NULL,
    notice character varying(10) NOT NULL,
    state character varying(9) NOT NULL,
    problem character varying(500) NOT NULL,
    written_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL,
    message_id bigint,
    connection_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    CONSTRAINT channels_intake_channelmessage_part_check CHECK ((part >= 0))
);
ALTER TABLE ONLY public.channels_intake_channelmessage FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_channelmessage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_channelmessage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_chatconnection (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    kind character varying(10) NOT NULL,
    is_active boolean NOT NULL,
    is_public boolean NOT NULL,
    channel character varying(80) NOT NULL,
    sealed_webhook_url text NOT NULL,
    server_url character varying(200) NOT NULL,
    bot_user_id character varying(64) NOT NULL,
    sealed_bot_token text NOT NULL,
    sealed_command_secret text NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.channels_intake_chatconnection FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_chatconnection ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_chatconnection_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_chatperson (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    server character varying(255) NOT NULL,
    user_id character varying(64) NOT NULL,
    user_name character varying(80) NOT NULL,
    source character varying(5) NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.channels_intake_chatperson FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_chatperson ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_chatperson_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_chatrule (
    id bigint NOT NULL,
    topic character varying(24) NOT NULL,
    level character varying(4) NOT NULL,
    template text NOT NULL,
    "position" smallint NOT NULL,
    connection_id bigint NOT NULL,
    department_id bigint,
    desk_id bigint NOT NULL,
    plan_id bigint,
    CONSTRAINT channels_intake_chatrule_position_check CHECK (("position" >= 0))
);
ALTER TABLE ONLY public.channels_intake_chatrule FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_chatrule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_chatrule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_chatstandup (
    id bigint NOT NULL,
    level character varying(4) NOT NULL,
    minute smallint NOT NULL,
    time_zone character varying(64) NOT NULL,
    weekdays smallint[] NOT NULL,
    next_at timestamp with time zone,
    connection_id bigint NOT NULL,
    department_id bigint,
    desk_id bigint NOT NULL,
    region_id bigint,
    CONSTRAINT channels_intake_chatstandup_minute_check CHECK ((minute >= 0))
);
ALTER TABLE ONLY public.channels_intake_chatstandup FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_chatstandup ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_chatstandup_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_chatthread (
    id bigint NOT NULL,
    root_id character varying(80) NOT NULL,
    connection_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint,
    defect_id bigint,
    CONSTRAINT chat_thread_about_one CHECK ((((ticket_id IS NULL) OR (defect_id IS NULL)) AND (1 = (
CASE
    WHEN (ticket_id IS NULL) THEN 1
    ELSE 0
END +
CASE
    WHEN (defect_id IS NULL) THEN 1
    ELSE 0
END))))
);
ALTER TABLE ONLY public.channels_intake_chatthread FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_chatthread ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_chatthread_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_codeevent (
    id bigint NOT NULL,
    delivery_id character varying(100) NOT NULL,
    name character varying(60) NOT NULL,
    raw bytea NOT NULL,
    sha256 character varying(64) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    state character varying(9) NOT NULL,
    reason character varying(40) NOT NULL,
    reason_data jsonb NOT NULL,
    attempts smallint NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL,
    host_id bigint NOT NULL,
    CONSTRAINT channels_intake_codeevent_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE ONLY public.channels_intake_codeevent FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_codeevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_codeevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_codehost (
    id bigint NOT NULL,
    kind character varying(8) NOT NULL,
    api_url character varying(200) NOT NULL,
    repository character varying(200) NOT NULL,
    labels character varying(200) NOT NULL,
    names_customers boolean NOT NULL,
    sign_in character varying(5) NOT NULL,
    sealed_token text NOT NULL,
    app_id character varying(40) NOT NULL,
    installation_id bigint,
    sealed_private_key text NOT NULL,
    sealed_app_token text NOT NULL,
    app_token_until timestamp with time zone,
    sealed_webhook_secret text NOT NULL,
    hook_token character varying(40) NOT NULL,
    is_paused boolean NOT NULL,
    problem character varying(500) NOT NULL,
    checked_at timestamp with time zone,
    last_event_at timestamp with time zone,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.channels_intake_codehost FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_codehost ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_codehost_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_codelink (
    id bigint NOT NULL,
    kind character varying(6) NOT NULL,
    number bigint,
    title character varying(300) NOT NULL,
    url character varying(500) NOT NULL,
    state character varying(8) NOT NULL,
    problem character varying(500) NOT NULL,
    labels jsonb NOT NULL,
    assignee character varying(100) NOT NULL,
    branch character varying(200) NOT NULL,
    sha character varying(64) NOT NULL,
    merged_at timestamp with time zone,
    seen_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    created_by_id bigint,
    defect_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    host_id bigint NOT NULL
);
ALTER TABLE ONLY public.channels_intake_codelink FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_codelink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_codelink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_coderelease (
    id bigint NOT NULL,
    tag character varying(200) NOT NULL,
    url character varying(500) NOT NULL,
    is_public boolean NOT NULL,
    published_at timestamp with time zone NOT NULL,
    is_due boolean NOT NULL,
    attempts integer NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    problem character varying(500) NOT NULL,
    desk_id bigint NOT NULL,
    host_id bigint NOT NULL,
    CONSTRAINT channels_intake_coderelease_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE ONLY public.channels_intake_coderelease FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_coderelease ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_coderelease_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_connection (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    name character varying(60) NOT NULL,
    external_id character varying(190) NOT NULL,
    api_url character varying(200) NOT NULL,
    settings jsonb NOT NULL,
    sealed_secrets text NOT NULL,
    hook_token character varying(40) NOT NULL,
    cursor jsonb NOT NULL,
    is_paused boolean NOT NULL,
    silent_until timestamp with time zone,
    problem character varying(500) NOT NULL,
    problem_since timestamp with time zone,
    told_at timestamp with time zone,
    checked_at timestamp with time zone,
    last_event_at timestamp with time zone,
    next_poll_at timestamp with time zone,
    busy_until timestamp with time zone,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.channels_intake_connection FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_connection ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_connection_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_conversation (
    id bigint NOT NULL,
    external_id character varying(190) NOT NULL,
    is_public boolean NOT NULL,
    data jsonb NOT NULL,
    window_from timestamp with time zone,
    ended_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    connection_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    handle_id bigint,
    ticket_id bigint
);
ALTER TABLE ONLY public.channels_intake_conversation FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_conversation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_conversation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_inboundmessage (
    id bigint NOT NULL,
    provider character varying(20) NOT NULL,
    content_type character varying(200) NOT NULL,
    raw bytea NOT NULL,
    sha256 character varying(64) NOT NULL,
    envelope_recipient character varying(254) NOT NULL,
    envelope_sender character varying(254) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    state character varying(12) NOT NULL,
    reason character varying(40) NOT NULL,
    reason_data jsonb NOT NULL,
    attempts smallint NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    sender character varying(254) NOT NULL,
    subject character varying(250) NOT NULL,
    rfc_message_id character varying(250) NOT NULL,
    content_hash character varying(64) NOT NULL,
    authentication character varying(4) NOT NULL,
    automatic character varying(10) NOT NULL,
    lacks_files boolean NOT NULL,
    discarded_at timestamp with time zone,
    desk_id bigint,
    message_id bigint,
    ticket_id bigint,
    mailbox_id bigint,
    raw_deleted_at timestamp with time zone,
    side_message_id bigint,
    CONSTRAINT channels_intake_inboundmessage_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT inbound_refers_within_desk CHECK (((desk_id IS NOT NULL) OR ((mailbox_id IS NULL) AND (message_id IS NULL) AND (side_message_id IS NULL) AND (ticket_id IS NULL))))
)
WITH (fillfactor='85', toast_tuple_target='900', autovacuum_vacuum_scale_factor='0.02', autovacuum_vacuum_insert_scale_factor='0.05', autovacuum_analyze_scale_factor='0.05');
ALTER TABLE ONLY public.channels_intake_inboundmessage FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_inboundmessage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_inboundmessage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_mailbox (
    id bigint NOT NULL,
    address character varying(254) NOT NULL,
    name character varying(80) NOT NULL,
    is_active boolean NOT NULL,
    is_default boolean NOT NULL,
    unverified_mail character varying(5) NOT NULL,
    verified_at timestamp with time zone,
    code_hash character varying(64) NOT NULL,
    code_sent_at timestamp with time zone,
    code_tries smallint NOT NULL,
    desk_id bigint NOT NULL,
    signature text DEFAULT ''::text NOT NULL,
    CONSTRAINT channels_intake_mailbox_code_tries_check CHECK ((code_tries >= 0))
);
ALTER TABLE ONLY public.channels_intake_mailbox FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_mailbox ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_mailbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_outgoingcall (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    connection_id bigint NOT NULL,
    lane character varying(60) NOT NULL,
    key character varying(120) NOT NULL,
    is_urgent boolean NOT NULL,
    method character varying(6) NOT NULL,
    path character varying(500) NOT NULL,
    body jsonb NOT NULL,
    data jsonb NOT NULL,
    state character varying(6) NOT NULL,
    attempts integer NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    gives_up_at timestamp with time zone NOT NULL,
    claimed_until timestamp with time zone,
    status smallint,
    summary character varying(500) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    desk_id bigint NOT NULL,
    ticket_id bigint,
    CONSTRAINT channels_intake_outgoingcall_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT channels_intake_outgoingcall_status_check CHECK ((status >= 0))
);
ALTER TABLE ONLY public.channels_intake_outgoingcall FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_outgoingcall ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_outgoingcall_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_outgoingemail (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    from_address character varying(320) NOT NULL,
    reply_to character varying(320) NOT NULL,
    to_address character varying(254) NOT NULL,
    to_canonical character varying(254) NOT NULL,
    subject character varying(250) NOT NULL,
    body_text text NOT NULL,
    body_html text NOT NULL,
    rfc_message_id character varying(250) NOT NULL,
    in_reply_to character varying(250) NOT NULL,
    "references" jsonb NOT NULL,
    state character varying(10) NOT NULL,
    attempts smallint NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    last_error text NOT NULL,
    provider_id character varying(250) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    contact_id bigint,
    desk_id bigint NOT NULL,
    event_id bigint NOT NULL,
    message_id bigint,
    ticket_id bigint NOT NULL,
    promised_at timestamp with time zone,
    claimed_until timestamp with time zone,
    side_message_id bigint,
    third_party_id bigint,
    CONSTRAINT channels_intake_outgoingemail_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT mail_has_an_address CHECK ((NOT ((to_address)::text = ''::text))),
    CONSTRAINT mail_to_contact_or_third_party CHECK ((((contact_id IS NOT NULL) AND (side_message_id IS NULL) AND (third_party_id IS NULL)) OR ((contact_id IS NULL) AND ((kind)::text = 'side'::text) AND (message_id IS NULL) AND (side_message_id IS NOT NULL) AND (third_party_id IS NOT NULL))))
)
WITH (fillfactor='50', toast_tuple_target='256', autovacuum_vacuum_scale_factor='0.02', autovacuum_analyze_scale_factor='0.02');
ALTER TABLE ONLY public.channels_intake_outgoingemail FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_outgoingemail ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_outgoingemail_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_pageevent (
    id bigint NOT NULL,
    raw bytea NOT NULL,
    sha256 character varying(64) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    state character varying(9) NOT NULL,
    reason character varying(13) NOT NULL,
    attempts smallint NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL,
    service_id bigint NOT NULL,
    CONSTRAINT channels_intake_pageevent_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE ONLY public.channels_intake_pageevent FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_pageevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_pageevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_pagingservice (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    kind character varying(10) NOT NULL,
    url character varying(200) NOT NULL,
    sealed_secret text NOT NULL,
    sealed_webhook_secret text NOT NULL,
    hook_token character varying(40) NOT NULL,
    is_active boolean NOT NULL,
    department_id bigint,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.channels_intake_pagingservice FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_pagingservice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_pagingservice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_replytoken (
    id bigint NOT NULL,
    token character varying(26) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    contact_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.channels_intake_replytoken FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_replytoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_replytoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_sidereplytoken (
    id bigint NOT NULL,
    token character varying(26) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL,
    participant_id bigint NOT NULL
);
ALTER TABLE ONLY public.channels_intake_sidereplytoken FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_sidereplytoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_sidereplytoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_stagerule (
    id bigint NOT NULL,
    trigger character varying(20) NOT NULL,
    pattern character varying(100) NOT NULL,
    stage character varying(12) NOT NULL,
    desk_id bigint NOT NULL,
    host_id bigint NOT NULL,
    line_id bigint
);
ALTER TABLE ONLY public.channels_intake_stagerule FORCE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_stagerule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_intake_stagerule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_intake_unsentmail (
    mail_id bigint NOT NULL,
    urgency smallint NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT channels_intake_unsentmail_urgency_check CHECK ((urgency >= 0))
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000');
ALTER TABLE ONLY public.channels_intake_unsentmail FORCE ROW LEVEL SECURITY;
CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id bigint NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);
ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_cache (
    cache_key character varying(255) NOT NULL,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);
ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);
CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);
ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_absence (
    id bigint NOT NULL,
    kind character varying(8) NOT NULL,
    start_at timestamp with time zone NOT NULL,
    end_at timestamp with time zone NOT NULL,
    note character varying(200) NOT NULL,
    agent_id bigint NOT NULL,
    created_by_id bigint,
    desk_id bigint NOT NULL,
    CONSTRAINT absence_has_length CHECK ((end_at > start_at))
);
ALTER TABLE ONLY public.routing_absence FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_absence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_absence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_agentlanguage (
    id bigint NOT NULL,
    code character varying(3) NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.routing_agentlanguage FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_agentlanguage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_agentlanguage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_agentskill (
    id bigint NOT NULL,
    level smallint NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    skill_id bigint NOT NULL,
    CONSTRAINT agent_skill_level_known CHECK (((level >= 1) AND (level <= 3))),
    CONSTRAINT routing_agentskill_level_check CHECK ((level >= 0))
);
ALTER TABLE ONLY public.routing_agentskill FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_agentskill ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_agentskill_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_dryrun (
    id bigint NOT NULL,
    size smallint NOT NULL,
    includes_inactive boolean NOT NULL,
    state character varying(8) NOT NULL,
    by_name character varying(254) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    applied_by character varying(254) NOT NULL,
    applied_at timestamp with time zone,
    before_id bigint NOT NULL,
    tried smallint NOT NULL,
    desk_id bigint NOT NULL,
    version_id bigint NOT NULL,
    CONSTRAINT routing_dryrun_size_check CHECK ((size >= 0)),
    CONSTRAINT routing_dryrun_tried_check CHECK ((tried >= 0))
);
ALTER TABLE ONLY public.routing_dryrun FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_dryrun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_dryrun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_dryrunrow (
    id bigint NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    rules jsonb NOT NULL,
    state character varying(8) NOT NULL,
    desk_id bigint NOT NULL,
    dry_run_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.routing_dryrunrow FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_dryrunrow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_dryrunrow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_extrashift (
    id bigint NOT NULL,
    start_at timestamp with time zone NOT NULL,
    end_at timestamp with time zone NOT NULL,
    agent_id bigint NOT NULL,
    created_by_id bigint,
    desk_id bigint NOT NULL,
    CONSTRAINT extra_shift_has_length CHECK ((end_at > start_at))
);
ALTER TABLE ONLY public.routing_extrashift FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_extrashift ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_extrashift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_handover (
    id bigint NOT NULL,
    cause character varying(10) NOT NULL,
    note jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    until timestamp with time zone,
    claimed_at timestamp with time zone,
    alarm_at timestamp with time zone,
    alarmed_at timestamp with time zone,
    ended_at timestamp with time zone,
    desk_id bigint NOT NULL,
    receiver_id bigint,
    sender_id bigint,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.routing_handover FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_handover ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_handover_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_offer (
    id bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    passed bigint[] NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.routing_offer FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_offer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_offer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_oncallmember (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    rota_id bigint NOT NULL,
    CONSTRAINT routing_oncallmember_position_check CHECK (("position" >= 0))
);
ALTER TABLE ONLY public.routing_oncallmember FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_oncallmember ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_oncallmember_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_oncallrota (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    level character varying(4) NOT NULL,
    time_zone character varying(64) NOT NULL,
    turn_length character varying(4) NOT NULL,
    change_weekday smallint NOT NULL,
    change_minute smallint NOT NULL,
    is_active boolean NOT NULL,
    desk_id bigint NOT NULL,
    region_id bigint,
    CONSTRAINT routing_oncallrota_change_minute_check CHECK ((change_minute >= 0)),
    CONSTRAINT routing_oncallrota_change_weekday_check CHECK ((change_weekday >= 0))
);
ALTER TABLE ONLY public.routing_oncallrota FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_oncallrota ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_oncallrota_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_oncallswap (
    id bigint NOT NULL,
    state character varying(10) NOT NULL,
    offered_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    desk_id bigint NOT NULL,
    offered_by_id bigint NOT NULL,
    offered_to_id bigint NOT NULL,
    in_return_id bigint,
    turn_id bigint NOT NULL
);
ALTER TABLE ONLY public.routing_oncallswap FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_oncallswap ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_oncallswap_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_oncallturn (
    id bigint NOT NULL,
    start_at timestamp with time zone NOT NULL,
    end_at timestamp with time zone NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    planned_agent_id bigint,
    rota_id bigint NOT NULL,
    CONSTRAINT on_call_turn_has_length CHECK ((end_at > start_at))
);
ALTER TABLE ONLY public.routing_oncallturn FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_oncallturn ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_oncallturn_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_presence (
    id bigint NOT NULL,
    state character varying(10) NOT NULL,
    reason character varying(120) NOT NULL,
    since timestamp with time zone,
    until timestamp with time zone,
    last_active_at timestamp with time zone,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.routing_presence FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_presence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_presence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_rotation (
    id bigint NOT NULL,
    last_assigned_at timestamp with time zone,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    claims bigint DEFAULT 0 NOT NULL
);
ALTER TABLE ONLY public.routing_rotation FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_rotation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_rotation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_rule (
    id bigint NOT NULL,
    name character varying(80) NOT NULL,
    "position" smallint NOT NULL,
    is_active boolean NOT NULL,
    stops boolean NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT routing_rule_position_check CHECK (("position" >= 0))
);
ALTER TABLE ONLY public.routing_rule FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_rule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_rule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_ruleaction (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    value character varying(4) NOT NULL,
    department_id bigint,
    desk_id bigint NOT NULL,
    priority_id bigint,
    rule_id bigint NOT NULL,
    skill_id bigint,
    tag_id bigint,
    CONSTRAINT rule_action_has_target CHECK ((((department_id IS NOT NULL) AND ((kind)::text = 'department'::text)) OR (((kind)::text = 'tag'::text) AND (tag_id IS NOT NULL)) OR (((kind)::text = 'priority'::text) AND (priority_id IS NOT NULL)) OR (((kind)::text = 'skill'::text) AND (skill_id IS NOT NULL)) OR ((kind)::text = 'level'::text)))
);
ALTER TABLE ONLY public.routing_ruleaction FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_ruleaction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_ruleaction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_rulecondition (
    id bigint NOT NULL,
    kind character varying(14) NOT NULL,
    is_negated boolean NOT NULL,
    value character varying(300) NOT NULL,
    scope character varying(7) NOT NULL,
    desk_id bigint NOT NULL,
    form_field_id bigint,
    plan_id bigint,
    product_id bigint,
    rule_id bigint NOT NULL,
    CONSTRAINT rule_condition_of_field CHECK (((NOT ((kind)::text = 'field'::text)) OR (form_field_id IS NOT NULL))),
    CONSTRAINT rule_condition_of_plan CHECK (((NOT ((kind)::text = 'plan'::text)) OR (plan_id IS NOT NULL))),
    CONSTRAINT rule_condition_of_product CHECK (((NOT ((kind)::text = 'product'::text)) OR (product_id IS NOT NULL)))
);
ALTER TABLE ONLY public.routing_rulecondition FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_rulecondition ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_rulecondition_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_ruletrace (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    cause character varying(8) NOT NULL,
    facts jsonb NOT NULL,
    tried jsonb NOT NULL,
    effects jsonb NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    version_id bigint NOT NULL
);
ALTER TABLE ONLY public.routing_ruletrace FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_ruletrace ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_ruletrace_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_ruleversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    by_name character varying(254) NOT NULL,
    rules jsonb NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT routing_ruleversion_number_check CHECK ((number >= 0))
);
ALTER TABLE ONLY public.routing_ruleversion FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_ruleversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_ruleversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_shift (
    id bigint NOT NULL,
    weekday smallint NOT NULL,
    start_minute smallint NOT NULL,
    end_minute smallint NOT NULL,
    time_zone character varying(64) NOT NULL,
    agent_id bigint,
    desk_id bigint NOT NULL,
    works_on_holidays boolean NOT NULL,
    team_id bigint,
    CONSTRAINT routing_shift_end_minute_check CHECK ((end_minute >= 0)),
    CONSTRAINT routing_shift_start_minute_check CHECK ((start_minute >= 0)),
    CONSTRAINT routing_shift_weekday_check CHECK ((weekday >= 0)),
    CONSTRAINT shift_of_agent_or_team CHECK ((((agent_id IS NOT NULL) AND (team_id IS NULL)) OR ((agent_id IS NULL) AND (team_id IS NOT NULL))))
);
ALTER TABLE ONLY public.routing_shift FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_shift ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_shift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_skill (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.routing_skill FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_skill ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_skill_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_team (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    desk_id bigint NOT NULL,
    region_id bigint
);
ALTER TABLE ONLY public.routing_team FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_team ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_team_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_teammember (
    id bigint NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    team_id bigint NOT NULL
);
ALTER TABLE ONLY public.routing_teammember FORCE ROW LEVEL SECURITY;
ALTER TABLE public.routing_teammember ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_teammember_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_calendar (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    time_zone character varying(64) NOT NULL,
    is_always_open boolean NOT NULL,
    version integer NOT NULL,
    desk_id bigint NOT NULL,
    warned_until date,
    CONSTRAINT sla_calendar_version_check CHECK ((version >= 0))
);
ALTER TABLE ONLY public.sla_calendar FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_calendar ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_calendar_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_calendarbreak (
    id bigint NOT NULL,
    weekday smallint,
    start_minute smallint NOT NULL,
    end_minute smallint NOT NULL,
    calendar_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT sla_calendarbreak_end_minute_check CHECK ((end_minute >= 0)),
    CONSTRAINT sla_calendarbreak_start_minute_check CHECK ((start_minute >= 0)),
    CONSTRAINT sla_calendarbreak_weekday_check CHECK ((weekday >= 0))
);
ALTER TABLE ONLY public.sla_calendarbreak FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_calendarbreak ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_calendarbreak_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_calendarexception (
    id bigint NOT NULL,
    date date NOT NULL,
    last_date date,
    start_minute smallint,
    end_minute smallint,
    name character varying(80) NOT NULL,
    calendar_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT exception_both_times CHECK ((((end_minute IS NULL) AND (start_minute IS NULL)) OR ((end_minute IS NOT NULL) AND (start_minute IS NOT NULL)))),
    CONSTRAINT exception_span CHECK (((last_date IS NULL) OR (last_date >= date))),
    CONSTRAINT sla_calendarexception_end_minute_check CHECK ((end_minute >= 0)),
    CONSTRAINT sla_calendarexception_start_minute_check CHECK ((start_minute >= 0))
);
ALTER TABLE ONLY public.sla_calendarexception FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_calendarexception ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_calendarexception_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_calendarversion (
    id bigint NOT NULL,
    version integer NOT NULL,
    hours jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    calendar_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT sla_calendarversion_version_check CHECK ((version >= 0))
);
ALTER TABLE ONLY public.sla_calendarversion FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_calendarversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_calendarversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_calendarwindow (
    id bigint NOT NULL,
    weekday smallint NOT NULL,
    start_minute smallint NOT NULL,
    end_minute smallint NOT NULL,
    calendar_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT sla_calendarwindow_end_minute_check CHECK ((end_minute >= 0)),
    CONSTRAINT sla_calendarwindow_start_minute_check CHECK ((start_minute >= 0)),
    CONSTRAINT sla_calendarwindow_weekday_check CHECK ((weekday >= 0))
);
ALTER TABLE ONLY public.sla_calendarwindow FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_calendarwindow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_calendarwindow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_clock (
    id bigint NOT NULL,
    calendar_version integer,
    target_seconds integer CONSTRAINT sla_clock_target_minutes_not_null NOT NULL,
    started_at timestamp with time zone NOT NULL,
    warn_at timestamp with time zone,
    due_at timestamp with time zone NOT NULL,
    breached_at timestamp with time zone,
    met_at timestamp with time zone,
    stopped_at timestamp with time zone,
    calendar_id bigint,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    target_id bigint,
    kind character varying(16) NOT NULL,
    run integer NOT NULL,
    pauses jsonb NOT NULL,
    paused_at timestamp with time zone,
    warn_times timestamp with time zone[] NOT NULL,
    warn_points smallint[] NOT NULL,
    warned smallint NOT NULL,
    CONSTRAINT sla_clock_calendar_version_check CHECK ((calendar_version >= 0)),
    CONSTRAINT sla_clock_run_check CHECK ((run >= 0)),
    CONSTRAINT sla_clock_target_minutes_check CHECK ((target_seconds >= 0)),
    CONSTRAINT sla_clock_warned_check CHECK ((warned >= 0))
)
WITH (fillfactor='75', autovacuum_vacuum_scale_factor='0.01', autovacuum_analyze_scale_factor='0.02');
ALTER TABLE ONLY public.sla_clock FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_clock ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_clock_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_clockentry (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    at timestamp with time zone NOT NULL,
    data jsonb NOT NULL,
    clock_id bigint NOT NULL,
    desk_id bigint NOT NULL
)
WITH (autovacuum_vacuum_insert_scale_factor='0.02', autovacuum_analyze_scale_factor='0.02');
ALTER TABLE ONLY public.sla_clockentry FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_clockentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_clockentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_deadline (
    clock_id bigint NOT NULL,
    warn_at timestamp with time zone,
    due_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0.01');
ALTER TABLE ONLY public.sla_deadline FORCE ROW LEVEL SECURITY;
CREATE TABLE public.sla_holiday (
    id bigint NOT NULL,
    date date NOT NULL,
    name character varying(80) NOT NULL,
    calendar_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    category character varying(20) NOT NULL,
    is_active boolean NOT NULL,
    source_id bigint
);
ALTER TABLE ONLY public.sla_holiday FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_holiday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_holiday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_holidaysource (
    id bigint NOT NULL,
    kind character varying(8) NOT NULL,
    name character varying(80) NOT NULL,
    country character varying(2) NOT NULL,
    region character varying(24) NOT NULL,
    month smallint,
    day smallint,
    weekday smallint,
    nth smallint,
    url character varying(1000) NOT NULL,
    checked_at timestamp with time zone,
    failing_since timestamp with time zone,
    error character varying(40) NOT NULL,
    error_data jsonb NOT NULL,
    skipped integer NOT NULL,
    known_until date,
    calendar_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT sla_holidaysource_day_check CHECK ((day >= 0)),
    CONSTRAINT sla_holidaysource_month_check CHECK ((month >= 0)),
    CONSTRAINT sla_holidaysource_skipped_check CHECK ((skipped >= 0)),
    CONSTRAINT sla_holidaysource_weekday_check CHECK ((weekday >= 0))
);
ALTER TABLE ONLY public.sla_holidaysource FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_holidaysource ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_holidaysource_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_ladder (
    id bigint NOT NULL,
    name character varying(80) NOT NULL,
    "position" smallint NOT NULL,
    is_active boolean NOT NULL,
    clock character varying(16) NOT NULL,
    resume_minutes smallint NOT NULL,
    repeat_minutes smallint NOT NULL,
    desk_id bigint NOT NULL,
    plan_id bigint,
    policy_id bigint,
    priority_id bigint,
    CONSTRAINT sla_ladder_position_check CHECK (("position" >= 0)),
    CONSTRAINT sla_ladder_repeat_minutes_check CHECK ((repeat_minutes >= 0)),
    CONSTRAINT sla_ladder_resume_minutes_check CHECK ((resume_minutes >= 0))
);
ALTER TABLE ONLY public.sla_ladder FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_ladder ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_ladder_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_ladderrun (
    id bigint NOT NULL,
    clock character varying(16) NOT NULL,
    clock_run integer NOT NULL,
    due_at timestamp with time zone NOT NULL,
    round smallint NOT NULL,
    next_step smallint NOT NULL,
    next_at timestamp with time zone,
    last_step_at timestamp with time zone,
    acknowledged_at timestamp with time zone,
    acknowledged_name character varying(120) NOT NULL,
    acknowledged_by_id bigint,
    desk_id bigint NOT NULL,
    ladder_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    CONSTRAINT sla_ladderrun_clock_run_check CHECK ((clock_run >= 0)),
    CONSTRAINT sla_ladderrun_next_step_check CHECK ((next_step >= 0)),
    CONSTRAINT sla_ladderrun_round_check CHECK ((round >= 0))
);
ALTER TABLE ONLY public.sla_ladderrun FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_ladderrun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_ladderrun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_ladderstep (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    minutes smallint NOT NULL,
    trigger character varying(8) NOT NULL,
    action character varying(10) NOT NULL,
    agent_id bigint,
    desk_id bigint NOT NULL,
    ladder_id bigint NOT NULL,
    CONSTRAINT sla_ladderstep_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT sla_ladderstep_position_check CHECK (("position" >= 0))
);
ALTER TABLE ONLY public.sla_ladderstep FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_ladderstep ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_ladderstep_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_leveltarget (
    id bigint NOT NULL,
    level character varying(4) NOT NULL,
    clock character varying(16) NOT NULL,
    minutes integer NOT NULL,
    calendar_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT sla_leveltarget_minutes_check CHECK ((minutes >= 0))
);
ALTER TABLE ONLY public.sla_leveltarget FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_leveltarget ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_leveltarget_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_policy (
    id bigint NOT NULL,
    name character varying(80) NOT NULL,
    "position" smallint NOT NULL,
    is_active boolean NOT NULL,
    version integer NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT sla_policy_position_check CHECK (("position" >= 0)),
    CONSTRAINT sla_policy_version_check CHECK ((version >= 0))
);
ALTER TABLE ONLY public.sla_policy FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_policy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_policy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_policycondition (
    id bigint NOT NULL,
    kind character varying(14) NOT NULL,
    value character varying(20) NOT NULL,
    policy_id bigint NOT NULL,
    plan_id bigint,
    product_id bigint,
    priority_id bigint,
    department_id bigint,
    tag_id bigint,
    desk_id bigint NOT NULL,
    CONSTRAINT policy_condition_has_value CHECK (((((kind)::text = 'plan'::text) AND (plan_id IS NOT NULL)) OR (((kind)::text = 'product'::text) AND (product_id IS NOT NULL)) OR (((kind)::text = 'priority'::text) AND (priority_id IS NOT NULL)) OR ((department_id IS NOT NULL) AND ((kind)::text = 'department'::text)) OR (((kind)::text = 'tag'::text) AND (tag_id IS NOT NULL)) OR (((kind)::text = ANY (ARRAY[('account_status'::character varying)::text, ('channel'::character varying)::text])) AND (NOT ((value)::text = ''::text)))))
);
ALTER TABLE ONLY public.sla_policycondition FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_policycondition ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_policycondition_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_policyversion (
    id bigint NOT NULL,
    version integer NOT NULL,
    at timestamp with time zone NOT NULL,
    data jsonb NOT NULL,
    by_id bigint,
    policy_id bigint,
    desk_id bigint NOT NULL,
    CONSTRAINT sla_policyversion_version_check CHECK ((version >= 0))
);
ALTER TABLE ONLY public.sla_policyversion FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_policyversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_policyversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_replan (
    id bigint NOT NULL,
    cause character varying(10) NOT NULL,
    scope character varying(4) NOT NULL,
    subject character varying(250) NOT NULL,
    by_name character varying(254) NOT NULL,
    at timestamp with time zone NOT NULL,
    touched jsonb NOT NULL,
    upto bigint NOT NULL,
    reached bigint NOT NULL,
    moved integer NOT NULL,
    failed integer NOT NULL,
    done_at timestamp with time zone,
    desk_id bigint NOT NULL,
    CONSTRAINT sla_replan_failed_check CHECK ((failed >= 0)),
    CONSTRAINT sla_replan_moved_check CHECK ((moved >= 0))
);
ALTER TABLE ONLY public.sla_replan FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_replan ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_replan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sla_target (
    id bigint NOT NULL,
    account_status character varying(14) NOT NULL,
    amount integer CONSTRAINT sla_target_minutes_not_null NOT NULL,
    calendar_id bigint,
    desk_id bigint NOT NULL,
    plan_id bigint,
    priority_id bigint,
    policy_id bigint,
    clock character varying(16) NOT NULL,
    unit character varying(14) NOT NULL,
    by_minute smallint,
    CONSTRAINT sla_target_by_minute_check CHECK ((by_minute >= 0)),
    CONSTRAINT sla_target_minutes_check CHECK ((amount >= 0)),
    CONSTRAINT target_has_amount CHECK ((((unit)::text = 'none'::text) OR ((amount >= 1) AND (calendar_id IS NOT NULL)))),
    CONSTRAINT target_of_matrix_or_policy CHECK ((((plan_id IS NOT NULL) AND (policy_id IS NULL) AND (priority_id IS NOT NULL)) OR ((plan_id IS NULL) AND (policy_id IS NOT NULL) AND (priority_id IS NULL))))
);
ALTER TABLE ONLY public.sla_target FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sla_target ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sla_target_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_accountescalation (
    id bigint NOT NULL,
    why text NOT NULL,
    exit_criteria text NOT NULL,
    cadence_hours integer NOT NULL,
    next_update_at timestamp with time zone NOT NULL,
    reminded_at timestamp with time zone,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    end_reason text NOT NULL,
    account_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    ended_by_id bigint,
    lead_id bigint NOT NULL,
    started_by_id bigint,
    CONSTRAINT tickets_accountescalation_cadence_hours_check CHECK ((cadence_hours >= 0))
);
ALTER TABLE ONLY public.tickets_accountescalation FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_accountescalation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_accountescalation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_attachment (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    content_type character varying(120) NOT NULL,
    size bigint NOT NULL,
    sha256 character varying(64) NOT NULL,
    content_id character varying(250) NOT NULL,
    file character varying(200) NOT NULL,
    preview character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL,
    message_id bigint,
    note_id bigint,
    preview_attempts smallint NOT NULL,
    preview_due_at timestamp with time zone,
    preview_pixels integer NOT NULL,
    preview_problem character varying(20) NOT NULL,
    side_message_id bigint,
    packet jsonb DEFAULT '{}'::jsonb NOT NULL,
    packet_attempts smallint DEFAULT 0 NOT NULL,
    packet_due_at timestamp with time zone,
    removed_at timestamp with time zone,
    CONSTRAINT attachment_one_parent CHECK ((((message_id IS NOT NULL) AND (note_id IS NULL) AND (side_message_id IS NULL)) OR ((message_id IS NULL) AND (note_id IS NOT NULL) AND (side_message_id IS NULL)) OR ((message_id IS NULL) AND (note_id IS NULL) AND (side_message_id IS NOT NULL)))),
    CONSTRAINT tickets_attachment_packet_attempts_check CHECK ((packet_attempts >= 0)),
    CONSTRAINT tickets_attachment_preview_attempts_check CHECK ((preview_attempts >= 0)),
    CONSTRAINT tickets_attachment_preview_pixels_check CHECK ((preview_pixels >= 0))
);
ALTER TABLE ONLY public.tickets_attachment FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_attachment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_attachment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_attentionrequest (
    id bigint NOT NULL,
    why text NOT NULL,
    urgency character varying(5) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    state character varying(8) NOT NULL,
    decided_at timestamp with time zone,
    decision text NOT NULL,
    account_id bigint,
    asked_by_id bigint,
    decided_by_id bigint,
    desk_id bigint NOT NULL,
    ticket_id bigint,
    CONSTRAINT attention_about_something CHECK (((ticket_id IS NOT NULL) OR (account_id IS NOT NULL)))
);
ALTER TABLE ONLY public.tickets_attentionrequest FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_attentionrequest ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_attentionrequest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_bulkitem (
    id bigint NOT NULL,
    state character varying(9) NOT NULL,
    reason character varying(300) NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    job_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_bulkitem FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_bulkitem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_bulkitem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_bulkjob (
    id bigint NOT NULL,
    acts jsonb NOT NULL,
    macro character varying(80) NOT NULL,
    macro_id bigint,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    undo_of_id bigint
);
ALTER TABLE ONLY public.tickets_bulkjob FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_bulkjob ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_bulkjob_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_closingreason (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    is_solution boolean NOT NULL,
    is_active boolean NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_closingreason FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_closingreason ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_closingreason_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_defect (
    id bigint NOT NULL,
    problem text NOT NULL,
    affected_users character varying(250) NOT NULL,
    areas character varying(250) NOT NULL,
    frequency character varying(12) NOT NULL,
    since character varying(250) NOT NULL,
    worked_before character varying(12) NOT NULL,
    changes text NOT NULL,
    client_version character varying(250) NOT NULL,
    browser_version character varying(250) NOT NULL,
    app_version character varying(250) NOT NULL,
    system_version character varying(250) NOT NULL,
    steps text NOT NULL,
    reproduced character varying(12) NOT NULL,
    test_system character varying(250) NOT NULL,
    workarounds text NOT NULL,
    number bigint NOT NULL,
    title character varying(200) NOT NULL,
    severity character varying(8) NOT NULL,
    affected_versions character varying(200) NOT NULL,
    workaround text NOT NULL,
    stage character varying(12) NOT NULL,
    stage_run integer NOT NULL,
    stage_since timestamp with time zone NOT NULL,
    plan_text text NOT NULL,
    planned_version character varying(60) NOT NULL,
    planned_on date,
    is_published boolean NOT NULL,
    public_title character varying(200) NOT NULL,
    public_text text NOT NULL,
    public_translations jsonb NOT NULL,
    tickets_hit integer NOT NULL,
    accounts_hit integer NOT NULL,
    users_hit integer NOT NULL,
    impact integer NOT NULL,
    oldest_due_at timestamp with time zone,
    rank bigint NOT NULL,
    rank_facts jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    revision integer NOT NULL,
    created_by_id bigint,
    desk_id bigint NOT NULL,
    duplicate_of_id bigint,
    planned_line_id bigint,
    owner_id bigint,
    product_id bigint,
    tickets_waiting integer DEFAULT 0 NOT NULL,
    business_impact text DEFAULT ''::text NOT NULL,
    solution text DEFAULT ''::text NOT NULL,
    CONSTRAINT defect_duplicate_has_original CHECK ((((duplicate_of_id IS NOT NULL) AND ((stage)::text = 'duplicate'::text)) OR (NOT ((stage)::text = 'duplicate'::text)))),
    CONSTRAINT tickets_defect_accounts_hit_check CHECK ((accounts_hit >= 0)),
    CONSTRAINT tickets_defect_impact_check CHECK ((impact >= 0)),
    CONSTRAINT tickets_defect_revision_check CHECK ((revision >= 0)),
    CONSTRAINT tickets_defect_stage_run_check CHECK ((stage_run >= 0)),
    CONSTRAINT tickets_defect_tickets_hit_check CHECK ((tickets_hit >= 0)),
    CONSTRAINT tickets_defect_tickets_waiting_check CHECK ((tickets_waiting >= 0)),
    CONSTRAINT tickets_defect_users_hit_check CHECK ((users_hit >= 0))
);
ALTER TABLE ONLY public.tickets_defect FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defect ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_defect_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_defectcounter (
    desk_id bigint NOT NULL,
    last bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_defectcounter FORCE ROW LEVEL SECURITY;
CREATE TABLE public.tickets_defectdocument (
    defect_id bigint NOT NULL,
    version smallint NOT NULL,
    document tsvector NOT NULL,
    is_stale boolean NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT tickets_defectdocument_version_check CHECK ((version >= 0))
);
ALTER TABLE ONLY public.tickets_defectdocument FORCE ROW LEVEL SECURITY;
CREATE TABLE public.tickets_defectevent (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_kind character varying(8) NOT NULL,
    actor_id bigint,
    actor_name character varying(120) NOT NULL,
    data jsonb NOT NULL,
    defect_id bigint NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_defectevent FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defectevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_defectevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_defectfollower (
    id bigint NOT NULL,
    role character varying(9) NOT NULL,
    agent_id bigint NOT NULL,
    defect_id bigint NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_defectfollower FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defectfollower ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_defectfollower_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_defectlink (
    id bigint NOT NULL,
    linked_at timestamp with time zone NOT NULL,
    defect_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    linked_by_id bigint,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_defectlink FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defectlink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_defectlink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_defectmark (
    id bigint NOT NULL,
    work character varying(4) NOT NULL,
    defect_id bigint NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_defectmark FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defectmark ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_defectmark_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_defectrelease (
    id bigint NOT NULL,
    version character varying(60) NOT NULL,
    url character varying(500) NOT NULL,
    released_at timestamp with time zone NOT NULL,
    defect_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    line_id bigint
);
ALTER TABLE ONLY public.tickets_defectrelease FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defectrelease ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_defectrelease_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_defectupdate (
    id bigint NOT NULL,
    stage character varying(12) NOT NULL,
    stage_run integer NOT NULL,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    defect_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    contacts bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    CONSTRAINT tickets_defectupdate_stage_run_check CHECK ((stage_run >= 0))
);
ALTER TABLE ONLY public.tickets_defectupdate FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defectupdate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_defectupdate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_donedelivery (
    id bigint NOT NULL,
    desk_id bigint NOT NULL,
    event_id bigint NOT NULL,
    follower character varying(80) NOT NULL,
    attempts smallint NOT NULL,
    done_at timestamp with time zone NOT NULL,
    CONSTRAINT tickets_donedelivery_attempts_check CHECK ((attempts >= 0))
)
PARTITION BY RANGE (done_at);
ALTER TABLE ONLY public.tickets_donedelivery FORCE ROW LEVEL SECURITY;
CREATE TABLE public.tickets_donedelivery_2026_11 (
    id bigint CONSTRAINT tickets_donedelivery_id_not_null NOT NULL,
    desk_id bigint CONSTRAINT tickets_donedelivery_desk_id_not_null NOT NULL,
    event_id bigint CONSTRAINT tickets_donedelivery_event_id_not_null NOT NULL,
    follower character varying(80) CONSTRAINT tickets_donedelivery_follower_not_null NOT NULL,
    attempts smallint CONSTRAINT tickets_donedelivery_attempts_not_null NOT NULL,
    done_at timestamp with time zone CONSTRAINT tickets_donedelivery_done_at_not_null NOT NULL,
    CONSTRAINT tickets_donedelivery_attempts_check CHECK ((attempts >= 0))
);
CREATE TABLE public.tickets_donedelivery_2026_12 (
    id bigint CONSTRAINT tickets_donedelivery_id_not_null NOT NULL,
    desk_id bigint CONSTRAINT tickets_donedelivery_desk_id_not_null NOT NULL,
    event_id bigint CONSTRAINT tickets_donedelivery_event_id_not_null NOT NULL,
    follower character varying(80) CONSTRAINT tickets_donedelivery_follower_not_null NOT NULL,
    attempts smallint CONSTRAINT tickets_donedelivery_attempts_not_null NOT NULL,
    done_at timestamp with time zone CONSTRAINT tickets_donedelivery_done_at_not_null NOT NULL,
    CONSTRAINT tickets_donedelivery_attempts_check CHECK ((attempts >= 0))
);
CREATE TABLE public.tickets_donedelivery_2027_01 (
    id bigint CONSTRAINT tickets_donedelivery_id_not_null NOT NULL,
    desk_id bigint CONSTRAINT tickets_donedelivery_desk_id_not_null NOT NULL,
    event_id bigint CONSTRAINT tickets_donedelivery_event_id_not_null NOT NULL,
    follower character varying(80) CONSTRAINT tickets_donedelivery_follower_not_null NOT NULL,
    attempts smallint CONSTRAINT tickets_donedelivery_attempts_not_null NOT NULL,
    done_at timestamp with time zone CONSTRAINT tickets_donedelivery_done_at_not_null NOT NULL,
    CONSTRAINT tickets_donedelivery_attempts_check CHECK ((attempts >= 0))
);
CREATE TABLE public.tickets_donedelivery_2027_02 (
    id bigint CONSTRAINT tickets_donedelivery_id_not_null NOT NULL,
    desk_id bigint CONSTRAINT tickets_donedelivery_desk_id_not_null NOT NULL,
    event_id bigint CONSTRAINT tickets_donedelivery_event_id_not_null NOT NULL,
    follower character varying(80) CONSTRAINT tickets_donedelivery_follower_not_null NOT NULL,
    attempts smallint CONSTRAINT tickets_donedelivery_attempts_not_null NOT NULL,
    done_at timestamp with time zone CONSTRAINT tickets_donedelivery_done_at_not_null NOT NULL,
    CONSTRAINT tickets_donedelivery_attempts_check CHECK ((attempts >= 0))
);
CREATE TABLE public.tickets_donedelivery_default (
    id bigint CONSTRAINT tickets_donedelivery_id_not_null NOT NULL,
    desk_id bigint CONSTRAINT tickets_donedelivery_desk_id_not_null NOT NULL,
    event_id bigint CONSTRAINT tickets_donedelivery_event_id_not_null NOT NULL,
    follower character varying(80) CONSTRAINT tickets_donedelivery_follower_not_null NOT NULL,
    attempts smallint CONSTRAINT tickets_donedelivery_attempts_not_null NOT NULL,
    done_at timestamp with time zone CONSTRAINT tickets_donedelivery_done_at_not_null NOT NULL,
    CONSTRAINT tickets_donedelivery_attempts_check CHECK ((attempts >= 0))
);
CREATE TABLE public.tickets_draft (
    id bigint NOT NULL,
    place character varying(400) NOT NULL,
    fields jsonb NOT NULL,
    was_refused boolean NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_draft FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_draft ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_draft_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_emergency (
    id bigint NOT NULL,
    impact text NOT NULL,
    reachable character varying(200) NOT NULL,
    phone character varying(40) NOT NULL,
    refusal jsonb NOT NULL,
    state character varying(12) NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    contact_id bigint,
    decided_by_id bigint,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_emergency FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_emergency ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_emergency_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_engineeringgroup (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    response_minutes integer NOT NULL,
    starts_at time without time zone,
    ends_at time without time zone,
    is_active boolean NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT tickets_engineeringgroup_response_minutes_check CHECK ((response_minutes >= 0))
);
ALTER TABLE ONLY public.tickets_engineeringgroup FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_engineeringgroup ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_engineeringgroup_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_escalationupdate (
    id bigint NOT NULL,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    agent_id bigint,
    desk_id bigint NOT NULL,
    escalation_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_escalationupdate FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_escalationupdate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_escalationupdate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_eventdelivery (
    id bigint NOT NULL,
    follower character varying(80) NOT NULL,
    state character varying(8) NOT NULL,
    attempts smallint NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    last_error text NOT NULL,
    desk_id bigint NOT NULL,
    event_id bigint NOT NULL,
    claimed_until timestamp with time zone,
    CONSTRAINT tickets_eventdelivery_attempts_check CHECK ((attempts >= 0))
)
WITH (fillfactor='50', autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000');
ALTER TABLE ONLY public.tickets_eventdelivery FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_eventdelivery ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_eventdelivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_fieldvalue (
    id bigint NOT NULL,
    text character varying(200) NOT NULL,
    number numeric(18,4),
    day date,
    sorted_as character varying(80) DEFAULT ''::character varying NOT NULL,
    desk_id bigint NOT NULL,
    field_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_fieldvalue FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_fieldvalue ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_fieldvalue_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_formfield (
    id bigint NOT NULL,
    key character varying(30) NOT NULL,
    label character varying(80) NOT NULL,
    kind character varying(8) NOT NULL,
    choices jsonb NOT NULL,
    help_text character varying(300) NOT NULL,
    is_required boolean NOT NULL,
    "position" smallint NOT NULL,
    desk_id bigint NOT NULL,
    department_id bigint,
    is_asked boolean DEFAULT true NOT NULL,
    is_retired boolean DEFAULT false NOT NULL,
    product_id bigint,
    required_for character varying(14) DEFAULT ''::character varying NOT NULL,
    shown_if_id bigint,
    shown_value character varying(200) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT tickets_formfield_position_check CHECK (("position" >= 0))
);
ALTER TABLE ONLY public.tickets_formfield FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_formfield ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_formfield_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_groupmember (
    id bigint NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    group_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_groupmember FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_groupmember ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_groupmember_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_helprequest (
    id bigint NOT NULL,
    question text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    warn_at timestamp with time zone,
    state character varying(10) NOT NULL,
    answer text NOT NULL,
    url character varying(500) NOT NULL,
    ended_at timestamp with time zone,
    asked_by_id bigint,
    defect_id bigint,
    desk_id bigint NOT NULL,
    ended_by_id bigint,
    group_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_helprequest FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_helprequest ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_helprequest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_improvement (
    id bigint NOT NULL,
    kind character varying(13) NOT NULL,
    title character varying(200) NOT NULL,
    status character varying(8) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL,
    merged_into_id bigint
);
ALTER TABLE ONLY public.tickets_improvement FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_improvement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_improvement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_improvementlink (
    id bigint NOT NULL,
    linked_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL,
    improvement_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_improvementlink FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_improvementlink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_improvementlink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_macro (
    id bigint NOT NULL,
    name character varying(80) NOT NULL,
    text text NOT NULL,
    translations jsonb NOT NULL,
    acts jsonb NOT NULL,
    uses integer NOT NULL,
    used_at timestamp with time zone,
    version integer NOT NULL,
    department_id bigint,
    desk_id bigint NOT NULL,
    owner_id bigint,
    CONSTRAINT tickets_macro_uses_check CHECK ((uses >= 0)),
    CONSTRAINT tickets_macro_version_check CHECK ((version >= 0))
);
ALTER TABLE ONLY public.tickets_macro FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_macro ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_macro_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_message (
    id bigint NOT NULL,
    channel character varying(10) NOT NULL,
    body_text text NOT NULL,
    body_html text NOT NULL,
    quoted_text text NOT NULL,
    is_automatic boolean NOT NULL,
    remarks jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    agent_id bigint,
    contact_id bigint,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    via_id bigint
)
WITH (autovacuum_vacuum_insert_scale_factor='0.05');
ALTER TABLE ONLY public.tickets_message FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_message ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_newterms (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    upto bigint NOT NULL,
    reached bigint NOT NULL,
    account_id bigint NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_newterms FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_newterms ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_newterms_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_note (
    id bigint NOT NULL,
    body_text text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_note FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_note ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_note_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_notemention (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    note_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_notemention FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notemention ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_notemention_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_notereaction (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    note_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_notereaction FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notereaction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_notereaction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_notification (
    id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint,
    event_id bigint,
    data jsonb,
    key character varying(120) DEFAULT ''::character varying NOT NULL,
    kind character varying(30) DEFAULT ''::character varying NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.02');
ALTER TABLE ONLY public.tickets_notification FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notification ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_notification_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_notificationchat (
    id bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    notification_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_notificationchat FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notificationchat ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_notificationchat_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_notificationchoice (
    id bigint NOT NULL,
    topic character varying(12) NOT NULL,
    in_page boolean NOT NULL,
    by_email boolean NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    by_chat boolean DEFAULT false NOT NULL,
    by_push boolean DEFAULT false NOT NULL
);
ALTER TABLE ONLY public.tickets_notificationchoice FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notificationchoice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_notificationchoice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_notificationemail (
    id bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts smallint NOT NULL,
    claimed_until timestamp with time zone,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    notification_id bigint NOT NULL,
    CONSTRAINT tickets_notificationemail_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE ONLY public.tickets_notificationemail FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notificationemail ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_notificationemail_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_notificationpush (
    id bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts smallint NOT NULL,
    claimed_until timestamp with time zone,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    notification_id bigint NOT NULL,
    subscription_id bigint NOT NULL,
    CONSTRAINT tickets_notificationpush_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE ONLY public.tickets_notificationpush FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notificationpush ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_notificationpush_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_notificationsettings (
    id bigint NOT NULL,
    waits_for_shift boolean NOT NULL,
    has_digest boolean NOT NULL,
    digest_on date,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    alerts_unassigned boolean DEFAULT false NOT NULL,
    plays_sound boolean DEFAULT false NOT NULL,
    shows_alerts boolean DEFAULT false NOT NULL
);
ALTER TABLE ONLY public.tickets_notificationsettings FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notificationsettings ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_notificationsettings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_participant (
    id bigint NOT NULL,
    added_at timestamp with time zone NOT NULL,
    contact_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_participant FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_participant ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_participant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_pendingreply (
    id bigint NOT NULL,
    text text NOT NULL,
    "then" character varying(13) NOT NULL,
    next_update_at timestamp with time zone,
    via character varying(60) NOT NULL,
    was_closed boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    send_at timestamp with time zone NOT NULL,
    is_scheduled boolean NOT NULL,
    held_at timestamp with time zone,
    held_reason character varying(10) NOT NULL,
    held_detail text NOT NULL,
    author_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    approver_id bigint,
    awaits_approval boolean DEFAULT false NOT NULL,
    channel character varying(10) DEFAULT 'agent'::character varying NOT NULL,
    recipients jsonb
);
ALTER TABLE ONLY public.tickets_pendingreply FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_pendingreply ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_pendingreply_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_pinnednote (
    id bigint NOT NULL,
    pinned_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL,
    note_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_pinnednote FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_pinnednote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_pinnednote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_priority (
    id bigint NOT NULL,
    name character varying(20) NOT NULL,
    rank smallint NOT NULL,
    definition text NOT NULL,
    is_mail_default boolean NOT NULL,
    translations jsonb NOT NULL,
    desk_id bigint NOT NULL,
    is_retired boolean NOT NULL,
    allows_emergencies boolean NOT NULL,
    weight smallint NOT NULL,
    CONSTRAINT priority_default_not_retired CHECK (((NOT is_mail_default) OR (NOT is_retired))),
    CONSTRAINT tickets_priority_rank_check CHECK ((rank >= 0)),
    CONSTRAINT tickets_priority_weight_check CHECK ((weight >= 0))
);
ALTER TABLE ONLY public.tickets_priority FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_priority ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_priority_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_pushsubscription (
    id bigint NOT NULL,
    endpoint character varying(1000) NOT NULL,
    public_key character varying(100) NOT NULL,
    auth_secret character varying(30) NOT NULL,
    server_key character varying(100) NOT NULL,
    name character varying(60) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_pushsubscription FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_pushsubscription ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_pushsubscription_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_queuerow (
    ticket_id bigint NOT NULL,
    number bigint NOT NULL,
    subject character varying(250) NOT NULL,
    channel character varying(10) NOT NULL,
    status character varying(14) NOT NULL,
    is_open boolean NOT NULL,
    is_unverified boolean NOT NULL,
    level character varying(4) NOT NULL,
    priority_id bigint NOT NULL,
    department_id bigint,
    assignee_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    account_id bigint,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    response_due_at timestamp with time zone,
    first_responded_at timestamp with time zone,
    waiting_since timestamp with time zone,
    remind_at timestamp with time zone,
    close_at timestamp with time zone,
    reopen_until timestamp with time zone,
    desk_id bigint NOT NULL,
    close_reason character varying(12) NOT NULL,
    closed_at timestamp with time zone,
    has_details boolean NOT NULL,
    product_id bigint,
    owner_id bigint,
    due_kind character varying(16) NOT NULL,
    unanswered_since timestamp with time zone,
    hold_until timestamp with time zone
)
WITH (fillfactor='90', autovacuum_vacuum_scale_factor='0.01', autovacuum_analyze_scale_factor='0.02', autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='500');
ALTER TABLE ONLY public.tickets_queuerow FORCE ROW LEVEL SECURITY;
CREATE TABLE public.tickets_savedview (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    base character varying(20) NOT NULL,
    conditions jsonb NOT NULL,
    columns jsonb NOT NULL,
    sort character varying(10) NOT NULL,
    "grouping" character varying(10) NOT NULL,
    "position" integer NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    agent_id bigint,
    department_id bigint,
    desk_id bigint NOT NULL,
    CONSTRAINT tickets_savedview_position_check CHECK (("position" >= 0))
);
ALTER TABLE ONLY public.tickets_savedview FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_savedview ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_savedview_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_searchdocument (
    id bigint NOT NULL,
    part smallint NOT NULL,
    version smallint NOT NULL,
    document tsvector NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    number bigint NOT NULL,
    CONSTRAINT tickets_searchdocument_part_check CHECK ((part >= 0)),
    CONSTRAINT tickets_searchdocument_version_check CHECK ((version >= 0))
)
WITH (autovacuum_vacuum_scale_factor='0.02', autovacuum_vacuum_insert_scale_factor='0.05');
ALTER TABLE ONLY public.tickets_searchdocument ALTER COLUMN document SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.tickets_searchdocument FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_searchdocument ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_searchdocument_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_searchrefresh (
    id bigint NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    marked_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);
ALTER TABLE ONLY public.tickets_searchrefresh FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_searchrefresh ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_searchrefresh_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_sideconversation (
    id bigint NOT NULL,
    subject character varying(200) NOT NULL,
    state character varying(5) NOT NULL,
    answered_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_sideconversation FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_sideconversation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_sideconversation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_sidemessage (
    id bigint NOT NULL,
    sender character varying(254) NOT NULL,
    sender_name character varying(120) NOT NULL,
    body_text text NOT NULL,
    body_html text NOT NULL,
    quoted_text text NOT NULL,
    is_automatic boolean NOT NULL,
    is_unverified boolean NOT NULL,
    remarks jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    agent_id bigint,
    desk_id bigint NOT NULL,
    side_id bigint NOT NULL,
    CONSTRAINT side_message_author CHECK ((((agent_id IS NOT NULL) AND ((sender)::text = ''::text)) OR ((agent_id IS NULL) AND (NOT ((sender)::text = ''::text)))))
);
ALTER TABLE ONLY public.tickets_sidemessage FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_sidemessage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_sidemessage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_sideparticipant (
    id bigint NOT NULL,
    email character varying(254) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL,
    side_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_sideparticipant FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_sideparticipant ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_sideparticipant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_snooze (
    id bigint NOT NULL,
    until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_snooze FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_snooze ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_snooze_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_stagesetting (
    id bigint NOT NULL,
    stage character varying(12) NOT NULL,
    name character varying(60) NOT NULL,
    tells_customers boolean NOT NULL,
    text text NOT NULL,
    translations jsonb NOT NULL,
    desk_id bigint NOT NULL,
    back_text text DEFAULT ''::text NOT NULL
);
ALTER TABLE ONLY public.tickets_stagesetting FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_stagesetting ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_stagesetting_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_submittedform (
    id bigint NOT NULL,
    token character varying(64) NOT NULL,
    fingerprint character varying(64) DEFAULT ''::character varying NOT NULL,
    made_id bigint,
    created_at timestamp with time zone NOT NULL,
    contact_id bigint,
    desk_id bigint NOT NULL,
    ticket_id bigint
);
ALTER TABLE ONLY public.tickets_submittedform FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_submittedform ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_submittedform_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_sweepfailure (
    id bigint NOT NULL,
    sweep character varying(40) NOT NULL,
    row_id bigint NOT NULL,
    attempts smallint NOT NULL,
    failed_at timestamp with time zone NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    last_error text NOT NULL,
    desk_id bigint NOT NULL,
    CONSTRAINT tickets_sweepfailure_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE ONLY public.tickets_sweepfailure FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_sweepfailure ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_sweepfailure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_tag (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    desk_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_tag FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_tag ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_tag_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_ticket (
    id bigint NOT NULL,
    number bigint NOT NULL,
    subject character varying(250) NOT NULL,
    status character varying(14) NOT NULL,
    channel character varying(10) NOT NULL,
    level character varying(4) NOT NULL,
    is_unverified boolean NOT NULL,
    match_reasons jsonb NOT NULL,
    route_reasons jsonb NOT NULL,
    fields jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    first_responded_at timestamp with time zone,
    waiting_since timestamp with time zone,
    remind_at timestamp with time zone,
    close_at timestamp with time zone,
    closed_at timestamp with time zone,
    reopen_until timestamp with time zone,
    close_reason character varying(12) NOT NULL,
    account_id bigint,
    assignee_id bigint,
    contact_id bigint NOT NULL,
    department_id bigint,
    desk_id bigint NOT NULL,
    follow_up_of_id bigint,
    priority_id bigint NOT NULL,
    product_id bigint,
    uncovered jsonb NOT NULL,
    owner_id bigint,
    due_kind character varying(16) NOT NULL,
    unanswered_since timestamp with time zone,
    hold_until timestamp with time zone,
    hold_reason character varying(200) NOT NULL,
    emergency character varying(12) NOT NULL,
    language character varying(35) DEFAULT ''::character varying NOT NULL,
    mailboxes character varying(254)[] DEFAULT '{}'::character varying(254)[] NOT NULL,
    required_skills jsonb DEFAULT '{}'::jsonb NOT NULL,
    has_defects boolean DEFAULT false NOT NULL,
    product_line_id bigint,
    merged_into_id bigint,
    own_close_reason_id bigint,
    impact character varying(8) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT ticket_closed_has_time CHECK ((((closed_at IS NOT NULL) AND ((status)::text = 'closed'::text)) OR ((NOT ((status)::text = 'closed'::text)) AND ((close_reason)::text = ''::text) AND (closed_at IS NULL)))),
    CONSTRAINT ticket_closed_owes_nothing CHECK (((NOT ((status)::text = 'closed'::text)) OR ((hold_until IS NULL) AND (unanswered_since IS NULL)))),
    CONSTRAINT ticket_merged_into_another CHECK ((NOT ((merged_into_id = id) AND (merged_into_id IS NOT NULL)))),
    CONSTRAINT ticket_waiting_has_deadline CHECK ((((close_at IS NOT NULL) AND ((status)::text = 'waiting'::text)) OR ((NOT ((status)::text = 'waiting'::text)) AND (close_at IS NULL) AND (remind_at IS NULL))))
)
WITH (fillfactor='85', autovacuum_vacuum_scale_factor='0.02', autovacuum_analyze_scale_factor='0.02');
ALTER TABLE ONLY public.tickets_ticket FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_ticket ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_ticket_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_ticketcounter (
    desk_id bigint NOT NULL,
    last bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_ticketcounter FORCE ROW LEVEL SECURITY;
CREATE TABLE public.tickets_ticketevent (
    id bigint NOT NULL,
    kind character varying(30) NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_kind character varying(8) NOT NULL,
    actor_id bigint,
    actor_name character varying(120) NOT NULL,
    channel character varying(10) NOT NULL,
    data jsonb NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL
)
WITH (autovacuum_vacuum_insert_scale_factor='0.05');
ALTER TABLE ONLY public.tickets_ticketevent FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_ticketevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_ticketevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_ticketlink (
    id bigint NOT NULL,
    kind character varying(9) NOT NULL,
    linked_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL,
    source_id bigint NOT NULL,
    target_id bigint NOT NULL,
    CONSTRAINT ticket_link_to_another CHECK ((NOT (source_id = target_id)))
);
ALTER TABLE ONLY public.tickets_ticketlink FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_ticketlink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_ticketlink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_ticketsummary (
    id bigint NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    problem character varying(300) NOT NULL,
    tried character varying(300) NOT NULL,
    next_step character varying(300) NOT NULL,
    blocker character varying(300) NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    CONSTRAINT tickets_ticketsummary_version_check CHECK ((version >= 0))
);
ALTER TABLE ONLY public.tickets_ticketsummary FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_ticketsummary ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_ticketsummary_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_tickettag (
    id bigint NOT NULL,
    desk_id bigint NOT NULL,
    tag_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_tickettag FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_tickettag ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_tickettag_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_timeentry (
    id bigint NOT NULL,
    minutes integer NOT NULL,
    note character varying(200) NOT NULL,
    is_billable boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    CONSTRAINT tickets_timeentry_minutes_check CHECK ((minutes >= 0))
);
ALTER TABLE ONLY public.tickets_timeentry FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_timeentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_timeentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_troubleshootingrecord (
    id bigint NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    problem text NOT NULL,
    affected_users character varying(250) NOT NULL,
    areas character varying(250) NOT NULL,
    frequency character varying(12) NOT NULL,
    since character varying(250) NOT NULL,
    worked_before character varying(12) NOT NULL,
    changes text NOT NULL,
    client_version character varying(250) NOT NULL,
    browser_version character varying(250) NOT NULL,
    app_version character varying(250) NOT NULL,
    system_version character varying(250) NOT NULL,
    steps text NOT NULL,
    reproduced character varying(12) NOT NULL,
    test_system character varying(250) NOT NULL,
    workarounds text NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    business_impact text DEFAULT ''::text NOT NULL,
    solution text DEFAULT ''::text NOT NULL,
    CONSTRAINT tickets_troubleshootingrecord_version_check CHECK ((version >= 0))
);
ALTER TABLE ONLY public.tickets_troubleshootingrecord FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_troubleshootingrecord ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_troubleshootingrecord_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_unsentfile (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    content_type character varying(120) NOT NULL,
    size bigint NOT NULL,
    file character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    desk_id bigint NOT NULL,
    draft_id bigint,
    reply_id bigint,
    CONSTRAINT unsent_file_one_parent CHECK ((((draft_id IS NOT NULL) AND (reply_id IS NULL)) OR ((draft_id IS NULL) AND (reply_id IS NOT NULL))))
);
ALTER TABLE ONLY public.tickets_unsentfile FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_unsentfile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_unsentfile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tickets_watcher (
    id bigint NOT NULL,
    added_at timestamp with time zone NOT NULL,
    agent_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE ONLY public.tickets_watcher FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_watcher ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tickets_watcher_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ONLY public.tickets_donedelivery ATTACH PARTITION public.tickets_donedelivery_2026_11 FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00');
ALTER TABLE ONLY public.tickets_donedelivery ATTACH PARTITION public.tickets_donedelivery_2026_12 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
ALTER TABLE ONLY public.tickets_donedelivery ATTACH PARTITION public.tickets_donedelivery_2027_01 FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2027-02-01 00:00:00+00');
ALTER TABLE ONLY public.tickets_donedelivery ATTACH PARTITION public.tickets_donedelivery_2027_02 FOR VALUES FROM ('2027-02-01 00:00:00+00') TO ('2027-03-01 00:00:00+00');
ALTER TABLE ONLY public.tickets_donedelivery ATTACH PARTITION public.tickets_donedelivery_default DEFAULT;
ALTER TABLE ONLY public.accounts_accountdomain
    ADD CONSTRAINT account_domain_unique UNIQUE (desk_id, domain);
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT account_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.accounts_accountproduct
    ADD CONSTRAINT account_product_once UNIQUE (account_id, product_id);
ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_accountdomain
    ADD CONSTRAINT accounts_accountdomain_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_accountnote
    ADD CONSTRAINT accounts_accountnote_account_id_key UNIQUE (account_id);
ALTER TABLE ONLY public.accounts_accountnote
    ADD CONSTRAINT accounts_accountnote_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_accountproduct
    ADD CONSTRAINT accounts_accountproduct_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_agent
    ADD CONSTRAINT accounts_agent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_agentdepartment
    ADD CONSTRAINT accounts_agentdepartment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_auditentry
    ADD CONSTRAINT accounts_auditentry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_contact
    ADD CONSTRAINT accounts_contact_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_contacthandle
    ADD CONSTRAINT accounts_contacthandle_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_crmconnection
    ADD CONSTRAINT accounts_crmconnection_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_crmlink
    ADD CONSTRAINT accounts_crmlink_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_crmmark
    ADD CONSTRAINT accounts_crmmark_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_crmpull
    ADD CONSTRAINT accounts_crmpull_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_crmsetaside
    ADD CONSTRAINT accounts_crmsetaside_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_customercard
    ADD CONSTRAINT accounts_customercard_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_department
    ADD CONSTRAINT accounts_department_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_desk
    ADD CONSTRAINT accounts_desk_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_desk
    ADD CONSTRAINT accounts_desk_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.accounts_eraseddesk
    ADD CONSTRAINT accounts_eraseddesk_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_grouprole
    ADD CONSTRAINT accounts_grouprole_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_identity
    ADD CONSTRAINT accounts_identity_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_identityprovider
    ADD CONSTRAINT accounts_identityprovider_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_invitation
    ADD CONSTRAINT accounts_invitation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_invitation
    ADD CONSTRAINT accounts_invitation_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.accounts_plan
    ADD CONSTRAINT accounts_plan_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_planproduct
    ADD CONSTRAINT accounts_planproduct_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_product
    ADD CONSTRAINT accounts_product_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_productline
    ADD CONSTRAINT accounts_productline_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_region
    ADD CONSTRAINT accounts_region_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_email_key UNIQUE (email);
ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_user_id_group_id_59c0b32f_uniq UNIQUE (user_id, group_id);
ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_permi_user_id_permission_id_2ab516c2_uniq UNIQUE (user_id, permission_id);
ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_agentdepartment
    ADD CONSTRAINT agent_department_once UNIQUE (agent_id, department_id);
ALTER TABLE ONLY public.routing_agentlanguage
    ADD CONSTRAINT agent_language_once UNIQUE (agent_id, code);
ALTER TABLE ONLY public.accounts_agent
    ADD CONSTRAINT agent_once_per_desk UNIQUE (desk_id, user_id);
ALTER TABLE ONLY public.routing_agentskill
    ADD CONSTRAINT agent_skill_once UNIQUE (agent_id, skill_id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_bulkitem
    ADD CONSTRAINT bulk_ticket_once UNIQUE (job_id, ticket_id);
ALTER TABLE ONLY public.sla_calendar
    ADD CONSTRAINT calendar_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.sla_calendarversion
    ADD CONSTRAINT calendar_version_once UNIQUE (calendar_id, version);
ALTER TABLE ONLY public.channels_intake_channelevent
    ADD CONSTRAINT channel_event_once UNIQUE (connection_id, event_id);
ALTER TABLE ONLY public.channels_intake_blockedsender
    ADD CONSTRAINT channels_intake_blockedsender_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_channelevent
    ADD CONSTRAINT channels_intake_channelevent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_channelmessage
    ADD CONSTRAINT channels_intake_channelmessage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_chatconnection
    ADD CONSTRAINT channels_intake_chatconnection_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_chatperson
    ADD CONSTRAINT channels_intake_chatperson_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_chatrule
    ADD CONSTRAINT channels_intake_chatrule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_chatstandup
    ADD CONSTRAINT channels_intake_chatstandup_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_chatthread
    ADD CONSTRAINT channels_intake_chatthread_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_codeevent
    ADD CONSTRAINT channels_intake_codeevent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_codehost
    ADD CONSTRAINT channels_intake_codehost_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_codelink
    ADD CONSTRAINT channels_intake_codelink_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_coderelease
    ADD CONSTRAINT channels_intake_coderelease_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_connection
    ADD CONSTRAINT channels_intake_connection_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_conversation
    ADD CONSTRAINT channels_intake_conversation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_inboundmessage
    ADD CONSTRAINT channels_intake_inboundmessage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_mailbox
    ADD CONSTRAINT channels_intake_mailbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_outgoingcall
    ADD CONSTRAINT channels_intake_outgoingcall_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_outgoingemail
    ADD CONSTRAINT channels_intake_outgoingemail_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_outgoingemail
    ADD CONSTRAINT channels_intake_outgoingemail_rfc_message_id_key UNIQUE (rfc_message_id);
ALTER TABLE ONLY public.channels_intake_pageevent
    ADD CONSTRAINT channels_intake_pageevent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_pagingservice
    ADD CONSTRAINT channels_intake_pagingservice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_replytoken
    ADD CONSTRAINT channels_intake_replytoken_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_replytoken
    ADD CONSTRAINT channels_intake_replytoken_token_key UNIQUE (token);
ALTER TABLE ONLY public.channels_intake_sidereplytoken
    ADD CONSTRAINT channels_intake_sidereplytoken_participant_id_key UNIQUE (participant_id);
ALTER TABLE ONLY public.channels_intake_sidereplytoken
    ADD CONSTRAINT channels_intake_sidereplytoken_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_stagerule
    ADD CONSTRAINT channels_intake_stagerule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_intake_unsentmail
    ADD CONSTRAINT channels_intake_unsentmail_pkey PRIMARY KEY (mail_id);
ALTER TABLE ONLY public.channels_intake_chatperson
    ADD CONSTRAINT chat_agent_once UNIQUE (agent_id, kind, server);
ALTER TABLE ONLY public.channels_intake_chatconnection
    ADD CONSTRAINT chat_connection_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.channels_intake_chatrule
    ADD CONSTRAINT chat_rule_once UNIQUE NULLS NOT DISTINCT (connection_id, topic, department_id, level, plan_id);
ALTER TABLE ONLY public.channels_intake_chatthread
    ADD CONSTRAINT chat_thread_once UNIQUE NULLS NOT DISTINCT (connection_id, ticket_id, defect_id);
ALTER TABLE ONLY public.channels_intake_chatperson
    ADD CONSTRAINT chat_user_once UNIQUE (desk_id, kind, server, user_id);
ALTER TABLE ONLY public.sla_clock
    ADD CONSTRAINT clock_once UNIQUE (ticket_id, kind);
ALTER TABLE ONLY public.channels_intake_codeevent
    ADD CONSTRAINT code_event_body_once UNIQUE (host_id, sha256);
ALTER TABLE ONLY public.channels_intake_codeevent
    ADD CONSTRAINT code_event_once UNIQUE (host_id, delivery_id);
ALTER TABLE ONLY public.channels_intake_codehost
    ADD CONSTRAINT code_host_hook_once UNIQUE (desk_id, hook_token);
ALTER TABLE ONLY public.channels_intake_codehost
    ADD CONSTRAINT code_host_once UNIQUE (desk_id, kind, api_url, repository);
ALTER TABLE ONLY public.channels_intake_codelink
    ADD CONSTRAINT code_link_once UNIQUE (host_id, kind, number, defect_id);
ALTER TABLE ONLY public.channels_intake_coderelease
    ADD CONSTRAINT code_release_once UNIQUE (host_id, tag);
ALTER TABLE ONLY public.channels_intake_connection
    ADD CONSTRAINT connection_hook_once UNIQUE (desk_id, hook_token);
ALTER TABLE ONLY public.channels_intake_connection
    ADD CONSTRAINT connection_name_once UNIQUE (desk_id, name);
ALTER TABLE ONLY public.accounts_contacthandle
    ADD CONSTRAINT contact_handle_once UNIQUE (desk_id, network, scope, external_id);
ALTER TABLE ONLY public.channels_intake_conversation
    ADD CONSTRAINT conversation_once UNIQUE (connection_id, external_id);
ALTER TABLE ONLY public.accounts_crmlink
    ADD CONSTRAINT crm_link_account_once UNIQUE (connection_id, account_id);
ALTER TABLE ONLY public.accounts_crmlink
    ADD CONSTRAINT crm_link_contact_once UNIQUE (connection_id, contact_id);
ALTER TABLE ONLY public.accounts_crmlink
    ADD CONSTRAINT crm_link_record_once UNIQUE (connection_id, module, record_id);
ALTER TABLE ONLY public.accounts_crmmark
    ADD CONSTRAINT crm_mark_once UNIQUE (connection_id, module, record_id);
ALTER TABLE ONLY public.accounts_crmsetaside
    ADD CONSTRAINT crm_set_aside_once UNIQUE (connection_id, module, record_id);
ALTER TABLE ONLY public.accounts_customercard
    ADD CONSTRAINT customer_card_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.tickets_defectfollower
    ADD CONSTRAINT defect_follower_once UNIQUE (defect_id, agent_id);
ALTER TABLE ONLY public.tickets_defectlink
    ADD CONSTRAINT defect_link_once UNIQUE (ticket_id, defect_id);
ALTER TABLE ONLY public.tickets_defect
    ADD CONSTRAINT defect_number_unique UNIQUE (desk_id, number);
ALTER TABLE ONLY public.tickets_defectrelease
    ADD CONSTRAINT defect_release_of_line UNIQUE NULLS NOT DISTINCT (defect_id, line_id);
ALTER TABLE ONLY public.tickets_defectupdate
    ADD CONSTRAINT defect_update_once UNIQUE (defect_id, ticket_id, stage_run, stage);
ALTER TABLE ONLY public.tickets_eventdelivery
    ADD CONSTRAINT delivery_once UNIQUE (event_id, follower);
ALTER TABLE ONLY public.accounts_department
    ADD CONSTRAINT department_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_cache
    ADD CONSTRAINT django_cache_pkey PRIMARY KEY (cache_key);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);
ALTER TABLE ONLY public.tickets_draft
    ADD CONSTRAINT draft_of_form UNIQUE (desk_id, user_id, place);
ALTER TABLE ONLY public.routing_dryrunrow
    ADD CONSTRAINT dry_run_ticket_once UNIQUE (dry_run_id, ticket_id);
ALTER TABLE ONLY public.tickets_engineeringgroup
    ADD CONSTRAINT engineering_group_name UNIQUE (desk_id, name);
ALTER TABLE ONLY public.tickets_fieldvalue
    ADD CONSTRAINT field_value_once UNIQUE (ticket_id, field_id);
ALTER TABLE ONLY public.tickets_formfield
    ADD CONSTRAINT form_field_key_unique UNIQUE (desk_id, key);
ALTER TABLE ONLY public.tickets_submittedform
    ADD CONSTRAINT form_submitted_once UNIQUE NULLS NOT DISTINCT (desk_id, contact_id, token);
ALTER TABLE ONLY public.tickets_groupmember
    ADD CONSTRAINT group_member_once UNIQUE (group_id, agent_id);
ALTER TABLE ONLY public.accounts_grouprole
    ADD CONSTRAINT group_role_once UNIQUE (provider_id, "group");
ALTER TABLE ONLY public.sla_holiday
    ADD CONSTRAINT holiday_once UNIQUE NULLS NOT DISTINCT (calendar_id, date, source_id);
ALTER TABLE ONLY public.accounts_identity
    ADD CONSTRAINT identity_agent_once UNIQUE (provider_id, agent_id);
ALTER TABLE ONLY public.accounts_identityprovider
    ADD CONSTRAINT identity_provider_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.accounts_identity
    ADD CONSTRAINT identity_subject_once UNIQUE (provider_id, subject);
ALTER TABLE ONLY public.tickets_improvementlink
    ADD CONSTRAINT improvement_link_once UNIQUE (ticket_id, improvement_id);
ALTER TABLE ONLY public.sla_ladder
    ADD CONSTRAINT ladder_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.sla_leveltarget
    ADD CONSTRAINT level_target_once UNIQUE (desk_id, level, clock);
ALTER TABLE ONLY public.channels_intake_outgoingemail
    ADD CONSTRAINT mail_once_per_event_and_person UNIQUE (event_id, contact_id, kind);
ALTER TABLE ONLY public.channels_intake_mailbox
    ADD CONSTRAINT mailbox_once_per_desk UNIQUE (desk_id, address);
ALTER TABLE ONLY public.tickets_notemention
    ADD CONSTRAINT mention_once UNIQUE (note_id, agent_id);
ALTER TABLE public.tickets_message
    ADD CONSTRAINT message_author CHECK (((contact_id IS NULL) OR (agent_id IS NULL))) NOT VALID;
ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_notificationchoice
    ADD CONSTRAINT notification_choice_once UNIQUE (agent_id, topic);
ALTER TABLE ONLY public.tickets_notification
    ADD CONSTRAINT notification_once UNIQUE (event_id, agent_id);
ALTER TABLE ONLY public.tickets_notificationpush
    ADD CONSTRAINT notification_push_once UNIQUE (notification_id, subscription_id);
ALTER TABLE ONLY public.routing_oncallturn
    ADD CONSTRAINT on_call_turn_once UNIQUE (rota_id, start_at);
ALTER TABLE ONLY public.channels_intake_outgoingcall
    ADD CONSTRAINT outgoing_call_once UNIQUE (desk_id, key);
ALTER TABLE ONLY public.channels_intake_pageevent
    ADD CONSTRAINT page_event_once UNIQUE (service_id, sha256);
ALTER TABLE ONLY public.channels_intake_pagingservice
    ADD CONSTRAINT paging_hook_once UNIQUE (desk_id, hook_token);
ALTER TABLE ONLY public.channels_intake_pagingservice
    ADD CONSTRAINT paging_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.tickets_participant
    ADD CONSTRAINT participant_once UNIQUE (ticket_id, contact_id);
ALTER TABLE ONLY public.accounts_plan
    ADD CONSTRAINT plan_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.accounts_planproduct
    ADD CONSTRAINT plan_product_once UNIQUE (plan_id, product_id);
ALTER TABLE ONLY public.sla_policycondition
    ADD CONSTRAINT policy_condition_once UNIQUE NULLS NOT DISTINCT (policy_id, kind, plan_id, product_id, priority_id, department_id, tag_id, value);
ALTER TABLE ONLY public.sla_policy
    ADD CONSTRAINT policy_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.sla_policyversion
    ADD CONSTRAINT policy_version_once UNIQUE (policy_id, version);
ALTER TABLE ONLY public.tickets_priority
    ADD CONSTRAINT priority_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.tickets_priority
    ADD CONSTRAINT priority_rank_unique UNIQUE (desk_id, rank) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_productline
    ADD CONSTRAINT product_line_name_unique UNIQUE (product_id, name);
ALTER TABLE ONLY public.accounts_product
    ADD CONSTRAINT product_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.tickets_pushsubscription
    ADD CONSTRAINT push_endpoint_once UNIQUE (desk_id, endpoint);
ALTER TABLE ONLY public.tickets_notereaction
    ADD CONSTRAINT reaction_once UNIQUE (note_id, agent_id, kind);
ALTER TABLE ONLY public.accounts_region
    ADD CONSTRAINT region_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.channels_intake_replytoken
    ADD CONSTRAINT reply_token_once UNIQUE (ticket_id, contact_id);
ALTER TABLE ONLY public.routing_oncallmember
    ADD CONSTRAINT rota_member_once UNIQUE (rota_id, agent_id);
ALTER TABLE ONLY public.routing_oncallrota
    ADD CONSTRAINT rota_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.routing_absence
    ADD CONSTRAINT routing_absence_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_agentlanguage
    ADD CONSTRAINT routing_agentlanguage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_agentskill
    ADD CONSTRAINT routing_agentskill_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_dryrun
    ADD CONSTRAINT routing_dryrun_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_dryrunrow
    ADD CONSTRAINT routing_dryrunrow_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_extrashift
    ADD CONSTRAINT routing_extrashift_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_handover
    ADD CONSTRAINT routing_handover_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_offer
    ADD CONSTRAINT routing_offer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_offer
    ADD CONSTRAINT routing_offer_ticket_id_key UNIQUE (ticket_id);
ALTER TABLE ONLY public.routing_oncallmember
    ADD CONSTRAINT routing_oncallmember_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_oncallrota
    ADD CONSTRAINT routing_oncallrota_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_oncallswap
    ADD CONSTRAINT routing_oncallswap_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_oncallturn
    ADD CONSTRAINT routing_oncallturn_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_presence
    ADD CONSTRAINT routing_presence_agent_id_key UNIQUE (agent_id);
ALTER TABLE ONLY public.routing_presence
    ADD CONSTRAINT routing_presence_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_rotation
    ADD CONSTRAINT routing_rotation_agent_id_key UNIQUE (agent_id);
ALTER TABLE ONLY public.routing_rotation
    ADD CONSTRAINT routing_rotation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_rule
    ADD CONSTRAINT routing_rule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_ruleaction
    ADD CONSTRAINT routing_ruleaction_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_rulecondition
    ADD CONSTRAINT routing_rulecondition_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_ruletrace
    ADD CONSTRAINT routing_ruletrace_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_ruleversion
    ADD CONSTRAINT routing_ruleversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_shift
    ADD CONSTRAINT routing_shift_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_skill
    ADD CONSTRAINT routing_skill_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_team
    ADD CONSTRAINT routing_team_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_teammember
    ADD CONSTRAINT routing_teammember_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_rule
    ADD CONSTRAINT rule_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.routing_ruleversion
    ADD CONSTRAINT rule_version_number_unique UNIQUE (desk_id, number);
ALTER TABLE ONLY public.tickets_searchdocument
    ADD CONSTRAINT search_document_part UNIQUE (ticket_id, part);
ALTER TABLE ONLY public.channels_intake_blockedsender
    ADD CONSTRAINT sender_blocked_once UNIQUE (desk_id, value);
ALTER TABLE ONLY public.tickets_sideparticipant
    ADD CONSTRAINT side_participant_once UNIQUE (side_id, email);
ALTER TABLE ONLY public.channels_intake_sidereplytoken
    ADD CONSTRAINT side_reply_token UNIQUE (token);
ALTER TABLE ONLY public.routing_skill
    ADD CONSTRAINT skill_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.sla_calendar
    ADD CONSTRAINT sla_calendar_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_calendarbreak
    ADD CONSTRAINT sla_calendarbreak_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_calendarexception
    ADD CONSTRAINT sla_calendarexception_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_calendarversion
    ADD CONSTRAINT sla_calendarversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_calendarwindow
    ADD CONSTRAINT sla_calendarwindow_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_clock
    ADD CONSTRAINT sla_clock_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_clockentry
    ADD CONSTRAINT sla_clockentry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_deadline
    ADD CONSTRAINT sla_deadline_pkey PRIMARY KEY (clock_id);
ALTER TABLE ONLY public.sla_holiday
    ADD CONSTRAINT sla_holiday_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_holidaysource
    ADD CONSTRAINT sla_holidaysource_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_ladder
    ADD CONSTRAINT sla_ladder_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_ladderrun
    ADD CONSTRAINT sla_ladderrun_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_ladderrun
    ADD CONSTRAINT sla_ladderrun_ticket_id_key UNIQUE (ticket_id);
ALTER TABLE ONLY public.sla_ladderstep
    ADD CONSTRAINT sla_ladderstep_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_leveltarget
    ADD CONSTRAINT sla_leveltarget_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_policy
    ADD CONSTRAINT sla_policy_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_policycondition
    ADD CONSTRAINT sla_policycondition_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_policyversion
    ADD CONSTRAINT sla_policyversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_replan
    ADD CONSTRAINT sla_replan_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sla_target
    ADD CONSTRAINT sla_target_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_snooze
    ADD CONSTRAINT snooze_once UNIQUE (ticket_id, agent_id);
ALTER TABLE ONLY public.tickets_stagesetting
    ADD CONSTRAINT stage_once UNIQUE (desk_id, stage);
ALTER TABLE ONLY public.channels_intake_stagerule
    ADD CONSTRAINT stage_rule_once UNIQUE (host_id, trigger, pattern);
ALTER TABLE ONLY public.tickets_ticketsummary
    ADD CONSTRAINT summary_version UNIQUE (ticket_id, version);
ALTER TABLE ONLY public.tickets_sweepfailure
    ADD CONSTRAINT sweep_failure_once UNIQUE (desk_id, sweep, row_id);
ALTER TABLE ONLY public.sla_target
    ADD CONSTRAINT target_of_policy_once UNIQUE (policy_id, clock);
ALTER TABLE ONLY public.sla_target
    ADD CONSTRAINT target_once UNIQUE (plan_id, priority_id, account_status, clock);
ALTER TABLE ONLY public.routing_teammember
    ADD CONSTRAINT team_member_once UNIQUE (team_id, agent_id);
ALTER TABLE ONLY public.routing_team
    ADD CONSTRAINT team_name_unique UNIQUE (desk_id, name);
ALTER TABLE ONLY public.tickets_ticketlink
    ADD CONSTRAINT ticket_link_once UNIQUE (source_id, target_id, kind);
ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT ticket_number_unique UNIQUE (desk_id, number);
ALTER TABLE ONLY public.tickets_tickettag
    ADD CONSTRAINT ticket_tag_once UNIQUE (ticket_id, tag_id);
ALTER TABLE ONLY public.tickets_accountescalation
    ADD CONSTRAINT tickets_accountescalation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_attachment
    ADD CONSTRAINT tickets_attachment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_attentionrequest
    ADD CONSTRAINT tickets_attentionrequest_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_bulkitem
    ADD CONSTRAINT tickets_bulkitem_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_bulkjob
    ADD CONSTRAINT tickets_bulkjob_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_bulkjob
    ADD CONSTRAINT tickets_bulkjob_undo_of_id_key UNIQUE (undo_of_id);
ALTER TABLE ONLY public.tickets_closingreason
    ADD CONSTRAINT tickets_closingreason_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_defect
    ADD CONSTRAINT tickets_defect_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_defectcounter
    ADD CONSTRAINT tickets_defectcounter_pkey PRIMARY KEY (desk_id);
ALTER TABLE ONLY public.tickets_defectdocument
    ADD CONSTRAINT tickets_defectdocument_pkey PRIMARY KEY (defect_id);
ALTER TABLE ONLY public.tickets_defectevent
    ADD CONSTRAINT tickets_defectevent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_defectfollower
    ADD CONSTRAINT tickets_defectfollower_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_defectlink
    ADD CONSTRAINT tickets_defectlink_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_defectmark
    ADD CONSTRAINT tickets_defectmark_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_defectrelease
    ADD CONSTRAINT tickets_defectrelease_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_defectupdate
    ADD CONSTRAINT tickets_defectupdate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_donedelivery
    ADD CONSTRAINT tickets_donedelivery_pkey PRIMARY KEY (desk_id, event_id, follower, done_at);
ALTER TABLE ONLY public.tickets_donedelivery_2026_11
    ADD CONSTRAINT tickets_donedelivery_2026_11_pkey PRIMARY KEY (desk_id, event_id, follower, done_at);
ALTER TABLE ONLY public.tickets_donedelivery_2026_12
    ADD CONSTRAINT tickets_donedelivery_2026_12_pkey PRIMARY KEY (desk_id, event_id, follower, done_at);
ALTER TABLE ONLY public.tickets_donedelivery_2027_01
    ADD CONSTRAINT tickets_donedelivery_2027_01_pkey PRIMARY KEY (desk_id, event_id, follower, done_at);
ALTER TABLE ONLY public.tickets_donedelivery_2027_02
    ADD CONSTRAINT tickets_donedelivery_2027_02_pkey PRIMARY KEY (desk_id, event_id, follower, done_at);
ALTER TABLE ONLY public.tickets_donedelivery_default
    ADD CONSTRAINT tickets_donedelivery_default_pkey PRIMARY KEY (desk_id, event_id, follower, done_at);
ALTER TABLE ONLY public.tickets_draft
    ADD CONSTRAINT tickets_draft_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_emergency
    ADD CONSTRAINT tickets_emergency_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_engineeringgroup
    ADD CONSTRAINT tickets_engineeringgroup_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_escalationupdate
    ADD CONSTRAINT tickets_escalationupdate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_eventdelivery
    ADD CONSTRAINT tickets_eventdelivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_fieldvalue
    ADD CONSTRAINT tickets_fieldvalue_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_formfield
    ADD CONSTRAINT tickets_formfield_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_groupmember
    ADD CONSTRAINT tickets_groupmember_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_helprequest
    ADD CONSTRAINT tickets_helprequest_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_improvement
    ADD CONSTRAINT tickets_improvement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_improvementlink
    ADD CONSTRAINT tickets_improvementlink_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_macro
    ADD CONSTRAINT tickets_macro_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_message
    ADD CONSTRAINT tickets_message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_newterms
    ADD CONSTRAINT tickets_newterms_account_id_key UNIQUE (account_id);
ALTER TABLE ONLY public.tickets_newterms
    ADD CONSTRAINT tickets_newterms_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_note
    ADD CONSTRAINT tickets_note_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_notemention
    ADD CONSTRAINT tickets_notemention_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_notereaction
    ADD CONSTRAINT tickets_notereaction_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_notification
    ADD CONSTRAINT tickets_notification_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_notificationchat
    ADD CONSTRAINT tickets_notificationchat_notification_id_key UNIQUE (notification_id);
ALTER TABLE ONLY public.tickets_notificationchat
    ADD CONSTRAINT tickets_notificationchat_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_notificationchoice
    ADD CONSTRAINT tickets_notificationchoice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_notificationemail
    ADD CONSTRAINT tickets_notificationemail_notification_id_key UNIQUE (notification_id);
ALTER TABLE ONLY public.tickets_notificationemail
    ADD CONSTRAINT tickets_notificationemail_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_notificationpush
    ADD CONSTRAINT tickets_notificationpush_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_notificationsettings
    ADD CONSTRAINT tickets_notificationsettings_agent_id_key UNIQUE (agent_id);
ALTER TABLE ONLY public.tickets_notificationsettings
    ADD CONSTRAINT tickets_notificationsettings_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_participant
    ADD CONSTRAINT tickets_participant_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_pendingreply
    ADD CONSTRAINT tickets_pendingreply_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_pinnednote
    ADD CONSTRAINT tickets_pinnednote_note_id_key UNIQUE (note_id);
ALTER TABLE ONLY public.tickets_pinnednote
    ADD CONSTRAINT tickets_pinnednote_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_pinnednote
    ADD CONSTRAINT tickets_pinnednote_ticket_id_key UNIQUE (ticket_id);
ALTER TABLE ONLY public.tickets_priority
    ADD CONSTRAINT tickets_priority_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_pushsubscription
    ADD CONSTRAINT tickets_pushsubscription_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_queuerow
    ADD CONSTRAINT tickets_queuerow_pkey PRIMARY KEY (ticket_id);
ALTER TABLE ONLY public.tickets_savedview
    ADD CONSTRAINT tickets_savedview_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_searchdocument
    ADD CONSTRAINT tickets_searchdocument_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_searchrefresh
    ADD CONSTRAINT tickets_searchrefresh_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_sideconversation
    ADD CONSTRAINT tickets_sideconversation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_sidemessage
    ADD CONSTRAINT tickets_sidemessage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_sideparticipant
    ADD CONSTRAINT tickets_sideparticipant_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_snooze
    ADD CONSTRAINT tickets_snooze_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_stagesetting
    ADD CONSTRAINT tickets_stagesetting_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_submittedform
    ADD CONSTRAINT tickets_submittedform_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_sweepfailure
    ADD CONSTRAINT tickets_sweepfailure_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_tag
    ADD CONSTRAINT tickets_tag_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_ticketcounter
    ADD CONSTRAINT tickets_ticketcounter_pkey PRIMARY KEY (desk_id);
ALTER TABLE ONLY public.tickets_ticketevent
    ADD CONSTRAINT tickets_ticketevent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_ticketlink
    ADD CONSTRAINT tickets_ticketlink_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_ticketsummary
    ADD CONSTRAINT tickets_ticketsummary_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_tickettag
    ADD CONSTRAINT tickets_tickettag_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_timeentry
    ADD CONSTRAINT tickets_timeentry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_troubleshootingrecord
    ADD CONSTRAINT tickets_troubleshootingrecord_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_unsentfile
    ADD CONSTRAINT tickets_unsentfile_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_watcher
    ADD CONSTRAINT tickets_watcher_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets_troubleshootingrecord
    ADD CONSTRAINT troubleshooting_version UNIQUE (ticket_id, version);
ALTER TABLE ONLY public.tickets_watcher
    ADD CONSTRAINT watcher_once UNIQUE (ticket_id, agent_id);
CREATE INDEX absence_by_end ON public.routing_absence USING btree (desk_id, end_at);
CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);
CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);
CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);
CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);
CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);
CREATE UNIQUE INDEX account_escalated_once ON public.tickets_accountescalation USING btree (account_id) WHERE (ended_at IS NULL);
CREATE INDEX account_words ON public.accounts_account USING gin (to_tsvector('simple'::regconfig, public.fold_name((name)::text)));
CREATE INDEX accounts_account_account_manager_id_1858df32 ON public.accounts_account USING btree (account_manager_id);
CREATE UNIQUE INDEX accounts_account_desk_id_id_uniq ON public.accounts_account USING btree (desk_id, id);
CREATE INDEX accounts_account_home_region_id_c9054cf2 ON public.accounts_account USING btree (home_region_id);
CREATE INDEX accounts_account_named_engineer_id_ad2630af ON public.accounts_account USING btree (named_engineer_id);
CREATE INDEX accounts_account_plan_id_cecf0d2f ON public.accounts_account USING btree (plan_id);
CREATE INDEX accounts_account_product_line_id_9bcbac5f ON public.accounts_account USING btree (product_line_id);
CREATE INDEX accounts_account_success_manager_id_32e97ded ON public.accounts_account USING btree (success_manager_id);
CREATE INDEX accounts_accountdomain_account_id_14302c9e ON public.accounts_accountdomain USING btree (account_id);
CREATE INDEX accounts_accountproduct_product_id_38529bc0 ON public.accounts_accountproduct USING btree (product_id);
CREATE UNIQUE INDEX accounts_agent_desk_id_id_uniq ON public.accounts_agent USING btree (desk_id, id);
CREATE INDEX accounts_agent_region_id_ad4566d6 ON public.accounts_agent USING btree (region_id);
CREATE INDEX accounts_agent_user_id_7e4836bf ON public.accounts_agent USING btree (user_id);
CREATE INDEX accounts_agentdepartment_department_id_f335d7dd ON public.accounts_agentdepartment USING btree (department_id);
CREATE INDEX accounts_auditentry_user_id_7b0077aa ON public.accounts_auditentry USING btree (user_id);
CREATE INDEX accounts_contact_account_id_2026f578 ON public.accounts_contact USING btree (account_id);
CREATE UNIQUE INDEX accounts_contact_desk_id_id_uniq ON public.accounts_contact USING btree (desk_id, id);
CREATE INDEX accounts_contact_user_id_e56c2696 ON public.accounts_contact USING btree (user_id);
CREATE INDEX accounts_contacthandle_contact_id_a1817e09 ON public.accounts_contacthandle USING btree (contact_id);
CREATE UNIQUE INDEX accounts_contacthandle_desk_id_id_uniq ON public.accounts_contacthandle USING btree (desk_id, id);
CREATE UNIQUE INDEX accounts_crmconnection_desk_id_id_uniq ON public.accounts_crmconnection USING btree (desk_id, id);
CREATE INDEX accounts_crmlink_account_id_2f810281 ON public.accounts_crmlink USING btree (account_id);
CREATE INDEX accounts_crmlink_contact_id_f43dbb9c ON public.accounts_crmlink USING btree (contact_id);
CREATE INDEX accounts_crmpull_connection_id_688b2514 ON public.accounts_crmpull USING btree (connection_id);
CREATE UNIQUE INDEX accounts_crmpull_desk_id_id_uniq ON public.accounts_crmpull USING btree (desk_id, id);
CREATE INDEX accounts_crmsetaside_pull_id_aa1caaf1 ON public.accounts_crmsetaside USING btree (pull_id);
CREATE UNIQUE INDEX accounts_department_desk_id_id_uniq ON public.accounts_department USING btree (desk_id, id);
CREATE INDEX accounts_identity_agent_id_b7a16736 ON public.accounts_identity USING btree (agent_id);
CREATE UNIQUE INDEX accounts_identityprovider_desk_id_id_uniq ON public.accounts_identityprovider USING btree (desk_id, id);
CREATE INDEX accounts_invitation_account_id_8e9dd036 ON public.accounts_invitation USING btree (account_id);
CREATE INDEX accounts_invitation_invited_by_id_94a21efc ON public.accounts_invitation USING btree (invited_by_id);
CREATE UNIQUE INDEX accounts_plan_desk_id_id_uniq ON public.accounts_plan USING btree (desk_id, id);
CREATE INDEX accounts_planproduct_product_id_69989120 ON public.accounts_planproduct USING btree (product_id);
CREATE UNIQUE INDEX accounts_product_desk_id_id_uniq ON public.accounts_product USING btree (desk_id, id);
CREATE UNIQUE INDEX accounts_productline_desk_id_id_uniq ON public.accounts_productline USING btree (desk_id, id);
CREATE UNIQUE INDEX accounts_region_desk_id_id_uniq ON public.accounts_region USING btree (desk_id, id);
CREATE INDEX accounts_user_groups_group_id_bd11a704 ON public.accounts_user_groups USING btree (group_id);
CREATE INDEX accounts_user_groups_user_id_52b62117 ON public.accounts_user_groups USING btree (user_id);
CREATE INDEX accounts_user_user_permissions_permission_id_113bb443 ON public.accounts_user_user_permissions USING btree (permission_id);
CREATE INDEX accounts_user_user_permissions_user_id_e4f0a161 ON public.accounts_user_user_permissions USING btree (user_id);
CREATE INDEX attachment_of_side_message ON public.tickets_attachment USING btree (side_message_id) WHERE (side_message_id IS NOT NULL);
CREATE INDEX attachment_packet_due ON public.tickets_attachment USING btree (packet_due_at) WHERE (packet_due_at IS NOT NULL);
CREATE INDEX attachment_preview_due ON public.tickets_attachment USING btree (preview_due_at) WHERE (preview_due_at IS NOT NULL);
CREATE INDEX attention_by_time ON public.tickets_attentionrequest USING btree (desk_id, id DESC);
CREATE UNIQUE INDEX attention_once_per_account ON public.tickets_attentionrequest USING btree (account_id) WHERE (((state)::text = 'asked'::text) AND (ticket_id IS NULL));
CREATE UNIQUE INDEX attention_once_per_ticket ON public.tickets_attentionrequest USING btree (ticket_id) WHERE (((state)::text = 'asked'::text) AND (ticket_id IS NOT NULL));
CREATE INDEX attention_undecided ON public.tickets_attentionrequest USING btree (desk_id, id) WHERE ((state)::text = 'asked'::text);
CREATE INDEX audit_desk_newest ON public.accounts_auditentry USING btree (desk_id, id DESC);
CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);
CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);
CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);
CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);
CREATE INDEX bulk_item_due ON public.tickets_bulkitem USING btree (job_id, id) WHERE ((state)::text = 'due'::text);
CREATE INDEX bulk_job_by_age ON public.tickets_bulkjob USING btree (created_at);
CREATE INDEX bulk_job_unfinished ON public.tickets_bulkjob USING btree (desk_id, id) WHERE (finished_at IS NULL);
CREATE INDEX call_by_age ON public.channels_intake_outgoingcall USING btree (created_at) WHERE (NOT ((state)::text = 'queued'::text));
CREATE INDEX call_due ON public.channels_intake_outgoingcall USING btree (next_try_at) WHERE ((state)::text = 'queued'::text);
CREATE INDEX call_in_order ON public.channels_intake_outgoingcall USING btree (desk_id, kind, connection_id, lane, id) WHERE ((state)::text = 'queued'::text);
CREATE INDEX call_newest ON public.channels_intake_outgoingcall USING btree (desk_id, id DESC);
CREATE INDEX channel_event_by_age ON public.channels_intake_channelevent USING btree (received_at);
CREATE INDEX channel_event_due ON public.channels_intake_channelevent USING btree (next_try_at) WHERE ((state)::text = 'received'::text);
CREATE INDEX channel_event_newest ON public.channels_intake_channelevent USING btree (desk_id, id DESC);
CREATE INDEX channel_event_waiting ON public.channels_intake_channelevent USING btree (connection_id, id) WHERE ((state)::text = 'received'::text);
CREATE INDEX channel_message_by_age ON public.channels_intake_channelmessage USING btree (connection_id, written_at);
CREATE UNIQUE INDEX channel_message_once ON public.channels_intake_channelmessage USING btree (connection_id, external_id) WHERE (NOT ((external_id)::text = ''::text));
CREATE UNIQUE INDEX channel_part_once ON public.channels_intake_channelmessage USING btree (message_id, part) WHERE ((direction)::text = 'out'::text);
CREATE INDEX channels_intake_channelmessage_conversation_id_d042d1da ON public.channels_intake_channelmessage USING btree (conversation_id);
CREATE INDEX channels_intake_channelmessage_message_id_187201e6 ON public.channels_intake_channelmessage USING btree (message_id);
CREATE UNIQUE INDEX channels_intake_chatconnection_desk_id_id_uniq ON public.channels_intake_chatconnection USING btree (desk_id, id);
CREATE INDEX channels_intake_chatrule_department_id_de122561 ON public.channels_intake_chatrule USING btree (department_id);
CREATE INDEX channels_intake_chatrule_plan_id_0a31422b ON public.channels_intake_chatrule USING btree (plan_id);
CREATE INDEX channels_intake_chatstandup_connection_id_68bddc6d ON public.channels_intake_chatstandup USING btree (connection_id);
CREATE INDEX channels_intake_chatstandup_department_id_03d74177 ON public.channels_intake_chatstandup USING btree (department_id);
CREATE INDEX channels_intake_chatstandup_region_id_93e117db ON public.channels_intake_chatstandup USING btree (region_id);
CREATE INDEX channels_intake_chatthread_defect_id_ae974b41 ON public.channels_intake_chatthread USING btree (defect_id);
CREATE INDEX channels_intake_chatthread_ticket_id_3f1ab71c ON public.channels_intake_chatthread USING btree (ticket_id);
CREATE UNIQUE INDEX channels_intake_codehost_desk_id_id_uniq ON public.channels_intake_codehost USING btree (desk_id, id);
CREATE INDEX channels_intake_codelink_defect_id_590d78b4 ON public.channels_intake_codelink USING btree (defect_id);
CREATE UNIQUE INDEX channels_intake_connection_desk_id_id_uniq ON public.channels_intake_connection USING btree (desk_id, id);
CREATE UNIQUE INDEX channels_intake_conversation_desk_id_id_uniq ON public.channels_intake_conversation USING btree (desk_id, id);
CREATE INDEX channels_intake_conversation_handle_id_51996302 ON public.channels_intake_conversation USING btree (handle_id);
CREATE INDEX channels_intake_conversation_ticket_id_02a60501 ON public.channels_intake_conversation USING btree (ticket_id);
CREATE INDEX channels_intake_inboundmessage_message_id_b8c9720e ON public.channels_intake_inboundmessage USING btree (message_id);
CREATE INDEX channels_intake_inboundmessage_ticket_id_3a14747a ON public.channels_intake_inboundmessage USING btree (ticket_id);
CREATE UNIQUE INDEX channels_intake_mailbox_desk_id_id_uniq ON public.channels_intake_mailbox USING btree (desk_id, id);
CREATE INDEX channels_intake_outgoingcall_ticket_id_8f6d667c ON public.channels_intake_outgoingcall USING btree (ticket_id);
CREATE INDEX channels_intake_outgoingemail_contact_id_b27cce32 ON public.channels_intake_outgoingemail USING btree (contact_id);
CREATE UNIQUE INDEX channels_intake_outgoingemail_desk_id_id_uniq ON public.channels_intake_outgoingemail USING btree (desk_id, id);
CREATE INDEX channels_intake_outgoingemail_message_id_6e5426ab ON public.channels_intake_outgoingemail USING btree (message_id);
CREATE INDEX channels_intake_outgoingemail_ticket_id_3ff95cd0 ON public.channels_intake_outgoingemail USING btree (ticket_id);
CREATE INDEX channels_intake_pagingservice_department_id_b144ff4c ON public.channels_intake_pagingservice USING btree (department_id);
CREATE UNIQUE INDEX channels_intake_pagingservice_desk_id_id_uniq ON public.channels_intake_pagingservice USING btree (desk_id, id);
CREATE INDEX channels_intake_replytoken_contact_id_1f5a41c5 ON public.channels_intake_replytoken USING btree (contact_id);
CREATE INDEX channels_intake_stagerule_line_id_304fca77 ON public.channels_intake_stagerule USING btree (line_id);
CREATE INDEX chat_rule_of_desk ON public.channels_intake_chatrule USING btree (desk_id);
CREATE INDEX chat_standup_due ON public.channels_intake_chatstandup USING btree (next_at);
CREATE UNIQUE INDEX closing_reason_name ON public.tickets_closingreason USING btree (desk_id, lower((name)::text));
CREATE INDEX code_event_by_age ON public.channels_intake_codeevent USING btree (received_at);
CREATE INDEX code_event_due ON public.channels_intake_codeevent USING btree (next_try_at) WHERE ((state)::text = 'received'::text);
CREATE INDEX code_event_newest ON public.channels_intake_codeevent USING btree (desk_id, id DESC);
CREATE UNIQUE INDEX code_link_commit_once ON public.channels_intake_codelink USING btree (host_id, sha, defect_id) WHERE ((kind)::text = 'commit'::text);
CREATE INDEX code_release_due ON public.channels_intake_coderelease USING btree (next_try_at) WHERE is_due;
CREATE UNIQUE INDEX connection_once ON public.channels_intake_connection USING btree (desk_id, kind, external_id) WHERE (NOT ((external_id)::text = ''::text));
CREATE INDEX connection_to_poll ON public.channels_intake_connection USING btree (next_poll_at) WHERE ((NOT is_paused) AND (next_poll_at IS NOT NULL));
CREATE INDEX contact_by_email ON public.accounts_contact USING btree (desk_id, email, id);
CREATE UNIQUE INDEX contact_email_unique ON public.accounts_contact USING btree (desk_id, email) WHERE (NOT ((email)::text = ''::text));
CREATE UNIQUE INDEX contact_user_once ON public.accounts_contact USING btree (desk_id, user_id) WHERE (user_id IS NOT NULL);
CREATE INDEX contact_words ON public.accounts_contact USING gin (to_tsvector('simple'::regconfig, public.fold_name((((name)::text || ' '::text) || (email)::text))));
CREATE INDEX conversation_newest ON public.channels_intake_conversation USING btree (connection_id, id DESC);
CREATE INDEX crm_connection_due ON public.accounts_crmconnection USING btree (state, next_try_at);
CREATE INDEX crm_pull_newest ON public.accounts_crmpull USING btree (desk_id, connection_id, id DESC);
CREATE UNIQUE INDEX crm_pull_one_at_a_time ON public.accounts_crmpull USING btree (connection_id) WHERE ((state)::text = 'running'::text);
CREATE INDEX deadline_due ON public.sla_deadline USING btree (due_at);
CREATE INDEX deadline_to_warn ON public.sla_deadline USING btree (warn_at) WHERE (warn_at IS NOT NULL);
CREATE INDEX defect_by_time ON public.tickets_defect USING btree (desk_id, updated_at DESC, id DESC);
CREATE INDEX defect_document_stale ON public.tickets_defectdocument USING btree (desk_id, defect_id) WHERE is_stale;
CREATE INDEX defect_document_words ON public.tickets_defectdocument USING gin (document) WITH (fastupdate=off);
CREATE INDEX defect_event_order ON public.tickets_defectevent USING btree (defect_id, id);
CREATE INDEX defect_mark_work ON public.tickets_defectmark USING btree (work, desk_id, defect_id);
CREATE INDEX defect_published ON public.tickets_defect USING btree (desk_id, updated_at DESC) WHERE is_published;
CREATE INDEX defect_queue ON public.tickets_defect USING btree (desk_id, rank DESC, id) WHERE (((stage)::text = ANY (ARRAY[('reported'::character varying)::text, ('confirmed'::character varying)::text, ('planned'::character varying)::text, ('in_progress'::character varying)::text, ('tested'::character varying)::text])) OR (((stage)::text = ANY (ARRAY[('released'::character varying)::text, ('verified'::character varying)::text])) AND (tickets_waiting > 0)));
CREATE INDEX delivery_due ON public.tickets_eventdelivery USING btree (next_try_at) WHERE ((state)::text = 'due'::text);
CREATE UNIQUE INDEX department_kind_unique ON public.accounts_department USING btree (desk_id, kind) WHERE (NOT ((kind)::text = 'other'::text));
CREATE UNIQUE INDEX desk_domain_unique ON public.accounts_desk USING btree (domain) WHERE (NOT ((domain)::text = ''::text));
CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);
CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);
CREATE INDEX django_cache_expires ON public.django_cache USING btree (expires);
CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);
CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);
CREATE UNIQUE INDEX emergency_one_undecided ON public.tickets_emergency USING btree (ticket_id) WHERE ((state)::text = ANY (ARRAY[('reported'::character varying)::text, ('information'::character varying)::text]));
CREATE INDEX escalation_to_remind ON public.tickets_accountescalation USING btree (desk_id, next_update_at) WHERE ((ended_at IS NULL) AND (reminded_at IS NULL));
CREATE INDEX event_of_board ON public.tickets_ticketevent USING btree (desk_id, at) WHERE ((kind)::text = ANY (ARRAY[('sla.breached'::character varying)::text, ('ticket.left_unassigned'::character varying)::text]));
CREATE INDEX event_of_ticket ON public.tickets_ticketevent USING btree (ticket_id, id);
CREATE INDEX extra_shift_by_end ON public.routing_extrashift USING btree (desk_id, end_at);
CREATE INDEX field_value_day ON public.tickets_fieldvalue USING btree (field_id, day, ticket_id) WHERE (day IS NOT NULL);
CREATE INDEX field_value_number ON public.tickets_fieldvalue USING btree (field_id, number, ticket_id) WHERE (number IS NOT NULL);
CREATE INDEX field_value_text ON public.tickets_fieldvalue USING btree (field_id, text, ticket_id);
CREATE INDEX field_value_version ON public.tickets_fieldvalue USING btree (field_id, sorted_as, ticket_id) WHERE (NOT ((sorted_as)::text = ''::text));
CREATE INDEX form_oldest ON public.tickets_submittedform USING btree (desk_id, created_at);
CREATE UNIQUE INDEX handover_one_open ON public.routing_handover USING btree (ticket_id) WHERE (ended_at IS NULL);
CREATE INDEX handover_open ON public.routing_handover USING btree (desk_id, created_at) WHERE (ended_at IS NULL);
CREATE INDEX handover_unclaimed ON public.routing_handover USING btree (alarm_at) WHERE ((alarmed_at IS NULL) AND (claimed_at IS NULL) AND (ended_at IS NULL));
CREATE INDEX help_request_of_group ON public.tickets_helprequest USING btree (group_id, id DESC);
CREATE INDEX help_request_queue ON public.tickets_helprequest USING btree (desk_id, group_id, due_at) WHERE ((state)::text = 'open'::text);
CREATE INDEX help_request_to_warn ON public.tickets_helprequest USING btree (desk_id, warn_at) WHERE (warn_at IS NOT NULL);
CREATE INDEX improvement_merged ON public.tickets_improvement USING btree (merged_into_id) WHERE (merged_into_id IS NOT NULL);
CREATE INDEX improvement_title ON public.tickets_improvement USING btree (desk_id, kind, lower((title)::text));
CREATE INDEX inbound_held ON public.channels_intake_inboundmessage USING btree (desk_id, id DESC) WHERE ((discarded_at IS NULL) AND ((state)::text = ANY (ARRAY[('quarantined'::character varying)::text, ('failed'::character varying)::text])));
CREATE INDEX inbound_lacks_files ON public.channels_intake_inboundmessage USING btree (id) WHERE lacks_files;
CREATE INDEX inbound_newest ON public.channels_intake_inboundmessage USING btree (desk_id, id DESC);
CREATE INDEX inbound_of_side_message ON public.channels_intake_inboundmessage USING btree (side_message_id) WHERE (side_message_id IS NOT NULL);
CREATE INDEX inbound_oldest_unread ON public.channels_intake_inboundmessage USING btree (received_at) WHERE ((state)::text = 'received'::text);
CREATE UNIQUE INDEX inbound_once_per_desk ON public.channels_intake_inboundmessage USING btree (desk_id, rfc_message_id, content_hash) WHERE (((state)::text = ANY (ARRAY[('processed'::character varying)::text, ('quarantined'::character varying)::text])) AND (NOT ((content_hash)::text = ''::text)));
CREATE INDEX inbound_unread ON public.channels_intake_inboundmessage USING btree (desk_id, id) WHERE ((mailbox_id IS NULL) AND ((state)::text = 'received'::text));
CREATE INDEX inbound_waits_for_desk ON public.channels_intake_inboundmessage USING btree (desk_id, id) WHERE ((mailbox_id IS NOT NULL) AND ((state)::text = 'received'::text));
CREATE INDEX inbound_with_source ON public.channels_intake_inboundmessage USING btree (desk_id, received_at) WHERE ((NOT lacks_files) AND (raw_deleted_at IS NULL) AND ((state)::text = ANY (ARRAY[('processed'::character varying)::text, ('duplicate'::character varying)::text])));
CREATE INDEX invitation_of_address ON public.accounts_invitation USING btree (desk_id, email);
CREATE INDEX ladder_due ON public.sla_ladderrun USING btree (next_at) WHERE (next_at IS NOT NULL);
CREATE INDEX ladder_step_of ON public.sla_ladderstep USING btree (ladder_id);
CREATE INDEX macro_most_used ON public.tickets_macro USING btree (desk_id, owner_id, uses DESC);
CREATE UNIQUE INDEX macro_name_unique ON public.tickets_macro USING btree (desk_id, owner_id, lower((name)::text)) NULLS NOT DISTINCT;
CREATE INDEX mail_automatic_to ON public.channels_intake_outgoingemail USING btree (desk_id, to_canonical, created_at) WHERE ((kind)::text = ANY (ARRAY[('receipt'::character varying)::text, ('reminder'::character varying)::text, ('closed'::character varying)::text]));
CREATE INDEX mail_by_urgency ON public.channels_intake_unsentmail USING btree (desk_id, urgency, next_try_at);
CREATE INDEX mail_of_side_message ON public.channels_intake_outgoingemail USING btree (side_message_id) WHERE (side_message_id IS NOT NULL);
CREATE UNIQUE INDEX mail_once_per_event_and_third_party ON public.channels_intake_outgoingemail USING btree (third_party_id, event_id) WHERE (third_party_id IS NOT NULL);
CREATE INDEX mail_provider_id ON public.channels_intake_outgoingemail USING btree (provider_id) WHERE (NOT ((provider_id)::text = ''::text));
CREATE INDEX mail_unsent ON public.channels_intake_unsentmail USING btree (next_try_at);
CREATE UNIQUE INDEX mailbox_verified_once ON public.channels_intake_mailbox USING btree (address) WHERE (verified_at IS NOT NULL);
CREATE INDEX mention_newest ON public.tickets_notemention USING btree (agent_id, id DESC);
CREATE INDEX mention_of_agent ON public.tickets_notemention USING btree (agent_id, ticket_id);
CREATE INDEX message_of_ticket ON public.tickets_message USING btree (ticket_id, created_at, id);
CREATE INDEX message_via_merged ON public.tickets_message USING btree (via_id) WHERE (via_id IS NOT NULL);
CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);
CREATE INDEX note_of_ticket ON public.tickets_note USING btree (ticket_id, created_at, id);
CREATE INDEX notification_chat_due ON public.tickets_notificationchat USING btree (desk_id, due_at);
CREATE INDEX notification_email_due ON public.tickets_notificationemail USING btree (desk_id, due_at);
CREATE UNIQUE INDEX notification_of_desk_once ON public.tickets_notification USING btree (agent_id, key) WHERE (event_id IS NULL);
CREATE INDEX notification_push_due ON public.tickets_notificationpush USING btree (desk_id, due_at);
CREATE INDEX notification_read ON public.tickets_notification USING btree (desk_id, read_at) WHERE (read_at IS NOT NULL);
CREATE INDEX notification_unread ON public.tickets_notification USING btree (agent_id, id DESC) WHERE (read_at IS NULL);
CREATE INDEX notification_unread_ticket ON public.tickets_notification USING btree (agent_id, ticket_id) WHERE (read_at IS NULL);
CREATE INDEX offer_expiry ON public.routing_offer USING btree (expires_at);
CREATE INDEX on_call_turn_by_end ON public.routing_oncallturn USING btree (desk_id, end_at);
CREATE INDEX page_event_by_age ON public.channels_intake_pageevent USING btree (received_at);
CREATE INDEX page_event_due ON public.channels_intake_pageevent USING btree (next_try_at) WHERE ((state)::text = 'received'::text);
CREATE INDEX page_event_newest ON public.channels_intake_pageevent USING btree (desk_id, id DESC);
CREATE INDEX pending_reply_approval ON public.tickets_pendingreply USING btree (desk_id, created_at) WHERE awaits_approval;
CREATE INDEX pending_reply_due ON public.tickets_pendingreply USING btree (desk_id, send_at) WHERE (held_at IS NULL);
CREATE UNIQUE INDEX priority_one_mail_default ON public.tickets_priority USING btree (desk_id) WHERE is_mail_default;
CREATE INDEX queue_account ON public.tickets_queuerow USING btree (desk_id, account_id, due_at, ticket_id) WHERE is_open;
CREATE INDEX queue_all ON public.tickets_queuerow USING btree (desk_id, updated_at, ticket_id, assignee_id, department_id, priority_id, status, account_id, channel, is_open);
CREATE INDEX queue_all_number ON public.tickets_queuerow USING btree (desk_id, number, assignee_id, department_id, priority_id, status, account_id, channel, is_open);
CREATE INDEX queue_assignee ON public.tickets_queuerow USING btree (desk_id, assignee_id, due_at, ticket_id) WHERE is_open;
CREATE INDEX queue_changed ON public.tickets_queuerow USING btree (desk_id, updated_at, ticket_id, assignee_id, department_id, priority_id, status, account_id, channel) WHERE is_open;
CREATE INDEX queue_closed ON public.tickets_queuerow USING btree (desk_id, closed_at, department_id, assignee_id) WHERE (NOT is_open);
CREATE INDEX queue_department ON public.tickets_queuerow USING btree (desk_id, department_id, due_at, ticket_id) WHERE is_open;
CREATE INDEX queue_due ON public.tickets_queuerow USING btree (desk_id, due_at, ticket_id, assignee_id, department_id, priority_id, status, account_id, channel) WHERE is_open;
CREATE INDEX queue_lent ON public.tickets_queuerow USING btree (desk_id, owner_id, due_at, ticket_id) WHERE (is_open AND (owner_id IS NOT NULL));
CREATE INDEX queue_level ON public.tickets_queuerow USING btree (desk_id, level, due_at, ticket_id) WHERE (is_open AND ((level)::text = ANY (ARRAY[('l2'::character varying)::text, ('rnd'::character varying)::text])));
CREATE INDEX queue_number ON public.tickets_queuerow USING btree (desk_id, number, assignee_id, department_id, priority_id, status, account_id, channel) WHERE is_open;
CREATE INDEX queue_of_account ON public.tickets_queuerow USING btree (desk_id, account_id, updated_at, ticket_id, is_open);
CREATE INDEX queue_of_assignee ON public.tickets_queuerow USING btree (desk_id, assignee_id, updated_at, ticket_id, is_open);
CREATE INDEX queue_of_contact ON public.tickets_queuerow USING btree (desk_id, contact_id, updated_at, ticket_id, is_open);
CREATE INDEX queue_on_hold ON public.tickets_queuerow USING btree (hold_until) WHERE (hold_until IS NOT NULL);
CREATE INDEX queue_priority ON public.tickets_queuerow USING btree (desk_id, priority_id, due_at, ticket_id) WHERE is_open;
CREATE INDEX queue_silent ON public.tickets_queuerow USING btree (close_at) WHERE (close_at IS NOT NULL);
CREATE INDEX queue_status ON public.tickets_queuerow USING btree (desk_id, status, updated_at, ticket_id) WHERE is_open;
CREATE INDEX queue_to_remind ON public.tickets_queuerow USING btree (remind_at) WHERE (remind_at IS NOT NULL);
CREATE INDEX queue_unanswered ON public.tickets_queuerow USING btree (desk_id, unanswered_since, ticket_id, assignee_id, department_id, priority_id, status, account_id, channel) WHERE (is_open AND (unanswered_since IS NOT NULL));
CREATE INDEX queue_unassigned ON public.tickets_queuerow USING btree (desk_id, updated_at) WHERE ((assignee_id = 0) AND ((status)::text = ANY (ARRAY[('open'::character varying)::text, ('investigating'::character varying)::text, ('escalated'::character varying)::text])));
CREATE INDEX replan_due ON public.sla_replan USING btree (at) WHERE (done_at IS NULL);
CREATE INDEX routing_absence_agent_id_bc64823d ON public.routing_absence USING btree (agent_id);
CREATE INDEX routing_absence_created_by_id_1610286f ON public.routing_absence USING btree (created_by_id);
CREATE INDEX routing_agentskill_skill_id_a1d05dfd ON public.routing_agentskill USING btree (skill_id);
CREATE UNIQUE INDEX routing_dryrun_desk_id_id_uniq ON public.routing_dryrun USING btree (desk_id, id);
CREATE INDEX routing_dryrunrow_ticket_id_eb671a22 ON public.routing_dryrunrow USING btree (ticket_id);
CREATE INDEX routing_extrashift_agent_id_0bbfd718 ON public.routing_extrashift USING btree (agent_id);
CREATE INDEX routing_extrashift_created_by_id_98f68ce7 ON public.routing_extrashift USING btree (created_by_id);
CREATE INDEX routing_handover_receiver_id_0b8c38fc ON public.routing_handover USING btree (receiver_id);
CREATE INDEX routing_handover_sender_id_e6d9e287 ON public.routing_handover USING btree (sender_id);
CREATE INDEX routing_handover_ticket_id_0c6ffd78 ON public.routing_handover USING btree (ticket_id);
CREATE INDEX routing_offer_agent_id_d43aa12d ON public.routing_offer USING btree (agent_id);
CREATE INDEX routing_oncallmember_agent_id_0ebf2976 ON public.routing_oncallmember USING btree (agent_id);
CREATE UNIQUE INDEX routing_oncallrota_desk_id_id_uniq ON public.routing_oncallrota USING btree (desk_id, id);
CREATE INDEX routing_oncallrota_region_id_17759f81 ON public.routing_oncallrota USING btree (region_id);
CREATE INDEX routing_oncallswap_in_return_id_5a1d5f93 ON public.routing_oncallswap USING btree (in_return_id);
CREATE INDEX routing_oncallswap_offered_by_id_250b023c ON public.routing_oncallswap USING btree (offered_by_id);
CREATE INDEX routing_oncallswap_offered_to_id_43bd634c ON public.routing_oncallswap USING btree (offered_to_id);
CREATE INDEX routing_oncallswap_turn_id_f622d1a8 ON public.routing_oncallswap USING btree (turn_id);
CREATE INDEX routing_oncallturn_agent_id_a76d25e0 ON public.routing_oncallturn USING btree (agent_id);
CREATE UNIQUE INDEX routing_oncallturn_desk_id_id_uniq ON public.routing_oncallturn USING btree (desk_id, id);
CREATE INDEX routing_oncallturn_planned_agent_id_a032c83a ON public.routing_oncallturn USING btree (planned_agent_id);
CREATE UNIQUE INDEX routing_rule_desk_id_id_uniq ON public.routing_rule USING btree (desk_id, id);
CREATE INDEX routing_ruleaction_department_id_c3fa66e5 ON public.routing_ruleaction USING btree (department_id);
CREATE INDEX routing_ruleaction_priority_id_5e7e937c ON public.routing_ruleaction USING btree (priority_id);
CREATE INDEX routing_ruleaction_rule_id_b9dc5d9e ON public.routing_ruleaction USING btree (rule_id);
CREATE INDEX routing_ruleaction_skill_id_89f83666 ON public.routing_ruleaction USING btree (skill_id);
CREATE INDEX routing_ruleaction_tag_id_6ee0336a ON public.routing_ruleaction USING btree (tag_id);
CREATE INDEX routing_rulecondition_form_field_id_8ce2f24c ON public.routing_rulecondition USING btree (form_field_id);
CREATE INDEX routing_rulecondition_plan_id_c274f1e5 ON public.routing_rulecondition USING btree (plan_id);
CREATE INDEX routing_rulecondition_product_id_24332086 ON public.routing_rulecondition USING btree (product_id);
CREATE INDEX routing_rulecondition_rule_id_1d99c1b6 ON public.routing_rulecondition USING btree (rule_id);
CREATE INDEX routing_ruletrace_ticket_id_a3497e2d ON public.routing_ruletrace USING btree (ticket_id);
CREATE UNIQUE INDEX routing_ruleversion_desk_id_id_uniq ON public.routing_ruleversion USING btree (desk_id, id);
CREATE INDEX routing_shift_agent_id_b4e0e982 ON public.routing_shift USING btree (agent_id);
CREATE INDEX routing_shift_team_id_d2759b0f ON public.routing_shift USING btree (team_id);
CREATE UNIQUE INDEX routing_skill_desk_id_id_uniq ON public.routing_skill USING btree (desk_id, id);
CREATE UNIQUE INDEX routing_team_desk_id_id_uniq ON public.routing_team USING btree (desk_id, id);
CREATE INDEX routing_team_region_id_c5199bb6 ON public.routing_team USING btree (region_id);
CREATE INDEX routing_teammember_agent_id_c15878c2 ON public.routing_teammember USING btree (agent_id);
CREATE UNIQUE INDEX rule_action_once ON public.routing_ruleaction USING btree (rule_id, kind) WHERE ((kind)::text = ANY (ARRAY[('department'::character varying)::text, ('level'::character varying)::text, ('priority'::character varying)::text]));
CREATE UNIQUE INDEX saved_view_name_unique ON public.tickets_savedview USING btree (desk_id, agent_id, lower((name)::text)) NULLS NOT DISTINCT;
CREATE INDEX search_document_words ON public.tickets_searchdocument USING gin (document) WITH (fastupdate=off);
CREATE INDEX side_message_of_side ON public.tickets_sidemessage USING btree (side_id, created_at, id);
CREATE INDEX side_of_ticket ON public.tickets_sideconversation USING btree (ticket_id, id);
CREATE UNIQUE INDEX sla_calendar_desk_id_id_uniq ON public.sla_calendar USING btree (desk_id, id);
CREATE INDEX sla_calendarbreak_calendar_id_df201775 ON public.sla_calendarbreak USING btree (calendar_id);
CREATE INDEX sla_calendarexception_calendar_id_85e0dae8 ON public.sla_calendarexception USING btree (calendar_id);
CREATE INDEX sla_calendarwindow_calendar_id_60e86488 ON public.sla_calendarwindow USING btree (calendar_id);
CREATE UNIQUE INDEX sla_clock_desk_id_id_uniq ON public.sla_clock USING btree (desk_id, id);
CREATE INDEX sla_clockentry_clock_id_8c53c55a ON public.sla_clockentry USING btree (clock_id);
CREATE INDEX sla_holiday_source_id_656586ee ON public.sla_holiday USING btree (source_id);
CREATE INDEX sla_holidaysource_calendar_id_b1798071 ON public.sla_holidaysource USING btree (calendar_id);
CREATE UNIQUE INDEX sla_holidaysource_desk_id_id_uniq ON public.sla_holidaysource USING btree (desk_id, id);
CREATE UNIQUE INDEX sla_ladder_desk_id_id_uniq ON public.sla_ladder USING btree (desk_id, id);
CREATE INDEX sla_ladder_plan_id_a727842a ON public.sla_ladder USING btree (plan_id);
CREATE INDEX sla_ladder_policy_id_1124d9fc ON public.sla_ladder USING btree (policy_id);
CREATE INDEX sla_ladder_priority_id_4f1cbece ON public.sla_ladder USING btree (priority_id);
CREATE INDEX sla_ladderrun_ladder_id_99afc2ae ON public.sla_ladderrun USING btree (ladder_id);
CREATE INDEX sla_leveltarget_calendar_id_dffcdef8 ON public.sla_leveltarget USING btree (calendar_id);
CREATE UNIQUE INDEX sla_policy_desk_id_id_uniq ON public.sla_policy USING btree (desk_id, id);
CREATE INDEX sla_policycondition_department_id_16b97f19 ON public.sla_policycondition USING btree (department_id);
CREATE INDEX sla_policycondition_plan_id_31ff63fe ON public.sla_policycondition USING btree (plan_id);
CREATE INDEX sla_policycondition_priority_id_3c25b6f3 ON public.sla_policycondition USING btree (priority_id);
CREATE INDEX sla_policycondition_product_id_7ca21373 ON public.sla_policycondition USING btree (product_id);
CREATE INDEX sla_policycondition_tag_id_cd9be523 ON public.sla_policycondition USING btree (tag_id);
CREATE INDEX sla_policyversion_by_id_a1c4d84e ON public.sla_policyversion USING btree (by_id);
CREATE INDEX sla_target_calendar_id_6088cb0f ON public.sla_target USING btree (calendar_id);
CREATE UNIQUE INDEX sla_target_desk_id_id_uniq ON public.sla_target USING btree (desk_id, id);
CREATE INDEX sla_target_priority_id_732bd1dd ON public.sla_target USING btree (priority_id);
CREATE INDEX snooze_of_agent ON public.tickets_snooze USING btree (agent_id, until, ticket_id);
CREATE UNIQUE INDEX swap_one_offer_per_turn ON public.routing_oncallswap USING btree (turn_id) WHERE ((state)::text = 'offered'::text);
CREATE UNIQUE INDEX tag_name_unique ON public.tickets_tag USING btree (desk_id, lower((name)::text));
CREATE INDEX ticket_account ON public.tickets_ticket USING btree (account_id);
CREATE INDEX ticket_contact ON public.tickets_ticket USING btree (contact_id);
CREATE INDEX ticket_follow_ups ON public.tickets_ticket USING btree (follow_up_of_id) WHERE (follow_up_of_id IS NOT NULL);
CREATE INDEX ticket_lent ON public.tickets_ticket USING btree (owner_id) WHERE (owner_id IS NOT NULL);
CREATE INDEX ticket_merged ON public.tickets_ticket USING btree (merged_into_id) WHERE (merged_into_id IS NOT NULL);
CREATE INDEX ticket_of_line ON public.tickets_ticket USING btree (product_line_id) WHERE (product_line_id IS NOT NULL);
CREATE INDEX ticket_of_product ON public.tickets_ticket USING btree (product_id) WHERE (product_id IS NOT NULL);
CREATE UNIQUE INDEX ticket_one_parent ON public.tickets_ticketlink USING btree (source_id) WHERE ((kind)::text = 'parent'::text);
CREATE INDEX ticket_own_close_reason ON public.tickets_ticket USING btree (own_close_reason_id) WHERE (own_close_reason_id IS NOT NULL);
CREATE INDEX ticket_tag_tickets ON public.tickets_tickettag USING btree (tag_id, ticket_id);
CREATE INDEX ticket_unverified ON public.tickets_ticket USING btree (contact_id) WHERE is_unverified;
CREATE INDEX tickets_accountescalation_account_id_51cee3c2 ON public.tickets_accountescalation USING btree (account_id);
CREATE UNIQUE INDEX tickets_accountescalation_desk_id_id_uniq ON public.tickets_accountescalation USING btree (desk_id, id);
CREATE INDEX tickets_accountescalation_lead_id_366f2a60 ON public.tickets_accountescalation USING btree (lead_id);
CREATE INDEX tickets_attachment_message_id_19591853 ON public.tickets_attachment USING btree (message_id);
CREATE INDEX tickets_attachment_note_id_c7229a9c ON public.tickets_attachment USING btree (note_id);
CREATE INDEX tickets_attentionrequest_account_id_abb9079e ON public.tickets_attentionrequest USING btree (account_id);
CREATE INDEX tickets_attentionrequest_ticket_id_4b00338f ON public.tickets_attentionrequest USING btree (ticket_id);
CREATE INDEX tickets_bulkitem_ticket_id_1ea0d51b ON public.tickets_bulkitem USING btree (ticket_id);
CREATE INDEX tickets_bulkjob_agent_id_966cfeb9 ON public.tickets_bulkjob USING btree (agent_id);
CREATE UNIQUE INDEX tickets_bulkjob_desk_id_id_uniq ON public.tickets_bulkjob USING btree (desk_id, id);
CREATE UNIQUE INDEX tickets_closingreason_desk_id_id_uniq ON public.tickets_closingreason USING btree (desk_id, id);
CREATE UNIQUE INDEX tickets_defect_desk_id_id_uniq ON public.tickets_defect USING btree (desk_id, id);
CREATE INDEX tickets_defect_duplicate_of_id_9699c724 ON public.tickets_defect USING btree (duplicate_of_id);
CREATE INDEX tickets_defect_owner_id_06089674 ON public.tickets_defect USING btree (owner_id);
CREATE INDEX tickets_defectfollower_agent_id_faba608a ON public.tickets_defectfollower USING btree (agent_id);
CREATE INDEX tickets_defectlink_defect_id_9cb7b0be ON public.tickets_defectlink USING btree (defect_id);
CREATE INDEX tickets_defectrelease_line_id_5b98d249 ON public.tickets_defectrelease USING btree (line_id);
CREATE INDEX tickets_defectupdate_ticket_id_28406799 ON public.tickets_defectupdate USING btree (ticket_id);
CREATE UNIQUE INDEX tickets_draft_desk_id_id_uniq ON public.tickets_draft USING btree (desk_id, id);
CREATE INDEX tickets_draft_updated_at_be398f6f ON public.tickets_draft USING btree (updated_at);
CREATE INDEX tickets_draft_user_id_0c39dc9e ON public.tickets_draft USING btree (user_id);
CREATE INDEX tickets_emergency_decided_by_id_7b6171bc ON public.tickets_emergency USING btree (decided_by_id);
CREATE INDEX tickets_emergency_ticket_id_c60cf9ac ON public.tickets_emergency USING btree (ticket_id);
CREATE UNIQUE INDEX tickets_engineeringgroup_desk_id_id_uniq ON public.tickets_engineeringgroup USING btree (desk_id, id);
CREATE INDEX tickets_escalationupdate_escalation_id_5003c947 ON public.tickets_escalationupdate USING btree (escalation_id);
CREATE INDEX tickets_formfield_department_id_3ff26edf ON public.tickets_formfield USING btree (department_id);
CREATE UNIQUE INDEX tickets_formfield_desk_id_id_uniq ON public.tickets_formfield USING btree (desk_id, id);
CREATE INDEX tickets_formfield_product_id_8c0e1280 ON public.tickets_formfield USING btree (product_id);
CREATE INDEX tickets_formfield_shown_if_id_89962cf5 ON public.tickets_formfield USING btree (shown_if_id);
CREATE INDEX tickets_groupmember_agent_id_0ebc7fe0 ON public.tickets_groupmember USING btree (agent_id);
CREATE INDEX tickets_helprequest_asked_by_id_606ab933 ON public.tickets_helprequest USING btree (asked_by_id);
CREATE INDEX tickets_helprequest_defect_id_ab43e012 ON public.tickets_helprequest USING btree (defect_id);
CREATE INDEX tickets_helprequest_ticket_id_b685a534 ON public.tickets_helprequest USING btree (ticket_id);
CREATE UNIQUE INDEX tickets_improvement_desk_id_id_uniq ON public.tickets_improvement USING btree (desk_id, id);
CREATE INDEX tickets_improvementlink_improvement_id_35f56c4a ON public.tickets_improvementlink USING btree (improvement_id);
CREATE INDEX tickets_macro_department_id_372162b3 ON public.tickets_macro USING btree (department_id);
CREATE INDEX tickets_macro_owner_id_0d33960b ON public.tickets_macro USING btree (owner_id);
CREATE INDEX tickets_message_agent_id_27e4fadd ON public.tickets_message USING btree (agent_id);
CREATE INDEX tickets_message_contact_id_d1c72644 ON public.tickets_message USING btree (contact_id);
CREATE UNIQUE INDEX tickets_message_desk_id_id_uniq ON public.tickets_message USING btree (desk_id, id);
CREATE INDEX tickets_note_agent_id_825cae5a ON public.tickets_note USING btree (agent_id);
CREATE UNIQUE INDEX tickets_note_desk_id_id_uniq ON public.tickets_note USING btree (desk_id, id);
CREATE INDEX tickets_notemention_ticket_id_2b0fef49 ON public.tickets_notemention USING btree (ticket_id);
CREATE INDEX tickets_notereaction_agent_id_d3233714 ON public.tickets_notereaction USING btree (agent_id);
CREATE INDEX tickets_notification_agent_id_f134b532 ON public.tickets_notification USING btree (agent_id);
CREATE UNIQUE INDEX tickets_notification_desk_id_id_uniq ON public.tickets_notification USING btree (desk_id, id);
CREATE INDEX tickets_notification_ticket_id_277b7fd8 ON public.tickets_notification USING btree (ticket_id);
CREATE INDEX tickets_notificationpush_subscription_id_9175472d ON public.tickets_notificationpush USING btree (subscription_id);
CREATE INDEX tickets_participant_contact_id_68ab9aff ON public.tickets_participant USING btree (contact_id);
CREATE INDEX tickets_pendingreply_approver_id_020f5f69 ON public.tickets_pendingreply USING btree (approver_id);
CREATE INDEX tickets_pendingreply_author_id_da4f446f ON public.tickets_pendingreply USING btree (author_id);
CREATE UNIQUE INDEX tickets_pendingreply_desk_id_id_uniq ON public.tickets_pendingreply USING btree (desk_id, id);
CREATE INDEX tickets_pendingreply_ticket_id_5ae62d01 ON public.tickets_pendingreply USING btree (ticket_id);
CREATE UNIQUE INDEX tickets_priority_desk_id_id_uniq ON public.tickets_priority USING btree (desk_id, id);
CREATE INDEX tickets_pushsubscription_agent_id_946b8a11 ON public.tickets_pushsubscription USING btree (agent_id);
CREATE UNIQUE INDEX tickets_pushsubscription_desk_id_id_uniq ON public.tickets_pushsubscription USING btree (desk_id, id);
CREATE INDEX tickets_savedview_department_id_1a5616a1 ON public.tickets_savedview USING btree (department_id);
CREATE INDEX tickets_searchrefresh_ticket_id_7be53b12 ON public.tickets_searchrefresh USING btree (ticket_id);
CREATE UNIQUE INDEX tickets_sideconversation_desk_id_id_uniq ON public.tickets_sideconversation USING btree (desk_id, id);
CREATE INDEX tickets_sidemessage_agent_id_63964bd0 ON public.tickets_sidemessage USING btree (agent_id);
CREATE UNIQUE INDEX tickets_sidemessage_desk_id_id_uniq ON public.tickets_sidemessage USING btree (desk_id, id);
CREATE UNIQUE INDEX tickets_sideparticipant_desk_id_id_uniq ON public.tickets_sideparticipant USING btree (desk_id, id);
CREATE INDEX tickets_submittedform_contact_id_8095b8eb ON public.tickets_submittedform USING btree (contact_id);
CREATE INDEX tickets_submittedform_ticket_id_7cf4606f ON public.tickets_submittedform USING btree (ticket_id);
CREATE UNIQUE INDEX tickets_tag_desk_id_id_uniq ON public.tickets_tag USING btree (desk_id, id);
CREATE UNIQUE INDEX tickets_ticket_desk_id_id_uniq ON public.tickets_ticket USING btree (desk_id, id);
CREATE INDEX tickets_ticket_priority_id_f3f0911d ON public.tickets_ticket USING btree (priority_id);
CREATE UNIQUE INDEX tickets_ticketevent_desk_id_id_uniq ON public.tickets_ticketevent USING btree (desk_id, id);
CREATE INDEX tickets_ticketlink_target_id_73a7d86d ON public.tickets_ticketlink USING btree (target_id);
CREATE INDEX tickets_ticketsummary_agent_id_774ce380 ON public.tickets_ticketsummary USING btree (agent_id);
CREATE INDEX tickets_timeentry_agent_id_d1b28bef ON public.tickets_timeentry USING btree (agent_id);
CREATE INDEX tickets_troubleshootingrecord_agent_id_689e05e8 ON public.tickets_troubleshootingrecord USING btree (agent_id);
CREATE INDEX tickets_unsentfile_draft_id_7207f8e9 ON public.tickets_unsentfile USING btree (draft_id);
CREATE INDEX tickets_unsentfile_reply_id_33fa28d1 ON public.tickets_unsentfile USING btree (reply_id);
CREATE INDEX tickets_watcher_agent_id_9ba7f0e6 ON public.tickets_watcher USING btree (agent_id);
CREATE INDEX time_of_ticket ON public.tickets_timeentry USING btree (ticket_id, id);
CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE ((type)::text = ANY (ARRAY[('totp'::character varying)::text, ('recovery_codes'::character varying)::text]));
CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";
CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;
ALTER INDEX public.tickets_donedelivery_pkey ATTACH PARTITION public.tickets_donedelivery_2026_11_pkey;
ALTER INDEX public.tickets_donedelivery_pkey ATTACH PARTITION public.tickets_donedelivery_2026_12_pkey;
ALTER INDEX public.tickets_donedelivery_pkey ATTACH PARTITION public.tickets_donedelivery_2027_01_pkey;
ALTER INDEX public.tickets_donedelivery_pkey ATTACH PARTITION public.tickets_donedelivery_2027_02_pkey;
ALTER INDEX public.tickets_donedelivery_pkey ATTACH PARTITION public.tickets_donedelivery_default_pkey;
CREATE STATISTICS public.queue_desks (dependencies) ON priority_id, department_id, assignee_id, contact_id, account_id, desk_id FROM public.tickets_queuerow;
CREATE STATISTICS public.queue_states (dependencies) ON status, is_open FROM public.tickets_queuerow;
CREATE TRIGGER account_search AFTER UPDATE OF name ON public.accounts_account FOR EACH ROW WHEN (((old.name)::text IS DISTINCT FROM (new.name)::text)) EXECUTE FUNCTION public.mark_search_of_account();
CREATE TRIGGER clock_deadline AFTER UPDATE OF warn_at, due_at, paused_at, breached_at, met_at, stopped_at ON public.sla_clock FOR EACH ROW WHEN (((old.warn_at IS DISTINCT FROM new.warn_at) OR (old.due_at IS DISTINCT FROM new.due_at) OR (old.paused_at IS DISTINCT FROM new.paused_at) OR (old.breached_at IS DISTINCT FROM new.breached_at) OR (old.met_at IS DISTINCT FROM new.met_at) OR (old.stopped_at IS DISTINCT FROM new.stopped_at))) EXECUTE FUNCTION public.keep_deadline();
CREATE TRIGGER clock_deadline_of_new AFTER INSERT ON public.sla_clock FOR EACH ROW WHEN (((new.paused_at IS NULL) AND (new.breached_at IS NULL) AND (new.met_at IS NULL) AND (new.stopped_at IS NULL))) EXECUTE FUNCTION public.keep_deadline();
CREATE TRIGGER contact_search AFTER UPDATE OF name, email ON public.accounts_contact FOR EACH ROW WHEN ((((old.name)::text IS DISTINCT FROM (new.name)::text) OR ((old.email)::text IS DISTINCT FROM (new.email)::text))) EXECUTE FUNCTION public.mark_search_of_contact();
CREATE TRIGGER defect_document_added AFTER INSERT ON public.tickets_defect FOR EACH ROW EXECUTE FUNCTION public.mark_defect_document();
CREATE TRIGGER defect_document_changed AFTER UPDATE OF title, problem, areas, steps, changes, affected_versions, public_title ON public.tickets_defect FOR EACH ROW WHEN ((((old.title)::text IS DISTINCT FROM (new.title)::text) OR (old.problem IS DISTINCT FROM new.problem) OR ((old.areas)::text IS DISTINCT FROM (new.areas)::text) OR (old.steps IS DISTINCT FROM new.steps) OR (old.changes IS DISTINCT FROM new.changes) OR ((old.affected_versions)::text IS DISTINCT FROM (new.affected_versions)::text) OR ((old.public_title)::text IS DISTINCT FROM (new.public_title)::text))) EXECUTE FUNCTION public.mark_defect_document();
CREATE TRIGGER defect_document_linked AFTER INSERT OR DELETE ON public.tickets_defectlink FOR EACH ROW EXECUTE FUNCTION public.mark_document_of_linked();
CREATE TRIGGER defect_document_of_ticket AFTER UPDATE OF subject, department_id ON public.tickets_ticket FOR EACH ROW WHEN ((new.has_defects AND (((old.subject)::text IS DISTINCT FROM (new.subject)::text) OR (old.department_id IS DISTINCT FROM new.department_id)))) EXECUTE FUNCTION public.mark_documents_of_ticket();
CREATE TRIGGER defect_line AFTER UPDATE OF product_line_id ON public.accounts_account FOR EACH ROW WHEN ((old.product_line_id IS DISTINCT FROM new.product_line_id)) EXECUTE FUNCTION public.mark_defects_to_tell();
CREATE TRIGGER defect_line AFTER UPDATE OF account_id, product_line_id ON public.tickets_ticket FOR EACH ROW WHEN ((new.has_defects AND ((old.account_id IS DISTINCT FROM new.account_id) OR (old.product_line_id IS DISTINCT FROM new.product_line_id)))) EXECUTE FUNCTION public.mark_defects_to_tell();
CREATE TRIGGER defect_rank AFTER UPDATE OF plan_id ON public.accounts_account FOR EACH ROW WHEN ((old.plan_id IS DISTINCT FROM new.plan_id)) EXECUTE FUNCTION public.mark_defects_to_rank();
CREATE TRIGGER defect_rank AFTER UPDATE OF major_impact ON public.accounts_desk FOR EACH ROW WHEN ((old.major_impact <> new.major_impact)) EXECUTE FUNCTION public.mark_open_defects_to_rank();
CREATE TRIGGER defect_rank AFTER UPDATE OF impact_weight ON public.accounts_plan FOR EACH ROW WHEN ((old.impact_weight <> new.impact_weight)) EXECUTE FUNCTION public.mark_open_defects_to_rank();
CREATE TRIGGER defect_rank AFTER INSERT OR DELETE ON public.tickets_defectlink FOR EACH ROW EXECUTE FUNCTION public.mark_defects_to_rank();
CREATE TRIGGER defect_rank AFTER UPDATE OF account_id, contact_id, priority_id, status, due_at ON public.tickets_ticket FOR EACH ROW WHEN ((new.has_defects AND ((old.account_id IS DISTINCT FROM new.account_id) OR (old.contact_id IS DISTINCT FROM new.contact_id) OR (old.priority_id IS DISTINCT FROM new.priority_id) OR ((old.status)::text IS DISTINCT FROM (new.status)::text) OR (old.due_at IS DISTINCT FROM new.due_at)))) EXECUTE FUNCTION public.mark_defects_to_rank();
CREATE TRIGGER file_search AFTER UPDATE OF name ON public.tickets_attachment FOR EACH ROW WHEN (((old.name)::text IS DISTINCT FROM (new.name)::text)) EXECUTE FUNCTION public.mark_search_of_file();
CREATE TRIGGER message_search AFTER UPDATE OF body_text ON public.tickets_message FOR EACH ROW WHEN ((old.body_text IS DISTINCT FROM new.body_text)) EXECUTE FUNCTION public.mark_search_of_text();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.accounts_agent REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.accounts_agentdepartment REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.accounts_department REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.accounts_region REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.channels_intake_chatconnection REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.channels_intake_chatrule REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.channels_intake_connection REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.routing_absence REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.routing_agentlanguage REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.routing_agentskill REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.routing_extrashift REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.routing_oncallrota REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.routing_oncallturn REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.routing_rotation REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.routing_rule REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.routing_ruleaction REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.routing_rulecondition REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.routing_ruleversion REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.routing_shift REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.routing_skill REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.routing_team REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.routing_teammember REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.sla_calendar REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.sla_ladder REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.sla_ladderstep REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.sla_leveltarget REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.sla_policy REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.sla_policycondition REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.sla_replan REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.sla_target REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.tickets_formfield REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.tickets_priority REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_delete AFTER DELETE ON public.tickets_tag REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.accounts_agent REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.accounts_agentdepartment REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.accounts_department REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.accounts_region REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.channels_intake_chatconnection REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.channels_intake_chatrule REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.channels_intake_connection REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.routing_absence REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.routing_agentlanguage REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.routing_agentskill REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.routing_extrashift REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.routing_oncallrota REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.routing_oncallturn REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.routing_rotation REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.routing_rule REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.routing_ruleaction REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.routing_rulecondition REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.routing_ruleversion REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.routing_shift REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.routing_skill REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.routing_team REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.routing_teammember REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.sla_calendar REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.sla_ladder REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.sla_ladderstep REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.sla_leveltarget REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.sla_policy REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.sla_policycondition REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.sla_replan REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.sla_target REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.tickets_formfield REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.tickets_priority REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_insert AFTER INSERT ON public.tickets_tag REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.accounts_agent REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.accounts_agentdepartment REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.accounts_department REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.accounts_region REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.channels_intake_chatconnection REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.channels_intake_chatrule REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE OF is_paused ON public.channels_intake_connection FOR EACH ROW WHEN ((old.is_paused IS DISTINCT FROM new.is_paused)) EXECUTE FUNCTION public.renew_version_of_desk();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.routing_absence REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.routing_agentlanguage REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.routing_agentskill REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.routing_extrashift REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.routing_oncallrota REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.routing_oncallturn REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.routing_rule REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.routing_ruleaction REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.routing_rulecondition REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.routing_ruleversion REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.routing_shift REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.routing_skill REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.routing_team REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.routing_teammember REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.sla_calendar REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.sla_ladder REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.sla_ladderstep REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.sla_leveltarget REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.sla_policy REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.sla_policycondition REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE OF scope ON public.sla_replan FOR EACH ROW WHEN (((old.scope)::text IS DISTINCT FROM (new.scope)::text)) EXECUTE FUNCTION public.renew_version_of_desk();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.sla_target REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.tickets_formfield REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.tickets_priority REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER new_version_on_update AFTER UPDATE ON public.tickets_tag REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.renew_version_of_desks();
CREATE TRIGGER note_search AFTER UPDATE OF body_text ON public.tickets_note FOR EACH ROW WHEN ((old.body_text IS DISTINCT FROM new.body_text)) EXECUTE FUNCTION public.mark_search_of_text();
CREATE TRIGGER record_search AFTER INSERT OR UPDATE ON public.tickets_troubleshootingrecord FOR EACH ROW EXECUTE FUNCTION public.mark_search_of_text();
CREATE TRIGGER renew_version BEFORE UPDATE ON public.accounts_desk FOR EACH ROW EXECUTE FUNCTION public.renew_desk_version();
CREATE TRIGGER summary_search AFTER INSERT OR UPDATE ON public.tickets_ticketsummary FOR EACH ROW EXECUTE FUNCTION public.mark_search_of_text();
CREATE TRIGGER ticket_field_values AFTER INSERT ON public.tickets_ticket FOR EACH ROW WHEN ((new.fields <> '{}'::jsonb)) EXECUTE FUNCTION public.write_field_values();
CREATE TRIGGER ticket_field_values_changed AFTER UPDATE OF fields ON public.tickets_ticket FOR EACH ROW WHEN ((old.fields IS DISTINCT FROM new.fields)) EXECUTE FUNCTION public.write_field_values();
CREATE TRIGGER ticket_queue_row AFTER UPDATE OF desk_id, number, subject, channel, status, is_unverified, level, priority_id, department_id, assignee_id, owner_id, product_id, contact_id, account_id, created_at, updated_at, due_at, due_kind, first_responded_at, unanswered_since, hold_until, waiting_since, remind_at, close_at, reopen_until, closed_at, close_reason, fields, uncovered ON public.tickets_ticket FOR EACH ROW WHEN (((old.desk_id IS DISTINCT FROM new.desk_id) OR (old.number IS DISTINCT FROM new.number) OR ((old.subject)::text IS DISTINCT FROM (new.subject)::text) OR ((old.channel)::text IS DISTINCT FROM (new.channel)::text) OR ((old.status)::text IS DISTINCT FROM (new.status)::text) OR (old.is_unverified IS DISTINCT FROM new.is_unverified) OR ((old.level)::text IS DISTINCT FROM (new.level)::text) OR (old.priority_id IS DISTINCT FROM new.priority_id) OR (old.department_id IS DISTINCT FROM new.department_id) OR (old.assignee_id IS DISTINCT FROM new.assignee_id) OR (old.owner_id IS DISTINCT FROM new.owner_id) OR (old.product_id IS DISTINCT FROM new.product_id) OR (old.contact_id IS DISTINCT FROM new.contact_id) OR (old.account_id IS DISTINCT FROM new.account_id) OR (old.created_at IS DISTINCT FROM new.created_at) OR (old.updated_at IS DISTINCT FROM new.updated_at) OR (old.due_at IS DISTINCT FROM new.due_at) OR ((old.due_kind)::text IS DISTINCT FROM (new.due_kind)::text) OR (old.first_responded_at IS DISTINCT FROM new.first_responded_at) OR (old.unanswered_since IS DISTINCT FROM new.unanswered_since) OR (old.hold_until IS DISTINCT FROM new.hold_until) OR (old.waiting_since IS DISTINCT FROM new.waiting_since) OR (old.remind_at IS DISTINCT FROM new.remind_at) OR (old.close_at IS DISTINCT FROM new.close_at) OR (old.reopen_until IS DISTINCT FROM new.reopen_until) OR (old.closed_at IS DISTINCT FROM new.closed_at) OR ((old.close_reason)::text IS DISTINCT FROM (new.close_reason)::text) OR (((old.fields <> '{}'::jsonb) OR (old.uncovered <> '{}'::jsonb)) IS DISTINCT FROM ((new.fields <> '{}'::jsonb) OR (new.uncovered <> '{}'::jsonb))))) EXECUTE FUNCTION public.keep_queue_row();
CREATE TRIGGER ticket_queue_row_of_new AFTER INSERT ON public.tickets_ticket FOR EACH ROW EXECUTE FUNCTION public.keep_queue_row();
CREATE TRIGGER ticket_search AFTER UPDATE OF subject, contact_id, account_id, fields ON public.tickets_ticket FOR EACH ROW WHEN ((((old.subject)::text IS DISTINCT FROM (new.subject)::text) OR (old.contact_id IS DISTINCT FROM new.contact_id) OR (old.account_id IS DISTINCT FROM new.account_id) OR (old.fields IS DISTINCT FROM new.fields))) EXECUTE FUNCTION public.mark_search_of_ticket();
CREATE TRIGGER unsent_mail AFTER UPDATE OF state, next_try_at ON public.channels_intake_outgoingemail FOR EACH ROW WHEN ((((old.state)::text IS DISTINCT FROM (new.state)::text) OR (old.next_try_at IS DISTINCT FROM new.next_try_at))) EXECUTE FUNCTION public.keep_unsent_mail();
CREATE TRIGGER unsent_mail_of_new AFTER INSERT ON public.channels_intake_outgoingemail FOR EACH ROW WHEN (((new.state)::text = 'queued'::text)) EXECUTE FUNCTION public.keep_unsent_mail();
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_account_manager_id_same_desk FOREIGN KEY (desk_id, account_manager_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_desk_id_a40a1cd8_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_home_region_id_same_desk FOREIGN KEY (desk_id, home_region_id) REFERENCES public.accounts_region(desk_id, id);
ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_named_engineer_id_same_desk FOREIGN KEY (desk_id, named_engineer_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_plan_id_same_desk FOREIGN KEY (desk_id, plan_id) REFERENCES public.accounts_plan(desk_id, id);
ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_product_line_id_same_desk FOREIGN KEY (desk_id, product_line_id) REFERENCES public.accounts_productline(desk_id, id);
ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_success_manager_id_same_desk FOREIGN KEY (desk_id, success_manager_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.accounts_accountdomain
    ADD CONSTRAINT accounts_accountdomain_account_id_same_desk FOREIGN KEY (desk_id, account_id) REFERENCES public.accounts_account(desk_id, id);
ALTER TABLE ONLY public.accounts_accountnote
    ADD CONSTRAINT accounts_accountnote_account_id_same_desk FOREIGN KEY (desk_id, account_id) REFERENCES public.accounts_account(desk_id, id);
ALTER TABLE ONLY public.accounts_accountnote
    ADD CONSTRAINT accounts_accountnote_edited_by_id_same_desk FOREIGN KEY (desk_id, edited_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.accounts_accountproduct
    ADD CONSTRAINT accounts_accountproduct_account_id_same_desk FOREIGN KEY (desk_id, account_id) REFERENCES public.accounts_account(desk_id, id);
ALTER TABLE ONLY public.accounts_accountproduct
    ADD CONSTRAINT accounts_accountproduct_product_id_same_desk FOREIGN KEY (desk_id, product_id) REFERENCES public.accounts_product(desk_id, id);
ALTER TABLE ONLY public.accounts_agent
    ADD CONSTRAINT accounts_agent_desk_id_c09c9c04_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_agent
    ADD CONSTRAINT accounts_agent_region_id_same_desk FOREIGN KEY (desk_id, region_id) REFERENCES public.accounts_region(desk_id, id);
ALTER TABLE ONLY public.accounts_agent
    ADD CONSTRAINT accounts_agent_user_id_7e4836bf_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_agentdepartment
    ADD CONSTRAINT accounts_agentdepartment_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.accounts_agentdepartment
    ADD CONSTRAINT accounts_agentdepartment_department_id_same_desk FOREIGN KEY (desk_id, department_id) REFERENCES public.accounts_department(desk_id, id);
ALTER TABLE ONLY public.accounts_auditentry
    ADD CONSTRAINT accounts_auditentry_desk_id_cf7aae78_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_auditentry
    ADD CONSTRAINT accounts_auditentry_user_id_7b0077aa_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_contact
    ADD CONSTRAINT accounts_contact_account_id_same_desk FOREIGN KEY (desk_id, account_id) REFERENCES public.accounts_account(desk_id, id);
ALTER TABLE ONLY public.accounts_contact
    ADD CONSTRAINT accounts_contact_desk_id_562dc39c_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_contact
    ADD CONSTRAINT accounts_contact_user_id_e56c2696_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_contacthandle
    ADD CONSTRAINT accounts_contacthandle_contact_id_same_desk FOREIGN KEY (desk_id, contact_id) REFERENCES public.accounts_contact(desk_id, id);
ALTER TABLE ONLY public.accounts_contacthandle
    ADD CONSTRAINT accounts_contacthandle_proven_by_id_same_desk FOREIGN KEY (desk_id, proven_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.accounts_crmconnection
    ADD CONSTRAINT accounts_crmconnection_desk_id_3e970539_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_crmlink
    ADD CONSTRAINT accounts_crmlink_account_id_same_desk FOREIGN KEY (desk_id, account_id) REFERENCES public.accounts_account(desk_id, id);
ALTER TABLE ONLY public.accounts_crmlink
    ADD CONSTRAINT accounts_crmlink_connection_id_same_desk FOREIGN KEY (desk_id, connection_id) REFERENCES public.accounts_crmconnection(desk_id, id);
ALTER TABLE ONLY public.accounts_crmlink
    ADD CONSTRAINT accounts_crmlink_contact_id_same_desk FOREIGN KEY (desk_id, contact_id) REFERENCES public.accounts_contact(desk_id, id);
ALTER TABLE ONLY public.accounts_crmmark
    ADD CONSTRAINT accounts_crmmark_connection_id_same_desk FOREIGN KEY (desk_id, connection_id) REFERENCES public.accounts_crmconnection(desk_id, id);
ALTER TABLE ONLY public.accounts_crmpull
    ADD CONSTRAINT accounts_crmpull_connection_id_same_desk FOREIGN KEY (desk_id, connection_id) REFERENCES public.accounts_crmconnection(desk_id, id);
ALTER TABLE ONLY public.accounts_crmsetaside
    ADD CONSTRAINT accounts_crmsetaside_connection_id_same_desk FOREIGN KEY (desk_id, connection_id) REFERENCES public.accounts_crmconnection(desk_id, id);
ALTER TABLE ONLY public.accounts_crmsetaside
    ADD CONSTRAINT accounts_crmsetaside_pull_id_same_desk FOREIGN KEY (desk_id, pull_id) REFERENCES public.accounts_crmpull(desk_id, id);
ALTER TABLE ONLY public.accounts_customercard
    ADD CONSTRAINT accounts_customercard_desk_id_c4963d9f_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_department
    ADD CONSTRAINT accounts_department_desk_id_ed324370_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_grouprole
    ADD CONSTRAINT accounts_grouprole_provider_id_same_desk FOREIGN KEY (desk_id, provider_id) REFERENCES public.accounts_identityprovider(desk_id, id);
ALTER TABLE ONLY public.accounts_identity
    ADD CONSTRAINT accounts_identity_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.accounts_identity
    ADD CONSTRAINT accounts_identity_provider_id_same_desk FOREIGN KEY (desk_id, provider_id) REFERENCES public.accounts_identityprovider(desk_id, id);
ALTER TABLE ONLY public.accounts_identityprovider
    ADD CONSTRAINT accounts_identityprovider_desk_id_8fa34501_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_invitation
    ADD CONSTRAINT accounts_invitation_account_id_same_desk FOREIGN KEY (desk_id, account_id) REFERENCES public.accounts_account(desk_id, id);
ALTER TABLE ONLY public.accounts_invitation
    ADD CONSTRAINT accounts_invitation_desk_id_f0ee6aaf_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_invitation
    ADD CONSTRAINT accounts_invitation_invited_by_id_94a21efc_fk_accounts_user_id FOREIGN KEY (invited_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_plan
    ADD CONSTRAINT accounts_plan_desk_id_873b5294_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_planproduct
    ADD CONSTRAINT accounts_planproduct_plan_id_same_desk FOREIGN KEY (desk_id, plan_id) REFERENCES public.accounts_plan(desk_id, id);
ALTER TABLE ONLY public.accounts_planproduct
    ADD CONSTRAINT accounts_planproduct_product_id_same_desk FOREIGN KEY (desk_id, product_id) REFERENCES public.accounts_product(desk_id, id);
ALTER TABLE ONLY public.accounts_product
    ADD CONSTRAINT accounts_product_desk_id_c60f0b70_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_productline
    ADD CONSTRAINT accounts_productline_product_id_same_desk FOREIGN KEY (desk_id, product_id) REFERENCES public.accounts_product(desk_id, id);
ALTER TABLE ONLY public.accounts_region
    ADD CONSTRAINT accounts_region_desk_id_27d95264_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_group_id_bd11a704_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_user_id_52b62117_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_p_permission_id_113bb443_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_p_user_id_e4f0a161_fk_accounts_ FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_intake_blockedsender
    ADD CONSTRAINT channels_intake_bloc_desk_id_d062b46c_fk_accounts_ FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_intake_blockedsender
    ADD CONSTRAINT channels_intake_blockedsender_blocked_by_id_same_desk FOREIGN KEY (desk_id, blocked_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.channels_intake_channelevent
    ADD CONSTRAINT channels_intake_channelevent_connection_id_same_desk FOREIGN KEY (desk_id, connection_id) REFERENCES public.channels_intake_connection(desk_id, id);
ALTER TABLE ONLY public.channels_intake_channelmessage
    ADD CONSTRAINT channels_intake_channelmessage_connection_id_same_desk FOREIGN KEY (desk_id, connection_id) REFERENCES public.channels_intake_connection(desk_id, id);
ALTER TABLE ONLY public.channels_intake_channelmessage
    ADD CONSTRAINT channels_intake_channelmessage_conversation_id_same_desk FOREIGN KEY (desk_id, conversation_id) REFERENCES public.channels_intake_conversation(desk_id, id);
ALTER TABLE ONLY public.channels_intake_channelmessage
    ADD CONSTRAINT channels_intake_channelmessage_message_id_same_desk FOREIGN KEY (desk_id, message_id) REFERENCES public.tickets_message(desk_id, id);
ALTER TABLE ONLY public.channels_intake_chatconnection
    ADD CONSTRAINT channels_intake_chat_desk_id_3deef8be_fk_accounts_ FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_intake_chatperson
    ADD CONSTRAINT channels_intake_chatperson_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.channels_intake_chatrule
    ADD CONSTRAINT channels_intake_chatrule_connection_id_same_desk FOREIGN KEY (desk_id, connection_id) REFERENCES public.channels_intake_chatconnection(desk_id, id);
ALTER TABLE ONLY public.channels_intake_chatrule
    ADD CONSTRAINT channels_intake_chatrule_department_id_same_desk FOREIGN KEY (desk_id, department_id) REFERENCES public.accounts_department(desk_id, id);
ALTER TABLE ONLY public.channels_intake_chatrule
    ADD CONSTRAINT channels_intake_chatrule_plan_id_same_desk FOREIGN KEY (desk_id, plan_id) REFERENCES public.accounts_plan(desk_id, id);
ALTER TABLE ONLY public.channels_intake_chatstandup
    ADD CONSTRAINT channels_intake_chatstandup_connection_id_same_desk FOREIGN KEY (desk_id, connection_id) REFERENCES public.channels_intake_chatconnection(desk_id, id);
ALTER TABLE ONLY public.channels_intake_chatstandup
    ADD CONSTRAINT channels_intake_chatstandup_department_id_same_desk FOREIGN KEY (desk_id, department_id) REFERENCES public.accounts_department(desk_id, id);
ALTER TABLE ONLY public.channels_intake_chatstandup
    ADD CONSTRAINT channels_intake_chatstandup_region_id_same_desk FOREIGN KEY (desk_id, region_id) REFERENCES public.accounts_region(desk_id, id);
ALTER TABLE ONLY public.channels_intake_chatthread
    ADD CONSTRAINT channels_intake_chatthread_connection_id_same_desk FOREIGN KEY (desk_id, connection_id) REFERENCES public.channels_intake_chatconnection(desk_id, id);
ALTER TABLE ONLY public.channels_intake_chatthread
    ADD CONSTRAINT channels_intake_chatthread_defect_id_same_desk FOREIGN KEY (desk_id, defect_id) REFERENCES public.tickets_defect(desk_id, id);
ALTER TABLE ONLY public.channels_intake_chatthread
    ADD CONSTRAINT channels_intake_chatthread_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.channels_intake_codeevent
    ADD CONSTRAINT channels_intake_codeevent_host_id_same_desk FOREIGN KEY (desk_id, host_id) REFERENCES public.channels_intake_codehost(desk_id, id);
ALTER TABLE ONLY public.channels_intake_codehost
    ADD CONSTRAINT channels_intake_codehost_desk_id_d588b6bf_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_intake_codelink
    ADD CONSTRAINT channels_intake_codelink_created_by_id_same_desk FOREIGN KEY (desk_id, created_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.channels_intake_codelink
    ADD CONSTRAINT channels_intake_codelink_defect_id_same_desk FOREIGN KEY (desk_id, defect_id) REFERENCES public.tickets_defect(desk_id, id);
ALTER TABLE ONLY public.channels_intake_codelink
    ADD CONSTRAINT channels_intake_codelink_host_id_same_desk FOREIGN KEY (desk_id, host_id) REFERENCES public.channels_intake_codehost(desk_id, id);
ALTER TABLE ONLY public.channels_intake_coderelease
    ADD CONSTRAINT channels_intake_coderelease_host_id_same_desk FOREIGN KEY (desk_id, host_id) REFERENCES public.channels_intake_codehost(desk_id, id);
ALTER TABLE ONLY public.channels_intake_connection
    ADD CONSTRAINT channels_intake_connection_desk_id_8a94b5db_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_intake_conversation
    ADD CONSTRAINT channels_intake_conversation_connection_id_same_desk FOREIGN KEY (desk_id, connection_id) REFERENCES public.channels_intake_connection(desk_id, id);
ALTER TABLE ONLY public.channels_intake_conversation
    ADD CONSTRAINT channels_intake_conversation_handle_id_same_desk FOREIGN KEY (desk_id, handle_id) REFERENCES public.accounts_contacthandle(desk_id, id);
ALTER TABLE ONLY public.channels_intake_conversation
    ADD CONSTRAINT channels_intake_conversation_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.channels_intake_inboundmessage
    ADD CONSTRAINT channels_intake_inbo_desk_id_aef01805_fk_accounts_ FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_intake_inboundmessage
    ADD CONSTRAINT channels_intake_inboundmessage_mailbox_id_same_desk FOREIGN KEY (desk_id, mailbox_id) REFERENCES public.channels_intake_mailbox(desk_id, id);
ALTER TABLE ONLY public.channels_intake_inboundmessage
    ADD CONSTRAINT channels_intake_inboundmessage_message_id_same_desk FOREIGN KEY (desk_id, message_id) REFERENCES public.tickets_message(desk_id, id);
ALTER TABLE ONLY public.channels_intake_inboundmessage
    ADD CONSTRAINT channels_intake_inboundmessage_side_message_id_same_desk FOREIGN KEY (desk_id, side_message_id) REFERENCES public.tickets_sidemessage(desk_id, id);
ALTER TABLE ONLY public.channels_intake_inboundmessage
    ADD CONSTRAINT channels_intake_inboundmessage_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.channels_intake_mailbox
    ADD CONSTRAINT channels_intake_mailbox_desk_id_9ed1f44d_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_intake_outgoingcall
    ADD CONSTRAINT channels_intake_outg_desk_id_390c0cd1_fk_accounts_ FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_intake_outgoingcall
    ADD CONSTRAINT channels_intake_outgoingcall_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.channels_intake_outgoingemail
    ADD CONSTRAINT channels_intake_outgoingemail_contact_id_same_desk FOREIGN KEY (desk_id, contact_id) REFERENCES public.accounts_contact(desk_id, id);
ALTER TABLE ONLY public.channels_intake_outgoingemail
    ADD CONSTRAINT channels_intake_outgoingemail_event_id_same_desk FOREIGN KEY (desk_id, event_id) REFERENCES public.tickets_ticketevent(desk_id, id);
ALTER TABLE ONLY public.channels_intake_outgoingemail
    ADD CONSTRAINT channels_intake_outgoingemail_message_id_same_desk FOREIGN KEY (desk_id, message_id) REFERENCES public.tickets_message(desk_id, id);
ALTER TABLE ONLY public.channels_intake_outgoingemail
    ADD CONSTRAINT channels_intake_outgoingemail_side_message_id_same_desk FOREIGN KEY (desk_id, side_message_id) REFERENCES public.tickets_sidemessage(desk_id, id);
ALTER TABLE ONLY public.channels_intake_outgoingemail
    ADD CONSTRAINT channels_intake_outgoingemail_third_party_id_same_desk FOREIGN KEY (desk_id, third_party_id) REFERENCES public.tickets_sideparticipant(desk_id, id);
ALTER TABLE ONLY public.channels_intake_outgoingemail
    ADD CONSTRAINT channels_intake_outgoingemail_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.channels_intake_pageevent
    ADD CONSTRAINT channels_intake_pageevent_service_id_same_desk FOREIGN KEY (desk_id, service_id) REFERENCES public.channels_intake_pagingservice(desk_id, id);
ALTER TABLE ONLY public.channels_intake_pagingservice
    ADD CONSTRAINT channels_intake_pagi_desk_id_fa986251_fk_accounts_ FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_intake_pagingservice
    ADD CONSTRAINT channels_intake_pagingservice_department_id_same_desk FOREIGN KEY (desk_id, department_id) REFERENCES public.accounts_department(desk_id, id);
ALTER TABLE ONLY public.channels_intake_replytoken
    ADD CONSTRAINT channels_intake_replytoken_contact_id_same_desk FOREIGN KEY (desk_id, contact_id) REFERENCES public.accounts_contact(desk_id, id);
ALTER TABLE ONLY public.channels_intake_replytoken
    ADD CONSTRAINT channels_intake_replytoken_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.channels_intake_sidereplytoken
    ADD CONSTRAINT channels_intake_sidereplytoken_participant_id_same_desk FOREIGN KEY (desk_id, participant_id) REFERENCES public.tickets_sideparticipant(desk_id, id);
ALTER TABLE ONLY public.channels_intake_stagerule
    ADD CONSTRAINT channels_intake_stagerule_host_id_same_desk FOREIGN KEY (desk_id, host_id) REFERENCES public.channels_intake_codehost(desk_id, id);
ALTER TABLE ONLY public.channels_intake_stagerule
    ADD CONSTRAINT channels_intake_stagerule_line_id_same_desk FOREIGN KEY (desk_id, line_id) REFERENCES public.accounts_productline(desk_id, id);
ALTER TABLE ONLY public.channels_intake_unsentmail
    ADD CONSTRAINT channels_intake_unsentmail_mail_id_same_desk FOREIGN KEY (desk_id, mail_id) REFERENCES public.channels_intake_outgoingemail(desk_id, id);
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_absence
    ADD CONSTRAINT routing_absence_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_absence
    ADD CONSTRAINT routing_absence_created_by_id_same_desk FOREIGN KEY (desk_id, created_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_agentlanguage
    ADD CONSTRAINT routing_agentlanguage_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_agentskill
    ADD CONSTRAINT routing_agentskill_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_agentskill
    ADD CONSTRAINT routing_agentskill_skill_id_same_desk FOREIGN KEY (desk_id, skill_id) REFERENCES public.routing_skill(desk_id, id);
ALTER TABLE ONLY public.routing_dryrun
    ADD CONSTRAINT routing_dryrun_version_id_same_desk FOREIGN KEY (desk_id, version_id) REFERENCES public.routing_ruleversion(desk_id, id);
ALTER TABLE ONLY public.routing_dryrunrow
    ADD CONSTRAINT routing_dryrunrow_dry_run_id_same_desk FOREIGN KEY (desk_id, dry_run_id) REFERENCES public.routing_dryrun(desk_id, id);
ALTER TABLE ONLY public.routing_dryrunrow
    ADD CONSTRAINT routing_dryrunrow_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.routing_extrashift
    ADD CONSTRAINT routing_extrashift_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_extrashift
    ADD CONSTRAINT routing_extrashift_created_by_id_same_desk FOREIGN KEY (desk_id, created_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_handover
    ADD CONSTRAINT routing_handover_receiver_id_same_desk FOREIGN KEY (desk_id, receiver_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_handover
    ADD CONSTRAINT routing_handover_sender_id_same_desk FOREIGN KEY (desk_id, sender_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_handover
    ADD CONSTRAINT routing_handover_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.routing_offer
    ADD CONSTRAINT routing_offer_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_offer
    ADD CONSTRAINT routing_offer_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.routing_oncallmember
    ADD CONSTRAINT routing_oncallmember_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_oncallmember
    ADD CONSTRAINT routing_oncallmember_rota_id_same_desk FOREIGN KEY (desk_id, rota_id) REFERENCES public.routing_oncallrota(desk_id, id);
ALTER TABLE ONLY public.routing_oncallrota
    ADD CONSTRAINT routing_oncallrota_desk_id_bebebf32_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_oncallrota
    ADD CONSTRAINT routing_oncallrota_region_id_same_desk FOREIGN KEY (desk_id, region_id) REFERENCES public.accounts_region(desk_id, id);
ALTER TABLE ONLY public.routing_oncallswap
    ADD CONSTRAINT routing_oncallswap_in_return_id_same_desk FOREIGN KEY (desk_id, in_return_id) REFERENCES public.routing_oncallturn(desk_id, id);
ALTER TABLE ONLY public.routing_oncallswap
    ADD CONSTRAINT routing_oncallswap_offered_by_id_same_desk FOREIGN KEY (desk_id, offered_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_oncallswap
    ADD CONSTRAINT routing_oncallswap_offered_to_id_same_desk FOREIGN KEY (desk_id, offered_to_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_oncallswap
    ADD CONSTRAINT routing_oncallswap_turn_id_same_desk FOREIGN KEY (desk_id, turn_id) REFERENCES public.routing_oncallturn(desk_id, id);
ALTER TABLE ONLY public.routing_oncallturn
    ADD CONSTRAINT routing_oncallturn_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_oncallturn
    ADD CONSTRAINT routing_oncallturn_planned_agent_id_same_desk FOREIGN KEY (desk_id, planned_agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_oncallturn
    ADD CONSTRAINT routing_oncallturn_rota_id_same_desk FOREIGN KEY (desk_id, rota_id) REFERENCES public.routing_oncallrota(desk_id, id);
ALTER TABLE ONLY public.routing_presence
    ADD CONSTRAINT routing_presence_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_rotation
    ADD CONSTRAINT routing_rotation_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_rule
    ADD CONSTRAINT routing_rule_desk_id_6821167c_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_ruleaction
    ADD CONSTRAINT routing_ruleaction_department_id_same_desk FOREIGN KEY (desk_id, department_id) REFERENCES public.accounts_department(desk_id, id);
ALTER TABLE ONLY public.routing_ruleaction
    ADD CONSTRAINT routing_ruleaction_priority_id_same_desk FOREIGN KEY (desk_id, priority_id) REFERENCES public.tickets_priority(desk_id, id);
ALTER TABLE ONLY public.routing_ruleaction
    ADD CONSTRAINT routing_ruleaction_rule_id_same_desk FOREIGN KEY (desk_id, rule_id) REFERENCES public.routing_rule(desk_id, id);
ALTER TABLE ONLY public.routing_ruleaction
    ADD CONSTRAINT routing_ruleaction_skill_id_same_desk FOREIGN KEY (desk_id, skill_id) REFERENCES public.routing_skill(desk_id, id);
ALTER TABLE ONLY public.routing_ruleaction
    ADD CONSTRAINT routing_ruleaction_tag_id_same_desk FOREIGN KEY (desk_id, tag_id) REFERENCES public.tickets_tag(desk_id, id);
ALTER TABLE ONLY public.routing_rulecondition
    ADD CONSTRAINT routing_rulecondition_form_field_id_same_desk FOREIGN KEY (desk_id, form_field_id) REFERENCES public.tickets_formfield(desk_id, id);
ALTER TABLE ONLY public.routing_rulecondition
    ADD CONSTRAINT routing_rulecondition_plan_id_same_desk FOREIGN KEY (desk_id, plan_id) REFERENCES public.accounts_plan(desk_id, id);
ALTER TABLE ONLY public.routing_rulecondition
    ADD CONSTRAINT routing_rulecondition_product_id_same_desk FOREIGN KEY (desk_id, product_id) REFERENCES public.accounts_product(desk_id, id);
ALTER TABLE ONLY public.routing_rulecondition
    ADD CONSTRAINT routing_rulecondition_rule_id_same_desk FOREIGN KEY (desk_id, rule_id) REFERENCES public.routing_rule(desk_id, id);
ALTER TABLE ONLY public.routing_ruletrace
    ADD CONSTRAINT routing_ruletrace_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.routing_ruletrace
    ADD CONSTRAINT routing_ruletrace_version_id_same_desk FOREIGN KEY (desk_id, version_id) REFERENCES public.routing_ruleversion(desk_id, id);
ALTER TABLE ONLY public.routing_ruleversion
    ADD CONSTRAINT routing_ruleversion_desk_id_6b6e9ee6_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_shift
    ADD CONSTRAINT routing_shift_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_shift
    ADD CONSTRAINT routing_shift_desk_id_fk FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_shift
    ADD CONSTRAINT routing_shift_team_id_same_desk FOREIGN KEY (desk_id, team_id) REFERENCES public.routing_team(desk_id, id);
ALTER TABLE ONLY public.routing_skill
    ADD CONSTRAINT routing_skill_desk_id_e65673e7_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_team
    ADD CONSTRAINT routing_team_desk_id_33d6ccf2_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_team
    ADD CONSTRAINT routing_team_region_id_same_desk FOREIGN KEY (desk_id, region_id) REFERENCES public.accounts_region(desk_id, id);
ALTER TABLE ONLY public.routing_teammember
    ADD CONSTRAINT routing_teammember_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.routing_teammember
    ADD CONSTRAINT routing_teammember_team_id_same_desk FOREIGN KEY (desk_id, team_id) REFERENCES public.routing_team(desk_id, id);
ALTER TABLE ONLY public.sla_calendar
    ADD CONSTRAINT sla_calendar_desk_id_696dbfc6_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sla_calendarbreak
    ADD CONSTRAINT sla_calendarbreak_calendar_id_same_desk FOREIGN KEY (desk_id, calendar_id) REFERENCES public.sla_calendar(desk_id, id);
ALTER TABLE ONLY public.sla_calendarexception
    ADD CONSTRAINT sla_calendarexception_calendar_id_same_desk FOREIGN KEY (desk_id, calendar_id) REFERENCES public.sla_calendar(desk_id, id);
ALTER TABLE ONLY public.sla_calendarversion
    ADD CONSTRAINT sla_calendarversion_calendar_id_same_desk FOREIGN KEY (desk_id, calendar_id) REFERENCES public.sla_calendar(desk_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sla_calendarwindow
    ADD CONSTRAINT sla_calendarwindow_calendar_id_same_desk FOREIGN KEY (desk_id, calendar_id) REFERENCES public.sla_calendar(desk_id, id);
ALTER TABLE ONLY public.sla_clock
    ADD CONSTRAINT sla_clock_calendar_id_same_desk FOREIGN KEY (desk_id, calendar_id) REFERENCES public.sla_calendar(desk_id, id);
ALTER TABLE ONLY public.sla_clock
    ADD CONSTRAINT sla_clock_target_id_same_desk FOREIGN KEY (desk_id, target_id) REFERENCES public.sla_target(desk_id, id);
ALTER TABLE ONLY public.sla_clock
    ADD CONSTRAINT sla_clock_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.sla_clockentry
    ADD CONSTRAINT sla_clockentry_clock_id_same_desk FOREIGN KEY (desk_id, clock_id) REFERENCES public.sla_clock(desk_id, id);
ALTER TABLE ONLY public.sla_deadline
    ADD CONSTRAINT sla_deadline_clock_id_same_desk FOREIGN KEY (desk_id, clock_id) REFERENCES public.sla_clock(desk_id, id);
ALTER TABLE ONLY public.sla_holiday
    ADD CONSTRAINT sla_holiday_calendar_id_same_desk FOREIGN KEY (desk_id, calendar_id) REFERENCES public.sla_calendar(desk_id, id);
ALTER TABLE ONLY public.sla_holiday
    ADD CONSTRAINT sla_holiday_source_id_same_desk FOREIGN KEY (desk_id, source_id) REFERENCES public.sla_holidaysource(desk_id, id);
ALTER TABLE ONLY public.sla_holidaysource
    ADD CONSTRAINT sla_holidaysource_calendar_id_same_desk FOREIGN KEY (desk_id, calendar_id) REFERENCES public.sla_calendar(desk_id, id);
ALTER TABLE ONLY public.sla_ladder
    ADD CONSTRAINT sla_ladder_desk_id_12a80886_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sla_ladder
    ADD CONSTRAINT sla_ladder_plan_id_same_desk FOREIGN KEY (desk_id, plan_id) REFERENCES public.accounts_plan(desk_id, id);
ALTER TABLE ONLY public.sla_ladder
    ADD CONSTRAINT sla_ladder_policy_id_same_desk FOREIGN KEY (desk_id, policy_id) REFERENCES public.sla_policy(desk_id, id);
ALTER TABLE ONLY public.sla_ladder
    ADD CONSTRAINT sla_ladder_priority_id_same_desk FOREIGN KEY (desk_id, priority_id) REFERENCES public.tickets_priority(desk_id, id);
ALTER TABLE ONLY public.sla_ladderrun
    ADD CONSTRAINT sla_ladderrun_acknowledged_by_id_same_desk FOREIGN KEY (desk_id, acknowledged_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.sla_ladderrun
    ADD CONSTRAINT sla_ladderrun_ladder_id_same_desk FOREIGN KEY (desk_id, ladder_id) REFERENCES public.sla_ladder(desk_id, id);
ALTER TABLE ONLY public.sla_ladderrun
    ADD CONSTRAINT sla_ladderrun_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.sla_ladderstep
    ADD CONSTRAINT sla_ladderstep_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.sla_ladderstep
    ADD CONSTRAINT sla_ladderstep_ladder_id_same_desk FOREIGN KEY (desk_id, ladder_id) REFERENCES public.sla_ladder(desk_id, id);
ALTER TABLE ONLY public.sla_leveltarget
    ADD CONSTRAINT sla_leveltarget_calendar_id_same_desk FOREIGN KEY (desk_id, calendar_id) REFERENCES public.sla_calendar(desk_id, id);
ALTER TABLE ONLY public.sla_policy
    ADD CONSTRAINT sla_policy_desk_id_1855a769_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sla_policycondition
    ADD CONSTRAINT sla_policycondition_department_id_same_desk FOREIGN KEY (desk_id, department_id) REFERENCES public.accounts_department(desk_id, id);
ALTER TABLE ONLY public.sla_policycondition
    ADD CONSTRAINT sla_policycondition_plan_id_same_desk FOREIGN KEY (desk_id, plan_id) REFERENCES public.accounts_plan(desk_id, id);
ALTER TABLE ONLY public.sla_policycondition
    ADD CONSTRAINT sla_policycondition_policy_id_same_desk FOREIGN KEY (desk_id, policy_id) REFERENCES public.sla_policy(desk_id, id);
ALTER TABLE ONLY public.sla_policycondition
    ADD CONSTRAINT sla_policycondition_priority_id_same_desk FOREIGN KEY (desk_id, priority_id) REFERENCES public.tickets_priority(desk_id, id);
ALTER TABLE ONLY public.sla_policycondition
    ADD CONSTRAINT sla_policycondition_product_id_same_desk FOREIGN KEY (desk_id, product_id) REFERENCES public.accounts_product(desk_id, id);
ALTER TABLE ONLY public.sla_policycondition
    ADD CONSTRAINT sla_policycondition_tag_id_same_desk FOREIGN KEY (desk_id, tag_id) REFERENCES public.tickets_tag(desk_id, id);
ALTER TABLE ONLY public.sla_policyversion
    ADD CONSTRAINT sla_policyversion_by_id_same_desk FOREIGN KEY (desk_id, by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.sla_policyversion
    ADD CONSTRAINT sla_policyversion_desk_id_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sla_policyversion
    ADD CONSTRAINT sla_policyversion_policy_id_same_desk FOREIGN KEY (desk_id, policy_id) REFERENCES public.sla_policy(desk_id, id);
ALTER TABLE ONLY public.sla_replan
    ADD CONSTRAINT sla_replan_desk_id_3f410bfc_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sla_target
    ADD CONSTRAINT sla_target_calendar_id_same_desk FOREIGN KEY (desk_id, calendar_id) REFERENCES public.sla_calendar(desk_id, id);
ALTER TABLE ONLY public.sla_target
    ADD CONSTRAINT sla_target_desk_id_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sla_target
    ADD CONSTRAINT sla_target_plan_id_same_desk FOREIGN KEY (desk_id, plan_id) REFERENCES public.accounts_plan(desk_id, id);
ALTER TABLE ONLY public.sla_target
    ADD CONSTRAINT sla_target_policy_id_same_desk FOREIGN KEY (desk_id, policy_id) REFERENCES public.sla_policy(desk_id, id);
ALTER TABLE ONLY public.sla_target
    ADD CONSTRAINT sla_target_priority_id_same_desk FOREIGN KEY (desk_id, priority_id) REFERENCES public.tickets_priority(desk_id, id);
ALTER TABLE ONLY public.tickets_accountescalation
    ADD CONSTRAINT tickets_accountescalation_account_id_same_desk FOREIGN KEY (desk_id, account_id) REFERENCES public.accounts_account(desk_id, id);
ALTER TABLE ONLY public.tickets_accountescalation
    ADD CONSTRAINT tickets_accountescalation_ended_by_id_same_desk FOREIGN KEY (desk_id, ended_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_accountescalation
    ADD CONSTRAINT tickets_accountescalation_lead_id_same_desk FOREIGN KEY (desk_id, lead_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_accountescalation
    ADD CONSTRAINT tickets_accountescalation_started_by_id_same_desk FOREIGN KEY (desk_id, started_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_attachment
    ADD CONSTRAINT tickets_attachment_desk_id_1697aa95_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_attachment
    ADD CONSTRAINT tickets_attachment_message_id_same_desk FOREIGN KEY (desk_id, message_id) REFERENCES public.tickets_message(desk_id, id);
ALTER TABLE ONLY public.tickets_attachment
    ADD CONSTRAINT tickets_attachment_note_id_same_desk FOREIGN KEY (desk_id, note_id) REFERENCES public.tickets_note(desk_id, id);
ALTER TABLE ONLY public.tickets_attachment
    ADD CONSTRAINT tickets_attachment_side_message_id_same_desk FOREIGN KEY (desk_id, side_message_id) REFERENCES public.tickets_sidemessage(desk_id, id);
ALTER TABLE ONLY public.tickets_attentionrequest
    ADD CONSTRAINT tickets_attentionrequest_account_id_same_desk FOREIGN KEY (desk_id, account_id) REFERENCES public.accounts_account(desk_id, id);
ALTER TABLE ONLY public.tickets_attentionrequest
    ADD CONSTRAINT tickets_attentionrequest_asked_by_id_same_desk FOREIGN KEY (desk_id, asked_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_attentionrequest
    ADD CONSTRAINT tickets_attentionrequest_decided_by_id_same_desk FOREIGN KEY (desk_id, decided_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_attentionrequest
    ADD CONSTRAINT tickets_attentionrequest_desk_id_1b4e189f_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_attentionrequest
    ADD CONSTRAINT tickets_attentionrequest_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_bulkitem
    ADD CONSTRAINT tickets_bulkitem_job_id_same_desk FOREIGN KEY (desk_id, job_id) REFERENCES public.tickets_bulkjob(desk_id, id);
ALTER TABLE ONLY public.tickets_bulkitem
    ADD CONSTRAINT tickets_bulkitem_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_bulkjob
    ADD CONSTRAINT tickets_bulkjob_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_bulkjob
    ADD CONSTRAINT tickets_bulkjob_undo_of_id_same_desk FOREIGN KEY (desk_id, undo_of_id) REFERENCES public.tickets_bulkjob(desk_id, id);
ALTER TABLE ONLY public.tickets_closingreason
    ADD CONSTRAINT tickets_closingreason_desk_id_248e1db0_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_defect
    ADD CONSTRAINT tickets_defect_created_by_id_same_desk FOREIGN KEY (desk_id, created_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_defect
    ADD CONSTRAINT tickets_defect_desk_id_3a3c5997_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_defect
    ADD CONSTRAINT tickets_defect_duplicate_of_id_same_desk FOREIGN KEY (desk_id, duplicate_of_id) REFERENCES public.tickets_defect(desk_id, id);
ALTER TABLE ONLY public.tickets_defect
    ADD CONSTRAINT tickets_defect_owner_id_same_desk FOREIGN KEY (desk_id, owner_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_defect
    ADD CONSTRAINT tickets_defect_planned_line_id_same_desk FOREIGN KEY (desk_id, planned_line_id) REFERENCES public.accounts_productline(desk_id, id);
ALTER TABLE ONLY public.tickets_defect
    ADD CONSTRAINT tickets_defect_product_id_same_desk FOREIGN KEY (desk_id, product_id) REFERENCES public.accounts_product(desk_id, id);
ALTER TABLE ONLY public.tickets_defectcounter
    ADD CONSTRAINT tickets_defectcounter_desk_id_00075739_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_defectdocument
    ADD CONSTRAINT tickets_defectdocument_defect_id_same_desk FOREIGN KEY (desk_id, defect_id) REFERENCES public.tickets_defect(desk_id, id);
ALTER TABLE ONLY public.tickets_defectevent
    ADD CONSTRAINT tickets_defectevent_defect_id_same_desk FOREIGN KEY (desk_id, defect_id) REFERENCES public.tickets_defect(desk_id, id);
ALTER TABLE ONLY public.tickets_defectfollower
    ADD CONSTRAINT tickets_defectfollower_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_defectfollower
    ADD CONSTRAINT tickets_defectfollower_defect_id_same_desk FOREIGN KEY (desk_id, defect_id) REFERENCES public.tickets_defect(desk_id, id);
ALTER TABLE ONLY public.tickets_defectlink
    ADD CONSTRAINT tickets_defectlink_defect_id_same_desk FOREIGN KEY (desk_id, defect_id) REFERENCES public.tickets_defect(desk_id, id);
ALTER TABLE ONLY public.tickets_defectlink
    ADD CONSTRAINT tickets_defectlink_linked_by_id_same_desk FOREIGN KEY (desk_id, linked_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_defectlink
    ADD CONSTRAINT tickets_defectlink_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_defectmark
    ADD CONSTRAINT tickets_defectmark_defect_id_same_desk FOREIGN KEY (desk_id, defect_id) REFERENCES public.tickets_defect(desk_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.tickets_defectrelease
    ADD CONSTRAINT tickets_defectrelease_defect_id_same_desk FOREIGN KEY (desk_id, defect_id) REFERENCES public.tickets_defect(desk_id, id);
ALTER TABLE ONLY public.tickets_defectrelease
    ADD CONSTRAINT tickets_defectrelease_line_id_same_desk FOREIGN KEY (desk_id, line_id) REFERENCES public.accounts_productline(desk_id, id);
ALTER TABLE ONLY public.tickets_defectupdate
    ADD CONSTRAINT tickets_defectupdate_defect_id_same_desk FOREIGN KEY (desk_id, defect_id) REFERENCES public.tickets_defect(desk_id, id);
ALTER TABLE ONLY public.tickets_defectupdate
    ADD CONSTRAINT tickets_defectupdate_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_draft
    ADD CONSTRAINT tickets_draft_desk_id_a3f7084f_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_draft
    ADD CONSTRAINT tickets_draft_user_id_0c39dc9e_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_emergency
    ADD CONSTRAINT tickets_emergency_contact_id_same_desk FOREIGN KEY (desk_id, contact_id) REFERENCES public.accounts_contact(desk_id, id);
ALTER TABLE ONLY public.tickets_emergency
    ADD CONSTRAINT tickets_emergency_decided_by_id_same_desk FOREIGN KEY (desk_id, decided_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_emergency
    ADD CONSTRAINT tickets_emergency_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_engineeringgroup
    ADD CONSTRAINT tickets_engineeringgroup_desk_id_3fe5a411_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_escalationupdate
    ADD CONSTRAINT tickets_escalationupdate_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_escalationupdate
    ADD CONSTRAINT tickets_escalationupdate_escalation_id_same_desk FOREIGN KEY (desk_id, escalation_id) REFERENCES public.tickets_accountescalation(desk_id, id);
ALTER TABLE ONLY public.tickets_eventdelivery
    ADD CONSTRAINT tickets_eventdelivery_event_id_same_desk FOREIGN KEY (desk_id, event_id) REFERENCES public.tickets_ticketevent(desk_id, id);
ALTER TABLE ONLY public.tickets_fieldvalue
    ADD CONSTRAINT tickets_fieldvalue_field_id_same_desk FOREIGN KEY (desk_id, field_id) REFERENCES public.tickets_formfield(desk_id, id);
ALTER TABLE ONLY public.tickets_fieldvalue
    ADD CONSTRAINT tickets_fieldvalue_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_formfield
    ADD CONSTRAINT tickets_formfield_department_id_same_desk FOREIGN KEY (desk_id, department_id) REFERENCES public.accounts_department(desk_id, id);
ALTER TABLE ONLY public.tickets_formfield
    ADD CONSTRAINT tickets_formfield_desk_id_fa1a0983_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_formfield
    ADD CONSTRAINT tickets_formfield_product_id_same_desk FOREIGN KEY (desk_id, product_id) REFERENCES public.accounts_product(desk_id, id);
ALTER TABLE ONLY public.tickets_formfield
    ADD CONSTRAINT tickets_formfield_shown_if_id_same_desk FOREIGN KEY (desk_id, shown_if_id) REFERENCES public.tickets_formfield(desk_id, id);
ALTER TABLE ONLY public.tickets_groupmember
    ADD CONSTRAINT tickets_groupmember_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_groupmember
    ADD CONSTRAINT tickets_groupmember_group_id_same_desk FOREIGN KEY (desk_id, group_id) REFERENCES public.tickets_engineeringgroup(desk_id, id);
ALTER TABLE ONLY public.tickets_helprequest
    ADD CONSTRAINT tickets_helprequest_asked_by_id_same_desk FOREIGN KEY (desk_id, asked_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_helprequest
    ADD CONSTRAINT tickets_helprequest_defect_id_same_desk FOREIGN KEY (desk_id, defect_id) REFERENCES public.tickets_defect(desk_id, id);
ALTER TABLE ONLY public.tickets_helprequest
    ADD CONSTRAINT tickets_helprequest_ended_by_id_same_desk FOREIGN KEY (desk_id, ended_by_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_helprequest
    ADD CONSTRAINT tickets_helprequest_group_id_same_desk FOREIGN KEY (desk_id, group_id) REFERENCES public.tickets_engineeringgroup(desk_id, id);
ALTER TABLE ONLY public.tickets_helprequest
    ADD CONSTRAINT tickets_helprequest_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_improvement
    ADD CONSTRAINT tickets_improvement_desk_id_c635bd5d_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_improvement
    ADD CONSTRAINT tickets_improvement_merged_into_id_same_desk FOREIGN KEY (desk_id, merged_into_id) REFERENCES public.tickets_improvement(desk_id, id);
ALTER TABLE ONLY public.tickets_improvementlink
    ADD CONSTRAINT tickets_improvementlink_improvement_id_same_desk FOREIGN KEY (desk_id, improvement_id) REFERENCES public.tickets_improvement(desk_id, id);
ALTER TABLE ONLY public.tickets_improvementlink
    ADD CONSTRAINT tickets_improvementlink_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_macro
    ADD CONSTRAINT tickets_macro_department_id_same_desk FOREIGN KEY (desk_id, department_id) REFERENCES public.accounts_department(desk_id, id);
ALTER TABLE ONLY public.tickets_macro
    ADD CONSTRAINT tickets_macro_desk_id_bfed3a73_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_macro
    ADD CONSTRAINT tickets_macro_owner_id_same_desk FOREIGN KEY (desk_id, owner_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_message
    ADD CONSTRAINT tickets_message_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_message
    ADD CONSTRAINT tickets_message_contact_id_same_desk FOREIGN KEY (desk_id, contact_id) REFERENCES public.accounts_contact(desk_id, id);
ALTER TABLE ONLY public.tickets_message
    ADD CONSTRAINT tickets_message_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_message
    ADD CONSTRAINT tickets_message_via_id_same_desk FOREIGN KEY (desk_id, via_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_newterms
    ADD CONSTRAINT tickets_newterms_account_id_same_desk FOREIGN KEY (desk_id, account_id) REFERENCES public.accounts_account(desk_id, id);
ALTER TABLE ONLY public.tickets_note
    ADD CONSTRAINT tickets_note_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_note
    ADD CONSTRAINT tickets_note_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_notemention
    ADD CONSTRAINT tickets_notemention_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_notemention
    ADD CONSTRAINT tickets_notemention_note_id_same_desk FOREIGN KEY (desk_id, note_id) REFERENCES public.tickets_note(desk_id, id);
ALTER TABLE ONLY public.tickets_notemention
    ADD CONSTRAINT tickets_notemention_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_notereaction
    ADD CONSTRAINT tickets_notereaction_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_notereaction
    ADD CONSTRAINT tickets_notereaction_note_id_same_desk FOREIGN KEY (desk_id, note_id) REFERENCES public.tickets_note(desk_id, id);
ALTER TABLE ONLY public.tickets_notification
    ADD CONSTRAINT tickets_notification_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_notification
    ADD CONSTRAINT tickets_notification_event_id_same_desk FOREIGN KEY (desk_id, event_id) REFERENCES public.tickets_ticketevent(desk_id, id);
ALTER TABLE ONLY public.tickets_notification
    ADD CONSTRAINT tickets_notification_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_notificationchat
    ADD CONSTRAINT tickets_notificationchat_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_notificationchat
    ADD CONSTRAINT tickets_notificationchat_notification_id_same_desk FOREIGN KEY (desk_id, notification_id) REFERENCES public.tickets_notification(desk_id, id);
ALTER TABLE ONLY public.tickets_notificationchoice
    ADD CONSTRAINT tickets_notificationchoice_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_notificationemail
    ADD CONSTRAINT tickets_notificationemail_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_notificationemail
    ADD CONSTRAINT tickets_notificationemail_notification_id_same_desk FOREIGN KEY (desk_id, notification_id) REFERENCES public.tickets_notification(desk_id, id);
ALTER TABLE ONLY public.tickets_notificationpush
    ADD CONSTRAINT tickets_notificationpush_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_notificationpush
    ADD CONSTRAINT tickets_notificationpush_notification_id_same_desk FOREIGN KEY (desk_id, notification_id) REFERENCES public.tickets_notification(desk_id, id);
ALTER TABLE ONLY public.tickets_notificationpush
    ADD CONSTRAINT tickets_notificationpush_subscription_id_same_desk FOREIGN KEY (desk_id, subscription_id) REFERENCES public.tickets_pushsubscription(desk_id, id);
ALTER TABLE ONLY public.tickets_notificationsettings
    ADD CONSTRAINT tickets_notificationsettings_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_participant
    ADD CONSTRAINT tickets_participant_contact_id_same_desk FOREIGN KEY (desk_id, contact_id) REFERENCES public.accounts_contact(desk_id, id);
ALTER TABLE ONLY public.tickets_participant
    ADD CONSTRAINT tickets_participant_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_pendingreply
    ADD CONSTRAINT tickets_pendingreply_approver_id_same_desk FOREIGN KEY (desk_id, approver_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_pendingreply
    ADD CONSTRAINT tickets_pendingreply_author_id_same_desk FOREIGN KEY (desk_id, author_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_pendingreply
    ADD CONSTRAINT tickets_pendingreply_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_pinnednote
    ADD CONSTRAINT tickets_pinnednote_note_id_same_desk FOREIGN KEY (desk_id, note_id) REFERENCES public.tickets_note(desk_id, id);
ALTER TABLE ONLY public.tickets_pinnednote
    ADD CONSTRAINT tickets_pinnednote_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_priority
    ADD CONSTRAINT tickets_priority_desk_id_09e8ebf8_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_pushsubscription
    ADD CONSTRAINT tickets_pushsubscription_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_queuerow
    ADD CONSTRAINT tickets_queuerow_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_savedview
    ADD CONSTRAINT tickets_savedview_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_savedview
    ADD CONSTRAINT tickets_savedview_department_id_same_desk FOREIGN KEY (desk_id, department_id) REFERENCES public.accounts_department(desk_id, id);
ALTER TABLE ONLY public.tickets_savedview
    ADD CONSTRAINT tickets_savedview_desk_id_76a8de3b_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_searchdocument
    ADD CONSTRAINT tickets_searchdocument_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_searchrefresh
    ADD CONSTRAINT tickets_searchrefresh_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_sideconversation
    ADD CONSTRAINT tickets_sideconversation_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_sidemessage
    ADD CONSTRAINT tickets_sidemessage_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_sidemessage
    ADD CONSTRAINT tickets_sidemessage_side_id_same_desk FOREIGN KEY (desk_id, side_id) REFERENCES public.tickets_sideconversation(desk_id, id);
ALTER TABLE ONLY public.tickets_sideparticipant
    ADD CONSTRAINT tickets_sideparticipant_side_id_same_desk FOREIGN KEY (desk_id, side_id) REFERENCES public.tickets_sideconversation(desk_id, id);
ALTER TABLE ONLY public.tickets_snooze
    ADD CONSTRAINT tickets_snooze_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_snooze
    ADD CONSTRAINT tickets_snooze_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_stagesetting
    ADD CONSTRAINT tickets_stagesetting_desk_id_f66cdfa0_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_submittedform
    ADD CONSTRAINT tickets_submittedform_contact_id_same_desk FOREIGN KEY (desk_id, contact_id) REFERENCES public.accounts_contact(desk_id, id);
ALTER TABLE ONLY public.tickets_submittedform
    ADD CONSTRAINT tickets_submittedform_desk_id_0224aaa3_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_submittedform
    ADD CONSTRAINT tickets_submittedform_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_sweepfailure
    ADD CONSTRAINT tickets_sweepfailure_desk_id_3c1aeafe_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_tag
    ADD CONSTRAINT tickets_tag_desk_id_ea0e375d_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_account_id_same_desk FOREIGN KEY (desk_id, account_id) REFERENCES public.accounts_account(desk_id, id);
ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_assignee_id_same_desk FOREIGN KEY (desk_id, assignee_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_contact_id_same_desk FOREIGN KEY (desk_id, contact_id) REFERENCES public.accounts_contact(desk_id, id);
ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_department_id_same_desk FOREIGN KEY (desk_id, department_id) REFERENCES public.accounts_department(desk_id, id);
ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_follow_up_of_id_same_desk FOREIGN KEY (desk_id, follow_up_of_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_merged_into_id_same_desk FOREIGN KEY (desk_id, merged_into_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_own_close_reason_id_same_desk FOREIGN KEY (desk_id, own_close_reason_id) REFERENCES public.tickets_closingreason(desk_id, id);
ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_owner_id_same_desk FOREIGN KEY (desk_id, owner_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_priority_id_same_desk FOREIGN KEY (desk_id, priority_id) REFERENCES public.tickets_priority(desk_id, id);
ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_product_id_same_desk FOREIGN KEY (desk_id, product_id) REFERENCES public.accounts_product(desk_id, id);
ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_product_line_id_same_desk FOREIGN KEY (desk_id, product_line_id) REFERENCES public.accounts_productline(desk_id, id);
ALTER TABLE ONLY public.tickets_ticketcounter
    ADD CONSTRAINT tickets_ticketcounter_desk_id_4307c1fb_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_ticketevent
    ADD CONSTRAINT tickets_ticketevent_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_ticketlink
    ADD CONSTRAINT tickets_ticketlink_source_id_same_desk FOREIGN KEY (desk_id, source_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_ticketlink
    ADD CONSTRAINT tickets_ticketlink_target_id_same_desk FOREIGN KEY (desk_id, target_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_ticketsummary
    ADD CONSTRAINT tickets_ticketsummary_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_ticketsummary
    ADD CONSTRAINT tickets_ticketsummary_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_tickettag
    ADD CONSTRAINT tickets_tickettag_tag_id_same_desk FOREIGN KEY (desk_id, tag_id) REFERENCES public.tickets_tag(desk_id, id);
ALTER TABLE ONLY public.tickets_tickettag
    ADD CONSTRAINT tickets_tickettag_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_timeentry
    ADD CONSTRAINT tickets_timeentry_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_timeentry
    ADD CONSTRAINT tickets_timeentry_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_troubleshootingrecord
    ADD CONSTRAINT tickets_troubleshootingrecord_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_troubleshootingrecord
    ADD CONSTRAINT tickets_troubleshootingrecord_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE ONLY public.tickets_unsentfile
    ADD CONSTRAINT tickets_unsentfile_desk_id_62d00ccb_fk_accounts_desk_id FOREIGN KEY (desk_id) REFERENCES public.accounts_desk(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tickets_unsentfile
    ADD CONSTRAINT tickets_unsentfile_draft_id_same_desk FOREIGN KEY (desk_id, draft_id) REFERENCES public.tickets_draft(desk_id, id);
ALTER TABLE ONLY public.tickets_unsentfile
    ADD CONSTRAINT tickets_unsentfile_reply_id_same_desk FOREIGN KEY (desk_id, reply_id) REFERENCES public.tickets_pendingreply(desk_id, id);
ALTER TABLE ONLY public.tickets_watcher
    ADD CONSTRAINT tickets_watcher_agent_id_same_desk FOREIGN KEY (desk_id, agent_id) REFERENCES public.accounts_agent(desk_id, id);
ALTER TABLE ONLY public.tickets_watcher
    ADD CONSTRAINT tickets_watcher_ticket_id_same_desk FOREIGN KEY (desk_id, ticket_id) REFERENCES public.tickets_ticket(desk_id, id);
ALTER TABLE public.accounts_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_accountdomain ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_accountnote ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_accountproduct ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_agent ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_agentdepartment ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_auditentry ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_contact ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_contacthandle ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_crmconnection ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_crmlink ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_crmmark ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_crmpull ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_crmsetaside ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_customercard ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_department ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_grouprole ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_identity ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_identityprovider ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_invitation ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_plan ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_planproduct ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_product ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_productline ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.accounts_region ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_blockedsender ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_channelevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_channelmessage ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_chatconnection ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_chatperson ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_chatrule ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_chatstandup ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_chatthread ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_codeevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_codehost ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_codelink ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_coderelease ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_connection ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_conversation ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_inboundmessage ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_mailbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_outgoingcall ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_outgoingemail ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_pageevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_pagingservice ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_replytoken ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_sidereplytoken ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_stagerule ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channels_intake_unsentmail ENABLE ROW LEVEL SECURITY;
CREATE POLICY desk_wall ON public.accounts_account TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_accountdomain TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_accountnote TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_accountproduct TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_agent TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_agentdepartment TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_auditentry TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_contact TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_contacthandle TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_crmconnection TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_crmlink TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_crmmark TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_crmpull TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_crmsetaside TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_customercard TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_department TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_grouprole TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_identity TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_identityprovider TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_invitation TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_plan TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_planproduct TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_product TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_productline TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.accounts_region TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_blockedsender TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_channelevent TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_channelmessage TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_chatconnection TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_chatperson TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_chatrule TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_chatstandup TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_chatthread TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_codeevent TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_codehost TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_codelink TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_coderelease TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_connection TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_conversation TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_inboundmessage TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_mailbox TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_outgoingcall TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_outgoingemail TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_pageevent TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_pagingservice TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_replytoken TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_sidereplytoken TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_stagerule TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.channels_intake_unsentmail TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_absence TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_agentlanguage TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_agentskill TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_dryrun TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_dryrunrow TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_extrashift TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_handover TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_offer TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_oncallmember TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_oncallrota TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_oncallswap TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_oncallturn TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_presence TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_rotation TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_rule TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_ruleaction TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_rulecondition TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_ruletrace TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_ruleversion TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_shift TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_skill TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_team TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.routing_teammember TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_calendar TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_calendarbreak TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_calendarexception TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_calendarversion TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_calendarwindow TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_clock TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_clockentry TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_deadline TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_holiday TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_holidaysource TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_ladder TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_ladderrun TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_ladderstep TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_leveltarget TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_policy TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_policycondition TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_policyversion TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_replan TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.sla_target TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_accountescalation TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_attachment TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_attentionrequest TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_bulkitem TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_bulkjob TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_closingreason TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_defect TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_defectcounter TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_defectdocument TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_defectevent TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_defectfollower TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_defectlink TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_defectmark TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_defectrelease TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_defectupdate TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_donedelivery TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_draft TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_emergency TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_engineeringgroup TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_escalationupdate TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_eventdelivery TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_fieldvalue TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_formfield TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_groupmember TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_helprequest TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_improvement TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_improvementlink TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_macro TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_message TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_newterms TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_note TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_notemention TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_notereaction TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_notification TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_notificationchat TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_notificationchoice TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_notificationemail TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_notificationpush TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_notificationsettings TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_participant TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_pendingreply TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_pinnednote TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_priority TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_pushsubscription TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_queuerow TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_savedview TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_searchdocument TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_searchrefresh TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_sideconversation TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_sidemessage TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_sideparticipant TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_snooze TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_stagesetting TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_submittedform TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_sweepfailure TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_tag TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_ticket TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_ticketcounter TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_ticketevent TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_ticketlink TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_ticketsummary TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_tickettag TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_timeentry TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_troubleshootingrecord TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_unsentfile TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
CREATE POLICY desk_wall ON public.tickets_watcher TO plumbline_app USING ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint)) WITH CHECK ((desk_id = (NULLIF(current_setting('helpdesk.desk'::text, true), ''::text))::bigint));
ALTER TABLE public.routing_absence ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_agentlanguage ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_agentskill ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_dryrun ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_dryrunrow ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_extrashift ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_handover ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_offer ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_oncallmember ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_oncallrota ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_oncallswap ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_oncallturn ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_presence ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_rotation ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_ruleaction ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_rulecondition ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_ruletrace ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_ruleversion ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_shift ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_skill ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_team ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.routing_teammember ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_calendar ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_calendarbreak ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_calendarexception ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_calendarversion ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_calendarwindow ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_clock ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_clockentry ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_deadline ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_holiday ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_holidaysource ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_ladder ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_ladderrun ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_ladderstep ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_leveltarget ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_policy ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_policycondition ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_policyversion ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_replan ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sla_target ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sweep ON public.accounts_account TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_accountdomain TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_accountnote TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_accountproduct TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_agent TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_agentdepartment TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_auditentry TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_contact TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_contacthandle TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_crmconnection TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_crmlink TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_crmmark TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_crmpull TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_crmsetaside TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_customercard TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_department TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_grouprole TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_identity TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_identityprovider TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_invitation TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_plan TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_planproduct TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_product TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_productline TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.accounts_region TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_blockedsender TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_channelevent TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_channelmessage TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_chatconnection TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_chatperson TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_chatrule TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_chatstandup TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_chatthread TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_codeevent TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_codehost TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_codelink TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_coderelease TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_connection TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_conversation TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_inboundmessage TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_mailbox TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_outgoingcall TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_outgoingemail TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_pageevent TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_pagingservice TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_replytoken TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_sidereplytoken TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_stagerule TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.channels_intake_unsentmail TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_absence TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_agentlanguage TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_agentskill TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_dryrun TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_dryrunrow TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_extrashift TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_handover TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_offer TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_oncallmember TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_oncallrota TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_oncallswap TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_oncallturn TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_presence TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_rotation TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_rule TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_ruleaction TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_rulecondition TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_ruletrace TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_ruleversion TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_shift TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_skill TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_team TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.routing_teammember TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_calendar TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_calendarbreak TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_calendarexception TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_calendarversion TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_calendarwindow TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_clock TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_clockentry TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_deadline TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_holiday TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_holidaysource TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_ladder TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_ladderrun TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_ladderstep TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_leveltarget TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_policy TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_policycondition TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_policyversion TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_replan TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.sla_target TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_accountescalation TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_attachment TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_attentionrequest TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_bulkitem TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_bulkjob TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_closingreason TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_defect TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_defectcounter TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_defectdocument TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_defectevent TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_defectfollower TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_defectlink TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_defectmark TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_defectrelease TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_defectupdate TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_donedelivery TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_draft TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_emergency TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_engineeringgroup TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_escalationupdate TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_eventdelivery TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_fieldvalue TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_formfield TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_groupmember TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_helprequest TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_improvement TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_improvementlink TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_macro TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_message TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_newterms TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_note TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_notemention TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_notereaction TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_notification TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_notificationchat TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_notificationchoice TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_notificationemail TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_notificationpush TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_notificationsettings TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_participant TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_pendingreply TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_pinnednote TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_priority TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_pushsubscription TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_queuerow TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_savedview TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_searchdocument TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_searchrefresh TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_sideconversation TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_sidemessage TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_sideparticipant TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_snooze TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_stagesetting TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_submittedform TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_sweepfailure TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_tag TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_ticket TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_ticketcounter TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_ticketevent TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_ticketlink TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_ticketsummary TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_tickettag TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_timeentry TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_troubleshootingrecord TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_unsentfile TO plumbline_system USING (true) WITH CHECK (true);
CREATE POLICY system_sweep ON public.tickets_watcher TO plumbline_system USING (true) WITH CHECK (true);
ALTER TABLE public.tickets_accountescalation ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_attachment ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_attentionrequest ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_bulkitem ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_bulkjob ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_closingreason ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defect ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defectcounter ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defectdocument ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defectevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defectfollower ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defectlink ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defectmark ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defectrelease ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_defectupdate ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_donedelivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_emergency ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_engineeringgroup ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_escalationupdate ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_eventdelivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_fieldvalue ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_formfield ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_groupmember ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_helprequest ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_improvement ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_improvementlink ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_macro ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_message ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_newterms ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notemention ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notereaction ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notification ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notificationchat ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notificationchoice ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notificationemail ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notificationpush ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_notificationsettings ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_participant ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_pendingreply ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_pinnednote ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_priority ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_pushsubscription ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_queuerow ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_savedview ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_searchdocument ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_searchrefresh ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_sideconversation ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_sidemessage ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_sideparticipant ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_snooze ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_stagesetting ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_submittedform ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_sweepfailure ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_tag ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_ticket ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_ticketcounter ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_ticketevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_ticketlink ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_ticketsummary ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_tickettag ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_timeentry ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_troubleshootingrecord ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_unsentfile ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tickets_watcher ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA public TO plumbline_app;
GRANT USAGE ON SCHEMA public TO plumbline_system;
REVOKE ALL ON FUNCTION public.search_accounts(in_desk bigint, in_names text, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.search_accounts(in_desk bigint, in_names text, most integer) TO plumbline_app;
REVOKE ALL ON FUNCTION public.search_contacts(in_desk bigint, in_names text, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.search_contacts(in_desk bigint, in_names text, most integer) TO plumbline_app;
REVOKE ALL ON FUNCTION public.search_defects(in_desk bigint, in_words tsquery, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.search_defects(in_desk bigint, in_words tsquery, most integer) TO plumbline_app;
REVOKE ALL ON FUNCTION public.search_documents(in_desk bigint, in_words tsquery, in_rows tsquery, in_before bigint, in_hidden bigint[], in_agent bigint, in_tickets bigint[], most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.search_documents(in_desk bigint, in_words tsquery, in_rows tsquery, in_before bigint, in_hidden bigint[], in_agent bigint, in_tickets bigint[], most integer) TO plumbline_app;
REVOKE ALL ON FUNCTION public.suggest_defects(in_desk bigint, in_words text[], in_forms text[], in_stages text[], min_shared integer, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.suggest_defects(in_desk bigint, in_words text[], in_forms text[], in_stages text[], min_shared integer, most integer) TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account_emailaddress TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account_emailaddress TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.account_emailaddress_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.account_emailaddress_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account_emailconfirmation TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account_emailconfirmation TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.account_emailconfirmation_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.account_emailconfirmation_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_account TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_account TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_account_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_account_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_accountdomain TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_accountdomain TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_accountdomain_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_accountdomain_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_accountnote TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_accountnote TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_accountnote_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_accountnote_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_accountproduct TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_accountproduct TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_accountproduct_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_accountproduct_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_agent TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_agent TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_agent_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_agent_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_agentdepartment TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_agentdepartment TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_agentdepartment_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_agentdepartment_id_seq TO plumbline_system;
GRANT SELECT,INSERT ON TABLE public.accounts_auditentry TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_auditentry TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_auditentry_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_auditentry_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_contact TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_contact TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_contact_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_contact_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_contacthandle TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_contacthandle TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_contacthandle_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_contacthandle_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_crmconnection TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_crmconnection TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_crmconnection_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_crmconnection_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_crmlink TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_crmlink TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_crmlink_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_crmlink_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_crmmark TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_crmmark TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_crmmark_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_crmmark_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_crmpull TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_crmpull TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_crmpull_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_crmpull_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_crmsetaside TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_crmsetaside TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_crmsetaside_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_crmsetaside_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_customercard TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_customercard TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_customercard_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_customercard_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_department TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_department TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_department_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_department_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_desk TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_desk TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_desk_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_desk_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_eraseddesk TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_eraseddesk_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_eraseddesk_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_grouprole TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_grouprole TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_grouprole_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_grouprole_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_identity TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_identity TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_identity_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_identity_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_identityprovider TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_identityprovider TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_identityprovider_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_identityprovider_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_invitation TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_invitation TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_invitation_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_invitation_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_plan TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_plan TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_plan_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_plan_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_planproduct TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_planproduct TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_planproduct_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_planproduct_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_product TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_product TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_product_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_product_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_productline TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_productline TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_productline_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_productline_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_region TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_region TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_region_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_region_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_user TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_user TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_user_groups TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_user_groups TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_user_groups_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_user_groups_id_seq TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_user_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_user_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_user_user_permissions TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_user_user_permissions TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_user_user_permissions_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.accounts_user_user_permissions_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.auth_group TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.auth_group TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.auth_group_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.auth_group_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.auth_group_permissions TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.auth_group_permissions TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.auth_group_permissions_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.auth_group_permissions_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.auth_permission TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.auth_permission TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.auth_permission_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.auth_permission_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_blockedsender TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_blockedsender TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_blockedsender_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_blockedsender_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_channelevent TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_channelevent TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_channelevent_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_channelevent_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_channelmessage TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_channelmessage TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_channelmessage_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_channelmessage_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_chatconnection TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_chatconnection TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_chatconnection_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_chatconnection_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_chatperson TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_chatperson TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_chatperson_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_chatperson_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_chatrule TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_chatrule TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_chatrule_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_chatrule_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_chatstandup TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_chatstandup TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_chatstandup_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_chatstandup_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_chatthread TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_chatthread TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_chatthread_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_chatthread_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_codeevent TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_codeevent TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_codeevent_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_codeevent_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_codehost TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_codehost TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_codehost_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_codehost_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_codelink TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_codelink TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_codelink_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_codelink_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_coderelease TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_coderelease TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_coderelease_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_coderelease_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_connection TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_connection TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_connection_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_connection_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_conversation TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_conversation TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_conversation_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_conversation_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_inboundmessage TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_inboundmessage TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_inboundmessage_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_inboundmessage_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_mailbox TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_mailbox TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_mailbox_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_mailbox_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_outgoingcall TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_outgoingcall TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_outgoingcall_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_outgoingcall_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_outgoingemail TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_outgoingemail TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_outgoingemail_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_outgoingemail_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_pageevent TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_pageevent TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_pageevent_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_pageevent_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_pagingservice TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_pagingservice TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_pagingservice_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_pagingservice_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_replytoken TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_replytoken TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_replytoken_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_replytoken_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_sidereplytoken TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_sidereplytoken TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_sidereplytoken_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_sidereplytoken_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_stagerule TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_stagerule TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_stagerule_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.channels_intake_stagerule_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_unsentmail TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels_intake_unsentmail TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_admin_log TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_admin_log TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.django_admin_log_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.django_admin_log_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_cache TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_cache TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_content_type TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_content_type TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.django_content_type_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.django_content_type_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_migrations TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_migrations TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.django_migrations_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.django_migrations_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_session TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_session TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mfa_authenticator TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mfa_authenticator TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.mfa_authenticator_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.mfa_authenticator_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_absence TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_absence TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_absence_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_absence_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_agentlanguage TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_agentlanguage TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_agentlanguage_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_agentlanguage_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_agentskill TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_agentskill TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_agentskill_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_agentskill_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_dryrun TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_dryrun TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_dryrun_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_dryrun_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_dryrunrow TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_dryrunrow TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_dryrunrow_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_dryrunrow_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_extrashift TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_extrashift TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_extrashift_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_extrashift_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_handover TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_handover TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_handover_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_handover_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_offer TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_offer TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_offer_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_offer_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_oncallmember TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_oncallmember TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_oncallmember_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_oncallmember_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_oncallrota TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_oncallrota TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_oncallrota_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_oncallrota_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_oncallswap TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_oncallswap TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_oncallswap_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_oncallswap_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_oncallturn TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_oncallturn TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_oncallturn_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_oncallturn_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_presence TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_presence TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_presence_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_presence_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_rotation TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_rotation TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_rotation_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_rotation_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_rule TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_rule TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_rule_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_rule_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_ruleaction TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_ruleaction TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_ruleaction_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_ruleaction_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_rulecondition TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_rulecondition TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_rulecondition_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_rulecondition_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_ruletrace TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_ruletrace TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_ruletrace_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_ruletrace_id_seq TO plumbline_system;
GRANT SELECT,INSERT ON TABLE public.routing_ruleversion TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_ruleversion TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_ruleversion_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_ruleversion_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_shift TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_shift TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_shift_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_shift_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_skill TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_skill TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_skill_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_skill_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_team TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_team TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_team_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_team_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_teammember TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.routing_teammember TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.routing_teammember_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.routing_teammember_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_calendar TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_calendar TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_calendar_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_calendar_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_calendarbreak TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_calendarbreak TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_calendarbreak_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_calendarbreak_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_calendarexception TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_calendarexception TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_calendarexception_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_calendarexception_id_seq TO plumbline_system;
GRANT SELECT,INSERT ON TABLE public.sla_calendarversion TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_calendarversion TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_calendarversion_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_calendarversion_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_calendarwindow TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_calendarwindow TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_calendarwindow_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_calendarwindow_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_clock TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_clock TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_clock_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_clock_id_seq TO plumbline_system;
GRANT SELECT,INSERT ON TABLE public.sla_clockentry TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_clockentry TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_clockentry_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_clockentry_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_deadline TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_deadline TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_holiday TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_holiday TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_holiday_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_holiday_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_holidaysource TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_holidaysource TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_holidaysource_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_holidaysource_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_ladder TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_ladder TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_ladder_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_ladder_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_ladderrun TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_ladderrun TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_ladderrun_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_ladderrun_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_ladderstep TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_ladderstep TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_ladderstep_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_ladderstep_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_leveltarget TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_leveltarget TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_leveltarget_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_leveltarget_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_policy TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_policy TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_policy_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_policy_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_policycondition TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_policycondition TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_policycondition_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_policycondition_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_policyversion TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_policyversion TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_policyversion_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_policyversion_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_replan TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_replan TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_replan_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_replan_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_target TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sla_target TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.sla_target_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.sla_target_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_accountescalation TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_accountescalation TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_accountescalation_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_accountescalation_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_attachment TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_attachment TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_attachment_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_attachment_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_attentionrequest TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_attentionrequest TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_attentionrequest_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_attentionrequest_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_bulkitem TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_bulkitem TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_bulkitem_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_bulkitem_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_bulkjob TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_bulkjob TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_bulkjob_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_bulkjob_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_closingreason TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_closingreason TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_closingreason_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_closingreason_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defect TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defect TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_defect_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_defect_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defectcounter TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defectcounter TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defectdocument TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defectdocument TO plumbline_system;
GRANT SELECT,INSERT ON TABLE public.tickets_defectevent TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defectevent TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_defectevent_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_defectevent_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defectfollower TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defectfollower TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_defectfollower_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_defectfollower_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defectlink TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defectlink TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_defectlink_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_defectlink_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defectmark TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defectmark TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_defectmark_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_defectmark_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defectrelease TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defectrelease TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_defectrelease_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_defectrelease_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defectupdate TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_defectupdate TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_defectupdate_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_defectupdate_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_donedelivery TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_donedelivery TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_draft TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_draft TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_draft_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_draft_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_emergency TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_emergency TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_emergency_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_emergency_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_engineeringgroup TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_engineeringgroup TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_engineeringgroup_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_engineeringgroup_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_escalationupdate TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_escalationupdate TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_escalationupdate_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_escalationupdate_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_eventdelivery TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_eventdelivery TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_eventdelivery_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_eventdelivery_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_fieldvalue TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_fieldvalue TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_fieldvalue_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_fieldvalue_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_formfield TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_formfield TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_formfield_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_formfield_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_groupmember TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_groupmember TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_groupmember_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_groupmember_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_helprequest TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_helprequest TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_helprequest_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_helprequest_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_improvement TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_improvement TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_improvement_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_improvement_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_improvementlink TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_improvementlink TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_improvementlink_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_improvementlink_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_macro TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_macro TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_macro_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_macro_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_message TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_message TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_message_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_message_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_newterms TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_newterms TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_newterms_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_newterms_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_note TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_note TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_note_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_note_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notemention TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notemention TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notemention_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notemention_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notereaction TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notereaction TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notereaction_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notereaction_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notification TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notification TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notification_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notification_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notificationchat TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notificationchat TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notificationchat_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notificationchat_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notificationchoice TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notificationchoice TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notificationchoice_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notificationchoice_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notificationemail TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notificationemail TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notificationemail_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notificationemail_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notificationpush TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notificationpush TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notificationpush_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notificationpush_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notificationsettings TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_notificationsettings TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notificationsettings_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_notificationsettings_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_participant TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_participant TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_participant_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_participant_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_pendingreply TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_pendingreply TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_pendingreply_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_pendingreply_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_pinnednote TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_pinnednote TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_pinnednote_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_pinnednote_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_priority TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_priority TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_priority_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_priority_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_pushsubscription TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_pushsubscription TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_pushsubscription_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_pushsubscription_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_queuerow TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_queuerow TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_savedview TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_savedview TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_savedview_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_savedview_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_searchdocument TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_searchdocument TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_searchdocument_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_searchdocument_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_searchrefresh TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_searchrefresh TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_searchrefresh_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_searchrefresh_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_sideconversation TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_sideconversation TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_sideconversation_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_sideconversation_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_sidemessage TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_sidemessage TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_sidemessage_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_sidemessage_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_sideparticipant TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_sideparticipant TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_sideparticipant_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_sideparticipant_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_snooze TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_snooze TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_snooze_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_snooze_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_stagesetting TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_stagesetting TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_stagesetting_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_stagesetting_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_submittedform TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_submittedform TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_submittedform_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_submittedform_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_sweepfailure TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_sweepfailure TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_sweepfailure_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_sweepfailure_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_tag TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_tag TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_tag_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_tag_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_ticket TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_ticket TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_ticket_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_ticket_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_ticketcounter TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_ticketcounter TO plumbline_system;
GRANT SELECT,INSERT ON TABLE public.tickets_ticketevent TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_ticketevent TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_ticketevent_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_ticketevent_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_ticketlink TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_ticketlink TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_ticketlink_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_ticketlink_id_seq TO plumbline_system;
GRANT SELECT,INSERT ON TABLE public.tickets_ticketsummary TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_ticketsummary TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_ticketsummary_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_ticketsummary_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_tickettag TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_tickettag TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_tickettag_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_tickettag_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_timeentry TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_timeentry TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_timeentry_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_timeentry_id_seq TO plumbline_system;
GRANT SELECT,INSERT ON TABLE public.tickets_troubleshootingrecord TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_troubleshootingrecord TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_troubleshootingrecord_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_troubleshootingrecord_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_unsentfile TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_unsentfile TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_unsentfile_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_unsentfile_id_seq TO plumbline_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_watcher TO plumbline_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tickets_watcher TO plumbline_system;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_watcher_id_seq TO plumbline_app;
GRANT SELECT,USAGE ON SEQUENCE public.tickets_watcher_id_seq TO plumbline_system;
ALTER DEFAULT PRIVILEGES FOR ROLE plumbline IN SCHEMA public GRANT SELECT,USAGE ON SEQUENCES TO plumbline_app;
ALTER DEFAULT PRIVILEGES FOR ROLE plumbline IN SCHEMA public GRANT SELECT,USAGE ON SEQUENCES TO plumbline_system;
ALTER DEFAULT PRIVILEGES FOR ROLE plumbline IN SCHEMA public GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO plumbline_app;
ALTER DEFAULT PRIVILEGES FOR ROLE plumbline IN SCHEMA public GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO plumbline_system;
INSERT INTO public.django_migrations (app, name, applied) VALUES
  ('contenttypes', '0001_initial', now()),
  ('contenttypes', '0002_remove_content_type_name', now()),
  ('auth', '0001_initial', now()),
  ('auth', '0002_alter_permission_name_max_length', now()),
  ('auth', '0003_alter_user_email_max_length', now()),
  ('auth', '0004_alter_user_username_opts', now()),
  ('auth', '0005_alter_user_last_login_null', now()),
  ('auth', '0006_require_contenttypes_0002', now()),
  ('auth', '0007_alter_validators_add_error_messages', now()),
  ('auth', '0008_alter_user_username_max_length', now()),
  ('auth', '0009_alter_user_last_name_max_length', now()),
  ('auth', '0010_alter_group_name_max_length', now()),
  ('auth', '0011_update_proxy_permissions', now()),
  ('auth', '0012_alter_user_first_name_max_length', now()),
  ('accounts', '0001_initial', now()),
  ('account', '0001_initial', now()),
  ('account', '0002_email_max_length', now()),
  ('account', '0003_alter_emailaddress_create_unique_verified_email', now()),
  ('account', '0004_alter_emailaddress_drop_unique_email', now()),
  ('account', '0005_emailaddress_idx_upper_email', now()),
  ('account', '0006_emailaddress_lower', now()),
  ('account', '0007_emailaddress_idx_email', now()),
  ('account', '0008_emailaddress_unique_primary_email_fixup', now()),
  ('account', '0009_emailaddress_unique_primary_email', now()),
  ('admin', '0001_initial', now()),
  ('admin', '0002_logentry_remove_auto_add', now()),
  ('admin', '0003_logentry_add_action_flag_choices', now()),
  ('accounts', '0002_crm_reasons', now()),
  ('accounts', '0003_keys_within_desk', now()),
  ('accounts', '0004_person_removed', now()),
  ('accounts', '0005_points_of_contact_of_plans', now()),
  ('accounts', '0006_self_service_help', now()),
  ('accounts', '0007_admin_log_by_number', now()),
  ('accounts', '0008_help_texts', now()),
  ('accounts', '0009_config_version', now()),
  ('accounts', '0010_email_source_days', now()),
  ('accounts', '0011_one_key_per_desk', now()),
  ('accounts', '0012_notification_days', now()),
  ('accounts', '0013_fewer_indexes', now()),
  ('accounts', '0014_plain_texts', now()),
  ('accounts', '0015_levels_and_emergencies', now()),
  ('accounts', '0016_departments_and_countries', now()),
  ('accounts', '0017_people', now()),
  ('accounts', '0018_sla_settings', now()),
  ('accounts', '0019_assignment', now()),
  ('accounts', '0020_clearer_texts', now()),
  ('accounts', '0021_minutes_without_activity', now()),
  ('accounts', '0022_defects', now()),
  ('accounts', '0023_fewer_indexes_of_lines', now()),
  ('accounts', '0024_handles', now()),
  ('accounts', '0025_views', now()),
  ('accounts', '0027_replies', now()),
  ('accounts', '0030_notes', now()),
  ('accounts', '0032_customer_cards', now()),
  ('accounts', '0033_trainees', now()),
  ('tickets', '0001_initial', now()),
  ('tickets', '0002_keys_within_desk', now()),
  ('tickets', '0003_retired_priorities', now()),
  ('tickets', '0004_remark_data', now()),
  ('tickets', '0005_previews_and_failed_rows', now()),
  ('tickets', '0006_drafts', now()),
  ('tickets', '0007_coverage', now()),
  ('tickets', '0008_search', now()),
  ('tickets', '0009_search_bounds', now()),
  ('tickets', '0010_message_labels', now()),
  ('tickets', '0011_search_names', now()),
  ('tickets', '0012_help_texts', now()),
  ('tickets', '0013_queue_rows', now()),
  ('tickets', '0014_archive', now()),
  ('tickets', '0015_refresh_since', now()),
  ('tickets', '0016_one_key_per_desk', now()),
  ('tickets', '0017_details_of_queue_rows', now()),
  ('tickets', '0018_lists_from_queue_rows', now()),
  ('tickets', '0019_one_index_per_participant', now()),
  ('tickets', '0020_order_of_queue_rows', now()),
  ('tickets', '0021_search_blocks', now()),
  ('tickets', '0022_read_notifications', now()),
  ('tickets', '0023_retention', now()),
  ('tickets', '0024_plain_texts', now()),
  ('tickets', '0025_vacuum_of_queue_rows', now()),
  ('tickets', '0026_late_columns_of_queue_rows', now()),
  ('tickets', '0027_owed_replies', now()),
  ('tickets', '0028_owed_replies_of_open_tickets', now()),
  ('tickets', '0029_levels_and_emergencies', now()),
  ('tickets', '0030_tags', now()),
  ('tickets', '0031_people', now()),
  ('tickets', '0032_assignment', now()),
  ('tickets', '0033_events_of_the_board', now()),
  ('tickets', '0034_queue_by_level', now()),
  ('tickets', '0035_names_of_sla_jobs', now()),
  ('tickets', '0036_clearer_texts', now()),
  ('tickets', '0037_plainer_words', now()),
  ('tickets', '0038_name_of_the_problem', now()),
  ('tickets', '0039_defects', now()),
  ('tickets', '0040_stage_texts', now()),
  ('tickets', '0041_defect_search', now()),
  ('tickets', '0042_ladders', now()),
  ('tickets', '0043_help_and_attention', now()),
  ('tickets', '0044_code_events', now()),
  ('tickets', '0045_fewer_indexes_of_defects', now()),
  ('tickets', '0046_more_channels', now()),
  ('tickets', '0047_waiting_lines', now()),
  ('tickets', '0048_views', now()),
  ('tickets', '0049_macros', now()),
  ('tickets', '0050_replies', now()),
  ('tickets', '0051_properties', now()),
  ('tickets', '0052_relations', now()),
  ('tickets', '0053_notes', now()),
  ('tickets', '0054_notifications', now()),
  ('tickets', '0055_find', now()),
  ('tickets', '0056_field_values_of_old_tickets', now()),
  ('tickets', '0057_reply_approvals', now()),
  ('tickets', '0058_side_conversations', now()),
  ('channels_intake', '0001_initial', now()),
  ('channels_intake', '0002_copies_and_calls', now()),
  ('channels_intake', '0003_keys_within_desk', now()),
  ('channels_intake', '0004_one_mail_per_desk', now()),
  ('channels_intake', '0005_promised_times', now()),
  ('channels_intake', '0006_help_texts', now()),
  ('channels_intake', '0007_fair_shares', now()),
  ('channels_intake', '0008_one_key_per_desk', now()),
  ('channels_intake', '0009_unsent_mail', now()),
  ('channels_intake', '0010_fewer_indexes', now()),
  ('channels_intake', '0011_plain_texts', now()),
  ('channels_intake', '0012_escalation_emails', now()),
  ('channels_intake', '0013_outgoing_calls', now()),
  ('channels_intake', '0014_defect_emails', now()),
  ('channels_intake', '0015_team_chat', now()),
  ('channels_intake', '0016_paging', now()),
  ('channels_intake', '0017_code_hosts', now()),
  ('channels_intake', '0018_fewer_indexes_of_chat', now()),
  ('channels_intake', '0019_newest_calls_and_events', now()),
  ('channels_intake', '0020_connections', now()),
  ('channels_intake', '0021_mail_has_an_address', now()),
  ('channels_intake', '0022_signals_of_reviews', now()),
  ('channels_intake', '0023_replies', now()),
  ('channels_intake', '0024_relations', now()),
  ('channels_intake', '0025_side_conversations', now()),
  ('mfa', '0001_initial', now()),
  ('mfa', '0002_authenticator_timestamps', now()),
  ('mfa', '0003_authenticator_type_uniq', now()),
  ('routing', '0001_initial', now()),
  ('routing', '0002_keys_within_desk', now()),
  ('routing', '0003_config_version', now()),
  ('routing', '0004_one_key_per_desk', now()),
  ('routing', '0005_people', now()),
  ('routing', '0006_assignment', now()),
  ('routing', '0007_handover_causes', now()),
  ('routing', '0008_rules', now()),
  ('routing', '0009_clearer_texts', now()),
  ('routing', '0010_plainer_words', now()),
  ('routing', '0011_activity_counts', now()),
  ('routing', '0012_extra_shifts', now()),
  ('routing', '0013_tag_conditions', now()),
  ('sessions', '0001_initial', now()),
  ('sla', '0001_initial', now()),
  ('sla', '0002_keys_within_desk', now()),
  ('sla', '0003_config_version', now()),
  ('sla', '0004_one_key_per_desk', now()),
  ('sla', '0005_deadlines_of_queue_rows', now()),
  ('sla', '0006_deadlines', now()),
  ('sla', '0007_fewer_indexes', now()),
  ('sla', '0008_plain_texts', now()),
  ('sla', '0009_replans', now()),
  ('sla', '0010_kinds_of_clocks', now()),
  ('sla', '0011_clock_once', now()),
  ('sla', '0012_calendar_parts', now()),
  ('sla', '0013_leftovers', now()),
  ('sla', '0014_calendar_texts', now()),
  ('sla', '0015_plainer_words', now()),
  ('sla', '0016_runs_of_old_clocks', now()),
  ('sla', '0017_names_of_internal_clocks', now()),
  ('sla', '0018_ladders', now()),
  ('sla', '0019_overrides', now()),
  ('tickets', '0059_troubleshooting', now()),
  ('tickets', '0060_redactions', now()),
  ('tickets', '0061_closing_questions', now()),
  ('tickets', '0062_browser_push', now()),
  ('tickets', '0063_queue', now());
