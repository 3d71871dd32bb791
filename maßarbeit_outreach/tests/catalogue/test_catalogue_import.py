"""Catalogue import: what the preview says, what the import writes, and what it leaves alone."""

import io
import zipfile
from pathlib import Path

from odoo.tools import SQL

from ..common import OutreachCommon

DATA = Path(__file__).parents[1] / 'data/catalogue'
ESCO = 'http://data.europa.eu/esco'
ESCO_FILES = [path.name for path in sorted(DATA.glob('*_de.csv'))]
TABLES = (
    'outreach_occupation',
    'outreach_skill',
    'outreach_isco_group',
    'outreach_skill_group',
    'outreach_industry',
    'outreach_label',
    'outreach_occupation_skill',
    'outreach_skill_relation',
    'outreach_occupation_mapping',
    'outreach_industry_crosswalk',
    'outreach_catalogue_link',
    'outreach_skill_outreach_skill_group_rel',
)


def zipped(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


class CatalogueImportCommon(OutreachCommon):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('de_DE')
        cls.Import = cls.env['outreach.catalogue.import'].with_user(cls.user_manager)
        cls.occupations = cls.env['outreach.occupation'].with_context(active_test=False, lang='de_DE')
        cls.skills = cls.env['outreach.skill'].with_context(active_test=False, lang='de_DE')
        cls.industries = cls.env['outreach.industry'].with_context(active_test=False, lang='de_DE')

    def files(self, *names, **changes):
        """The content of test files by name; `changes` are `name_without_extension=function(text)`."""
        files = {name: (DATA / name).read_bytes() for name in names}
        for stem, change in changes.items():
            name = f'{stem}.csv'
            files[name] = change(files[name].decode('utf-8')).encode()
        return files

    def upload(self, files, user=None):
        imports = self.Import.with_user(user or self.user_manager)
        attachments = imports.env['ir.attachment'].create(
            [{'name': name, 'raw': content, 'res_model': imports._name, 'res_id': 0} for name, content in files.items()]
        )
        return imports.create({'attachment_ids': attachments.ids})

    def preview(self, files):
        job = self.upload(files)
        job.action_preview()
        return job

    def run_import(self, files):
        job = self.preview(files)
        self.assertFalse(job.problem)
        self.assertEqual(job.action_import(), {'busy': False})
        self.assertFalse(job.problem)
        self.assertEqual(job.state, 'done')
        return job

    def counts(self, job):
        """{table: {what: count}}, without zeros and what is unchanged."""
        names = ('new', 'changed', 'obsolete', 'back', 'gone')
        found = {line.table: {name: line[f'{name}_count'] for name in names if line[f'{name}_count']} for line in job.table_ids}
        return {table: counts for table, counts in found.items() if counts}

    def snapshot(self):
        """All rows of the catalogues and where they are: a row that is written anew lies elsewhere."""
        self.env.flush_all()
        rows = {}
        for table in TABLES:
            self.env.cr.execute(SQL("SELECT ctid::text, t::text FROM %s t ORDER BY 2", SQL.identifier(table)))
            rows[table] = self.env.cr.fetchall()
        return rows

    def esco(self, name):
        return self.occupations.search([('uri', '=', f'{ESCO}/occupation/test-{name}')])

    def skill(self, name):
        return self.skills.search([('uri', '=', f'{ESCO}/skill/test-{name}')])

    def kldb(self, code):
        return self.occupations.search([('scheme', '=', 'kldb'), ('code', '=', code)])

    def labels(self, record):
        return {(label.name, label.kind, label.source) for label in record.label_ids}


class TestCatalogueImport(CatalogueImportCommon):
    def test_esco(self):
        job = self.run_import({'ESCO dataset - v1.2.0 - de - csv.zip': zipped(self.files(*ESCO_FILES))})
        self.assertEqual((job.version, job.source_names), ('1.2.0', "ESCO"))
        self.assertIn("This service uses the ESCO classification of the European Commission.", job.attribution)
        self.assertEqual((job.done_by_id, bool(job.done_at)), (self.user_manager, True))
        self.assertEqual(
            self.counts(job),
            {
                'esco': {'new': 4},
                'skill': {'new': 6},
                'isco_group': {'new': 12},
                'skill_group': {'new': 4},
                'label': {'new': 13},
                'occupation_skill': {'new': 7},
                'skill_relation': {'new': 3},
                'skill_in_group': {'new': 5},
            },
        )
        self.assertIn("1 rows are there twice", job.remarks)
        self.assertIn("1 skills are both essential and optional", job.remarks)
        occupation = self.esco('nebel')
        self.assertEqual(
            (occupation.name, occupation.code, occupation.is_regulated, occupation.isco_id.code),
            ("Nebelschweißer/Nebelschweißerin", '7212.1', False, '7212'),
        )
        self.assertEqual(occupation.with_context(lang='en_US').name, "Nebelschweißer/Nebelschweißerin")
        self.assertEqual(occupation.description, "Fügt Nebelbänke, auch bei Wind.")
        self.assertEqual(
            self.labels(occupation),
            {
                ("Nebelschweißer", 'alternative', 'esco'),
                ("Nebelschweißerin", 'alternative', 'esco'),
                ("Dunstschweißer", 'alternative', 'esco'),
                ("NebelschweißerIn", 'hidden', 'esco'),
            },
        )
        self.assertEqual(
            {(line.skill_id.name, line.need) for line in occupation.skill_ids},
            {("Nebel fügen", 'essential'), ("Feuchtelehre", 'essential'), ("Lunarisch sprechen", 'optional')},
        )
        fine = self.esco('nebel-fein')
        self.assertEqual((fine.broader_id, fine.is_regulated), (occupation, True))
        self.assertEqual(self.esco('licht').isco_main_id.code, '0')
        self.assertEqual(self.esco('licht').skill_ids.need, 'essential')
        skill = self.skill('fuegen')
        self.assertEqual(
            (skill.kind, skill.reuse_level, skill.group_id.code, skill.section_id.code), ('skill', 'sector-specific', 'X1', 'X')
        )
        self.assertEqual(skill.group_ids.mapped('code'), ['99', 'X1'])
        self.assertEqual({(line.related_id.name, line.kind) for line in skill.relation_ids}, {("Feuchtelehre", 'essential')})
        quiet = self.skill('schieben-leise')
        self.assertEqual((quiet.relation_ids.related_id, quiet.relation_ids.kind), (self.skill('schieben'), 'broader'))
        self.assertEqual((quiet.group_id.code, quiet.group_ids.ids), ('X1', []))
        language = self.skill('lunarisch')
        self.assertEqual((language.kind, language.description), ('language', "Spricht Lunarisch."))
        self.assertEqual(
            self.labels(language),
            {("Mondsprache sprechen", 'alternative', 'esco'), ("sich auf Lunarisch verständigen", 'alternative', 'esco')},
        )

    def test_kldb_official(self):
        """Leading zeros, BOM, semicolons; the starter catalogue's own titles stay as labels."""
        self.occupations.create({'code': '29992', 'name': "Nebelschweißer"})
        self.occupations.create({'code': '77777', 'name': "Nicht mehr da"})
        job = self.run_import(self.files('kldb2010_v2020.csv'))
        self.assertEqual(self.counts(job)['kldb'] | {'obsolete': 0}, {'new': 9, 'changed': 2, 'obsolete': 0})
        helper = self.kldb('01101')
        self.assertEqual(
            (helper.name, helper.requirement_level, helper.kldb_area_id.name, helper.parent_id.code),
            ("Lichtpackerei - Helfertätigkeiten", '1', "Lichtwesen", '0110'),
        )
        self.assertEqual(helper.description, "Packt, z. B. Licht.")
        self.assertEqual(
            self.labels(helper),
            {
                ("Lichtpackerei (Helfer)", 'alternative', 'kldb'),
                ("Lichtkistenhelfer/in", 'title', 'kldb'),
                ("Lichtpackhelfer/in", 'title', 'kldb'),
            },
        )
        skilled = self.kldb('29992')
        self.assertEqual((skilled.name, skilled.kldb_subgroup_id.code), ("Nebelschweißen - fachlich", '2999'))
        self.assertIn(("Nebelschweißer", 'alternative', 'own'), self.labels(skilled))
        gone = self.kldb('77777')
        self.assertEqual((gone.active, gone.is_obsolete), (False, True))

    def test_kldb_padded(self):
        text = (
            "code,level,parent,title,short_title,description\n0,1,,Lichtwesen,Licht,\n01,2,0,Lichtberufe,,\n"
            "011,3,01,Lichtpackerei,,\n0110,4,011,Lichtpackerei,,\n01101,5,0110,Helfer,,Packt.\n"
        )
        self.run_import({'kldb.csv': text.encode()})
        self.assertEqual(self.kldb('01101').kldb_group_id.code, '011')
        before = self.snapshot()
        without_level = ''.join(
            ','.join(cell for i, cell in enumerate(line.split(',')) if i not in (1, 2)) + '\n' for line in text.splitlines()
        )
        self.run_import({'kldb.csv': without_level.encode('cp1252')})
        self.assertEqual(self.snapshot(), before)
        lost = '\n'.join(line[1:] if line.startswith('01') else line for line in text.splitlines())
        self.run_import({'kldb.csv': lost.encode('utf-16')})
        self.assertEqual(self.snapshot(), before)

    def test_industries(self):
        self.run_import(self.files('wz2025_to_wz2008.csv'))  # before there is anything to refer to
        crosswalk = self.env['outreach.industry.crosswalk']
        self.assertFalse(crosswalk.search([]))
        named = self.industries.search([('version', '=', '2008'), ('code', '=', 'Q')])
        named.with_context(lang='fr_FR' if 'fr_FR' in self.env['res.lang'].get_installed() else 'en_US').name = "Health"
        job = self.run_import(self.files('wz2008.csv', 'wz2025.csv'))
        self.assertEqual(self.counts(job)['wz2025'], {'new': 8})
        self.assertEqual(self.counts(job)['crosswalk'], {'new': 3})
        self.assertEqual((named.name, named.with_context(lang='en_US').name), ("Nebelbau", "Health"))
        self.assertEqual(
            {(line.wz2008_id.code, line.wz2025_id.code, line.is_partial) for line in crosswalk.search([])},
            {('86.10.1', '86.10.1', False), ('86.10.2', '86.10.1', True), ('86.10.2', '86.10.9', True)},
        )
        late = self.industries.search([('version', '=', '2025'), ('code', '=', '86.10.9')])
        self.assertEqual((late.parent_id.code, late.section_id.code), ('86.10', 'R'))
        before = self.snapshot()
        # the file of the other direction says the same, without telling what is partial
        self.env.cr.execute("DELETE FROM outreach_catalogue_link")
        self.run_import(self.files('wz2008_to_wz2025.csv'))
        self.assertEqual(self.snapshot()['outreach_industry_crosswalk'], before['outreach_industry_crosswalk'])

    def test_order_does_not_matter(self):
        """Each of the three catalogues first, and the same comes out; ids aside."""
        parts = [ESCO_FILES, ['kldb2010_v2020.csv'], ['dkz_occupation_to_esco.csv']]
        results = []
        for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)):
            with self.env.cr.savepoint() as savepoint:
                for index in order:
                    job = self.run_import(self.files(*parts[index]))
                    if index == 2 and order[0] == 2:
                        self.assertIn("not in the catalogue (yet)", job.remarks)
                nebel, fine = self.esco('nebel'), self.esco('nebel-fein')
                self.assertEqual((nebel.parent_id.code, nebel.requirement_level, nebel.kldb_area_id.code), ('29992', '2', '2'))
                self.assertEqual(fine.parent_id.code, '29993', "equally strong: the one with more titles")
                self.assertFalse(self.esco('wolke').parent_id)
                results.append(
                    {
                        occupation.code: (
                            occupation.parent_id.code,
                            self.labels(occupation),
                            {(line.kldb_id.code, line.relation) for line in occupation.mapping_ids},
                        )
                        for occupation in nebel + fine + self.esco('licht') + self.kldb('29992') + self.kldb('01101')
                    }
                )
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertTrue(all(result == results[0] for result in results[1:]), results)
        self.assertIn(("Nebelschweißer/in", 'title', 'mapping'), results[0]['7212.1'][1])
        self.assertNotIn("Feinnebelspezialist/in", {name for name, *_ in results[0]['7212.1.1'][1]}, "a broad match is no label")
        self.assertIn(("Nebelschweißer/in", 'title', 'kldb'), results[0]['29992'][1], "the classification itself counts first")

    def test_again_writes_nothing(self):
        everything = self.files(*(path.name for path in DATA.glob('*.csv')))
        self.run_import(everything)
        before = self.snapshot()
        job = self.preview(everything)
        self.assertEqual(self.counts(job), {})
        job.action_import()
        self.assertEqual(job.state, 'done')
        self.assertEqual(self.snapshot(), before)

    def test_preview_writes_nothing(self):
        before = self.snapshot()
        job = self.preview(self.files(*(path.name for path in DATA.glob('*.csv'))))
        self.assertEqual((job.state, bool(job.new_count)), ('preview', True))
        self.assertEqual(self.snapshot(), before)

    def test_computed_as_by_the_orm(self):
        self.run_import(self.files(*(path.name for path in DATA.glob('*.csv'))))
        for model, names in (
            (
                'outreach.occupation',
                ['requirement_level', 'kldb_area_id', 'kldb_main_group_id', 'kldb_group_id', 'kldb_subgroup_id', 'kldb_id'],
            ),
            ('outreach.isco.group', ['main_id']),
            ('outreach.skill.group', ['section_id']),
            ('outreach.industry', ['section_id', 'division_id']),
        ):
            records = self.env[model].with_context(active_test=False).search([])
            self.assertGreater(len(records), 3)
            before = {record.id: (record.parent_path, *(record[name] for name in names)) for record in records}
            table = SQL.identifier(records._table)
            self.env.cr.execute(
                SQL("UPDATE %s SET parent_path = '', %s", table, SQL(', ').join(SQL("%s = NULL", SQL.identifier(name)) for name in names))
            )
            self.env.invalidate_all()
            for name in names:
                self.env.add_to_compute(records._fields[name], records)
            self.env.flush_all()
            records._parent_store_compute()
            self.env.invalidate_all()
            self.assertEqual({record.id: (record.parent_path, *(record[name] for name in names)) for record in records}, before)

    def test_author_and_date(self):
        self.run_import(self.files(*ESCO_FILES))
        occupation = self.esco('wolke')
        self.assertEqual((occupation.create_uid, occupation.write_uid), (self.user_manager,) * 2)
        self.env.cr.execute("UPDATE outreach_occupation SET write_date = '2020-01-01', write_uid = 1")
        self.run_import(self.files(*ESCO_FILES, occupations_de=lambda text: text.replace("Bewegt Wolken.", "Bewegt auch Zirren.")))
        self.env.invalidate_all()
        self.assertEqual((occupation.write_uid, occupation.description), (self.user_manager, "Bewegt auch Zirren."))
        self.assertEqual(self.esco('nebel').write_date.year, 2020)


class TestCatalogueImportUpdate(CatalogueImportCommon):
    """A second version over the first one, and what people made of it meanwhile."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        common = cls('setUp')
        common.run_import(common.files(*ESCO_FILES, 'kldb2010_v2020.csv', 'dkz_occupation_to_esco.csv'))

    def without(self, word):
        return lambda text: '\n'.join(line for line in text.splitlines() if word not in line) + '\n'

    def test_retired_and_back(self):
        occupation = self.esco('wolke')
        demand = self.create_demand(occupation_id=occupation.id)
        complete = self.files(*ESCO_FILES)
        less = self.files(
            *ESCO_FILES,
            occupations_de=lambda text: text.replace(
                text[text.index(f'Occupation,{ESCO}/occupation/test-wolke') : text.index(f'Occupation,{ESCO}/occupation/test-licht')], ''
            ),
        )
        job = self.run_import(less)
        self.assertEqual(self.counts(job), {'esco': {'obsolete': 1}})
        self.assertEqual((occupation.active, occupation.is_obsolete, demand.occupation_id), (False, True, occupation))
        self.assertTrue(occupation.skill_ids, "what it needed can still be read")
        self.assertEqual(self.counts(self.run_import(complete)), {'esco': {'back': 1}})
        self.assertEqual((occupation.active, occupation.is_obsolete), (True, False))
        marked = self.files(*ESCO_FILES, occupations_de=lambda text: text.replace('Zirrusfahrer",,released', 'Zirrusfahrer",,obsolete'))
        self.assertEqual(self.counts(self.run_import(marked)), {'esco': {'obsolete': 1}})
        self.assertFalse(occupation.active)

    def test_archived_by_hand(self):
        self.esco('wolke').action_archive()
        self.skill('packen').action_archive()
        self.assertEqual(self.counts(self.run_import(self.files(*ESCO_FILES))), {})
        self.assertFalse(self.esco('wolke').active or self.skill('packen').active)

    def test_single_file_retires_nothing_else(self):
        self.assertEqual(self.counts(self.run_import(self.files('occupations_de.csv'))), {})
        self.assertEqual(self.counts(self.run_import(self.files('languageSkillsCollection_de.csv'))), {})
        job = self.run_import(self.files('skills_de.csv', skills_de=self.without('test-packen')))
        self.assertEqual(self.counts(job), {'skill': {'obsolete': 1}, 'label': {'gone': 2}})
        self.assertTrue(all(self.occupations.search([('scheme', '=', 'esco')]).mapped('active')))

    def test_vanished(self):
        """Labels, relations and mappings of the source go; what people added stays."""
        own = self.skills.create({'name': "Eigenes"})
        nebel = self.esco('nebel')
        self.env['outreach.label'].create({'name': "Hausname", 'occupation_id': nebel.id})
        self.env['outreach.occupation.skill'].create({'occupation_id': nebel.id, 'skill_id': own.id})
        job = self.run_import(
            self.files(
                *ESCO_FILES,
                'dkz_occupation_to_esco.csv',
                occupations_de=lambda text: text.replace('\nDunstschweißer', ''),
                occupationSkillRelations_de=lambda text: text.replace('optional,skill/competence', 'essential,skill/competence').replace(
                    f'{ESCO}/occupation/test-nebel,,essential,,{ESCO}/skill/test-feucht,\n', ''
                ),
                skillSkillRelations_de=self.without('test-schieben'),
                broaderRelationsSkillPillar_de=self.without('isced-f/99'),
                dkz_occupation_to_esco=self.without('Nebelmeister'),
            )
        )
        counts = self.counts(job)
        self.assertEqual(counts['skill_relation'], {'gone': 1})
        self.assertEqual(counts['mapping'], {'gone': 1})
        self.assertEqual(counts['skill_in_group'], {'gone': 2})
        self.assertEqual(counts['occupation_skill'], {'gone': 1})
        self.assertNotIn("Dunstschweißer", nebel.label_ids.mapped('name'))
        self.assertIn("Hausname", nebel.label_ids.mapped('name'))
        self.assertIn(own, nebel.skill_ids.skill_id)
        self.assertNotIn("Nebelmeister/in", self.kldb('29993').label_ids.mapped('name'))

    def test_languages_stay(self):
        nebel = self.esco('nebel')
        nebel.with_context(lang='en_US').name = "Fog Welder"
        self.run_import(
            self.files(
                'occupations_de.csv',
                occupations_de=lambda text: text.replace('Nebelschweißer/Nebelschweißerin', 'Nebelfüger/Nebelfügerin').replace(
                    'Wolkenschieber/', 'Wolkenfahrer/'
                ),
            )
        )
        self.assertEqual((nebel.name, nebel.with_context(lang='en_US').name), ("Nebelfüger/Nebelfügerin", "Fog Welder"))
        cloud = self.esco('wolke')
        self.assertEqual(cloud.with_context(lang='en_US').name, cloud.name, "English only repeated the German name")

    def test_own_skill_adopts(self):
        self.env.cr.execute("DELETE FROM outreach_skill WHERE uri = %s", [f'{ESCO}/skill/test-packen'])
        self.env.invalidate_all()
        own = self.skills.create([{'name': "LICHT packen", 'kind': 'licence'}, {'name': "Licht falten"}])
        self.run_import(self.files(*ESCO_FILES))
        self.assertEqual(self.skill('packen'), own[0])
        self.assertEqual((own[0].name, own[0].kind, own[1].uri, own[1].active), ("Licht packen", 'licence', False, True))
        self.assertEqual(self.esco('licht').skill_ids.skill_id, own[0])

    def test_codes_change_hands(self):
        """A new concept takes the code of one that is gone, and two swap theirs."""
        job = self.run_import(
            self.files(
                'occupations_de.csv',
                occupations_de=lambda text: (
                    text.replace('test-wolke', 'test-neu')
                    .replace(',7212.1\n', ',X\n')
                    .replace(',7212.1.1\n', ',7212.1\n')
                    .replace(',X\n', ',7212.1.1\n')
                ),
            )
        )
        self.assertEqual(self.counts(job)['esco'], {'new': 1, 'changed': 2, 'obsolete': 1})
        self.assertEqual((self.esco('neu').code, self.esco('nebel').code, self.esco('nebel-fein').code), ('8111.1', '7212.1.1', '7212.1'))
        self.assertTrue(self.esco('wolke').code.startswith('8111.1 #'))

    def test_open_demands(self):
        nebel, wolke = self.esco('nebel'), self.esco('wolke')
        with_skills = self.create_demand(occupation_id=nebel.id)
        obsolete = self.create_demand(
            occupation_id=wolke.id,
            skill_ids=[(0, 0, {'skill_id': self.skill('packen').id}), (0, 0, {'skill_id': self.skill('schieben').id})],
        )
        renamed = self.create_demand(occupation_id=self.kldb('01101').id)
        closed = self.create_demand(occupation_id=wolke.id, stage='closed', closed_reason='need_gone')
        files = self.files(
            *ESCO_FILES,
            'kldb2010_v2020.csv',
            occupations_de=lambda text: text.replace('Zirrusfahrer",,released', 'Zirrusfahrer",,obsolete'),
            skills_de=lambda text: self.without('test-packen')(text).replace('Wolken schieben', 'Wolken rücken'),
            occupationSkillRelations_de=lambda text: (
                text.replace(f'{ESCO}/occupation/test-nebel,,optional,skill/competence', f'{ESCO}/occupation/test-nebel,,essential,')
                .replace(f'{ESCO}/occupation/test-nebel,,optional', f'{ESCO}/occupation/test-nebel,,essential')
                .replace(
                    f'{ESCO}/occupation/test-nebel,,essential,,{ESCO}/skill/test-feucht',
                    f'{ESCO}/occupation/test-nebel,,optional,,{ESCO}/skill/test-feucht',
                )
            ),
        )
        files['kldb2010_v2020.csv'] = files['kldb2010_v2020.csv'].replace(b'Helfert', b'Anlernt')
        job = self.preview(files)
        self.assertFalse(job.problem)
        self.assertEqual(
            {(line.demand_id, line.effect, line.former, line.name) for line in job.demand_ids},
            {
                (obsolete, '1_occupation_obsolete', "Wolkenschieber/Wolkenschieberin", False),
                (obsolete, '2_skill_obsolete', "Licht packen", False),
                (obsolete, '5_skill_renamed', "Wolken schieben", "Wolken rücken"),
                (with_skills, '3_skills_changed', "Feuchtelehre", "Lunarisch sprechen"),
                (renamed, '4_occupation_renamed', "Lichtpackerei - Helfertätigkeiten", "Lichtpackerei - Anlerntätigkeiten"),
            },
        )
        self.assertNotIn(closed, job.demand_ids.demand_id)
        self.assertEqual(job.action_open_demands()['domain'], [('id', 'in', job.demand_ids.demand_id.ids)])
        self.assertEqual(job.demand_ids[0].action_open()['res_id'], job.demand_ids[0].demand_id.id)
        self.assertTrue(wolke.active)
