import importlib.util

from odoo.tests import tagged
from odoo.tools import file_path

from ..common import MODULE, OutreachCommon


@tagged('post_install', '-at_install')
class TestWords(OutreachCommon):
    def migrate(self):
        spec = importlib.util.spec_from_file_location('post_words', file_path(f'{MODULE}/migrations/19.0.1.5.0/post-words.py'))
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        self.env.flush_all()
        for __ in range(2):  # a second time does nothing
            script.migrate(self.cr, '19.0.1.4.0')
        self.env.invalidate_all()

    def test_shipped_words_follow(self):
        """What stands as it was shipped gets the new words; what a manager called otherwise stays, and so do answers."""
        self.env['res.lang']._activate_lang('de_DE')
        stage = self.env.ref(f'{MODULE}.crm_stage_candidates_proposed').with_context(lang='de_DE')
        instrument = self.env.ref(f'{MODULE}.instrument_mag').with_context(lang='de_DE')
        stage.name, instrument.name = "Bewerber vorgeschlagen", "Probearbeit des Hauses"
        english = stage.with_context(lang='en_US').name
        question = {
            'name': 'newcomer_conditions',
            'type': 'tags',
            'string': "Was würde die Einstellung von Neuzugewanderten erleichtern?",
            'tags': [['trial', "Praktikum oder Probearbeit", 3], ['own', "Eigenes", 4]],
        }
        own = {'name': 'own_question', 'type': 'char', 'string': "Lohnkostenzuschuss besprochen?"}
        kind = self.env['outreach.visit.kind'].create({'name': "Test Kind", 'report_definition': [question, own]})
        visit = self.create_visit(kind_id=kind.id, report_properties={'newcomer_conditions': ['trial', 'own'], 'own_question': "ja"})
        self.migrate()
        self.assertEqual((stage.name, stage.with_context(lang='en_US').name), ("Vorauswahl getroffen", english))
        self.assertEqual(instrument.name, "Probearbeit des Hauses")
        shared, other = kind.report_definition
        self.assertEqual(shared['string'], "Einstellungshilfen für Neuzugewanderte")
        self.assertEqual(
            [tag[:2] for tag in shared['tags']], [['trial', "Praktikum oder Maßnahme beim Arbeitgeber (MAG)"], ['own', "Eigenes"]]
        )
        self.assertEqual(other['string'], "Lohnkostenzuschuss besprochen?")
        answers = {line['name']: line['value'] for line in visit.read(['report_properties'])[0]['report_properties']}
        self.assertEqual(answers, {'newcomer_conditions': ['trial', 'own'], 'own_question': "ja"})

    def test_one_word_for_one_thing(self):
        """What is two things has two words, in German as in English."""
        self.env['res.lang']._activate_lang('de_DE')
        self.env['ir.module.module'].search([('name', '=', MODULE)])._update_translations('de_DE')
        german = self.env(context={'lang': 'de_DE'})

        def label(model, field, key):
            return dict(german[model]._fields[field]._description_selection(german))[key]

        for (model, field, key), expected in {
            ('outreach.candidate', 'german_level', '0_none'): "Keine Kenntnisse",
            ('outreach.demand', 'language_level', '0_none'): "Keine Anforderung",
            ('outreach.candidate.occupation', 'qualification', 'none'): "Ohne Abschluss",
            ('outreach.candidate.occupation', 'recognition', 'none'): "Keine Gleichwertigkeit",
            ('outreach.candidate.skill', 'level', '4'): "Expertenkenntnisse",
            ('outreach.occupation', 'requirement_level', '4'): "Experte",  # the official word of the KldB
            ('outreach.candidate', 'permission', 'free'): "Uneingeschränkt (Erwerbstätigkeit erlaubt)",
            ('outreach.municipality', 'kind', 'town'): "Stadt",
            ('outreach.candidate', 'status', 'left'): "Abgemeldet",
            ('outreach.demand', 'stage', 'signal'): "Angekündigt",
            ('outreach.demand', 'stage', 'closed'): "Abgeschlossen",
            ('outreach.measure', 'stage', 'done'): "Abgeschlossen",
            ('outreach.referral', 'state', 'done'): "Abgeschlossen",
            ('outreach.visit', 'stage', 'done'): "Durchgeführt",
        }.items():
            with self.subTest(model=model, field=field):
                self.assertEqual(label(model, field, key), expected)
