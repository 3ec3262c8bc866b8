"""Signs and posts one call, and checks a notification. Python 3.8 or newer, no packages.

From a shell: sign.py PATH name=value … Reads PAYPRO_URL, PAYPRO_MERCHANT and PAYPRO_SECRET; without them it is the sandbox's merchant in Mexico.
"""
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.request


def sign(members: dict, secret: str) -> str:
    """members: what is in the JSON body, each value the text that is sent."""
    text = "".join(
        f"{name}={value}"
        for name, value in sorted(members.items())
        if name != "sign" and value not in ("", None)
    )
    return hashlib.md5((text + secret).encode()).hexdigest()


def call(url: str, merchant: str, secret: str, path: str, **members: str) -> dict:
    members.setdefault("timestamp", str(int(time.time() * 1000)))
    members["sign"] = sign(members, secret)
    request = urllib.request.Request(
        url + path,
        json.dumps(members).encode(),
        {"Content-Type": "application/json", "merchantNo": merchant},
    )
    with urllib.request.urlopen(request, timeout=15) as answer:
        return json.load(answer)


def notification_is_ours(body: bytes, secret: str) -> bool:
    """Numbers must keep the digits they came with: 300.50 is signed as 300.50, not as 300.5."""
    members = json.loads(body, parse_float=str, parse_int=str)
    return hmac.compare_digest(sign(members, secret), members.get("sign", "").lower())


def header_is_ours(header: str, path: str, merchant: str, body: bytes, secret: str) -> bool:
    """A notification by a key of the kind HMAC-SHA256, whose header is Paypro-Signature: t=…,v1=…"""
    t, _, v1 = header.partition(",v1=")
    text = "\n".join(["notify", path, merchant, t[2:], ""]).encode() + body
    return hmac.compare_digest(hmac.new(secret.encode(), text, hashlib.sha256).hexdigest(), v1.lower())


def return_is_ours(trade_no: str, status: str, time_ms: str, sign_of_return: str, secret: str) -> bool:
    """The payer's way back to returnUrl, signed in the same way whatever the kind of the key."""
    text = "\n".join(["return", trade_no, status, time_ms]).encode()
    return hmac.compare_digest(hmac.new(secret.encode(), text, hashlib.sha256).hexdigest(), sign_of_return.lower())


if __name__ == "__main__":
    path, *pairs = sys.argv[1:]
    url = os.environ.get("PAYPRO_URL", "http://localhost:5080")
    merchant = os.environ.get("PAYPRO_MERCHANT", "1000000001")
    secret = os.environ.get("PAYPRO_SECRET", "sandbox-secret-mx")
    print(json.dumps(call(url, merchant, secret, path, **dict(p.split("=", 1) for p in pairs))))
