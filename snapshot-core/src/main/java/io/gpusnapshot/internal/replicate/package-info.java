/**
 * Copies a stored snapshot into another repository. Start reading at {@link
 * io.gpusnapshot.internal.replicate.ReplicateWorkflow}.
 *
 * <pre>
 * survey    copy the manifest and read it through; make or check the target's repository.json; put a lease there
 * planner   lends room for each pack that the target lacks, and cuts it into ranges
 * readers   fetch ranges; whoever fetches a pack's last one compares the checksums of its chunks
 * writers   store whole packs
 * at the end put the manifest if absent: from now on the replica exists
 * </pre>
 */
@NullMarked
package io.gpusnapshot.internal.replicate;

import org.jspecify.annotations.NullMarked;
