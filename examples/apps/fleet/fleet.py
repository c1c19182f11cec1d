"""A watcher on each server tells a board that it lives; the front counts those that did so of late."""
import http.server
import os
import socket
import sys
import time

import redis

BOARD = redis.from_url(os.environ["BOARD"])


class Front(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{len(list(BOARD.scan_iter('watcher:*')))} servers\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if sys.argv[1] == "front":
    http.server.ThreadingHTTPServer(("", 8080), Front).serve_forever()
while True:
    try:
        BOARD.set(f"watcher:{socket.gethostname()}", "alive", ex=5)
    except redis.RedisError as failure:
        print(f"the board does not answer: {failure}", flush=True)
    time.sleep(1)
