"""Roles that have to do with some companies only read the contacts of these, their own appointments, and no notes."""

import base64
from contextlib import suppress
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ..common import MODULE, AsciiCookieMixin
from ..people.test_candidate import FORBIDDEN
from ..portal.test_portal_locks import SPOKEN, SpokenMixin
from ..visit.test_referral import ReferralCommon

CLOSED = ('clerk', 'immigration', 'helper', 'dpo')
OPEN = ('econ', 'job', 'migration', 'manager', 'internal')
# What stands on the company that no closed role has to do with, and on its contact.
SECRETS = ("Geheimwerk", "geheimwerk.example", "0541 999", "98000006", "Owes us a favour", "Berta Verborgen")


class ClosedRolesCommon(ReferralCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Partner = cls.env['res.partner']
        cls.hidden = Partner.create(
            {
                'name': "Geheimwerk GmbH",
                'is_company': True,
                'email': 'info@geheimwerk.example',
                'phone': "0541 999 1",
                'outreach_betriebsnummer': '98000006',
                'outreach_vetting': 'blocked',
                'comment': "Owes us a favour",
                'child_ids': [Command.create({'name': "Berta Verborgen", 'email': 'verborgen@geheimwerk.example', 'phone': "0541 999 2"})],
            }
        )
        cls.hidden_contact = cls.hidden.child_ids
        cls.hidden.message_post(body="Owes us a favour", partner_ids=cls.hidden_contact.ids)
        cls.env['ir.attachment'].create({'name': "Owes us a favour", 'raw': b'x', 'res_model': 'res.partner', 'res_id': cls.hidden.id})
        cls.hidden.message_subscribe(partner_ids=cls.hidden_contact.ids)
        cls.hidden.activity_schedule(summary="Owes us a favour", user_id=cls.user_econ.id)
        cls.env['res.partner.bank'].create({'acc_number': "DE 98000006", 'partner_id': cls.hidden.id})
        cls.env['calendar.filters'].create({'user_id': cls.user_econ.id, 'partner_id': cls.hidden_contact.id})
        start = fields.Datetime.now() + timedelta(days=20)
        cls.meeting = (
            cls.env['calendar.event']
            .with_user(cls.user_econ)
            .create(
                {
                    'name': "Meeting Geheimwerk",
                    'location': "Geheimwerk",
                    'start': start,
                    'stop': start + timedelta(hours=1),
                    'recurrency': True,
                    'rrule_type': 'daily',
                    'interval': 1,
                    'count': 2,
                    'end_type': 'count',
                    'partner_ids': [Command.set((cls.user_econ.partner_id | cls.hidden_contact).ids)],
                }
            )
        )
        cls.hidden.outreach_vetting = 'new'
        cls.hidden_visit = cls.create_visit(cls.hidden, contact_ids=[Command.link(cls.hidden_contact.id)], invite_contacts=True)
        # what each of them has to do with
        cls.company.write({'comment': "Owes us a favour", 'outreach_betriebsnummer': '29720865'})
        cls.company.message_post(body="Owes us a favour")
        cls.env['ir.attachment'].create({'name': "Owes us a favour", 'raw': b'x', 'res_model': 'res.partner', 'res_id': cls.company.id})
        cls.referral = (
            cls.env['outreach.referral']
            .with_user(cls.user_econ)
            .create({'name': "Land for a hall", 'partner_id': cls.company.id, 'to_agency_id': cls.agency_municipal.id})
        )
        cls.env['outreach.referral'].with_user(cls.user_econ).create(
            {'name': "Papers", 'partner_id': cls.other_company.id, 'to_agency_id': cls.agency_immigration.id}
        )
        cls.stand_company = Partner.create({'name': "Test Bakery", 'is_company': True})
        cls.fair = cls.create_fair(today=True)
        cls.stand = cls.create_stand(cls.fair, cls.stand_company)
        cls.stand.message_post(body="Owes us a favour")
        cls.sold = Partner.create({'name': "Elsewhere Ltd", 'is_company': True})
        party = cls.env['event.event'].create({'name': "Staff Party", 'date_begin': start, 'date_end': start + timedelta(hours=2)})
        cls.create_stand(party, cls.sold, user=cls.env.ref('base.user_admin'))
        cls.settle_all()

    @classmethod
    def settle_all(cls):
        cls.env.flush_all()
        cls.cr.precommit.run()

    def env_of(self, role):
        self.env.invalidate_all()
        return self.env(user=getattr(self, f'user_{role}'))


class TestClosedRoles(SpokenMixin, ClosedRolesCommon):
    def test_contacts(self):
        colleagues = (self.user_econ | self.user_dpo | self.env.ref('base.user_root')).partner_id
        house = colleagues | self.env.company.partner_id
        outside = (
            self.company
            | self.contact
            | self.other_company
            | self.other_contact
            | self.stand_company
            | self.sold
            | self.hidden
            | self.hidden_contact
        )
        for role, theirs in (
            ('clerk', self.company),
            ('immigration', self.other_company),
            ('helper', self.stand_company),
            ('dpo', self.company.browse()),
        ):
            with self.subTest(role=role):
                Partner = self.env_of(role)['res.partner']
                found = Partner.with_context(active_test=False).search([('id', 'in', (house | outside).ids)])
                self.assertEqual(found.sudo().sorted(), (house | theirs).sorted())
                self.assertEqual({found for found, __ in Partner.name_search("", [('id', 'in', outside.ids)], limit=None)}, set(theirs.ids))
                self.assertEqual(
                    self.env_of(role)['res.users'].search([('id', 'in', (self.user_econ | self.user_portal).ids)]).ids, self.user_econ.ids
                )
                for partner in outside - theirs:
                    with self.assertRaises(AccessError), mute_logger(*FORBIDDEN):
                        partner.with_env(Partner.env).read(['name'])
        for role in OPEN:
            Partner = self.env_of(role)['res.partner'].with_context(active_test=False)
            self.assertEqual(Partner.search_count([('id', 'in', (house | outside).ids)]), len(house | outside))

    def test_follows_what_they_have_to_do_with(self):
        """Rules are kept per user, so what they name must be looked up anew each time."""
        clerk = self.company.with_user(self.user_clerk)
        self.assertTrue(clerk.has_access('read'))
        self.referral.to_agency_id = self.agency_migration
        self.env.flush_all()
        self.assertFalse(clerk.has_access('read'))
        self.agency_migration.user_ids += self.user_clerk.browse()
        self.referral.to_agency_id = self.agency_municipal
        self.agency_municipal.user_ids = self.user_econ.browse()
        self.assertFalse(clerk.has_access('read'))
        helper = self.stand_company.with_user(self.user_helper)
        self.assertTrue(helper.has_access('read'))
        self.stand.partner_id = False
        self.env.flush_all()
        self.assertFalse(helper.has_access('read'))

    def test_wider_role_besides(self):
        """Whoever has a role that needs all contacts keeps them, and visits in the calendar, whatever else they are."""
        for wider in (
            f'{MODULE}.group_economic_development',
            f'{MODULE}.group_migration_centre',
            f'{MODULE}.group_outreach_manager',
            'sales_team.group_sale_salesman',
            'base.group_partner_manager',
            'event.group_event_registration_desk',
            'base.group_system',
        ):
            for role in CLOSED:
                user = getattr(self, f'user_{role}')
                before = user.group_ids
                user.group_ids += self.env.ref(wider)
                with self.subTest(role=role, wider=wider):
                    self.assertIn(self.hidden_contact, self.hidden_contact.with_user(user).search([]).sudo())
                    self.assertTrue(self.meeting.with_user(user).has_access('read'))
                    self.assertTrue(self.meeting.attendee_ids.with_user(user).has_access('read'))
                user.group_ids = before
                self.assertFalse(self.hidden_contact.with_user(user).has_access('read'))

    def test_others_pay_nothing(self):
        """For those who see all, the rules are not part of any query."""
        for model in (
            'res.partner',
            'calendar.event',
            'mail.followers',
            'mail.notification',
            'calendar.recurrence',
            'calendar.filters',
            'calendar.attendee',
            'res.partner.bank',
        ):
            rules = self.env['ir.rule'].search([('model_id.model', '=', model), ('domain_force', 'like', 'user._get_outreach')])
            self.assertTrue(rules, model)
            for role in OPEN:
                Rule = self.env['ir.rule'].with_user(getattr(self, f'user_{role}'))
                with_them = Rule._compute_domain(model, 'read')
                rules.active = False
                self.assertEqual(with_them, Rule._compute_domain(model, 'read'), (role, model))
                rules.active = True

    @mute_logger(*FORBIDDEN)
    def test_no_way_to_a_company(self):
        """Read every field of every record of every model that they may read: no word of a company that is not theirs."""
        readable = {}
        for role in CLOSED:
            env = self.env_of(role)
            for name in sorted(self.env.registry):
                Model = env[name]
                if Model._abstract or not Model.has_access('read'):
                    continue
                with suppress(AccessError, UserError, NotImplementedError):
                    records = Model.with_context(active_test=False).search([], limit=300)
                    readable.setdefault(role, set()).add(name)
                    names = [
                        fname
                        for fname, field in Model._fields.items()
                        if field.type not in ('binary', 'properties')
                        and fname != 'description_html'  # of modules, drawn from their code in seconds
                        and Model._has_field_access(field, 'read')
                    ]
                    values = str(records.read(names))
                    for secret in SECRETS:
                        self.assertNotIn(secret, values, (role, name))
        for role, names in readable.items():
            self.assertGreater(len(names), 40, role)
            self.assertLessEqual({'res.partner', 'calendar.event', 'mail.message', 'mail.followers'}, names)

    @mute_logger(*FORBIDDEN)
    def test_no_way_by_a_condition(self):
        """Nor is it found by what is not shown: conditions on each field that leads to a contact."""
        for role in CLOSED:
            env = self.env_of(role)
            found = []
            for name in sorted(self.env.registry):
                Model = env[name]
                if Model._abstract or Model._transient or not Model.has_access('read'):
                    continue
                for fname, field in Model._fields.items():
                    if field.comodel_name != 'res.partner' or not field.store or not Model._has_field_access(field, 'read'):
                        continue
                    for condition in (
                        (fname, 'in', (self.hidden | self.hidden_contact).ids),
                        (fname, 'ilike', "Geheimwerk"),
                        (f'{fname}.email', 'ilike', 'geheimwerk'),
                        (fname, 'any', [('phone', 'like', "0541 999")]),
                    ):
                        with suppress(AccessError):
                            if Model.search([condition]):
                                found.append((name, condition))
            with self.subTest(role=role):
                self.assertFalse(found)

    @mute_logger(*FORBIDDEN)
    def test_what_the_offices_think_of_a_company(self):
        """Of their own companies they read name, address, telephone and e-mail; others read no outreach field either."""
        own = {'clerk': self.company, 'immigration': self.other_company, 'helper': self.stand_company}
        outreach = [name for name in self.company._fields if name.startswith('outreach_')]
        self.assertGreater(len(outreach), 30)
        for role in (*CLOSED, 'internal'):
            env = self.env_of(role)
            company = own.get(role, self.user_econ.partner_id if role == 'dpo' else self.company).with_env(env)
            self.assertTrue(company.read(['name', 'phone', 'email', 'contact_address_inline']))
            closed = outreach if role == 'internal' else [*outreach, 'comment']
            for name in closed:
                with self.assertRaises(AccessError, msg=(role, name)):
                    company.read([name])
                with self.assertRaises(AccessError, msg=(role, name)):
                    company.search([(name, '!=', False)])
            self.assertFalse(set(closed) & company.fields_get().keys())
        for role in CLOSED:
            env = self.env_of(role)
            companies = env['res.partner'].search([('is_company', '=', True)])
            for domain in ([('model', '=', 'res.partner')], [('body', 'ilike', "favour")]):
                self.assertFalse(env['mail.message'].search(domain), role)
            self.assertFalse(env['ir.attachment'].search([('res_model', '=', 'res.partner'), ('res_field', '=', False)]), role)
            self.assertFalse(companies.sudo().activity_ids.with_env(env).search([('res_model', '=', 'res.partner')]))
            if companies:
                with self.assertRaises(AccessError):
                    companies.read(['message_ids'])
            for message in self.company.message_ids | self.stand.message_ids:
                with self.assertRaises(AccessError):
                    message.with_env(env).read(['body'])
            for company in companies:
                with self.assertRaises(AccessError):
                    company.message_post(body="x")

    # ------------------------------------------------------------
    # WHAT IS SAID ABOUT RECORDS THAT THEY READ
    # ------------------------------------------------------------

    def _read_only(self, role):
        """Models with a thread of which this role reads records, and writes none."""
        return [
            model
            for model in self._readable(self.env_of(role).user)
            if 'message_ids' in model._fields
            and not model.has_access('write')
            and not hasattr(model, '_partner_fields')
            and model._name != 'outreach.figure.policy'
        ]

    def _speak(self):
        """Each record with a thread that a closed role reads gets a note, an activity and an attachment."""
        for record in (self.company, self.other_company, self.stand_company, self.stand, self.fair):
            record = record.sudo()
            record.message_post(body="Owes us a favour", subtype_xmlid='mail.mt_note')
            if 'activity_ids' in record._fields:
                record.activity_schedule(summary="Owes us a favour", user_id=self.user_econ.id)
            self.env['ir.attachment'].create({'name': "Owes us a favour", 'raw': b'x', 'res_model': record._name, 'res_id': record.id})
        self.settle_all()

    @mute_logger(*FORBIDDEN)
    def test_nothing_that_is_spoken_is_asked_for(self):
        """Notes, followers, activities: neither read, nor a condition, an order, a group, a number, on any model."""
        self._speak()
        opened, tried = [], set()
        for role in CLOSED:
            for model in self._read_only(role):
                record = model.search([], limit=1)
                for name, field in model._fields.items():
                    if not name.startswith(('message_', 'activity_', 'rating_', 'has_message', 'website_message_', 'my_activity_')):
                        continue
                    tried.add((model._name, name))
                    attempts = {
                        'read': lambda record=record, name=name: record.read([name]),
                        'order': lambda model=model, name=name: model.search([], order=name),
                        'group': lambda model=model, name=name: model.formatted_read_group([], [name], ['__count']),
                        'list': lambda model=model, name=name: model.formatted_read_group([], [], [f'{name}:array_agg']),
                    }
                    if field._description_searchable:
                        attempts['any'] = lambda model=model, name=name: model.search([(name, '!=', False)])
                        attempts['none'] = lambda model=model, name=name: model.search([(name, '=', False)])
                    if field.relational and field._description_searchable:
                        attempts['path'] = lambda model=model, name=name: model.search([(f'{name}.id', '>', 0)])
                    opened += [(role, model._name, name, way) for way, attempt in attempts.items() if self._answers(attempt)]
        self.assertLessEqual(
            {
                ('res.partner', 'message_ids'),
                ('event.booth', 'has_message'),
                ('event.event', 'activity_ids'),
                ('res.partner', 'activity_summary'),
            },
            tried,
            "precondition",
        )
        self.assertFalse(opened)

    @mute_logger(*FORBIDDEN)
    def test_no_path_to_what_is_spoken(self):
        """From whatever model, whatever path leads to a message or activity: no answer depends on what is in it."""
        self._speak()
        learned, paths = [], 0
        for role in CLOSED:
            for model in self._readable(self.env_of(role).user):
                for path, target in self._walk(model, depth=2):
                    text = SPOKEN.get(target._name)
                    if text and text in target._fields:
                        paths += 1
                        domain = [('.'.join((*path, text)), 'ilike', "Owes us a favour")]
                        learned += [(role, model._name, domain)] if self._learns(model, domain, path) else []
        self.assertGreater(paths, 100)
        self.assertFalse(learned)

    def test_data_protection_reads_who_changed_the_policy(self):
        policy = self.env['outreach.figure.policy'].sudo().search([], limit=1) or self.env['outreach.figure.policy'].create({})
        policy.message_post(body="Changed", subtype_xmlid='mail.mt_note')
        self.settle_all()
        policy = policy.with_env(self.env_of('dpo'))
        self.assertIn("Changed", ''.join(policy.message_ids.mapped('body')))
        self.assertIn('<chatter', policy.get_views([(False, 'form')])['views']['form']['arch'])

    @mute_logger(*FORBIDDEN)
    def test_attachments_and_messages_of_what_they_read(self):
        self._speak()
        for role in CLOSED:
            env = self.env_of(role)
            with self.subTest(role=role):
                self.assertFalse(env['ir.attachment'].search([('name', '=', "Owes us a favour")]))
                self.assertFalse(env['mail.message'].search([('body', 'ilike', "Owes us a favour")]))
                self.assertFalse(env['mail.activity'].search([('summary', '=', "Owes us a favour")]))
                for attachment in self.env['ir.attachment'].sudo().search([('name', '=', "Owes us a favour")]):
                    with self.assertRaises(AccessError):
                        attachment.with_env(env).read(['raw'])

    @mute_logger(*FORBIDDEN)
    def test_related_fields(self):
        """A field that leads to one which they read, such as the section of a company's industry, is closed in itself."""
        opened, tried = [], set()
        for role in (*CLOSED, 'internal'):
            for model in self._readable(self.env_of(role).user):
                for name, field in model._fields.items():
                    if field.related and not field.store and not model._has_field_access(field, 'read'):
                        tried.add((model._name, name))
                        attempts = {
                            'order': lambda model=model, name=name: model.search([], order=name),
                            'condition': lambda model=model, name=name: model.search([(name, '!=', False)]),
                            'group': lambda model=model, name=name: model.formatted_read_group([], [name], ['__count']),
                            'list': lambda model=model, name=name: model.formatted_read_group([], [], [f'{name}:array_agg']),
                        }
                        opened += [(role, model._name, name, way) for way, attempt in attempts.items() if self._answers(attempt)]
        self.assertIn(('res.partner', 'outreach_section_id'), tried)
        self.assertFalse(opened)

    @mute_logger(*FORBIDDEN)
    def test_views_of_fairs(self):
        """Each view of a model that they read asks for what they may read, and filters by it."""
        shown = 0
        for role in CLOSED:
            for model in self._read_only(role):
                if model._name == 'res.partner':
                    continue
                for view in self.env['ir.ui.view'].search(
                    [('model', '=', model._name), ('mode', '=', 'primary'), ('type', 'in', ('form', 'list', 'kanban', 'search'))]
                ):
                    with self.subTest(role=role, view=view.xml_id):
                        tree = etree.fromstring(model.get_views([(view.id, view.type)])['views'][view.type]['arch'])
                        names = {*tree.xpath('//field[not(ancestor::field)]/@name'), *tree.xpath('//progressbar/@field')}
                        shown += len(names)
                        self.assertFalse([name for name in names if not model._has_field_access(model._fields[name], 'read')])
                        self.assertFalse(tree.xpath('//chatter'))
                        for domain in tree.xpath('//filter/@domain'):
                            with suppress(ValueError):  # what only the browser knows, such as `context_today`
                                model.search(safe_eval(domain, {'uid': model.env.uid}), limit=1)
        self.assertGreater(shown, 50)

    def test_views(self):
        """Whatever view of contacts they come to, it asks for nothing that they may not read."""
        views = (
            self.env['ir.ui.view']
            .search([('model', '=', 'res.partner'), ('mode', '=', 'primary'), ('type', 'in', ('form', 'list', 'kanban', 'search'))])
            .filtered(lambda view: not view.xml_id.startswith(MODULE))
        )
        self.assertGreater(len(views), 5)
        for role in (*CLOSED, 'internal'):
            Partner = self.env_of(role)['res.partner']
            for view in views:
                arch = Partner.get_views([(view.id, view.type)])['views'][view.type]['arch']
                shown = etree.fromstring(arch).xpath('//field[not(ancestor::field)]/@name')
                with self.subTest(role=role, view=view.name):
                    self.assertNotIn('outreach_', arch)
                    self.assertTrue(role == 'internal' or 'comment' not in shown)
                    Partner.search([], limit=5).web_read({name: {} for name in shown})
        arch = self.env_of('internal')['res.partner'].get_views([(False, 'form')])['views']['form']['arch']
        self.assertIn('name="comment"', arch)

    # ------------------------------------------------------------
    # CALENDAR
    # ------------------------------------------------------------

    @mute_logger(*FORBIDDEN)
    def test_calendar(self):
        events = self.meeting | self.hidden_visit.event_id
        for role in CLOSED:
            env = self.env_of(role)
            theirs = events.with_env(env)
            with self.subTest(role=role):
                self.assertFalse(theirs.search([('id', 'in', events.ids)]))
                self.assertFalse(theirs.search_count([('name', 'ilike', "Geheimwerk")]))
                self.assertFalse(theirs.formatted_read_group([('id', 'in', events.ids)], ['start:month'], ['__count']))
                self.assertFalse(env['calendar.attendee'].search([('event_id', 'in', events.ids)]))
                self.assertFalse(env['calendar.recurrence'].search([('id', '=', self.meeting.recurrence_id.id)]))
                self.assertFalse(env['calendar.filters'].search([('partner_id', '=', self.hidden_contact.id)]))
                self.assertFalse(env['mail.message'].search([('model', '=', 'calendar.event'), ('res_id', 'in', events.ids)]))
                for record in (self.meeting, self.meeting.attendee_ids, self.meeting.recurrence_id):
                    with self.assertRaises(AccessError):
                        record.with_env(env).read(['display_name'])
                with self.assertRaises(AccessError):
                    self.meeting.with_env(env).write({'location': "x"})
                with self.assertRaises(AccessError):
                    self.meeting.attendee_ids.with_env(env).write({'state': 'declined'})

    def test_own_calendar(self):
        """They keep a calendar of their own, are invited, answer, and see whom they meet."""
        start = fields.Datetime.now() + timedelta(days=9)
        for role in CLOSED:
            env = self.env_of(role)
            user = env.user
            with self.subTest(role=role):
                mine = env['calendar.event'].create(
                    {
                        'name': "Mine",
                        'start': start,
                        'stop': start + timedelta(hours=1),
                        'recurrency': True,
                        'rrule_type': 'daily',
                        'interval': 1,
                        'count': 2,
                        'end_type': 'count',
                        'partner_ids': [Command.set((user | self.user_econ).partner_id.ids)],
                    }
                )
                self.assertEqual(len(mine.recurrence_id.calendar_event_ids), 2)
                mine.write({'location': "Room 2", 'partner_ids': [Command.link(self.user_job.partner_id.id)]})
                self.assertEqual(len(mine.attendee_ids), 3)
                theirs = (
                    self.env['calendar.event']
                    .with_user(self.user_econ)
                    .create(
                        {
                            'name': "Invited",
                            'start': start,
                            'stop': start + timedelta(hours=1),
                            'partner_ids': [Command.set((user | self.user_econ).partner_id.ids + self.hidden_contact.ids)],
                        }
                    )
                    .with_env(env)
                )
                self.env.flush_all()
                self.assertEqual(theirs.search([('id', '=', theirs.id)]), theirs)
                self.assertEqual(len(theirs.attendee_ids), 3)
                theirs.change_attendee_status('accepted', 'self_only')
                self.assertEqual(theirs.current_status, 'accepted')
                theirs.write({'location': "Room 3"})
                mine.unlink()

    # ------------------------------------------------------------
    # WHAT THEY ARE THERE FOR
    # ------------------------------------------------------------

    def test_their_work(self):
        self.answer(self.env['outreach.referral'].with_user(self.user_clerk).search([]), self.user_clerk, 'declined', "no land")
        self.assertEqual(self.referral.state, 'declined')
        papers = self.env['outreach.referral'].with_user(self.user_immigration).search([])
        self.assertEqual(papers.partner_address, self.other_company.contact_address_inline)
        call_kw(papers.browse(), 'action_accept', [papers.ids], {})
        self.assertEqual(papers.state, 'accepted')
        self.stand.with_user(self.user_econ).action_confirm_participation()
        stand = self.env['event.booth'].with_user(self.user_helper).search([('id', '=', self.stand.id)])
        self.assertEqual(
            stand.web_read({'partner_id': {'fields': {'display_name': {}, 'phone': {}}}})[0]['partner_id'],
            {'id': self.stand_company.id, 'display_name': "Test Bakery", 'phone': False},
        )
        stand.action_came()
        self.assertEqual(self.stand.participation_state, 'came')

    def test_colleagues_write_to_each_other(self):
        for role in CLOSED:
            env = self.env_of(role)
            with self.subTest(role=role):
                channel = env['discuss.channel']._get_or_create_chat(self.user_econ.partner_id.ids)
                message = channel.message_post(body="Hello", message_type='comment', subtype_xmlid='mail.mt_comment')
                self.assertEqual(message.author_id, env.user.partner_id)
                answer = channel.with_user(self.user_econ).message_post(
                    body="Hi", message_type='comment', subtype_xmlid='mail.mt_comment', partner_ids=env.user.partner_id.ids
                )
                self.settle()
                self.assertEqual(env['mail.message'].browse(answer.id).author_id.name, self.user_econ.name)
                suggestions = env['res.partner'].get_mention_suggestions("Test Econ")
                self.assertIn(self.user_econ.partner_id.id, [found['id'] for found in suggestions['res.partner']])
                self.assertFalse(env['res.partner'].get_mention_suggestions("Geheimwerk").get('res.partner'))
                activity = self.env['mail.activity'].with_user(env.user).create({'summary': "Own", 'user_id': env.user.id})
                activity.action_feedback()

    def get_ways_to_name(self, env, channel, contact, outside):
        """({way: callable} for what names `contact` or its user `outside`, {what works: callable})."""
        start = fields.Datetime.now() + timedelta(days=3)
        own = env.user.partner_id
        later = {'model': 'discuss.channel', 'res_id': channel.id, 'body': "x", 'scheduled_date': start}
        composer = {'model': 'discuss.channel', 'res_ids': str(channel.ids), 'body': "x"}
        meeting = {'name': "x", 'start': start, 'stop': start + timedelta(hours=1)}
        form = {'author_id': {'fields': {'display_name': {}}}, 'partner_ids': {'fields': {'display_name': {}}}}

        def call(model, method, *args, **kwargs):
            return call_kw(env[model], method, args, kwargs)

        def of_own(model, method, vals, wrong):
            return call(model, method, call(model, 'create', [vals]), wrong)

        ways = {
            'later': lambda: call(
                'mail.scheduled.message', 'create', [{**later, 'author_id': own.id, 'partner_ids': [Command.link(contact.id)]}]
            ),
            'author later': lambda: call('mail.scheduled.message', 'create', [{**later, 'author_id': contact.id}]),
            'changed later': lambda: of_own(
                'mail.scheduled.message', 'write', {**later, 'author_id': own.id}, {'partner_ids': [Command.set(contact.ids)]}
            ),
            'author': lambda: call('mail.compose.message', 'create', [{**composer, 'author_id': contact.id}]),
            'recipient': lambda: call('mail.compose.message', 'create', [{**composer, 'partner_ids': [Command.set(contact.ids)]}]),
            'changed': lambda: of_own('mail.compose.message', 'write', composer, {'author_id': contact.id}),
            'by default': lambda: call('mail.compose.message', 'create', [composer], context={'default_author_id': contact.id}),
            'saved in a form': lambda: call('mail.compose.message', 'web_save', [], {**composer, 'author_id': contact.id}, form),
            'typed in a form': lambda: call('mail.compose.message', 'onchange', [], {'author_id': contact.id}, ['author_id'], form),
            'picked in a form': lambda: call(
                'mail.compose.message', 'onchange', [], {'partner_ids': [[Command.LINK, contact.id]]}, ['partner_ids'], form
            ),
            'form by default': lambda: call(
                'mail.compose.message',
                'onchange',
                [],
                {},
                [],
                form,
                context={'default_author_id': contact.id, 'default_partner_ids': contact.ids},
            ),
            'member': lambda: call('discuss.channel', 'add_members', channel.ids, contact.ids),
            'member record': lambda: call('discuss.channel.member', 'create', [{'channel_id': channel.id, 'partner_id': contact.id}]),
            'new channel': lambda: call(
                'discuss.channel', 'create', [{'name': "x", 'channel_member_ids': [Command.create({'partner_id': contact.id})]}]
            ),
            'group': lambda: env['discuss.channel']._create_group(contact.ids),
            'followers': lambda: call(
                'mail.followers.edit',
                'create',
                [{'res_model': 'discuss.channel', 'res_ids': str(channel.ids), 'partner_ids': [Command.set(contact.ids)]}],
            ),
            'follower': lambda: call('discuss.channel', 'message_subscribe', channel.ids, contact.ids),
            'recipient of a message': lambda: call(
                'mail.message',
                'create',
                [{'body': "x", 'model': 'discuss.channel', 'res_id': channel.id, 'partner_ids': [Command.set(contact.ids)]}],
            ),
            'participant': lambda: call('calendar.event', 'create', [{**meeting, 'partner_ids': [Command.set(contact.ids)]}]),
            'attendee': lambda: call(
                'calendar.event', 'create', [{**meeting, 'attendee_ids': [Command.create({'partner_id': contact.id})]}]
            ),
            'calendar of a user': lambda: call('calendar.event', 'create', [{**meeting, 'user_id': outside.id}]),
            'activity': lambda: call('mail.activity', 'create', [{'summary': "x", 'user_id': outside.id}]),
        }
        colleague, other = self.user_econ.partner_id, self.user_job.partner_id
        honest = {
            'later': lambda: call(
                'mail.scheduled.message', 'create', [{**later, 'author_id': own.id, 'partner_ids': [Command.link(colleague.id)]}]
            ),
            'participant': lambda: call('calendar.event', 'create', [{**meeting, 'partner_ids': [Command.set((own | colleague).ids)]}]),
            'member': lambda: call('discuss.channel', 'add_members', channel.ids, other.ids),
            'picked in a form': lambda: call(
                'mail.compose.message', 'onchange', [], {'partner_ids': [[Command.LINK, colleague.id]]}, ['partner_ids'], form
            ),
        }
        return ways, honest

    @mute_logger(*FORBIDDEN, 'odoo.sql_db')
    def test_names_nobody_whom_they_do_not_see(self):
        """A record with a contact in it shows the contact's name to whoever wrote it, and a member of a channel reads it."""
        # an employer's account in the portal, too
        outside = self.create_user('outside', 'base.group_portal', partner_id=self.hidden_contact.id, name=self.hidden_contact.name)
        channel = self.env['discuss.channel'].create({'name': "Test", 'channel_type': 'channel', 'group_public_id': False})
        for role in CLOSED:
            user = getattr(self, f'user_{role}')
            channel.add_members(user.partner_id.ids)
            ways, honest = self.get_ways_to_name(self.env(user=user), channel, self.hidden_contact, outside)
            for name, way in ways.items():
                with self.subTest(role=role, way=name):
                    self.env.invalidate_all()
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        way()
                    self.assertNotIn(self.hidden_contact, channel.sudo().channel_partner_ids)
            for name, way in honest.items():
                with self.subTest(role=role, honest=name):
                    self.env.invalidate_all()
                    way()

    def test_who_is_not_in_outreach_works_with_contacts(self):
        """An employee of another department who writes contacts, and one who sells at events, meet no outreach field."""
        writer = self.create_user('writer', 'base.group_partner_manager,sales_team.group_sale_salesman,event.group_event_user')
        company = (
            self.env['res.partner']
            .with_user(writer)
            .create({'name': "New Supplier", 'is_company': True, 'zip': '49565', 'city': "Bramsche"})
        )
        company.write({'name': "Supplier", 'city': "Bramsche"})
        self.assertEqual(company.sudo().outreach_municipality_id, self.bramsche)
        self.env['crm.lead'].with_user(writer).create({'name': "Sale", 'partner_id': company.id, 'type': 'opportunity'})
        self.env['event.booth'].with_user(writer).create(
            {
                'name': "Stand",
                'event_id': self.fair.id,
                'partner_id': company.id,
                'booth_category_id': self.env['event.booth.category'].sudo().search([], limit=1).id,
            }
        )
        self.env.flush_all()
        self.assertTrue(company.sudo().outreach_company)
        company.sudo().outreach_vetting = 'blocked'
        with self.assertRaisesRegex(UserError, "blocked by vetting"):
            self.create_stand(self.fair, company, user=writer)
        second = self.env['res.partner'].with_user(writer).create({'name': "Supplier too", 'is_company': True})
        self.env['base.partner.merge.automatic.wizard'].with_user(writer).create(
            {'partner_ids': [Command.set((company | second).ids)], 'dst_partner_id': company.id}
        ).action_merge()
        self.assertFalse(second.exists())


@tagged('post_install', '-at_install')
class TestClosedRolesHttp(AsciiCookieMixin, HttpCase, ClosedRolesCommon):
    @mute_logger('odoo.http', *FORBIDDEN)
    def test_in_the_browser(self):
        """They log in, get the pictures of colleagues and house, and nobody's data by a route."""
        picture = base64.b64encode(
            base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==')
        )
        self.hidden.image_1920 = self.user_econ.image_1920 = self.env.company.logo = picture
        self.assertEqual(self.url_open('/web/login').status_code, 200)
        for role in CLOSED:
            user = getattr(self, f'user_{role}')
            self.authenticate(user.login, user.login)
            with self.subTest(role=role):
                self.assertEqual(self.url_open('/odoo').status_code, 200)
                for path in (
                    f'/web/image/res.partner/{self.user_econ.partner_id.id}/avatar_128',
                    f'/web/image/res.users/{self.user_econ.id}/avatar_128',
                    f'/web/image/res.partner/{self.env.company.partner_id.id}/image_128',
                    '/web/binary/company_logo',
                ):
                    answer = self.url_open(path)
                    self.assertEqual((answer.status_code, answer.headers['Content-Type']), (200, 'image/png'), path)
                    self.assertNotIn('placeholder', answer.headers.get('Content-Disposition', ''), path)
                shown = self.url_open(f'/web/image/res.partner/{self.hidden.id}/image_1920')
                self.assertNotEqual(shown.content, base64.b64decode(picture))
                store = self.make_jsonrpc_request(
                    '/mail/data', {'fetch_params': ['init_messaging', 'systray_get_activities', 'channels_as_member']}
                )
                self.assertIn('res.partner', store)
                for route, params in (
                    ('/mail/thread/messages', {'thread_model': 'res.partner', 'thread_id': self.hidden.id}),
                    ('/mail/thread/messages', {'thread_model': 'res.partner', 'thread_id': self.company.id}),
                    ('/mail/thread/messages', {'thread_model': 'calendar.event', 'thread_id': self.meeting.id}),
                    (
                        '/mail/data',
                        {
                            'fetch_params': [
                                [
                                    'mail.thread',
                                    {
                                        'thread_model': 'res.partner',
                                        'thread_id': self.hidden.id,
                                        'request_list': ['followers', 'attachments', 'activities'],
                                    },
                                ]
                            ]
                        },
                    ),
                    (
                        '/mail/partner/from_email',
                        {'thread_model': 'res.partner', 'thread_id': user.partner_id.id, 'emails': ['verborgen@geheimwerk.example']},
                    ),
                    (
                        '/web/dataset/call_kw/res.partner/find_or_create',
                        {'model': 'res.partner', 'method': 'find_or_create', 'args': ['verborgen@geheimwerk.example'], 'kwargs': {}},
                    ),
                    (
                        '/web/dataset/call_kw/res.partner/get_attendee_detail',
                        {
                            'model': 'res.partner',
                            'method': 'get_attendee_detail',
                            'args': [self.hidden_contact.ids, self.meeting.ids],
                            'kwargs': {},
                        },
                    ),
                    (
                        '/web/dataset/call_kw/res.partner/search_read',
                        {'model': 'res.partner', 'method': 'search_read', 'args': [[]], 'kwargs': {'fields': ['name', 'email']}},
                    ),
                    (
                        '/web/dataset/call_kw/calendar.event/search_read',
                        {'model': 'calendar.event', 'method': 'search_read', 'args': [[]], 'kwargs': {'fields': ['name', 'partner_ids']}},
                    ),
                ):
                    reply = ''
                    with suppress(Exception):  # refused, in one of several words
                        reply = str(self.make_jsonrpc_request(route, params))
                    if 'from_email' in route:  # what was asked comes back
                        reply = reply.replace('verborgen@geheimwerk.example', '')
                    for secret in SECRETS:
                        self.assertNotIn(secret, reply, route)
