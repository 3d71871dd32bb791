"""An office of a municipality works on the companies there, and reads nothing of those elsewhere."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from ..common import MODULE, OutreachCommon


class TestMunicipal(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_local = cls.create_user('local', f'{MODULE}.group_municipal_development')
        cls.agency_municipal.user_ids += cls.user_local
        cls.kind.write({'guard_days_back': 0, 'guard_days_ahead': 0})
        cls.here, cls.elsewhere = (cls.make(company) for company in (cls.company, cls.other_company))
        cls.env.flush_all()

    @classmethod
    def make(cls, company):
        """One of each kind of record about a company."""
        visit = cls.create_visit(company, report_text=f"Report of {company.name}")
        done = cls.create_visit(company, stage='done')
        follow_ups = cls.create_follow_ups(company)
        follow_ups.pop('outreach.placement')
        demand = cls.create_demand(company)
        responsibility = cls.env['outreach.responsibility'].search([('partner_id', '=', company.id)], limit=1)
        return {
            'res.partner': company,
            'outreach.visit': visit | done,
            'outreach.visit.member': visit.member_ids,
            'outreach.responsibility': responsibility,
            'outreach.demand': demand,
            'crm.lead': visit.lead_id,
            'event.booth': cls.create_stand(cls.create_fair(), company),
            'calendar.event': visit.event_id,
            'outreach.measure': cls.env['outreach.measure'].create({'name': "Test Course", 'demand_ids': [Command.set(demand.ids)]}),
            **follow_ups,
        }

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger('odoo.addons.base.models.ir_rule', 'odoo.models', 'odoo.orm.models'))
        self.env.invalidate_all()

    def local(self, records):
        self.env.invalidate_all()
        return records.with_user(self.user_local)

    def test_precondition(self):
        for model, records in (self.here | self.elsewhere).items():
            self.assertTrue(records, model)
        self.assertEqual(self.here.keys(), self.elsewhere.keys())
        self.assertEqual(self.company.outreach_municipality_id, self.bramsche)
        self.assertEqual(self.other_company.outreach_municipality_id, self.melle)
        self.assertTrue(self.user_local._is_outreach_local())

    def test_own_place(self):
        for model, records in self.here.items():
            mine = self.local(records)
            self.assertEqual(mine.search([('id', 'in', mine.ids)]), mine, model)
            self.assertTrue(mine.read(['display_name']), model)
        with Form(self.local(self.here['outreach.demand'])) as form:
            form.positions = 4
        visit = self.create_visit(user=self.user_local, team=self.user_local)
        self.assertEqual(visit.agency_ids, self.agency_municipal)
        visit.report_text = "Second hall"

    def test_elsewhere(self):
        for model, records in self.elsewhere.items():
            mine = self.local(records)
            domain = [('id', 'in', mine.ids)]
            with self.subTest(model=model):
                self.assertFalse(mine.search(domain))
                self.assertEqual(mine.search_count(domain), 0)
                self.assertFalse(mine.search_read(domain, ['display_name']))
                self.assertEqual(mine.web_search_read(domain, {'display_name': {}})['length'], 0)
                self.assertEqual(mine._read_group(domain, [], ['__count']), [(0,)])
                self.assertFalse(mine.formatted_read_group(domain, ['create_date:month'], ['__count']))
                for call in (
                    lambda mine=mine: mine.read(['display_name']),
                    lambda mine=mine: mine.web_read({'display_name': {}}),
                    lambda mine=mine: mine.write({'create_date': '2020-01-01'}),
                    lambda mine=mine: mine.unlink(),
                ):
                    self.env.invalidate_all()
                    with self.assertRaises(AccessError):
                        call()

    def test_people(self):
        self.assertTrue(self.local(self.contact).read(['name', 'email']))
        with self.assertRaises(AccessError):
            self.local(self.other_contact).read(['name', 'email'])
        self.assertFalse(self.local(self.other_contact).name_search("Otto Muster"))
        self.assertTrue(self.local(self.user_econ).read(['name']))

    def test_new_elsewhere(self):
        """Nothing is entered about a company elsewhere, nor does planning tell what others do there."""
        for model, values in {
            'outreach.visit': {'kind_id': self.kind.id},
            'outreach.demand': {'name': "Welder"},
            'outreach.promise': {'name': "Leaflet"},
            'outreach.early.warning': {'kind': 'expansion'},
        }.items():
            with self.subTest(model=model), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env[model].with_user(self.user_local).create({'partner_id': self.other_company.id, **values})
        spec = {'partner_id': {'fields': {'display_name': {}}}, 'guard_reasons': {}, 'location': {}}
        with self.assertRaises(AccessError):
            self.env['outreach.visit'].with_user(self.user_local).onchange(
                {'partner_id': self.other_company.id, 'kind_id': self.kind.id}, ['partner_id'], spec
            )
        for wizard in ('outreach.visit.plan', 'outreach.contact.log', 'outreach.contact.mailing'):
            Wizard = self.env[wizard].with_user(self.user_local).with_context(default_partner_ids=self.other_company.ids)
            try:
                said = Wizard.default_get(list(Wizard._fields))
            except (AccessError, UserError):
                continue
            self.assertNotIn(self.other_company.id, [command[2].get('partner_id') for command in said.get('line_ids', [])])

    def test_pages(self):
        Dossier = self.env['outreach.dossier'].with_user(self.user_local)
        self.assertIn("Test Demand", json.dumps(Dossier.get_timeline(self.company.id), default=str))
        for call in (Dossier.get_dossier, Dossier.get_timeline):
            with self.assertRaises(AccessError):
                call(self.other_company.id)
        self.env['outreach.responsibility'].create(
            {'partner_id': self.other_company.id, 'agency_id': self.agency_municipal.id, 'user_id': self.user_local.id}
        )
        self.env.invalidate_all()
        self.assertNotIn(
            self.other_company.name, json.dumps(self.env['outreach.today'].with_user(self.user_local).get_today(), default=str)
        )
        due = self.env['outreach.due'].with_user(self.user_local).search([])
        self.assertLessEqual(due.partner_id.outreach_municipality_id, self.bramsche)
        self.assertTrue(self.env['outreach.due'].with_user(self.user_econ).search([]) - due.with_user(self.user_econ))
        places = self.env['outreach.municipality'].with_user(self.user_local).get_county_map('all')['places']
        for place in places:
            if place['id'] != self.bramsche.id:
                self.assertFalse(any(place[name] for name in ('visits', 'joint', 'demands', 'positions', 'due', 'companies')), place)
        self.assertLessEqual(self.env['outreach.demand.bundle'].with_user(self.user_local).search([]).municipality_id, self.bramsche)

    def test_circle(self):
        """A municipality is neither of the two offices."""
        visit = self.here['outreach.visit'][0]
        visit.with_user(self.user_econ).circle = 'offices'
        self.env.flush_all()
        self.assertFalse(self.local(visit).search([('id', '=', visit.id)]))

    def test_referral_to_it(self):
        """What is referred to the agency it reads, wherever the company is."""
        referral = (
            self.env['outreach.referral']
            .with_user(self.user_econ)
            .create({'partner_id': self.other_company.id, 'name': "Commercial land", 'to_agency_id': self.agency_municipal.id})
        )
        self.env.flush_all()
        self.assertTrue(self.local(referral).read(['name', 'partner_id']))

    def test_place_changes(self):
        self.agency_municipal.municipality_id = self.melle
        self.env.flush_all()
        self.assertTrue(self.local(self.other_company).search([('id', '=', self.other_company.id)]))
        self.assertFalse(self.local(self.company).search([('id', '=', self.company.id)]))
        self.agency_municipal.place_ids = self.bramsche
        self.env.flush_all()
        self.assertTrue(self.local(self.company).search([('id', '=', self.company.id)]))
        self.agency_municipal.user_ids -= self.user_local
        self.env.flush_all()
        for company in (self.company, self.other_company):
            self.assertFalse(self.local(company).search([('id', '=', company.id)]))

    def test_rights_are_those_of_economic_development(self):
        """Of models; a wider role besides opens the county."""
        for model in sorted(name for name in self.env if name.startswith('outreach.')):
            for operation in ('read', 'write', 'create', 'unlink'):
                rights = [self.env[model].with_user(user).has_access(operation) for user in (self.user_local, self.user_econ)]
                self.assertEqual(rights[0], rights[1], (model, operation))
        self.user_local.group_ids += self.env.ref(f'{MODULE}.group_job_centre')
        self.env.flush_all()
        self.assertTrue(self.local(self.other_company).read(['name']))

    def test_figures_over_the_circle(self):
        """Of visits there all count, those that stay within another agency as well; of those elsewhere none."""
        visits = (self.here | self.elsewhere)['outreach.visit'] | self.here['outreach.visit']
        visits.sudo().circle = 'agency'
        self.env.flush_all()
        places = self.local(self.env['outreach.municipality']).get_county_map('12_months')['places']
        counts = {place['id']: place['visits'] for place in places}
        done = self.here['outreach.visit'].filtered(lambda visit: visit.stage == 'done')
        self.assertGreaterEqual(counts[self.bramsche.id], len(done))
        self.assertFalse(counts[self.melle.id])
        Visit, told = self.local(self.env['outreach.visit'])._over_circle()
        ours = Visit.search(told)
        self.assertLessEqual(self.here['outreach.visit'], ours)
        self.assertEqual(ours.partner_id.outreach_municipality_id, self.bramsche)
        today = self.local(self.env['outreach.today'])
        numbers = today._get_block_joint_share(today._get_lists())['numbers']
        on_site = Visit.search_count([*told, ('stage', '=', 'done')])
        self.assertLessEqual(int(numbers[1]['value']), on_site)
        for user in (self.user_internal, self.user_dpo):
            with self.assertRaises(AccessError):
                self.env['outreach.visit'].with_user(user)._over_circle()
