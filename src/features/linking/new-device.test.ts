import { expect, test } from 'vitest';
import type { LinkingState, LinkingStep } from '#core/engine/api.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { NewDevice } from './new-device.svelte.ts';

const device = { name: 'Chromium auf Linux', kind: 'desktop' as const };
const entry = { pin: '482917', displayName: '', device };

/** A container that remembers what it was asked; `tell` says how it stands with the worker. */
function scripted(enrolled: (Error | undefined)[] = []) {
	const steps: LinkingStep[] = [];
	const enrols: unknown[] = [];
	let tell: (state: LinkingState) => void = () => undefined;
	let refuse: Error | null = null;
	const flow = new NewDevice(
		{
			watchLinking(onState) {
				tell = onState;
				onState(first);
				return () => (tell = () => undefined);
			},
			link: async (step) => {
				steps.push(step);
				if (refuse) throw refuse;
			},
			enrol: async (input) => {
				enrols.push(input);
				const failure = enrolled.shift();
				if (failure) throw failure;
			}
		},
		async () => device
	);
	let first: LinkingState = { at: 'idle' };
	return {
		flow,
		steps,
		enrols,
		tell: (state: LinkingState) => tell(state),
		found: (state: LinkingState) => (first = state),
		refuse: (error: Error) => (refuse = error)
	};
}

test('it shows a code by itself, and what the worker says is what is drawn', async () => {
	const { flow, steps, tell } = scripted();
	flow.begin(null, false);
	await expect.poll(() => steps).toEqual([{ do: 'start', device, offer: null }]);
	const compare: LinkingState = { at: 'compare', number: '123456', device: null };
	tell(compare);
	expect(flow.step).toEqual({ at: 'linking', state: compare });
	flow.refuse();
	expect(steps.at(-1)).toEqual({ do: 'answer', isSame: false });
});

test('on an Apple phone the home screen comes first; what the page was opened with is taken in after it', async () => {
	const { flow, steps } = scripted();
	flow.begin('link', true);
	expect(flow.step).toEqual({ at: 'install' });
	expect(steps).toEqual([]);
	await flow.start('link');
	expect(steps).toEqual([{ do: 'start', device, offer: 'link' }]);
});

test('with the account there, a PIN leads in; a try that failed can be made again', async () => {
	const { flow, tell, enrols } = scripted([new DienstwegError('offline'), undefined]);
	flow.begin(null, false);
	tell({ at: 'received' });
	expect(flow.step).toMatchObject({ at: 'pin', error: null });
	await flow.finish(entry);
	expect(flow.step).toMatchObject({ at: 'pin', error: { code: 'offline' }, entered: { device } });
	expect(JSON.stringify(flow.step)).not.toContain(entry.pin);
	await flow.finish(entry);
	expect(flow.step).toEqual({ at: 'done' });
	const asked = { way: 'received', device, pin: entry.pin };
	expect(enrols).toEqual([asked, asked]);
});

test('a permit that is over, or a device too many, is to be begun anew', async () => {
	for (const code of ['permit_unknown', 'device_limit'] as const) {
		const { flow, tell } = scripted([new DienstwegError(code)]);
		flow.begin(null, false);
		tell({ at: 'received' });
		await flow.finish(entry);
		expect(flow.step).toEqual({ at: 'linking', state: { at: 'failed', why: code } });
	}
});

test('what was received before the page was loaded anew is still there', () => {
	const { flow, steps, found } = scripted();
	found({ at: 'received' });
	flow.begin(null, false);
	expect(flow.step).toMatchObject({ at: 'pin' });
	expect(steps).toEqual([]);
});

test('a worker that ends halfway, and one that refuses, are failures', async () => {
	const one = scripted();
	one.flow.begin(null, false);
	one.tell({ at: 'compare', number: '123456', device: null });
	one.tell({ at: 'idle' });
	expect(one.flow.step).toMatchObject({ state: { at: 'failed', why: 'cancelled' } });

	const other = scripted();
	other.refuse(new DienstwegError('conflict'));
	other.flow.begin(null, false);
	await expect.poll(() => other.flow.step).toMatchObject({ state: { why: 'conflict' } });
});

test('leaving gives up', async () => {
	const { flow, steps } = scripted();
	const end = flow.begin(null, false);
	await expect.poll(() => steps.length).toBe(1);
	flow.take();
	expect(flow.step).toEqual({ at: 'taking' });
	end();
	expect(steps.slice(1)).toEqual([{ do: 'end' }, { do: 'end' }]);
});
