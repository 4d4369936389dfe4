"""Prints Tests/WebhooksTests/SignatureVectors.swift.

The signatures are computed by the package standardwebhooks of PyPI, those of the legacy scheme by Python's own hmac. The
secrets are test data.
"""
import base64
import datetime
import hashlib
import hmac
import json

from standardwebhooks.webhooks import Webhook

SECRETS = [bytes(range(1, 25)), bytes(range(40, 64)), b"\xff\xfe\xfd" * 16]
BODIES = ['{"id":"EV1","type":"message.received"}', '{ "text" : "caf\u00e9 \U0001F600\\n" }\n', "", '{"a":1}' * 100]


def swift(text):
    return json.dumps(text, ensure_ascii=False)


print("/// One signed delivery.\n///\n/// Made by Tests/Webhooks/make-vectors.py; the secrets are test data.")
print("struct SignatureVector: Sendable {\n    let secret: String")
print("    let id: String\n    let seconds: Int64\n    let body: String\n    let standard: String\n    let legacy: String\n")
print("    static let all: [SignatureVector] = [")
for s, key in enumerate(SECRETS):
    secret = base64.b64encode(key).decode()
    for b, body in enumerate(BODIES):
        time = 1767225600 + s * 1000 + b
        id = f"msg_{s}{b}aBcDeF"
        moment = datetime.datetime.fromtimestamp(time, datetime.timezone.utc)
        standard = Webhook("whsec_" + secret).sign(id, moment, body)
        code = hmac.new(key, f"{time * 1000}.".encode() + body.encode(), hashlib.sha256).digest()
        shown = swift(body) if len(body) < 200 else "String(repeating: " + swift(body[:7]) + ", count: 100)"
        print(f"        SignatureVector(\n            secret: {swift(secret)},")
        print(f"            id: {swift(id)}, seconds: {time}, body: {shown},")
        print(f"            standard: {swift(standard)},")
        print(f"            legacy: {swift(base64.b64encode(code).decode())}),")
print("    ]\n}")
