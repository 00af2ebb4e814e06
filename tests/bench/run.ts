/**
 * Runs one bench by name in this process and prints what it reports as JSON lines. A bench is a module beside
 * this one that exports `run(report)`; it brings up and takes down whatever it needs.
 */
export interface Measurement {
	metric: string;
	value: number;
	unit: string;
	/** How many samples the value comes from. */
	n: number;
}
export type Report = (measurement: Measurement) => void;
interface Bench {
	run(report: Report): Promise<void>;
}

const name = process.argv[2] ?? '';
const bench = (await import(`./${name}.ts`)) as Bench;
await bench.run(({ metric, value, unit, n }) => {
	console.log(JSON.stringify({ bench: name, metric, value, unit, n }));
});
// A bench that leaves a socket or worker open would otherwise never end.
process.exit();
