"""Receives notifications on http://localhost:9000, checks their sign and answers OK. Python 3.8 or newer, no packages."""
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from sign import notification_is_ours

SECRET = sys.argv[1] if len(sys.argv) > 1 else "sandbox-secret-mx"


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        ours = notification_is_ours(body, SECRET)
        print(body.decode(), "sign right" if ours else "SIGN WRONG", flush=True)
        answer = b"OK" if ours else b"wrong signature"
        self.send_response(200 if ours else 400)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


print("Waiting for notifications on http://localhost:9000", flush=True)
HTTPServer(("127.0.0.1", 9000), Receiver).serve_forever()
