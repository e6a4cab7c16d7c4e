/**
 * A repository as a set of operations: make, open, list, read, commit and delete snapshots, hold leases. Start reading at
 * {@link io.gpusnapshot.internal.repository.Repository}.
 */
@NullMarked
package io.gpusnapshot.internal.repository;

import org.jspecify.annotations.NullMarked;
