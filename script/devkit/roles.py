"""The demo logins, one per role; the addon's demo data creates them.

The password equals the login. This is the only place that lists them.
"""

from typing import NamedTuple


class Role(NamedTuple):
    login: str
    title: str
    portal: bool = False


ROLES = (
    Role('wifoe', "economic development"),
    Role('jobcenter', "job centre"),
    Role('migration', "migration centre"),
    Role('abh', "immigration office"),
    Role('bramsche', "municipality"),
    Role('helfer', "fair helper"),
    Role('leitung', "manager"),
    Role('datenschutz', "data protection officer"),
    Role('betrieb', "employer (portal)", portal=True),
    Role('admin', "administrator"),
)
