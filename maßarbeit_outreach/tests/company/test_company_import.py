"""Company import: what the preview says, what the import writes, and what it leaves alone."""

import base64
import csv
import io
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger
from odoo.tools.misc import file_path

from ...imports import outreach_record_import as import_module
from ...imports.company.outreach_company_import_match import CompanyMatcher
from ...tools.files import company_file
from ..common import MODULE, ROLES, OutreachCommon

DATA = Path(__file__).parents[1] / 'data'
HEADER = 'name,street,zip,city,ags,status,registrar,register_type,register_number,phone,email,website\n'


class CompanyImportCommon(OutreachCommon):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Import = cls.env['outreach.company.import'].with_user(cls.user_manager)
        cls.partners = cls.env['res.partner'].with_context(active_test=False)

    def upload(self, content, name='companies.csv', **values):
        content = content.encode() if isinstance(content, str) else content
        return self.Import.create({'file': base64.b64encode(content), 'file_name': name, **values})

    def preview(self, content, name='companies.csv', **values):
        job = self.upload(content, name, **values)
        job.action_preview()
        return job

    def finish(self, job):
        job.action_import()
        while job.action_import_step()['remaining']:
            pass
        return job

    def run_import(self, content, name='companies.csv', **values):
        job = self.preview(content, name, **values)
        self.assertFalse(job.problem)
        return self.finish(job)

    def counts(self, job):
        return {name: job[f'{name}_count'] for name in ('new', 'changed', 'unchanged', 'duplicate', 'rejected') if job[f'{name}_count']}

    def registered(self, number, kind='HRB'):
        return self.partners.search([('outreach_register_number', '=', str(number)), ('outreach_register_kind', '=', kind)])

    def generate(self, rows, start=700000, keyed=True):
        out = io.StringIO()
        out.write(HEADER)
        writer = csv.writer(out)
        for number in range(start, start + rows):
            writer.writerow(
                [
                    f"Betrieb {number} GmbH",
                    f"Weg {number}",
                    '49565',
                    'Bramsche',
                    '03459014',
                    'removed' if number % 7 == 0 else 'currently registered',
                    'Osnabrück' if keyed else '',
                    'HRB' if keyed else '',
                    number if keyed else '',
                    f'+49 5461 {number}',
                    f'info{number}@betrieb.example',
                    f'www.betrieb{number}.example',
                ]
            )
        return out.getvalue()


@tagged('outreach_import')
class TestCompanyImport(CompanyImportCommon):
    def test_preview_writes_no_company(self):
        before = self.partners.search_count([])
        job = self.preview((DATA / 'companies.csv').read_bytes())
        self.assertEqual(job.state, 'preview')
        self.assertEqual(self.counts(job), {'new': 4})
        self.assertEqual(self.partners.search_count([]), before)

    def test_import(self):
        job = self.run_import((DATA / 'companies.csv').read_bytes())
        self.assertEqual((job.state, job.created_count, job.updated_count), ('done', 4, 0))
        metal = self.registered(900001)
        self.assertEqual(metal.name, 'Beispiel "Hase" Metallbau GmbH')
        self.assertTrue(metal.is_company)
        self.assertTrue(metal.outreach_company)
        self.assertTrue(metal.active)
        self.assertEqual(metal.street, "Musterstraße 1")
        self.assertEqual(metal.website, "http://www.hase.example")
        self.assertEqual(metal.outreach_register_court, "Osnabrück")
        self.assertEqual(metal.outreach_municipality_id, self.bramsche)
        self.assertEqual(metal.outreach_municipality_status, 'assigned')
        self.assertEqual(metal.outreach_industry_id, self.env.ref(f'{MODULE}.industry_2008_C'))
        self.assertEqual(metal.outreach_size_class, '10_49')
        self.assertEqual(metal.commercial_partner_id, metal)
        removed = self.registered(900002, 'HRA')
        self.assertEqual((removed.name, removed.active), ("Erfunden & Söhne KG", False))
        self.assertEqual(self.registered(900003).name, "Zweizeilig Logistik GmbH")
        self.assertEqual(self.registered(900003).outreach_size_class, '250_plus')
        self.assertEqual(self.registered(900003).vat, 'DE136695976')

    def test_second_time_changes_nothing(self):
        content = (DATA / 'companies.csv').read_bytes()
        self.run_import(content)
        self.env.flush_all()
        before = self.partners.search_read([('outreach_company', '=', True)], ['name', 'write_date'])
        job = self.preview(content)
        self.assertEqual(self.counts(job), {'unchanged': 4})
        self.finish(job)
        self.assertEqual((job.state, job.created_count, job.updated_count), ('done', 0, 0))
        self.assertEqual(self.partners.search_read([('outreach_company', '=', True)], ['name', 'write_date']), before)

    def test_only_filled_cells_are_written(self):
        self.run_import(HEADER + 'Alt GmbH,Weg 1,49565,Bramsche,,,Osnabrück,HRB,920001,05461 1,a@alt.example,\n')
        company = self.registered(920001)
        company.write({'phone': '05461 999', 'comment': "from a visit"})
        job = self.preview(HEADER + 'Neu GmbH,,49565,Bramsche,,,Osnabrück,HRB,920001,,b@alt.example,\n')
        self.assertEqual(self.counts(job), {'changed': 1})
        self.assertIn("Alt GmbH → Neu GmbH", job.row_ids.changes)
        self.assertEqual(company.name, "Alt GmbH", "the preview must not write")
        self.finish(job)
        self.assertEqual((company.name, company.email), ("Neu GmbH", 'b@alt.example'))
        self.assertEqual((company.street, company.phone), ("Weg 1", '05461 999'), "an empty cell must not erase")
        self.assertIn("<p>from a visit</p>", company.comment)
        self.assertIn("Alt GmbH → Neu GmbH", company.message_ids[0].body)

    def test_archive_and_reactivate(self):
        row = 'Wechsel GmbH,,49565,Bramsche,,%s,Osnabrück,HRB,920002,,,\n'
        self.run_import(HEADER + row % 'currently registered')
        job = self.preview(HEADER + row % 'removed')
        self.assertEqual((self.counts(job), job.archive_count), ({'changed': 1}, 1))
        self.finish(job)
        self.assertFalse(self.registered(920002).active)
        job = self.preview(HEADER + row % 'currently registered')
        self.assertEqual((self.counts(job), job.reactivate_count), ({'changed': 1}, 1))
        self.finish(job)
        self.assertTrue(self.registered(920002).active)

    def test_constant_queries(self):
        """As many queries for 20 rows as for 400, in preview and re-import; nearly so in creation."""

        def queries(rows, content):
            def count(method, *args):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                method(*args)
                self.env.flush_all()
                return self.env.cr.sql_log_count - before

            job = self.upload(content)
            result = [count(job.action_preview)]
            job.action_import()
            result.append(count(job.action_import_step))
            self.assertEqual(job.state, 'done')
            return result

        queries(20, self.generate(20, 600000))  # fills the caches of the registry
        few, many = self.generate(20, 710000), self.generate(400, 720000)
        (few_preview, few_create), (many_preview, many_create) = queries(20, few), queries(400, many)
        self.assertLessEqual(many_preview, few_preview)
        self.assertLess(few_preview + few_create, 120)
        # the ORM inserts in packets of a hundred
        self.assertLess((many_create - few_create) / 380, 0.1)
        queries(20, few)  # creating may have cleared caches
        # by a step or two at most, as something is in a cache or not, never by row
        for of_few, of_many in zip(queries(20, few), queries(400, many), strict=True):
            self.assertLess(of_many - of_few, 3)
        # updates go through `write`, and core asks per contact: for letters, calendar entries and companies
        # of it
        few, many = (content.replace('info', 'office') for content in (few, many))
        (few_preview, few_update), (many_preview, many_update) = queries(20, few), queries(400, many)
        self.assertLessEqual(many_preview, few_preview)
        self.assertLess((many_update - few_update) / 380, 8)

    # -- duplicates --

    def test_duplicate_by_name(self):
        existing = self.env['res.partner'].create({'name': "Schulte Metallbau", 'is_company': True, 'zip': '49324', 'city': "Melle"})
        job = self.preview(
            HEADER + 'Metallbau Schulte GmbH,Weg 1,49324,Melle,,,Osnabrück,HRB,940001,,,\n'
            'Metallbau Schulte GmbH,Weg 1,49565,Bramsche,,,Osnabrück,HRB,940002,,,\n'
        )
        self.assertEqual(self.counts(job), {'new': 1, 'duplicate': 1})
        row = job.row_ids.filtered(lambda row: row.category == 'duplicate')
        self.assertEqual((row.line, row.partner_id, row.decision), (2, existing, 'skip'))
        self.assertIn("near-equal name", row.reason)
        self.finish(job)
        self.assertFalse(self.registered(940001))
        self.assertFalse(existing.outreach_register_number, "never merged silently")
        # the decision may come later
        row.action_decide_link()
        self.assertEqual(job.todo_count, 1)
        self.finish(job)
        self.assertEqual((existing.name, existing.outreach_register_number), ("Metallbau Schulte GmbH", '940001'))
        self.assertEqual(
            self.counts(self.preview(HEADER + 'Metallbau Schulte GmbH,Weg 1,49324,Melle,,,Osnabrück,HRB,940001,,,\n')), {'unchanged': 1}
        )

    def test_duplicate_created_on_request(self):
        existing = self.env['res.partner'].create({'name': "Schulte Metallbau", 'is_company': True, 'zip': '49324', 'city': "Melle"})
        job = self.preview(HEADER + 'Schulte Metallbau GmbH,,49324,Melle,,,Osnabrück,HRB,940001,,,\n')
        job.row_ids.action_decide_create()
        self.finish(job)
        self.assertEqual(len(self.registered(940001)), 1)
        self.assertNotEqual(self.registered(940001), existing)

    def test_another_register_entry_is_another_company(self):
        self.run_import(HEADER + 'Schulte GmbH & Co. KG,,49324,Melle,,,Osnabrück,HRA,940001,,,\n')
        job = self.preview(HEADER + 'Schulte GmbH,,49324,Melle,,,Osnabrück,HRB,940002,,,\n')
        self.assertEqual(self.counts(job), {'new': 1})

    def test_duplicate_by_vat(self):
        existing = self.env['res.partner'].create({'name': "Ganz Anders", 'is_company': True, 'vat': 'DE136695976'})
        job = self.preview('name,ust-id,ort\nNeuer Name GmbH,DE 136 695 976,Melle\n')
        self.assertEqual(self.counts(job), {'duplicate': 1})
        self.assertEqual(job.row_ids.partner_id, existing)
        self.assertIn("VAT", job.row_ids.reason)

    def test_duplicate_by_betriebsnummer(self):
        existing = self.env['res.partner'].create({'name': "Ganz Anders", 'is_company': True, 'outreach_betriebsnummer': '29720865'})
        job = self.preview('name,betriebsnummer\nNeuer Name GmbH,297 20 865\n')
        self.assertEqual((self.counts(job), job.row_ids.partner_id), ({'duplicate': 1}, existing))

    def test_duplicates_within_the_file(self):
        job = self.preview(
            'name,ort,registergericht,registerart,registernummer,ust-id\n'
            'Alpha Bau GmbH,Melle,,,,\n'
            'Alpha-Bau,Melle,,,,\n'
            'Beta,Melle,Osnabrück,HRB,950001,\n'
            'Gamma,Melle,Osnabrück,HRB,950001,\n'
            'Delta,Melle,,,,DE136695976\n'
            'Epsilon,Melle,,,,DE136695976\n'
        )
        by_line = {row.line: row for row in job.row_ids}
        self.assertEqual([by_line[line].category for line in range(2, 8)], ['new', 'duplicate', 'new', 'rejected', 'new', 'duplicate'])
        self.assertEqual((by_line[3].match_line, by_line[7].match_line), (2, 6))
        self.assertIn("line 4", by_line[5].reason)
        with self.assertRaises(UserError, msg="there is no company to write to"):
            by_line[3].action_decide_link()
        by_line[3].action_decide_create()
        self.finish(job)
        self.assertEqual(job.created_count, 4)

    def test_rows_without_register_entry_twice(self):
        content = self.generate(30, keyed=False)
        job = self.preview(content)
        # "Betrieb 700000" and "Betrieb 700001" are near-equal names
        job.row_ids.filtered(lambda row: row.category == 'duplicate').action_decide_create()
        self.finish(job)
        self.assertEqual(job.created_count, 30)
        self.assertEqual(self.counts(self.preview(content)), {'unchanged': 30})

    def test_companies_of_another_organisation_are_not_told(self):
        other = self.env['res.company'].create({'name': "Other County"})
        self.env['res.partner'].create(
            {'name': "Geheim GmbH", 'is_company': True, 'vat': 'DE136695976', 'city': "Melle", 'company_id': other.id}
        )
        job = self.preview('name,ort,ust-id\nGeheim GmbH,Melle,DE136695976\n')
        self.assertEqual(self.counts(job), {'new': 1})

    def test_created_after_the_preview(self):
        """Two previews of one file, imported one after the other: the second finds what the first created."""
        for keyed in (True, False):
            content = self.generate(1, 760000 + keyed, keyed).replace('Betrieb', 'Werkstatt' if keyed else 'Hofladen')
            first, second = self.preview(content), self.preview(content)
            self.assertEqual(self.counts(second), {'new': 1})
            self.finish(first)
            self.finish(second)
            self.assertEqual((first.created_count, second.created_count), (1, 0))
            self.assertEqual(
                self.partners.search_count([('name', '=', f"{'Werkstatt' if keyed else 'Hofladen'} {760000 + keyed} GmbH")]), 1
            )
            self.assertEqual(self.counts(second), {'new': 1} if keyed else {'duplicate': 1})

    # -- bad rows --

    def test_bad_rows(self):
        job = self.preview((DATA / 'companies_bad.csv').read_bytes())
        self.assertFalse(job.problem)
        rejected = {row.line: row for row in job.row_ids if row.category == 'rejected'}
        self.assertEqual(sorted(rejected), [3, 6, 10, 11, 13])
        self.assertEqual([rejected[line].column_names for line in (3, 6)], ['name', 'registernummer'])
        self.assertIn("line 2", rejected[6].reason)
        self.assertIn("quotation mark", rejected[10].reason)
        self.assertIn("more cells", rejected[11].reason)
        remarks = {row.line: row for row in job.row_ids.filtered('has_remark')}
        self.assertEqual(
            {line: (row.category, row.column_names) for line, row in remarks.items()},
            {
                4: ('new', 'registerart'),
                7: ('new', 'ust-id'),
                8: ('new', 'betriebsnummer'),
                9: ('new', 'status'),
                12: ('new', 'plz, email'),
                14: ('new', 'registernummer'),
            },
        )
        self.assertIn("“HRX”", remarks[4].reason)
        self.assertTrue(all("The cell is left out." in row.reason for row in remarks.values()))
        self.assertEqual(self.counts(job), {'new': 7, 'rejected': 5})
        self.finish(job)
        self.assertEqual(job.created_count, 7)
        self.assertTrue(self.registered(910001))
        self.assertEqual(self.registered(910009).zip, False)
        self.assertFalse(self.partners.search([('name', '=', "Ohne Gericht GmbH")]).outreach_register_number)

    def test_a_register_entry_is_understood_as_a_whole_or_not_at_all(self):
        self.run_import('firma;plz;ort;handelsregister\nRest Altbau eG;49324;Melle;Amtsgericht Osnabrück HRB 918\n')
        old = self.registered(918)
        job = self.preview(
            'firma;plz;ort;handelsregister\n'
            'Ganz Neue Halle GmbH;49324;Melle;"Amtsgericht Osnabrück, HRB 918 423"\n'
            'Strich Lager GmbH;49324;Melle;Amtsgericht Osnabrück HRB 918-4\n'
            'Kennung Europa GmbH;49324;Melle;DEP3210V.HRB918\n'
            'Zwei Nummern GmbH;49324;Melle;"Osnabrück HRB 918, früher HRB 5"\n'
        )
        self.assertEqual(self.counts(job), {'new': 4})
        self.assertEqual(job.row_ids.mapped('has_remark'), [False, True, True, True])
        self.finish(job)
        self.assertEqual(old.name, "Rest Altbau eG")
        self.assertEqual(self.registered(918423).name, "Ganz Neue Halle GmbH")
        self.assertEqual(self.registered(918), old)

    def test_what_spreadsheets_lose(self):
        job = self.run_import(
            'firma;plz;ort;straße;hausnr;telefon\nFern Ruf GmbH;49324;Melle;Weg;01. Mrz;4,94055E+11\nOhne Null GmbH;4329;Leipzig;;;\n'
            'Zeile GmbH;49324;Melle;"Am\nMarkt";3;05422 1\n'
        )
        self.assertEqual(job.row_ids.mapped('column_names'), ['hausnr, telefon', False, False])
        far, zero, lines = job.row_ids.partner_id
        self.assertEqual((far.phone, far.street), (False, "Weg"))
        self.assertEqual((zero.zip, zero.outreach_municipality_status), ('04329', 'outside'))
        self.assertEqual(lines.street, "Am Markt 3")

    def test_a_place_that_may_be_another_one(self):
        job = self.run_import(
            'firma;plz;ort\nEins Erdacht;;Neuenkirchen\nZwei Erdacht;;Neuenkirchen b. Osnabrück\nDrei Erdacht;49586;Neuenkirchen\n'
            'Vier Erdacht;49586;Neuenkirchen / Merzen / Voltlage\nFünf Erdacht;;"Melle, Bramsche und Belm"\n'
        )
        self.assertEqual(
            [company.outreach_municipality_status for company in job.row_ids.partner_id],
            ['to_assign', 'assigned', 'assigned', 'to_assign', 'to_assign'],
        )

    def test_rejected_rows_come_back_as_they_were(self):
        names = ["+Plus GmbH", "@Hof GmbH", "=Gleich", "'t Hof", "-Minus"]
        job = self.preview('firma,plz,ort\n' + ''.join(f'{name},49324,Melle,zu viel\n' for name in names))
        content = base64.b64decode(job.rejected_file).decode('utf-8-sig')
        self.assertIn("'+Plus GmbH", content)
        again = self.preview(content)
        self.assertEqual([row.name for row in again.row_ids], names)

    def test_the_most_telling_heading_wins(self):
        job = self.preview(
            'Anrede;Vorname;Name;Firma;PLZ;Ort\nFrau;Ada;Erdacht;Adresse Hof GmbH;49324;Melle\n'
            'Herr;Bo;Erfunden;Adresse Hof GmbH;49324;Melle\n'
        )
        self.assertEqual(job.row_ids.mapped('name'), ["Adresse Hof GmbH"] * 2)
        self.assertEqual(self.counts(job), {'new': 1, 'duplicate': 1})
        self.assertEqual(job.ignored_columns, "Anrede, Vorname, Name", "what is left out is named")
        # people without a company are no companies
        self.assertIn("No column holds the company's name", self.preview('Vorname;Name;Ort\nAda;Erdacht;Melle\n').problem)
        job = self.preview('WZ;Bezeichnung;Firma;PLZ;Ort\nC;Beispielbau;Strom Erdacht GmbH;49324;Melle\n')
        self.assertEqual((job.row_ids.name, job.ignored_columns), ("Strom Erdacht GmbH", "Bezeichnung"))
        job = self.preview(
            'firma_name,strasse,haus-nr.,plz,firma_ort,Tel.-Nr. 1,e_mail\nStrich GmbH,Weg,1,49324,Melle,05422 1,a@b.example\n'
        )
        self.assertFalse(job.ignored_columns)
        self.assertEqual(
            job.row_ids.vals,
            {
                'name': "Strich GmbH",
                'street': "Weg 1",
                'zip': '49324',
                'city': "Melle",
                'phone': '05422 1',
                'email': 'a@b.example',
                'outreach_company': True,
            },
        )

    def test_one_court_under_its_spellings(self):
        header = 'firma;plz;ort;registergericht;registerart;registernummer\n'
        self.run_import(
            header + 'Gericht Erdacht GmbH;49324;Melle;Osnabrück;HRB;919001\n'
            'Haupt Erdacht GmbH;49324;Melle;Charlottenburg (Berlin);HRB;919002 B\n'
        )
        job = self.preview(
            header + 'Gericht Erdacht GmbH;49324;Melle;Osnabrueck;HRB;919001\n'
            'Haupt Erdacht GmbH;49324;Melle;Berlin (Charlottenburg);HRB;919002 B\n'
            'Andere Erdacht GmbH;49324;Melle;OSNABRÜCK;HRB;919001\nNeu Erdacht GmbH;49324;Melle;Altötting;HRB;1234 MÖ\n'
        )
        self.assertEqual([row.category for row in job.row_ids], ['unchanged', 'unchanged', 'rejected', 'new'])
        self.assertIn("line 2", job.row_ids[2].reason)
        self.finish(job)
        self.assertEqual(self.registered('1234 MÖ').name, "Neu Erdacht GmbH")
        twin = self.env['res.partner'].create(
            {
                'name': "Zwilling",
                'is_company': True,
                'outreach_register_court': "Osnabrueck",
                'outreach_register_kind': 'HRB',
                'outreach_register_number': '919001',
            }
        )
        self.assertEqual(twin.outreach_register_twin_id.name, "Gericht Erdacht GmbH")

    def test_another_legal_form_or_seat_is_a_hint(self):
        header = 'firma;plz;ort;registergericht;registerart;registernummer\n'
        self.run_import(
            header
            + ''.join(
                f'{name};49324;Melle;Osnabrück;{entry}\n'
                for name, entry in (
                    ("Neuform Erdacht e.K.", 'HRA;919101'),
                    ("Umzug Erdacht GmbH", 'HRB;919102'),
                    ("Zwei Erdacht GmbH", 'HRB;919103'),
                    ("Bleibt Erdacht GmbH", 'HRB;919104'),
                )
            )
        )
        job = self.preview(
            header + 'Neuform Erdacht GmbH;49324;Melle;Osnabrück;HRB;919201\nUmzug Erdacht GmbH;49324;Melle;Münster;HRB;919202\n'
            'Zwei Erdacht GmbH & Co. KG;49324;Melle;Osnabrück;HRA;919203\n'
            'Bleibt Erdacht GmbH;49324;Melle;Osnabrück;HRB;919104\nBleibt Erdacht UG;49324;Melle;Osnabrück;HRB;919204\n'
        )
        self.assertEqual([row.category for row in job.row_ids], ['duplicate', 'duplicate', 'new', 'unchanged', 'new'])
        self.assertEqual(job.row_ids[:2].mapped('partner_id.name'), ["Neuform Erdacht e.K.", "Umzug Erdacht GmbH"])
        self.assertIn("legal form changed", job.row_ids[0].reason)
        job.row_ids[0].decision = 'link'
        job.row_ids[1].decision = 'create'
        self.finish(job)
        self.assertEqual((job.created_count, job.updated_count), (3, 1))
        self.assertEqual((self.registered(919201).name, self.registered(919101, 'HRA').ids), ("Neuform Erdacht GmbH", []))
        self.assertTrue(self.registered(919102))

    # -- sites --

    SITES = 'Firma;Straße;PLZ;Ort;Registergericht;Registerart;Registernummer;USt-IdNr.;W-IdNr.;Betriebsnummer;Telefon\n'
    FIRST = 'Kette Erdacht GmbH - Werk Melle;Weg 1;49324;Melle;Osnabrück;HRB;919301;;;29720865;\n'
    SECOND = 'Kette Erdacht GmbH - Werk Bramsche;Weg 2;49565;Bramsche;Osnabrück;HRB;919301;;;34567892;\n'

    def test_a_second_plant_is_asked_about(self):
        """The same register entry with another Betriebsnummer: nothing is written over the first plant without a person's word."""
        self.run_import(self.SITES + self.FIRST)
        first = self.registered(919301)
        for decision in ('skip', 'create', 'site', 'link'):
            with self.subTest(decision=decision), self.env.cr.savepoint() as savepoint:
                job = self.preview(self.SITES + self.SECOND)
                self.assertEqual((self.counts(job), job.row_ids.partner_id, job.row_ids.decision), ({'duplicate': 1}, first, 'skip'))
                self.assertIn("site", job.row_ids.reason)
                job.row_ids.decision = decision
                self.finish(job)
                self.assertEqual(first.name, "Kette Erdacht GmbH - Werk " + ("Bramsche" if decision == 'link' else "Melle"))
                self.assertEqual(len(self.registered(919301)), 2 if decision == 'create' else 1, "both can exist")
                site = first.outreach_site_ids
                self.assertEqual(len(site), decision == 'site')
                if site:
                    self.assertEqual(
                        (site.city, site.outreach_betriebsnummer, site.outreach_register_number), ("Bramsche", '34567892', False)
                    )
                    self.assertEqual((site.outreach_municipality_id, job.row_ids.result), (self.bramsche, 'created'))
                if decision in ('create', 'site'):
                    # from now on each is known, and asked about no more
                    self.assertEqual(self.counts(self.preview(self.SITES + self.FIRST + self.SECOND)), {'unchanged': 2})
                    job = self.preview(self.SITES + self.SECOND.replace(';\n', ';05461 77\n'))
                    self.assertEqual(self.counts(job), {'changed': 1})
                    self.finish(job)
                    self.assertFalse(first.phone)
                    self.assertEqual((self.registered(919301) - first | site).phone, '05461 77')
                savepoint.rollback()

    def test_two_plants_in_one_file(self):
        job = self.preview(self.SITES + self.FIRST + self.SECOND)
        self.assertEqual(self.counts(job), {'new': 1, 'duplicate': 1})
        self.assertEqual((job.row_ids[1].match_line, job.row_ids[1].partner_id.ids), (2, []))
        self.assertIn("Line 2", job.row_ids[1].reason)
        job.row_ids[1].action_decide_site()
        self.finish(job)
        company = self.registered(919301)
        self.assertEqual((company.city, company.outreach_site_ids.city), ("Melle", "Bramsche"))
        self.assertEqual(job.row_ids.mapped('result'), ['created', 'created'])
        # the same plant twice is no question
        job = self.preview(self.SITES + self.FIRST + self.FIRST)
        self.assertEqual(self.counts(job), {'unchanged': 1, 'rejected': 1})

    def test_a_site_without_its_company_is_held_back(self):
        content = self.SITES + ';;;;Osnabrück;HRB;919301;;;;\n' + self.FIRST + self.SECOND
        job = self.preview(content)
        site = job.row_ids[2]
        self.assertEqual((job.row_ids[0].category, site.match_line), ('rejected', 3))
        site.action_decide_site()
        job.action_import()
        # as if the step with the company had failed
        self.env.cr.execute(
            "UPDATE outreach_company_import_row SET category = 'rejected', result = 'failed' WHERE id = %s", [job.row_ids[1].id]
        )
        self.env.invalidate_all()
        job.action_import_step()
        self.assertEqual((site.result, site.decision, site.category), ('held', 'skip', 'duplicate'))
        self.assertIn("line 3", site.reason)
        self.assertFalse(self.registered(919301))

    def test_name_and_address_of_another_plant(self):
        """Without a Betriebsnummer another name at another address is asked about; one of both is a change of the company."""
        header = 'firma;straße;plz;ort;registergericht;registerart;registernummer\n'
        self.run_import(header + 'Kette Erdacht GmbH;Weg 1;49324;Melle;Osnabrück;HRB;919302\n')
        for row, category in (
            ('Kette Erdacht Werk Nord;Weg 2;49565;Bramsche', 'duplicate'),
            ('Kette Erdacht Halle 2;Weg 9;49324;Melle', 'duplicate'),
            ('Ganz Neu GmbH;Weg 1;49324;Melle', 'changed'),
            ('Kette Erdacht AG;Weg 2;49565;Bramsche', 'changed'),
            ('Ganz Neu GmbH;;;', 'changed'),
        ):
            with self.subTest(row=row):
                self.assertEqual(self.preview(f'{header}{row};Osnabrück;HRB;919302\n').row_ids.category, category)

    def test_a_plant_made_after_the_preview(self):
        """Another import created the first plant meanwhile: the second one is held back, and written over nothing."""
        job = self.preview(self.SITES + self.SECOND)
        self.assertEqual(self.counts(job), {'new': 1})
        self.run_import(self.SITES + self.FIRST)
        self.finish(job)
        self.assertEqual((job.row_ids.result, job.row_ids.category), ('held', 'duplicate'))
        self.assertEqual(self.registered(919301).city, "Melle")

    def test_numbers_are_keys(self):
        company = self.env['res.partner'].create(
            {'name': "Ganz Anders", 'is_company': True, 'outreach_business_number': 'DE136695976', 'city': "Melle"}
        )
        site = self.env['res.partner'].create(
            {
                'name': "Werk Nord",
                'parent_id': company.id,
                'type': 'site',
                'outreach_betriebsnummer': '29720865',
                'outreach_business_number': 'DE136695976-00002',
            }
        )
        for numbers, found in (
            (';;29720865', site),
            (';DE 136695976-00002;', site),
            (';DE136695976-00003;', company),
            (';DE136695976;', company),
            ('DE136695976;;', company),
            ('DE136695976;;29720865', site),
        ):
            with self.subTest(numbers=numbers):
                job = self.preview(f'firma;ust-id;wirtschafts-id;betriebsnummer\nNeuer Name GmbH;{numbers}\n')
                self.assertEqual((self.counts(job), job.row_ids.partner_id), ({'duplicate': 1}, found))
        job.row_ids.action_decide_link()
        self.finish(job)
        self.assertEqual((site.name, company.name), ("Neuer Name GmbH", "Ganz Anders"))
        company.write({'outreach_business_number': False, 'vat': 'DE136695976'})
        job = self.preview('firma;wirtschafts-id\nNeuer Name GmbH;DE136695976-00003\n')
        self.assertEqual(job.row_ids.partner_id, company, "the VAT number has the same digits")
        job = self.preview('firma;wirtschafts-id\nNeuer Name GmbH;DE136695978-00003\n')
        self.assertIn("business identification number", job.row_ids.reason)

    def test_a_site_by_its_name(self):
        site = self.env['res.partner'].create(
            {'name': "Hofkäserei Erdacht", 'parent_id': self.company.id, 'type': 'site', 'zip': '49324', 'city': "Melle"}
        )
        job = self.preview('firma;plz;ort\nHofkäserei Erdacht GmbH;49324;Melle\n')
        self.assertEqual((self.counts(job), job.row_ids.partner_id), ({'duplicate': 1}, site))

    def test_sites_only_of_companies_that_one_may_change(self):
        self.run_import(self.SITES + self.FIRST)
        job = self.preview(self.SITES + self.SECOND)
        job.row_ids.action_decide_site()
        self.env['ir.rule'].create(
            {
                'name': "Test",
                'model_id': self.env['ir.model']._get_id('res.partner'),
                'domain_force': [('id', '!=', self.registered(919301).id)],
                'perm_read': False,
            }
        )
        self.finish(job)
        self.assertEqual((job.row_ids.result, job.row_ids.category), ('failed', 'rejected'))
        self.assertFalse(self.registered(919301).outreach_site_ids)

    def test_an_industry_is_never_its_neighbour(self):
        Industry = self.env['outreach.industry']
        ids = {industry.code: industry for industry in Industry.search([('version', '=', '2008')])}
        for code, parent in (
            ('25.1', '25'),
            ('25.11', '25.1'),
            ('25.11.0', '25.11'),
            ('43.2', '43'),
            ('43.21', '43.2'),
            ('43.21.0', '43.21'),
            ('81.1', '81'),
            ('81.10', '81.1'),
            ('08.1', '08'),
            ('08.11', '08.1'),
            ('08.11.0', '08.11'),
        ):
            if code not in ids:
                ids[code] = Industry.create({'name': code, 'code': code, 'version': '2008', 'parent_id': ids[parent].id})
        cells = {
            'WZ08-43210': '43.21.0',
            '43210': '43.21.0',
            'C 25.11': '25.11',
            '"25,11"': '25.11',
            '4321': '43.21',
            '25.11.0': '25.11.0',
            '8.11': '08.11',
            'C25.11.0 Beispielbau': '25.11.0',
            'C': 'C',
            # two codes, another section, another edition, a word, a date, a code that there is not
            '8110': False,
            'F 25.11': False,
            'WZ 2025 25.11': False,
            'C Beispiel': False,
            'E-Commerce': False,
            '2026-11-01': False,
            '25.99.7': False,
        }
        job = self.preview('firma,plz,ort,WZ 2008\n' + ''.join(f'{number} Zweig,49324,Melle,{cell}\n' for number, cell in enumerate(cells)))
        rows = job.row_ids.sorted('line')
        found = (Industry.browse(row.vals.get('outreach_industry_id')).code for row in rows)
        self.assertEqual(dict(zip(cells, found, strict=True)), cells)
        self.assertEqual(rows.mapped('has_remark'), [not code for code in cells.values()])

    def test_an_optional_cell_keeps_no_company_out(self):
        columns = (
            'ust-idnr',
            'betriebsnummer',
            'registernummer',
            'registergericht',
            'registerart',
            'status',
            'website',
            'telefon',
            'straße',
        )
        for text in ('-', 'k.A.', 'keine', 'unbekannt'):
            job = self.preview(f"firma;plz;ort;{';'.join(columns)}\nNichts {text} Wert GmbH;49324;Melle{(';' + text) * len(columns)}\n")
            self.assertEqual((self.counts(job), job.remark_count), ({'new': 1}, 0), text)
            self.assertEqual(set(job.row_ids.vals), {'name', 'city', 'zip', 'outreach_company'})
        job = self.preview(
            'firma;plz;ort;beschäftigte;ags;betriebsnummer;status\nGröße Null;49324;Melle;0;;;\n'
            'Größe Neun;49324;Melle;4-9;1;0;in Liquidation\n'
            'Größe Zwölfhundert;49324;Melle;1,200;;;\n'
        )
        self.assertEqual(self.counts(job), {'new': 3})
        self.assertEqual(job.row_ids.mapped('column_names'), ['beschäftigte', 'ags, status, betriebsnummer', False])
        self.finish(job)
        self.assertEqual(
            dict(self.partners.search([('name', 'like', "Größe ")]).mapped(lambda company: (company.name, company.outreach_size_class))),
            {"Größe Null": False, "Größe Neun": '1_9', "Größe Zwölfhundert": '250_plus'},
        )

    def test_words_of_columns_in_german(self):
        """They stand where no translation is at hand, with the columns."""
        job = self.upload('firma,plz\nWortlaut GmbH,c/o\n').with_context(lang='de_DE')
        job.action_preview()
        self.assertEqual(job.row_ids.reason, "„c/o“ ist keine Postleitzahl. Die Zelle wird ausgelassen.")
        self.assertEqual(job._get_column_label('size_class'), "Größenklasse oder Beschäftigte")
        bad = self.upload('ort\nMelle\n').with_context(lang='de_DE')
        bad.action_preview()
        self.assertIn("Keine Spalte", bad.problem)

    def test_rejected_rows_as_csv(self):
        job = self.preview((DATA / 'companies_bad.csv').read_bytes())
        content = base64.b64decode(job.rejected_file)
        rows = list(csv.reader(io.StringIO(content.decode('utf-8-sig')), delimiter=';'))
        self.assertEqual(rows[0][:3], ['name', 'plz', 'ort'])
        self.assertEqual(rows[0][-3:], ['Line', 'Column', 'Reason'])
        self.assertEqual(len(rows), 1 + job.rejected_count)
        self.assertEqual(rows[1][-3:], ['3', 'name', "The name is missing."])
        open_quote = next(row for row in rows if row[-3] == '10')
        self.assertEqual(open_quote[0], '', "what cannot be split must not come back as a name")
        self.assertIn('"Offen GmbH,49565', open_quote[-1])
        evil = next(row for row in rows if row[-3] == '13')
        self.assertEqual(evil[0], '\'=HYPERLINK("http://evil.example")', "a spreadsheet must not run it")
        self.assertEqual(job.rejected_file_name, 'companies_rejected.csv')
        # corrected, the same file can come back with its three columns more
        corrected = content.decode('utf-8-sig').replace(';0910001;', ';0910021;')
        again = self.preview(corrected)
        self.assertEqual([row.name for row in again.row_ids if row.category == 'new'][:2], ["Doppelt GmbH", "Breit GmbH"])

    def test_a_company_that_cannot_be_written(self):
        """One refused company is reported, the others go in."""
        self.run_import(self.generate(3, 770000))
        blocked = self.registered(770001)
        self.env['res.users'].create({'name': "Linked", 'login': 'linked', 'partner_id': blocked.id})
        content = self.generate(3, 770000).replace('currently registered', 'removed')
        job = self.run_import(content)
        # a contact that is an active user cannot be archived (core)
        failed = job.row_ids.filtered(lambda row: row.result == 'failed')
        self.assertEqual((failed.partner_id.ids, len(failed), failed.category), ([], 1, 'rejected'))
        self.assertIn("archive", failed.reason)
        self.assertTrue(blocked.active)
        self.assertEqual(sorted(self.registered(770000 + i).active for i in (0, 2)), [False, False])

    # -- files that cannot be read --

    @mute_logger('odoo.tools.mimetypes.guess_mimetype')
    def test_unreadable_files(self):
        cases = {
            'empty': (b'', 'a.csv'),
            'blank': (b'\n \n', 'a.csv'),
            'binary': (bytes(range(1, 32)) * 20, 'a.csv'),
            'pdf': (b'%PDF-1.7 ...', 'a.csv'),
            'png': (b'\x89PNG\r\n\x1a\n' + b'\0' * 50, 'a.png'),
            'zip': (b'PK\x03\x04' + b'x' * 100, 'a.zip'),
            'xlsx that is none': (b'PK\x03\x04' + b'x' * 100, 'a.xlsx'),
            'xls that is none': (b'\xd0\xcf\x11\xe0' + b'x' * 100, 'a.xls'),
            'ods that is none': (b'PK\x03\x04' + b'x' * 100, 'a.ods'),
            'html': (b'<html><table><tr><td>name</td></tr></table>', 'a.xls'),
            'header only': (b'name,ort\n', 'a.csv'),
            'zero byte': (b'name,ort\nA,B\nC\0,D\n', 'a.csv'),
            'late zero byte': (b'name,ort\n' + b'A,B\n' * 2000 + b'C\0,D\n', 'a.csv'),
            'no name column': (b'ort,plz\nMelle,49324\n', 'a.csv'),
            'header with an open quote': (b'"name,ort\nA,B\n', 'a.csv'),
            'broken utf-16': (b'\xff\xfen\0a\0m\0e\0\n\0A\0\0\xd8B\0\n\0', 'a.csv'),
        }
        before = self.partners.search_count([])
        for title, (content, name) in cases.items():
            with self.subTest(title):
                if not content:
                    job = self.upload(b'x', name)
                    job.file = base64.b64encode(b' ')
                    self.env.cr.execute(
                        SQL("UPDATE ir_attachment SET file_size = 0 WHERE res_model = 'outreach.company.import' AND res_id = %s", job.id)
                    )
                    self.env.invalidate_all()
                    job.action_preview()
                else:
                    job = self.preview(content, name)
                self.assertEqual(job.state, 'draft')
                self.assertTrue(job.problem)
                self.assertFalse(job.row_ids)
                with self.assertRaises(UserError):
                    job.action_import()
        self.assertEqual(self.partners.search_count([]), before)

    def test_limits(self):
        with patch.object(company_file, 'MAX_BYTES', 100):
            self.assertIn("larger", self.preview(HEADER + 'x' * 200).problem)
        with patch.object(company_file, 'MAX_ROWS', 5):
            job = self.preview(self.generate(6))
            self.assertIn("more than 5 rows", job.problem)
            self.assertFalse(job.row_ids)
        self.assertIn("Line 2 has more than 1000000 characters", self.preview(HEADER + 'x' * 1_000_001).problem)
        self.assertIn("more than 1000 columns", self.preview(','.join(f'a{n}' for n in range(1001)) + '\nb\n').problem)
        self.assertIn("A cell has more than 32767 characters", self.preview('name,' + 'x' * 40_000 + '\nb,c\n').problem)
        job = self.preview(f'Name,Ort\nGut GmbH,Melle\nLang GmbH,{"x" * 40_000}\nBreit GmbH{",a" * 1500}\nAuch Gut GmbH,Melle\n')
        self.assertEqual(job.row_ids.sorted('line').mapped('category'), ['new', 'rejected', 'rejected', 'new'])
        reasons = job.row_ids.sorted('line').mapped('reason')
        self.assertIn("more than 32767 characters", reasons[1])
        self.assertIn("more than 1000 columns", reasons[2])
        self.assertLess(max(len(str(row.cells)) for row in job.row_ids), 250_000, "little is kept of what is too much")

    def test_encodings_and_delimiters(self):
        text = 'Name;Ort\nMöbel Größe GmbH;Bad Laer\n'
        for encoding in ('utf-8', 'utf-8-sig', 'utf-16', 'cp1252', 'latin-1'):
            for delimiter in ';,\t|':
                with self.subTest(encoding=encoding, delimiter=delimiter):
                    job = self.preview(text.replace(';', delimiter).encode(encoding))
                    self.assertEqual(job.row_ids.name, "Möbel Größe GmbH")
        for encoding in ('cp850', 'mac-roman'):
            job = self.preview(text.replace('\n', '\r' if encoding == 'mac-roman' else '\r\n').encode(encoding))
            self.assertEqual((job.row_ids.name, job.detected), ("Möbel Größe GmbH", f"CSV · {encoding} · Semicolon · headings in line 1"))
        # wrong guess, corrected by the user: nothing but a small letter at the beginning of a word
        text = 'Name;Ort\nöTest GmbH;Bad Laer\n'
        job = self.preview(text.encode('cp850'))
        self.assertNotEqual(job.row_ids.name, "öTest GmbH")
        job.encoding = 'cp850'
        self.assertEqual((job.state, job.row_ids.ids), ('draft', []), "the old preview is void")
        job.action_preview()
        self.assertEqual(job.row_ids.name, "öTest GmbH")
        job.delimiter = ','
        job.action_preview()
        self.assertIn("name", job.problem)

    def test_broken_characters_reject_the_row_only(self):
        job = self.preview('name;ort\nMöbel;Melle\nGlück;Melle\nKäse;Melle\n'.encode().replace('Glück'.encode(), b'Gl\xfcck'))
        self.assertEqual({row.line: row.category for row in job.row_ids}, {2: 'new', 3: 'rejected', 4: 'new'})

    def test_mapping_corrected(self):
        job = self.preview('Kunde,Ort\nMuster GmbH,Melle\n')
        self.assertIn("No column", job.problem)
        self.assertEqual(job.column_ids.mapped('target'), [False, 'city'])
        job.write({'column_ids': [Command.update(job.column_ids[0].id, {'target': 'name'})]})
        job.action_preview()
        self.assertEqual((job.state, job.row_ids.name), ('preview', "Muster GmbH"))
        job.write({'column_ids': [Command.update(job.column_ids[1].id, {'target': 'name'})]})
        self.assertEqual(job.state, 'draft')
        with self.assertRaises(UserError):
            job.action_preview()

    def test_spreadsheets(self):
        import openpyxl

        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(['Firma', 'PLZ', 'Ort', 'Registergericht', 'Registerart', 'Registernummer'])
        sheet.append(["Tabelle GmbH", 49324, "Melle", "Osnabrück", 'HRB', 960001])
        sheet.append([])
        sheet.append([None, 49324, "Melle", "Osnabrück", 'HRB', 960002])
        out = io.BytesIO()
        book.save(out)
        job = self.preview(out.getvalue(), 'a.xlsx')
        self.assertEqual([(row.line, row.category) for row in job.row_ids], [(2, 'new'), (4, 'rejected')])
        self.finish(job)
        self.assertEqual(self.registered(960001).zip, '49324')

    def test_headings_below_a_title(self):
        """They are found, the preview says where, and the line can be changed."""
        content = 'Liste der Betriebe, Stand 2026;;;\n;;;\nFirma;Telefon;Telefon;PLZ/Ort\nTitel Erdacht GmbH;05422 1;0171;49324 Melle\n'
        job = self.preview(content)
        self.assertFalse(job.problem)
        self.assertIn("headings in line 3", job.detected)
        self.assertEqual(job.row_ids.line, 4)
        self.assertEqual(
            job.row_ids.vals, {'name': "Titel Erdacht GmbH", 'phone': '05422 1', 'zip': '49324', 'city': "Melle", 'outreach_company': True}
        )
        self.assertEqual(job.ignored_columns, "Telefon (2)")
        job.header_line = 1
        self.assertEqual((job.state, job.row_ids.ids), ('draft', []), "the old preview is void")
        job.action_preview()
        self.assertIn("No column holds the company's name", job.problem)
        job.header_line = 2
        job.action_preview()
        self.assertIn("Line 2 is empty", job.problem)
        job.header_line = 3
        job.action_preview()
        self.assertEqual((job.state, job.row_ids.name), ('preview', "Titel Erdacht GmbH"))

    def test_the_sheet_with_the_headings(self):
        import openpyxl

        book = openpyxl.Workbook()
        book.active.title = "Hinweise"
        book.active.append(["Hinweise zur Datei"])
        for title, company in (("Firmen", "Erstes Blatt GmbH"), ("Alte", "Zweites Blatt GmbH")):
            sheet = book.create_sheet(title)
            sheet.append(["Firma", "Anschrift"])
            sheet.append([company, "49324 Melle, Weg 1"])
        out = io.BytesIO()
        book.save(out)
        job = self.preview(out.getvalue(), 'a.xlsx')
        self.assertEqual((job.detected, job.sheet_names), ("XLSX · sheet “Firmen” · headings in line 1", "1 Hinweise, 2 Firmen, 3 Alte"))
        self.assertEqual(job.row_ids.name, "Erstes Blatt GmbH")
        self.assertEqual([job.row_ids.vals[name] for name in ('street', 'zip', 'city')], ["Weg 1", '49324', "Melle"])
        job.sheet = '3'
        job.action_preview()
        self.assertEqual(job.row_ids.name, "Zweites Blatt GmbH")
        job.sheet = '9'
        job.action_preview()
        self.assertIn("3 sheets, not 9", job.problem)

    def test_ods(self):
        import zipfile

        cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
        row = '<table:table-row>{}</table:table-row>'
        uri = 'urn:oasis:names:tc:opendocument:xmlns'
        spaces = ' '.join(f'xmlns:{name}="{uri}:{name}:1.0"' for name in ('office', 'table', 'text'))
        content = (
            f'<?xml version="1.0"?><office:document-content {spaces}>'
            '<office:body><office:spreadsheet><table:table table:name="S">'
            + row.format(cell.format('Firma') + cell.format('Ort'))
            + '<table:table-row table:number-rows-repeated="3">'
            '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
            + row.format(cell.format('Blatt<text:line-break/>&amp;<text:s/>Co') + cell.format('Melle'))
            + '</table:table></office:spreadsheet></office:body></office:document-content>'
        )
        out = io.BytesIO()
        with zipfile.ZipFile(out, 'w') as archive:
            archive.writestr('mimetype', 'application/vnd.oasis.opendocument.spreadsheet')
            archive.writestr('content.xml', content)
        job = self.preview(out.getvalue(), 'a.ods')
        self.assertEqual((job.row_ids.line, job.row_ids.name), (5, "Blatt & Co"))

    # -- progress --

    def test_interrupted_import_goes_on(self):
        with patch.object(import_module, 'BATCH', 4), patch.object(import_module, 'STEP_SECONDS', 0):
            job = self.preview(self.generate(10))
            job.action_import()
            self.assertEqual(job.action_import_step(), {'done': 4, 'remaining': 6, 'busy': False})
            self.assertEqual((job.state, job.created_count), ('importing', 4))
            # the next step breaks down: its transaction is rolled back, what was written before stays
            with (
                self.assertRaises(ZeroDivisionError),
                self.env.cr.savepoint(),
                patch.object(CompanyMatcher, 'insert', side_effect=ZeroDivisionError),
            ):
                job.action_import_step()
            self.env.invalidate_all()
            self.assertEqual((job.state, job.created_count), ('importing', 4))
            self.finish(job)
        self.assertEqual((job.state, job.created_count), ('done', 10))
        self.assertEqual(self.partners.search_count([('name', 'like', "Betrieb 7000")]), 10)

    def test_imported_file_cannot_be_exchanged(self):
        job = self.run_import(self.generate(2))
        with self.assertRaises(UserError):
            job.file = base64.b64encode(b'name\nOther\n')
        with self.assertRaises(UserError):
            job.action_preview()

    def test_counters_open_what_they_count(self):
        job = self.preview((DATA / 'companies_bad.csv').read_bytes())
        for counter in job._get_row_conditions():
            action = job.with_context(counter=counter).action_open_rows()
            self.assertEqual(self.env[action['res_model']].search_count(action['domain']), job[counter], counter)
        self.finish(job)
        action = job.action_open_companies()
        self.assertEqual(self.partners.search_count(action['domain']), 7)

    def test_municipality_to_be_assigned(self):
        job = self.run_import('name,plz,ort\nUnklar GmbH,49577,\nKlar GmbH,49324,Melle\n')
        self.assertEqual(job.to_assign_count, 1)
        self.assertEqual(self.partners.search(job.action_open_to_assign()['domain']).name, "Unklar GmbH")

    def test_old_imports_are_forgotten(self):
        job = self.preview(self.generate(2))
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE outreach_company_import SET write_date = now() - interval '31 days' WHERE id = %s", job.id))
        self.env.invalidate_all()
        self.env['outreach.company.import']._gc_imports()
        self.assertFalse(job.exists())
        self.assertFalse(
            self.env['ir.attachment'].sudo().search([('res_model', '=', job._name), ('res_id', '=', job.id), ('res_field', '=', 'file')])
        )

    # -- rights --

    def test_roles(self):
        job = self.preview(self.generate(2))
        menu = self.env.ref(f'{MODULE}.outreach_company_import_menu')
        for role in (*ROLES, 'internal', 'portal'):
            user = getattr(self, f'user_{role}')
            allowed = role == 'manager'
            with self.subTest(role):
                for model in ('outreach.company.import', 'outreach.company.import.row', 'outreach.company.import.column'):
                    self.assertEqual(self.env[model].with_user(user).has_access('read'), allowed)
                if role != 'portal':
                    self.assertEqual(menu.id in self.env['ir.ui.menu'].with_user(user)._visible_menu_ids(), allowed)
                if not allowed:
                    with self.assertRaises(AccessError):
                        self.env['outreach.company.import'].with_user(user).create({'file': base64.b64encode(b'name\nA\n')})
                    for method in ('action_preview', 'action_import', 'action_import_step', 'action_open_companies'):
                        with self.assertRaises(AccessError):
                            getattr(job.with_user(user), method)()

    def test_own_imports_only(self):
        job = self.preview(self.generate(2))
        other = self.create_user('manager_two', f'{MODULE}.group_outreach_manager')
        self.assertFalse(self.env['outreach.company.import'].with_user(other).search([('id', '=', job.id)]))
        with self.assertRaises(AccessError):
            job.with_user(other).action_import()
        attachment = (
            self.env['ir.attachment'].sudo().search([('res_model', '=', job._name), ('res_id', '=', job.id), ('res_field', '=', 'file')])
        )
        self.assertEqual(len(attachment), 1)
        for user in (other, self.user_econ, self.user_internal):
            with self.assertRaises(AccessError):
                attachment.with_user(user).read(['raw'])
        with self.assertRaises(AccessError):
            self.env['outreach.company.import.row'].with_user(other).browse(job.row_ids.ids).read(['name'])

    def test_rows_cannot_be_forged(self):
        job = self.preview(HEADER + 'A GmbH,,49324,Melle,,,Osnabrück,HRB,970001,,,\n')
        with self.assertRaises(AccessError):
            job.row_ids.write({'vals': {'name': "Forged"}})
        with self.assertRaises(UserError, msg="the row is not a duplicate"):
            job.row_ids.decision = 'link'
        self.env.cr.execute(
            SQL(
                "UPDATE outreach_company_import_row SET vals = vals || '{\"credit_limit\": 1, \"company_id\": 1}' WHERE import_id = %s",
                job.id,
            )
        )
        self.env.invalidate_all()
        self.finish(job)
        self.assertFalse(self.registered(970001).company_id)

    # -- the real register --

    def test_real_register(self):
        register = 'shared/data/companies/offeneregister_osnabrueck_2018-19.csv'
        path = next((folder / register for folder in Path(file_path(MODULE)).parents if (folder / register).exists()), None)
        if path is None:
            self.skipTest(f"the register file is not there: {register} beside the checkout")
        content = path.read_bytes()
        job = self.preview(content, path.name)
        self.assertEqual(self.counts(job), {'new': 1030})
        self.finish(job)
        self.assertEqual((job.created_count, job.rejected_count), (1030, 0))
        companies = self.partners.browse(job.row_ids.partner_id.ids)
        self.assertEqual(len(companies), 1030)
        self.assertEqual(len(companies.filtered('active')), 800)
        names = {row['register_number']: row['name'] for row in csv.DictReader(io.StringIO(content.decode('utf-8-sig')))}
        self.assertEqual(f'"{self.registered(15736).name}"', names['15736'], "a quoting that is not the name's own")
        self.assertEqual(self.registered(50).name, names['50'])
        self.assertIn('"', names['50'])
        self.assertEqual(len(companies.filtered(lambda c: c.outreach_municipality_status == 'outside')), 391)
        self.assertEqual(len(companies.filtered('outreach_municipality_id')), 639)
        for company in companies.filtered('outreach_municipality_id'):
            self.assertEqual(company.outreach_municipality_id.ags, company.outreach_ags)
        again = self.preview(content, path.name)
        self.assertEqual(self.counts(again), {'unchanged': 1030})
        self.finish(again)
        self.assertEqual((again.created_count, again.updated_count), (0, 0))
