import time
from tests.architecture.test_hostile_input import *
def test_ops(side, boss):
    ops=list(operations(side)); print(len(ops)); [print(m,u,len(f)) for m,u,f in ops]
def test_slow(side, boss):
    n=0
    for door, names, client in forms(side, boss):
        n+=1
        good = {o: str(PLAIN.get(o, "1")) for o in names}
        for name in names if len(names)<25 else names[:6]:
            t=time.time(); ct,body=next(hostile.form_bodies({**good,name:hostile.TEXTS["long"]}))
            with transaction.atomic():
                sp=transaction.savepoint(); r=client.generic("POST",address(door,side),body,content_type=ct); transaction.savepoint_rollback(sp)
            d=time.time()-t
            if d>0.4: print(door.name,name,r.status_code,round(d,2))
    print(n)
