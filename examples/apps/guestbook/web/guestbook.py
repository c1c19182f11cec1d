"""The guestbook's front: one page over a list in Redis. Python's standard library is all it needs."""

import html
import json
import os
import signal
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

REDIS = (os.environ.get("REDIS_HOST", "redis"), int(os.environ.get("REDIS_PORT", "6379")))
PORT = int(os.environ.get("PORT", "8080"))
TIMEOUT_SECONDS = 2  # A page that says "Redis is away" soon is better than one that hangs.
KEPT_ENTRIES = 1000
SHOWN_ENTRIES = 50
LONGEST_BODY = 8192
LONGEST_NAME = 40
LONGEST_MESSAGE = 500


class Redis:
    """One connection that speaks RESP, made again when it breaks. Callers take turns."""

    def __init__(self, address):
        self.address = address
        self.lock = threading.Lock()
        self.stream = None

    def call(self, *words):
        with self.lock:
            fresh = self.stream is None
            try:
                return self.ask(words)
            except OSError:
                self.close()
                if fresh:
                    raise
            # A connection kept from earlier dies with the Redis it led to: the new one deserves one try.
            try:
                return self.ask(words)
            except OSError:
                self.close()
                raise

    def ask(self, words):
        if self.stream is None:
            connection = socket.create_connection(self.address, TIMEOUT_SECONDS)
            self.stream = connection.makefile("rwb")
            connection.close()  # The stream holds the socket from here on.
        parts = [str(word).encode() for word in words]
        self.stream.write(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
        self.stream.flush()
        return self.answer()

    def answer(self):
        line = self.stream.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("Redis closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise ConnectionError(rest.decode())
        if kind == b"$":
            return None if rest == b"-1" else self.stream.read(int(rest) + 2)[:-2].decode()
        if kind == b"*":
            return [self.answer() for _ in range(int(rest))]
        return int(rest) if kind == b":" else rest.decode()

    def close(self):
        stream, self.stream = self.stream, None
        if stream is not None:
            try:
                stream.close()
            except OSError:
                pass


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Guestbook</title><style>
:root {{ color-scheme: light dark; --ink: #1d2b24; --paper: #f4f6f1; --card: #fff; --leaf: #2f7d55; --soft: #66756c; --line: #dde4dc }}
@media (prefers-color-scheme: dark) {{ :root {{ --ink: #e5ede7; --paper: #121a16; --card: #1b2620; --leaf: #6cc495; --soft: #93a69a; --line: #2b3a32 }} }}
* {{ box-sizing: border-box }}
body {{ margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }}
main {{ max-width: 42rem; margin: 0 auto; padding: 3rem 1.25rem }}
h1 {{ margin: 0; font-size: 2.1rem; letter-spacing: -.02em }}
.served {{ color: var(--soft); margin: .25rem 0 2rem }}
code {{ font: .9em ui-monospace, monospace; color: var(--leaf) }}
form, li, .away {{ background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.1rem }}
form {{ display: grid; gap: .6rem; margin-bottom: 1.5rem }}
input, textarea {{ font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; padding: .55rem .7rem; width: 100% }}
input:focus, textarea:focus {{ outline: 2px solid var(--leaf); border-color: transparent }}
button {{ justify-self: end; font: inherit; font-weight: 600; color: #fff; background: #2f7d55; border: 0; border-radius: .5rem; padding: .55rem 1.2rem; cursor: pointer }}
ol {{ list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem }}
li b {{ margin-right: .5rem }} li small {{ color: var(--soft) }} li p {{ margin: .25rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere }}
.away {{ border-color: #c98a2b; border-left-width: .4rem; margin-bottom: 1.5rem }} .none {{ color: var(--soft) }}
</style></head><body><main>
<h1>Guestbook</h1><p class="served">served by <code>{host}</code></p>
{notice}
<form method="post" action="/"><input name="name" maxlength="40" placeholder="Your name" aria-label="Your name" required>
<textarea name="message" rows="2" maxlength="500" placeholder="Say something kind" aria-label="Message" required></textarea>
<button>Sign</button></form>
{entries}
</main></body></html>
"""
AWAY = '<p class="away"><b>Redis is away.</b> Entries come back as soon as it answers at <code>{address}</code>. ({reason})</p>'


def entries():
    return [json.loads(item) for item in redis.call("LRANGE", "guestbook", 0, SHOWN_ENTRIES - 1)]


def sign(name, message):
    entry = {"name": name, "message": message, "at": int(time.time()), "by": socket.gethostname()}
    redis.call("LPUSH", "guestbook", json.dumps(entry))
    redis.call("LTRIM", "guestbook", 0, KEPT_ENTRIES - 1)


def row(entry):
    at = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(entry["at"]))
    name, message, by = (html.escape(entry[key]) for key in ("name", "message", "by"))
    return f"<li><b>{name}</b><small>{at}, through <code>{by}</code></small><p>{message}</p></li>"


def page():
    notice, shown = "", ""
    try:
        found = entries()
        shown = f"<ol>{''.join(map(row, found))}</ol>" if found else '<p class="none">Nobody has signed yet.</p>'
    except OSError as broken:
        notice = AWAY.format(address=html.escape("%s:%d" % REDIS), reason=html.escape(str(broken)))
    return (503 if notice else 200), PAGE.format(host=html.escape(socket.gethostname()), notice=notice, entries=shown)


class Front(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "guestbook"
    timeout = 30  # Seconds that an idle connection may stay.

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/":
            self.reply(*page(), "text/html; charset=utf-8")
        elif path == "/healthz":
            self.reply(200, "ok\n")  # The front is well even while Redis is not: restarting it would mend nothing.
        elif path == "/whoami":
            self.reply(200, f"{socket.gethostname()} {self.connection.getsockname()[0]}\n")
        elif path == "/entries":
            self.reply_entries()
        else:
            self.reply(404, "not found\n")

    do_HEAD = do_GET

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LONGEST_BODY:
            self.close_connection = True
            return self.reply(413, f"send at most {LONGEST_BODY} bytes with their Content-Length\n")
        fields = parse_qs(self.rfile.read(int(length)).decode("utf-8", "replace"))
        name = fields.get("name", [""])[0].strip()[:LONGEST_NAME]
        message = fields.get("message", [""])[0].strip()[:LONGEST_MESSAGE]
        if not name or not message:
            return self.reply(400, "name and message are needed\n")
        try:
            sign(name, message)
        except OSError as broken:
            return self.reply(503, f"Redis is away, nothing was written: {broken}\n")
        return self.reply(303, "", location="/")

    def reply_entries(self):
        try:
            self.reply(200, json.dumps(entries()), "application/json")
        except OSError as broken:
            self.reply(503, f"Redis is away: {broken}\n")

    def reply(self, status, text, kind="text/plain; charset=utf-8", location=None):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if location:
            self.send_header("Location", location)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, form, *values):
        if getattr(self, "path", "") != "/healthz":  # Health checks would drown the rest.
            print(f"{self.address_string()} {form % values}", flush=True)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


redis = Redis(REDIS)


def main():
    server = Server(("", PORT), Front)
    # As the first process of a container nothing ends it on SIGTERM but this.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"guestbook listens on port {PORT}, entries at {REDIS[0]}:{REDIS[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
