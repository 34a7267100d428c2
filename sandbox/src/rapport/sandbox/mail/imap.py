"""Where mail is read by programs: a real IMAP server over the mail store. A mailbox has one folder, its inbox."""

# ruff: noqa: ARG002 - pymap says which arguments its backends are given

import asyncio
import hashlib
from argparse import Namespace
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import cast
from uuid import uuid4

from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.result import ProxyResultLocal
from proxyprotocol.sock import SocketInfo
from pymap.backend.mailbox import MailboxDataInterface, MailboxSetInterface
from pymap.backend.session import BaseSession
from pymap.concurrent import Event, Subsystem
from pymap.config import BackendCapability, IMAPConfig
from pymap.exceptions import AuthorizationFailure, InvalidAuth, NotAllowedError
from pymap.flags import FlagOp
from pymap.imap import IMAPServer
from pymap.interfaces.login import IdentityInterface, LoginInterface
from pymap.interfaces.message import CachedMessage
from pymap.listtree import ListTree
from pymap.mailbox import MailboxSnapshot
from pymap.message import BaseLoadedMessage, BaseMessage
from pymap.mime import MessageContent
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement, ObjectId
from pymap.parsing.specials.flag import Flag, Seen
from pymap.selected import SelectedMailbox, SelectedSet
from pymap.token import AllTokens
from pymap.user import UserMetadata
from pysasl.creds.server import ServerCredentials
from pysasl.hashing import Cleartext
from pysasl.identity import ClearIdentity

from rapport.sandbox.mail.addresses import mailbox_of
from rapport.sandbox.mail.store import Mail, MailStore

_INBOX = "INBOX"
_ONE_FOLDER = "A mailbox has one folder here, INBOX."
# How long a client that waits for news (IDLE) goes without a look.
_LOOK_EVERY = 1.0


class _Message(BaseMessage):
    """A mail as IMAP knows it; its content is read from the store when it is asked for."""

    def __init__(self, store: MailStore, mail: Mail) -> None:
        super().__init__(mail.id, mail.received, (Flag(flag) for flag in mail.flags))
        self._store = store
        self._mailbox = mail.mailbox

    async def load_content(self, requirement: FetchRequirement) -> BaseLoadedMessage:
        raw = None
        if not requirement.has_none(FetchRequirement.CONTENT):
            raw = await self._store.raw(self._mailbox, self.uid)
        content = await asyncio.to_thread(_parsed, raw) if raw is not None else None
        return BaseLoadedMessage(self, requirement, content)


def _parsed(raw: bytes) -> MessageContent:
    """Parse a mail; one whose parts are nested too deeply is served as a text without headers."""
    try:
        return MessageContent.parse(raw)
    except RecursionError:
        return MessageContent.parse(b"\r\n" + raw)


class _Gone(BaseMessage):
    """A mail that was there when the client last looked."""

    def __init__(self, known: CachedMessage) -> None:
        super().__init__(known.uid, known.internal_date, known.permanent_flags, expunged=True)

    async def load_content(self, requirement: FetchRequirement) -> BaseLoadedMessage:
        return BaseLoadedMessage(self, requirement, None)


class _Inbox(MailboxDataInterface[BaseMessage]):
    """The one folder of a mailbox."""

    def __init__(self, store: MailStore, mailbox: str) -> None:
        self._store = store
        self._mailbox = mailbox
        self._selected_set = SelectedSet()

    @property
    def mailbox_id(self) -> ObjectId:
        return ObjectId.new_mailbox_id(hashlib.sha256(self._mailbox.encode()).digest())

    @property
    def readonly(self) -> bool:
        return False

    @property
    def uid_validity(self) -> int:
        return self._store.made

    @property
    def selected_set(self) -> SelectedSet:
        return self._selected_set

    async def update_selected(self, selected: SelectedMailbox, *, wait_on: Event | None = None) -> SelectedMailbox:
        if wait_on is not None:
            await wait_on.wait(timeout=_LOOK_EVERY)
        selected.set_messages([_Message(self._store, mail) for mail in await self._store.mails_of(self._mailbox)])
        return selected

    async def messages(self) -> AsyncIterable[BaseMessage]:
        for mail in await self._store.mails_of(self._mailbox):
            yield _Message(self._store, mail)

    async def snapshot(self) -> MailboxSnapshot:
        unseen = [str(Seen) not in mail.flags for mail in await self._store.mails_of(self._mailbox)]
        first_unseen = unseen.index(True) + 1 if True in unseen else None
        return MailboxSnapshot(
            self.mailbox_id,
            self.readonly,
            self.uid_validity,
            self.permanent_flags,
            self.session_flags,
            exists=len(unseen),
            recent=0,
            unseen=sum(unseen),
            first_unseen=first_unseen,
            next_uid=await self._store.next_id(),
        )

    async def get(self, uid: int, cached_msg: CachedMessage) -> BaseMessage:
        mail = await self._store.mail(self._mailbox, uid)
        return _Message(self._store, mail) if mail else _Gone(cached_msg)

    async def update(self, uid: int, cached_msg: CachedMessage, flag_set: frozenset[Flag], mode: FlagOp) -> BaseMessage:
        message = await self.get(uid, cached_msg)
        message.permanent_flags = mode.apply(message.permanent_flags, flag_set)
        await self._store.flag(self._mailbox, uid, map(str, message.permanent_flags))
        return message

    async def append(self, append_msg: AppendMessage, *, recent: bool = False) -> BaseMessage:
        [mail] = await self._store.deliver("", [self._mailbox], bytes(append_msg.literal), at=append_msg.when)
        await self._store.flag(self._mailbox, mail.id, map(str, append_msg.flag_set))
        return _Message(self._store, mail)

    async def delete(self, uids: Iterable[int]) -> None:
        await self._store.delete(self._mailbox, uids)

    async def copy(self, uid: int, destination: "_Inbox", *, recent: bool = False) -> int | None:
        raise NotAllowedError(_ONE_FOLDER)

    async def move(self, uid: int, destination: "_Inbox", *, recent: bool = False) -> int | None:
        raise NotAllowedError(_ONE_FOLDER)

    async def claim_recent(self, selected: SelectedMailbox) -> None:
        """Nothing is marked as recent: clients today go by UIDs."""

    async def cleanup(self) -> None:
        """The store keeps itself tidy."""


class _Folders(MailboxSetInterface[_Inbox]):
    """The folders of a mailbox: just the one."""

    def __init__(self, inbox: _Inbox) -> None:
        self._inbox = inbox

    @property
    def delimiter(self) -> str:
        return "/"

    async def set_subscribed(self, name: str, subscribed: bool) -> None:  # noqa: FBT001 - pymap's
        """The inbox is always subscribed to."""

    async def list_subscribed(self) -> ListTree:
        return await self.list_mailboxes()

    async def list_mailboxes(self) -> ListTree:
        return ListTree(self.delimiter).update(_INBOX)

    async def get_mailbox(self, name: str) -> _Inbox:
        if name != _INBOX:
            raise KeyError(name)
        return self._inbox

    async def add_mailbox(self, name: str) -> ObjectId:
        raise NotAllowedError(_ONE_FOLDER)

    async def delete_mailbox(self, name: str) -> None:
        raise NotAllowedError(_ONE_FOLDER)

    async def rename_mailbox(self, before: str, after: str) -> None:
        raise NotAllowedError(_ONE_FOLDER)


class _Config(IMAPConfig):
    """What the server may do, and how it greets."""

    @property
    def backend_capability(self) -> BackendCapability:
        return BackendCapability(idle=True, object_id=True, multi_append=True)

    @property
    def greeting(self) -> bytes:
        return b"Rapport sandbox ready"


class _Session(BaseSession[BaseMessage]):
    """A user who has logged in."""

    resource = __name__

    def __init__(self, owner: str, config: IMAPConfig, folders: _Folders) -> None:
        super().__init__(owner)
        self._config = config
        self._folders = folders

    @property
    def config(self) -> IMAPConfig:
        return self._config

    @property
    def mailbox_set(self) -> _Folders:
        return self._folders


class _Owner(IdentityInterface):
    """Whose mailbox it is."""

    def __init__(self, store: MailStore, config: IMAPConfig, mailbox: str) -> None:
        self._store = store
        self._config = config
        self._mailbox = mailbox

    @property
    def name(self) -> str:
        return self._mailbox

    @property
    def roles(self) -> frozenset[str]:
        return frozenset()

    @asynccontextmanager
    async def new_session(self) -> AsyncIterator[_Session]:
        yield _Session(self._mailbox, self._config, _Folders(_Inbox(self._store, self._mailbox)))

    async def new_token(self, *, expiration: datetime | None = None) -> str | None:
        return None

    async def get(self) -> UserMetadata:
        return UserMetadata(self._config, self._mailbox)

    async def set(self, metadata: UserMetadata) -> int | None:
        raise NotAllowedError

    async def delete(self) -> None:
        raise NotAllowedError


class _Login(LoginInterface):
    """Lets every address in with the one password."""

    def __init__(self, store: MailStore, config: IMAPConfig, password: str) -> None:
        self._store = store
        self._config = config
        self._password = password
        self._tokens = AllTokens(config)

    @property
    def tokens(self) -> AllTokens:
        return self._tokens

    async def authenticate(self, credentials: ServerCredentials) -> _Owner:
        mailbox = mailbox_of(credentials.authcid)
        if mailbox is None or not credentials.verify(ClearIdentity(credentials.authcid, self._password)):
            raise InvalidAuth
        return _Owner(self._store, self._config, mailbox)

    async def authorize(self, authenticated: IdentityInterface, authzid: str) -> IdentityInterface:
        if mailbox_of(authzid) != authenticated.name:
            raise AuthorizationFailure
        return authenticated


class _InOnePiece:
    """A writer that sends each response at once: some clients that wait for news take half a line for a whole one."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._pending = bytearray()

    def write(self, data: bytes) -> None:
        self._pending += data

    async def drain(self) -> None:
        self._writer.write(bytes(self._pending))
        self._pending.clear()
        await self._writer.drain()

    def __getattr__(self, name: str) -> object:
        return getattr(self._writer, name)


@asynccontextmanager
async def imap_server(store: MailStore, host: str, port: int, password: str) -> AsyncIterator[int]:
    """Let mailboxes be read until the end of the block; yields the port (`port` may be 0)."""
    config = _Config(
        Namespace(),
        host=host,
        port=port,
        tls_enabled=False,
        hash_context=Cleartext(),
        cpu_subsystem=Subsystem.for_asyncio(),
        proxy_protocol=ProxyProtocolNoop(),
        reject_dnsbl=False,
    )
    talk = IMAPServer(_Login(store, config, password), config)
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        connections.add(task)
        try:
            whole = cast("asyncio.StreamWriter", _InOnePiece(writer))
            await talk(reader, whole, SocketInfo.get(writer, ProxyResultLocal(), unique_id=uuid4().bytes))
        finally:
            connections.discard(task)

    server = await asyncio.start_server(connected, host, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
