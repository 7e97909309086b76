#!/usr/bin/env python3
"""A hostile system under test: it says the password back in every spelling it knows.

echo-sut.py LOG            speaks enough of CB-Spider for the cases of key pairs.  The connection
                           named fails: every call on a key pair fails with an echo in its text.
echo-sut.py LOG UPSTREAM   hands everything on to another server.

Prints its address.  LOG holds what was sent back, so that a search for a secret can be proved
to find it where it must be."""
import base64
import html
import http.client
import http.server
import itertools
import json
import os
import sys
import urllib.parse

LOG = sys.argv[1]
UPSTREAM = urllib.parse.urlsplit(sys.argv[2]) if len(sys.argv) == 3 and LOG != "--spellings" else None
keys, turn = {}, itertools.count()


def spellings(secret):
    """Also what tests/e2e/secrets.sh looks for: see main()."""
    raw = secret.encode()
    percent = urllib.parse.quote(secret, safe="")
    return [
        secret,
        percent,
        "".join(c.lower() if percent[i - 1:i] == "%" or percent[i - 2:i - 1] == "%" else c
                for i, c in enumerate(percent)),
        urllib.parse.quote_plus(secret),
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
        base64.b64encode(b"admin:" + raw).decode(),
        base64.b64encode(b"x" + raw).decode(),
        base64.b64encode(b"x=" + raw).decode(),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
        "".join(f"&#{ord(c)};" for c in secret),
        "".join(f"&#x{ord(c):x};" for c in secret),
        "".join(f"\\u{ord(c):04x}" for c in secret),
    ]


def private_key():
    lines = [base64.b64encode(os.urandom(48)).decode() for _ in range(24)]
    return "\n".join(["-----BEGIN RSA PRIVATE KEY-----", *lines, "-----END RSA PRIVATE KEY-----"]) + "\n"


class Sut(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, status, body, headers=()):
        with open(LOG, "ab") as log:
            for name, value in headers:
                log.write(f"{name}: {value}\n".encode())
            log.write(body + b"\n")
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value.encode().decode("latin-1"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self, status, document):
        secret = self.password()
        echo = [("X-Echo-%d" % i, s) for i, s in enumerate(spellings(secret))] if secret else []
        # Both ways of writing JSON: with and without \u escapes.
        text = json.dumps(document, ensure_ascii=next(turn) % 2 == 0)
        self.send(status, text.encode(), [("Content-Type", "application/json"), *echo])

    def password(self):
        kind, _, coded = self.headers.get("Authorization", "").partition(" ")
        return base64.b64decode(coded).decode().partition(":")[2] if kind == "Basic" else ""

    def echo(self):
        """Over and over, so that wherever a text is cut, it is cut within a secret."""
        all_of = spellings(self.password()) + [private_key()]
        n = next(turn)
        return (all_of[n % len(all_of)] + "," * (1 + n % 3)) * 60

    def everything(self):
        return " ".join(spellings(self.password()))

    def key(self, name, private):
        return {
            "IId": {"NameId": name, "SystemId": keys[name]}, "Fingerprint": keys[name],
            "PublicKey": "Hidden for security.", "PrivateKey": private, "VMUserID": self.everything(),
            "KeyValueList": [{"Key": "material", "Value": private_key()},
                             {"Key": self.echo(), "Value": self.everything()}],
        }

    def spider(self):
        n = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(n)
        asked = json.loads(body) if body else {}
        url = urllib.parse.urlsplit(self.path)
        what, _, name = url.path.removeprefix("/spider/").partition("/")
        connection = asked.get("ConnectionName") or urllib.parse.parse_qs(url.query).get("ConnectionName", [""])[0]
        hidden = "Hidden for security."
        if what == "version":
            self.answer(200, {"Version": self.echo()})
        elif what == "connectionconfig":
            self.answer(200, {"ConfigName": name, "ProviderName": "NONE", "DriverName": self.everything(),
                              "CredentialName": self.password(), "RegionName": self.echo()})
        elif what != "keypair" or connection == "fails":
            self.answer(500, {"message": "\x1b[2J\x9b31m\n" + self.echo() + self.everything(), "again": body.decode()})
        elif self.command == "POST" and asked["ReqInfo"]["Name"] in keys:
            self.answer(500, {"message": f"{asked['ReqInfo']['Name']} already exists: {self.echo()}"})
        elif self.command == "POST":
            keys[asked["ReqInfo"]["Name"]] = self.echo()
            self.answer(200, self.key(asked["ReqInfo"]["Name"], private_key()))
        elif not name:
            self.answer(200, {"keypair": [self.key(k, hidden) for k in list(keys)]})
        elif name not in keys:
            self.answer(500, {"message": f"KeyPair '{name}' does not exist:\x1b[31m {self.echo()}"})
        elif self.command == "DELETE":
            del keys[name]
            self.answer(200, {"Result": "true", "Note": self.echo()})
        else:
            self.answer(200, self.key(name, hidden))

    def hand_on(self):
        n = int(self.headers.get("Content-Length", 0))
        up = http.client.HTTPConnection(UPSTREAM.hostname, UPSTREAM.port, timeout=20)
        up.request(self.command, self.path, self.rfile.read(n) if n else None,
                   {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")})
        reply = up.getresponse()
        body = reply.read()
        skip = ("connection", "content-length", "transfer-encoding", "date", "server")
        self.send(reply.status, body, [(k, v) for k, v in reply.getheaders() if k.lower() not in skip])
        up.close()

    def do_GET(self):
        self.hand_on() if UPSTREAM else self.spider()

    do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_GET


def main():
    if LOG == "--spellings":	# what to look for: the whole, and either end of each
        for secret in sys.argv[2:]:
            for s in spellings(secret):
                print(s, s[:12], s[-12:], sep="\n")
            for shift in range(3):	# in base64 without what stands before it
                print(base64.b64encode(b"x=y"[:shift] + secret[:11].encode()).decode().rstrip("=")[4:-2])
        return
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sut)
    print(f"http://127.0.0.1:{server.server_port}" + ("" if UPSTREAM else "/spider"), flush=True)
    server.serve_forever()


main()
