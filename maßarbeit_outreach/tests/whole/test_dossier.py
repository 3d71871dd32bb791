from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command

from ..common import MODULE, OutreachCommon


class TestDossier(OutreachCommon):
    """The page of a company: what happened and will, as each role may read it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind_call.write({'guard_days_back': 0, 'guard_days_ahead': 0})
        cls.follow_ups = cls.create_follow_ups()
        cls.visit = cls.create_visit(team=cls.user_econ | cls.user_job)
        cls.met = cls.create_visit(stage='done', report_text="Zweite Halle ab Frühjahr. Sucht Leute.", result='informed')
        cls.call = cls.create_visit(user=cls.user_job, team=cls.user_job, kind_id=cls.kind_call.id)
        cls.demand = cls.create_demand(positions=3)
        cls.stand = cls.create_stand(cls.create_fair())
        cls.create_visit(company=cls.other_company)

    def dossier(self, user=None):
        return self.env['outreach.dossier'].with_user(user or self.user_econ)

    def timeline(self, user=None, **kwargs):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.dossier(user).get_timeline(self.company.id, **kwargs)

    def row(self, record, user=None):
        (row,) = (row for row in self.timeline(user)['rows'] if (row['model'], row['id']) == (record._name, record.id))
        return row

    def test_every_kind_in_its_own_words(self):
        page = self.timeline()
        counts = {kind['kind']: kind['count'] for kind in page['kinds']}
        self.assertEqual(counts, {'visit': 2, 'call': 1, 'demand': 1, 'stand': 1, 'promise': 1, 'referral': 1, 'warning': 1})
        self.assertEqual(page['total'], len(page['rows']))
        self.assertEqual([row['is_ahead'] for row in page['rows']], sorted((row['is_ahead'] for row in page['rows']), reverse=True))
        met = self.row(self.met)
        self.assertEqual((met['title'], met['quote']), ("Test Visit: Done", "Zweite Halle ab Frühjahr."))
        self.assertIn(self.user_econ.name, met['text'])
        self.assertEqual(self.row(self.visit)['badge'], "joint")
        self.assertIn("3 positions", self.row(self.demand)['text'])
        self.assertTrue(self.row(self.follow_ups['outreach.promise'])['title'].endswith("Test Promise"))

    def test_what_one_may_not_read_is_not_there(self):
        """Neither as a row nor in a number."""
        kinds = {
            role: {kind['kind'] for kind in self.timeline(getattr(self, f'user_{role}'))['kinds']}
            for role in ('econ', 'job', 'migration', 'manager')
        }
        self.assertIn('placement', kinds['job'])
        for role in ('econ', 'migration', 'manager'):
            self.assertNotIn('placement', kinds[role])
            page = self.timeline(getattr(self, f'user_{role}'), kind='placement')
            self.assertNotIn('placement', {row['kind'] for row in page['rows']}, "a kind that is not theirs is as none")
        self.assertNotIn('referral', kinds['migration'], "sent to another agency")
        self.assertIn('referral', kinds['econ'])
        for role in ('immigration', 'helper', 'dpo', 'internal', 'portal'):
            for method in ('get_dossier', 'get_timeline'):
                with self.subTest(role=role, method=method), self.assertRaises(AccessError):
                    getattr(self.dossier(getattr(self, f'user_{role}')), method)(self.company.id)

    def test_other_organisations(self):
        other = self.env['res.company'].create({'name': "Test Organisation"})
        stranger = self.create_user(
            'elsewhere', f'{MODULE}.group_economic_development', company_id=other.id, company_ids=[Command.set(other.ids)]
        )
        self.assertLessEqual({kind['kind'] for kind in self.timeline(stranger)['kinds']}, {'stand'})

    def test_true_after_a_move(self):
        self.settle()
        before = self.row(self.visit)
        self.assertNotIn("moved", before['text'])
        self.visit.with_user(self.user_econ).start += timedelta(days=7)
        self.settle()
        after = self.row(self.visit)
        self.assertEqual(
            after['iso'],
            fields.Datetime.context_timestamp(self.visit.with_user(self.user_econ), self.visit.start).strftime('%Y-%m-%dT%H:%M:%S'),
        )
        self.assertIn("moved, before: ", after['text'])
        # nor does the chatter of the company say a time that is no longer true
        notes = self.company.message_ids.filtered(lambda message: f'data-oe-id="{self.visit.id}"' in (message.body or ''))
        self.assertTrue(notes)
        for note in notes:
            self.assertNotIn(str(before['iso'][:4]), note.body.split('>', 2)[2].split('<')[0])

    def test_pages(self):
        self.env['outreach.promise'].with_user(self.user_econ).create(
            [{'name': f"Promise {n}", 'partner_id': self.company.id} for n in range(30)]
        )
        first = self.timeline(kind='promise')
        self.assertEqual((first['total'], len(first['rows'])), (31, 20))
        rest = self.timeline(kind='promise', offset=20)
        self.assertEqual(len({row['key'] for row in first['rows'] + rest['rows']}), 31)
        self.assertEqual({row['kind'] for row in first['rows']}, {'promise'})
        self.assertEqual(len(first['kinds']), 7, "the other chips stay")

    def test_queries_are_constant(self):
        def count(method):
            self.env.flush_all()
            self.env.invalidate_all()
            dossier = self.dossier(self.user_job)
            dossier.env.user.has_group('base.group_user')
            before = self.cr.sql_log_count
            getattr(dossier, method)(self.company.id)
            return self.cr.sql_log_count - before

        for method in ('get_timeline', 'get_dossier') * 2:
            count(method)  # what is kept between calls
        few = {method: count(method) for method in ('get_timeline', 'get_dossier')}
        # fewer than a page, so that every kind stands on it before and after
        for n in range(2):
            self.create_visit(team=self.user_econ | self.user_job, start=fields.Datetime.now() + timedelta(days=5 + n))
            self.create_demand(name=f"Demand {n} for bakers", positions=n + 1)
        self.create_follow_ups()
        self.env['res.partner'].create({'name': "Another Person", 'parent_id': self.company.id, 'phone': '05461 123'})
        many = {method: count(method) for method in few}
        for method, number in many.items():  # not more for more; one less where something has been looked up by then
            self.assertLessEqual(number, few[method], many)
        self.assertLessEqual(few['get_timeline'], 40, few)

    def test_cards_and_notices(self):
        self.company.write({'outreach_wish_note': "Tuesdays only", 'outreach_blocked_until': self.today + timedelta(days=3)})
        self.contact.phone = '05461 1234'
        dossier = self.dossier(self.user_job).get_dossier(self.company.id)
        cards = {card['key']: card for card in dossier['cards']}
        self.assertEqual((cards['next']['id'], cards['last']['id']), (self.visit.id, self.met.id))
        self.assertEqual(cards['last']['when'], "3 days ago")
        self.assertEqual([notice['key'].split(',')[0] for notice in dossier['notices']], ['quiet', 'warning', 'wish'])
        self.assertEqual(dossier['person']['tel'], 'tel:054611234')
        self.assertTrue(dossier['person']['write'])
        promises, demands = dossier['sections']
        self.assertEqual((promises['rows'][0]['title'], demands['note']), ("Test Promise", "3 positions"))
        self.assertFalse(promises['rows'][0]['buttons'], "the promise of somebody else")
        self.company.outreach_consent_email = 'refused'
        self.company.outreach_consent_phone = 'refused'
        person = self.dossier(self.user_job).get_dossier(self.company.id)['person']
        self.assertFalse(person['write'] or person['tel'])
        # somebody from another agency goes there without us
        theirs = self.dossier(self.user_econ).get_dossier(self.company.id)['notices']
        (others,) = (notice for notice in theirs if notice['key'] == f'others,{self.call.id}')
        self.assertIn(self.agency_job.name, others['text'])
        self.assertFalse(others['buttons'], "nobody goes along to a call")

    def test_a_new_company(self):
        company = self.env['res.partner'].create({'name': "Test New", 'is_company': True, 'outreach_company': True, 'zip': '49565'})
        self.assertEqual(self.dossier().get_timeline(company.id), {'kinds': [], 'total': 0, 'rows': []})
        dossier = self.dossier().get_dossier(company.id)
        self.assertTrue(all(card['empty'] for card in dossier['cards']))
        self.assertTrue(all(section['empty'] and not section['rows'] for section in dossier['sections']))

    def test_which_form_opens(self):
        page, core = self.env.ref(f'{MODULE}.res_partner_view_form_company').id, self.env.ref('base.view_partner_form').id
        outside = self.env['res.partner'].create({'name': "Test Supplier", 'is_company': True})
        for user, company, form in (
            (self.user_econ, self.company, page),
            (self.user_migration, self.company, page),
            (self.user_econ, self.contact, core),
            (self.user_econ, outside, core),
            (self.user_internal, self.company, core),
        ):
            with self.subTest(user=user.name, company=company.name):
                found = company.with_user(user).get_formview_id()
                self.assertEqual(found or core, form)
