"""A client's end of the peers' protocols. See harness/sockets.py."""

import base64

from benchmarks.harness.sockets import MARK, Client, WebSocket


class TutorialSocket(WebSocket):
    """The Channels tutorial: the room is in the path, a message is one key."""

    path = "/ws/chat/{room}/"

    async def join(self) -> None:
        """There is nothing to say."""
        await self.open()

    def say(self, text: bytes, number: int) -> None:  # noqa: ARG002 - others have keys
        """See Client."""
        self.send(b'{"message":"%s"}' % text)


class StoringTutorialSocket(TutorialSocket):
    """The same, storing through the ORM."""

    path = "/ws/storing/{room}/"


class SocketIoSocket(WebSocket):
    """socket.io 4 over a WebSocket alone: `0` opens, `40` connects, `42` is an event, `2` a ping."""

    path = "/socket.io/?EIO=4&transport=websocket"

    async def join(self) -> None:
        """Connect, join, wait for the answer."""
        await self.open()
        await self.until(b'0{"sid"')
        self.send(b"40")
        await self.until(b'40{"sid"')
        self.send(b'420["join","%s"]' % self.seat.room.encode())
        await self.until(b"430[")

    def say(self, text: bytes, number: int) -> None:  # noqa: ARG002 - others have keys
        """See Client."""
        self.send(b'42["say",{"text":"%s"}]' % text)

    def heard_else(self, opcode: int, payload: bytes) -> None:
        """socket.io's own pings."""
        if payload == b"2":
            self.send(b"3")
        else:
            super().heard_else(opcode, payload)


class XmppStream(Client):
    """XMPP over TCP: sign in with any password, bind, join a room of many (XEP-0045)."""

    domain = "localhost"

    async def join(self) -> None:
        """Until the room says that it was us who came (status 110)."""
        name = f"u{self.number}"
        secret = base64.b64encode(f"\0{name}\0any".encode()).decode()
        opening = (
            f"<stream:stream to='{self.domain}' xmlns='jabber:client' version='1.0'"
            " xmlns:stream='http://etherx.jabber.org/streams'>"
        )
        await self._ask(opening, b"</stream:features>")
        auth = f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>"
        await self._ask(auth, b"<success")
        await self._ask(opening, b"</stream:features>")
        bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
        await self._ask(f"<iq type='set' id='b'>{bind}</iq>", b"</iq>")
        self._room = f"{self.seat.room}@muc.{self.domain}"
        muc = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>"
        await self._ask(f"<presence to='{self._room}/{name}'>{muc}</presence>", b"code='110'")

    def say(self, text: bytes, number: int) -> None:  # noqa: ARG002 - others have keys
        """See Client."""
        stanza = b"<message to='%s' type='groupchat'><body>%s</body></message>"
        self.transport.write(stanza % (self._room.encode(), text))

    def hear(self, data: bytes, at: float) -> None:
        """Marks alone matter; one that is cut by the end of what came is kept for the next time."""
        data, self.buffer = self.buffer + data, b""
        end = len(data)
        tail = data.rfind(b" ", max(0, end - 10))
        if tail >= 0 and data[tail : tail + 2] in {b" ", MARK}:
            data, self.buffer = data[:tail], data[tail:]
        mark = data.find(MARK)
        if mark >= 0:
            self.tally.note(self, data, mark, len(data), at)

    async def _ask(self, said: str, answer: bytes) -> None:
        self.transport.write(said.encode())
        await self.until(answer)
