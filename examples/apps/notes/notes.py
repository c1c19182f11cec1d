"""Lists and adds notes: GET /notes, POST /notes."""
import http.server
import json
import os

import psycopg2

with open(os.environ["PASSWORD_FILE"], encoding="utf-8") as file:
    PASSWORD = file.read().rstrip("\n")


def query(statement, *arguments):
    with psycopg2.connect(password=PASSWORD) as connection, connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer([body for (body,) in query("SELECT body FROM notes ORDER BY id")])

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(query("INSERT INTO notes (body) VALUES (%s) RETURNING id", body)[0])

    def answer(self, value):
        body = (json.dumps(value) + "\n").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
