"""Counts the visits of each visitor, named in the path, in a memcached that all replicas share."""
import http.server
import os
import socket

HOST, PORT = os.environ["CACHE"].split(":")


def increment(key):
    with socket.create_connection((HOST, int(PORT))) as connection, connection.makefile("rwb") as stream:
        stream.write(f"add {key} 0 600 1\r\n0\r\nincr {key} 1\r\n".encode())
        stream.flush()
        stream.readline()
        return int(stream.readline())


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{os.environ['GREETING']} {increment(self.path.strip('/') or 'nobody')}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
