"""Histories without scripts, as the arguments of `Revision`.

A record is `(revision, down_revision, depends_on, branch_labels)`. Every history is in the order
in which it grew; the same size gives the same history.
"""

from __future__ import annotations

DownRevision = str | tuple[str, ...] | None
Record = tuple[str, DownRevision, str | None, str | None]


def _id(number: int) -> str:
    return f"{number:012x}"


def linear(size: int) -> list[Record]:
    """One line.

    0 - 1 - 2 - 3 - ...
    """
    return [
        (_id(number), _id(number - 1) if number else None, None, None) for number in range(size)
    ]


def labelled_branches(size: int, *, every: int, branches: int = 10) -> list[Record]:
    """One base, labelled branches on it that grow side by side and never merge.

    One in `every` revisions of a branch depends on an older one of the branch next to it.
    """
    records: list[Record] = [(_id(0), None, None, None)]
    for number in range(1, size):
        branch = (number - 1) % branches
        is_first = number <= branches
        down_revision = 0 if is_first else number - branches
        # The one beside the down_revision: of another branch, and older.
        neighbour = number - branches + (1 if branch + 1 < branches else 1 - branches)
        depends = not is_first and neighbour > 0 and (number // branches) % every == 0
        label = f"branch_{branch}" if is_first else None
        records.append(
            (_id(number), _id(down_revision), _id(neighbour) if depends else None, label)
        )
    return records


def branches_and_merges(size: int, lines: int = 4, length: int = 25) -> list[Record]:
    """Branch points and merge points in turn, joined by several lines.

        1 - 2 -
       /       \\
    0 -  3 - 4 - 5 - ...
    """
    records: list[Record] = [(_id(0), None, None, None)]
    branch_point = _id(0)
    tips: list[str] = []
    while len(records) < size:
        in_section = (len(records) - 1) % (lines * length + 1)
        id_ = _id(len(records))
        if in_section == lines * length:
            records.append((id_, tuple(tips), None, None))
            branch_point, tips = id_, []
        elif in_section % length == 0:
            records.append((id_, branch_point, None, None))
            tips.append(id_)
        else:
            records.append((id_, tips[-1], None, None))
            tips[-1] = id_
    return records
