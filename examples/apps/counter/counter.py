"""Counts visits in Redis and says which replica answered."""
import http.server
import os
import socket

import redis

STORE = redis.from_url(os.environ["STORE"])


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"visit {STORE.incr('visits')} by {socket.gethostname()}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
