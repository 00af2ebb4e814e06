/** Percentiles of what was measured. */
import type { Report } from './run.ts';

export function percentile(samples: number[], share: number): number {
	const sorted = samples.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const round = (value: number): number => Number(value.toPrecision(4));

/** What half of the samples stay below, and 95 of 100. */
export function reportPercentiles(
	report: Report,
	samples: number[],
	nameOf: (percentile: string) => string
): void {
	for (const [name, share] of [
		['p50', 0.5],
		['p95', 0.95]
	] as const) {
		const value = round(percentile(samples, share));
		report({ metric: nameOf(name), value, unit: 'ms', n: samples.length });
	}
}
