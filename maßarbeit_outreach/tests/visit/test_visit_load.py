from datetime import timedelta
from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.fields import Command
from odoo.sql_db import Cursor

from ..common import OutreachCommon


class TestVisitLoad(OutreachCommon):
    """How many queries the pages of visits take, next to their twin in the calendar."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.user_econ | cls.user_job | cls.user_migration
        cls.start = fields.Datetime.now().replace(minute=0, second=0) + timedelta(days=40)

    def count(self, action):
        """The queries of `action` with empty caches of records."""
        self.settle()
        self.env.invalidate_all()
        queries = []
        execute = Cursor.execute

        def note(cursor, query, *args, **kwargs):
            queries.append(query)
            return execute(cursor, query, *args, **kwargs)

        with patch.object(Cursor, 'execute', note):
            action()
            self.settle()
        return len(queries)

    def plan(self, company, **values):
        return self.create_visit(company, team=self.team, start=self.start, **values)

    def create_event(self):
        return (
            self.env['calendar.event']
            .with_user(self.user_econ)
            .create(
                {
                    'name': "Test",
                    'start': self.start,
                    'stop': self.start + timedelta(hours=1),
                    'partner_ids': [Command.set(self.team.partner_id.ids)],
                }
            )
        )

    def test_create(self):
        """A visit of three is created in at most 41 queries; the first contact with a company makes its lead besides."""
        known, unknown, __ = companies = self.env['res.partner'].create(
            [{'name': f"Test {n}", 'is_company': True, 'zip': '49565', 'city': "Bramsche"} for n in range(3)]
        )
        for company in companies - unknown:
            self.create_visit(company, team=self.team, start=self.start - timedelta(days=365))
        for days in (0, 100):  # warms up
            self.count(lambda days=days: self.create_visit(companies[2], team=self.team, start=self.start + timedelta(days=days)))
        again = self.count(lambda: self.plan(known))
        first = self.count(lambda: self.plan(unknown))
        self.assertLessEqual(again, 41)
        self.assertLessEqual(first, 58)

    def read_like(self, xmlid, records):
        """Read these records as the view of the web client does, with what its fields show."""
        view = self.env.ref(xmlid)
        views = records.get_views([(view.id, view.type)])
        model_fields = views['models'][records._name]['fields']
        arch = etree.fromstring(views['views'][view.type]['arch'])

        def spec(node, fields_of):
            found = {}
            for field in node.iter('field'):
                if next((parent for parent in field.iterancestors('field')), node) not in (node, field) and node.tag != 'field':
                    continue
                name, kind = field.get('name'), fields_of.get(field.get('name'), {}).get('type')
                if kind in ('many2one', 'many2many', 'one2many'):
                    found[name] = {'fields': {'display_name': {}}}
                elif kind:
                    found[name] = {}
            return found

        return lambda: records.web_read(spec(arch, model_fields))

    def test_form_and_lists(self):
        companies = self.env['res.partner'].create(
            [{'name': f"Test {n}", 'is_company': True, 'zip': '49565', 'city': "Bramsche"} for n in range(40)]
        )
        visits = self.env['outreach.visit'].union(*(self.plan(company) for company in companies))
        events = visits.event_id.with_user(self.user_econ)
        prefix = 'maßarbeit_outreach.outreach_visit_view_'
        found = {}
        for kind, twin in (('list', 'calendar.view_calendar_event_tree'), ('form', 'calendar.view_calendar_event_form')):
            size = 1 if kind == 'form' else 40
            found[twin] = self.count(self.read_like(twin, events[:size]))
            found[kind] = self.count(self.read_like(prefix + kind, visits[:size]))
            found[kind, 'few'] = self.count(self.read_like(prefix + kind, visits[: min(size, 10)]))
        found['kanban'] = self.count(self.read_like(prefix + 'kanban', visits))
        self.assertEqual(found['list'], found['list', 'few'])
