"""The pages of the employer portal over HTTP, and once in a browser."""

import re
from datetime import timedelta
from unittest.mock import patch

import psycopg2
from lxml import html

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import MODULE, AsciiCookieMixin
from .test_portal import SECRET, PortalCommon


@tagged('post_install', '-at_install', 'outreach_portal')
class TestPortalHttp(AsciiCookieMixin, PortalCommon, HttpCase):
    def _login(self, user):
        self.authenticate(user and user.login, user and user.login)

    def _get(self, url, status=200):
        response = self.url_open(url, allow_redirects=False)
        self.assertEqual(response.status_code, status, url)
        return response

    def _get_page(self, url, status=200):
        return html.fromstring(self._get(url, status).text)

    def _get_form(self, url):
        """The fields of the form as a browser would send them back untouched."""
        page = self._get_page(url)
        (form,) = page.xpath("//form[@method='post']")
        return dict(form.form_values())

    def _post(self, url, data, status=None):
        response = self.url_open(url, data=data, allow_redirects=False)
        if status:
            self.assertEqual(response.status_code, status, response.text[:500])
        return response

    def _enter(self, **values):
        return self._post(
            '/my/outreach/demands/new',
            {**self._get_form('/my/outreach/demands/new'), 'name': "Welder from the portal", 'positions': '2', **values},
        )

    def _find_demands(self, name="Welder from the portal"):
        return self.env['outreach.demand'].search([('name', '=', name)])

    def _get_urls(self, records):
        visit, demand = records['outreach.visit'], records['outreach.demand']
        return [
            f'/my/outreach/visits/{visit.id}',
            f'/my/outreach/demands/{demand.id}',
            f'/my/outreach/demands/{demand.id}/edit',
            f'/my/outreach/demands/{demand.id}/withdraw',
        ]

    # ------------------------------------------------------------
    # THE OWN CONTACT, ON CORE'S PAGES
    # ------------------------------------------------------------

    def _submit(self, partner, **values):
        form = self._get_form('/my/account')
        answer = self._post('/my/address/submit', {**form, 'partner_id': partner.id if partner else '', **values})
        return answer.status_code, answer.json() if answer.status_code == 200 else None

    @mute_logger('odoo.http')
    def test_own_contact(self):
        """An employer changes their own name, telephone and e-mail; not the company, whose address the offices visit."""
        person, company = self.user_portal.partner_id, self.user_portal.commercial_partner_id
        company.write({'street': "Musterweg 1", 'zip': '49565', 'city': "Bramsche", 'country_id': self.env.ref('base.de').id})
        before = company.read(['name', 'street', 'zip', 'city', 'vat', 'phone'])
        self._login(self.user_portal)
        self.assertEqual(self._submit(person, name="Other Name", phone="+49 5461 0000"), (200, {'redirectUrl': '/my'}))
        self.assertEqual((person.name, person.phone), ("Other Name", "+49 5461 0000"))
        for values in (
            {'company_name': "Renamed GmbH"},
            {'street': "x"},
            {'vat': 'DE1'},
            {'name': ''},
            {'email': 'nobody'},
            {'name': 'x' * 201},
        ):
            status, answer = self._submit(person, **values)
            self.assertEqual((status, answer['invalid_fields']), (200, [*values]))
            self.assertTrue(answer['messages'])
        contacts = company.child_ids
        child = self.env['res.partner'].create({'name': "Test Delivery", 'parent_id': company.id, 'type': 'delivery'})
        for partner in (child, company, None):
            self.assertEqual(self._submit(partner, name="Foreign")[0], 403)
        found = self.url_open('/my/address/archive', json={'params': {'partner_id': child.id}}).json()
        self.assertIn('error', found)
        self.env.invalidate_all()
        self.assertTrue(child.active)
        self.assertEqual(person.name, "Other Name")
        self.assertEqual(company.read(['name', 'street', 'zip', 'city', 'vat', 'phone']), before)
        self.assertEqual(company.child_ids - contacts, child)

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def test_visitor(self):
        self.authenticate(None, None)
        for url in ('/my/outreach', '/my/outreach/demands', '/my/outreach/demands/new', *self._get_urls(self.own)):
            with self.subTest(url=url):
                self.assertIn('/web/login', self._get(url, 303).headers['Location'])

    def test_not_an_employer(self):
        plain = self.create_user('plain', 'base.group_portal', name="Plain")
        for user in (plain, self.user_internal, self.user_econ, self.user_manager):
            self._login(user)
            for url in ('/my/outreach', '/my/outreach/visits', '/my/outreach/demands/new', *self._get_urls(self.own)):
                with self.subTest(user=user.login, url=url):
                    self._get(url, 404)
        self._login(plain)
        self.assertNotIn('/my/outreach', self._get('/my/home').text)
        counters = self.make_jsonrpc_request('/my/counters', {'counters': ['outreach_count']})
        self.assertEqual(counters['outreach_count'], 0)

    def test_employer_without_company(self):
        alone = self.create_user('alone', f'{MODULE}.group_portal_employer', name="Without Company")
        self._login(alone)
        self.assertIn("does not belong to a company", self._get('/my/outreach').text)
        self.assertFalse(self._get_page('/my/outreach/demands/new').xpath("//form[@method='post']"))

    def test_foreign_is_as_missing(self):
        """Byte for byte the same answer, but for what every answer has of its own."""

        def normalise(response):
            text = re.sub(r'csrf_token: "[^"]+"', '', response.text)
            return response.status_code, re.sub(r'\d+', '#', text)

        self._login(self.user_portal)
        top = max(records[model].id for records in (self.own, self.foreign) for model in records) + 1000
        for url in self._get_urls(self.foreign):
            missing = re.sub(r'/\d+', f'/{top}', url)
            with self.subTest(url=url):
                self.assertEqual(normalise(self._get(url, 404)), normalise(self._get(missing, 404)))
        for url in (
            f'/my/outreach/visits/{2**31}',
            f'/my/outreach/demands/{10**30}',
            '/my/outreach/visits/0',
            '/my/outreach/visits/-1',
            '/my/outreach/visits/x',
        ):
            with self.subTest(url=url):
                self._get(url, 404)

    def test_foreign_post(self):
        demand = self.env['outreach.demand'].with_user(self.user_portal_other)._create_from_portal({'name': "Foreign", 'positions': '1'})
        self._login(self.user_portal)
        form = self._get_form('/my/outreach/demands/new')
        for url in (f'/my/outreach/demands/{demand.id}/edit', f'/my/outreach/demands/{demand.id}/withdraw'):
            with self.subTest(url=url):
                self._post(url, {**form, 'name': "Mine", 'positions': '9'}, 404)
        self.assertRecordValues(demand, [{'name': "Foreign", 'positions': 1, 'stage': 'recorded'}])

    def test_contact_changes_company(self):
        self._login(self.user_portal)
        self._get(self._get_urls(self.own)[0])
        self.contact.parent_id = self.other_company
        self._get(self._get_urls(self.own)[0], 404)
        self._get(self._get_urls(self.foreign)[0])

    def test_contact_changes_company_and_logs_in(self):
        """At once, also where rules were asked before, and nothing of the former company is left."""
        Partner = self.env['res.partner'].with_user(self.user_portal)
        site, newcomer = self.env['res.partner'].create(
            [{'name': "Site", 'parent_id': self.company.id, 'type': 'other'}, {'name': "Neuling", 'parent_id': self.other_company.id}]
        )

        def read():
            """What they see of the contacts of both companies, as RPC answers in a new transaction."""
            self.env.invalidate_all()
            return Partner.search([('id', 'in', (self.company | self.other_company).child_ids.ids)])

        for what, move in {
            'the contact': lambda: self.contact.write({'parent_id': self.other_company.id}),
            'from the company': lambda: self.other_company.write({'child_ids': [Command.link(self.contact.id)]}),
            'a site below the company': lambda: site.write({'parent_id': self.other_company.id}),
            'to a company of its own': lambda: self.contact.write({'parent_id': False, 'is_company': True}),
            'another contact behind the user': lambda: self.user_portal.write({'partner_id': newcomer.id}),
        }.items():
            self.user_portal.partner_id = self.contact
            site.parent_id = self.company
            self.contact.write({'parent_id': (site if what.startswith('a site') else self.company).id, 'is_company': False})
            with self.subTest(what=what):
                self.assertIn(self.colleague.partner_id, read())
                self.assertNotIn(self.other_contact, read())
                self._login(self.user_portal)
                self._get('/my/home')
                move()
                self.assertNotIn(self.colleague.partner_id, read())
                with self.assertRaises(AccessError):
                    self.colleague.partner_id.with_user(self.user_portal).read(['name'])
                self.assertEqual(self.other_contact in read(), not what.startswith('to a company'))
                self._login(self.user_portal)
                for url in ('/my', '/my/home', '/my/account', '/my/outreach'):
                    self.assertEqual(self.url_open(url).status_code, 200, url)

    def test_merged_contact(self):
        """The company of a portal user becomes part of another record of it."""
        Partner = self.env['res.partner'].with_user(self.user_portal)
        self.assertIn(self.company, Partner.search([]))
        double = self.env['res.partner'].create({'name': "Probewerk", 'is_company': True, 'email': self.company.email})
        self.env['base.partner.merge.automatic.wizard']._merge((self.company | double).ids, double)
        self.env.invalidate_all()
        self.assertIn(double, Partner.search([]))
        self._login(self.user_portal)
        self._get('/my/home')

    # ------------------------------------------------------------
    # PAGES
    # ------------------------------------------------------------

    def test_home_card(self):
        self._login(self.user_portal)
        self.assertIn('/my/outreach', self._get('/my/home').text)
        counters = self.make_jsonrpc_request('/my/counters', {'counters': ['outreach_count']})
        self.assertEqual(counters, {'outreach_count': 2}, "the open demand and the coming stand")
        self.assertEqual(self.make_jsonrpc_request('/my/counters', {'counters': []}), {}, "a counter nobody asked for breaks the page")

    def test_pages_show_own_and_no_secret(self):
        for user in (self.user_portal, self.colleague):
            self._login(user)
            for url in (
                '/my/outreach',
                '/my/outreach/visits',
                '/my/outreach/demands',
                '/my/outreach/stands',
                *self._get_urls(self.own)[:2],
            ):
                with self.subTest(user=user.login, url=url):
                    text = self._get(url).text
                    self.assertNotIn(SECRET, text)
                    self.assertNotIn(self.other_company.name, text)
            overview = self._get('/my/outreach').text
            for record in self.own.values():
                self.assertIn(record.kind_id.name if record._name == 'outreach.visit' else record.name, overview)

    def test_details(self):
        self._login(self.user_portal)
        visit_url, demand_url = self._get_urls(self.own)[:2]
        visit = self._get(visit_url).text
        for expected in (
            self.user_econ.name,
            self.user_job.name,
            self.agency_econ.name,
            self.agency_job.name,
            self.own['outreach.visit'].location,
        ):
            self.assertIn(expected, visit)
        demand = self._get(demand_url).text
        for expected in (self.fair.name, self.user_econ.name, self.agency_econ.name):
            self.assertIn(expected, demand)
        self.assertNotIn('/withdraw', demand, "an officer's demand is not the employer's to change")

    def test_unknown_arguments(self):
        self._login(self.user_portal)
        for url in ('/my/outreach/visits', '/my/outreach/demands', '/my/outreach/stands'):
            for query in (
                '?sortby=x',
                '?filterby=x',
                '?sortby=&filterby=',
                '?page=x',
                '?page=²',
                '?page=-1',
                '/page/999',
                '?sortby=__class__&filterby=coming%27',
                '?unknown=1',
                '/page/0',
            ):
                with self.subTest(url=url + query):
                    self._get(url + query)
            for name, sortby in (('coming', 'oldest'), ('past', 'newest'), ('open', 'start'), ('done', 'name'), ('cancelled', '')):
                self._get(f'{url}?filterby={name}&sortby={sortby}')
        self._get(self._get_urls(self.own)[1] + '?message=<script>')

    def test_filters_and_pager(self):
        for number in range(25):
            self.create_visit(start=fields.Datetime.now() + timedelta(days=number + 1))
        self._login(self.user_portal)

        def count(url):
            page = self._get_page(url)
            return len(page.xpath("//ul[contains(@class, 'list-group')]/li"))

        self.assertEqual(count('/my/outreach/visits'), 20)
        self.assertEqual(count('/my/outreach/visits/page/2'), 6)
        self.assertEqual(count('/my/outreach/visits?filterby=coming'), 20)
        self.assertEqual(count('/my/outreach/visits/page/2?filterby=coming'), 5)
        self.assertEqual(count('/my/outreach/visits?filterby=past'), 1)
        self.assertIn("All coming visits (25)", ' '.join(self._get('/my/outreach').text.split()))

    def test_empty_states_say_what_to_do(self):
        newcomer = self.env['res.partner'].create({'name': "New Company", 'is_company': True})
        user = self.create_user(
            'newcomer',
            f'{MODULE}.group_portal_employer',
            name="N",
            partner_id=self.env['res.partner'].create({'name': "N", 'parent_id': newcomer.id}).id,
        )
        self._login(user)
        text = self._get('/my/outreach').text
        for expected in ("Enter the first one", "No visit is planned", "No stand at a coming job fair"):
            self.assertIn(expected, text)
        self.assertNotIn('tel:', text, "nobody is responsible yet")

    def test_pages_of_the_organisation(self):
        """What the law wants on every page stands below it, once the organisation has said where it is."""
        company = self.env.company
        self._login(self.user_portal)
        self.assertNotIn('o_outreach_legal', self._get('/my/outreach').text)
        company.write({'outreach_imprint': 'https://www.musterkreis.example/impressum', 'outreach_accessibility': '/barrierefrei'})
        links = html.fromstring(self._get('/my/outreach').text).xpath("//nav[contains(@class, 'o_outreach_legal')]/a")
        self.assertEqual(
            [(link.text, link.get('href')) for link in links],
            [("Imprint", 'https://www.musterkreis.example/impressum'), ("Accessibility", '/barrierefrei')],
        )
        for wrong in ('javascript:alert(1)', '//musterkreis.example', 'impressum', 'data:text/html,x', ' https://x'):
            with self.subTest(address=wrong), self.assertRaisesRegex(ValidationError, "is no address"), self.env.cr.savepoint():
                company.outreach_privacy_notice = wrong
                company.flush_recordset()

    def test_whom_to_ask_for_a_visit(self):
        """Who would like a visit calls somebody with a name, on the number of the agency; nobody's own number is told."""
        self.agency_job.partner_id.phone = '+49 30 23125001'
        self.user_job.partner_id.phone = '+49 30 23125002'
        newcomer = self.env['res.partner'].create({'name': "New Company", 'is_company': True})
        newcomer.sudo().outreach_responsibility_ids = [Command.create({'agency_id': self.agency_job.id, 'user_id': self.user_job.id})]
        user = self.create_user(
            'newcomer',
            f'{MODULE}.group_portal_employer',
            name="N",
            partner_id=self.env['res.partner'].create({'name': "N", 'parent_id': newcomer.id}).id,
        )
        self._login(user)
        text = self._get('/my/outreach').text
        self.assertIn("Please call your contact", text)
        self.assertIn(self.user_job.name, text)
        self.assertIn('+49 30 23125001', text)
        self.assertNotIn('+49 30 23125002', text)

    # ------------------------------------------------------------
    # DEMAND
    # ------------------------------------------------------------

    def test_enter(self):
        self._login(self.user_portal)
        response = self._enter(description="Line one\r\nLine two", language_level='3_b1')
        demand = self._find_demands()
        self.assertRecordValues(
            demand, [{'partner_id': self.company.id, 'positions': 2, 'source': 'portal', 'stage': 'recorded', 'language_level': '3_b1'}]
        )
        self.assertEqual(response.status_code, 303)
        self.assertIn(f'/my/outreach/demands/{demand.id}', response.headers['Location'])
        self.assertIn("An officer will check", self._get(response.headers['Location']).text)

    def test_enter_twice(self):
        """Back and send again, or a double click: one demand, the same answer."""
        self._login(self.user_portal)
        form = {**self._get_form('/my/outreach/demands/new'), 'name': "Welder from the portal", 'positions': '1'}
        answers = {self._post('/my/outreach/demands/new', form, 303).headers['Location'] for __ in range(2)}
        self.assertEqual(len(answers), 1)
        self.assertEqual(len(self._find_demands()), 1)
        self._enter()
        self.assertEqual(len(self._find_demands()), 2, "a new form is a new demand")

    def test_same_form_at_the_same_time(self):
        """The database lets one of two requests through; the other one goes to the list, where the demand is."""
        self._login(self.user_portal)
        Demand = self.env.registry['outreach.demand']
        with patch.object(Demand, '_create_from_portal', side_effect=psycopg2.errors.UniqueViolation):
            self.assertURLEqual(self._enter().headers['Location'], '/my/outreach/demands')

    def test_so_many_a_day(self):
        """What was typed is still there, with the reason; the empty form says it at once."""
        self._login(self.user_portal)
        form = {**self._get_form('/my/outreach/demands/new'), 'name': "Welder from the portal", 'positions': '1'}
        self.patch(self.env.registry['outreach.demand'], 'PORTAL_MOST_DEMANDS', 0)
        response = self._post('/my/outreach/demands/new', form, 429)
        self.assertIn("0 demands within 24 hours", response.text)
        self.assertIn("Welder from the portal", response.text)
        self.assertFalse(self._find_demands())
        self.assertIn("0 demands within 24 hours", self._get('/my/outreach/demands/new').text)

    @mute_logger('odoo.http')
    def test_csrf(self):
        self._login(self.user_portal)
        self._post('/my/outreach/demands/new', {'name': "Welder from the portal", 'positions': '1'}, 400)
        self.assertFalse(self._find_demands())

    def test_mistakes_keep_the_input(self):
        self._login(self.user_portal)
        page = html.fromstring(self._enter(positions='0', description="Keep <me>", start_date='x').text)
        self.assertEqual(page.xpath("//input[@name='name']/@value"), ["Welder from the portal"])
        self.assertEqual(page.xpath("//textarea[@name='description']")[0].text, "Keep <me>")
        for name in ('positions', 'start_date'):
            (field,) = page.xpath(f"//input[@name='{name}']")
            self.assertEqual(field.get('aria-invalid'), 'true')
            messages = page.xpath(f"//*[@id='{field.get('id')}_error']")
            self.assertTrue(messages[0].text_content().strip(), name)
            self.assertIn(messages[0].get('id'), field.get('aria-describedby').split())
        self.assertFalse(self._find_demands())

    def test_every_field_has_a_label(self):
        self._login(self.user_portal)
        page = self._get_page('/my/outreach/demands/new')
        for field in page.xpath("//form[@method='post']//*[self::input[not(@type='hidden')] or self::select or self::textarea]"):
            with self.subTest(field=field.get('name')):
                self.assertEqual(len(page.xpath(f"//label[@for='{field.get('id')}']")), 1)
        self.assertEqual(len(page.xpath('//h1')), 1)
        self.assertIn("Enter a demand", page.xpath('//title')[0].text)

    def test_added_fields_are_not_read(self):
        self._login(self.user_portal)
        self._enter(partner_id=str(self.other_company.id), stage='filled', user_id='1', demand_id='1')
        self.assertRecordValues(self._find_demands(), [{'partner_id': self.company.id, 'stage': 'recorded'}])

    @mute_logger('odoo.http')
    def test_huge_input(self):
        self._login(self.user_portal)
        self.assertEqual(self._enter(description="x" * 5000).status_code, 422)
        self.assertGreaterEqual(self._enter(description="x" * 200_000).status_code, 400)
        self.assertFalse(self._find_demands())

    def test_file_in_place_of_text(self):
        self._login(self.user_portal)
        form = self._get_form('/my/outreach/demands/new')
        form.pop('name', None)
        response = self.opener.post(
            self.base_url() + '/my/outreach/demands/new', data=form, files={'name': ('x.txt', b'x')}, allow_redirects=False
        )
        self.assertEqual(response.status_code, 422)

    def test_search_occupation_writes_nothing(self):
        baker = self.env['outreach.occupation'].create({'name': "Probebäckerin", 'code': '99981'})
        self._login(self.user_portal)
        page = html.fromstring(self._enter(occupation="Probeb", search_occupation='1').text)
        self.assertIn(str(baker.id), page.xpath("//input[@name='occupation_id']/@value"))
        self.assertEqual(page.xpath("//input[@name='name']/@value"), ["Welder from the portal"])
        self.assertFalse(self._find_demands())
        self._enter(occupation="Probeb", occupation_id=str(baker.id))
        self.assertEqual(self._find_demands().occupation_id, baker)

    def test_blocked_company(self):
        self._login(self.user_portal)
        form = self._get_form('/my/outreach/demands/new')
        self.company.outreach_vetting = 'blocked'
        response = self._post('/my/outreach/demands/new', {**form, 'name': "Welder from the portal", 'positions': '1'}, 403)
        self.assertIn("cannot be taken at the moment", response.text)
        self.assertFalse(self._find_demands())
        self.assertIn("cannot be taken at the moment", self._get('/my/outreach/demands/new').text)

    def test_correct(self):
        self._login(self.user_portal)
        self._enter(description="Old")
        demand = self._find_demands()
        url = f'/my/outreach/demands/{demand.id}/edit'
        form = self._get_form(url)
        self.assertEqual((form['name'], form['positions'], form['description']), ("Welder from the portal", '2', "Old"))
        self._post(url, {**form, 'positions': '5'}, 303)
        self.assertRecordValues(demand, [{'positions': 5, 'description': "Old"}])
        self.assertEqual(self._post(url, {**form, 'positions': '0'}).status_code, 422)
        self.assertEqual(demand.positions, 5)

    def test_withdraw(self):
        """Asks first; GET changes nothing; twice is once."""
        self._login(self.user_portal)
        self._enter()
        demand = self._find_demands()
        url = f'/my/outreach/demands/{demand.id}/withdraw'
        form = self._get_form(url)
        self.assertEqual(demand.stage, 'recorded')
        self._post(url, form, 303)
        self.assertRecordValues(demand, [{'stage': 'closed', 'closed_reason': 'need_gone'}])
        self.assertIn('message=locked', self._post(url, form, 303).headers['Location'])
        self.assertIn('message=locked', self._get(url, 303).headers['Location'])

    def test_after_the_check(self):
        self._login(self.user_portal)
        self._enter()
        demand = self._find_demands()
        form = self._get_form(f'/my/outreach/demands/{demand.id}/edit')
        demand.with_user(self.user_econ).action_check()
        for page in ('edit', 'withdraw'):
            with self.subTest(page=page):
                response = self._post(f'/my/outreach/demands/{demand.id}/{page}', {**form, 'positions': '9'}, 303)
                self.assertIn('message=locked', response.headers['Location'])
        self.assertRecordValues(demand, [{'stage': 'checked', 'positions': 2}])

    # ------------------------------------------------------------
    # ROUTES OF CORE
    # ------------------------------------------------------------

    @mute_logger('odoo.http')
    def test_core_routes_tell_nothing(self):
        """Chatter, attachments and RPC of core, called by hand."""
        self._login(self.user_portal)
        visit = self.own['outreach.visit']
        attachment = self.env['ir.attachment'].search([('res_model', '=', visit._name), ('res_id', '=', visit.id)])
        self.assertNotEqual(self.url_open(f'/web/content/{attachment.id}').status_code, 200)
        for route, params in (
            ('/mail/thread/messages', {'thread_model': visit._name, 'thread_id': visit.id}),
            ('/portal/chatter_init', {'thread_model': visit._name, 'thread_id': visit.id}),
            ('/mail/message/post', {'thread_model': visit._name, 'thread_id': visit.id, 'post_data': {'body': "x"}}),
            ('/web/dataset/call_kw', {'model': visit._name, 'method': 'read', 'args': [visit.ids, ['report_text']], 'kwargs': {}}),
            ('/web/dataset/call_kw', {'model': 'outreach.demand', 'method': '_create_from_portal', 'args': [{}], 'kwargs': {}}),
        ):
            with self.subTest(route=route):
                response = self.url_open(route, json={'jsonrpc': '2.0', 'method': 'call', 'params': params})
                self.assertNotIn(SECRET, response.text)
        self.assertFalse(visit.message_ids.filtered(lambda message: message.author_id == self.contact))
