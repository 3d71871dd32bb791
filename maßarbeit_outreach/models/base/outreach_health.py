"""Whether what runs by itself does: each scheduled action of the addon, for administrators and for monitoring."""

import hashlib
import hmac
import logging
import re
import secrets
from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, LazyTranslate, format_datetime

from odoo.addons.base.models.ir_cron import _intervalTypes

from ...tools.base import faults, job_state
from . import search_indexes
from .groups import ADMINISTRATOR
from .ir_cron import MODULE
from .outreach_batch_mixin import DueWork
from .outreach_job_failure import RUN

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

TOKEN = 'outreach.health_token'  # what is stored is its SHA-256
TOLD = 'outreach.health_told'
TO_DO = 'maßarbeit_outreach.mail_activity_type_health'
FIRST_JOB = 100  # ids below are those of checks that are no scheduled action
CHECKS = ('database', 'printer')  # in the order of their ids: append only
NAMES_SHOWN = 5
CAUSES = {
    faults.SPACE: _lt("The server has no space left: make room on the disks of the database and of the files."),
    faults.CONFLICT: _lt("Others kept changing the same data; it is tried again with the next run."),
    faults.DATABASE: _lt("The database did not answer; it is tried again with the next run."),
    faults.BUSY: _lt("The database had no connection left: raise max_connections, or lower db_maxconn of Odoo."),
    faults.SLOW: _lt("The database ended it for taking too long: raise statement_timeout."),
}
STATES = [
    ('ok', "In order"),
    ('unknown', "Has not run yet"),
    ('off', "Switched off"),
    ('failed', "Failed once"),
    ('late', "Runs late"),
    ('failing', "Fails"),
]


class OutreachHealth(models.Model):
    """One row per scheduled action of the addon, with what it has to do and what it could not do.

    Administrators read and mend. No row is about a person: of actions about people it is told whether something waits and
    whether something failed, never of how many or since when.
    """

    _name = 'outreach.health'
    _description = "System Health"
    _auto = False
    _order = 'id'

    code = fields.Char(readonly=True)
    cron_id = fields.Many2one('ir.cron', readonly=True, export_string_translation=False)
    name = fields.Char(compute='_compute_facts')
    state = fields.Selection(STATES, compute='_compute_facts', search='_search_state')
    message = fields.Text("What Is Wrong", compute='_compute_facts')
    last_success = fields.Datetime("Last Ran Through", compute='_compute_facts')
    next_call = fields.Datetime("Next Run", compute='_compute_facts')
    due = fields.Char("Waiting", compute='_compute_facts')
    due_since = fields.Date("Waiting Since", compute='_compute_facts')
    failed = fields.Char("Could Not Be Done", compute='_compute_facts')
    error = fields.Char("Kind of Error", compute='_compute_facts')
    failure_count = fields.Integer("Failed in a Row", compute='_compute_facts')
    first_failure_date = fields.Datetime("Failing Since", compute='_compute_facts')
    can_run = fields.Boolean(compute='_compute_facts', export_string_translation=False)
    can_put_right = fields.Boolean(compute='_compute_facts', export_string_translation=False)
    can_switch_on = fields.Boolean(compute='_compute_facts', export_string_translation=False)

    @property
    def _table_query(self):
        jobs = SQL(
            "SELECT %s + cron.id AS id, data.name AS code, cron.id AS cron_id"
            "  FROM ir_cron cron JOIN ir_model_data data ON data.model = 'ir.cron' AND data.res_id = cron.id AND data.module = %s",
            FIRST_JOB,
            MODULE,
        )
        checks = [SQL("SELECT %s, %s, NULL::int", number, code) for number, code in enumerate(CHECKS, start=1)]
        return SQL(" UNION ALL ").join([jobs, *checks])

    def init(self):
        """Before an update makes indexes that are missing: else those of names would serve no search after a plain restore."""
        result = super().init()
        if missing := search_indexes.prepare(self.env):
            _logger.warning(
                "Searches will be slow: the role that Odoo uses may not do what the administrator of the database has to do once: %s",
                ' '.join(missing),
            )
        return result

    # ------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------

    @api.model
    def _get_due_work(self):
        """``{(model, method): DueWork}`` of all models."""
        mixin = self.env.registry['outreach.batch.mixin']
        return {
            (name, method): work
            for name, model in self.env.registry.items()
            if issubclass(model, mixin) and not model._abstract
            for method, work in self.env[name].sudo()._get_due_work().items()
        }

    @api.model
    def _get_facts(self):
        """What is known of all rows, as ``{id: dictionary}``; the number of queries depends on how many actions there are only.

        `due` and `failed` are numbers, also of people: what is shown goes through `_is_about_people`.
        """
        now = fields.Datetime.now()
        failures = defaultdict(list)
        for failure in self.env['outreach.job.failure'].sudo().search([]):
            failures[failure.cron_id.id].append(failure)
        works = self._get_due_work()
        facts = {}
        for row in self.sudo().with_context(active_test=False).search([('cron_id', '!=', False)]):
            cron = row.cron_id
            method = re.match(r'model\.(\w+)\(', cron.code or '')
            work = works.get((cron.model_id.model, method and method[1]))
            due, since = self._count_due(work) if work else (None, None)
            records = [failure for failure in failures[cron.id] if failure.res_id != RUN]
            last = cron.outreach_last_success or (cron.lastcall if not cron.failure_count else None)
            step = _intervalTypes[cron.interval_type](cron.interval_number)
            job = job_state.Job(
                active=cron.active,
                interval=now + step - now,
                next_call=cron.nextcall,
                last_success=last or cron.create_date,
                # core forgets the number when it switches an action off
                failures=cron.failure_count or sum(failure.res_id == RUN for failure in failures[cron.id]),
                failed=len(records),
                failed_days=max((failure.days for failure in records), default=0),
                ran=bool(last),
            )
            facts[row.id] = {
                'code': row.code,
                'job': job,
                'state': job_state.judge(job, now),
                'last_success': last,
                'due': due,
                'due_since': since,
                'error': max(failures[cron.id], key=lambda failure: failure.failed_on).error if failures[cron.id] else None,
                'first_failure_date': cron.first_failure_date,
                'is_about_people': self._is_about_people(cron.model_id.model),
                'name': self._get_short_name(cron),
            }
        return facts | self._get_check_facts()

    @api.model
    def _get_check_facts(self):
        """The facts of the checks: ``{id: {'code': str, 'state': str, 'name': str, 'message': str or False}}``."""
        found = {'database': self._get_database_facts(), 'printer': self._get_printer_facts()}
        return {number: {'code': code, **found[code]} for number, code in enumerate(CHECKS, start=1)}

    @api.model
    def _get_database_facts(self):
        """Whether the database has what searches need."""
        message = False
        if statements := search_indexes.get_missing_sql(self.env.cr):
            message = self.env._(
                "The database lacks what searches need, so they read whole tables. “Put Right” does it where Odoo's role may; else the"
                " administrator of the database runs, once: %(statements)s",
                statements=' '.join(statements),
            )
        elif names := search_indexes.get_missing_indexes(self.env):
            message = self.env._(
                "Indexes are missing (%(count)s: %(names)s), as after a plain restore, so searches read whole tables. “Put Right” makes"
                " them; with many companies that takes some minutes, in which nobody saves.",
                count=len(names),
                names=', '.join(names[:NAMES_SHOWN]) + (' …' if len(names) > NAMES_SHOWN else ''),
            )
        return {'state': 'failing' if message else 'ok', 'name': self.env._("Search in the database"), 'message': message}

    @api.model
    def _get_printer_facts(self):
        """Whether sheets can be printed; nobody is called for it, since all else works."""
        is_missing = self.env['ir.actions.report'].get_wkhtmltopdf_state() in ('install', 'broken')
        return {
            'state': 'failed' if is_missing else 'ok',
            'name': self.env._("Printing of sheets"),
            'message': is_missing
            and self.env._(
                "wkhtmltopdf is not in the PATH of the server, so sheets are shown as web pages. Install the package, then restart Odoo."
            ),
        }

    @api.model
    def _count_due(self, work: DueWork):
        """How many records are due, and the oldest date that they go by."""
        aggregates = ['__count', *([f'{work.since}:min'] if work.since else [])]
        count, *since = self.env[work.model].sudo()._read_group(work.domain, [], aggregates)[0]
        return count, since[0] if since else None

    @api.model
    def _get_short_name(self, cron):
        """Without the application, which they all have in front."""
        name = cron.name.partition(': ')[2] or cron.name
        return name[:1].upper() + name[1:]

    @api.model
    def _is_about_people(self, model):
        return issubclass(self.env.registry[model], self.env.registry['outreach.person.mixin'])

    @api.depends_context('lang', 'uid')
    @api.depends('code')
    def _compute_facts(self):
        facts = self._get_facts()
        for record in self:
            known = facts.get(record.id, {})
            job = known.get('job')
            about_people = known.get('is_about_people')

            def tell(number, about_people=about_people):
                if number is None:
                    return False
                return self.env._("some") if number and about_people else str(number)

            record.name = known.get('name')
            record.state = known.get('state')
            record.last_success = known.get('last_success')
            record.next_call = record.cron_id.sudo().nextcall if job and job.active else False
            record.due = tell(known.get('due'))
            record.due_since = known.get('due_since') if known.get('due') else False
            record.failed = tell(job.failed) if job and job.failed else False
            record.error = known.get('error')
            record.failure_count = job.failures if job else 0
            record.first_failure_date = known.get('first_failure_date')
            record.can_run = bool(job and job.active)
            record.can_put_right = record.code == 'database' and known.get('state') != 'ok'
            record.can_switch_on = bool(job and not job.active)
            record.message = known['message'] if 'message' in known else record._get_message(job)

    def _get_message(self, job):
        """What is wrong, and what to do; False where nothing is."""
        if not job or self.state == 'ok':
            return False
        parts = []
        if kind := faults.kind_of_name(self.error):
            parts.append(self.env._(CAUSES[kind]))
        if self.state == 'unknown':
            parts.append(
                self.env._("Not known before the first run, at %(when)s.", when=format_datetime(self.env, job.next_call, dt_format='short'))
            )
        if self.state == 'off':
            parts.append(self.env._("Nothing of this is done until somebody switches it on."))
        elif not job.active:
            parts.append(self.env._("Odoo has switched it off since it failed again and again. Mend the cause, then switch it on."))
        if job.active and job.failures:
            parts.append(
                self.env._(
                    "It has failed %(count)s times in a row (%(error)s). The log of the server says more at the time of the last run.",
                    count=job.failures,
                    error=self.error or '?',
                )
            )
        if job.failed:
            parts.append(
                self.env._(
                    "Some records cannot be worked on (%(error)s); the others are. The log names them by their number. They are"
                    " tried again with each run.",
                    error=self.error or '?',
                )
            )
        if self.state == 'late':
            parts.append(
                self.env._(
                    "It should have run by %(when)s. Do the workers for scheduled actions of the server run?",
                    when=format_datetime(self.env, job.next_call, dt_format='short'),
                )
            )
        return ' '.join(parts)

    def _search_state(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return Domain('id', 'in', [number for number, known in self._get_facts().items() if known['state'] in value])

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def _check_may_mend(self):
        if not self.env.user.has_group(ADMINISTRATOR):
            raise AccessError(self.env._("Only administrators do this."))

    def action_run(self):
        """Run it now, as the scheduler would."""
        self._check_may_mend()
        self.ensure_one()
        result = self.cron_id.method_direct_trigger()
        self.invalidate_model()
        return result

    def action_put_right(self):
        """Make what the database lacks; say what it still does."""
        self._check_may_mend()
        search_indexes.put_back(self.env)
        facts = self._get_database_facts()
        self.invalidate_model()
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'warning' if facts['message'] else 'success',
                'sticky': bool(facts['message']),
                'message': facts['message'] or self.env._("The database has all that searches need."),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    def action_switch_on(self):
        self._check_may_mend()
        _logger.info("System health: %s switched on by %s", ', '.join(self.mapped('code')), self.env.user.login)
        self.cron_id.write({'active': True, 'failure_count': 0, 'first_failure_date': False})
        self.env['outreach.job.failure'].sudo().search([('cron_id', 'in', self.cron_id.ids), ('res_id', '=', RUN)]).unlink()
        self.invalidate_model()

    def action_open(self):
        """Core's own form of the scheduled action."""
        self._check_may_mend()
        self.ensure_one()
        if not self.cron_id:
            return False
        return {'type': 'ir.actions.act_window', 'res_model': 'ir.cron', 'res_id': self.cron_id.id, 'views': [(False, 'form')]}

    # ------------------------------------------------------------
    # TELLING
    # ------------------------------------------------------------

    @api.model
    def _get_alarms(self):
        """The codes of what somebody has to see to."""
        return {known['code'] for known in self._get_facts().values() if known['state'] in job_state.ALARMS}

    @api.model
    def _cron_tell(self):
        """Tell administrators, by one to-do each, of what has come up. Who ticks it off is not told of the same again, until it was
        in order in between; when all is in order, the to-dos go by themselves."""
        parameters = self.env['ir.config_parameter'].sudo()
        alarms = self._get_alarms()
        told = set((parameters.get_param(TOLD) or '').split(',')) & alarms
        kind = self.env.ref(TO_DO)
        open_to_dos = self.env['mail.activity'].sudo().search([('activity_type_id', '=', kind.id), ('automated', '=', True)])
        if not alarms:
            open_to_dos.with_context(mail_activity_quick_update=True).unlink()
        elif alarms - told:
            administrators = self.env.ref(ADMINISTRATOR).sudo().all_user_ids.filtered(lambda user: user.active and not user.share)
            self._tell(kind, administrators - self.env.ref('base.user_root') - open_to_dos.user_id)
        parameters.set_param(TOLD, ','.join(sorted(alarms)))

    def _tell(self, kind, users):
        quiet = self.env['mail.activity'].sudo().with_context(mail_activity_quick_update=True)
        for user in users:
            here = self.with_context(lang=user.lang or self.env.lang)
            quiet.create(
                {
                    'activity_type_id': kind.id,
                    'automated': True,
                    'user_id': user.id,
                    'date_deadline': fields.Date.context_today(self),
                    'summary': here.env._("Employer outreach: scheduled work is not done"),
                    'note': Markup('<p><a href="/odoo/outreach-health">%s</a></p>')
                    % here.env._("System health says what, and what to do."),
                }
            )

    # ------------------------------------------------------------
    # MONITORING
    # ------------------------------------------------------------

    @api.model
    def _is_monitored(self):
        return bool(self.env['ir.config_parameter'].sudo().get_param(TOKEN))

    @api.model
    def _is_token(self, token):
        """Whether this is the token that was drawn; never where none was."""
        known = self.env['ir.config_parameter'].sudo().get_param(TOKEN) or ''
        return bool(known) and hmac.compare_digest(known.encode(), hashlib.sha256(token.encode()).hexdigest().encode())

    @api.model
    def _draw_token(self):
        """A token that nobody guesses, in the place of the one that was; shown this once."""
        self._check_may_mend()
        token = secrets.token_urlsafe(32)
        self.env['ir.config_parameter'].sudo().set_param(TOKEN, hashlib.sha256(token.encode()).hexdigest())
        _logger.info("System health: token for monitoring drawn by %s", self.env.user.login)
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Token for Monitoring"),
            'res_model': 'outreach.health.token',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'default_token': token},
        }

    @api.model
    def _take_token_back(self):
        self._check_may_mend()
        self.env['ir.config_parameter'].sudo().set_param(TOKEN, False)
        _logger.info("System health: token for monitoring taken back by %s", self.env.user.login)
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    @api.model
    def _get_report(self):
        """What monitoring is told; nothing of it is about a person.

        :return: ``{'status': 'ok', 'unknown' or 'alarm', 'checks': [{'code', 'state', 'last_success', 'due', 'due_since', 'failed'}, …]}``;
            times are UTC in ISO 8601, `due` is None for actions about people, where true and false are told instead
        """
        checks = []
        for known in self.sudo()._get_facts().values():
            check = {'code': known['code'], 'state': known['state']}
            if job := known.get('job'):
                hidden = known['is_about_people']
                last = known['last_success']
                check |= {
                    'last_success': f'{last.isoformat()}Z' if last else None,
                    'due': bool(known['due']) if hidden and known['due'] is not None else known['due'],
                    'due_since': known['due_since'].isoformat() if known['due'] and known['due_since'] else None,
                    'failed': bool(job.failed) if hidden else job.failed,
                }
            checks.append(check)
        states = {check['state'] for check in checks}
        return {'status': 'alarm' if states & job_state.ALARMS else 'unknown' if 'unknown' in states else 'ok', 'checks': checks}
