"""How griffe reads the Python package, where it would read it wrongly."""

import copy
import re
from typing import Any

import griffe

# A parameter of few values, as numpydoc has it.
CHOICES = re.compile(r"^(\s*\w+ : )\{([^}\n]*)\}", re.M)
# A name as Sphinx has it.
ROLE = re.compile(r":(?:class|func|meth|attr|mod|exc|obj):`~?([\w.]+)`")


class Reading(griffe.Extension):
    """Classes that are made by __new__, parameters of few values, names as links."""

    def on_class(self, *, cls: griffe.Class, **_: Any) -> None:
        """Gives a class that has __new__ alone, as those of an extension module, an __init__ of the same parameters.

        griffe takes what a class is made with from __init__.
        """
        new = cls.members.get("__new__")
        if "__init__" in cls.members or not isinstance(new, griffe.Function):
            return
        init = copy.copy(new)
        init.name, init.docstring, init.returns = "__init__", None, None
        cls.set_member("__init__", init)

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Writes `{"a", "b"}, default "b"` as `Literal["a", "b"], default "b"`, and Sphinx's roles as links.

        griffe takes the first of the values in braces for the default, whatever stands behind them.
        """
        if obj.docstring is not None:
            text = CHOICES.sub(r"\1Literal[\2]", obj.docstring.value)
            obj.docstring.value = ROLE.sub(link, text)


def link(role: re.Match[str]) -> str:
    """A name of the package as a link to where the reference has it; another one as code."""
    name = role[1]
    return f"[`{name.split('.')[-1]}`][{name}]" if name.startswith("slotless.") else f"`{name}`"
