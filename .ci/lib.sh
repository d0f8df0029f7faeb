# Shared by .ci/run and .ci/long. Counts what passed and what failed; keeps long outputs in files and shows their tails when something fails.
# shellcheck shell=bash

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
SCRATCH="$(mktemp -d "${TMPDIR:-/tmp}/godwit-ci.XXXXXX")"
PASSED=0
FAILED=0
PIDS=()

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1 NUGET_XMLDOC_MODE=skip

cleanup() {
  local pid
  for pid in "${PIDS[@]}"; do kill -TERM "$pid" 2>/dev/null; done
  for pid in "${PIDS[@]}"; do
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.2; done
    kill -KILL "$pid" 2>/dev/null
  done
  if [ "$FAILED" -eq 0 ]; then rm -rf "$SCRATCH"; else echo "logs: $SCRATCH"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# started PID: ended when the script ends.
started() { PIDS+=("$1"); }

pass() { PASSED=$((PASSED + 1)); echo "  ok      $1"; }
fail() { FAILED=$((FAILED + 1)); echo "  FAILED  $1"; }

# step NAME LIMIT COMMAND…: one check; its output goes to a file, whose end is shown when it fails.
step() {
  local name="$1" limit="$2" log begun=$SECONDS
  shift 2
  log="$SCRATCH/$(tr -c 'a-zA-Z0-9\n' '-' <<<"$name").log"
  if timeout "$limit" "$@" >"$log" 2>&1 </dev/null; then
    pass "$name ($((SECONDS - begun)) s)"
  else
    fail "$name ($((SECONDS - begun)) s)"
    { grep -E ': error |error:' "$log" | sort -u | head -n 40; tail -n 30 "$log"; } | sed 's/^/          /'
    return 1
  fi
}

# tests NAME LIMIT COMMAND…: a `dotnet test`; every test it ran counts.
tests() {
  local name="$1" limit="$2" log begun=$SECONDS status passed failed
  shift 2
  log="$SCRATCH/$(tr -c 'a-zA-Z0-9\n' '-' <<<"$name").log"
  timeout "$limit" "$@" >"$log" 2>&1 </dev/null
  status=$?
  # "Passed!  - Failed:     0, Passed:    54, Skipped:     0, …", one line per project.
  passed=$(grep -oE 'Passed: +[0-9]+' "$log" | awk '{ n += $2 } END { print n + 0 }')
  failed=$(grep -oE 'Failed: +[0-9]+' "$log" | awk '{ n += $2 } END { print n + 0 }')
  PASSED=$((PASSED + passed))
  FAILED=$((FAILED + failed))
  # A run that broke off, or ran nothing, is a failure of its own.
  if { [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; } || [ "$passed" -eq 0 ]; then FAILED=$((FAILED + 1)); status=1; fi
  if [ "$status" -eq 0 ]; then
    echo "  ok      $name: $passed passed ($((SECONDS - begun)) s)"
  else
    echo "  FAILED  $name: $passed passed, $failed failed ($((SECONDS - begun)) s)"
    grep -E '^\s+Failed |error |\[FAIL\]' "$log" | head -n 40 | sed 's/^/          /'
    tail -n 60 "$log" | sed 's/^/          /'
  fi
  return "$status"
}

# free_port: a port that nobody listens on.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 10000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# install_command COMMAND PACKAGE…: a check that a command is there, from Debian if need be.
install_command() {
  local command="$1"
  shift
  step "$command is there" 300 env DEBIAN_FRONTEND=noninteractive sh -c \
    'command -v "$0" || { apt-get update && apt-get install -y --no-install-recommends "$@"; } && command -v "$0"' "$command" "$@"
}

# start_redis: REDIS_PORT is set; it keeps nothing on disk.
start_redis() {
  REDIS_PORT=$(free_port)
  mkdir -p "$SCRATCH/redis-$REDIS_PORT"
  redis-server --bind 127.0.0.1 --port "$REDIS_PORT" --save '' --appendonly no --dir "$SCRATCH/redis-$REDIS_PORT" \
    >"$SCRATCH/redis-$REDIS_PORT.log" 2>&1 </dev/null &
  started $!
  for _ in $(seq 50); do
    (exec 3<>"/dev/tcp/127.0.0.1/$REDIS_PORT") 2>/dev/null && return 0
    sleep 0.1
  done
  return 1
}

# start_godwit LIMIT COMMAND…: starts a `godwit up` and waits for its table; GODWIT_PID, GODWIT_API and GODWIT_LOG are set.
start_godwit() {
  local limit="$1"
  shift
  GODWIT_LOG="$SCRATCH/godwit-$(date +%s%N).log"
  : >"$GODWIT_LOG"
  "$@" >"$GODWIT_LOG" 2>"$GODWIT_LOG.err" </dev/null &
  GODWIT_PID=$!
  started "$GODWIT_PID"
  for _ in $(seq $((limit * 5))); do
    if grep -q '^Stop:' "$GODWIT_LOG"; then
      GODWIT_API=$(sed -nE 's/^  gateway .*(http:[^ ]+) .*/\1/p' "$GODWIT_LOG")
      GODWIT_WORKERS=$(sed -nE 's/^  worker-[0-9]+ .*(http:[^ ]+) .*/\1/p' "$GODWIT_LOG" | paste -sd' ')
      return 0
    fi
    kill -0 "$GODWIT_PID" 2>/dev/null || break
    sleep 0.2
  done
  cat "$GODWIT_LOG" "$GODWIT_LOG.err"
  return 1
}

# stop_godwit: asks it to stop; fails when it does not within 20 s or says anything but 0.
stop_godwit() {
  kill -TERM "$GODWIT_PID" || return 1
  for _ in $(seq 100); do
    kill -0 "$GODWIT_PID" 2>/dev/null || { wait "$GODWIT_PID"; return $?; }
    sleep 0.2
  done
  return 1
}

finish() {
  echo "$PASSED passed, $FAILED failed"
  [ "$FAILED" -eq 0 ]
}
