# Functions of deploy/by_hand.sh: what happens to the installation.

customer=carla@customers.example gone=gone@customers.example

send_mail_and_reply() {
    check "An email that comes in through Postfix is a ticket" in_and_seen "$customer" "Printer"
    step "The agent replies through the API" people reply "Printer" "Try the other tray."
    check "The reply is in the customer's mailbox" people get_mail "$customer" "Try the other tray."
}

in_and_seen() { people write "$1" "$2" && people see_ticket "$2"; }

send_reply_that_bounces() {
    check "An email of someone whose mailbox is gone" in_and_seen "$gone" "Scanner"
    step "The agent replies" people reply "Scanner" "Wipe the glass."
    check "The bounce: the reply failed, and the ticket is back with the agent" \
        people see_bounce "Scanner"
}

# A node and both workers die while email comes in and replies are on their way.
kill_some() {
    local number
    start_reading
    kill_all_of web1
    step "A node is killed: emails still come in" write_all "Keyboard"
    kill_all_of urgent background
    step "Both workers are killed, and more come in" write_all "Mouse"
    for number in 1 2 3; do
        step "The agent replies while no worker runs" \
            people reply "Keyboard $number" "Shake it, number $number."
    done
    start_web 1
    start urgent "urgent worker"
    start background "background worker"
    check "The pages meanwhile, through nginx" stop_reading
    for number in 1 2 3; do
        check "Reply $number arrives" people get_mail "$customer" "Shake it, number $number."
        check "Email $number is a ticket" people see_ticket "Mouse $number"
    done
    step "The killed node is back" are_ready 1
}

write_all() {
    local number
    for number in 1 2 3; do people write "$customer" "$1 $number" || return 1; done
    people see_ticket "$1 3"
}

start_reading() {
    rm -f "$folder/tmp/stop"
    people read "$folder/tmp/stop" > "$folder/logs/reading" 2>&1 &
    reading=$!
}

stop_reading() {
    local status=0
    touch "$folder/tmp/stop"
    wait "$reading" || status=$?
    cat "$folder/logs/reading"
    return "$status"
}

# As after an update: workers and scheduler, then one node after the other.
restart_one_after_the_other() {
    local node
    start_reading
    stop urgent background beat
    start_rest
    for node in 1 2; do
        stop "web$node"
        start_web "$node"
        step "Node $node is ready again" are_ready "$node"
        sleep 6 # longer than fail_timeout of nginx.conf: until then, nginx sends the node nothing
    done
    check "The pages meanwhile, through nginx" stop_reading
}

read_metrics() {
    local node
    for node in 1 2; do
        check "Prometheus reads node $node" \
            people scrape "http://127.0.0.1:${web_port[$node]}"
    done
    step "But nobody reads it through nginx" is_refused "$site/metrics"
}

is_refused() { ! people get "$1"; }

# The scheduler reports once a minute, and workers when they are ready.
all_is_well() { eventually manage doctor && cat "$folder/logs/attempt"; }

# With wrong settings: it says what, without their passwords, and exits with 1.
all_is_wrong() {
    local said wrong
    said=$(as_plumbline env \
        DATABASE_URL="postgresql://plumbline:hush@127.0.0.1:$postgresql_port/plumbline" \
        EMAIL_URL="smtp+tls://localhost:$other_port" SITE_URL="https://localhost:$other_port" \
        REDIS_URL="redis://:hush@127.0.0.1:$valkey_port/0" MEDIA_BUCKET=no-such-bucket \
        .venv/bin/python manage.py doctor) && return 1
    for wrong in "PostgreSQL refuses the password" "It refuses the password" \
        "Check EMAIL_URL" "no-such-bucket cannot be used" "does not respond"; do
        grep "PROBLEM .*$wrong" <<< "$said" || { echo "No problem says: $wrong"; return 1; }
    done
    ! grep hush <<< "$said"
}

show_findings() { sed -n 's/^\(OK\|PROBLEM\)  /      &/p' "$folder/logs/step" | cut -c 1-120; }

back_up_and_restore() {
    other_place=(env DATABASE_URL="$database/restored" MEDIA_BUCKET=restored)
    step "Back up to a bucket, with everything running" manage backup s3://backups/first.tar
    step "A second database, as in section 2" \
        psql_admin "CREATE DATABASE restored OWNER plumbline"
    step "Restore into it and into a second bucket" \
        as_plumbline "${other_place[@]}" .venv/bin/python manage.py restore s3://backups/first.tar
    step "Back up what was restored" \
        as_plumbline "${other_place[@]}" .venv/bin/python manage.py backup s3://backups/second.tar
    check "The ledger" people compare first.tar second.tar
}
