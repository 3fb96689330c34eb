"""The secret keys that values are hashed with: files of their own, readable by their owner only.

They are no part of a recipe, a run or a model; those name a key by its id, from which it cannot be found.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field

from filelock import FileLock

from engine.errors import KeyDamaged, KeyMissing
from engine.files import write_atomic, write_secret, writing
from engine.paths import key_folder

_BYTES = 32
_OWN = "own"
_SUFFIX = ".key"
_LOCK_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Key:
    """A key. `id` may be shown and stored; `secret` (32 bytes) may not."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """16 hexadecimal digits that follow from the secret, one way only."""
        return hashlib.blake2b(self.secret, digest_size=8, person=b"trainyard key id").hexdigest()


def own_key() -> Key:
    """This machine's key; made when it is first asked for.

    Raises `KeyMissing`, `KeyDamaged`, `DiskFull` or `WriteFailed`.
    """
    folder = key_folder()
    with writing(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = folder / _OWN
    with FileLock(folder / ".lock", timeout=_LOCK_SECONDS):
        if own.exists():  # if the key that it names is gone, no other may take its place unnoticed
            return find_key(own.read_text(encoding="ascii", errors="replace").strip())
        key = Key(secrets.token_bytes(_BYTES))
        write_secret(folder / f"{key.id}{_SUFFIX}", key.secret.hex().encode() + b"\n")
        write_atomic(own, f"{key.id}\n".encode())
        return key


def find_key(name: str) -> Key:
    """The key of that id. Raises `KeyMissing` or `KeyDamaged`."""
    path = key_folder() / f"{name}{_SUFFIX}"
    try:
        key = Key(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except FileNotFoundError:
        raise KeyMissing(name, str(path)) from None
    except (OSError, ValueError) as error:
        raise KeyDamaged(str(path), str(error)) from None
    if key.id != name:
        raise KeyDamaged(str(path), "its content is another key")
    return key
