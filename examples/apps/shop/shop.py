"""A web front and a worker: POST /orders takes an order into the database and the queue, the worker ships it, GET /orders shows all."""
import http.server
import os
import socket
import sys
import time

import psycopg2


def query(statement, *arguments):
    with psycopg2.connect() as connection, connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall() if cursor.description else []


def stream(host, port):
    return socket.create_connection((os.environ[host], port), timeout=60).makefile("rwb")


def said(to, text):
    to.write(text.encode())
    to.flush()
    return to.readline().split()


def orders():
    """From the cache while it is younger than a second."""
    with stream("CACHE", 11211) as cache:
        found = said(cache, "get orders\r\n")
        if found[0] == b"VALUE":
            return cache.read(int(found[3]))
        body = "".join(f"{item}: {state}\n" for item, state in query("SELECT item, state FROM orders ORDER BY id")).encode()
        said(cache, f"set orders 0 1 {len(body)}\r\n{body.decode()}\r\n")
        return body


class Web(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(b"ok\n" if self.path == "/healthz" else orders())

    def do_POST(self):
        item = self.rfile.read(int(self.headers["Content-Length"])).decode()
        order = str(query("INSERT INTO orders (item) VALUES (%s) RETURNING id", item)[0][0])
        with stream("QUEUE", 11300) as queue:
            said(queue, f"put 0 0 60 {len(order)}\r\n{order}\r\n")
        self.answer(f"order {order}\n".encode())

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def work():
    with stream("QUEUE", 11300) as queue:
        while True:
            reserved = said(queue, "reserve-with-timeout 20\r\n")
            if reserved[0] == b"RESERVED":
                order = queue.read(int(reserved[2]) + 2)[:-2]
                query("UPDATE orders SET state = 'shipped' WHERE id = %s", int(order))
                said(queue, f"delete {reserved[1].decode()}\r\n")


if sys.argv[1] == "web":
    http.server.ThreadingHTTPServer(("", 8080), Web).serve_forever()
while True:
    try:
        work()
    except (OSError, psycopg2.Error) as failure:
        print(f"again in a second: {failure}", flush=True)
        time.sleep(1)
