"""Signs and posts one call, and checks a notification. Python 3.8 or newer, no packages."""
import hashlib
import hmac
import json
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


if __name__ == "__main__":
    path, *pairs = sys.argv[1:]
    print(json.dumps(call("http://localhost:5080", "1000000001", "sandbox-secret-mx", path, **dict(p.split("=", 1) for p in pairs))))
