from tests.bench.core_tmp import *
import cProfile, pstats
def test_prof(team, whatsapp, sales, riyadh):
    sales.lead_capacity=30000; sales.save()
    for r in range(4):
        Signal.objects.bulk_create([Signal(channel="whatsapp",key=f"k{r}.{i}",body=body(i)) for i in range(50)])
        services.drain(READERS)
        ids=list(Message.objects.filter(direction="in",lead_link=None).values_list("pk",flat=True))
        if r<1: take_in(ids); continue
        p = cProfile.Profile() if r==1 else p
        p.enable(); take_in(ids); p.disable()
    pstats.Stats(p).sort_stats("cumulative").print_stats(r"leads/(services|interpret/__|normalize/__|capture)|accounts/services|customers/|bulk_create|bulk_update|savepoint", 45)
