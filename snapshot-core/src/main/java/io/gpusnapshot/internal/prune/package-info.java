/**
 * Deletes what nobody needs any more. Start reading at {@link io.gpusnapshot.internal.prune.PruneWorkflow}.
 *
 * <pre>
 * list packs ──► read leases ──► read manifests ──► delete snapshots that the rule does not keep
 *            ──► delete packs that no kept manifest names, no live lease covers, and that are old enough
 * </pre>
 */
@NullMarked
package io.gpusnapshot.internal.prune;

import org.jspecify.annotations.NullMarked;
