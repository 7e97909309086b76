"""Holds our signatures and documents against botocore's and curl's: check.py SIGN [SEED]."""
import hashlib
import http.server
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
from urllib.parse import quote, unquote_plus, urlsplit

import botocore.loaders
import botocore.model
import botocore.parsers
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY_ID, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
ODD = list("ab0-._~/ +%&=?#;:@!$'()*,\"<>[]{}|\\^`") + ["가", "é", "e\u0301", "😀", "..", ".", "//"]
count = {"passed": 0, "failed": 0}


def check(what, holds, more=""):
    count["passed" if holds else "failed"] += 1
    if not holds:
        print("FAILED:", what, more)


class Ours:
    def __init__(self, program):
        self.p = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, **q):
        q.setdefault("region", "eu-west-1")
        q.update(key_id=KEY_ID, secret=q.get("secret", SECRET))
        self.p.stdin.write(json.dumps(q).encode() + b"\n")
        self.p.stdin.flush()
        return json.loads(self.p.stdout.readline())


def some(rnd, n):
    return "".join(rnd.choice(ODD) for _ in range(rnd.randint(1, n)))


def a_query(rnd):
    pairs = [(some(rnd, 3), some(rnd, 6) if rnd.random() < 0.8 else "") for _ in range(rnd.randint(0, 5))]
    return "&".join(quote(k, safe="-_.~") + ("=" + quote(v, safe="-_.~") if v or rnd.random() < 0.5 else "")
                    for k, v in pairs)


def some_headers(rnd):
    h = {}
    for _ in range(rnd.randint(0, 4)):
        h["X-Amz-Meta-" + "".join(rnd.choice("abC-9") for _ in range(3))] = rnd.choice(
            ["v", " two  blanks ", "a\t b", "", "a,b ;c", '"q  q"'])
    if rnd.random() < 0.5:
        h["Content-Type"] = "text/plain; charset=utf-8"
    return h


def one_request(ours, rnd, s3):
    key = some(rnd, 12)
    # Ends of other services' paths that are dots are read in two ways.
    path = quote("/bucket/" + key + ("" if s3 else "/end"), safe="/~")
    if s3:
        check("path of %r" % key, ours.ask(do="path", bucket="bucket", key=key) == path)
    query, method = a_query(rnd), rnd.choice(["GET", "PUT", "DELETE", "HEAD", "POST"])
    url = "http://store.example:8080" + path + ("?" + query if query else "")
    body = os.urandom(rnd.choice([0, 1, 70])) if method in ("PUT", "POST") else b""
    request = AWSRequest(method=method, url=url, data=body, headers=some_headers(rnd))
    flags, service = (0, "s3") if s3 else (3, "ec2")
    credentials = Credentials(KEY_ID, SECRET)
    (S3SigV4Auth if s3 else SigV4Auth)(credentials, service, "eu-west-1").add_auth(request)
    theirs = request.headers["Authorization"]
    headers = [[k, v] for k, v in request.headers.items() if k != "Authorization"]
    headers.append(["host", "store.example:8080"])
    payload = request.headers.get("X-Amz-Content-SHA256") or hashlib.sha256(body).hexdigest()
    same = dict(method=method, path=path, query=query, time=request.headers["X-Amz-Date"], service=service,
                flags=flags)
    check("signature of " + url, ours.ask(do="sign", headers=headers, payload=payload, **same) == theirs, theirs)
    if s3:
        came = headers + [["Authorization", theirs]]
        check("verify " + url, ours.ask(do="verify", headers=came, **same) == "good")
        check("another secret", ours.ask(do="verify", headers=came, secret=SECRET + "x", **same) == "mismatch")
    names = [p.partition("=")[0] for p in query.split("&")]
    if len(names) != len(set(names)):
        return  # botocore keeps one of several when it makes an address
    pre = AWSRequest(method=method, url=url)
    (S3SigV4QueryAuth if s3 else SigV4QueryAuth)(credentials, service, "eu-west-1", expires=300).add_auth(pre)
    query_of_theirs = urlsplit(pre.url).query
    same["time"] = query_of_theirs.split("X-Amz-Date=")[1][:16]
    host = [["host", "store.example:8080"]]
    payload = "UNSIGNED-PAYLOAD" if s3 else hashlib.sha256(b"").hexdigest()
    made = ours.ask(do="presign", headers=host, payload=payload, expires=300, **same)
    check("address " + url, sorted(made.split("&")) == sorted(
        p if "=" in p else p + "=" for p in query_of_theirs.split("&") if p), made + " " + query_of_theirs)
    if s3:
        same["query"] = query_of_theirs
        check("verify address " + url, ours.ask(do="verify", headers=host, **same) == "good")


def documents(ours):
    model = botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model("s3", "service-2"))
    parser = botocore.parsers.create_parser("rest-xml")
    keys = ["a b", " <&>\"'+%2B ", "가/é😀", "x\ty\nz\r", "..//.", "]]>"]
    for operation, verb, part in (("ListObjectsV2", "list", "Contents"),
                                  ("ListObjectVersions", "versions", "Versions")):
        for encode in (False, True):
            text = ours.ask(do=verb, keys=keys, prefixes=["p&/"], encode=encode)
            got = parser.parse({"body": text.encode(), "headers": {}, "status_code": 200},
                               model.operation_model(operation).output_shape)
            found = [o["Key"] for o in got[part]]
            check("%s, encoded: %s" % (verb, encode), [unquote_plus(k) for k in found] == keys if encode
                  else found == keys, found)
            check("... sizes, tags, prefixes", [o["Size"] for o in got[part]] == list(range(len(keys))) and
                  got["CommonPrefixes"][0]["Prefix"] == ("p%26/" if encode else "p&/") and
                  got["IsTruncated"] is False and got[part][0]["ETag"].strip('"').startswith("d41d8"))


def curl(ours):
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def handle_any(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.append((self.command, self.path, [[k, v] for k, v in self.headers.items()]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
        do_GET = do_PUT = do_DELETE = handle_any

        def log_message(self, *a):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = "http://127.0.0.1:%d/bucket/" % server.server_port
    with tempfile.NamedTemporaryFile() as body:
        body.write(b"Welcome to Amazon S3.")
        body.flush()
        # This curl signs path and query as they are: nothing in them that has two spellings.
        for args in (["key"], ["a%20b/c~d"], ["-X", "DELETE", "key"], ["key?uploads="],
                     ["?list-type=2&prefix=a"]):
            subprocess.run(["curl", "-sS", "-m", "10", "--noproxy", "*", "--aws-sigv4", "aws:amz:eu-west-1:s3",
                            "--user", KEY_ID + ":" + SECRET, "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD",
                            *args[:-1], base + args[-1]], check=True)
    server.shutdown()
    check("curl came", len(seen) == 5, seen)
    for method, target, headers in seen:
        path, _, query = target.partition("?")
        stamp = dict((k.lower(), v) for k, v in headers)["x-amz-date"]
        flaw = ours.ask(do="verify", method=method, path=path, query=query, headers=headers, time=stamp,
                        service="s3", flags=0)
        check("curl: " + method + " " + target, flaw == "good", (flaw, headers))


def main():
    ours = Ours(sys.argv[1])
    rnd = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    for _ in range(200):
        one_request(ours, rnd, True)
        one_request(ours, rnd, False)
    documents(ours)
    curl(ours)
    ours.p.stdin.close()
    check("our end leaves well", ours.p.wait(10) == 0)
    print("%(passed)d passed, %(failed)d failed" % count)
    return 1 if count["failed"] else 0


sys.exit(main())
