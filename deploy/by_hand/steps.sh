# Functions of deploy/by_hand.sh: verdicts, and processes of the user plumbline.

declare -A pid
failed=0

# TEXT COMMAND...: run it in this shell, and print one line with a verdict.
step() {
    local text=$1; shift
    if "$@" > "$folder/logs/step" 2>&1; then
        printf 'ok    %3d s  %s\n' "$SECONDS" "$text"
        return
    fi
    printf 'FAIL  %3d s  %s\n' "$SECONDS" "$text"
    tail -n 20 "$folder/logs/step" | cut -c 1-300 | sed 's/^/             /'
    failed=1
}

# The same, with the last line that the command printed.
check() {
    step "$@"
    tail -n 1 "$folder/logs/step" | cut -c 1-120 | sed 's/^/             /'
}

# The same as step, but nothing after it can work without it.
need() {
    step "$@"
    [ "$failed" = 0 ] || exit 1
}

# Run a command as systemd would run it: as the user, with an environment of its own.
as_plumbline() { "${environment[@]}" "$@"; }

manage() { as_plumbline .venv/bin/python manage.py "$@"; }

people() {
    local settings
    mapfile -t settings < <(grep -E '^(AWS_|METRICS_TOKEN)' .env)
    as_plumbline env SITE="$site" MX_PORT="$mx_port" "${settings[@]}" \
        .venv/bin/python deploy/by_hand/people.py "$@"
}

run_in_background() {
    local name=$1; shift
    setsid "${environment[@]}" "$@" < /dev/null >> "$folder/logs/$name.log" 2>&1 &
    pid[$name]=$!
}

# NAME KIND [PORT]: start a process with the command that the table in docs/operations.md has.
start() {
    local name=$1 command
    command=$(sed -n "s/^| $2 | \`\(.*\)\` |.*/\1/p" docs/operations.md |
        sed "s|--port 8000|--port ${3:-}|; s|/var/lib/plumbline|$folder/data|")
    [ -n "$command" ] || { echo "docs/operations.md has no command for: $2"; return 1; }
    eval "run_in_background $name .venv/bin/$command"
}

start_web() { start "web$1" web "${web_port[$1]}"; }
start_rest() {
    start urgent "urgent worker" && start background "background worker" && start beat beat
}

# NAME...: ask the main processes to end, as systemd does, and wait until they have.
stop() {
    local name
    for name in "$@"; do kill "${pid[$name]}"; done
    for name in "$@"; do wait "${pid[$name]}" || true; unset "pid[$name]"; done
}

# NAME...: kill the processes with all their children. The shell need not tell who was killed.
kill_all_of() {
    local name
    for name in "$@"; do
        pkill -KILL --session "${pid[$name]}" || true
        wait "${pid[$name]}" || true
        unset "pid[$name]"
    done
} 2> /dev/null

# COMMAND...: try it every half second, for up to a minute.
eventually() {
    local attempt
    for attempt in $(seq 120); do
        if "$@" > "$folder/logs/attempt" 2>&1; then return 0; fi
        sleep 0.5
    done
    cat "$folder/logs/attempt"
    return 1
}

is_ready() { people get "http://127.0.0.1:${web_port[$1]}/ready"; }
are_ready() {
    local node
    for node in "$@"; do eventually is_ready "$node" || return 1; done
}

clean_up() {
    local status=$? name
    [ "$failed" = 0 ] || tail -n 15 "$folder"/logs/*.log | cut -c 1-300
    for name in "${!pid[@]}"; do [ "$name" = postgresql ] || kill_all_of "$name"; done
    # Its processes have sessions of their own, and end with it after SIGINT.
    [ -z "${pid[postgresql]:-}" ] || { kill -INT "${pid[postgresql]}" && wait; } || true
    [ ! -e "$folder/postfix/queue/pid/master.pid" ] || postfix -c "$folder/postfix" abort || true
    [ ! -e "$folder/nginx/nginx.pid" ] || kill "$(cat "$folder/nginx/nginx.pid")" || true
    rm -rf "$folder"
    exit "$((status || failed))"
} 2> /dev/null
