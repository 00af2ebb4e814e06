/**
 * Says in one sentence when Node is too old; imported first and for that alone, so it must run on any Node that
 * knows modules.
 */
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
	console.error(
		`Dienstweg needs Node 20.19 or newer, and this is ${process.versions.node}: install a newer one from nodejs.org or your distribution.`
	);
	process.exit(1);
}
