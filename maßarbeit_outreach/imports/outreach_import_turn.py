"""Imports take turns, whatever they import."""

import time

from odoo.exceptions import UserError
from odoo.tools import SQL

TURN_KEY = 'outreach.company_import_turn'


def take_turn(env):
    """Make sure that no other import writes, and that this transaction sees what the last one wrote.

    A row lock alone would do the first only: at isolation level REPEATABLE READ this transaction may look at a state
    from before the other one's commit. Since each turn changes the row, locking it then fails with a serialization
    error, upon which the server repeats the request on a fresh state.

    :return: False if another import is at it
    """
    env.cr.execute(SQL("SELECT id FROM ir_config_parameter WHERE key = %s FOR UPDATE SKIP LOCKED", TURN_KEY), log_exceptions=False)
    turn = env.cr.fetchone()
    if not turn:
        if not env['ir.config_parameter'].sudo().search_count([('key', '=', TURN_KEY)]):
            raise UserError(env._("The system parameter “%(key)s” is missing; update the module to get it back.", key=TURN_KEY))
        return False
    # Plain SQL: nobody reads the parameter, its cache need not be cleared.
    env.cr.execute(SQL("UPDATE ir_config_parameter SET value = %s WHERE id = %s", str(time.time_ns()), turn[0]))
    return True
