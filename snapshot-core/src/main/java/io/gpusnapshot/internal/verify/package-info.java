/** Verifies stored snapshots. Start reading at {@link io.gpusnapshot.internal.verify.VerifyWorkflow}. */
@NullMarked
package io.gpusnapshot.internal.verify;

import org.jspecify.annotations.NullMarked;
