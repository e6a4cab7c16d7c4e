/**
 * The closed family of failures. Every checked failure of the SDK is a {@link io.gpusnapshot.error.SnapshotException};
 * start reading there. The package depends on the JDK alone.
 */
@NullMarked
package io.gpusnapshot.error;

import org.jspecify.annotations.NullMarked;
