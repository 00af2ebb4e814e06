import { expect, test } from 'vitest';
import { decodeRecoveryQr, encodeRecoveryQr } from './recovery-qr.ts';

const CODE = 'A1B2-C3D4-E5F6-G7H8-J9K0-MNPQ-RSTV';

test('a code is read as it was written down', () => {
	expect(decodeRecoveryQr(encodeRecoveryQr(CODE))).toBe(CODE);
});

test.each([
	'',
	CODE,
	`https://chat.example/join#${CODE}`,
	`https://chat.example/?dienstweg:recovery/1:${CODE}`,
	`dienstweg:recovery/2:${CODE}`,
	`dienstweg:person/1:${CODE}`
])('any other QR code is none: %j', (text) => {
	expect(decodeRecoveryQr(text)).toBeNull();
});
