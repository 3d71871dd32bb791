import json
from collections import Counter

from odoo import api, fields, models
from odoo.tools import SQL, ormcache

from ...tools.matching import disclosure, figure_question
from ..catalogue.outreach_occupation import KLDB_LEVELS

# Of whom there is a table: candidates who are available, people placed at companies, and pools that are counted by hand.
KINDS = ('candidates', 'placements', 'head_counts')
KEEP_TABLES = 7


class OutreachFigureTable(models.Model):
    """The made-up county of a night that all published figures are read from, see `tools/matching/disclosure.py`.

    One line per organisation, kind of people and day. Nobody reads it but the code that answers questions: it holds the basis
    of each cell, which is a count.
    """

    _name = 'outreach.figure.table'
    _description = "Published Table"
    _order = 'day desc, id desc'
    _rec_name = 'kind'
    _log_access = False

    company_id = fields.Many2one('res.company', "Organisation", required=True, readonly=True, ondelete='cascade')
    kind = fields.Char(required=True, readonly=True, export_string_translation=False)
    day = fields.Date(required=True, readonly=True)
    floor = fields.Integer(required=True, readonly=True)
    # [[path, people, basis, last], …], see `disclosure.Cell`
    cells = fields.Json(readonly=True, groups='.', export_string_translation=False)
    # [[municipality, what it became part of], …] of this table and all before it
    merged = fields.Json(readonly=True, groups='.', export_string_translation=False)

    _night_uniq = models.UniqueIndex('(company_id, kind, day)')

    # ------------------------------------------------------------
    # MAKING
    # ------------------------------------------------------------

    @api.model
    def _make(self, kind, company):
        """Tonight's table, from that of the night before, with its floor."""
        if kind == 'candidates':
            self.env['outreach.occupation']._fix_published_codes()
        before, people = self._read_last(kind, company), getattr(self, f'_count_{kind}')(company)
        cells, floor, merged = before or (None, self.env['outreach.figure.policy']._get(company).floor, [])
        # A first table of nobody would make everybody who comes one of those who came, and what is rounded of them known. As
        # long as there are so few, no figure could be shown.
        if kind == 'candidates' and before is None and disclosure.shown(sum(people.values()), floor=floor) is None:
            return
        salt = self.env['ir.config_parameter'].sudo().get_param('database.secret')
        if kind == 'candidates':
            Place, merged = self.env['outreach.municipality'], {*map(tuple, merged)}
            told = {place for place, __ in merged}
            hamlets = {pair for pair in Place._get_hamlets().items() if pair[0] not in told}
            merged = sorted(merged | hamlets | {*Place._get_successors().items()})
            table = disclosure.publish_candidates(people, cells, [tuple(map(str, pair)) for pair in merged], floor, salt)
        else:
            table = disclosure.publish(people, cells, floor, salt, strict=9)
        self.env.cr.execute(
            SQL(
                "INSERT INTO outreach_figure_table (company_id, kind, day, floor, cells, merged) VALUES (%s, %s, %s, %s, %s, %s)"
                " ON CONFLICT DO NOTHING",
                company.id,
                kind,
                fields.Date.today(),
                floor,
                json.dumps([[path, *cell] for path, cell in table.items()]),
                json.dumps(merged),
            )
        )
        self.invalidate_model()

    @api.model
    def _get_floor(self, company):
        """That of the first table of candidates, which all others keep; None before it."""
        before = self._read_last('candidates', company)
        return before and before[1]

    def _read_last(self, kind, company):
        rows = self.env.execute_query(
            SQL(
                "SELECT cells, floor, merged FROM outreach_figure_table WHERE company_id = %s AND kind = %s ORDER BY day DESC LIMIT 1",
                company.id,
                kind,
            )
        )
        for cells, floor, merged in rows:
            return {tuple(path): disclosure.Cell(*cell) for path, *cell in cells}, floor, merged
        return None

    def _count_candidates(self, company):
        """How many are in each cell that has somebody."""
        people = Counter()
        for was_advised, code, level, place, count in self.env.execute_query(
            SQL(
                """
            SELECT c.adviser_id IS NOT NULL OR coalesce(c.was_advised, FALSE), o.published_code, c.german_level, c.municipality_id,
                   COUNT(*)
              FROM (%s) person
              JOIN outreach_candidate c ON c.id = person.candidate_id
              LEFT JOIN outreach_occupation o ON o.id = person.own_occupation_id
             GROUP BY 1, 2, 3, 4
            """,
                self.env['outreach.supply']._select_candidates(company),
            )
        ):
            occupations = [code[:digits] if code and len(code) >= digits else '' for digits in (1, 2, 3)]
            path = 'advised' if was_advised else 'others', *occupations, figure_question.band_of(level), str(place or '')
            people[path] += count
        return people

    def _count_placements(self, company):
        """All who were ever placed at a company, a number that only grows. Not how many of them are still there: everybody
        knows that who has left stays so, and a figure of them that fell would contradict it."""
        self.env.cr.execute("UPDATE outreach_placement SET published_partner = partner_id WHERE coalesce(published_partner, 0) = 0")
        self.env.invalidate_all()
        return {
            (str(partner),): count
            for partner, count in self.env.execute_query(
                SQL("SELECT published_partner, COUNT(*) FROM outreach_placement WHERE company_id = %s GROUP BY 1", company.id)
            )
        }

    def _count_head_counts(self, company):
        pools = self.env['outreach.pool'].sudo().search([('company_id', '=', company.id), ('is_hand_counted', '=', True)])
        return {(str(pool.id),): pool.head_count for pool in pools}

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    @api.model
    def _get(self, company):
        """The last table of candidates, as a `disclosure.Table`; an empty one if nothing was published yet."""
        return self._load(*self._get_key('candidates', company))[2]

    @api.model
    def _get_cells(self, kind, company):
        """What the last table says, `{path: people}`, and its floor."""
        return self._load(*self._get_key(kind, company))[:2]

    def _get_key(self, kind, company):
        rows = self.env.execute_query(
            SQL("SELECT id FROM outreach_figure_table WHERE company_id = %s AND kind = %s ORDER BY day DESC LIMIT 1", company.id, kind)
        )
        return kind, rows[0][0] if rows else None

    @ormcache('kind', 'number')
    def _load(self, kind, number):
        """A table never changes, so it is kept by its number."""
        rows = number and self.env.execute_query(SQL("SELECT cells, floor FROM outreach_figure_table WHERE id = %s", number))
        cells, floor = rows[0] if rows else ([], disclosure.FLOOR)
        cells = {tuple(path): people for path, people, *__ in cells if people}
        if kind == 'candidates':
            # what merged and was deleted since is asked for by nobody, and is no reason not to tell the others
            there = {str(place) for (place,) in self.env.execute_query(SQL("SELECT id FROM outreach_municipality"))}
            cells = {
                (*path, '+'.join(place for place in label.split('+') if place in there) or label): people
                for (*path, label), people in cells.items()
            }
        return cells, floor, disclosure.Table(cells, floor) if kind == 'candidates' else None

    @api.model
    def _get_joined(self, company):
        """`{municipality: the one with which it is told}`: by the last table, and what merged since."""
        pairs = {*self._load_merged(self._get_key('candidates', company)[1]), *self.env['outreach.municipality']._get_successors().items()}
        parts, joined = {str(place) for place, __ in pairs}, {}
        for place, label in disclosure.unite([(str(place), str(whole)) for place, whole in pairs]).items():
            members = label.split('+')
            joined[int(place)] = int(next((member for member in members if member not in parts), members[0]))
        return {place: whole for place, whole in joined.items() if place != whole}

    @ormcache('number')
    def _load_merged(self, number):
        rows = number and self.env.execute_query(SQL("SELECT merged FROM outreach_figure_table WHERE id = %s", number))
        return tuple(map(tuple, rows[0][0])) if rows else ()

    @api.model
    def _get_placements(self, companies, company):
        """How many people were placed at these companies and at those that became part of them, as it is told:
        ``{id: figure}``, None where not shown."""
        cells, floor = self._get_cells('placements', company)
        return {
            partner.id: disclosure.shown(
                sum(cells.get((str(number),), 0) for number in {partner.id, *(partner.outreach_merged_numbers or ())}), floor=floor
            )
            for partner in companies.sudo()
        }

    @api.autovacuum
    def _gc_tables(self):
        """The last ones are all that is needed; some nights more are kept to look at."""
        self.env.cr.execute(
            SQL(
                """
            DELETE FROM outreach_figure_table t WHERE (
                SELECT count(*) FROM outreach_figure_table later
                 WHERE (later.company_id, later.kind) = (t.company_id, t.kind) AND later.day > t.day) >= %s
            """,
                KEEP_TABLES,
            )
        )
        self.invalidate_model()


class OutreachOccupation(models.Model):
    _inherit = 'outreach.occupation'

    # Where people with this occupation are counted for ever, see `disclosure`: up to three digits of KldB, as they were when
    # figures were first made with it. A manager may move and renumber occupations; nobody may move people by that.
    published_code = fields.Char(readonly=True, copy=False, groups='.', export_string_translation=False)

    @api.model
    def _fix_published_codes(self):
        """Those of all occupations that have none yet. What has no group now, gets none later: those who have it would move, on a
        night that somebody chooses."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE outreach_occupation SET published_code = left(code, 3) WHERE scheme = 'kldb' AND published_code IS NULL"
        )
        self.env.cr.execute(
            SQL(
                """
            UPDATE outreach_occupation o SET published_code = k.published_code
              FROM outreach_occupation k
             WHERE o.published_code IS NULL AND k.id = coalesce(%s)
            """,
                SQL(', ').join(SQL.identifier('o', fname) for fname in reversed(KLDB_LEVELS.values())),
            )
        )
        self.env.cr.execute("UPDATE outreach_occupation SET published_code = '' WHERE published_code IS NULL")
        self.invalidate_model(['published_code'])

    def _get_published_codes(self):
        """What the table may be asked for this occupation: its group, main group and area, as digits, the narrowest first."""
        code = self.sudo().published_code or ''
        return [code[:digits] for digits in (3, 2, 1) if len(code) >= digits]

    @api.model
    def _get_by_published_codes(self, codes):
        """`{code: entry of KldB}` of those that are there: the group itself, not what is below it, whatever its number is by now."""
        entries = self.sudo().with_context(active_test=False).search([('scheme', '=', 'kldb'), ('published_code', 'in', list(codes))])
        shortest_last = entries.sorted(lambda entry: (-len(entry.code or ''), entry.id))
        return {entry.published_code: entry.sudo(self.env.su) for entry in shortest_last}
