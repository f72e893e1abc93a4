"""Restrict a department of the cast to its members."""

from __future__ import annotations

from accounts.models import Agent, Department, Visibility
from accounts.staff import set_department_members
from accounts.tenancy import desk_scope
from tests.cast import Cast


def close_department(cast: Cast, kind: str, *, members: tuple[Agent, ...]) -> Department:
    """Restrict a department's tickets to its members and return the department.

    Fetch agents again afterward: closed_departments is cached on the instance.
    """
    department = cast.departments[kind]
    department.visibility = Visibility.MEMBERS
    with desk_scope(cast.desk):
        department.save(update_fields=["visibility"])
        set_department_members(department=department, agents=members)
    return department
