"""Methods of Alembic that are wrapped, and whose wrappers are loaded at the first call of one.

Until then a function waits in the place of each. It has the name, the signature and the docstring
of Alembic's method, and stays there: from the first call on it calls what was bound. A program that
imports Alembic and runs no command loads no wrapper.

What is bound is bound to a double of each class, which has Alembic's own methods at first. So a
wrapper wraps what was there before it, as it would in the class itself, and whoever else has put
something around the waiting function keeps it.
"""

from __future__ import annotations

import os
from _thread import RLock
from collections.abc import Callable, Iterable
from functools import wraps
from types import ModuleType
from typing import Any


class FirstCalls:
    """The methods that wait. ``bind`` is called at the first call of one, and binds to doubles."""

    def __init__(self, bind: Callable[[], None]) -> None:
        self._bind = bind
        self._is_bound = False
        self._doubles: dict[str, ModuleType] = {}
        self._unlock()
        if hasattr(os, "register_at_fork"):
            # A child process has the lock of a thread that binds, and not the thread.
            os.register_at_fork(after_in_child=self._unlock)

    def _unlock(self) -> None:
        self._one_at_a_time = RLock()

    def wait_for(self, module: ModuleType, names: Iterable[str]) -> None:
        """Have methods of a module wait, each named ``Class.method``. Once for each class.

        One that is not there is left out.
        """
        methods: dict[str, list[str]] = {}
        for name in names:
            class_name, _, method = name.partition(".")
            methods.setdefault(class_name, []).append(method)
        doubles = self._doubles.setdefault(module.__name__, ModuleType(module.__name__))
        doubles.__dict__["__getattr__"] = lambda name: getattr(module, name)
        for class_name, wanted in methods.items():
            owner = getattr(module, class_name, None)
            double = doubles.__dict__.get(class_name)
            if owner is None or getattr(double, "stands_for", None) is owner:
                continue
            own = {method: _own(owner, method) for method in wanted if hasattr(owner, method)}
            double = type(class_name, (), {**own, "stands_for": owner})
            setattr(doubles, class_name, double)
            for method, value in own.items():
                setattr(owner, method, self._waiting(doubles, class_name, method, value))
            self._is_bound = False

    def double_of(self, module: ModuleType) -> ModuleType:
        """The module, with doubles of the classes that have methods which wait."""
        return self._doubles.get(module.__name__, module)

    def bind(self) -> None:
        """Bind now, unless that was done."""
        if self._is_bound:
            return
        with self._one_at_a_time:
            if not self._is_bound:
                self._bind()
                self._is_bound = True

    def _waiting(self, doubles: ModuleType, class_name: str, name: str, own: Any) -> Any:
        is_of_class = isinstance(own, classmethod)

        @wraps(own.__func__ if is_of_class else own)
        def method(*arguments: Any, **kw: Any) -> Any:
            self.bind()
            # Also where the module was imported anew since, and somebody has kept the class.
            bound = getattr(getattr(doubles, class_name), name)
            return (bound.__func__ if is_of_class else bound)(*arguments, **kw)

        return classmethod(method) if is_of_class else method


def _own(owner: Any, name: str) -> Any:
    """A method as its class has it: a function, or one of the class."""
    return next(vars(base)[name] for base in owner.__mro__ if name in vars(base))
