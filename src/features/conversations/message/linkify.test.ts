import { describe, expect, it } from 'vitest';
import { linkify } from './linkify.ts';

const links = (text: string) =>
	linkify(text).flatMap((part) => (part.type === 'link' ? [[part.text, part.href]] : []));
const shown = (text: string) =>
	linkify(text)
		.map((part) => part.text)
		.join('');

describe('links people write', () => {
	it.each([
		['https://lindenbach.de/plan', 'https://lindenbach.de/plan'],
		['http://intranet:8080/a?b=c#d', 'http://intranet:8080/a?b=c#d'],
		['www.lindenbach.de', 'https://www.lindenbach.de/'],
		['bauhof@lindenbach.de', 'mailto:bauhof@lindenbach.de'],
		['mailto:bauhof@lindenbach.de', 'mailto:bauhof@lindenbach.de'],
		['+49 3512 4711-0', 'tel:+49351247110'],
		['tel:+4935124711', 'tel:+4935124711'],
		['https://münchen.de/', 'https://xn--mnchen-3ya.de/']
	])('%s opens %s and is shown as written', (text, href) => {
		expect(links(text)).toEqual([[text, href]]);
	});

	it('leaves the sentence around a link alone', () => {
		expect(linkify('Siehe https://a.de/x, danke!')).toEqual([
			{ type: 'text', text: 'Siehe ' },
			{ type: 'link', text: 'https://a.de/x', href: 'https://a.de/x' },
			{ type: 'text', text: ', danke!' }
		]);
		expect(links('(https://a.de/b_(c))')).toEqual([['https://a.de/b_(c)', 'https://a.de/b_(c)']]);
		expect(links('„https://a.de/x“')).toEqual([['https://a.de/x', 'https://a.de/x']]);
		expect(links('https://a.de/1\nhttps://a.de/2')).toHaveLength(2);
	});

	it('does not see links in ordinary text', () => {
		for (const text of [
			'z.B. morgen',
			'10:30',
			'Az. 12/2026',
			'foo@',
			'@kollege',
			'1.2.3',
			'a+b'
		]) {
			expect(links(text)).toEqual([]);
		}
	});
});

describe('hostile input', () => {
	it.each([
		'javascript:alert(1)',
		'JaVaScRiPt://%0aalert(1)',
		'data:text/html,<script>alert(1)</script>',
		'vbscript:x',
		'file:///etc/passwd',
		'blob:https://a.de/x',
		'intent://a.de#Intent;end',
		'https://lindenbach.de@evil.example/',
		'https://user:word@evil.example/',
		'https://',
		'http:///',
		'https://[::1',
		'tel:+1',
		'mailto:'
	])('does not link %s', (text) => {
		expect(links(text)).toEqual([]);
		expect(shown(text)).toBe(text);
	});

	it('shows the real host where scripts are mixed or look alike', () => {
		// Cyrillic а, р and е among Latin letters, then a wholly Cyrillic label before a Latin ending.
		expect(links('https://p\u0430ypal.com/')).toEqual([
			['https://xn--pypal-4ve.com/', 'https://xn--pypal-4ve.com/']
		]);
		expect(shown('https://\u0430\u0440\u0440\u04cf\u0435.com')).toContain('xn--');
		expect(shown('https://g\u0131thub.com')).toContain('xn--');
		expect(shown('www.l\u0456ndenbach.de')).toContain('xn--');
	});

	it('shows a host of one foreign script as it is', () => {
		expect(shown('https://правительство.рф/a')).toBe('https://правительство.рф/a');
	});

	it('shows the host that really opens, however it was disguised', () => {
		expect(links('http://0x7f.1/')).toEqual([['http://127.0.0.1/', 'http://127.0.0.1/']]);
		expect(links('http://%65vil.example/')).toEqual([
			['http://evil.example/', 'http://evil.example/']
		]);
		const slash = links('https://bank.de\u2044login.evil.example/')[0]?.[0];
		expect(slash === undefined || slash.includes('xn--')).toBe(true);
	});

	it('ends a link where the direction of writing changes or something is invisible', () => {
		for (const mark of ['\u202e', '\u2066', '\u200b', '\u200f', '\ufeff', '\u0000']) {
			expect(links(`https://a.de/x${mark}moc.live//:sptth`)).toEqual([
				['https://a.de/x', 'https://a.de/x']
			]);
		}
	});

	it('keeps every character of the text, whatever it is', () => {
		const nasty = ['<img src=x onerror=alert(1)>', '\ud800', 'a'.repeat(9000), '@'.repeat(9000)];
		for (const text of nasty) expect(shown(text)).toBe(text);
	});

	it('does as many steps for long input as its length calls for', () => {
		// Each of these makes a backtracking expression explode; the suite's time limit would end it.
		for (const piece of ['a.', 'a@', 'a@a.', 'www.', '+1 ', 'http://', '(', 'https://a(']) {
			expect(shown(piece.repeat(5000))).toHaveLength(piece.length * 5000);
		}
	});

	it('does not link addresses longer than browsers take', () => {
		expect(links(`https://a.de/${'x'.repeat(3000)}`)).toEqual([]);
	});
});
