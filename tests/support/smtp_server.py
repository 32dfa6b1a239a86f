"""A real mail server (aiosmtpd) that misbehaves as told, for tests.

Prints its port, then a line of JSON for every message it was handed: recipient, what it did, the message in base64.
Lines on its standard input change the script from then on: words separated by commas, one for each message to come,
`ok` once they are used up.

  ok           250
  451          refused for now, after the data
  550          refused for good, at the recipient
  stall        says nothing at the recipient; the line it prints has no message
  greylist     451 at the recipient for each recipient's first attempt, from here on
  hang         takes the data and says nothing
  close        250, and closes the connection a moment later
  drop         takes the data, then closes the connection without a word

Arguments: none, or `smtps|starttls CERTIFICATE KEY USER PASSWORD`: encrypted from the first byte, or not before
STARTTLS; and only for whoever signs in.
"""

import asyncio
import base64
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Script:
    def __init__(self):
        self.words = []
        self.greylist = False
        self.seen = set()

    def next(self):
        return self.words.pop(0) if self.words else "ok"


class Handler:
    def __init__(self, script):
        self.script = script

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.script.greylist and address not in self.script.seen:
            self.script.seen.add(address)
            return "451 4.7.1 come back later"
        if self.script.words and self.script.words[0] == "550":
            self.script.next()
            return "550 5.1.1 no such mailbox"
        if self.script.words and self.script.words[0] == "stall":
            self.script.next()
            print(json.dumps({"to": [address], "did": "stall", "raw": ""}), flush=True)
            await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        word = self.script.next()
        said = {
            "to": envelope.rcpt_tos,
            "did": word,
            "raw": base64.b64encode(envelope.original_content).decode(),
        }
        print(json.dumps(said), flush=True)
        if word == "451":
            return "451 4.3.0 try again later"
        if word == "hang":
            await asyncio.sleep(3600)
        if word == "close":
            asyncio.get_running_loop().call_later(0.02, server.transport.close)
        if word == "drop":
            server.transport.abort()
        return "250 2.0.0 taken"


async def main():
    script = Script()
    loop = asyncio.get_running_loop()
    arguments, whole = {"hostname": "mail.example", "enable_SMTPUTF8": True}, None
    if len(sys.argv) > 1:
        kind, certificate, key, user, password = sys.argv[1:]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)

        def signs_in(server, session, envelope, mechanism, data):
            known = (data.login, data.password) == (user.encode(), password.encode())
            return AuthResult(success=known, handled=known)

        arguments |= {"authenticator": signs_in, "auth_required": True}
        if kind == "smtps":
            # aiosmtpd does not see what lies below it.
            whole, arguments["auth_require_tls"] = context, False
        else:
            arguments |= {"tls_context": context, "require_starttls": True}
    server = await loop.create_server(lambda: SMTP(Handler(script), **arguments), "127.0.0.1", 0, ssl=whole)
    print(server.sockets[0].getsockname()[1], flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    # Ends with whoever started it.
    while line := await reader.readline():
        words = line.decode().strip().split(",")
        if words == ["greylist"]:
            script.greylist = True
        else:
            script.words = words
        print(json.dumps({"script": words}), flush=True)


asyncio.run(main())
