# shellcheck shell=bash
# What the scripts of bin/ say and how they fail: sourced, never run.

# fail MESSAGE... : one line on standard error, exit status 1.
fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# warn MESSAGE... : one line on standard error.
warn() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# now_ms : milliseconds since the epoch.
now_ms() {
  date +%s%3N
}

# seconds_since MILLISECONDS : seconds since then, with one decimal.
seconds_since() {
  local ms=$(($(now_ms) - $1))
  printf '%d.%d' "$((ms / 1000))" "$((ms % 1000 / 100))"
}

# is_root : whether this process may change the machine.
is_root() {
  [[ ${EUID} -eq 0 ]]
}
