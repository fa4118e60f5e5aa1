import asyncio
from tests.test_peers import *
from tests.web.test_limits import document, flow_bot, ECHO
async def test_slow(tmp_path):
    async with world(tmp_path, f"sqlite:///{tmp_path}/t.db", max_in_flight=3) as here:
        account=Account(); await here.apply(document(account, flow_bot(ECHO)))
        p=Provider(here.egress, here.url, account)
        host,port=here.url.removeprefix("http://").split(":")
        ws=[]
        for _ in range(3):
            r,w=await asyncio.open_connection(host,int(port))
            w.write(b"POST /v1/engage/myorganization-twiliosms HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nA=b"); await w.drain(); ws.append(w)
        await asyncio.sleep(.3)
        print((await p.text("hi")).status)
        await asyncio.sleep(30)
        s=(await p.text("hi")).status
        assert s==200
