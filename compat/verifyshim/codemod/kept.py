"""Answers about nodes that are asked for again with each finding: worked out once a file."""
from __future__ import absolute_import

import functools

_tables = []


def forget():
    """Let go of the last file's nodes, so that its tree can go at once."""
    for table in _tables:
        table.clear()


def kept(function):
    """Decorate a function of nodes and names to answer each question once; nobody changes the answers."""
    answers = {}
    _tables.append(answers)

    @functools.wraps(function)
    def wrapper(*question):
        if question not in answers:
            answers[question] = function(*question)
        return answers[question]
    return wrapper
