import { expect, test } from 'vitest';
import { DienstwegError } from '#shared/contract/errors.ts';
import { RecoverFlow } from './recover-flow.svelte.ts';

const entry = {
	pin: '739164',
	displayName: '',
	device: { name: 'Firefox', kind: 'desktop' as const }
};

const flowWith = (outcomes: { open?: DienstwegError; enrol?: DienstwegError }) => {
	const asked: unknown[] = [];
	const flow = new RecoverFlow({
		async recover(step) {
			asked.push(step);
			if (outcomes.open) throw outcomes.open;
			return undefined;
		},
		async enrol(input) {
			asked.push(input);
			if (outcomes.enrol) throw outcomes.enrol;
		}
	});
	return { flow, asked };
};

test('a code and a PIN lead to a device that is set up', async () => {
	const { flow, asked } = flowWith({});
	expect(flow.step).toEqual({ at: 'ways' });
	flow.show('code');
	await flow.open('ABCD');
	expect(flow.step).toMatchObject({ at: 'pin', error: null });
	await flow.finish(entry);
	expect(flow.step).toEqual({ at: 'done' });
	const { pin, device } = entry;
	expect(asked).toEqual([
		{ do: 'code', code: 'ABCD' },
		{ way: 'received', device, pin }
	]);
});

test('a code that is refused can be typed again', async () => {
	const error = new DienstwegError('recovery_mistyped');
	const { flow } = flowWith({ open: error });
	flow.show('code');
	await flow.open('ABCD');
	expect(flow.step).toEqual({ at: 'code', busy: false, error });
});

test('without a network the PIN is asked for again; when the permit is over, the code is', async () => {
	const offline = new DienstwegError('offline');
	const { flow } = flowWith({ enrol: offline });
	flow.show('code');
	await flow.open('ABCD');
	await flow.finish(entry);
	expect(flow.step).toMatchObject({ at: 'pin', error: offline, entered: { displayName: '' } });

	const over = new DienstwegError('permit_unknown');
	const late = flowWith({ enrol: over });
	late.flow.show('code');
	await late.flow.open('ABCD');
	await late.flow.finish(entry);
	expect(late.flow.step).toMatchObject({ at: 'code', error: over });
});
