"""Many processes: the order of one, the memory of few, and no end that nobody hears of."""
import multiprocessing
import os
import signal
import time

import pytest

from verifyshim.codemod import pool


class Double(object):
    """Work that can be sent: twice the number, and death or sleep where the number says so."""

    def __call__(self, number):
        if number == 666:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == 13:
            os._exit(13)
        if number % 50 == 7:
            time.sleep(0.05)
        return None if number % 3 else number * 2


def expected(numbers):
    return [None if number % 3 else number * 2 for number in numbers]


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_results_come_in_order(jobs):
    numbers = list(range(20, 420))
    assert list(pool.run(iter(numbers), Double(), jobs, None)) == expected(numbers)


def test_nothing_to_do():
    assert list(pool.run([], Double(), 3, None)) == []
    assert list(pool.run([], Double(), None, None)) == []


def test_few_files_need_no_process(monkeypatch):
    monkeypatch.setattr(pool, "_Worker", None)
    assert list(pool.run([21, 22], Double(), None, None)) == expected([21, 22])


@pytest.mark.parametrize("deadly, status", [(666, -signal.SIGKILL), (13, 13)])
def test_a_worker_that_dies_costs_one_file(deadly, status):
    numbers = [number for number in range(20, 120)] + [deadly] + list(range(130, 200)) + [deadly]
    results = list(pool.run(iter(numbers), Double(), 2, lambda number, how: ("died", number, how)))
    wanted = expected(numbers)
    wanted[100] = wanted[-1] = ("died", deadly, status)
    assert results == wanted


def test_files_are_taken_as_they_are_needed():
    taken = []

    def numbers():
        for number in range(20, 5000):
            taken.append(number)
            yield number
    results = pool.run(numbers(), Double(), 2, None)
    next(results)
    assert len(taken) <= 2 * pool.AHEAD * pool.CHUNK + pool.CHUNK
    results.close()


def test_no_process_is_left():
    results = pool.run(iter(range(20, 5000)), Double(), 2, None)
    next(results)
    results.close()
    assert not [process for process in multiprocessing.active_children() if process.is_alive()]


class Fails(object):
    def __call__(self, number):
        raise EnvironmentError("no")


def test_a_worker_that_cannot_go_on_is_heard_of():
    results = list(pool.run([1, 2], Fails(), 2, lambda number, how: ("died", number)))
    assert results == [("died", 1), ("died", 2)]
