"""CERT_NONE in all its spellings, and CERT_REQUIRED in the same one."""
from __future__ import absolute_import

import re

from . import DropUnusedImports, NeedImport, Replace
from .words import is_off, text_of

_TEXT = re.compile(r"^((ssl\.)?CERT_|cert_)?(NONE|none|None)$")


def is_cert_none(context, node, none_too=False):
    """Is *node* ssl.CERT_NONE, its name as a string, its number, or (with *none_too*) None?"""
    if node.kind == "Constant":
        text = text_of(node)
        return text is not None and bool(_TEXT.match(text)) or is_off(node) or none_too and node.value is None
    return (context.names.qualified(node) or "").endswith("ssl.CERT_NONE")


def required(context, node):
    """Return the operations that make CERT_REQUIRED of *node*."""
    if node.kind == "Constant":
        source = context.text(node)
        if text_of(node) is None:
            return [Replace(node.start, node.end, '"required"' if node.value is None else "2")]
        for none, full in (("NONE", "REQUIRED"), ("none", "required"), ("None", "required")):
            if source.count(none) == 1:
                return [Replace(node.start, node.end, source.replace(none, full))]
        return [Replace(node.start, node.end, '"CERT_REQUIRED"')]
    if node.kind == "Attribute":
        return [Replace(node.value.end, node.end, ".CERT_REQUIRED")]
    name = context.text(node)
    return [Replace(node.start, node.end, "%s.CERT_REQUIRED" % context.imported("ssl", node)),
            NeedImport("ssl", node), DropUnusedImports([name])]
