"""Which occupations are regulated: by the starter set, by an import, by a person."""

from ..common import MODULE, OutreachCommon


class TestRegulated(OutreachCommon):
    def setUp(self):
        super().setUp()
        self.occupations = self.env['outreach.occupation']

    def _get(self, code):
        return self.env.ref(f'{MODULE}.occupation_{code}')

    def test_the_starter_set_names_the_law(self):
        for code, law in (('81302', "PflBG § 1"), ('82102', "PflBG § 1"), ('83112', "NKiTaG § 9")):
            with self.subTest(code=code):
                self.assertTrue(self._get(code).is_regulated)
                self.assertIn(law, self._get(code).regulation_source)
        for code in ('81102', '81112', '82312', '26212', '52122', '83111', '81301', '82101'):
            self.assertFalse(self._get(code).is_regulated, code)

    def test_hwo_7_crafts_shut_nobody_out(self):
        """ESCO hands its mark to the KldB occupation, but not where only the business needs a master craftsman."""
        esco = self.occupations.create(
            [
                {
                    'name': f"Test ESCO {code}",
                    'code': f'9.{code}',
                    'scheme': 'esco',
                    'uri': f'urn:test:{code}',
                    'parent_id': self._get(code).id,
                    'is_regulated': True,
                    'is_regulation_decided': False,
                }
                for code in ('26212', '71402', '52122', '81301')
            ]
        )
        self.occupations._settle_regulation()
        self.assertEqual(self._get('71402').regulation_source, "ESCO: Test ESCO 71402")
        self.assertTrue(self._get('71402').is_regulated)
        for code in ('26212', '52122', '81301'):
            self.assertFalse(self._get(code).is_regulated, code)
        self.assertEqual([occupation._is_regulated() for occupation in esco], [False, True, False, False])
        esco[1].write({'is_regulated': False, 'is_regulation_decided': False})
        self.occupations._settle_regulation()
        self.assertFalse(self._get('71402').is_regulated, "ESCO does not say so any more")

    def test_1_pflfassg_assistants_are_not_shut_out(self):
        """The title only is protected: a proof says when it matters. What was marked before the law was looked at is unmarked."""
        helpers = self._get('81301') | self._get('82101')
        helpers.write({'is_regulated': True, 'regulation_source': "PflFAssG", 'is_regulation_decided': False})
        self.occupations._settle_regulation()
        self.assertEqual(helpers.mapped('is_regulated'), [False, False])
        for helper in helpers:
            self.assertIn(self.env.ref(f'{MODULE}.proof_care_assistant'), helper._get_proofs())

    def test_a_manager_has_the_last_word(self):
        for code, wanted in (('81302', False), ('26212', True)):
            self._get(code).with_user(self.user_manager).is_regulated = wanted
        self.occupations._settle_regulation()
        self.assertEqual([self._get('81302').is_regulated, self._get('26212').is_regulated], [False, True])
