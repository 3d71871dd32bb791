import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...tools.catalogue import catalogue_file, catalogue_sources
from ...tools.catalogue.catalogue_kinds import Reading
from ..import_file import open_attachment
from ..outreach_import_turn import take_turn
from .outreach_catalogue_import_concepts import CatalogueConcepts
from .outreach_catalogue_import_relations import CatalogueRelations
from .outreach_catalogue_import_stage import CatalogueStage
from .outreach_catalogue_import_text import problem_text, remarks

_logger = logging.getLogger(__name__)

KEEP_DAYS = 30
# How often a running import tells how far it is; and when nobody believes it any more.
REPORT_SECONDS = 0.5
SILENCE_SECONDS = 60

# Which lines of the preview belong to which files, even where nothing changes: (line, kinds of files).
TABLES = {
    'kldb': {'kldb'},
    'esco': {'esco_occupations'},
    'skill': {'esco_skills', 'esco_collection'},
    'isco_group': {'esco_isco'},
    'skill_group': {'esco_skill_groups'},
    'wz2008': {'wz2008'},
    'wz2025': {'wz2025'},
    'label': {'esco_occupations', 'esco_skills', 'kldb', 'mapping'},
    'occupation_skill': {'esco_occupation_skills'},
    'skill_relation': {'esco_skill_relations'},
    'skill_in_group': {'esco_skill_broader', 'esco_collection'},
    'mapping': {'mapping'},
    'crosswalk': {'crosswalk'},
}
PARTS = {'occupation': 't.scheme', 'industry': "'wz' || t.version"}


class OutreachCatalogueImport(models.Model):
    """Import of published classifications: the files, what they would change, and what they changed.

    1. *Preview* (:meth:`action_preview`): the files are read as a stream into temporary tables and compared with the
       catalogue. Nothing but the import's own rows is written.
    2. *Import* (:meth:`action_import`): the same again, and what differs is written, all of it in one transaction.

    What a file is, its content tells. A table is compared as a whole only if a file says all of it: a single file of
    ESCO retires nothing but what it lists. What is no longer in a classification becomes obsolete and is archived,
    never deleted; what comes back is active again, unless somebody archived it by hand.

    Only catalogues are written, and in bulk: by SQL, with the computed columns as the ORM would fill them.
    """

    _name = 'outreach.catalogue.import'
    _description = "Catalogue Import"
    _order = 'id desc'

    name = fields.Char("Files", readonly=True, copy=False)
    attachment_ids = fields.Many2many('ir.attachment', string="Upload Files", copy=False, bypass_search_access=True)
    state = fields.Selection(
        [('draft', "Files"), ('preview', "Preview"), ('done', "Imported")], default='draft', required=True, readonly=True, copy=False
    )
    problem = fields.Text(readonly=True, copy=False)
    remarks = fields.Text(readonly=True, copy=False)
    sources = fields.Char("Source Keys", readonly=True, copy=False, help="Keys of the sources, for the attribution")
    version = fields.Char(readonly=True, copy=False, help="As far as the names of the files tell")
    source_names = fields.Char("Sources", compute='_compute_source_names')
    attribution = fields.Text(compute='_compute_source_names')
    done_at = fields.Datetime("Imported On", readonly=True, copy=False)
    done_by_id = fields.Many2one('res.users', "Imported By", readonly=True, copy=False, index='btree_not_null', ondelete='set null')
    table_ids = fields.One2many('outreach.catalogue.import.table', 'import_id', "Tables", readonly=True, copy=False)
    new_count = fields.Integer("New", compute='_compute_counts')
    changed_count = fields.Integer("Changed", compute='_compute_counts')
    obsolete_count = fields.Integer("Becomes Obsolete", compute='_compute_counts')
    back_count = fields.Integer("Back Again", compute='_compute_counts')
    gone_count = fields.Integer("Removed", compute='_compute_counts')

    @api.depends('sources')
    def _compute_source_names(self):
        for job in self:
            keys = [key for key in catalogue_sources.KEYS if key in (job.sources or '').split()]
            job.source_names = ', '.join(catalogue_sources.source_name(self.env, key) for key in keys)
            job.attribution = '\n'.join(catalogue_sources.attribution(self.env, key) for key in keys)

    @api.depends(
        'table_ids.new_count', 'table_ids.changed_count', 'table_ids.obsolete_count', 'table_ids.back_count', 'table_ids.gone_count'
    )
    def _compute_counts(self):
        for job in self:
            for name in ('new_count', 'changed_count', 'obsolete_count', 'back_count', 'gone_count'):
                job[name] = sum(job.table_ids.mapped(name))

    # CRUD: people choose files; everything else is for the import to say

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_own_fields(vals)
        jobs = super().create(vals_list)
        jobs._take_attachments()
        return jobs

    def write(self, vals):
        self._check_own_fields(vals)
        if 'attachment_ids' in vals and any(job.state == 'done' for job in self):
            raise UserError(self.env._("These files are imported already; start a new import for others."))
        result = super().write(vals)
        if 'attachment_ids' in vals:
            self._take_attachments()
            self._forget_preview()
            self.sudo().write({'state': 'draft', 'problem': False, 'remarks': False})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if any(job.state == 'done' for job in self):
            raise UserError(self.env._("Imports that were carried out stay, to tell where the catalogues come from."))

    def _check_own_fields(self, vals):
        if not self.env.su and vals.keys() - {'attachment_ids'}:
            raise AccessError(self.env._("Only the files of an import can be chosen."))

    def _take_attachments(self):
        """The uploaded files belong to the import from now on, and are read by whom it is read by.

        :raises AccessError: for a file that somebody else uploaded, or that belongs elsewhere
        """
        for job in self:
            for attachment in job.sudo().attachment_ids:
                is_new = not attachment.res_id and attachment.create_uid == self.env.user
                if (
                    attachment.res_model != self._name
                    or attachment.res_field
                    or attachment.type != 'binary'
                    or not (is_new or attachment.res_id == job.id)
                ):
                    raise AccessError(self.env._("Upload the files here; those of other records cannot be used."))
                attachment.res_id = job.id
            job.sudo().name = ', '.join(job.sudo().attachment_ids.mapped('name'))[:200] or job.name

    # actions

    def action_preview(self):
        """Read the files and tell what they would change. A file that cannot be used is no exception for the user:
        `problem` says why."""
        self.ensure_one()
        self.check_access('write')
        if self.state == 'done':
            raise UserError(self.env._("These files are imported already; start a new import to read them again."))
        self._run(preview=True)
        return True

    def action_import(self):
        """Import the files, all of them or, if anything is wrong, nothing.

        :return: ``{'busy': bool}``: another import has its turn, nothing was done, try again in a moment
        """
        self.ensure_one()
        self.check_access('write')
        if self.state != 'preview':
            raise UserError(self.env._("Open the preview first: it shows what the import would do."))
        if not self.try_lock_for_update(allow_referencing=True) or not take_turn(self.env):
            return {'busy': True}
        self._run(preview=False)
        return {'busy': False}

    def get_progress(self):
        """How far the import is, wherever it runs.

        :return: ``{'running': bool, 'phase': str, 'detail': str, 'percent': int}``
        """
        self.ensure_one()
        self.check_access('read')
        progress = self.env['outreach.catalogue.import.progress'].sudo().search([('import_key', '=', self.id)])
        return {
            'running': bool(progress)
            and progress.phase != 'done'
            and progress.at > fields.Datetime.now() - timedelta(seconds=SILENCE_SECONDS),
            'phase': dict(progress._fields['phase']._description_selection(self.env)).get(progress.phase, ''),
            'detail': progress.detail or '',
            'percent': progress.percent,
        }

    # business

    def _open_files(self):
        """The uploaded files, those of a zip one by one.

        :raises CatalogueProblem: no_files, too_large, wrong_type, damaged, empty
        """
        files = []
        for attachment in self.sudo().attachment_ids:
            files += catalogue_file.unpack(attachment.name, lambda attachment=attachment: open_attachment(attachment))
        return catalogue_file.check_files(files)

    def _run(self, preview, paths=None, report=None):
        """Read, compare and, unless it is a preview, write.

        :param paths: folders, zips and files instead of what was uploaded
        :param report: called with phase, percent and detail; by default others are told if the context says so
        :return: whether the files could be used; otherwise nothing was written, and `problem` says why
        """
        report = report or self._make_report()
        start = time.monotonic()
        try:
            with self.env.cr.savepoint():
                files = self._open_files() if paths is None else catalogue_file.open_paths(paths)
                names = self.sudo().attachment_ids.mapped('name') if paths is None else [path.name for path in paths]
                reading = Reading(files, names, lambda share, name: report('reading', int(50 * share), name))
                result = self._settle(reading, preview, report)
        except catalogue_file.CatalogueProblem as problem:
            self._forget_preview()
            self.sudo().write({'state': 'draft', 'problem': problem_text(self.env, problem), 'remarks': False})
            return False
        finally:
            report('done', 100, None)
        self.sudo().write(result)
        self.env.invalidate_all()
        _logger.info(
            "Catalogue %s of %s by %s in %.1f s: %s new, %s changed, %s obsolete, %s removed",
            "preview" if preview else "import",
            self.sources,
            self.env.user.login,
            time.monotonic() - start,
            self.new_count,
            self.changed_count,
            self.obsolete_count,
            self.gone_count,
        )
        return True

    def _forget_preview(self):
        self.sudo().table_ids.unlink()

    def _store_effects(self):
        """Keep what the settled import means for records that refer to the catalogues; other rooms know which."""

    def _settle(self, reading, preview, report):
        """One reading from the files to the result, as values of the import."""
        self.env.flush_all()
        CatalogueStage(self.env).fill(reading.rows())
        report('comparing', 55, None)
        concepts = CatalogueConcepts(self.env, reading.kinds, preview)
        concepts.settle()
        report('comparing', 65, None)
        relations = CatalogueRelations(self.env, reading.kinds)
        relations.settle()
        self._store_counts(reading.kinds)
        self._store_effects()
        result = {
            'state': 'preview' if preview else 'done',
            'problem': False,
            'remarks': remarks(self.env, reading) or False,
            'sources': ' '.join(key for key in catalogue_sources.KEYS if key in reading.sources),
            'version': ', '.join(reading.versions[key] for key in catalogue_sources.KEYS if key in reading.versions) or False,
        }
        if not preview:
            report('writing', 70, None)
            concepts.apply()
            report('writing', 80, None)
            relations.apply()
            self.env.invalidate_all()
            self.env['outreach.occupation'].sudo()._settle_regulation()
            report('writing', 90, None)
            self._tell_changes()
            result.update(done_at=fields.Datetime.now(), done_by_id=self.env.uid)
        return result

    def _store_counts(self, kinds):
        """One line per table that the files speak of, or in which something changes."""
        cr = self.env.cr
        found = {}
        for name in ('occupation', 'skill', 'isco_group', 'skill_group', 'industry'):
            cr.execute(
                SQL(
                    """SELECT %(part)s, coalesce(c.action, 'unchanged'), count(*) FROM %(target)s t
                     LEFT JOIN %(changed)s c ON c.id = t.id WHERE t.staged IS NOT NULL OR c.id IS NOT NULL GROUP BY 1, 2""",
                    part=SQL(PARTS.get(name, f"'{name}'")),
                    target=SQL.identifier(f'target_{name}'),
                    changed=SQL.identifier(f'changed_{name}'),
                )
            )
            for part, action, count in cr.fetchall():
                found.setdefault(part, {})[action] = count
        for name in ('occupation_label', 'skill_label', 'occupation_skill', 'skill_relation', 'skill_in_group', 'mapping', 'crosswalk'):
            cr.execute(SQL("SELECT action, count(*) FROM %s GROUP BY 1", SQL.identifier(f'differ_{name}')))
            counts = dict(cr.fetchall())
            cr.execute(SQL("SELECT count(*) FROM %s", SQL.identifier(f'wanted_{name}')))
            counts['unchanged'] = cr.fetchone()[0] - counts.get('new', 0) - counts.get('changed', 0)
            line = found.setdefault('label' if name.endswith('_label') else name, {})
            for action, count in counts.items():
                line[action] = line.get(action, 0) + count
        lines = self.env['outreach.catalogue.import.table'].sudo()
        lines.search([('import_id', '=', self.id)]).unlink()
        lines.create(
            [
                {'import_id': self.id, 'table': table, **{f'{action}_count': count for action, count in found[table].items()}}
                for table, reasons in TABLES.items()
                if table in found and (reasons & kinds or found[table].keys() - {'unchanged'})
            ]
        )

    def _tell_changes(self):
        """Index what is called otherwise now, or hangs elsewhere; give the planner new figures."""
        cr = self.env.cr
        cr.execute(
            "SELECT id FROM changed_occupation UNION SELECT occupation_id FROM differ_occupation_label"
            " UNION SELECT t.id FROM target_occupation t JOIN changed_occupation c ON c.id = t.parent_id"
            " WHERE c.is_renamed OR c.is_moved"
        )
        occupation_ids = [row[0] for row in cr.fetchall()]
        cr.execute("SELECT id FROM changed_skill UNION SELECT skill_id FROM differ_skill_label")
        skill_ids = [row[0] for row in cr.fetchall()]
        if len(occupation_ids) + len(skill_ids) > 1000:
            cr.execute(
                "ANALYZE outreach_occupation, outreach_skill, outreach_label, outreach_occupation_skill,"
                " outreach_skill_relation, outreach_occupation_mapping"
            )
        self.env.invalidate_all()
        entries = self.env['outreach.search.entry'].sudo()
        entries._reindex('outreach.occupation', occupation_ids)
        entries._reindex('outreach.skill', skill_ids)

    def _make_report(self):
        """Whom to tell how far the import is: everybody, if it was started from its form."""
        if not self.env.context.get('catalogue_progress'):
            return lambda phase, percent, detail: None
        progress = self.env['outreach.catalogue.import.progress']
        last = ['', 0.0]

        def report(phase, percent, detail):
            now = time.monotonic()
            if phase != last[0] or now - last[1] > REPORT_SECONDS:
                last[:] = phase, now
                progress._report(self.id, phase, percent, detail)

        return report

    @api.model
    def _import_paths(self, paths, preview, report):
        """For the command line: read from the server's own files.

        :return: the import; a preview is not kept by the caller
        """
        job = self.sudo().create({'name': ', '.join(path.name for path in paths)[:200]})
        job._run(preview, paths, report)
        return job

    def _take_turn(self):
        """Whether nobody else imports at the moment; see :func:`take_turn`."""
        return take_turn(self.env)

    def _get_summary(self):
        """The result as text: one line per table, the remarks, the attribution."""
        columns = ('new_count', 'changed_count', 'unchanged_count', 'obsolete_count', 'back_count', 'gone_count')
        lines = self.table_ids
        tables = dict(lines._fields['table']._description_selection(self.env))
        width = max(map(len, tables.values()))
        rows = [' ' * width + ''.join(f"  {lines._fields[name]._description_string(self.env):>16}" for name in columns)]
        rows += [tables[line.table].ljust(width) + ''.join(f"  {line[name]:>16}" for name in columns) for line in lines]
        rows += ['', self.remarks or '', self.attribution or '']
        return '\n'.join(rows) + '\n'

    @api.autovacuum
    def _gc_files(self):
        """The files are no archive: after a month only the history stays."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEEP_DAYS)
        old = self.search([('write_date', '<', limit), '|', ('state', '!=', 'done'), ('attachment_ids', '!=', False)], limit=100)
        old.attachment_ids.unlink()
        old.filtered(lambda job: job.state != 'done').unlink()
        self.env.cr.execute(
            "DELETE FROM outreach_catalogue_import_progress p"
            " WHERE NOT EXISTS (SELECT FROM outreach_catalogue_import i WHERE i.id = p.import_key)"
        )
