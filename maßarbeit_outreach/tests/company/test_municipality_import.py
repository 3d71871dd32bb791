import base64
import io
import zipfile

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import users
from odoo.tools import mute_logger

from ...tools.base.municipality import Directory
from ..common import OutreachCommon
from . import municipality_files as files


class MunicipalityImportCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Import = cls.env['outreach.municipality.import']
        cls.Municipality = cls.env['outreach.municipality'].with_context(active_test=False)

    @classmethod
    def upload(cls, content, name='gv100ad.txt', user=None, **values):
        job = cls.Import.with_user(user or cls.user_manager).create({'file': base64.b64encode(content), 'file_name': name, **values})
        job.action_read()
        return job

    @classmethod
    def preview(cls, content, county=files.COUNTY, postcodes=None, **options):
        job = cls.upload(content, **options)
        job.county_id = job.county_ids.filtered(lambda one: one.key == county)
        if postcodes:
            job.write({'postcode_file': base64.b64encode(postcodes), 'postcode_file_name': 'plz.csv'})
        job.action_preview()
        return job

    @classmethod
    def run_import(cls, *args, **kwargs):
        job = cls.preview(*args, **kwargs)
        job.action_import()
        return job

    @classmethod
    def place(cls, name):
        return cls.Municipality.search([('name', '=', name), ('ags', '=like', '1509%')])

    def counts(self, job):
        return (job.new_count, job.changed_count, job.unchanged_count, job.gone_count)


class TestMunicipalityImport(MunicipalityImportCommon):
    def test_from_nothing(self):
        """Any county, both editions; a second time nothing changes, and the spreadsheet adds the coordinates."""
        company = self.env['res.partner'].create(
            {'name': "Test Early", 'is_company': True, 'outreach_company': True, 'zip': '01990', 'city': "Musterstadt"}
        )
        self.assertEqual(company.outreach_municipality_status, 'outside')
        job = self.preview(files.fixed(files.musterland(), encoding='cp850'))
        self.assertEqual((job.state, self.counts(job), job.problem), ('preview', (4, 0, 0, 0), False))
        self.assertFalse(self.place("Musterstadt"), "a preview writes nothing")
        self.assertIn("Without coordinates: 4.", job.remarks)
        self.assertIn("With more postcodes than the list gives: 1.", job.remarks)
        job.action_import()
        self.assertEqual(job.state, 'done')
        town, member = self.place("Musterstadt"), self.place("Übungshausen am Großen Wald")
        self.assertEqual(
            (town.ags, town.ars, town.kind, town.county, town.population, town.postcodes, town.latitude),
            ('15099001', '150990001001', 'town', "Musterland", 20000, '01990', 0),
        )
        self.assertEqual(
            (member.kind, member.association, member.association_kind), ('member_municipality', "Probeland", 'verbandsgemeinde')
        )
        self.assertEqual(str(town.as_of), '2025-12-31')
        self.assertFalse(self.place("Nebenstadt"), "the neighbour was not asked for")
        self.assertEqual((company.outreach_municipality_id, company.outreach_municipality_status), (town, 'assigned'))
        self.assertEqual(job.placed_count, 1)

        again = self.run_import(files.fixed(files.musterland()))
        self.assertEqual(self.counts(again), (0, 0, 4, 0))
        job = self.run_import(files.spreadsheet(files.musterland(), lose_zeros=True), name='GV.xlsx')
        self.assertEqual(self.counts(job), (0, 4, 0, 0))
        line = job.listed_line_ids.filtered(lambda line: line.name == "Musterstadt")
        self.assertEqual(line.changes, "Latitude: – → 52.100000; Longitude: – → 11.600000")
        self.assertEqual((town.latitude, town.longitude), (52.1, 11.6))
        back = self.run_import(files.fixed(files.musterland()))
        self.assertEqual(self.counts(back), (0, 0, 4, 0), "an edition without coordinates leaves them")
        self.assertEqual(town.latitude, 52.1)

    def test_postcodes(self):
        """A postcode that leaves the county places nobody alone; those filled in by hand stay, those of a table replace."""
        self.run_import(files.fixed(files.musterland()))
        town, market = self.place("Musterstadt"), self.place("Beispielau")
        self.assertEqual((market.postcodes, market.shared_postcodes), ('01997', '01997'))
        self.assertEqual(self.resolve('01997', ''), (False, 'to_assign'))
        self.assertEqual(self.resolve('01997', "Beispielau"), (market, 'assigned'))
        self.assertEqual(self.resolve('01995', ''), (False, 'to_assign'), "it serves two")
        self.assertEqual(self.resolve('01995', "Probedorf"), (self.place("Probedorf (Heide)"), 'assigned'))
        self.assertEqual(self.resolve('', "Übungshausen a.G.W."), (self.place("Übungshausen am Großen Wald"), 'assigned'))
        self.assertEqual(self.resolve('', "Beispielau b. Musterland"), (market, 'assigned'))

        town.postcodes = '01990 01991'
        self.run_import(files.fixed(files.musterland()))
        self.assertEqual(town.postcodes, '01990 01991')
        table = b'AGS;PLZ\n15099001;01990\n15099001;01992\n15098001;01992\n15099004;1993\n'
        job = self.run_import(files.fixed(files.musterland()), postcodes=table)
        self.assertEqual((town.postcodes, town.shared_postcodes, market.postcodes), ('01990 01992', '01992', '01993 01997'))
        self.assertNotIn("more postcodes", job.remarks or '')
        self.run_import(files.fixed(files.musterland()))
        self.assertEqual((town.postcodes, town.shared_postcodes), ('01990 01992', '01992'), "the list alone does not know better")

    def resolve(self, postcode, town):
        company = self.env['res.partner'].create({'name': "Test Address", 'is_company': True, 'zip': postcode, 'city': town})
        return company.outreach_municipality_id or False, company.outreach_municipality_status

    def test_area_changes(self):
        """Merged municipalities stay as history: archived with their successor, and all that is linked keeps its link."""
        self.run_import(files.spreadsheet(files.musterland()))
        village, market = self.place("Probedorf (Heide)"), self.place("Beispielau")
        self.company.write({'zip': '01995', 'city': "Probedorf"})
        self.assertEqual(self.company.outreach_municipality_id, village)
        visit = self.create_visit(stage='done')
        pool = self.env['outreach.pool'].create({'name': "Test Pool", 'association': "Probeland"})
        other = self.Municipality.search([('ags', '=like', '03459%'), ('active', '=', True)])

        job = self.preview(files.spreadsheet(files.musterland_later(), day='31.12.2027'))
        self.assertEqual(self.counts(job), (1, 1, 1, 2))
        self.assertEqual(job.gone_line_ids.mapped('name'), ["Probedorf (Heide)", "Übungshausen am Großen Wald"])
        self.assertEqual(set(job.gone_line_ids.successor_line_id.mapped('name')), {"Probehausen"})
        self.assertEqual(job.gone_line_ids[0].company_count, 1)
        self.assertIn("Test Pool", job.remarks)
        self.assertIn("AGS: 15099004 → 15099014", job.listed_line_ids.filtered(lambda line: line.change == 'changed').changes)
        job.gone_line_ids[1].successor_line_id = False
        job.action_import()

        union = self.place("Probehausen")
        self.assertEqual((village.active, village.successor_id, market.ags, market.active), (False, union, '15099014', True))
        self.assertFalse(self.place("Übungshausen am Großen Wald").successor_id)
        self.assertEqual((self.company.outreach_municipality_id, visit.municipality_id), (village, village))
        self.assertEqual(union.company_count, 1)
        self.assertEqual(self.env['res.partner'].search(union.action_view_companies()['domain']), self.company)
        self.assertEqual(self.resolve('', "Probedorf"), (False, 'to_assign'))
        self.assertEqual(self.resolve('01995', "Probedorf"), (union, 'assigned'), "old names lead to the successor")
        self.assertEqual(self.Municipality.search([('ags', '=like', '03459%'), ('active', '=', True)]), other)
        self.assertEqual(pool.association, "Probeland")

        places = {
            place['id']: place
            for place in self.Municipality.with_user(self.user_econ).with_context(active_test=True).get_county_map('all')['places']
        }
        self.assertNotIn(village.id, places)
        self.assertEqual((places[union.id]['visits'], places[union.id]['companies']), (1, 1))
        action = self.Municipality.with_user(self.user_econ).get_county_map_action('visits', 'all', union.id)
        self.assertEqual(self.env['outreach.visit'].search(action['domain']), visit)

        self.assertEqual(self.counts(self.run_import(files.spreadsheet(files.musterland_later(), day='31.12.2027'))), (0, 0, 3, 0))
        older = self.preview(files.spreadsheet(files.musterland()))
        self.assertIn("a newer one, dated 12/31/2027", older.remarks)
        self.assertIn("Archived, and left so: Probedorf (Heide)", older.remarks)

    def test_gone_is_kept(self):
        self.run_import(files.fixed(files.musterland()))
        job = self.preview(files.fixed(files.musterland_later(), day='20271231'))
        job.gone_line_ids.is_kept = True
        job.action_import()
        self.assertTrue(all(self.place("Probedorf (Heide)").mapped('active')))

    def test_county_that_is_no_more(self):
        """A county that its state no longer has: its municipalities move to the one that took them over."""
        self.run_import(files.fixed(files.musterland()))
        town = self.place("Musterstadt")
        records = [{**one, 'county': '15097' if one['county'] == files.COUNTY else one['county']} for one in files.musterland()]
        self.assertEqual(self.counts(self.preview(files.fixed(records), county='15097')), (4, 0, 0, 0), "the list may be cut off")
        behind = [files.record('40', '44', '16099', "Other"), files.record('60', '64', '16099', "Otherdorf", '0001', '001', 1, '01067')]
        self.assertEqual(self.counts(self.preview(files.fixed(behind), county='16099')), (1, 0, 0, 0), "of another state it tells nothing")
        job = self.preview(files.fixed(records + behind), county='15097')
        self.assertEqual(self.counts(job), (0, 4, 0, 0))
        job.action_import()
        self.assertEqual(town.ags, '15097001')

    def test_association_gets_another_name(self):
        self.run_import(files.fixed(files.musterland()))
        pool = self.env['outreach.pool'].create({'name': "Test Pool", 'association': "Probeland"})
        records = [{**one, 'name': "Neu-Probeland" if one['name'] == "Probeland" else one['name']} for one in files.musterland()]
        self.run_import(files.fixed(records))
        self.assertEqual(pool.association, "Neu-Probeland")

    def test_changed_meanwhile(self):
        self.run_import(files.fixed(files.musterland()))
        job = self.preview(files.fixed(files.musterland_later()))
        self.place("Musterstadt").population = 5
        job.action_import()
        self.assertEqual((job.state, self.counts(job)), ('preview', (1, 2, 0, 2)))
        self.assertIn("changed in the meantime", job.problem)
        self.assertTrue(self.place("Probedorf (Heide)").active)
        job.action_import()
        self.assertEqual((job.state, self.place("Musterstadt").population), ('done', 20000))

    def test_which_county(self):
        job = self.upload(files.fixed(files.musterland()))
        self.assertEqual(job.county_ids.mapped('display_name'), ["15098 Gegenüber (Landkreis)", "15099 Musterland (Landkreis)"])
        self.assertFalse(job.county_id, "which one nobody knows yet")
        with self.assertRaisesRegex(UserError, "Choose the county first"):
            job.action_preview()
        self.assertEqual(job.county_ids.name_search('musterl')[0][1], "15099 Musterland (Landkreis)")
        self.assertEqual(job.county_ids.name_search('15098')[0][1], "15098 Gegenüber (Landkreis)")
        self.run_import(files.fixed(files.musterland()))
        self.assertEqual(self.upload(files.fixed(files.musterland())).county_id.key, files.COUNTY, "the one that is there")

    def test_files_that_cannot_be_used(self):
        good = files.fixed(files.musterland())
        crowd = io.BytesIO()
        with zipfile.ZipFile(crowd, 'w') as archive:
            for number in range(501):
                archive.writestr(f'{number}.txt', 'x')
        for content, name, text in (
            (b'', 'a.txt', "The file is empty."),
            (b'%PDF-1.7', 'a.txt', "This is a PDF file."),
            (b'name;ort\nA;B\n', 'a.csv', "This is not a list of municipalities."),
            (b'ags;plz\n15099001;01990\n', 'a.csv', "This is a table of postcodes."),
            (good[:1482], 'a.txt', "Line 7: The line ends too early."),
            (good.replace(b'01990', b'ABCDE'), 'a.txt', "Line 7: “ABCDE” does not belong there."),
            (b'PK\x03\x04broken', 'GV.xlsx', "The XLSX file is damaged"),
            (b'PK\x03\x04broken', 'GV.zip', "damaged"),
            (crowd.getvalue(), 'GV.zip', "more than 500 files"),
            (
                files.spreadsheet([*files.musterland(), files.musterland()[-2]]),
                'GV.xlsx',
                "Line 20: The municipality 15099004 is already in line 18.",
            ),
        ):
            job = self.upload(content, name)
            with self.subTest(text=text):
                self.assertEqual(job.state, 'draft')
                self.assertIn(text, job.problem)
        job = self.upload(good)
        self.assertEqual((job.state, job.problem), ('county', False))
        job.county_id = job.county_ids[1]
        job.postcode_file = base64.b64encode(b'AGS;PLZ\n15099001;1\n')
        job.action_preview()
        self.assertEqual((job.state, job.problem), ('county', "Line 2, column “PLZ”: “1” does not belong there."))
        job.file = base64.b64encode(b'x')
        self.assertEqual((job.state, job.county_ids.ids, job.content), ('draft', [], False))
        with self.assertRaisesRegex(UserError, "Open the preview first"):
            job.action_import()

    @users('test_econ', 'test_job', 'test_migration', 'test_immigration', 'test_helper', 'test_dpo', 'test_internal', 'test_portal')
    def test_not_for(self):
        with self.assertRaises(AccessError):
            self.env['outreach.municipality.import'].create({'file': base64.b64encode(files.fixed(files.musterland()))})

    def test_administrator_without_other_roles(self):
        """Who may import may read what came of it; another person's import is not theirs."""
        admin = self.create_user('plain_admin', 'base.group_system')
        job = self.run_import(files.fixed(files.musterland()), user=admin)
        self.assertEqual(job.state, 'done')
        self.assertEqual(len(self.Municipality.with_user(admin).search([('ags', '=like', '15099%')])), 4)
        self.assertEqual(job.action_view_municipalities()['res_model'], 'outreach.municipality')
        with self.assertRaises(AccessError):
            job.with_user(self.user_manager).action_preview()
        with self.assertRaises(AccessError):
            job.line_ids.with_user(self.user_manager).read(['name'])

    def test_successor_has_to_be_of_the_list(self):
        self.run_import(files.fixed(files.musterland()))
        job = self.preview(files.fixed(files.musterland_later()))
        for wrong in (job.gone_line_ids[1], self.preview(files.fixed(files.musterland())).line_ids[0]):
            with self.assertRaises(ValidationError):
                job.gone_line_ids[0].successor_line_id = wrong


class TestMunicipality(MunicipalityImportCommon):
    def test_successor(self):
        first, second, third = self.Municipality.create(
            [{'name': f"Test Place {number}", 'ags': f'1509900{number}', 'active': number == 3} for number in (1, 2, 3)]
        )
        first.successor_id, second.successor_id = second, third
        self.assertEqual(self.Municipality._get_successors(), {first.id: third.id, second.id: third.id})
        self.assertEqual(third._with_predecessors(), first | second | third)
        with self.assertRaisesRegex(ValidationError, "part of itself"):
            second.successor_id = first
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.cr.savepoint():
            second.active = True
            self.env.flush_all()

    def test_nothing_is_known_yet(self):
        """Without a directory no company is said to be outside."""
        self.patch(type(self.env['outreach.municipality']), '_get_directory', lambda model: Directory([]))
        company = self.env['res.partner'].create({'name': "Test Somewhere", 'is_company': True, 'zip': '49565', 'city': "Bramsche"})
        self.assertEqual((company.outreach_municipality_id.id, company.outreach_municipality_status), (False, False))
