"""Who may use the server, where it has a login: names with passwords, checked at one speed whatever is wrong.

A file of accounts has one `name:password` a line. In place of the password may stand its hash:
`python -m dipg_ui.logins` asks for a name and a password and prints such a line.
"""

from __future__ import annotations

import getpass
import hmac
import secrets
import sys
import time
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import scrypt

from dipg_ui.judgements import reviewer_name

USER = "dipg_user"
"""The key under which a request's scope holds the name of who asks; absent where the server has no login."""
MAX_ACCOUNTS = 200
MIN_PASSWORD = 8
MAX_PASSWORD = 1_000
MAX_FAILURES = 10
"""How often one address may fail within the window before it has to wait."""
WINDOW_SECONDS = 300.0
MAX_ADDRESSES = 10_000

_COST = 2**14
_SALT_BYTES = 16
_KEY_BYTES = 32
_HASHED = "scrypt$"


@dataclass(frozen=True, slots=True)
class Account:
    """A name, which is the reviewer's too, with the salt and the hash of the password."""

    name: str
    salt: bytes = field(repr=False)
    key: bytes = field(repr=False)


class TooManyFailures(Exception):
    """The address has to wait for `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many failed logins. Try again in {seconds} seconds.")
        self.seconds = seconds


def read_accounts(text: str) -> tuple[Account, ...]:
    """The accounts of a file's text; blank lines and lines that begin with # are left out. Raises ValueError with the
    number of the line that is wrong, and with nothing of what stands in it."""
    accounts: dict[str, Account] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, colon, secret = line.strip().partition(":")
        if not colon:
            raise ValueError(f"line {number}: it must read name:password")
        account = _account(number, name.strip(), secret)
        if account.name.casefold() in accounts:
            raise ValueError(f"line {number}: this name is there already")
        accounts[account.name.casefold()] = account
    if len(accounts) > MAX_ACCOUNTS:
        raise ValueError(f"{len(accounts)} accounts; {MAX_ACCOUNTS} are the most")
    return tuple(accounts.values())


def hashed(password: str) -> str:
    """What may stand in a file of accounts in place of the password."""
    salt = secrets.token_bytes(_SALT_BYTES)
    parts = (b64encode(part).decode("ascii") for part in (salt, _key(password, salt)))
    return _HASHED + "$".join(parts)


class Logins:
    """The accounts, and who is logged in. `attach` says how a request's cookies name its user."""

    def __init__(self, accounts: Sequence[Account], clock: Callable[[], float] = time.monotonic) -> None:
        self._accounts = {account.name: account for account in accounts}
        # Of nobody: an unknown name takes as long as a known one.
        self._nobody = Account("", secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_KEY_BYTES))
        self._clock = clock
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()
        self._find: Callable[[Mapping[str, str]], str | None] = lambda _: None
        self._secret = secrets.token_bytes(_KEY_BYTES)
        self._right: set[bytes] = set()  # at most one of each account

    def attach(self, find: Callable[[Mapping[str, str]], str | None]) -> None:
        self._find = find

    def user_of(self, cookies: Mapping[str, str]) -> str | None:
        return self._find(cookies)

    def check(self, name: str, password: str) -> bool:
        """Whether this is the password of this name. Takes some 50 ms, whatever is wrong."""
        account = self._accounts.get(name, self._nobody)
        right = hmac.compare_digest(_key(password[:MAX_PASSWORD], account.salt), account.key)
        if not right or account is self._nobody:
            return False
        if len(password) <= MAX_PASSWORD:
            self._right.add(self._mark(name, password))
        return True

    def was_right(self, name: str, password: str) -> bool:
        """Whether `check` has said so of these before, at once: for who sends them with every request. What is looked
        up is made with a secret of this process, so that how long it takes tells nothing of a password."""
        return self._mark(name, password) in self._right

    def _mark(self, name: str, password: str) -> bytes:
        told = f"{name}\0{password}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._secret, told, "sha256")

    def begin_attempt(self, address: str) -> None:
        """Count an attempt before it is known how it ends, so that many at once count too. Raises TooManyFailures."""
        now = self._clock()
        failures = self._failures.setdefault(address, deque())
        self._failures.move_to_end(address)
        while failures and failures[0] <= now - WINDOW_SECONDS:
            failures.popleft()
        if len(failures) >= MAX_FAILURES:
            raise TooManyFailures(int(failures[0] + WINDOW_SECONDS - now) + 1)
        failures.append(now)
        while len(self._failures) > MAX_ADDRESSES:
            self._failures.popitem(last=False)

    def end_well(self, address: str) -> None:
        """The attempt that began last was no failure."""
        if failures := self._failures.get(address):
            failures.pop()


def _account(number: int, name: str, secret: str) -> Account:
    try:
        if reviewer_name(name) != name:
            raise ValueError("it holds characters that no name may hold")
    except ValueError as error:
        raise ValueError(f"line {number}: the name: {error}") from None
    if secret.startswith(_HASHED):
        try:
            salt, key = (b64decode(part, validate=True) for part in secret.removeprefix(_HASHED).split("$"))
        except (NotBase64, ValueError):
            raise ValueError(f"line {number}: the hash is not whole") from None
        if len(key) != _KEY_BYTES:
            raise ValueError(f"line {number}: the hash is not whole")
        return Account(name, salt, key)
    if not MIN_PASSWORD <= len(secret) <= MAX_PASSWORD:
        raise ValueError(f"line {number}: a password has {MIN_PASSWORD} to {MAX_PASSWORD:,} characters")
    salt = secrets.token_bytes(_SALT_BYTES)
    return Account(name, salt, _key(secret, salt))


def _key(password: str, salt: bytes) -> bytes:
    told = password.encode("utf-8", "surrogatepass")
    return scrypt(told, salt=salt, n=_COST, r=8, p=1, maxmem=64 * 2**20, dklen=_KEY_BYTES)


def main() -> int:
    """Ask for a name and a password and print the line of the file. Returns the exit status."""
    name = input("Name: ").strip()
    password = getpass.getpass("Password: ")
    line = f"{name}:{password}"
    try:
        read_accounts(line)
    except ValueError as error:
        print(str(error).removeprefix("line 1: "), file=sys.stderr)
        return 2
    if password != getpass.getpass("Again: "):
        print("The two are not the same.", file=sys.stderr)
        return 2
    print(f"{name}:{hashed(password)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
