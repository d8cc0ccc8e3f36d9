// Verifies DIRECTORY/signature over DIRECTORY/signed under DIRECTORY/point with npm's sm-crypto: SM2 with SM3.
const fs = require('fs');
const { sm2 } = require('sm-crypto');

const [signed, signature, point] = ['signed', 'signature', 'point'].map((name) => fs.readFileSync(`${process.argv[2]}/${name}`));
const good = sm2.doVerifySignature(Array.from(signed), signature.toString('hex'), point.toString('hex'), {
    hash: true,
    der: false,
    userId: '1234567812345678',
});
if (!good) {
    console.error('sm-crypto: the signature does not verify');
    process.exit(1);
}
