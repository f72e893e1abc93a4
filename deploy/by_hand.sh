#!/usr/bin/env bash
# The whole installation without Docker, as docs/operations.md describes it, in a folder that is
# removed at the end. It shows that the pages of the documentation are right:
#
#     sudo deploy/by_hand.sh            # in a checkout after `make test` or `make demo`
#
# Two web nodes behind nginx with TLS, the two workers, the scheduler, PostgreSQL, Valkey, and a
# Postfix that delivers to Plumbline and takes its email. It needs nginx, Postfix, OpenSSL, the
# user plumbline (deploy/README.md) and root, because only root can start Postfix. It listens on
# free ports of this machine and reaches no network. Exits with 1 if a line says FAIL.
set -euo pipefail
cd "$(dirname "$0")/.."
. deploy/by_hand/steps.sh
. deploy/by_hand/servers.sh
. deploy/by_hand/journeys.sh

user=plumbline
for program in nginx postfix openssl setpriv pkill; do
    PATH=$PATH:/usr/sbin:/sbin command -v "$program" > /dev/null ||
        { echo "$program is not installed."; exit 1; }
done
[ "$(id -u)" -eq 0 ] || { echo "Only root can start Postfix."; exit 1; }
id "$user" > /dev/null || { echo "Create the user $user: see deploy/README.md."; exit 1; }
[ -x .venv/bin/granian ] || { echo "Install into .venv: see docs/operations.md."; exit 1; }
PATH=$PATH:/usr/sbin:/sbin

# --- A folder, free ports, passwords
folder=$(mktemp -d /tmp/plumbline-by-hand-XXXXXX)
trap clean_up EXIT
trap 'exit 1' INT TERM
chmod 755 "$folder"
install -d "$folder/logs" "$folder/plumbline"
install -d -o "$user" "$folder/data" "$folder/tmp" "$folder/backups"
read -r postgresql valkey < <(.venv/bin/python deploy/by_hand/find.py programs "$user")
read -r postgresql_port valkey_port http_port https_port mx_port submission_port other_port \
    one other < <(.venv/bin/python deploy/by_hand/find.py ports 9)
declare -A web_port=([1]=$one [2]=$other)
site=https://localhost:$https_port
database_password=$(openssl rand -hex 16) valkey_password=$(openssl rand -hex 16)
metrics_token=$(openssl rand -hex 16)
database=postgresql://plumbline:$database_password@127.0.0.1:$postgresql_port
environment=(env -i PATH=/usr/bin:/bin HOME="$folder/data" TMPDIR="$folder/tmp" LANG=C.UTF-8
    SSL_CERT_FILE="$folder/fullchain.pem" PYTHONUNBUFFERED=1
    setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups --no-new-privs)

# --- Plumbline in a folder that belongs to root, with its .env
tar --create --exclude='*.pyc' --exclude='*.mo' accounts channels_intake deploy docs helpdesk \
    manage.py pyproject.toml routing sla templates tests/__init__.py \
    tests/bucket.py tickets | tar --extract -C "$folder/plumbline"
ln -s "$(readlink -f .venv)" "$folder/plumbline/.venv"
cd "$folder/plumbline"
cat > .env <<ENV
SECRET_KEY=$(openssl rand -base64 48)
INBOUND_SECRET=$(openssl rand -base64 48)
ALLOWED_HOSTS=localhost
SITE_URL=$site
TRUSTED_PROXY_COUNT=1
DATA_DIR=$folder/data
DATABASE_URL=$database/plumbline
REDIS_URL=redis://:$valkey_password@127.0.0.1:$valkey_port/0
POSTGRESQL_BIN=$postgresql
EMAIL_URL=smtp+tls://localhost:$submission_port
DEFAULT_FROM_EMAIL=plumbline@staff.example
TRUSTED_AUTHSERV_IDS=mx.desk.example
EMAIL_RETURN_PATHS=on
METRICS_TOKEN=$metrics_token
ENV
chown "root:$(id -g "$user")" .env
chmod 640 .env

echo "--- Servers"
need "A certificate" make_certificate
need "PostgreSQL, with the role and the database of section 2" start_postgresql
need "Valkey" start_valkey
need "A bucket" start_bucket

echo "--- Installation (section 1)"
need "Bytecode" .venv/bin/python -m compileall -q accounts channels_intake helpdesk routing sla \
    tickets
need "Translations" .venv/bin/python -m helpdesk.catalogs compile
need "check --deploy" manage check --deploy
need "collectstatic" manage collectstatic --noinput
need "migrate" manage migrate
need "Postfix, with mailboxes of its own" start_postfix ana@staff.example \
    admin@staff.example carla@customers.example
need "create_desk" manage create_desk "Example Ltd" --slug example --admin admin@staff.example \
    --mailbox support@desk.example
need "Postfix gets what mail_setup prints" add_plumbline_to_postfix

echo "--- Processes (section 3)"
step "A node" start_web 1
step "Another node" start_web 2
step "Workers and scheduler" start_rest
need "nginx -t, and nginx with deploy/nginx.conf" start_nginx
need "Both nodes are ready" are_ready 1 2
step "doctor: all is well" all_is_well
show_findings

echo "--- A journey"
need "An agent is invited" manage invite example ana@staff.example --role analyst
need "The invitation arrives by email, and the agent signs in through nginx" people accept
send_mail_and_reply
send_reply_that_bounces

echo "--- Deaths and restarts"
kill_some
restart_one_after_the_other
step "doctor: all is well again" all_is_well

echo "--- Figures, and wrong settings"
read_metrics
step "doctor: five wrong settings" all_is_wrong
show_findings

echo "--- Backup and restore (section 4)"
back_up_and_restore
