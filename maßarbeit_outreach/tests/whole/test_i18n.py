import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import TranslationModuleReader


@tagged('post_install', '-at_install')
class TestI18n(TransactionCase):
    def test_german_is_complete(self):
        """Every text that Odoo would export has a German one, without a mark that it is only guessed; one out of the code in
        an entry that says so, else it is not read."""
        sources = {
            (row[4], kind)
            for row in TranslationModuleReader(self.env.cr, modules=['maßarbeit_outreach'])
            for kind in (row[6] if row[1] == 'code' else [''])
            if kind in ('', 'odoo-python', 'odoo-javascript')
        }
        self.assertIn(("Employer Outreach", ''), sources)
        self.assertIn(("no team yet", 'odoo-python'), sources)
        catalogue = polib.pofile(file_path('maßarbeit_outreach/i18n/de.po'), encoding='utf-8')
        translated = {
            (entry.msgid, kind) for entry in catalogue if entry.msgstr and not entry.fuzzy for kind in ('', *entry.comment.split())
        }
        missing = sorted(sources - translated)
        self.assertFalse(missing, "Export the texts again (script/odoo i18n export) and translate these into i18n/de.po")

    def test_german_reaches_the_user(self):
        self.env['res.lang']._activate_lang('de_DE')
        self.env['ir.module.module'].search([('name', '=', 'maßarbeit_outreach')])._update_translations('de_DE')
        visit = self.env['outreach.visit'].with_context(lang='de_DE')
        self.assertEqual(visit.fields_get(['partner_id'])['partner_id']['string'], "Unternehmen")
        self.assertEqual(dict(visit._fields['stage']._description_selection(visit.env))['done'], "Durchgeführt")
        self.assertEqual(visit.env._("no team yet"), "noch kein Team")

    def test_labels_are_translated_where_they_are_read(self):
        """A selection that takes its options from another field takes their German, too."""
        self.env['res.lang']._activate_lang('de_DE')
        self.env['ir.module.module'].search([('name', '=', 'maßarbeit_outreach')])._update_translations('de_DE')
        english, german = self.env(context={'lang': 'en_US'}), self.env(context={'lang': 'de_DE'})
        selections = [
            field
            for name, model in self.env.registry.items()
            if name.startswith('outreach.') and not model._abstract
            for field in model._fields.values()
            if field.type == 'selection'
        ]

        def labels(field, env):
            return dict(field._description_selection(env))

        borrowed = [field for field in selections if callable(field.selection) and not field.related]
        own = {}
        for field in selections:
            if isinstance(field.selection, list):
                for key, label in labels(field, english).items():
                    own.setdefault(label, set()).add(labels(field, german)[key])
        self.assertIn("Beschäftigungserlaubnis erforderlich", set().union(*own.values()))
        names = {str(field) for field in borrowed}
        self.assertLessEqual({'outreach.match.permission', 'outreach.candidate.regime'}, names)
        for field in borrowed:
            for key, label in labels(field, english).items():
                with self.subTest(field=str(field), key=key):
                    self.assertIn(labels(field, german)[key], own[label])
