"""Words of the benchmark: bodies in which few words are frequent and most are rare (Zipf's law).

Every message is one of BODIES texts; a ticket's third message adds words of a known frequency and
three words that hardly another ticket has.
"""

from __future__ import annotations

import random

import psycopg

from tickets.search.words import VERSION

BODIES, BODIES_OF_SMALL_DESK = 4000, 500
BODY_LENGTH = 600  # characters
VOCABULARY = 50_000
RARE_IDS = 300_000  # different words such as serial numbers
COMMON_WORD = "server"  # in every ticket
RARE_WORD = "quokka"  # in one ticket of a thousand
OLD_WORD = "legacy"  # in the oldest two fifths of every desk's tickets, all of them
OWN_WORD, OTHER_WORD = "native", "foreign"  # in all tickets of desk 1; of all other desks
FREQUENCIES = {"axolotl": 10_000, RARE_WORD: 1000, "wombat": 100, "numbat": 20, "dingo": 5}
CJK = "接続でき"  # in two of a thousand, as tickets.search reads 接続でき

# The extra words of a ticket of bench_tickets (bulk_rows.py).
EXTRA = " || ".join(
    [
        *(
            f"CASE WHEN h / 7 % {one_of} = 3 % {one_of} THEN ' {word}' ELSE '' END"
            for word, one_of in FREQUENCIES.items()
        ),
        f"CASE WHEN number - 1000 < tickets * 0.4 THEN ' {OLD_WORD}' ELSE '' END",
        f"CASE WHEN place = 1 THEN ' {OWN_WORD}' ELSE ' {OTHER_WORD}' END",
        *(f"' x' || to_hex((h / {step} + {step}) % {RARE_IDS})" for step in (3, 17, 101)),
    ]
)
# The words are plain, so PostgreSQL reads them as tickets.search does, which would take hours.
WORDS = """
CREATE TEMP TABLE bench_words AS
SELECT p.desk, b.id AS body, regexp_replace(
  to_tsvector('simple', b.body)::text, '''(\\w+)''', '''' || to_hex(p.desk) || '@\\1''', 'g'
)::tsvector AS words
FROM bench_people p JOIN bench_bodies b ON b.id < p.bodies;
ALTER TABLE bench_words ADD PRIMARY KEY (desk, body);
CREATE TEMP TABLE bench_names AS SELECT c.id AS contact, array_to_tsvector(
  (SELECT array_agg(DISTINCT to_hex(c.desk_id) || '@~' || word) FROM regexp_split_to_table(
     lower(c.name || ' ' || c.email || ' ' || coalesce(a.name, '')), '[^a-z0-9]+') word
   WHERE word <> '')) AS words
FROM accounts_contact c LEFT JOIN accounts_account a ON a.id = c.account_id;
ALTER TABLE bench_names ADD PRIMARY KEY (contact);
ANALYZE bench_words, bench_names;
"""
DOCUMENTS = f"""
INSERT INTO tickets_searchdocument (desk_id, ticket_id, number, part, version, document)
SELECT b.desk, b.id, b.number, 1, {VERSION},
  (SELECT string_agg(quote_literal(to_hex(b.desk) || '@' || word) || ':500', ' ')
   FROM unnest(string_to_array(trim(b.extra) || ' ticket about ' || b.number, ' ')) word)::tsvector
  || search_blocks(b.desk, b.number) || n.words || b1.words || b2.words || b3.words || b4.words
  || CASE WHEN b.h % 500 = 3 THEN
    (SELECT string_agg(quote_literal(to_hex(b.desk) || '@' || pair) || ':' || 600 + place, ' ')
     FROM unnest(ARRAY['接続', '続で', 'でき']) WITH ORDINALITY p (pair, place))::tsvector
    ELSE '' END
FROM bench_tickets b
JOIN bench_names n ON n.contact = b.contact
JOIN bench_words b1 ON b1.desk = b.desk AND b1.body = (b.h + 13) % b.bodies
JOIN bench_words b2 ON b2.desk = b.desk AND b2.body = (b.h + 26) % b.bodies
JOIN bench_words b3 ON b3.desk = b.desk AND b3.body = (b.h + 39) % b.bodies
JOIN bench_words b4 ON b4.desk = b.desk AND b4.body = (b.h + 52) % b.bodies
ORDER BY b.id
"""


def make_texts(db: psycopg.Connection) -> None:
    """Create the bodies, and the words of each body and person for each desk."""
    chance = random.Random(7)
    words = make_vocabulary()
    weights = [1 / (rank + 3) for rank in range(VOCABULARY)]
    db.execute("CREATE TEMP TABLE bench_bodies (id bigint PRIMARY KEY, body text)")
    with db.cursor() as cursor, cursor.copy("COPY bench_bodies (id, body) FROM STDIN") as copy:
        for number in range(BODIES):
            body = " ".join([COMMON_WORD, *chance.choices(words, weights, k=130)])
            copy.write_row((number, body[:BODY_LENGTH].rpartition(" ")[0]))
    db.execute(WORDS)


def make_vocabulary() -> list[str]:
    """Return VOCABULARY different words, the most frequent ones first and short."""
    chance = random.Random(11)
    found: dict[str, None] = {}
    while len(found) < VOCABULARY:
        longest = 3 + len(found).bit_length() // 2
        word = "".join(chance.choices("abdeghiklmnoprstu", k=chance.randint(3, longest)))
        found.setdefault(word)
    return list(found)
