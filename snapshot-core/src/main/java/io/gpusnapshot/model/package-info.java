/**
 * Identifiers and the records that describe a snapshot. Immutable values, no behaviour beyond validation; start reading
 * at {@link io.gpusnapshot.model.SnapshotSummary}.
 */
@NullMarked
package io.gpusnapshot.model;

import org.jspecify.annotations.NullMarked;
