import contextlib
import logging
from collections import defaultdict
from contextvars import ContextVar

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.sql_db import db_connect
from odoo.tools import SQL

from .outreach_batch_mixin import DueWork

_logger = logging.getLogger(__name__)
KEEP_PARAMETER = 'outreach.access_log_months'
KEEP_MONTHS = 12
KEEP_MONTHS_LEAST, KEEP_MONTHS_MOST = 6, 24  # whatever the parameter says; the trigger says the first in days
KEEP_DAYS_LEAST = 180
LOCK_TIMEOUT = '5s'
_kind = ContextVar('outreach_access_kind', default='read')


def is_about_persons(env, name):
    return name in env and issubclass(env.registry[name], env.registry['outreach.person.export.mixin'])


@contextlib.contextmanager
def logged_as(kind):
    """What is read meanwhile is written down as this kind of access."""
    token = _kind.set(kind)
    try:
        yield
    finally:
        _kind.reset(token)


class _Unlinked(fields.Many2one):
    """Without a foreign key: that would lock the record named, which the transaction that reads may have locked itself."""

    def update_db_foreign_key(self, model, column):
        pass


class OutreachAccessLog(models.Model):
    """Who read, listed or exported what is known of a person; for the data protection officer.

    Art. 5 (2) and 32 GDPR, § 35 (1) SGB I: who answers for social data has to be able to show who has read them.

    SPECIFICATION
     * One line per user, person, day (UTC) and kind. What belongs to a person, a barrier say, counts as the person.
     * Written is what leaves the server: values that are read, listed, offered while typing or exported, whichever way they are
       asked for, and the chatter. Groups and counts name nobody, so they are one line a day, without a person. Scheduled actions
       and whatever the server does as superuser for itself are not written down.
     * By a connection of its own, before the values leave: reading may run on read-only ones, and what is rolled back was read all
       the same. It has no foreign keys and inserts in one order, so that it waits for nobody who waits for it.
     * What cannot be written down is not shown. The log stands in the same database; when it takes no line, little else works, and
       a reading that nobody can account for cannot be made good later.
     * Added to, never changed: no rights, an ORM that refuses everybody, and a trigger. Lines go after
       `outreach.access_log_months`.
    """

    _name = 'outreach.access.log'
    _inherit = ['outreach.batch.mixin']
    _description = "Access to a Person"
    _order = 'day desc, first_on desc, id desc'
    _rec_name = 'login'
    _log_access = False

    day = fields.Date(required=True, readonly=True, index=True)
    first_on = fields.Datetime("First at", required=True, readonly=True)
    user_number = fields.Integer(required=True, readonly=True, aggregator=None)
    login = fields.Char(required=True, readonly=True, index=True, help="As it was: it stays when the user is deleted")
    user_name = fields.Char("User", compute='_compute_user_name', compute_sudo=True)
    kind = fields.Selection(
        [('read', "Read"), ('search', "Listed"), ('export', "Exported"), ('group', "Grouped or counted")], required=True, readonly=True
    )
    res_model = fields.Char("Technical Name of the Record", required=True, readonly=True)
    res_id = fields.Integer("Record No.", required=True, readonly=True, aggregator=None, help="0: figures, which name no person")
    pseudonym = fields.Char(readonly=True, index=True, help="It stays when the person is deleted, and then says nothing any more")
    model_name = fields.Char("Record", compute='_compute_model_name', compute_sudo=True)
    company_id = _Unlinked('res.company', "Organisation", required=True, readonly=True)

    _access_uniq = models.UniqueIndex('(user_number, res_model, res_id, day, kind)')

    def init(self):
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION outreach_access_log_keep() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF TG_OP = 'DELETE' THEN
                        IF OLD.day < (now() AT TIME ZONE 'utc')::date - %s THEN
                            RETURN OLD;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'The log of access to persons is added to, never changed' USING ERRCODE = 'insufficient_privilege';
                END $$;
                DROP TRIGGER IF EXISTS outreach_access_log_keep_rows ON outreach_access_log;
                DROP TRIGGER IF EXISTS outreach_access_log_keep_table ON outreach_access_log;
                CREATE TRIGGER outreach_access_log_keep_rows BEFORE UPDATE OR DELETE ON outreach_access_log
                    FOR EACH ROW EXECUTE FUNCTION outreach_access_log_keep();
                CREATE TRIGGER outreach_access_log_keep_table BEFORE TRUNCATE ON outreach_access_log
                    FOR EACH STATEMENT EXECUTE FUNCTION outreach_access_log_keep();
                """,
                KEEP_DAYS_LEAST,
            )
        )

    @api.depends('user_number')
    def _compute_user_name(self):
        users = {user.id: user.name for user in self.env['res.users'].browse(set(self.mapped('user_number'))).exists()}
        for line in self:
            line.user_name = users.get(line.user_number) or line.login

    @api.depends('res_model')
    @api.depends_context('lang')
    def _compute_model_name(self):
        for line in self:
            line.model_name = self.env['ir.model']._get(line.res_model).name or line.res_model

    # ------------------------------------------------------------
    # ADDED TO, NEVER CHANGED
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recent(self):
        if self.filtered(lambda line: line.day >= self._get_oldest_day()):
            self._refuse()

    def _refuse(self):
        raise UserError(self.env._("The log of access to persons is added to by itself, and changed by nobody."))

    # ------------------------------------------------------------
    # WRITING DOWN
    # ------------------------------------------------------------

    @api.model
    def _write_down(self, persons, kind=None):
        """Write down that the user of this environment got to know of these records.

        :param persons: of one model, see `_get_accessed_persons`; empty for figures, which name nobody
        :param str kind: otherwise that of `logged_as`
        :raise UserError: if it cannot be written down
        """
        if self.env.su or self.env.uid == SUPERUSER_ID:
            return
        now = fields.Datetime.now()
        kind = kind or _kind.get()
        known = self.env.cr.cache.setdefault('outreach_access', set())
        keys = [
            (self.env.uid, persons._name, number, now.date(), kind)
            for number in sorted(persons._origin._ids or (0,))
            if number or not persons
        ]
        if new := [key for key in keys if key not in known]:
            names, companies = self._describe(persons.browse(number for __, __, number, __, __ in new if number))
            user, company = self.env.user.sudo(), self.env.company.id
            self._insert([(*key, now, user.login, names.get(key[2]), companies.get(key[2]) or company) for key in new])
            known.update(new)

    @api.model
    def _write_references_down(self, references):
        """The same for those of these `(model, id)` that are about persons: what messages and to-dos refer to."""
        ids = defaultdict(set)
        for name, number in references:
            if number and not self.env.su and is_about_persons(self.env, name):
                ids[name].add(number)
        for name, numbers in ids.items():
            self.env[name].browse(numbers).exists()._write_access_down()

    @api.model
    def _describe(self, persons):
        """`({id: pseudonym}, {id: organisation})` of these, in one query at most."""
        persons = persons.sudo()
        names = {person.id: person[person._pseudonym_field] for person in persons} if persons._pseudonym_field else {}
        companies = {person.id: person.company_id.id for person in persons} if 'company_id' in persons._fields else {}
        return names, companies

    @api.model
    def _insert(self, rows):
        """In a transaction of its own: the one that reads may be read-only, or be rolled back."""
        columns = ('user_number', 'res_model', 'res_id', 'day', 'kind', 'first_on', 'login', 'pseudonym', 'company_id')
        try:
            with db_connect(self.env.cr.dbname).cursor() as cr:
                cr.execute(
                    SQL(
                        "SET LOCAL lock_timeout = %s; INSERT INTO outreach_access_log (%s) VALUES %s ON CONFLICT DO NOTHING",
                        LOCK_TIMEOUT,
                        SQL(', ').join(map(SQL.identifier, columns)),
                        SQL(', ').join(SQL("%s", row) for row in rows),
                    )
                )
        except psycopg2.Error as error:
            _logger.error("Access to %s cannot be written down: %s", rows[0][1], type(error).__name__)
            raise UserError(
                self.env._(
                    "Who reads what about a person is written down. That does not work at the moment, so nothing is shown."
                    " Please try again, and tell your administrator if it stays so."
                )
            ) from error

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _get_oldest_day(self):
        """Before it, lines go."""
        text = self.env['ir.config_parameter'].sudo().get_param(KEEP_PARAMETER) or ''
        months = int(text) if text.isdecimal() else KEEP_MONTHS
        return fields.Date.today() - relativedelta(months=min(max(months, KEEP_MONTHS_LEAST), KEEP_MONTHS_MOST))

    @api.model
    def _get_over_domain(self):
        return Domain('day', '<', self._get_oldest_day())

    @api.model
    def _get_due_work(self):
        return super()._get_due_work() | {'_cron_forget': DueWork(self._name, self._get_over_domain(), 'day')}

    @api.model
    def _cron_forget(self):
        """Delete the lines whose time is over."""
        self._run_batches(self._get_over_domain(), lambda batch: batch.unlink(), size=1000, limit=20_000, order='day, id')
