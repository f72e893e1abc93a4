"""Hand-written statements of the services. Columns are read by name."""

from tickets.models import Message, Ticket
from tickets.writes import reserve_id

# Until the commit, the person can't be erased or leave their account, and the account's terms can't
# change. Both are locked before the counter, which other transactions wait for. If another
# transaction is changing them, this waits and reads the result.
BEGIN_TICKET = f"""
WITH terms AS (
  SELECT plan_id, status FROM accounts_account WHERE id = %(account)s FOR SHARE
), person AS (
  SELECT email, account_id FROM accounts_contact WHERE id = %(contact)s FOR SHARE
)
SELECT {reserve_id(Ticket)} AS ticket_id, {reserve_id(Message)} AS message_id,
  person.email, person.account_id,
  (SELECT plan_id FROM terms) AS plan_id, (SELECT status FROM terms) AS account_status,
  (SELECT config_version FROM accounts_desk WHERE id = %(desk)s) AS version
FROM person
"""  # noqa: S608 (names of sequences)

# Numbers have no gaps or duplicates: the counter's row is locked until the commit, so the last
# statement takes it.
NUMBER = """
numbered AS (
  INSERT INTO tickets_ticketcounter (desk_id, last) VALUES (%(number_desk)s, 1001)
  ON CONFLICT (desk_id) DO UPDATE SET last = tickets_ticketcounter.last + 1 RETURNING last
)
"""

SHARE_LOCK_CONTACT = "SELECT email FROM accounts_contact WHERE id = %(contact)s FOR SHARE"
SHARE_LOCK_ACCOUNT = "SELECT id FROM accounts_account WHERE id = %(account)s FOR SHARE"
