"""What a field takes: how much text, and which classes of driving licence, on whatever way it comes."""

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form

from ...models.base.base import LIMITS
from ..common import MODULE
from ..people.test_candidate import CandidateCommon


class TestText(CandidateCommon):
    def test_every_text_of_the_addon(self):
        """Each stored text field that the addon defines has the limit of its type, whichever model it is on."""
        models = {
            'outreach.visit': self.create_visit(),
            'outreach.demand': self.create_demand(),
            'outreach.candidate': self.create_candidate(),
            'res.partner': self.company,
            **self.create_follow_ups(),
        }
        tried = 0
        for record in models.values():
            record = record.sudo()
            for name, field in record._fields.items():
                if (
                    field._module == MODULE
                    and field.type in ('char', 'text', 'html')
                    and field.store
                    and not (field.readonly or field.compute or field.related or name in ('reference', 'driving_licence'))
                ):
                    long = 'x' * (LIMITS[field.type] + 1)
                    try:
                        with self.env.cr.savepoint():
                            record.write({name: long})
                    except ValidationError:
                        tried += 1
                    self.assertLess(len(record[name] or ''), LIMITS[field.type], f'{record._name}.{name}')
        self.assertGreater(tried, 15)

    def test_every_way(self):
        long = 'x' * 20_001
        visit = self.create_visit()
        for attempt in (
            lambda: visit.write({'report_text': long}),
            lambda: call_kw(visit, 'write', [visit.ids, {'report_text': long}], {}),
            lambda: call_kw(visit, 'web_save', [visit.ids, {'report_text': long}, {}], {}),
            lambda: self.create_visit(report_text=long, anyway_reason="test"),
            lambda: self.company.with_user(self.user_econ).write({'outreach_wish_note': long}),
        ):
            with self.assertRaisesRegex(ValidationError, "these are 20001 characters"), self.env.cr.savepoint():
                attempt()
        found = (
            self.env['outreach.demand']
            .with_user(self.user_econ)
            .load(['name', 'partner_id/.id', 'description'], [["Import", str(self.company.id), long]])
        )
        self.assertFalse(found['ids'])
        self.assertIn("20001 characters", found['messages'][0]['message'])
        visit.write({'report_text': 'x' * 20_000})

    def test_answers(self):
        """The answers of a questionnaire count together."""
        self.kind.report_definition = [{'name': key, 'type': 'text', 'string': key} for key in ('aa', 'bb')]
        visit = self.create_visit()
        visit.report_properties = {'aa': 'x' * 12_000}
        with self.assertRaisesRegex(ValidationError, "Answers"):
            visit.report_properties = {'aa': 'x' * 12_000, 'bb': 'x' * 12_000}

        self.kind.report_definition = [{'name': 'cc', 'type': 'integer', 'string': "Places"}]
        for value in (['x' * 30_000], {'deep': ['x' * 30_000]}):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                visit.write({'report_properties': {'cc': value}})
                self.env.flush_all()

    def test_translations(self):
        """Core writes them past every check of a record."""
        self.env['res.lang']._activate_lang('de_DE')
        topic = self.env['outreach.topic'].create({'name': "Test Topic"})
        skill = self.env['outreach.skill'].create({'name': "Test Skill"})
        for record in (topic, skill):
            with self.assertRaisesRegex(ValidationError, "these are 501 characters"):
                record.update_field_translations('name', {'de_DE': 'x' * 501})
        topic.update_field_translations('name', {'de_DE': 'x' * 500})
        self.assertEqual(len(topic.with_context(lang='de_DE').name), 500)
        # one word of this length: the index cuts it as the search does
        skill.update_field_translations('name', {'de_DE': 'x' * 500})
        self.assertEqual(len(skill.with_context(lang='de_DE').name), 500)

    def test_what_was_there_before(self):
        """A text of an older version that is too long hinders nobody who changes something else."""
        demand = self.create_demand()
        self.env.cr.execute("UPDATE outreach_demand SET description = repeat('x', 30000) WHERE id = %s", demand.ids)
        demand.invalidate_recordset()
        demand.positions = 4
        self.env.flush_all()


class TestLicence(CandidateCommon):
    def make(self, model, **values):
        return {
            'outreach.candidate': self.create_candidate,
            'outreach.demand': self.create_demand,
            'outreach.pool': lambda **values: self.env['outreach.pool'].with_user(self.user_job).create({'name': "Test Pool", **values}),
        }[model](**values)

    def test_the_same_everywhere(self):
        models = [name for name, model in self.env.registry.items() if 'driving_licence' in model._fields and not model._abstract]
        models.remove('outreach.skill')  # the class that a skill is, which managers name; nothing is asked by it that is none
        self.assertEqual(set(models), {'outreach.candidate', 'outreach.demand', 'outreach.pool'})
        for model in models:
            for typed, stored in (("b / ce", "B, CE"), ("Klasse B und C1E", "B, C1E"), ("BE,BE", "BE"), ("keine", False), ("", False)):
                with self.subTest(model=model, typed=typed):
                    record = self.make(model, driving_licence=typed)
                    self.assertEqual(record.driving_licence, stored)
                    record.driving_licence = "L"
                    record.driving_licence = typed
                    self.assertEqual(record.driving_licence, stored)
            record = self.make(model)
            for wrong in ("Staplerschein", "B oder Hanna Heimlich", "3", "B F", "<script>", "B'; DROP"):
                for attempt in (
                    lambda model=model, wrong=wrong: self.make(model, driving_licence=wrong),
                    lambda record=record, wrong=wrong: record.write({'driving_licence': wrong}),
                    lambda record=record, wrong=wrong: call_kw(record, 'web_save', [record.ids, {'driving_licence': wrong}, {}], {}),
                    lambda model=model, wrong=wrong: call_kw(
                        self.env[model].with_user(self.user_job),
                        'create',
                        [{'name': "x"} if model == 'outreach.pool' else {}],
                        {
                            'context': {
                                'default_driving_licence': wrong,
                                'default_partner_id': self.company.id,
                                **({'default_name': "x"} if model == 'outreach.demand' else {}),
                            }
                        },
                    ),
                ):
                    with (
                        self.subTest(model=model, wrong=wrong),
                        self.assertRaisesRegex(ValidationError, "B, CE") as caught,
                        self.env.cr.savepoint(),
                    ):
                        attempt()
                    self.assertNotIn(wrong, str(caught.exception).replace("B, CE", ''), "it may be about a person, and messages are logged")
            self.assertFalse(record.driving_licence)

    def test_form(self):
        with Form(self.env['outreach.demand'].with_user(self.user_job)) as form:
            form.partner_id, form.name, form.driving_licence = self.company, "Driver", "c"
        self.assertEqual(form.record.driving_licence, "C")

    def test_import(self):
        Demand = self.env['outreach.demand'].with_user(self.user_job)
        names = ['name', 'partner_id/.id', 'driving_licence']
        found = Demand.load(names, [["Driver", str(self.company.id), "ce"]])
        self.assertEqual(Demand.browse(found['ids']).driving_licence, "CE")
        found = Demand.load(names, [["Driver", str(self.company.id), "viele"]])
        self.assertFalse(found['ids'])

    def test_older_versions(self):
        """Free text of a demand becomes classes, and what else it said a note that the employer does not see."""
        demand, other = self.create_demand(), self.create_demand(driving_licence="B")
        write_date = fields.Datetime.now()
        self.env.cr.execute("UPDATE outreach_demand SET driving_licence = 'Klasse B, sonst Staplerschein' WHERE id = %s", demand.ids)
        self.env.invalidate_all()
        self.env['outreach.demand']._tidy_licences()
        self.assertEqual((demand.driving_licence, other.driving_licence), ("B", "B"))
        self.assertIn("Klasse B, sonst Staplerschein", demand.message_ids[0].body)
        self.assertTrue(demand.message_ids[0].is_internal or demand.message_ids[0].subtype_id == self.env.ref('mail.mt_note'))
        self.assertLessEqual(other.write_date, write_date)
        self.env['outreach.demand']._tidy_licences()
        self.assertEqual(len(demand.message_ids.filtered(lambda message: "Staplerschein" in message.body)), 1)

    def test_matches(self):
        """Whoever writes it otherwise is found all the same."""
        skills = [Command.create({'skill_id': self.skill.id})]
        demand = self.create_demand(user=self.user_job, driving_licence="klasse be", skill_ids=skills)
        candidate = self.create_candidate(driving_licence="ce", skill_ids=skills)
        self.assertEqual((demand.driving_licence, candidate.driving_licence), ("BE", "CE"))
        match = (
            self.env['outreach.match'].with_user(self.user_job).search([('demand_id', '=', demand.id), ('candidate_id', '=', candidate.id)])
        )
        self.assertNotIn(match.gate_licence, ('2_no', 'no'))


class TestReasons(CandidateCommon):
    def test_a_reason_needs_words(self):
        """Wherever a reason is asked for, dots, digits and blanks are none."""
        self.create_visit(team=self.user_job, user=self.user_job)
        planned = self.create_visit(self.other_company)
        follow_ups = self.create_follow_ups(self.other_company)
        self.user_job.group_ids += self.env.ref(f'{MODULE}.group_person_export')
        Permit = self.env['outreach.export.permit'].with_user(self.user_job)
        self.company.outreach_consent_email = 'refused'
        referral = follow_ups['outreach.referral'].with_user(self.user_immigration)
        demand = self.create_demand(name="Umkleide, nur Männer")
        self.assertTrue(demand.restrictions)
        econ = self.env(user=self.user_econ)

        def wizard(model, method, **values):
            return getattr(econ[model].create(values), method)()

        ways = {
            'export': Permit._give_reason,
            'visit': lambda text: self.create_visit(anyway_reason=text),
            'e-mail': lambda text: self.demand_of(self.company).message_post(
                body="x", partner_ids=self.contact.ids, outreach_anyway_reason=text
            ),
            'cancelled': lambda text: wizard('outreach.visit.cancel', 'action_cancel', visit_ids=planned.ids, reason=text),
            'cancelled by hand': lambda text: planned.write({'stage': 'cancelled', 'cancel_reason': text}),
            'put aside': lambda text: wizard('outreach.due.dismiss', 'action_dismiss', partner_ids=self.other_company.ids, reason=text),
            'declined': lambda text: referral._answer({'state': 'declined', 'reason': text}),
            'promise': lambda text: wizard(
                'outreach.promise.close', 'action_close', promise_ids=follow_ups['outreach.promise'].ids, outcome=text
            ),
            'consent': lambda text: wizard(
                'outreach.consent.note',
                'action_note',
                partner_id=self.other_company.id,
                channel='visit',
                state='granted',
                said_by=text,
                wording=text,
            ),
            'indispensable': lambda text: demand.write({'stage': 'checked', 'restriction_reason': text}),
        }
        for what, way in ways.items():
            for text in ("..........", "  ", "- 1234567890", "??!"):
                with self.subTest(what=what, text=text), self.assertRaises(UserError), self.env.cr.savepoint():
                    way(text)
            with self.subTest(what=what), self.env.cr.savepoint(flush=False) as savepoint:
                way("They asked us for it")
                savepoint.rollback()
            self.env.invalidate_all()
        for text in ("a word", "a list ....", "aaaaaaaaaaaa"):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                Permit._give_reason(text)

    def demand_of(self, company):
        return self.create_demand(company)
