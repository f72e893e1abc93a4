"""Closing a department of the cast to all but its members."""

from __future__ import annotations

from accounts.models import Agent, Department, Visibility
from accounts.staff import set_department_members
from accounts.tenancy import desk_scope
from tests.cast import Cast


def close_department(cast: Cast, kind: str, *, members: tuple[Agent, ...]) -> Department:
    """Let nobody but its members see a department's tickets; gives the department.

    Whoever keeps an Agent from before keeps what it knew: closed_departments is read once.
    """
    department = cast.departments[kind]
    department.visibility = Visibility.MEMBERS
    with desk_scope(cast.desk):
        department.save(update_fields=["visibility"])
        set_department_members(department=department, agents=members)
    return department
