/** PostgreSQL's settings: durable before fast, small enough for a machine with 1 GB, nothing on the network. */

const SETTINGS: Record<string, string> = {
	// An acknowledgement goes out after the commit, and a commit is on the disk.
	fsync: 'on',
	synchronous_commit: 'on',
	full_page_writes: 'on',
	// Relative to the cluster, where only PostgreSQL's user may enter.
	listen_addresses: '',
	unix_socket_directories: '.',
	unix_socket_permissions: '0700',
	max_connections: '40',
	shared_buffers: '128MB',
	max_wal_size: '512MB',
	io_method: 'sync',
	jit: 'off',
	// Nothing of a statement or a row may reach the log.
	log_min_messages: 'warning',
	log_min_error_statement: 'panic',
	log_error_verbosity: 'terse',
	log_parameter_max_length: '0',
	log_parameter_max_length_on_error: '0',
	log_checkpoints: 'off',
	log_statement: 'none',
	log_line_prefix: '%m [%p] '
};

export const FLAGS = Object.entries(SETTINGS).flatMap(([name, value]) => [
	'-c',
	`${name}=${value}`
]);
