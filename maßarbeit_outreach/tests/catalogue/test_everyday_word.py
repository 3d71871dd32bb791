import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from ..common import OutreachCommon

# what people type: the KldB codes that are right, the first one first where several are
OCCUPATIONS = {
    "Hausmeister": '34102',
    "Hausmeisterin": '34102',
    "Hausmeister (m/w/d) gesucht": '34102',
    "caretaker": '34102',
    "Tagesmutter": '83112',
    "nurse": '81302',
    "nurses": '81302',
    "Krankenschwester": '81302',
    "truck driver": '52122',
    "LKW-Fahrer": '52122',
    "Lkw Fahrerin": '52122',
    "Gärtner": '12102',
    "Gärtnerin": '12102',
    "Gaertner": '12102',
    "Hausmei": '34102',
}
SKILLS = {
    "Teamfähigkeit": "Im Team arbeiten",
    "teamwork": "Im Team arbeiten",
    "Führerschein B": "Fahrerlaubnis Klasse B (Pkw)",
    "Führerschein": "Fahrerlaubnis Klasse B (Pkw)",
    "driving licence": "Fahrerlaubnis Klasse B (Pkw)",
    "Führerschein CE": "Fahrerlaubnis Klasse CE (Lkw mit Anhänger)",
    "cooking": "Speisen zubereiten",
    "Kochen": "Speisen zubereiten",
    "zuverlässig": "Zuverlässigkeit und Pünktlichkeit",
}


class TestEverydayWord(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # a catalogue of our own, with what was offered instead
        Occupation = cls.env['outreach.occupation']
        for code, name in (
            ('34102', "Berufe in der Gebäudetechnik"),
            ('83112', "Berufe in der Kinderbetreuung"),
            ('81302', "Berufe in der Krankenpflege"),
            ('52122', "Berufskraftfahrer/innen (Güterverkehr)"),
            ('12102', "Berufe im Gartenbau – Fachkraft"),
            ('12101', "Berufe im Gartenbau – Hilfstätigkeiten"),
            ('94533', "Küster/innen"),
            ('63223', "Hotelpförtner, Hausmeisterei im Hotel"),
            ('73342', "Medizinische Dokumentation, nursing"),
            ('52132', "Busfahrer, bus driver"),
        ):
            if not Occupation.search([('scheme', '=', 'kldb'), ('code', '=', code)]):
                Occupation.create({'code': code, 'name': name})
        cls.words = cls.env['outreach.everyday.word']

    def first(self, typed, model='outreach.occupation', **kwargs):
        Model = self.env[model].with_user(self.user_econ).with_context(lang='de_DE')
        return Model.browse([number for number, __ in Model.name_search(typed, **kwargs)])[:1]

    def test_occupations(self):
        for typed, code in OCCUPATIONS.items():
            with self.subTest(typed=typed):
                self.assertEqual(self.first(typed).code, code)

    def test_skills(self):
        Skill = self.env['outreach.skill'].with_context(lang='de_DE')
        for name in {*SKILLS.values(), "Saugfähigkeit testen", "Teambesprechungen führen"}:
            if not Skill.search([('name', '=', name)]):
                Skill.create({'name': name})
        for typed, name in SKILLS.items():
            with self.subTest(typed=typed):
                self.assertEqual(self.first(typed, 'outreach.skill').name, name)

    def test_why_it_was_found(self):
        (found, *__) = self.env['outreach.occupation'].with_user(self.user_econ).search_by_words("caretaker")
        self.assertEqual((found['code'], found['label']), ('34102', "caretaker"))
        self.assertIn("caretaker", found['details'])

    def test_what_stands_above(self):
        """A code that is not there yet, as before an import, is said by what stands above it; none of it is no hit."""
        word = self.words.create({'name': "Probewortler", 'targets': '34299; 34102'})
        self.assertEqual(self.first("Probewortler").code, '34102', "what is there before what stands above")
        word.targets = '34299'
        self.assertEqual(self.first("Probewortler").code, '342')
        word.targets = "Gibt es nicht"
        self.assertFalse(self.first("Probewortler"))

    def test_domain_and_access(self):
        gardener = self.env['outreach.occupation'].search([('code', '=', '12102')])
        self.assertNotEqual(self.first("Gärtner", domain=[('id', '!=', gardener.id)]), gardener)
        gardener.active = False
        self.assertNotEqual(self.first("Gärtner"), gardener)
        with self.assertRaises(AccessError):
            self.env['outreach.occupation'].with_user(self.user_helper).name_search("Gärtner")

    def test_managers_edit(self):
        word = self.words.with_user(self.user_manager).create({'name': "Kümmererin", 'targets': '83112'})
        self.assertEqual(self.first("Kümmerer").code, '83112')
        word.targets = '34102'
        self.assertEqual(self.first("Kümmerer").code, '34102', "at once")
        word.active = False
        self.assertNotEqual(self.first("Kümmerer").code, '34102')
        with self.assertRaises(AccessError):
            self.words.with_user(self.user_econ).create({'name': "X-Wort", 'targets': '34102'})
        with self.assertRaises(ValidationError):
            self.words.create({'name': "Leer", 'targets': ' ; '})
        with self.assertRaises(psycopg2.IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            self.words.create({'name': "Hausmeisterin", 'targets': '34102'}).flush_recordset()

    def test_a_trained_occupation_unless_said_otherwise(self):
        helper, trained = self.env['outreach.occupation'].create(
            [{'code': f'9913{level}', 'name': f"Probekunde – {name}"} for level, name in ((1, "Hilfstätigkeiten"), (2, "Fachtätigkeiten"))]
        )
        ours = [('id', 'in', (helper | trained).ids)]
        self.assertEqual(self.first("Probekundler", domain=ours), trained)
        self.assertEqual(self.first("Probekunde Helfer", domain=ours), helper)

    def test_queries(self):
        """A word that is not in the list costs nothing more."""
        Occupation = self.env['outreach.occupation'].with_user(self.user_econ)
        for typed in ("Schweißer Orbital", "Hausmeister"):
            Occupation._search_hits(typed)
        before = self.cr.sql_log_count
        Occupation._rank_labels("Schweißer Orbital")
        plain = self.cr.sql_log_count - before
        before = self.cr.sql_log_count
        Occupation._search_hits("Schweißer Orbital")
        self.assertEqual(self.cr.sql_log_count - before, plain)
