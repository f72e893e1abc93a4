# Functions of deploy/by_hand.sh: the servers beside Plumbline, each with its usual files.

# PostgreSQL and Valkey come from the packages that `make demo` uses.
start_postgresql() {
    local settings=(-c "port=$postgresql_port" -c listen_addresses=127.0.0.1
        -c "unix_socket_directories=$folder/postgresql")
    install -d -o "$user" -m 700 "$folder/postgresql"
    as_plumbline "$postgresql/initdb" --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 \
        --locale=C.UTF-8 -U postgres -D "$folder/postgresql" || return 1
    run_in_background postgresql "$postgresql/postgres" -D "$folder/postgresql" "${settings[@]}"
    eventually psql_admin "SELECT 1" &&
        psql_admin "CREATE ROLE plumbline LOGIN CREATEROLE PASSWORD '$database_password'" &&
        psql_admin "CREATE DATABASE plumbline OWNER plumbline"
}

psql_admin() {
    as_plumbline "$postgresql/psql" -h "$folder/postgresql" -p "$postgresql_port" -U postgres \
        -d postgres -q -v ON_ERROR_STOP=1 -c "$1"
}

start_valkey() {
    printf '%s\n' "bind 127.0.0.1" "port $valkey_port" "requirepass $valkey_password" 'save ""' \
        "dir $folder/tmp" > "$folder/valkey.conf"
    run_in_background valkey "$valkey" "$folder/valkey.conf"
}

# The bucket server of the tests, whose addresses and keys go into .env.
start_bucket() {
    run_in_background bucket .venv/bin/python deploy/by_hand/bucket.py files restored backups
    eventually grep AWS_DEFAULT_REGION "$folder/logs/bucket.log" &&
        grep '^AWS_' "$folder/logs/bucket.log" >> .env &&
        echo MEDIA_BUCKET=files >> .env
}

make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 \
        -subj /CN=localhost -addext subjectAltName=DNS:localhost \
        -addext keyUsage=critical,digitalSignature,keyCertSign \
        -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem"
}

# deploy/nginx.conf, changed only in names, ports and paths. Without IPv6, which may be missing.
start_nginx() {
    install -d -o "$user" "$folder/nginx"
    sed -e "s|/etc/letsencrypt/live/help.example.com/|$folder/|" \
        -e "s|help.example.com|localhost|" -e "/listen \[::\]/d" \
        -e "s|listen 443 |listen 127.0.0.1:$https_port |" \
        -e "s|listen 80|listen 127.0.0.1:$http_port|" \
        -e "s|/var/lib/nginx/plumbline|$folder/nginx/cache|" \
        -e "s|^\( *server 127.0.0.1:\)8000 \(.*\)|\1${web_port[1]} \2\n\1${web_port[2]} \2|" \
        deploy/nginx.conf > "$folder/nginx/site.conf"
    {
        printf '%s\n' "user $user;" "pid $folder/nginx/nginx.pid;" \
            "error_log $folder/logs/nginx.log;" "events { worker_connections 1000; }" \
            "http {" "access_log off;"
        for kind in client_body proxy fastcgi uwsgi scgi; do
            printf '%s\n' "${kind}_temp_path $folder/nginx/$kind;"
        done
        printf '%s\n' "include $folder/nginx/site.conf;" "}"
    } > "$folder/nginx/nginx.conf"
    nginx -c "$folder/nginx/nginx.conf" -e "$folder/logs/nginx.log" -t &&
        nginx -c "$folder/nginx/nginx.conf" -e "$folder/logs/nginx.log"
}

# The settings of a mail server with mailboxes of its own, before `mail_setup` adds to them.
# Port mx_port takes email from the internet, submission_port that of Plumbline.
write_postfix() {
    local address uid gid
    uid=$(id -u "$user") gid=$(id -g "$user")
    install -d "$folder/postfix/queue"
    install -d -o postfix "$folder/postfix/data"
    install -d -o "$user" "$folder/mail"
    for address in "$@"; do printf '%s %s/\n' "$address" "$address"; done \
        > "$folder/postfix/mailboxes"
    sed -e "s|FOLDER|$folder|g" -e "s|UID|$uid|" -e "s|GID|$gid|" \
        deploy/by_hand/main.cf > "$folder/postfix/main.cf"
    sed -e "s|MX_PORT|$mx_port|" -e "s|SUBMISSION_PORT|$submission_port|" \
        deploy/by_hand/master.cf > "$folder/postfix/master.cf"
}

start_postfix() {
    write_postfix "$@" && postfix -c "$folder/postfix" check && postfix -c "$folder/postfix" start
}

# Do what `manage.py mail_setup postfix` prints, step by step.
add_plumbline_to_postfix() {
    local number files=(master.cf plumbline_transport plumbline_recipients main.cf)
    manage mail_setup postfix > "$folder/tmp/setup" || return 1
    for number in 1 2 3 4; do
        sed -n "/^# $number\. /,/^# $((number + 1))\. /p" "$folder/tmp/setup" | grep -v '^#' |
            sed "s|/etc/postfix/|$folder/postfix/|" >> "$folder/postfix/${files[number - 1]}"
    done
    postfix -c "$folder/postfix" reload
}
