from datetime import date

from odoo.exceptions import ValidationError
from odoo.fields import Command

from ...wizard.company.base_partner_merge import MERGE_RULES
from ..common import OutreachCommon


class TestPartnerMerge(OutreachCommon):
    """Two records of one company become one: what it asked for holds, whichever of them it was told to."""

    def merge(self, *, user=None, **values):
        """Merge a second record with these values into `company`, as `user` (the superuser)."""
        self.double = self.env['res.partner'].create({'name': "Probewerk", 'is_company': True, 'email': self.company.email, **values})
        wizard = self.env['base.partner.merge.automatic.wizard'].with_user(user or self.env.user)
        wizard.create({'partner_ids': [Command.set((self.company | self.double).ids)], 'dst_partner_id': self.company.id}).action_merge()
        self.env.invalidate_all()
        self.assertFalse(self.double.exists())
        self.assertTrue(self.company.exists())

    def test_every_field_has_a_rule(self):
        """A field that is added later has to say what becomes of it."""
        Partner = self.env['res.partner']
        stored = {
            name
            for name, field in Partner._fields.items()
            if name.startswith('outreach_')
            and field.store
            and not field.related
            and field.type not in ('one2many', 'many2many')
            and (not field.compute or not field.readonly)
        }
        own = {'outreach_merged_numbers', 'outreach_planning_turn', 'outreach_lead_id'}  # nobody's word about the company
        self.assertEqual(stored - own, set(MERGE_RULES))

    def test_stricter_wish_wins(self):
        consents = ('outreach_consent_phone', 'outreach_consent_email', 'outreach_consent_visit')
        cases_of = {
            **dict.fromkeys(
                consents,
                (
                    ('unknown', 'refused', 'refused'),
                    ('granted', 'refused', 'refused'),
                    ('refused', 'granted', 'refused'),
                    ('refused', 'unknown', 'refused'),
                    ('unknown', 'granted', 'granted'),
                    ('granted', 'unknown', 'granted'),
                    ('unknown', 'unknown', 'unknown'),
                ),
            ),
            'outreach_vetting': [
                ('new', 'blocked', 'blocked'),
                ('checked', 'blocked', 'blocked'),
                ('blocked', 'checked', 'blocked'),
                ('new', 'checked', 'checked'),
                ('checked', 'new', 'checked'),
            ],
            'outreach_blocked_until': [
                (date(2030, 3, 1), date(2030, 5, 1), date(2030, 5, 1)),
                (date(2030, 5, 1), date(2030, 3, 1), date(2030, 5, 1)),
                (False, date(2030, 3, 1), date(2030, 3, 1)),
                (date(2030, 3, 1), False, date(2030, 3, 1)),
                (False, False, False),
            ],
            'outreach_max_contacts': [(4, 2, 2), (2, 4, 2), (0, 3, 3), (3, 0, 3), (0, 0, 0)],
            'outreach_wish_note': [
                ("Ring the gate", "Not on Mondays", "Ring the gate · Not on Mondays"),
                (False, "Not on Mondays", "Not on Mondays"),
                ("Ring the gate", "Ring the gate", "Ring the gate"),
            ],
        }
        for number in range(max(map(len, cases_of.values()))):  # all fields at once: to merge takes core most of a second
            cases = {name: cases[number] for name, cases in cases_of.items() if number < len(cases)}
            self.company.write({name: here for name, (here, __, __) in cases.items()})
            self.merge(**{name: there for name, (__, there, __) in cases.items()})
            for name, (here, there, kept) in cases.items():
                with self.subTest(name=name, here=here, there=there):
                    self.assertEqual(self.company[name], kept)

    def test_whoever_merges(self):
        """Neither rights to vet nor a role of employer outreach are needed for the company's wishes to hold."""
        writer = self.create_user('writer', 'base.group_user,base.group_partner_manager')
        for user in (writer, self.user_econ, self.user_manager):
            with self.subTest(user=user.login):
                user.sudo().group_ids += self.env.ref('base.group_partner_manager')
                self.company.write(
                    {
                        'outreach_vetting': 'new',
                        'outreach_consent_phone': 'unknown',
                        'outreach_blocked_until': False,
                        'outreach_size_class': False,
                    }
                )
                self.merge(
                    user=user,
                    outreach_vetting='blocked',
                    outreach_consent_phone='refused',
                    outreach_blocked_until=date(2030, 1, 1),
                    outreach_size_class='10_49',
                )
                self.assertEqual(
                    (
                        self.company.outreach_vetting,
                        self.company.outreach_consent_phone,
                        self.company.outreach_blocked_until,
                        self.company.outreach_size_class,
                    ),
                    ('blocked', 'refused', date(2030, 1, 1), '10_49'),
                )

    def test_contact_persons(self):
        double = self.env['res.partner'].create(
            {'name': "Petra Probe", 'parent_id': self.company.id, 'email': self.contact.email, 'outreach_consent_email': 'refused'}
        )
        self.env['base.partner.merge.automatic.wizard']._merge((self.contact | double).ids, self.contact)
        self.assertEqual(self.contact.outreach_consent_email, 'refused')

    def test_what_was_said_comes_along(self):
        """One line holds for each channel, and says what the field says."""
        for mine, other in (('granted', 'refused'), ('refused', 'granted'), ('unknown', 'granted'), ('granted', 'granted')):
            double = self.env['res.partner'].create({'name': "Probewerk", 'is_company': True, 'email': self.company.email})
            self.company.outreach_consent_phone = 'unknown'
            for company, state in ((self.company, mine), (double, other)):
                company._note_outreach_consent('phone', state, date(2026, 1, 1), "Petra", state)
            self.env['base.partner.merge.automatic.wizard']._merge((self.company | double).ids, self.company)
            with self.subTest(mine=mine, other=other):
                held = self.env['outreach.consent']._get_open(self.company, ['phone'])
                self.assertEqual((held.state, held.wording, held.date), (self.company.outreach_consent_phone, held.state, date(2026, 1, 1)))

    def test_several(self):
        doubles = self.env['res.partner'].create(
            [
                {'name': f"Probewerk {number}", 'is_company': True, 'email': self.company.email, 'outreach_max_contacts': number}
                for number in (3, 2)
            ]
        )
        self.env['base.partner.merge.automatic.wizard']._merge((self.company | doubles).ids, self.company)
        self.assertEqual(self.company.outreach_max_contacts, 2)

    def test_municipality_chosen_by_hand(self):
        nowhere = {'zip': False, 'city': False}
        bramsche = {'zip': '49565', 'city': "Bramsche"}
        bersenbrueck = self.env['outreach.municipality'].search([('id', 'not in', (self.bramsche | self.melle).ids)], limit=1)
        for what, here, chosen_here, there, chosen_there, kept in (
            ("where the address says nothing", nowhere, False, nowhere, self.melle, self.melle),
            ("against the address of the one that stays", bramsche, False, nowhere, self.melle, self.melle),
            ("against its own address", bramsche, False, bramsche, self.melle, self.melle),
            ("there, and there is an address to come", nowhere, self.melle, bramsche, False, self.melle),
            ("in both", nowhere, self.melle, nowhere, bersenbrueck, self.melle),
            ("in the one that stays, against its address", bramsche, self.melle, bramsche, False, self.melle),
            ("in none", bramsche, False, nowhere, False, self.bramsche),
            ("in none, the other has the address", nowhere, False, bramsche, False, self.bramsche),
        ):
            with self.subTest(what=what):
                self.company.outreach_municipality_id = False
                self.company.write(here)
                self.env.flush_all()
                if chosen_here:
                    self.company.outreach_municipality_id = chosen_here
                self.merge(**there, **({'outreach_municipality_id': chosen_there.id} if chosen_there else {}))
                self.assertEqual(self.company.outreach_municipality_id, kept)

    def test_what_is_planned(self):
        """A visit that is planned at one of them meets the wish that was told to the other."""
        self.create_visit()
        self.merge(outreach_vetting='blocked')
        with self.assertRaisesRegex(ValidationError, "blocked by vetting"):
            self.create_visit()
