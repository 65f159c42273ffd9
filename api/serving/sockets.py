"""The sockets that the service listens on, bound before anything else is started."""

from __future__ import annotations

import logging
import socket
from collections.abc import Sequence

from index.errors import HoidapError

BACKLOG = 2048
"""Connections that may wait to be accepted, as uvicorn has it: a limit."""

_log = logging.getLogger("hoidap.serve")


class CannotListen(HoidapError):
    """The service cannot listen on its address."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {_address(host, port)}: {reason}; name another --port or --host")
        self.host = host
        self.port = port


def bind(host: str, port: int) -> list[socket.socket]:
    """Return sockets bound to every address of a host; none of them listens yet.

    Raises:
        CannotListen: the host has no address, or one of them is in use or not of this machine.
    """
    bound: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _name, address in dict.fromkeys(found):
            one = socket.socket(family, kind, protocol)
            bound.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # IPv4 has a socket of its own
            one.bind(address)
            one.setblocking(False)
    except OSError as error:
        close(bound)
        raise CannotListen(host, port, error.strerror or str(error)) from error
    return bound


def listen(bound: Sequence[socket.socket], host: str, port: int) -> None:
    """Begin to take connections.

    Raises:
        CannotListen: another process listens there since the sockets were bound.
    """
    try:
        for one in bound:
            one.listen(BACKLOG)
    except OSError as error:
        raise CannotListen(host, port, error.strerror or str(error)) from error
    _log.info("listening on http://%s (Ctrl-C ends it)", _address(host, port))


def close(sockets: Sequence[socket.socket]) -> None:
    """Close the sockets; nobody can connect any more."""
    for one in sockets:
        one.close()


def _address(host: str, port: int) -> str:
    bare = host.strip("[]")
    return f"[{bare}]:{port}" if ":" in bare else f"{bare}:{port}"
