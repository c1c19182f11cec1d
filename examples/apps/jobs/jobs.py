"""A front and a worker around a beanstalkd: GET /square/7 puts a job in, GET /results shows what the workers made of them."""
import http.server
import os
import socket
import sys
import time

import redis

RESULTS = redis.from_url(os.environ["RESULTS"])


class Queue:
    """The few words of beanstalkd's protocol that are needed here."""

    def __init__(self):
        self.stream = socket.create_connection((os.environ["QUEUE"], 11300)).makefile("rwb")

    def ask(self, command, body=None):
        self.stream.write(command.encode() + b"\r\n")
        if body is not None:
            self.stream.write(body + b"\r\n")
        self.stream.flush()
        return self.stream.readline().split()

    def put(self, body):
        self.ask(f"put 0 0 60 {len(body)}", body)

    def reserve(self):
        _, job, length = self.ask("reserve")
        return job.decode(), self.stream.read(int(length) + 2)[:-2]


class Front(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/results":
            results = {key.decode(): value.decode() for key, value in RESULTS.hgetall("squares").items()}
            body = "".join(f"{key} -> {results[key]}\n" for key in sorted(results, key=int))
        else:
            Queue().put(self.path.rsplit("/", 1)[1].encode())
            body = "queued\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


def work():
    queue = Queue()
    while True:
        job, body = queue.reserve()
        RESULTS.hset("squares", body, int(body) ** 2)
        queue.ask(f"delete {job}")


if sys.argv[1] == "front":
    http.server.ThreadingHTTPServer(("", 8080), Front).serve_forever()
while True:
    try:
        work()
    except (OSError, redis.RedisError) as failure:
        print(f"again in a second: {failure}", flush=True)
        time.sleep(1)
