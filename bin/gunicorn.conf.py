"""How gunicorn serves the site: two workers of four threads, from one copy of it in memory.

The site is loaded once and then divided: a start takes half as long, and the workers share what they don't change.
"""

import ctypes
import gc
from typing import Any

workers = 2
worker_class = "gthread"
threads = 4
keepalive = 30
graceful_timeout = 5
preload_app = True

_libc = ctypes.CDLL(None)
_ARENAS = -8
"""M_ARENA_MAX of glibc's malloc.h."""

if mallopt := getattr(_libc, "mallopt", None):
    mallopt(_ARENAS, 1)  # memory that one thread frees is there for the others: 4 MiB less in two workers
gc.disable()  # until all is loaded: hardly anything of it is litter, and looking takes a tenth of the start


def when_ready(server: Any) -> None:
    """Before the workers are made: what one page alone needs is loaded too, so that no child waits for it; and what
    is loaded stays, so nobody needs to look through it for litter again.

    Looking writes to every object, and a worker that writes to a page of memory has to keep a copy of its own.
    """
    from webapp.chat.reading import Asked
    from webapp.chat.replies import read
    from webapp.clock import now

    offered = server.app.wsgi().config["LANGUAGES"]
    for spoken in sorted(
        {"en", "cy", *offered}
    ):  # a tenth of a second each, for the words of the first text message
        read(Asked("free_text", ""), "", spoken, now())
    gc.enable()
    gc.collect()
    gc.freeze()
    _give_back()


def _give_back() -> None:
    """What the start itself needed goes back to the system, where the C library can: 20 MiB of freed memory otherwise
    stays with all three processes.
    """
    if trim := getattr(_libc, "malloc_trim", None):
        trim(0)
