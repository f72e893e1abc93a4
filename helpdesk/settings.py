"""Plumbline's settings.

Everything that differs between installations comes from the environment, typed and validated;
.env.example lists the variables. All problems are reported at once, one sentence each.
"""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from environs import validate

from helpdesk import logs
from helpdesk.environment.buckets import DISK, build_storage, list_bucket_problems
from helpdesk.environment.mail import PROVIDERS, list_mail_problems, parse_email_url
from helpdesk.environment.networks import list_network_problems, parse_networks
from helpdesk.environment.outgoing import list_outgoing_problems, parse_hosts, read_proxy
from helpdesk.environment.reading import AWS_PREFIX, OTEL_PREFIX, Reader, stop_on
from helpdesk.environment.reporting import list_reporting_problems, parse_headers
from helpdesk.environment.security import (
    MIN_SECRET_KEY,
    list_address_problems,
    list_fallback_problems,
    list_origin_problems,
    list_production_problems,
    list_site_problems,
    list_weak_fallbacks,
    list_weak_secrets,
)
from helpdesk.environment.servers import (
    list_database_problems,
    list_folder_problems,
    list_host_problems,
    list_redis_problems,
)
from helpdesk.worker import timetable
from tickets.queueing import Queue

BASE_DIR = Path(__file__).resolve().parent.parent

env = Reader(BASE_DIR / ".env")
env.export(AWS_PREFIX)  # boto3 reads its own variables
env.export(OTEL_PREFIX)  # and so does OpenTelemetry

MODE = env.str(
    "PLUMBLINE_MODE", "production", validate=validate.OneOf(["production", "demo", "test"])
)
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "")
# Keys of before, which still read what they signed or encrypted.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
DATA_DIR = Path(env.str("DATA_DIR", "") or BASE_DIR / "data")
STATIC_ROOT = Path(env.str("STATIC_ROOT", "") or DATA_DIR / "static")
PORT = env.int("PORT", 8000, validate=validate.Range(1, 65535))
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
SITE_URL = env.str("SITE_URL", f"http://localhost:{PORT or 8000}").rstrip("/")
DATABASE_URL = env.dj_db_url("DATABASE_URL", conn_max_age=0) if env.str("DATABASE_URL", "") else {}
DATABASE_REPLICA_URL = (
    env.dj_db_url("DATABASE_REPLICA_URL", conn_max_age=0)
    if env.str("DATABASE_REPLICA_URL", "")
    else {}
)
# Folder of pg_dump, pg_restore and psql, if they aren't found.
POSTGRESQL_BIN = env.str("POSTGRESQL_BIN", "")
DATABASE_POOL_SIZE = env.int("DATABASE_POOL_SIZE", 8, validate=validate.Range(1, 1000))
# Open live pages per web process, and those of one user.
MAX_STREAMS = env.int("MAX_STREAMS", 10_000, validate=validate.Range(1, 1_000_000))
MAX_STREAMS_PER_USER = env.int("MAX_STREAMS_PER_USER", 200, validate=validate.Range(1, 1_000_000))
REDIS_URL = env.str("REDIS_URL", "")
EMAIL_URL = env.str("EMAIL_URL", "")
EMAIL = parse_email_url(EMAIL_URL or "smtp://localhost:25")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "helpdesk@localhost")
EMAIL_PROVIDER = env.str("EMAIL_PROVIDER", "", validate=validate.OneOf(PROVIDERS))
EMAIL_PROVIDER_SETTINGS: Any = env.json("EMAIL_PROVIDER_SETTINGS", {})
INBOUND_SECRET = env.str("INBOUND_SECRET", "")
TRUSTED_AUTHSERV_IDS: frozenset[str] = frozenset(env.list("TRUSTED_AUTHSERV_IDS", []))
AUTHENTICATION_HEADERS = env.int("AUTHENTICATION_HEADERS", 1, validate=validate.Range(1, 10))
EMAIL_RETURN_PATHS = env.bool("EMAIL_RETURN_PATHS", False)
MAX_ATTACHMENT_MIB = env.int("MAX_ATTACHMENT_MIB", 25, validate=validate.Range(1, 1000))
DELIVERIES_KEPT_DAYS = env.int("DELIVERIES_KEPT_DAYS", 90, validate=validate.Range(1, 36_500))
MEDIA_BUCKET = env.str("MEDIA_BUCKET", "")
MEDIA_FALLBACK = env.str("MEDIA_FALLBACK", "")  # where files are looked for, too
BACKUP = {
    "BACKUP_ACCESS_KEY_ID": env.str("BACKUP_ACCESS_KEY_ID", ""),
    "BACKUP_SECRET_ACCESS_KEY": env.str("BACKUP_SECRET_ACCESS_KEY", ""),
    "BACKUP_ENDPOINT_URL": env.str("BACKUP_ENDPOINT_URL", ""),
    "BACKUP_REGION": env.str("BACKUP_REGION", ""),
}
# Internal systems that requests to URLs of admins may reach, and the authorities of these systems.
OUTGOING_ALLOWED_HOSTS: list[str] = env.list("OUTGOING_ALLOWED_HOSTS", [])
OUTGOING_CA = env.str("OUTGOING_CA", "")
PROXY, proxy_problems = read_proxy(env.str("OUTGOING_PROXY", ""))
BEHIND_HTTPS = env.bool("BEHIND_HTTPS", MODE == "production")
# Proxies that append to X-Forwarded-For.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0, validate=validate.Range(0, 20))
# Websites whose scripts may call the API, with a token of their own.
CORS_ALLOWED_ORIGINS: list[str] = env.list("CORS_ALLOWED_ORIGINS", [])
ADMIN_TWO_FACTOR = env.bool("ADMIN_TWO_FACTOR", MODE == "production")
METRICS_TOKEN = env.str("METRICS_TOKEN", "", validate=validate.Regexp(r"(\S{16,})?\Z"))
METRICS_NETWORK_LIST: list[str] = env.list("METRICS_NETWORKS", [])
METRICS_NETWORKS = parse_networks(METRICS_NETWORK_LIST)
# Where errors and traces are reported to: helpdesk/reporting.
SENTRY_DSN = env.str("SENTRY_DSN", "")
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", "")
OTEL_HEADER_LIST: list[str] = env.list("OTEL_EXPORTER_OTLP_HEADERS", [])
OTEL_EXPORTER_OTLP_HEADERS = parse_headers(OTEL_HEADER_LIST)
LOG_LEVEL = env.str("LOG_LEVEL", "INFO", validate=validate.Regexp(logs.LEVELS))
PSEUDO_LOCALES = env.bool("PSEUDO_LOCALES", MODE == "test")  # made by helpdesk/catalogs.py

MISSPELLED = env.list_misspelled()  # reported by the system check plumbline.W001
problems = [
    *env.list_unreadable(),
    *list_database_problems("DATABASE_URL", DATABASE_URL),
    *list_database_problems("DATABASE_REPLICA_URL", DATABASE_REPLICA_URL),
    *list_redis_problems(REDIS_URL),
    *list_address_problems(SITE_URL),
    *list_host_problems(ALLOWED_HOSTS),
    *(
        []
        if MEDIA_BUCKET and MEDIA_FALLBACK != DISK
        else list_folder_problems("DATA_DIR", DATA_DIR)
    ),
    *list_bucket_problems(MEDIA_BUCKET, MEDIA_FALLBACK, BACKUP),
    *list_network_problems(METRICS_NETWORK_LIST),
    *list_fallback_problems(SECRET_KEY, SECRET_KEY_FALLBACKS),
    *list_reporting_problems(SENTRY_DSN, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_HEADER_LIST),
    *list_outgoing_problems(OUTGOING_ALLOWED_HOSTS, OUTGOING_CA),
    *proxy_problems,
    *list_origin_problems(CORS_ALLOWED_ORIGINS),
    *list_mail_problems(
        url=EMAIL_URL,
        provider=EMAIL_PROVIDER,
        provider_settings=EMAIL_PROVIDER_SETTINGS,
        sender=DEFAULT_FROM_EMAIL,
        is_production=MODE == "production",
    ),
]
if DATABASE_URL == {}:
    problems += ["DATABASE_URL is missing. Only `make demo` starts its own database."]
if not REDIS_URL:
    problems += ["REDIS_URL is missing. Only `make demo` starts its own Valkey."]
if len(SECRET_KEY) < MIN_SECRET_KEY:
    problems += [f"SECRET_KEY must be a random string of at least {MIN_SECRET_KEY} characters."]
if MODE == "production":
    problems += [
        *list_production_problems(
            debug=DEBUG,
            inbound_secret=INBOUND_SECRET,
            two_factor=ADMIN_TWO_FACTOR,
            allowed_hosts=ALLOWED_HOSTS,
        ),
        *list_weak_secrets(SECRET_KEY, INBOUND_SECRET),
        *list_weak_fallbacks(SECRET_KEY_FALLBACKS),
        *list_site_problems(
            SITE_URL, allowed_hosts=ALLOWED_HOSTS, behind_https=BEHIND_HTTPS is not False
        ),
    ]
stop_on(problems, hints=MISSPELLED)

# --- Application ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "helpdesk",  # before Django's own, whose migrate and flush it overrides
    "accounts",
    "tickets",
    "sla",
    "routing",
    "channels_intake",
    "helpdesk.admin.apps.PlumblineAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "corsheaders",
    "csp",
    "django_fsm",
    "django_htmx",
    "heroicons",
    "oauth2_provider",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",  # answers preflights, which carry no credentials
    "csp.middleware.CSPMiddleware",  # before static files, which carry the policy too
    "helpdesk.shared.http.streaming.StaticFilesMiddleware",
    "helpdesk.shared.http.compression.CompressionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "helpdesk.middleware.NeverCacheMiddleware",
    "helpdesk.api.contract.middleware.ProblemsMiddleware",
    "helpdesk.middleware.Utf8FormsMiddleware",
    "helpdesk.middleware.RejectNullBytesMiddleware",
    "helpdesk.middleware.ProviderPostMiddleware",
    "accounts.middleware.DeskMiddleware",
    "helpdesk.shared.http.dialogs.DialogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "helpdesk.login.sso.middleware.SsoSessionMiddleware",
    "accounts.middleware.PersonMiddleware",
    "helpdesk.api.access.middleware.ApiAccessMiddleware",
    "helpdesk.login.signed_out.form_owners.FormOwnersMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "helpdesk.login.two_factor.middleware.TwoFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "helpdesk.middleware.MethodNotAllowedMiddleware",
    "helpdesk.shared.http.rate_limits.RetryAfterMiddleware",
]

ROOT_URLCONF = "helpdesk.urls"
ASGI_APPLICATION = "helpdesk.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "helpdesk.shared.template_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "helpdesk.context_processors.desk",
            ],
        },
    }
]

# --- Events: who reacts to a ticket's events -----------------------------------------------------
# Each follower has a short, stable key, which is what the database stores, and a dotted path to a
# dict from event kinds to functions. They run in this order.

# In the transaction of the change.
NOW_FOLLOWERS = {
    "routing": "routing.followers.NOW",
    "sla": "sla.followers.NOW",  # last: clocks depend on the department, the priority and tags
}
# After the commit, at least once.
LATER_FOLLOWERS = {
    "notifications": "tickets.notifications.LATER",
    "on_call": "routing.followers.LATER",
    "channels": "channels_intake.connections.outgoing.answering.LATER",
    "chat": "channels_intake.team_chat.followers.LATER",
    "paging": "channels_intake.paging.followers.LATER",
    "help": "tickets.help_requests.notices.LATER",
    "bounces": "channels_intake.outgoing.bounces.LATER",
    "side_mail": "channels_intake.outgoing.side_mail.LATER",
    "webhooks": "tickets.webhooks.storing.LATER",
    "mail": "channels_intake.followers.LATER",  # last: a slow mail server delays no other follower
}
# Functions called with the events of a transaction right after its commit. Nothing is stored and
# nothing retried: what is lost costs only freshness.
AFTER_COMMIT = ["helpdesk.live.pubsub.publish_events"]
# The same for defects: called with the desk's ID and the defect's number, 0 for the order of all.
AFTER_DEFECT_COMMIT = ["helpdesk.live.pubsub.publish_defect"]
# Functions that find whom an escalation ladder alerts (sla/ladders/duty.py).
LADDER_DUTY = {
    "on_call": "routing.staff.duty.list_on_call_agents",
    "leads": "routing.staff.missing.list_leads",
    "gaps": "routing.staff.duty.list_gaps",
    "channel": "channels_intake.team_chat.rules.has_ladder_channel",
}
# Function that says in the transaction of a reply by which way it goes to the customer, or refuses
# it (tickets/services/replying.py).
REPLY_WAY = "channels_intake.connections.outgoing.ways.place_reply"
# Functions that build the body of a webhook about an event, and of a test event (tickets/webhooks).
WEBHOOK_BODY = "helpdesk.api.webhooks.payloads.build_payload"
WEBHOOK_TEST_BODY = "helpdesk.api.webhooks.payloads.build_test"
# Functions called in the transaction of each event of a defect.
DEFECT_FOLLOWERS = {"chat": "channels_intake.team_chat.defects.post_defect_event"}
# Function that makes imported HTML safe, and reads its text (tickets/exchange/entries.py).
IMPORTED_HTML = "channels_intake.mime.imported.read_html"
# Functions called in the transaction that changes the plan or status of accounts.
ACCOUNT_FOLLOWERS = {"tickets": "tickets.services.terms.mark_terms_changed"}
# Functions called in the transaction in which people leave their account.
DEPARTURE_FOLLOWERS = {"tickets": "tickets.services.departures.hand_over_tickets"}
# Functions called in the transaction that renames a tag, or merges it into another.
TAG_FOLLOWERS = {
    "routing": "routing.rules.renamed_tags.follow_renamed_tag",
    "sla": "sla.policies.renamed_tags.follow_renamed_tag",
}

# --- Database, Valkey, tasks ---------------------------------------------------------------------

DATABASES = {
    "default": DATABASE_URL
    | {
        "CONN_HEALTH_CHECKS": True,
        # First those of the URL, such as sslmode.
        "OPTIONS": DATABASE_URL.get("OPTIONS", {})
        | {
            "pool": {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 5},
            # Only for accounts.database.rows.prepared_cursor: Django's own cursors never prepare.
            "prepare_threshold": 5,
        },
    }
}
if DATABASE_REPLICA_URL:
    # For exports and reports, one at a time per thread; no connection is kept meanwhile.
    DATABASES["replica"] = DATABASE_REPLICA_URL | {"TEST": {"MIRROR": "default"}}
DATABASE_ROUTERS = ["accounts.database.replica.ReplicaRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # In PostgreSQL, so that sign-in limits survive a restart of Valkey. Beyond MAX_ENTRIES live
    # counters would be dropped; a task deletes expired ones.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,  # seconds until the task of a dead worker is delivered again
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TASK_PUBLISH_RETRY = False  # the database row is authoritative; a sweep finds unsent work
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

CELERY_TASK_DEFAULT_QUEUE = Queue.BULK.value
CELERY_TASK_QUEUES = timetable.declare_queues()
CELERY_BEAT_SCHEDULE = timetable.build_schedule()
CELERY_BEAT_SCHEDULER = "helpdesk.worker.beat.QueueOnceScheduler"

# --- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in [
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "UserAttributeSimilarityValidator",
    ]
]
if MODE == "test":
    PASSWORD_HASHERS = [
        f"django.contrib.auth.hashers.{name}"
        for name in ["MD5PasswordHasher", "PBKDF2PasswordHasher"]
    ]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that signed up, nowhere else
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of changes to the password and 2FA
ACCOUNT_ADAPTER = "helpdesk.login.adapter.LoginAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "helpdesk.login.signup_form.SignupForm"
ACCOUNT_FORMS = {
    "signup": "helpdesk.login.forms.DeskSignupForm",
    "change_password": "helpdesk.login.forms.ReplacePasswordForm",
    "reset_password": "helpdesk.login.forms.RequestPasswordForm",
    "reset_password_from_key": "helpdesk.login.forms.SetPasswordForm",
    "request_login_code": "helpdesk.login.forms.RequestCodeForm",
}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds; an email can take some minutes
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_RATE_LIMITS = {  # times / period / counted per; beyond it the response is 429
    "login": "120/m/ip",
    "signup": "20/h/ip",
    "reset_password_from_key": "20/m/ip",
    "sso_start": "20/m/ip",
    "saml_acs": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "invitation": "20/m/ip",
    "acknowledgement": "20/m/ip",
    "mailed_files": "60/m/ip",
    "provider_test": "10/m/user",
    "chat_test": "10/m/user",
    "paging_test": "10/m/user",
    "webhook_test": "10/m/user",
    "card_test": "10/m/user",
    "push_test": "10/m/user",
    "pdf_page": "240/m/user",
    "customer_card": "120/m/user",
    "oauth_token": "120/m/ip",
    "mailbox_code": "20/d/user,5/d/key",  # key: the address, at any desk
    # Plumbline's own forms, see helpdesk/shared/http/rate_limits.py.
    "portal_request": "30/h/user",
    "portal_answer": "60/h/user",
    "portal_emergency": "10/h/user",  # each alerts leads and whoever is on call
    "draft": "120/m/user",
    "portal_invitation": "20/d/user",
    "plan_choice": "10/d/user",  # each changes the targets of all the account's open tickets
    "website_form": "10/h/ip",
    "website_form_address": "5/d/key",
    "website_form_sum": "5/h/ip",  # of browsers that compute nothing
    "confirmation": "30/h/ip",
    "confirmation_email": "20/h/ip",
    "messenger_session": "240/m/ip",
    "messenger_message": "120/m/ip",
    "messenger_start": "30/h/ip",  # new visitors of a network
    "messenger_files": "60/h/ip",  # messages with files, of up to 10 MB each
    "messenger_visitor": "20/m/key,200/d/key",
    "messenger_news": "120/m/key",
    "messenger_stream": "30/m/key",
    # Counted by ADDRESS_RATE_LIMITS instead.
    **dict.fromkeys(["login_failed", "confirm_email", "reset_password", "request_login_code"], ""),
}
# Per action and scope (helpdesk/login/lockout.py). network: an address in one network; address: in
# all networks; browser: one that the owner of the address has signed in with, instead of both.
ADDRESS_RATE_LIMITS = {
    "password.network": "10/m/ip,5/5m/key,10/h/key",  # only failures
    "password.address": "40/h/key",
    "password.browser": "5/5m/key,50/d/key",
    "two_factor.network": "10/m/ip,5/5m/key,10/h/key",  # only failures
    "two_factor.address": "20/h/key",
    "two_factor.browser": "5/5m/key,50/d/key",
    "sign_in_code.network": "20/h/ip,5/h/key",  # plus three attempts per code
    "sign_in_code.address": "20/h/key",
    "sign_in_code.browser": "5/h/key",
    "password_link.network": "20/h/ip,3/h/key",
    "password_link.address": "12/h/key",
    "password_link.browser": "3/h/key",
    "verification.network": "1/3m/key",
    "verification.address": "5/h/key",
    "verification.browser": "1/3m/key",
}
MFA_ADAPTER = "helpdesk.login.two_factor.adapter.TwoFactorAdapter"
MFA_FORMS = {
    "authenticate": "helpdesk.login.two_factor.forms.TwoFactorForm",
    "reauthenticate": "helpdesk.login.two_factor.forms.TwoFactorReauthenticateForm",
    "add_webauthn": "helpdesk.login.two_factor.forms.AddPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# One 30-second step before and after (RFC 6238, 5.2): typing takes time, and clocks differ.
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "20/m/ip"}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = MODE != "production"  # http://localhost
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True

# --- Mail ----------------------------------------------------------------------------------------

MAX_ATTACHMENT_BYTES = MAX_ATTACHMENT_MIB * 1024 * 1024
OUTBOX_DIR = DATA_DIR / "outbox"
if EMAIL_PROVIDER:
    EMAIL_BACKEND = f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
elif MODE == "demo" and not EMAIL_URL:
    # Writes .eml files to DATA_DIR/outbox.
    EMAIL_BACKEND = "channels_intake.outgoing.outbox.EmailBackend"
elif MODE == "test":
    EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
else:
    EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = EMAIL["EMAIL_HOST"], EMAIL["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_USER"], EMAIL["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL["EMAIL_USE_TLS"], EMAIL["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 20  # seconds for each reply of the server
EMAIL_SEND_SECONDS = 35  # for one whole email; less than the first retry delay
# Providers send the shared secret by HTTP basic authentication.
ANYMAIL = {
    **EMAIL_PROVIDER_SETTINGS,
    "WEBHOOK_SECRET": f"inbound:{INBOUND_SECRET}" if INBOUND_SECRET else None,
}

# --- Requests to other systems --------------------------------------------------------------------

INTERNAL_HOSTS = parse_hosts(OUTGOING_ALLOWED_HOSTS)  # pairs of host and port

# --- Files ---------------------------------------------------------------------------------------

MEDIA_ROOT = DATA_DIR / "files"
STATIC_URL = "/static/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "helpdesk.shared.bundles.BundleFinder",
]
BUNDLES_DIR = DATA_DIR / "bundles"
STORAGES = {
    "default": build_storage(MEDIA_BUCKET, MEDIA_FALLBACK),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Of the bucket that backups are written to. What is empty comes from AWS_*.
BACKUP_BUCKET_OPTIONS = {
    "access_key": BACKUP["BACKUP_ACCESS_KEY_ID"],
    "secret_key": BACKUP["BACKUP_SECRET_ACCESS_KEY"],
    "endpoint_url": BACKUP["BACKUP_ENDPOINT_URL"],
    "region_name": BACKUP["BACKUP_REGION"],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- Pages and security --------------------------------------------------------------------------

LANGUAGE_CODE = "en"  # of the source; every other language has a catalog in helpdesk/locale
LANGUAGES = [("en", "English"), ("pt-br", "Português (Brasil)"), ("de", "Deutsch")]
if PSEUDO_LOCALES:
    LANGUAGES += [("en-xa", "[Ļöñĝ ţéẋţ]"), ("ar-xb", "[Right to left]")]
    LOCALE_PATHS = [DATA_DIR / "pseudo-locales"]
FORMAT_MODULE_PATH = "helpdesk.formats"  # where Django's own formats are not ours
TIME_ZONE = "UTC"
USE_TZ = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
CSRF_FAILURE_VIEW = "helpdesk.login.signed_out.views.show_csrf_failure"
SESSION_COOKIE_NAME = "plumbline_session"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if BEHIND_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SILENCED_SYSTEM_CHECKS: list[str] = []

UNFOLD = {
    "SITE_TITLE": "Plumbline",
    "SITE_HEADER": "Plumbline",
    "SITE_SYMBOL": "support_agent",
    "SHOW_HISTORY": True,
}

# Authorization code with PKCE and client credentials, nothing else of OAuth (helpdesk/oauth).
OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.OAuthApplication"
OAUTH2_PROVIDER_GRANT_MODEL = "accounts.OAuthGrant"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "accounts.OAuthAccessToken"  # noqa: S105
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "accounts.OAuthRefreshToken"  # noqa: S105
OAUTH2_PROVIDER_ID_TOKEN_MODEL = "accounts.OAuthIdToken"  # noqa: S105
OAUTH2_PROVIDER_DEVICE_GRANT_MODEL = "accounts.OAuthDeviceGrant"
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "ACCESS_TOKEN_GENERATOR": "helpdesk.oauth.secrets.make_access_token",
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "OAUTH2_BACKEND_CLASS": "helpdesk.oauth.backend.DeskCore",
    "OAUTH2_GRANT_TYPES_SUPPORTED": [
        "authorization_code",
        "client_credentials",
        "refresh_token",
    ],
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OAUTH2_VALIDATOR_CLASS": "helpdesk.oauth.validator.DeskValidator",
    "PKCE_REQUIRED": True,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 90 * 86_400,  # without a use
    "REFRESH_TOKEN_GENERATOR": "helpdesk.oauth.secrets.make_refresh_token",
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ROTATE_REFRESH_TOKEN": True,
    "SCOPES_BACKEND_CLASS": "helpdesk.oauth.scopes.ApplicationScopes",
    # What RFC 9700 advises.
    **{
        f"COMPLIANT_BCP_RFC9700_{name}": True
        for name in (
            *("IMPLICIT_GRANT", "PASSWORD_GRANT", "PKCE_METHOD", "ACCESS_TOKEN_TRANSPORT"),
            *("AUTHZ_RESPONSE_ISS", "TOKEN_STORAGE", "REFRESH_TOKEN", "REDIRECT_URI_SCHEME"),
            *("REDIRECT_URI_MATCHING", "PKCE_REQUIRED"),
        )
    },
}
# Scripts of other websites send a token, never a cookie.
CORS_URLS_REGEX = (
    r"^/(([^/]+/)?(api/|oauth/((token|revoke)/$|\.well-known/))"
    r"|\.well-known/oauth-authorization-server/)"
)
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = [
    *("accept", "accept-language", "authorization", "content-type"),
    *("idempotency-key", "if-match", "if-none-match"),
]
CORS_EXPOSE_HEADERS = [
    *("Content-Location", "ETag", "Idempotency-Replayed", "Link", "Location", "Next-Cursor"),
    *("RateLimit", "RateLimit-Policy", "Retry-After", "WWW-Authenticate", "X-Request-ID"),
]
# Requests a minute to the API by a signed-in person and by an address; a token has its own limit.
API_REQUESTS_PER_PERSON = 1_200 if MODE != "test" else 1_000_000
API_REQUESTS_PER_ADDRESS = 600 if MODE != "test" else 1_000_000
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "helpdesk.api.access.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["helpdesk.api.parsing.SafeJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "helpdesk.api.schema.inspector.OperationSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Plumbline API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    # Paths are below the server, which names the desk (helpdesk/api/schema).
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SCHEMA_PATH_PREFIX_TRIM": True,
    "COMPONENT_SPLIT_REQUEST": True,  # what is read and what is written differ
    "POSTPROCESSING_HOOKS": ["helpdesk.api.schema.hooks.complete_schema"],
}

LOGGING = logs.configure(LOG_LEVEL.upper(), as_json=MODE == "production")
