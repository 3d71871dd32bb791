"""Every place that could tell a count of people to those who may not see them."""

import ast
import re
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time
from odoo.tools import SQL, mute_logger

from ..common import MODULE
from .test_figure import DAY, FigureCommon

ADDON = Path(__file__).resolve().parents[2]
# Models whose lines are people.
PEOPLE = (
    'outreach.candidate',
    'outreach.placement',
    'outreach.proposal',
    'outreach.match',
    'outreach.supply',
    'outreach.match.count',
    'outreach.barrier',
    'outreach.permit.request',
    'event.registration',
)
_NAMES = '|'.join(map(re.escape, PEOPLE))
ABOUT_PEOPLE = re.compile(rf"\[['\"]({_NAMES})(\.\w+)*['\"]\]|\b({_NAMES.replace(re.escape('.'), '_')})\b")
COUNTS = re.compile(r"search_count|_read_group|__count|\b(count|len|sum)\(", re.IGNORECASE)
PAST_THE_RIGHTS = re.compile(r"sudo\(|SQL\(|cr\.execute|bypass_access")

# What counts people past the rights of who asks, and why it may: `published` makes the table or reads it, `rights` goes by
# what the reader may read all the same, `no count` counts something else, `nobody` is no answer to anybody.
PLACES = {
    'imports/candidate/outreach_candidate_import.py: OutreachCandidateImport._import_rest': 'rights',
    'models/matching/outreach_figure.py: OutreachFigure._get_positions': 'no count',
    'models/matching/outreach_figure_table.py: OutreachFigureTable._count_candidates': 'published',
    'models/matching/outreach_figure_table.py: OutreachFigureTable._count_placements': 'published',
    'models/matching/outreach_match.py: OutreachMatch._count_in': 'rights',
    'models/matching/outreach_match_count.py: OutreachMatchCount._cron_count': 'nobody',
    'models/matching/outreach_supply.py: OutreachSupply._read_group_select': 'rights',
    'models/people/outreach_candidate.py: OutreachCandidate._draw_pseudonyms': 'no count',
    'models/people/outreach_pool.py: OutreachPool._get_occupation_part': 'rights',
    'models/placement/outreach_due.py: OutreachDue._query_placement': 'rights',
    # the preparation sheet asks who may read placements before it says anything of it
    'models/placement/res_partner.py: ResPartner._get_outreach_placement_counts': 'rights',
    'models/start/outreach_today_people.py: OutreachTodayPeople._get_block_advised': 'rights',
    'models/start/outreach_today_people.py: OutreachTodayPeople._get_block_matches': 'rights',
    'models/start/outreach_today_work.py: OutreachTodayWork._read_to_do': 'rights',
}
# Who may ask the one place, and nobody else.
ASK_THE_TABLE = {
    'models/matching/outreach_figure.py',
    'models/matching/outreach_figure_table.py',
    'models/matching/outreach_match_count.py',
    'report/sheets/outreach_preparation_sheet.py',
}
# Fields of core that count those who registered for an event. They are no candidates; see docs/published-figures.md.
REGISTRATIONS = {'seats_available', 'seats_taken', 'seats_reserved', 'seats_used', 'registration_count'}


def _get_text(lines, node):
    return '\n'.join(lines[node.lineno - 1 : node.end_lineno])


class TestPlaces(FigureCommon):
    def _find_places(self):
        for path in sorted(ADDON.rglob('*.py')):
            name = path.relative_to(ADDON)
            if name.parts[0] in ('tests', 'tools', 'migrations'):
                continue
            source = path.read_text('utf-8')
            lines = source.splitlines()
            for model in ast.walk(ast.parse(source)):
                if not isinstance(model, ast.ClassDef):
                    continue
                own = '\n'.join(_get_text(lines, line) for line in model.body if isinstance(line, ast.Assign))
                of_people = re.search(rf"_(name|inherit) = \[?['\"]({_NAMES})", own)
                for method in model.body:
                    text = isinstance(method, ast.FunctionDef) and _get_text(lines, method)
                    if text and (of_people or ABOUT_PEOPLE.search(text)) and COUNTS.search(text) and PAST_THE_RIGHTS.search(text):
                        yield f'{name}: {model.name}.{method.name}'

    def test_all_places_are_known(self):
        """Whatever is added has to be looked at: does it tell those who may not see people how many there are?"""
        self.assertEqual(set(self._find_places()), set(PLACES))

    def test_one_place_decides(self):
        asking = {
            str(path.relative_to(ADDON))
            for path in ADDON.rglob('*.py')
            if path.relative_to(ADDON).parts[0] not in ('tests', 'tools')
            and re.search(r"outreach\.figure\.table'\]|import disclosure|tools\.matching\.disclosure", path.read_text('utf-8'))
        }
        # which floor it has
        self.assertEqual(asking, ASK_THE_TABLE | {'models/matching/outreach_figure_policy.py'})


@freeze_time(DAY)
class TestNothingElseTells(FigureCommon):
    """Whatever somebody reads who may not see people is the same before and after people come, until the next publication."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fair = cls.create_fair()
        cls.pool = cls.create_pool(event_ids=[Command.link(cls.fair.id)])
        cls.demand = cls.create_demand(
            occupation_id=cls.warehouse.id, municipality_id=cls.bramsche.id, pool_ids=[Command.link(cls.pool.id)]
        )
        cls.visit = cls.create_visit()
        cls.env['outreach.figure'].sudo()._publish()

    def _age_everything(self):
        """What is written from now on, was changed later than all that is there."""
        self.env.flush_all()
        for name, Model in self.env.items():
            if (
                not Model._abstract
                and Model._auto
                and Model._log_access
                and name.startswith(('outreach.', 'res.', 'event.', 'calendar.', 'crm.'))
            ):
                self.env.cr.execute(SQL("UPDATE %s SET write_date = write_date - interval '1 day'", SQL.identifier(Model._table)))
        self.env.invalidate_all()

    def _read_everything(self, user):
        """`{(model, id, field): value}` of all that the user may read, and what pages are made of besides."""
        self.env.flush_all()
        self.env.invalidate_all()
        env = self.env(user=user, su=False)
        found = {}
        for name in sorted(env.registry):
            Model = env[name]
            if (
                Model._abstract
                or Model._transient
                or not Model.has_access('read')
                or not (name.startswith('outreach.') or name in ('res.partner', 'event.event', 'event.booth', 'crm.lead', 'calendar.event'))
            ):
                continue
            records = Model.search([], limit=100, order='id')
            fields = [
                field
                for field in Model.fields_get(attributes=['type'])
                if field not in REGISTRATIONS and not field.startswith(('message_', 'activity_', '__'))
            ]
            try:
                found |= {(name, values['id'], field): values[field] for values in records.read(fields, load='') for field in fields}
            except AccessError:  # core has fields whose values not everybody may read who may read the record
                for field in fields:
                    try:
                        found |= {(name, values['id'], field): values[field] for values in records.read([field], load='')}
                    except AccessError:
                        found[name, field] = 'closed'
        if env.user.has_group(f'{MODULE}.group_outreach_user'):
            found['map'] = env['outreach.municipality'].get_county_supply()
            found['sheet'] = str(
                self.env['ir.actions.report']
                .with_user(user)
                ._render_qweb_html(f'{MODULE}.outreach_visit_report_preparation', self.visit.ids)[0]
            )
            found['start page'] = str(env['outreach.today'].get_today())
        return found

    @mute_logger('odoo.models', 'odoo.orm.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')
    def test_all_that_is_read(self):
        readers = [getattr(self, f'user_{role}') for role in ('econ', 'manager', 'helper', 'dpo', 'internal', 'portal')]
        for user in readers[:2]:
            self.pool.with_user(user).action_ask()
            self.env['outreach.figure'].with_user(user)._ask(breakdown='municipality')
        self._age_everything()
        before = {user: self._read_everything(user) for user in readers}
        self.assertIn("90", str(before[self.user_econ]['outreach.pool', self.pool.id, 'published_count']), "there is something to read")
        people = self.create_candidates(30, adviser_id=self.user_migration.id, driving_licence='B', does_full_time=True)
        people[0].barrier_ids = [Command.create({'kind': 'mobility'})]
        self.env['outreach.candidate'].search([('status', '=', 'available')], limit=40).status = 'placed'
        self.pool.member_ids = people[:9]
        self.env['outreach.placement'].create([{'partner_id': self.company.id, 'demand_id': self.demand.id} for __ in range(25)])
        for user in readers:
            after = self._read_everything(user)
            changed = {
                key: (before[user].get(key), after.get(key))
                for key in before[user].keys() | after.keys()
                if before[user].get(key) != after.get(key)
            }
            with self.subTest(user=user.login):
                self.assertFalse(changed)
