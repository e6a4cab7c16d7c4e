/**
 * What an application types. Start at {@link io.gpusnapshot.GPUSnapshotService}; results are records of {@link
 * io.gpusnapshot.model}, failures are leaves of {@link io.gpusnapshot.error.SnapshotException}.
 */
@NullMarked
package io.gpusnapshot;

import org.jspecify.annotations.NullMarked;
