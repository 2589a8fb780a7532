import time, random, json, uuid
from django.db import connection
from django.test.utils import CaptureQueriesContext
from messaging.models import Signal, Message
from messaging.readers import READERS
from messaging import services
from leads.services import take_in
from leads.models import Lead
from tests import factories
T = ["السلام عليكم أحتاج تكييف سبليت عدد {n} في حي النرجس الرياض، الميزانية {n} آلاف ريال",
    "Hello, please quote {n} ducted AC units for our office in Olaya, Riyadh. Budget SAR {n}000",
    "عايز اعرف سعر تركيب مطبخ الوميتال {n} متر في التجمع الخامس لو سمحت",
    "محتاجين ستائر رول لعدد {n} شبابيك في جدة حي الروضة ضروري اليوم"]
def body(n):
    wa=f"9665{random.randint(10_000_000, 99_999_999)}"
    m={"from": wa,"id":f"wamid.{uuid.uuid4().hex}","timestamp":str(int(time.time())),"type":"text","text":{"body":random.choice(T).format(n=random.randint(2,30))}}
    v={"messaging_product":"whatsapp","metadata":{"display_phone_number":"966500000000","phone_number_id":"100001"},"contacts":[{"profile":{"name":f"عميل {n}"},"wa_id":wa}],"messages":[m]}
    return json.dumps({"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":v}]}]}).encode()
def test_bench(team, whatsapp, sales, colleague, riyadh):
    random.seed(1)
    sales.lead_capacity=30000; sales.save()
    d=[];t=[];qs=[]
    for r in range(9):
        Signal.objects.bulk_create([Signal(channel="whatsapp",key=f"k{r}.{i}",body=body(i)) for i in range(50)])
        a=time.process_time(); services.drain(READERS); b=time.process_time()
        ids=list(Message.objects.filter(direction="in",lead_link=None).values_list("pk",flat=True))
        c=time.process_time(); take_in(ids); e=time.process_time()
        assert Lead.objects.count()==50*(r+1)
        d.append((b-a)*20); t.append((e-c)*20)
    Signal.objects.bulk_create([Signal(channel="whatsapp",key=f"q{i}",body=body(i)) for i in range(50)])
    with CaptureQueriesContext(connection) as q1: services.drain(READERS)
    ids=list(Message.objects.filter(direction="in",lead_link=None).values_list("pk",flat=True))
    with CaptureQueriesContext(connection) as q2: take_in(ids)
    d=sorted(d);t=sorted(t)
    print(f"\ndrain ms/msg min {d[0]:.2f} med {d[4]:.2f}; take_in min {t[0]:.2f} med {t[4]:.2f}; statements {len(q1)} {len(q2)}")
