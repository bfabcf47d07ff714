"""A progress bar over the bytes of logs, by tqdm where that is installed and standard error is a terminal."""
import sys

_EVERY = 2000       # records between two looks at the bar


def shown(reader):
    """Yield the records of an events.reading.Reader, with a bar where there is somebody to see it."""
    bar = _bar(reader)
    if bar is None:
        for record in reader:
            yield record
        return
    try:
        for number, record in enumerate(reader):
            if not number % _EVERY:
                bar.update(reader.consumed - bar.n)
            yield record
        bar.update(reader.consumed - bar.n)
    finally:
        bar.close()


def _bar(reader):
    try:
        if not sys.stderr.isatty():
            return None
        from tqdm import tqdm
    except (AttributeError, ValueError, ImportError):      # no standard error, a closed one, no tqdm
        return None
    tqdm.monitor_interval = 0       # no thread of its own
    return tqdm(total=reader.size(), file=sys.stderr, unit="B", unit_scale=True, leave=False, delay=1)
