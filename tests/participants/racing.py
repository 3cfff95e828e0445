"""Work that several threads begin at the same moment."""

import threading

from django.db import connection


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
