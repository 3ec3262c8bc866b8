"""Receives notifications, checks their signature and answers OK. Python 3.8 or newer, no packages.

receiver.py [PORT]   listens on http://localhost:PORT, 9000 when none is given

A signature is tried with PAYPRO_SECRET (and PAYPRO_MERCHANT for a key of the kind HMAC-SHA256), and with the public keys of a sandbox.
A payer who comes back to an address here, such as http://localhost:9000/back, sees a page.
"""
import html
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from sign import header_is_ours, notification_is_ours, return_is_ours

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 9000
COUNTRIES = "mx id pk vn ph ke eg br in bd ng kr".split()
KEYS = {f"sandbox-secret-{country}": str(1000000001 + n) for n, country in enumerate(COUNTRIES)}
KEYS["sandbox-hmac-mx"] = "1000000101"
if os.environ.get("PAYPRO_SECRET"):
    KEYS[os.environ["PAYPRO_SECRET"]] = os.environ.get("PAYPRO_MERCHANT", "")


def signer_of(header, path, body):
    """The merchant whose key made the signature; None when it is none of those that are known here."""
    for secret, merchant in KEYS.items():
        if header_is_ours(header, path, merchant, body, secret) if header else notification_is_ours(body, secret):
            return merchant
    return None


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        merchant = signer_of(self.headers.get("Paypro-Signature"), urlsplit(self.path).path, body)
        print(body.decode(), "SIGN WRONG" if merchant is None else f"sign right, merchant {merchant}", flush=True)
        self.answer(400 if merchant is None else 200, "text/plain", "wrong signature" if merchant is None else "OK")

    def do_GET(self):
        """The payer's way back. Book on the notification, not on this."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        parts = [query.get(name, "") for name in ("tradeNo", "status", "time", "sign")]
        if not parts[0]:
            text = "Payers come back here. Nothing is told of an order."
        elif any(return_is_ours(*parts, secret) for secret in KEYS):
            text = f"Order {parts[0]}: status {parts[1]}, signature right."
        else:
            text = f"Order {parts[0]}: SIGNATURE WRONG, nothing of it is true."
        page = f"<!DOCTYPE html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><title>Shop</title><h1>Back at the shop</h1><p>{html.escape(text)}</p></html>"
        self.answer(200, "text/html; charset=utf-8", page)

    def answer(self, status, kind, text):
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", PORT), Receiver)
print(f"Waiting for notifications on http://localhost:{PORT}", flush=True)
server.serve_forever()
