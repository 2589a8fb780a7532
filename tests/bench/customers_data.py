"""A hundred thousand believable customers in a few seconds, by SQL."""

from django.db import connection

FILL = """
INSERT INTO customers_customer (
    code, kind, name, company, branch_id, owner_id, category_id, status, source, phone, email, city,
    address, language, contact_text, name_keys, version, last_contact_at, created_at
)
SELECT
    'B-' || lpad(n::text, 7, '0'),
    CASE WHEN n %% 5 = 0 THEN 'company' ELSE 'person' END,
    CASE WHEN n %% 5 = 0 THEN firsts[1 + n %% 4] || ' ' || seconds[1 + n / 7 %% 12]
         ELSE givens[1 + n * 7 %% 16] || ' ' || fathers[1 + n / 16 %% 14] || ' '
              || families[1 + n / 3 %% 18]
    END,
    '', branches[1 + n %% array_length(branches, 1)], owners[1 + n %% array_length(owners, 1)],
    categories[1 + n %% array_length(categories, 1)],
    CASE WHEN n %% 20 = 0 THEN 'inactive' ELSE 'active' END,
    CASE WHEN n %% 3 = 0 THEN 'email' ELSE 'whatsapp' END,
    '+9665' || lpad((n * 7919::bigint %% 100000000)::text, 8, '0'), 'c' || n || '@example.com',
    cities[1 + n %% 6], '', 'ar',
    '+9665' || lpad((n * 7919::bigint %% 100000000)::text, 8, '0') || ' 05'
        || lpad((n * 7919::bigint %% 100000000)::text, 8, '0') || ' c' || n || '@example.com',
    '{}', 1, now() - n * interval '97 seconds', now() - n * interval '131 seconds'
FROM generate_series(1, %s) AS n,
    (SELECT array_agg(id) AS branches FROM accounts_branch) AS b,
    (SELECT array_agg(id) AS owners FROM accounts_user) AS o,
    (SELECT array_agg(id) AS categories FROM customers_category) AS c,
    (SELECT
        ARRAY['شركة', 'مؤسسة', 'مطاعم', 'فندق'] AS firsts,
        ARRAY['أفق', 'رواء', 'سنابل', 'النخبة', 'ذرى', 'بيان', 'مدى', 'الواحة', 'سفرة',
              'الريان', 'نجم', 'الخليج'] AS seconds,
        ARRAY['محمد', 'نورة', 'عبدالله', 'سارة', 'أحمد', 'ليلى', 'خالد', 'هند', 'فهد', 'ريم',
              'ياسر', 'منيرة', 'تركي', 'جواهر', 'سلطان', 'Omar'] AS givens,
        ARRAY['علي', 'حسن', 'إبراهيم', 'سعد', 'يوسف', 'ناصر', 'صالح', 'عمر', 'حمد', 'راشد',
              'فيصل', 'بدر', 'ماجد', 'طارق'] AS fathers,
        ARRAY['العتيبي', 'الحربي', 'القحطاني', 'الغامدي', 'الزهراني', 'الشهري', 'الدوسري',
              'المطيري', 'السبيعي', 'الشمري', 'القرني', 'البقمي', 'الحارثي', 'العنزي',
              'المالكي', 'الجهني', 'البلوي', 'Alharbi'] AS families,
        ARRAY['الرياض', 'جدة', 'الدمام', 'مكة', 'الخبر', 'أبها'] AS cities) AS words
"""


def fill_customers(count: int) -> None:
    """Insert `count` customers over all branches, people and categories, and update statistics."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, [count])
        cursor.execute("ANALYZE customers_customer")
