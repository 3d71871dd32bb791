"""Catalogue import: files that are no catalogue change nothing and say where and why; and who may upload any."""

import zipfile
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged, users
from odoo.tools import mute_logger

from ...tools.catalogue import catalogue_file
from ..common import MODULE, AsciiCookieMixin
from .test_catalogue_import import DATA, ESCO, ESCO_FILES, CatalogueImportCommon, zipped

OCCUPATIONS = 'occupations_de.csv'


def replace(old, new, count=-1):
    def change(text):
        assert old in text, old
        return text.replace(old, new, count)

    return change


class TestBrokenFiles(CatalogueImportCommon):
    def assertRefused(self, files, *expected):
        """The preview says all of `expected`, and nothing is written."""
        before = self.snapshot()
        job = self.preview(files)
        self.assertEqual(job.state, 'draft')
        for text in expected:
            self.assertIn(text, job.problem)
        self.assertFalse(job.table_ids)
        with self.assertRaises(UserError):
            job.action_import()
        self.assertEqual(self.snapshot(), before)

    def assertChangeRefused(self, stem, change, *expected):
        """As above, with one file of ESCO changed."""
        files = self.files(*ESCO_FILES, **{stem: change})
        self.assertRefused({'esco.zip': zipped(files)}, f'{stem}.csv', *expected)

    def test_good_files(self):
        """The precondition of all others."""
        self.assertFalse(self.preview({'esco.zip': zipped(self.files(*ESCO_FILES))}).problem)

    def test_zip(self):
        good = zipped(self.files(*ESCO_FILES))
        self.assertRefused({'esco.zip': good[: len(good) // 2]}, "esco.zip", "cut off")
        broken = bytearray(good)
        start = good.index(b'occupations_de.csv') + 40
        broken[start : start + 40] = b'x' * 40
        self.assertRefused({'esco.zip': bytes(broken)}, "esco.zip", "damaged")
        self.assertRefused({'esco.zip': zipped({'readme.pdf': b'%PDF'})}, "no CSV file")
        self.assertRefused({'esco.zip': b'PK\x03\x04'}, "esco.zip", "cut off")
        with patch.object(catalogue_file, 'MAX_UNPACKED_BYTES', 4000):
            self.assertRefused({'esco.zip': good}, "More than 0 MB")
        with patch.object(catalogue_file, 'MAX_BYTES', 1000):
            self.assertRefused({'bomb.zip': zipped({OCCUPATIONS: b'a' * 100_000})}, "occupations_de.csv", "More than 0 MB")

    def test_zip_that_lies_about_its_size(self):
        """What is unpacked is never more than what was announced and checked."""
        content = bytearray(zipped({OCCUPATIONS: b'a,b\n' * 50_000}))
        real, told = (200_000).to_bytes(4, 'little'), (100).to_bytes(4, 'little')
        self.assertIn(real, bytes(content))
        self.assertRefused({'esco.zip': bytes(content).replace(real, told)}, "damaged")

    def test_no_table(self):
        self.assertRefused({}, "no CSV file")
        self.assertRefused({OCCUPATIONS: b''}, "occupations_de.csv", "The file is empty")
        self.assertRefused({OCCUPATIONS: b'\n\n'}, "occupations_de.csv", "The file is empty")
        self.assertRefused({OCCUPATIONS: b'%PDF-1.7'}, "PDF")
        self.assertRefused({OCCUPATIONS: b'\x89PNG\r\n'}, "PNG")
        self.assertRefused({'esco.xlsx': zipped({'xl/a.xml': b''})}, "XLSX")
        self.assertRefused({OCCUPATIONS: (DATA / OCCUPATIONS).read_bytes().splitlines()[0]}, "no rows below")
        self.assertRefused({'people.csv': b'name,age\nA,1\n'}, "people.csv", "No file of a catalogue")

    def test_headings_below_a_title(self):
        """As the official files of KldB and WZ have them."""
        for name in ('kldb2010_v2020.csv', 'wz2008.csv'):
            text = (DATA / name).read_bytes()
            delimiter = b';' if b';' in text.splitlines()[0] else b','
            above = [b'"Klassifikation"', b'"(in der amtlichen Fassung)"', b'', b'"Copyright:"', b'"Stand:"', b'']
            self.assertFalse(self.preview({name: b'\r\n'.join(line + delimiter * 2 for line in above) + b'\r\n' + text}).problem, name)

    def test_limits(self):
        text = (DATA / OCCUPATIONS).read_bytes()
        self.assertRefused({OCCUPATIONS: text + b'x' * 1_000_001}, OCCUPATIONS, "more than 1000000 characters")
        self.assertRefused({OCCUPATIONS: text + b'x' * 40_000}, OCCUPATIONS, "A cell has more than 32767 characters")
        self.assertRefused({OCCUPATIONS: text + b',' + b'a,' * 1500}, OCCUPATIONS, "more than 1000 columns")

    def test_encoding(self):
        """ESCO is UTF-8; where a file was saved otherwise, the first broken place is named."""
        latin = (DATA / OCCUPATIONS).read_bytes().decode().encode('cp1252')
        self.assertRefused({OCCUPATIONS: latin}, "occupations_de.csv", "line 2", "column “preferredLabel”", "UTF-8")
        place = (DATA / OCCUPATIONS).read_bytes().index('Fügt feine'.encode()) + 2
        content = (DATA / OCCUPATIONS).read_bytes()
        self.assertRefused({OCCUPATIONS: content[:place] + content[place + 1 :]}, "line 5", "column “description”")
        self.assertRefused({OCCUPATIONS: content[:300] + b'\0' + content[300:]}, "zero bytes")
        self.assertFalse(self.preview({'wz2008.csv': (DATA / 'wz2008.csv').read_text('utf-8').encode('cp1252')}).problem)

    def test_swapped(self):
        content = (DATA / 'skills_de.csv').read_bytes()
        self.assertRefused({OCCUPATIONS: content}, "occupations_de.csv", "“ESCO occupations”", "“ESCO skills”", "swapped")
        self.assertRefused({'skills_de.csv': (DATA / OCCUPATIONS).read_bytes()}, "swapped")
        self.assertRefused({'wz2008.csv': (DATA / 'wz2025.csv').read_bytes()}, "“WZ 2008”", "“WZ 2025”")
        self.assertRefused({'occupations_en.csv': (DATA / OCCUPATIONS).read_bytes()}, "Only German")
        self.assertFalse(self.preview({'anything.csv': (DATA / OCCUPATIONS).read_bytes()}).problem, "the content tells")

    def test_twice(self):
        self.assertRefused({'a.csv': (DATA / OCCUPATIONS).read_bytes(), 'b.csv': (DATA / OCCUPATIONS).read_bytes()}, "is there twice")

    def test_columns(self):
        self.assertChangeRefused('occupations_de', replace('iscoGroup', 'isco'), "lacks the column", "isco")
        self.assertChangeRefused('occupations_de', replace(',7212.1.1\n', ',7212.1.1,more\n'), "line 5", "15 cells", "14 columns")
        self.assertChangeRefused('skills_de', replace('Kennt die Feuchte.', 'Kennt.\nNur,zwei'), "line 5", "2 cells")
        self.assertChangeRefused('occupations_de', replace('"Wolkenschubser', 'x"Wolkenschubser"y', 1), "line 6")

    def test_order_of_columns(self):
        """Columns come by their header, whatever their order."""

        def turn(text):
            rows = list(catalogue_file.company_file.read_csv(iter(text.splitlines(keepends=True))))
            return '\n'.join(','.join(f'"{cell}"' for cell in reversed(row.cells)) for row in rows)

        self.run_import(self.files(*ESCO_FILES))
        before = self.snapshot()
        self.run_import(self.files(*ESCO_FILES, occupations_de=turn, skills_de=turn))
        self.assertEqual(self.snapshot(), before)

    def test_values(self):
        self.assertChangeRefused(
            'occupations_de',
            replace(f'{ESCO}/occupation/test-wolke', 'test-wolke'),
            "line 6",
            "column “conceptUri”",
            "“test-wolke” does not belong there",
        )
        self.assertChangeRefused('occupations_de', replace(',8111,Wolken', ',,Wolken'), "column “iscoGroup”", "missing")
        self.assertChangeRefused('ISCOGroups_de', replace(',72,', ',7x,'), "line 7", "column “code”")
        self.assertChangeRefused(
            'occupationSkillRelations_de', replace('optional', 'sometimes', 1), "line 4", "column “relationType”", "“sometimes”"
        )
        self.assertChangeRefused(
            'broaderRelationsOccPillar_de',
            replace(f'Occupation,{ESCO}/occupation/test-nebel,', 'Occupation,,'),
            "line 3",
            "column “conceptUri”",
            "missing",
        )
        self.assertRefused(
            self.files('dkz_occupation_to_esco.csv', dkz_occupation_to_esco=replace('broadMatch', 'matches', 1)),
            "line 3",
            "column “relation”",
        )
        self.assertRefused(self.files('wz2008.csv', wz2008=replace('86.10.1', '86-10')), "line 6", "column “code”")
        self.assertRefused(
            self.files('wz2008.csv', wz2008=replace('86,Q,Nebelgewinnung', '87,Q,Nebelgewinnung', 1)), "line 4", "column “parent”"
        )
        self.assertRefused({'wz.csv': b'code,title,parent\nA,Alles,\n01,Mehr,A\n'}, "cannot be told")
        kldb = (DATA / 'kldb2010_v2020.csv').read_bytes()
        self.assertRefused({'kldb2010.csv': kldb.replace(b'29992;5', b'299921;5')}, "line 11", "“299921”")
        self.assertRefused({'kldb2010.csv': b'code,level,parent,title\n1,1,,A\n12,2,3,B\n'}, "line 3", "column “parent”")

    def test_contradiction(self):
        """The same row twice is counted; the same concept twice with other values is an error."""
        self.assertChangeRefused(
            'occupations_de',
            replace('Packt Licht in Kisten.,0110.1', 'Packt.,0110.1', 1),
            "line 10",
            "“http://data.europa.eu/esco/occupation/test-licht” is in line 9 already",
        )
        self.assertChangeRefused('occupations_de', replace(',8111.1', ',7212.1'), "column “code”", "“7212.1” is in line 2 already")
        self.assertRefused(self.files('wz2008.csv', wz2008=replace('86.10.2', '86.10.1')), "line 7", "line 6 already")
        kldb = (DATA / 'kldb2010_v2020.csv').read_bytes()
        self.assertRefused({'kldb2010.csv': kldb.replace(b'29993;5', b'29992;5')}, "“29992” is in line 11 already")

    def test_cycle(self):
        self.assertChangeRefused(
            'broaderRelationsOccPillar_de',
            replace(
                f'{ESCO}/occupation/test-nebel,,ISCOGroup,{ESCO}/isco/C7212',
                f'{ESCO}/occupation/test-nebel,,Occupation,{ESCO}/occupation/test-nebel-fein',
            ),
            "circle",
        )
        self.assertChangeRefused(
            'broaderRelationsSkillPillar_de',
            replace(
                f'{ESCO}/skill/test-schieben,,,{ESCO}/skill/test-group-s1', f'{ESCO}/skill/test-schieben,,,{ESCO}/skill/test-schieben-leise'
            ),
            "circle",
        )
        self.assertChangeRefused(
            'skillsHierarchy_de', lambda text: text + (f'{ESCO}/skill/test-group-s1,,{ESCO}/skill/test-group-s\n'), "circle"
        )
        self.assertRefused(self.files('wz2008.csv', wz2008=replace('86,2,Q,', '86,2,86.1,')), "circle")

    def test_cycle_with_what_was_there(self):
        self.run_import(self.files(*ESCO_FILES))
        group = self.env['outreach.skill.group'].search([('code', '=', 'X')])
        self.env['outreach.skill.group'].create({'name': "Own", 'code': 'own', 'parent_id': group.id})
        self.env.cr.execute(
            "UPDATE outreach_skill_group SET parent_id = (SELECT id FROM outreach_skill_group WHERE code = 'own') WHERE code = 'X'"
        )
        self.assertRefused(self.files('skillGroups_de.csv'), "circle")

    def test_unknown_references(self):
        """A relation to what nobody knows is counted and left out: an older file would be worth nothing otherwise."""
        job = self.run_import(self.files(*ESCO_FILES, occupationSkillRelations_de=replace('skill/test-fuegen', 'skill/test-nowhere', 1)))
        self.assertIn("1 skills of occupations name a concept", job.remarks)
        self.assertEqual(len(self.esco('nebel').skill_ids), 2)

    def test_no_label(self):
        """A concept that was never translated does not spoil the whole."""
        job = self.run_import(self.files(*ESCO_FILES, skills_de=replace(',Feuchtelehre,', ',,')))
        self.assertIn("1 skills have no label", job.remarks)
        self.assertFalse(self.skill('feucht'))

    def test_repaired(self):
        job = self.preview({OCCUPATIONS: b'no'})
        self.assertTrue(job.problem)
        attachment = self.upload(self.files(*ESCO_FILES)).attachment_ids
        with self.assertRaises(AccessError):
            job.attachment_ids = attachment
        new = (
            self.env['ir.attachment']
            .with_user(self.user_manager)
            .create({'name': OCCUPATIONS, 'raw': (DATA / OCCUPATIONS).read_bytes(), 'res_model': job._name, 'res_id': 0})
        )
        job.attachment_ids = new
        self.assertEqual((job.state, job.problem), ('draft', False))
        job.action_preview()
        self.assertEqual(job.state, 'preview')


class TestCatalogueImportAccess(CatalogueImportCommon):
    @users('test_econ', 'test_job', 'test_migration', 'test_immigration', 'test_helper', 'test_dpo', 'test_internal', 'test_portal')
    @mute_logger('odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule', 'odoo.models')
    def test_others(self):
        job = self.preview(self.files(OCCUPATIONS))
        self.assertEqual(job.state, 'preview')
        model = self.env[job._name]
        for method, *args in (
            ('read', ['name']),
            ('action_preview',),
            ('action_import',),
            ('get_progress',),
            ('action_open_demands',),
            ('write', {'attachment_ids': []}),
            ('unlink',),
        ):
            with self.assertRaises(AccessError, msg=method):
                call_kw(model, method, [job.ids, *args], {})
        with self.assertRaises(AccessError):
            model.create({})
        attachment = job.sudo().attachment_ids.with_user(self.env.user)
        for fields in (['raw'], ['datas'], ['name']):
            with self.assertRaises(AccessError):
                attachment.read(fields)
        self.assertFalse(attachment.search([('id', 'in', attachment.ids)]))
        self.assertEqual(job.state, 'preview')

    def test_system_administrator(self):
        """Somebody who runs the system and has nothing else to do with outreach."""
        user = self.create_user('system', 'base.group_system')
        job = self.upload(self.files(*ESCO_FILES), user=user)
        job.action_preview()
        self.assertEqual((job.problem, job.create_uid), (False, user))
        job.action_import()
        self.assertEqual(job.state, 'done')
        views = job.get_views([(self.env.ref(f'{MODULE}.outreach_catalogue_import_view_form').id, 'form')])
        self.assertNotIn('demand_ids', views['views']['form']['arch'])
        menus = self.env['ir.ui.menu'].with_user(user).load_menus(False)
        self.assertIn(self.env.ref(f'{MODULE}.outreach_catalogue_import_menu').id, menus)

    @mute_logger('odoo.addons.base.models.ir_model')
    def test_only_files_are_chosen(self):
        job = self.preview(self.files(OCCUPATIONS))
        for values in ({'state': 'done'}, {'problem': "x"}, {'name': "x"}, {'table_ids': [(5,)]}, {'done_by_id': 1}):
            with self.assertRaises(AccessError, msg=str(values)):
                job.write(values)
            with self.assertRaises(AccessError, msg=str(values)):
                self.Import.create(values)
        for records in (job.table_ids, self.env['outreach.catalogue.link'].with_user(self.user_manager)):
            with self.assertRaises(AccessError):
                records.create({})
        for method in ('_run', '_settle', '_import_paths', '_take_turn', '_open_files'):
            with self.assertRaises(AccessError, msg=method):
                call_kw(job.browse(), method, [job.ids], {})

    def test_files_of_others(self):
        """No import reads what its user could not, or what belongs to another record."""
        foreign = (
            self.env['ir.attachment']
            .with_user(self.user_econ)
            .create({'name': OCCUPATIONS, 'raw': b'secret', 'res_model': self.Import._name, 'res_id': 0})
        )
        elsewhere = self.env['ir.attachment'].create(
            {'name': OCCUPATIONS, 'raw': b'secret', 'res_model': 'res.partner', 'res_id': self.company.id}
        )
        loose = self.env['ir.attachment'].with_user(self.user_manager).create({'name': OCCUPATIONS, 'raw': b'x'})
        url = (
            self.env['ir.attachment']
            .with_user(self.user_manager)
            .create({'name': OCCUPATIONS, 'type': 'url', 'url': 'file:///etc/passwd', 'res_model': self.Import._name, 'res_id': 0})
        )
        for attachment in (foreign, elsewhere, loose, url):
            with self.assertRaises(AccessError):
                self.Import.create({'attachment_ids': attachment.ids})

    def test_history_stays(self):
        job = self.run_import(self.files(*ESCO_FILES))
        for refused in (job.unlink, job.action_preview, job.action_import, lambda: job.write({'attachment_ids': [(5,)]})):
            with self.assertRaises(UserError):
                refused()
        self.preview(self.files(OCCUPATIONS)).unlink()
        self.env.flush_all()
        self.env.cr.execute("UPDATE outreach_catalogue_import SET write_date = now() - interval '40 days'")
        self.env.invalidate_all()
        draft = self.upload(self.files(OCCUPATIONS))
        self.env['outreach.catalogue.import']._gc_files()
        self.assertTrue(job.exists() and draft.exists())
        self.assertFalse(job.attachment_ids)
        self.assertTrue(draft.attachment_ids)

    def test_demands_of_another_organisation(self):
        self.run_import(self.files(*ESCO_FILES))
        self.create_demand(occupation_id=self.esco('nebel').id)
        job = self.preview(self.files(OCCUPATIONS, occupations_de=replace('Nebelschweißer/Nebelschweißerin', 'Nebelfüger')))
        self.assertEqual(len(job.demand_ids), 1)
        elsewhere = self.env['res.company'].create({'name': "Test County Elsewhere"})
        stranger = self.create_user('stranger', f'{MODULE}.group_outreach_manager')
        stranger.write({'company_ids': [(6, 0, elsewhere.ids)], 'company_id': elsewhere.id})
        self.assertFalse(job.with_user(stranger).demand_ids)

    def test_progress(self):
        job = self.upload(self.files(OCCUPATIONS))
        self.assertFalse(job.get_progress()['running'])
        progress = self.env['outreach.catalogue.import.progress']
        with patch.object(self.env.registry, 'cursor', self.env.registry.cursor), self.enter_registry_test_mode():
            progress._report(job.id, 'reading', 30, "a.csv")
            progress._report(job.id, 'comparing', 60)
        self.assertEqual(job.get_progress(), {'running': True, 'phase': "Comparing", 'detail': '', 'percent': 60})
        self.env.cr.execute("UPDATE outreach_catalogue_import_progress SET at = at - interval '10 minutes'")
        self.env.invalidate_all()
        self.assertFalse(job.get_progress()['running'], "nobody believes it any more")


@tagged('post_install', '-at_install')
class TestCatalogueImportHttp(AsciiCookieMixin, CatalogueImportCommon, HttpCase):
    def test_file_is_private(self):
        job = self.preview(self.files(OCCUPATIONS))
        for role, status in (('econ', 404), ('internal', 404), ('portal', 404), ('manager', 200)):
            self.authenticate(f'test_{role}', f'test_{role}')
            answer = self.url_open(f'/web/content/{job.attachment_ids.id}')
            self.assertEqual(answer.status_code, status, role)


class TestZipEntries(CatalogueImportCommon):
    def test_only_tables(self):
        """Folders, hidden files and what a Mac adds are not read; a password is no riddle."""
        files = {f'ESCO/{name}': content for name, content in self.files(*ESCO_FILES).items()}
        files |= {'__MACOSX/ESCO/._occupations_de.csv': b'\0', 'ESCO/.hidden.csv': b'\0', 'ESCO/readme.pdf': b'%PDF'}
        self.assertFalse(self.preview({'esco.zip': zipped(files)}).problem)
        with patch.object(
            zipfile.ZipFile,
            'infolist',
            autospec=True,
            side_effect=lambda archive: [setattr(entry, 'flag_bits', 1) or entry for entry in archive.filelist],
        ):
            self.assertIn("password", self.preview({'esco.zip': zipped(self.files(OCCUPATIONS))}).problem)
