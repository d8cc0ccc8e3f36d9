#include "sample.h"

#include <string.h>

#include "licence/claims.h"
#include "licence/cose.h"

void sample_init(struct sample *sample)
{
    static const unsigned items[] = {1, 2, 3, 4, 5, 13, 23, 28, 31, 61};

    memset(sample, 0, sizeof *sample);
    registry__v1__licence_record__init(&sample->licence);
    registry__v1__name__init(&sample->name);
    registry__v1__address__init(&sample->address);
    registry__v1__money__init(&sample->capital);
    registry__v1__term__init(&sample->term);
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
        reg_item_set_add(&sample->merged, items[i]);
    memcpy(sample->nonce, "\1\2\3\4\5\6\7\10", sizeof sample->nonce);
    sample->name.full = "宿州市汴河智能科技有限公司";
    sample->address.text = "安徽省宿州市埇桥区汴河中路168号汴河大厦12层1206室";
    sample->capital.minor = 1000 * UINT64_C(1000000);
    sample->capital.currency = 156;
    sample->capital.exponent = 2;
    sample->term.from = "2026-11-24";
    sample->term.unlimited = true;
    sample->licence.credit_code = "91310115MA1H7K3C47";
    sample->licence.serial = 20311277;
    sample->licence.version = 7;
    sample->licence.authority = 341300;
    sample->licence.type = 1130;
    sample->licence.name = &sample->name;
    sample->licence.address = &sample->address;
    sample->licence.capital = &sample->capital;
    sample->licence.term = &sample->term;
    sample->licence.established = "2026-11-24";
    sample->licence.scope =
        "一般项目：技术服务、技术开发；软件开发。（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）";
    sample->licence.representative = "欧阳文博";
    sample->licence.catalogue_revision = 12;
    sample->licence.credential_nonce.data = sample->nonce;
    sample->licence.credential_nonce.len = sizeof sample->nonce;
}

bool encodes_to_itself(struct reg_bytes bytes)
{
    struct reg_buf payload = REG_BUF_INIT, whole = REG_BUF_INIT;
    struct reg_claims claims;
    struct reg_cose cose;
    bool same = false;

    if (reg_cose_decode(bytes, &cose, NULL) == 0 && reg_claims_decode(cose.payload, &claims, NULL) == 0) {
        reg_claims_encode(&claims, &payload);
        reg_cose_put(cose.suite, cose.key_id, reg_buf_bytes(&payload), cose.signature.data, &whole);
        same = payload.error == 0 && whole.error == 0 && whole.len == bytes.len &&
               memcmp(whole.data, bytes.data, bytes.len) == 0;
    }
    reg_buf_clear(&payload);
    reg_buf_clear(&whole);
    return same;
}
