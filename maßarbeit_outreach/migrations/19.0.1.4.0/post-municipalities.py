"""The county of the municipalities that were shipped until now, which addresses may name ("Melle b. Osnabrück"), and which of their
names other places have, too: Berge and Neuenkirchen."""


def migrate(cr, version):
    cr.execute("""
        UPDATE outreach_municipality m
           SET county = 'Osnabrück',
               association_kind = CASE WHEN m.association IS NOT NULL THEN 'samtgemeinde' END
          FROM ir_model_data d
         WHERE d.module = 'maßarbeit_outreach' AND d.model = 'outreach.municipality' AND d.res_id = m.id
           AND m.ags LIKE '03459%' AND m.county IS NULL
    """)
    cr.execute("UPDATE outreach_municipality SET is_name_shared = TRUE WHERE ags IN ('03459009', '03459027')")
