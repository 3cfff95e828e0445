"""Work that several threads begin at the same moment, or that one holds while another goes on."""

import contextlib
import threading

from django.db import connection, transaction


def at_once(number, work):
    """Run work(n) in `number` threads that start together; how each ended."""
    start, ends = threading.Barrier(number), []

    def run(n):
        try:
            start.wait()
            work(n)
            ends.append("done")
        except Exception as problem:
            ends.append(type(problem).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {end: ends.count(end) for end in sorted(set(ends))}


@contextlib.contextmanager
def held(work):
    """Do `work()` in a transaction of its own connection, which stays open inside the block.

    Whoever must wait for it here gives up after a fifth of a second.
    """
    done, over, problems = threading.Event(), threading.Event(), []

    def run():
        try:
            with transaction.atomic():
                work()
                done.set()
                over.wait(30)
        except Exception as problem:
            problems.append(problem)
        finally:
            done.set()
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    done.wait(30)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        if not problems:
            yield
    finally:
        over.set()
        thread.join()
        connection.close()  # the next one has the usual patience
    assert not problems, problems
