"""Names of contacts and accounts are found without their accents, in any locale of the cluster."""

from django.db import migrations

# As tickets.search.characters.fold does, as far as SQL can: an index of an expression can't call
# Python. The collation is built into PostgreSQL and knows the letters of all scripts.
FOLD = r"""
CREATE FUNCTION fold_name(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(replace(replace(replace(translate(
  regexp_replace(normalize(lower(given COLLATE "pg_c_utf8"), NFKD), '[\u0300-\u036f]', '', 'g'),
  'øđðłħŧŋı@._+-''’', 'oddlhtni       '), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
DROP INDEX contact_words;
DROP INDEX account_words;
CREATE INDEX contact_words ON accounts_contact
  USING gin (to_tsvector('simple', fold_name(name || ' ' || email)));
CREATE INDEX account_words ON accounts_account USING gin (to_tsvector('simple', fold_name(name)));
"""
SEARCH = """
CREATE OR REPLACE FUNCTION search_contacts(in_desk bigint, in_names text, most integer)
RETURNS TABLE (id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT o.id FROM accounts_contact o
  WHERE in_desk = NULLIF(current_setting('helpdesk.desk', true), '')::bigint
    AND o.desk_id = in_desk
    AND to_tsvector('simple', fold_name(o.name || ' ' || o.email)) @@ to_tsquery('simple', in_names)
  ORDER BY o.email LIMIT most
$$;
CREATE OR REPLACE FUNCTION search_accounts(in_desk bigint, in_names text, most integer)
RETURNS TABLE (id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT o.id FROM accounts_account o
  WHERE in_desk = NULLIF(current_setting('helpdesk.desk', true), '')::bigint
    AND o.desk_id = in_desk
    AND to_tsvector('simple', fold_name(o.name)) @@ to_tsquery('simple', in_names)
  ORDER BY o.name LIMIT most
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_crm_reasons"),
        ("tickets", "0010_message_labels"),
    ]

    operations = [
        migrations.RunSQL(FOLD, migrations.RunSQL.noop),
        migrations.RunSQL(
            "GRANT CREATE ON SCHEMA public TO plumbline_system; SET ROLE plumbline_system;"
            + SEARCH
            + "SET ROLE none; REVOKE CREATE ON SCHEMA public FROM plumbline_system;",
            migrations.RunSQL.noop,
        ),
    ]
