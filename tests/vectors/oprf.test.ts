/** RFC 9497, appendix A.1.1: OPRF(ristretto255, SHA-512), mode OPRF. */
import { expect, test } from 'vitest';
import { fromHex, toHex, utf8 } from '#core/crypto/bytes.ts';
import {
	blindInput,
	deriveOprfKey,
	evaluateBlinded,
	finishOprf,
	isBlindedInput
} from '#core/crypto/oprf.ts';

const SEED = 'a3'.repeat(32);
const KEY = '5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e';
const BLIND = '64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706';
const CASES = [
	{
		input: '00',
		blinded: '609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c',
		evaluated: '7ec6578ae5120958eb2db1745758ff379e77cb64fe77b0b2d8cc917ea0869c7e',
		output:
			'527759c3d9366f277d8c6020418d96bb393ba2afb20ff90df23fb7708264e2f3ab9135e3bd69955851de4b1f9fe8a0973396719b7912ba9ee8aa7d0b5e24bcf6'
	},
	{
		input: '5a'.repeat(17),
		blinded: 'da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418',
		evaluated: 'b4cbf5a4f1eeda5a63ce7b77c7d23f461db3fcab0dd28e4e17cecb5c90d02c25',
		output:
			'f4a74c9c592497375e796aa837e907b1a045d34306a749db9f34221f7e750cb4f2a6413a6bf6fa5e19ba6348eb673934a722a7ede2e7621306d18951e7cf2c73'
	}
];
/** Random bytes that become the vectors' blind: what is drawn is 1 more than the number that they are. */
const drawing = (length = 0): Uint8Array => {
	const bytes = new Uint8Array(length);
	bytes.set(fromHex(BLIND));
	bytes[0] = (bytes[0] ?? 0) - 1;
	return bytes;
};

test('the key comes out of the seed', () => {
	expect(toHex(deriveOprfKey(fromHex(SEED), utf8('test key')))).toBe(KEY);
});

test.each(CASES)('input $input', ({ input, blinded, evaluated, output }) => {
	const made = blindInput(fromHex(input), drawing);
	expect(toHex(made.blind)).toBe(BLIND);
	expect(toHex(made.blinded)).toBe(blinded);
	expect(toHex(evaluateBlinded(fromHex(KEY), fromHex(blinded)))).toBe(evaluated);
	expect(toHex(finishOprf(fromHex(input), fromHex(BLIND), fromHex(evaluated)))).toBe(output);
});

test('one input gives one output, however it was blinded', () => {
	const input = utf8('739164');
	const outputs = [blindInput(input), blindInput(input)].map(({ blind, blinded }) =>
		toHex(finishOprf(input, blind, evaluateBlinded(fromHex(KEY), blinded)))
	);
	expect(outputs[0]).toBe(outputs[1]);
	expect(outputs[0]).toHaveLength(128);
});

test.each([
	['the neutral element', '00'.repeat(32)],
	['no canonical encoding', 'ff'.repeat(32)],
	['a point of the curve that is no element', `01${'00'.repeat(31)}`],
	['too short', '609a0ae6']
])('%s is no blinded input', (_what, hex) => {
	expect(isBlindedInput(fromHex(hex))).toBe(false);
	expect(isBlindedInput(fromHex(CASES[0]?.blinded ?? ''))).toBe(true);
});
