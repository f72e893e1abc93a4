"""Who gets what: each route and method, for each kind of person. A route without a line fails the build.

One line per route, three words per line: GET, POST (an empty form), DELETE (which no page takes). In each word one
sign per person, in the order of PEOPLE::

    +  it is done or shown (2xx)             -  nothing here, as if it were absent (404)
    >  to a page below login/, to log in or   !  refused (403)
       to prove a second time who one is
    ~  sent elsewhere (3xx): for a POST it   .  no such method (405)
       is done, or refused with a sentence   ?  allowed, but an empty form is no good (400, 422)

All of them ask at the first desk, for its things. What belongs to another desk is "-" for everybody here: that is
tests/access/test_foreign_things.py. Nobody here has a second factor, and the tests' settings ask for none; the
door that asks for it is tests/login's. A department hides no ticket today: "u" has the same signs as "a" in every
line, except for the notification that is the analyst's own, and a test says so. Nothing but a POST changes
anything, so a DELETE that a page takes for a GET (the admin site does) is harmless, and that is tested as well.
"""

from __future__ import annotations

# Sign of the column: who it is in tests.cast.
PEOPLE = {
    "n": "nobody",
    "c": "customer",  # the requester of the ticket
    "k": "customer_colleague",  # of the same account, role contact
    "m": "manager",  # of the same account: sees all its tickets
    "e": "elsewhere",  # a customer of another account
    "a": "analyst",
    "u": "colleague",  # an analyst without the ticket's department
    "d": "admin",  # of the desk
    "f": "foreign_admin",  # of another desk
    "o": "observer",
}

# The admin site's tables. SETTING pages are the desk admin's to change, RECORD pages to read.
SETTINGS = {
    "accounts_account", "accounts_agent", "accounts_contact", "accounts_crmconnection", "accounts_department",
    "accounts_identityprovider", "accounts_plan", "accounts_product", "channels_intake_mailbox", "sla_calendar",
    "tickets_formfield", "tickets_priority",
}  # fmt: skip
RECORDS = {
    "accounts_auditentry", "accounts_crmpull", "accounts_crmsetaside", "accounts_invitation",
    "channels_intake_inboundmessage", "channels_intake_outgoingemail", "sla_clock", "tickets_message",
    "tickets_note", "tickets_ticket", "tickets_ticketevent",
}  # fmt: skip

TABLE = """
#                                          GET        POST       DELETE
#                                          nckmeaudfo nckmeaudfo nckmeaudfo
home                                       +++++~~~+~ .......... ..........
logo                                       ++++++++++ .......... ..........

agent:queue                                >----+++-+ .......... ..........
agent:stream                               -----+++-+ -----+++-+ -----+++-+
agent:presence                             .......... >----~~~-! ..........
agent:notifications                        >----+++-+ .......... ..........
agent:read_notifications                   .......... >----~~~-~ ..........
agent:notification                         .......... >----~---- ..........
agent:quarantine                           >------+-- .......... ..........
agent:quarantined                          >------+-- .......... ..........
agent:decision                             .......... >------?-! ..........
agent:file                                 >----+++-+ .......... ..........
agent:received_mail                        >----+++-+ .......... ..........
agent:sent_mail                            >----+++-+ .......... ..........
agent:new_ticket                           >----+++-! >----???-! ..........
agent:requester                            >----+++-! .......... ..........
agent:ticket                               >----+++-+ .......... ..........
agent:panel                                >----+++-+ .......... ..........
agent:history                              >----+++-+ .......... ..........
agent:answers                              .......... >----???-! ..........
agent:assignee                             .......... >----~~~-! ..........
agent:status                               .......... >----~~~-! ..........
agent:priority                             .......... >----~~~-! ..........
agent:department                           .......... >----~~~-! ..........
agent:escalation                           >----+++-! >----???-! ..........
agent:closure                              >----+++-! >----???-! ..........
agent:reopening                            .......... >----~~~-! ..........
agent:participants                         >----+++-! >----???-! ..........

portal:home                                ~~~~~~~~~~ ~~~~~~~~~~ ~~~~~~~~~~
portal:tickets                             >++++~~~!~ .......... ..........
portal:new_request                         >++++~~~!~ >????~~~!~ ..........
portal:ticket                              >+-+------ .......... ..........
portal:answer                              .......... >?-?------ ..........
portal:close                               .......... >~-~------ ..........
portal:file                                >+-+------ .......... ..........
portal:plans                               ++++++++++ .......... ..........
portal:contact                             ++++++++++ ?????????? ..........
portal:contact_sent                        ++++++++++ .......... ..........
portal:join                                .......... >~~~~~~~~~ ..........

api:schema                                 !!!!!+++!+ !!!!!...!! !!!!!...!!
api:tickets                                !!!!!+++!+ !!!!!???!! !!!!!...!!
api:ticket                                 !!!!!+++!+ !!!!!...!! !!!!!...!!
api:messages                               !!!!!...!. !!!!!???!! !!!!!...!!
api:notes                                  !!!!!...!. !!!!!???!! !!!!!...!!

channels_intake:inbound_postmark           .......... !!!!!!!!!! ..........
channels_intake:inbound_mailgun            .......... !!!!!!!!!! ..........
channels_intake:inbound_sendgrid           .......... !!!!!!!!!! ..........
channels_intake:inbound_mailjet            .......... !!!!!!!!!! ..........
channels_intake:tracking_postmark          .......... !!!!!!!!!! ..........
channels_intake:tracking_mailgun           .......... !!!!!!!!!! ..........
channels_intake:tracking_sendgrid          .......... !!!!!!!!!! ..........
channels_intake:tracking_mailjet           .......... !!!!!!!!!! ..........
channels_intake:inbound_mailgun_mime       .......... !!!!!!!!!! ..........
inbound/mailgun/mime                       .......... !!!!!!!!!! ..........

admin:sla_matrix                           >------+-- >------~-- >------+--
admin:csv                                  >------+-- >------?-- >------+--
admin:csv_export                           >------.-- >------?-- >------.--
admin:crm_pull                             >------.-- >------~-- >------.--
admin:invite                               >------+-- >------?-- >------+--
admin:held_mail                            >------.-- >------~-- >------.--
admin:contact_export                       >------.-- >------+-- >------.--
admin:contact_erasure                      >------+-- >------?-- >------+--
admin:agent_export                         >------.-- >------+-- >------.--
admin:agent_erasure                        >------+-- >------?-- >------+--
admin:mailbox_proof                        >------~-- >------~-- >------~--
admin:suspension                           >------.-- >--------- >------.--
admin:index                                >------+-- >------+-- >------+--
admin:login                                >------>-- >------>-- >------>--
admin:logout                               >------.-- >------~-- >------.--
admin:password_change                      >------>-- >------>-- >------>--
admin:password_change_done                 >------+-- >------.-- >------.--
admin:autocomplete                         >------!-- >------.-- >------.--
admin:jsi18n                               >------+-- >------.-- >------.--
admin:view_on_site                         >--------- >--------- >---------
admin:app_list                             >------+-- >------+-- >------+--
admin:OTHER                                >--------- >--------- >---------

admin:SETTING_changelist                   >------+-- >------+-- >------+--
admin:SETTING_add                          >------+-- >------+-- >------+--
admin:SETTING_change                       >------+-- >------+-- >------+--
admin:SETTING_delete                       >------+-- >------+-- >------+--
admin:SETTING_history                      >------~-- >------~-- >------~--
admin:SETTING                              >------~-- >------~-- >------~--

admin:RECORD_changelist                    >------+-- >------+-- >------+--
admin:RECORD_add                           >------!-- >------!-- >------!--
admin:RECORD_change                        >------+-- >------!-- >------+--
admin:RECORD_delete                        >------!-- >------!-- >------!--
admin:RECORD_history                       >------~-- >------~-- >------~--
admin:RECORD                               >------~-- >------~-- >------~--

admin:accounts_agent_delete                >------!-- >------!-- >------!--
admin:channels_intake_inboundmessage_history >------+-- >------+-- >------+--
admin:accounts_desk_changelist             >------+-- >------+-- >------+--
admin:accounts_desk_add                    >--------- >--------- >---------
admin:accounts_desk_change                 >------+-- >------+-- >------+--
admin:accounts_desk_delete                 >------!-- >------!-- >------!--
admin:accounts_desk_history                >------~-- >------~-- >------~--
admin:accounts_desk                        >------~-- >------~-- >------~--
admin:accounts_user_changelist             >------!-- >------!-- >------!--
admin:accounts_user_add                    >------!-- >------!-- >------!--
admin:accounts_user_change                 >------!-- >------!-- >------!--
admin:accounts_user_delete                 >------!-- >------!-- >------!--
admin:accounts_user_history                >------!-- >------!-- >------!--
admin:accounts_user                        >------~-- >------~-- >------~--

account_login                              +~~~~~~~~~ +~~~~~~~~~ .~~~~~~~~~
account_logout                             ~+++++++++ ~~~~~~~~~~ ..........
account_inactive                           ++++++++++ .......... ..........
account_signup                             +~~~~~~~~~ +~~~~~~~~~ .~~~~~~~~~
account_email_verification_sent            ++++++++++ .......... ..........
account_confirm_email                      ++++++++++ ---------- ..........
account_change_password                    >+++++++++ >+++++++++ >.........
account_set_password                       >>>>>>>>>> >>>>>>>>>> >>>>>>>>>>
account_reset_password                     ++++++++++ ++++++++++ ..........
account_reset_password_done                ++++++++++ .......... ..........
account_reset_password_from_key_done       ++++++++++ .......... ..........
account_reset_password_from_key            ++++++++++ ++++++++++ ++++++++++
company_start                              .......... !!!!!!!!!! ..........
company_answer                             !!!!!!!!!! .......... ..........
company_response                           .......... !!!!!!!!!! ..........
company_metadata                           ++++++++++ .......... ..........
account_request_login_code                 +~~~~~~~~~ +~~~~~~~~~ .~~~~~~~~~
account_confirm_login_code                 >~~~~~~~~~ >~~~~~~~~~ >~~~~~~~~~
account_reauthenticate                     >+++++++++ >+++++++++ >.........

mfa_index                                  >+++++++++ >......... >.........
mfa_authenticate                           >~~~~~~~~~ >~~~~~~~~~ >~~~~~~~~~
mfa_reauthenticate                         >>>>>>>>>> >>>>>>>>>> >>>>>>>>>>
mfa_activate_totp                          >>>>>>>>>> >>>>>>>>>> >>>>>>>>>>
mfa_deactivate_totp                        >--------- >--------- >---------
mfa_view_recovery_codes                    >--------- >......... >.........
mfa_generate_recovery_codes                >>>>>>>>>> >>>>>>>>>> >>>>>>>>>>
mfa_download_recovery_codes                >--------- >--------- >---------
mfa_list_webauthn                          >+++++++++ >......... >.........
mfa_add_webauthn                           >>>>>>>>>> >>>>>>>>>> >>>>>>>>>>
mfa_login_webauthn                         >~~~~~~~~~ >~~~~~~~~~ .~~~~~~~~~
mfa_reauthenticate_webauthn                >>>>>>>>>> >>>>>>>>>> >>>>>>>>>>
mfa_remove_webauthn                        >>>>>>>>>> >>>>>>>>>> >>>>>>>>>>
mfa_edit_webauthn                          >>>>>>>>>> >>>>>>>>>> >>>>>>>>>>

crm_hook                                   .......... ?????????? ..........

invitation                                 ++++++++++ ++++++++++ ..........
"""


def read_table() -> dict[str, dict[str, str]]:
    """Route or class of routes: method: a sign per person."""
    lines = [line.split() for line in TABLE.splitlines() if line and not line.startswith("#")]
    return {name: dict(zip(("GET", "POST", "DELETE"), signs, strict=True)) for name, *signs in lines}


def find_line(route: str) -> str:
    """The key of a route's line: its own name, or the class of its admin page."""
    if route in LINES:
        return route
    for tables, word in ((SETTINGS, "SETTING"), (RECORDS, "RECORD")):
        for table in tables:
            if route == f"admin:{table}" or route.startswith(f"admin:{table}_"):
                return route.replace(table, word)
    return route


LINES = read_table()
